#include "protocols/imap/list_request.hpp"

#include <algorithm>
#include <utility>

#include "protocols/imap/mailbox_name.hpp"
#include "protocols/mail/ascii.hpp"

namespace posthorn::imap {

namespace {

constexpr std::size_t max_pattern_octets = 2000;  ///< of all patterns together

/// "(SUBSCRIBED RECURSIVEMATCH) "
bool parse_selection(Parser& parser, ListRequest& request) {
  for (bool more = parser.peek() != ')'; more; more = parser.space()) {
    const auto option = parser.keyword();
    if (option == "SUBSCRIBED") {
      request.subscribed = true;
    } else if (option == "SPECIAL-USE") {
      request.special_use = true;
    } else if (option == "RECURSIVEMATCH") {
      request.recursive_match = true;
    } else if (option != "REMOTE") {  // there are no remote ones
      return false;
    }
  }
  request.tell_subscribed = request.subscribed;
  // RFC 5258 §3.1: RECURSIVEMATCH needs an option to be about.
  if (request.recursive_match && !request.subscribed && !request.special_use) return false;
  return parser.accept(')') && parser.space();
}

/// " RETURN (SUBSCRIBED STATUS (MESSAGES))"
bool parse_return(Parser& parser, ListRequest& request) {
  if (!parser.accept_word("RETURN (")) return false;
  for (bool more = parser.peek() != ')'; more; more = parser.space()) {
    const auto option = parser.keyword();
    if (option == "SUBSCRIBED") {
      request.tell_subscribed = true;
    } else if (option == "STATUS") {
      if (!parser.space()) return false;
      request.status = parse_status_items(parser);
      if (!request.status) return false;
    } else if (option != "CHILDREN" && option != "SPECIAL-USE") {
      return false;
    }
  }
  return parser.accept(')');
}

bool parse_pattern(Parser& parser, const std::string& reference, ListRequest& request) {
  const auto pattern = parser.list_mailbox();
  if (!pattern) return false;
  request.separator_only = pattern->empty();
  request.patterns.push_back(reference + *pattern);
  return true;
}

/// `reference pattern`, or `reference (pattern pattern ...)`.
bool parse_names(Parser& parser, bool several, ListRequest& request) {
  const auto reference = parser.astring();
  if (!reference || !parser.space()) return false;
  if (!several || !parser.accept('(')) return parse_pattern(parser, *reference, request);
  do {
    if (!parse_pattern(parser, *reference, request)) return false;
  } while (parser.space());
  request.separator_only = false;
  return parser.accept(')');
}

bool reasonable(const ListRequest& request) {
  std::size_t octets = 0;
  for (const std::string& pattern : request.patterns) octets += pattern.size() + 1;
  return octets <= max_pattern_octets;
}

}  // namespace

bool ListRequest::matches(std::string_view wire_name) const {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return matches_pattern(wire_name, pattern);
  });
}

std::optional<ListRequest> parse_list_request(Parser& parser) {
  ListRequest request;
  if (parser.accept('(') && !parse_selection(parser, request)) return std::nullopt;
  if (!parse_names(parser, true, request)) return std::nullopt;
  if (parser.space() && !parse_return(parser, request)) return std::nullopt;
  if (!parser.at_end() || !reasonable(request)) return std::nullopt;
  return request;
}

std::optional<ListRequest> parse_lsub_request(Parser& parser) {
  ListRequest request;
  if (!parse_names(parser, false, request) || !parser.at_end() || !reasonable(request))
    return std::nullopt;
  return request;
}

}  // namespace posthorn::imap
