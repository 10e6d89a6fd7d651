// The words for the enumerations of facts, in exports and back. One table each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/trace/facts.hpp"
#include "sim/trace/scene.hpp"

namespace posthorn::trace {

/// Names<E>::all lists the names in the order of the enumerators.
template <class E>
struct Names;
template <>
struct Names<Side> {
  static constexpr std::array<std::string_view, 2> all{"client", "server"};
};
template <>
struct Names<Flow> {
  static constexpr std::array<std::string_view, 2> all{"sent", "received"};
};
template <>
struct Names<NoteKind> {
  static constexpr std::array<std::string_view, 7> all{
      "greeting", "command", "reply", "untagged", "continuation", "content", "violation"};
};
template <>
struct Names<Protocol> {
  static constexpr std::array<std::string_view, 7> all{"none", "smtp", "submission", "lmtp",
                                                       "pop3", "imap", "dns"};
};
template <>
struct Names<ConnectFailure> {
  static constexpr std::array<std::string_view, 3> all{"refused", "timed-out", "unreachable"};
};
template <>
struct Names<CloseReason> {
  static constexpr std::array<std::string_view, 3> all{"orderly", "reset", "timed-out"};
};
template <>
struct Names<DropReason> {
  static constexpr std::array<std::string_view, 6> all{"loss",     "link-down", "host-down",
                                                       "no-route", "corrupted", "filtered"};
};
template <>
struct Names<FaultKind> {
  static constexpr std::array<std::string_view, 19> all{
      "power-cut",       "shut-down",    "service-stopped", "slow",         "disk-full",
      "wrong-clock",     "link-cut",     "bad-line",        "partition",    "dns",
      "wrong-record",    "listener",     "port-blocked",    "mailbox-full", "user-unknown",
      "sender-rejected", "size-limited", "greylisting",     "rate-limited"};
};
template <>
struct Names<DnsOutcome> {
  static constexpr std::array<std::string_view, 5> all{"ok", "no-data", "no-such-name", "timeout",
                                                       "server-failure"};
};
template <>
struct Names<ReportKind> {
  static constexpr std::array<std::string_view, 5> all{"failed", "delayed", "delivered", "relayed",
                                                       "expanded"};
};
template <>
struct Names<RecipientOutcome> {
  static constexpr std::array<std::string_view, 5> all{"delivered", "relayed", "deferred", "failed",
                                                       "passed-on"};
};
template <>
struct Names<HostKind> {
  static constexpr std::array<std::string_view, 4> all{"client", "mail-server", "name-server",
                                                       "router"};
};

template <class E>
concept Named = requires {
  Names<E>::all;
};

template <Named E>
constexpr std::string_view to_string(E value) {
  const auto index = static_cast<std::size_t>(value);
  return index < Names<E>::all.size() ? Names<E>::all[index] : std::string_view("?");
}

template <Named E>
constexpr std::optional<E> from_string(std::string_view name) {
  for (std::size_t i = 0; i < Names<E>::all.size(); ++i)
    if (Names<E>::all[i] == name) return static_cast<E>(i);
  return std::nullopt;
}

}  // namespace posthorn::trace
