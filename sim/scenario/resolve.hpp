// From a scenario as written to a scenario ready to use: names are checked against each other,
// then defaults are filled in.
#pragma once

#include "sim/scenario/json.hpp"
#include "sim/scenario/reader.hpp"

namespace posthorn::scenario {

/// `root` is the tree that `scenario` was read from: it knows where everything stands.
/// Names that could not be read are empty in `scenario` and are passed over here.
void resolve(Reader& reader, const json::Value& root, Scenario& scenario);

/// Which host reaches which, through links of any state.
class Reachability {
 public:
  explicit Reachability(const Scenario& scenario);
  [[nodiscard]] bool reaches(std::string_view from, std::string_view to) const;

 private:
  [[nodiscard]] std::size_t island(std::string_view host) const;
  const Scenario& scenario_;
  std::vector<std::size_t> island_;  ///< by host: the lowest index that it is joined with
};

}  // namespace posthorn::scenario
