// What a server puts up with, as a scenario may set it. nullopt: the default of the protocol's own
// ServerConfig. limits_table.cpp has the keys, what they mean, and the defaults in words.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/core/time.hpp"

namespace posthorn::scenario {

struct Limits {
  // every protocol
  std::optional<unsigned> max_errors;
  // SMTP, submission, LMTP
  std::optional<Duration> smtp_command;
  std::optional<Duration> smtp_data;
  std::optional<unsigned> max_recipients;
  std::optional<unsigned> smtp_idle_commands;
  // POP3 and IMAP
  std::optional<unsigned> max_failed_logins;
  std::optional<unsigned> max_commands_before_login;
  std::optional<std::uint64_t> max_output;
  // POP3
  std::optional<Duration> pop3_idle;
  std::optional<Duration> pop3_preauth;
  std::optional<Duration> pop3_login_delay;
  std::optional<std::uint64_t> pop3_line;
  // IMAP
  std::optional<Duration> imap_idle;
  std::optional<Duration> imap_preauth;
  std::optional<std::uint64_t> imap_line;
  std::optional<std::uint64_t> imap_literal;
  std::optional<std::uint64_t> imap_response;
  std::optional<std::uint64_t> imap_mailboxes;
  std::optional<std::uint64_t> imap_messages;
  std::optional<std::uint64_t> imap_keywords;
  std::optional<std::uint64_t> imap_keyword;
  std::optional<std::uint64_t> imap_search_keys;
  std::optional<std::uint64_t> imap_search_octets;
};

}  // namespace posthorn::scenario
