// The commands as data, and the sections of the responses.
#include <algorithm>

#include "protocols/imap/execution.hpp"

namespace posthorn::imap {

namespace {

constexpr std::uint8_t not_authenticated = 1;
constexpr std::uint8_t only_authenticated = 2;
constexpr std::uint8_t selected = 4;
constexpr std::uint8_t authenticated = only_authenticated | selected;
constexpr std::uint8_t any = not_authenticated | authenticated;

using E = Execution;

constexpr CommandRule commands[] = {
    {"CAPABILITY", any, &E::capability, "RFC 3501 §6.1.1"},
    {"NOOP", any, &E::noop, "RFC 3501 §6.1.2"},
    {"LOGOUT", any, &E::logout, "RFC 3501 §6.1.3"},
    {"ID", any, &E::id, "RFC 2971 §3.1"},
    {"STARTTLS", not_authenticated, &E::starttls, "RFC 3501 §6.2.1"},
    {"AUTHENTICATE", not_authenticated, &E::authenticate, "RFC 3501 §6.2.2"},
    {"LOGIN", not_authenticated, &E::login, "RFC 3501 §6.2.3"},
    {"ENABLE", only_authenticated, &E::enable, "RFC 5161 §3.1"},
    {"SELECT", authenticated, &E::select, "RFC 3501 §6.3.1"},
    {"EXAMINE", authenticated, &E::examine, "RFC 3501 §6.3.2"},
    {"CREATE", authenticated, &E::create, "RFC 3501 §6.3.3"},
    {"DELETE", authenticated, &E::remove, "RFC 3501 §6.3.4"},
    {"RENAME", authenticated, &E::rename, "RFC 3501 §6.3.5"},
    {"SUBSCRIBE", authenticated, &E::subscribe, "RFC 3501 §6.3.6"},
    {"UNSUBSCRIBE", authenticated, &E::unsubscribe, "RFC 3501 §6.3.7"},
    {"LIST", authenticated, &E::list, "RFC 3501 §6.3.8"},
    {"LSUB", authenticated, &E::lsub, "RFC 3501 §6.3.9"},
    {"NAMESPACE", authenticated, &E::name_space, "RFC 2342 §5"},
    {"STATUS", authenticated, &E::status, "RFC 3501 §6.3.10"},
    {"APPEND", authenticated, &E::append, "RFC 3501 §6.3.11"},
    {"IDLE", authenticated, &E::idle, "RFC 2177 §3"},
    {"GETQUOTA", authenticated, &E::get_quota, "RFC 9208 §4.1.2"},
    {"GETQUOTAROOT", authenticated, &E::get_quota_root, "RFC 9208 §4.1.3"},
    {"SETQUOTA", authenticated, &E::set_quota, "RFC 9208 §4.1.1"},
    {"CHECK", selected, &E::noop, "RFC 3501 §6.4.1"},
    {"CLOSE", selected, &E::close, "RFC 3501 §6.4.2"},
    {"UNSELECT", selected, &E::unselect, "RFC 3691 §2"},
    {"EXPUNGE", selected, &E::expunge, "RFC 3501 §6.4.3", true},
    {"SEARCH", selected, &E::search, "RFC 3501 §6.4.4", true, true},
    {"FETCH", selected, &E::fetch, "RFC 3501 §6.4.5", true, true},
    {"STORE", selected, &E::store_flags, "RFC 3501 §6.4.6", true, true},
    {"COPY", selected, &E::copy, "RFC 3501 §6.4.7", true},
    {"MOVE", selected, &E::move, "RFC 6851 §3.1", true},
};

struct ResponseRule {
  std::string_view verb;
  std::string_view rule;
};
constexpr ResponseRule responses[] = {
    {"OK", "RFC 3501 §7.1.1"},        {"NO", "RFC 3501 §7.1.2"},
    {"BAD", "RFC 3501 §7.1.3"},       {"PREAUTH", "RFC 3501 §7.1.4"},
    {"BYE", "RFC 3501 §7.1.5"},       {"CAPABILITY", "RFC 3501 §7.2.1"},
    {"LIST", "RFC 3501 §7.2.2"},      {"LSUB", "RFC 3501 §7.2.3"},
    {"STATUS", "RFC 3501 §7.2.4"},    {"SEARCH", "RFC 3501 §7.2.5"},
    {"FLAGS", "RFC 3501 §7.2.6"},     {"EXISTS", "RFC 3501 §7.3.1"},
    {"RECENT", "RFC 3501 §7.3.2"},    {"EXPUNGE", "RFC 3501 §7.4.1"},
    {"FETCH", "RFC 3501 §7.4.2"},     {"ID", "RFC 2971 §3.2"},
    {"ENABLED", "RFC 5161 §3.2"},     {"NAMESPACE", "RFC 2342 §5"},
    {"ESEARCH", "RFC 4731 §3.1"},     {"QUOTA", "RFC 9208 §4.2.1"},
    {"QUOTAROOT", "RFC 9208 §4.2.2"},
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
