#include "sim/scenario/limits_table.hpp"

namespace posthorn::scenario {
namespace {

constexpr std::uint64_t kGiB = 1024ULL * 1024 * 1024;

template <class Number>
Field<Limits> number(std::string key, std::optional<Number> Limits::*member, std::uint64_t low,
                     std::uint64_t high, std::string description) {
  return field(std::move(key), member, Integer{low, high}, Need::optional, std::move(description));
}
Field<Limits> time(std::string key, std::optional<Duration> Limits::*member,
                   std::string description) {
  return field(std::move(key), member, DurationText{}, Need::optional, std::move(description));
}

}  // namespace

const std::vector<Field<Limits>>& limits_fields() {
  using L = Limits;
  static const std::vector<Field<L>> fields = {
      number("max_errors", &L::max_errors, 1, 1'000'000,
             "Commands that are none, or wrong, before the connection ends (IMAP: with no good one "
             "between). Default: SMTP 20, POP3 20, IMAP 50."),
      time("smtp_command", &L::smtp_command,
           "SMTP: how long to wait for a command (RFC 5321 section 4.5.3.2.7). Default: 5m."),
      time("smtp_data", &L::smtp_data,
           "SMTP: how long to wait for more of a message. Default: 5m."),
      number("max_recipients", &L::max_recipients, 1, 1'000'000,
             "SMTP: recipients of one message; more get 452. Default: 100."),
      number("smtp_idle_commands", &L::smtp_idle_commands, 1, 1'000'000,
             "SMTP: commands since the last message, accepted recipients and chunks apart, before "
             "the connection ends. Default: 1000."),
      number("max_failed_logins", &L::max_failed_logins, 1, 1'000'000,
             "POP3, IMAP: wrong passwords before the connection ends. Default: 5."),
      number("max_commands_before_login", &L::max_commands_before_login, 1, 1'000'000,
             "POP3, IMAP: commands without a login before the connection ends. Default: 100."),
      number("max_output", &L::max_output, 1000, kGiB,
             "POP3, IMAP: octets of answers made at one go; the rest is made when these are on "
             "their way. Default: 67108864."),
      time("pop3_idle", &L::pop3_idle,
           "POP3: how long after the last command the connection ends; RFC 1939 section 3 wants "
           "ten minutes. Default: 10m."),
      time("pop3_preauth", &L::pop3_preauth,
           "POP3: how long after the greeting it ends without a login. Default: 10m."),
      time("pop3_login_delay", &L::pop3_login_delay,
           "POP3: how long after a login the next one to the same mailbox is refused; announced as "
           "LOGIN-DELAY (RFC 2449 section 6.5). Default: 0s."),
      number("pop3_line", &L::pop3_line, 32, 65536,
             "POP3: octets of a command line, CRLF included. Default: 255."),
      time("imap_idle", &L::imap_idle,
           "IMAP: how long after the last command the connection ends; RFC 3501 section 5.4 wants "
           "half an hour. Default: 30m."),
      time("imap_preauth", &L::imap_preauth,
           "IMAP: how long after the greeting it ends without a login. Default: 5m."),
      number("imap_line", &L::imap_line, 1000, 16'777'216,
             "IMAP: octets of a command, without its literals. Default: 65536."),
      number("imap_literal", &L::imap_literal, 100, 16'777'216,
             "IMAP: octets of a literal that is no message. Default: 16384."),
      number("imap_response", &L::imap_response, 1000, 16 * kGiB,
             "IMAP: octets that one FETCH may answer. Default: 268435456."),
      number("imap_mailboxes", &L::imap_mailboxes, 1, 1'000'000,
             "IMAP: mailboxes of one account. Default: 1000."),
      number("imap_messages", &L::imap_messages, 1, 100'000'000,
             "IMAP: messages of one mailbox, by APPEND, COPY and MOVE. Default: 1000000."),
      number("imap_keywords", &L::imap_keywords, 0, 10'000,
             "IMAP: keywords of one mailbox. Default: 100."),
      number("imap_keyword", &L::imap_keyword, 1, 10'000,
             "IMAP: octets of a keyword. Default: 200."),
      number("imap_search_keys", &L::imap_search_keys, 1, 10'000,
             "IMAP: keys of one SEARCH. Default: 250."),
      number("imap_search_octets", &L::imap_search_octets, 1000, 1024 * kGiB,
             "IMAP: octets of messages that one SEARCH may look through, or one FETCH of BINARY "
             "decode. "
             "Default: 4294967296."),
  };
  return fields;
}

}  // namespace posthorn::scenario
