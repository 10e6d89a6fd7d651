// The commands of RFC 3501 §6 as data, and the sections of the responses.
#include <algorithm>

#include "protocols/imap/execution.hpp"

namespace posthorn::imap {

namespace {

constexpr std::uint8_t not_authenticated = 1;
constexpr std::uint8_t selected = 4;
constexpr std::uint8_t authenticated = 2 | selected;
constexpr std::uint8_t any = not_authenticated | authenticated;

constexpr CommandRule commands[] = {
    {"CAPABILITY", any, &Execution::capability, "RFC 3501 §6.1.1"},
    {"NOOP", any, &Execution::noop, "RFC 3501 §6.1.2"},
    {"LOGOUT", any, &Execution::logout, "RFC 3501 §6.1.3"},
    {"AUTHENTICATE", not_authenticated, &Execution::authenticate, "RFC 3501 §6.2.2"},
    {"LOGIN", not_authenticated, &Execution::login, "RFC 3501 §6.2.3"},
    {"SELECT", authenticated, &Execution::select, "RFC 3501 §6.3.1"},
    {"EXAMINE", authenticated, &Execution::examine, "RFC 3501 §6.3.2"},
    {"CREATE", authenticated, &Execution::create, "RFC 3501 §6.3.3"},
    {"DELETE", authenticated, &Execution::remove, "RFC 3501 §6.3.4"},
    {"RENAME", authenticated, &Execution::rename, "RFC 3501 §6.3.5"},
    {"SUBSCRIBE", authenticated, &Execution::subscribe, "RFC 3501 §6.3.6"},
    {"UNSUBSCRIBE", authenticated, &Execution::unsubscribe, "RFC 3501 §6.3.7"},
    {"LIST", authenticated, &Execution::list, "RFC 3501 §6.3.8"},
    {"LSUB", authenticated, &Execution::lsub, "RFC 3501 §6.3.9"},
    {"STATUS", authenticated, &Execution::status, "RFC 3501 §6.3.10"},
    {"APPEND", authenticated, &Execution::append, "RFC 3501 §6.3.11"},
    {"CHECK", selected, &Execution::noop, "RFC 3501 §6.4.1"},
    {"CLOSE", selected, &Execution::close, "RFC 3501 §6.4.2"},
    {"EXPUNGE", selected, &Execution::expunge, "RFC 3501 §6.4.3", false, true},
    {"SEARCH", selected, &Execution::search, "RFC 3501 §6.4.4", true, true},
    {"FETCH", selected, &Execution::fetch, "RFC 3501 §6.4.5", true, true},
    {"STORE", selected, &Execution::store_flags, "RFC 3501 §6.4.6", true, true},
    {"COPY", selected, &Execution::copy, "RFC 3501 §6.4.7", false, true},
    {"IDLE", authenticated, &Execution::idle, "RFC 2177 §3"},
    {"NAMESPACE", authenticated, &Execution::name_space, "RFC 2342 §5"},
    {"ID", any, &Execution::identify, "RFC 2971 §3.1"},
    {"UNSELECT", selected, &Execution::unselect, "RFC 3691 §2"},
    {"MOVE", selected, &Execution::move, "RFC 6851 §3.1", false, true},
};

struct ResponseRule {
  std::string_view verb;
  std::string_view rule;
};
constexpr ResponseRule responses[] = {
    {"OK", "RFC 3501 §7.1.1"},     {"NO", "RFC 3501 §7.1.2"},
    {"BAD", "RFC 3501 §7.1.3"},    {"PREAUTH", "RFC 3501 §7.1.4"},
    {"BYE", "RFC 3501 §7.1.5"},    {"CAPABILITY", "RFC 3501 §7.2.1"},
    {"LIST", "RFC 3501 §7.2.2"},   {"LSUB", "RFC 3501 §7.2.3"},
    {"STATUS", "RFC 3501 §7.2.4"}, {"SEARCH", "RFC 3501 §7.2.5"},
    {"FLAGS", "RFC 3501 §7.2.6"},  {"EXISTS", "RFC 3501 §7.3.1"},
    {"RECENT", "RFC 3501 §7.3.2"}, {"EXPUNGE", "RFC 3501 §7.4.1"},
    {"FETCH", "RFC 3501 §7.4.2"},  {"NAMESPACE", "RFC 2342 §5"},
    {"ID", "RFC 2971 §3.2"},
};

}  // namespace

const CommandRule* find_command(std::string_view verb) {
  const auto* found = std::find_if(std::begin(commands), std::end(commands),
                                   [&](const CommandRule& c) { return c.verb == verb; });
  return found == std::end(commands) ? nullptr : found;
}

std::string_view response_rule(std::string_view verb) {
  const auto* found = std::find_if(std::begin(responses), std::end(responses),
                                   [&](const ResponseRule& r) { return r.verb == verb; });
  return found == std::end(responses) ? std::string_view() : found->rule;
}

}  // namespace posthorn::imap
