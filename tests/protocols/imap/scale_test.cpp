// A mailbox of 100,000 messages: nothing may be quadratic. The bounds are generous: they catch
// minutes, not milliseconds.
#include <chrono>

#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

namespace {

constexpr int many = 100'000;

class Big {
 public:
  Big() {
    store_.add_account("ben");
    for (int i = 0; i < many; ++i)
      (void)store_.deliver(
          "ben",
          std::make_shared<const std::string>("From: a@x\r\nSubject: number " + std::to_string(i) +
                                              "\r\n\r\nbody\r\n"),
          day(6));
    server_.handle_connect({});
    run("a LOGIN ben hanami\r\nb SELECT INBOX\r\n");
  }
  /// The end of what the server says.
  std::string run(const std::string& commands) {
    server_.handle_bytes({}, commands, store_);
    std::string tail;
    for (;;) {
      auto out = server_.poll();
      if (std::holds_alternative<Idle>(out)) return tail;
      if (auto* bytes = std::get_if<Transmit>(&out)) tail = std::move(bytes->bytes);
      if (auto* event = std::get_if<imap::ServerEvent>(&out))
        if (auto* asked = std::get_if<mail::LoginAsked>(event))
          server_.decide_login({}, judge(*asked), store_);
    }
  }
  mail::MailStore store_;
  imap::Server server_;
};

}  // namespace

TEST_CASE("IMAP: a hundred thousand messages", "[imap]") {
  const auto begin = std::chrono::steady_clock::now();
  Big big;
  CHECK(big.run("c FETCH 1:* (FLAGS UID)\r\n") == "c OK FETCH completed\r\n");
  CHECK(big.run("d SEARCH RETURN (COUNT) SUBJECT \"number 77\"\r\n") ==
        "d OK SEARCH completed\r\n");
  for (int i = 1; i <= many; i += 10)  // one by one, as a client does that has lost its cache
    CHECK(big.run("e UID FETCH " + std::to_string(i) + " FLAGS\r\n").size() < 40);
  for (int i = 1; i <= many; i += 100)
    CHECK(big.run("f STORE " + std::to_string(i) + " +FLAGS.SILENT (\\Seen)\r\n").size() < 40);
  CHECK(big.run("g STORE 1:* +FLAGS.SILENT (\\Deleted)\r\n") == "g OK STORE completed\r\n");
  CHECK(big.run("h UID MOVE 1 INBOX\r\n").starts_with("h OK"));
  CHECK(big.run("i EXPUNGE\r\n") == "i OK EXPUNGE completed\r\n");
  CHECK(big.store_.find("ben", "INBOX")->messages.empty());
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(120));
}
