// LIST's arguments, in the basic form of RFC 3501 §6.3.8 and the extended one of RFC 5258 §3.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/imap/status_items.hpp"
#include "protocols/imap/syntax.hpp"

namespace posthorn::imap {

struct ListRequest {
  std::vector<std::string> patterns;  ///< reference and pattern joined, as they came by wire
  // Selection options.
  bool subscribed = false;
  bool special_use = false;
  bool recursive_match = false;
  // Return options. Children and special uses are always told.
  bool tell_subscribed = false;
  std::optional<StatusRequest> status;
  /// LIST "" "": only the hierarchy separator is asked for.
  bool separator_only = false;

  [[nodiscard]] bool matches(std::string_view wire_name) const;
};

/// Everything after "LIST "; nullopt where it is malformed.
std::optional<ListRequest> parse_list_request(Parser& parser);
/// Everything after "LSUB ".
std::optional<ListRequest> parse_lsub_request(Parser& parser);

}  // namespace posthorn::imap
