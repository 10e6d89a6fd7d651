// Scripts of two sessions, A and B, on one store. "A: x" is what the first client sends, "a: x"
// what its server says; B and b likewise. Both have logged in already.
#pragma once

#include <string>
#include <string_view>

#include "tests/protocols/imap/script.hpp"

namespace posthorn::testing {

class TwoSessions {
 public:
  explicit TwoSessions(mail::MailStore& store) : store_(store) {
    for (Side* side : {&a_, &b_}) {
      side->server.handle_connect({});
      send(*side, "x LOGIN ben hanami\r\n", 0);
      side->said.clear();
    }
  }

  void run(std::string_view script, std::size_t chunk) {
    while (!script.empty()) {
      const std::size_t end = script.find('\n');
      const std::string_view line = script.substr(0, end);
      script.remove_prefix(end == std::string_view::npos ? script.size() : end + 1);
      if (line.size() < 3) continue;
      const std::string text = std::string(line.substr(3)) + "\r\n";
      if (line[0] == 'A' || line[0] == 'B') {
        compare();
        INFO(line);
        send(line[0] == 'A' ? a_ : b_, text, chunk);
      } else {
        (line[0] == 'a' ? a_ : b_).expected += text;
      }
    }
    compare();
  }

 private:
  struct Side {
    imap::Server server = imap_server();
    std::string said{};
    std::string expected{};
  };

  void send(Side& side, std::string_view bytes, std::size_t chunk) {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, chunk == 0 ? bytes.size() : chunk);
      bytes.remove_prefix(part.size());
      side.server.handle_bytes({}, part, store_);
      drain(side);
    }
    for (Side* each : {&a_, &b_}) {
      each->server.handle_store_changed({}, store_);
      drain(*each);
    }
  }
  void drain(Side& side) {
    for (;;) {
      auto out = side.server.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* bytes = std::get_if<Transmit>(&out)) side.said += bytes->bytes;
      if (auto* event = std::get_if<imap::ServerEvent>(&out))
        if (auto* asked = std::get_if<mail::LoginAsked>(event))
          side.server.decide_login({}, judge(*asked), store_);
    }
  }
  void compare() {
    for (Side* side : {&a_, &b_}) {
      REQUIRE(side->said == side->expected);
      side->said.clear();
      side->expected.clear();
    }
  }

  mail::MailStore& store_;
  Side a_, b_;
};

/// Both have selected INBOX; returns the store as the script leaves it.
inline mail::MailStore run_sessions(std::string_view script,
                                    const mail::MailStore& store = two_mails()) {
  mail::MailStore last;
  for (const std::size_t chunk : chunk_sizes) {
    last = store;
    TwoSessions sessions(last);
    sessions.run(script, chunk);
  }
  return last;
}

/// What SELECT says to both of them.
inline constexpr const char* both_select = R"(A: s SELECT INBOX
a: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
a: * 2 EXISTS
a: * 2 RECENT
a: * OK [UNSEEN 1] first unseen message
a: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] flags are kept
a: * OK [UIDVALIDITY 1] UIDs are valid
a: * OK [UIDNEXT 3] predicted next UID
a: * OK [HIGHESTMODSEQ 3] number of the last change
a: s OK [READ-WRITE] SELECT completed
B: s SELECT INBOX
b: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
b: * 2 EXISTS
b: * 0 RECENT
b: * OK [UNSEEN 1] first unseen message
b: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] flags are kept
b: * OK [UIDVALIDITY 1] UIDs are valid
b: * OK [UIDNEXT 3] predicted next UID
b: * OK [HIGHESTMODSEQ 3] number of the last change
b: s OK [READ-WRITE] SELECT completed
)";

}  // namespace posthorn::testing
