// What the table-driven readers share: where mistakes go, and how files beside the scenario are
// opened.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/json.hpp"
#include "sim/scenario/load.hpp"

namespace posthorn::scenario {

class Reader {
 public:
  Reader(std::string file, const FileReader& files, std::vector<Diagnostic>& out)
      : file_(std::move(file)), files_(files), out_(out) {}

  void report(Position at, std::string message, std::string hint = {});
  /// "expected a duration, found the number 8"
  void mismatch(const json::Value& found, std::string_view expected, std::string_view hint = {});
  /// Reports and gives false unless the value has this kind.
  bool require(const json::Value& value, json::Kind kind, std::string_view expected,
               std::string_view hint = {});
  /// The bytes of the file that `path` (a text) names; nullptr after a report.
  std::shared_ptr<const std::string> open(const json::Value& path);
  /// Nothing more will be reported: do not look for suggestions.
  [[nodiscard]] bool full() const { return out_.size() >= kMaxDiagnostics; }

 private:
  std::string file_;
  const FileReader& files_;
  std::vector<Diagnostic>& out_;
};

}  // namespace posthorn::scenario
