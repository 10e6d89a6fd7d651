#include <algorithm>

#include "protocols/pop3/commands.hpp"

namespace posthorn::pop3 {

namespace {

using C = ServerCommands;

constexpr CommandRule commands[] = {
    {"USER", true, false, 1, one_long_word, &C::user, "RFC 1939 §7", true, true},
    {"PASS", true, false, 1, one_long_word, &C::pass, "RFC 1939 §7", true, true},
    {"APOP", true, false, 2, 2, &C::apop, "RFC 1939 §7", true},
    {"AUTH", true, false, 1, 2, &C::auth, "RFC 5034 §4", true},
    {"STLS", true, false, 0, 0, &C::stls, "RFC 2595 §4"},
    {"UTF8", true, false, 0, 0, &C::utf8, "RFC 6856 §2.1"},
    {"CAPA", true, true, 0, 0, &C::capa, "RFC 2449 §5"},
    {"LANG", true, true, 0, 1, &C::lang, "RFC 6856 §3.1"},
    {"QUIT", true, true, 0, 0, &C::quit, "RFC 1939 §6"},
    {"STAT", false, true, 0, 0, &C::stat, "RFC 1939 §5"},
    {"LIST", false, true, 0, 1, &C::list, "RFC 1939 §5"},
    {"RETR", false, true, 1, 1, &C::retr, "RFC 1939 §5"},
    {"DELE", false, true, 1, 1, &C::dele, "RFC 1939 §5"},
    {"NOOP", false, true, 0, 0, &C::noop, "RFC 1939 §5"},
    {"RSET", false, true, 0, 0, &C::rset, "RFC 1939 §5"},
    {"TOP", false, true, 2, 2, &C::top, "RFC 1939 §7"},
    {"UIDL", false, true, 0, 1, &C::uidl, "RFC 1939 §7"},
};

}  // namespace

const CommandRule* find_command(std::string_view verb) {
  const auto* found = std::find_if(std::begin(commands), std::end(commands),
                                   [&](const CommandRule& c) { return c.verb == verb; });
  return found == std::end(commands) ? nullptr : found;
}

}  // namespace posthorn::pop3
