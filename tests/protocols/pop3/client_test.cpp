// The client against the server, and against servers that misbehave.
#include "protocols/pop3/client.hpp"

#include <memory>

#include "protocols/pop3/server.hpp"
#include "tests/protocols/pop3/dialogue.hpp"

using namespace posthorn;
using pop3::ClientConfig;
using pop3::ClientEvent;
using pop3::Pop3Client;

namespace {

std::string drain(Pop3Client& client, std::vector<ClientEvent>& events) {
  std::string bytes;
  for (;;) {
    auto out = client.poll();
    if (std::holds_alternative<Idle>(out)) return bytes;
    if (auto* t = std::get_if<Transmit>(&out)) bytes += t->bytes;
    if (auto* e = std::get_if<ClientEvent>(&out)) events.push_back(*e);
  }
}

/// Runs a whole visit; bytes travel in chunks.
/// Bytes that the client sends go to `said` too.
std::vector<ClientEvent> visit(ClientConfig config, mail::MailStore& store, std::size_t chunk,
                               std::string* said = nullptr) {
  Pop3Client client(std::move(config));
  testing::Talk<pop3::Server, pop3::ServerEvent> talk{pop3::Server{}, store};
  std::vector<ClientEvent> events;
  client.handle_connect({});
  talk.connect();
  std::size_t delivered = 0;
  std::string to_server = drain(client, events);
  while (delivered < talk.sent.size() || !to_server.empty()) {
    if (said != nullptr) *said += to_server;
    talk.feed(to_server, chunk);
    to_server.clear();
    if (delivered == talk.sent.size()) break;
    const std::string part = talk.sent.substr(delivered, chunk == 0 ? std::string::npos : chunk);
    delivered += part.size();
    client.handle_bytes({}, part);
    to_server += drain(client, events);
  }
  client.handle_eof({});
  drain(client, events);
  return events;
}

template <class E>
std::vector<E> all_of(const std::vector<ClientEvent>& events) {
  std::vector<E> found;
  for (const ClientEvent& event : events)
    if (auto* e = std::get_if<E>(&event)) found.push_back(*e);
  return found;
}

/// What the client makes of a fixed server side.
std::vector<ClientEvent> hear(const std::string& server,
                              const ClientConfig& config = {.user = "aiko", .password = "hanami"}) {
  Pop3Client client(config);
  std::vector<ClientEvent> events;
  client.handle_connect({});
  client.handle_bytes({}, server);
  client.handle_eof({});
  drain(client, events);
  return events;
}

}  // namespace

TEST_CASE("POP3: a line ends with CRLF, even if a letter holds other ends", "[pop3]") {
  mail::MailStore store;  // where IMAP's APPEND may have put it
  store.add_account("aiko");
  (void)store.deliver(
      "aiko", std::make_shared<const std::string>("Subject: x\r\n\r\na\n.\n+OK\rb\r\n"), {});
  const auto received =
      all_of<pop3::MessageReceived>(visit({.user = "aiko", .password = "hanami"}, store, 100));
  REQUIRE(received.size() == 1);
  CHECK(*received[0].content == "Subject: x\r\n\r\na\r\n.\r\n+OK\r\nb\r\n");
}

TEST_CASE("POP3: client and server, byte for byte", "[pop3]") {
  const std::string letters[] = {"Subject: one\r\n\r\n.\r\n..\r\nlast\r\n",
                                 "Subject: two\r\n\r\nraw \xff\r\n", "\r\n"};
  for (std::size_t chunk : testing::chunk_sizes) {
    mail::MailStore store;
    store.add_account("aiko");
    for (const std::string& letter : letters)
      (void)store.deliver("aiko", std::make_shared<const std::string>(letter), {});
    const auto events = visit({.user = "aiko", .password = "hanami"}, store, chunk);
    const auto received = all_of<pop3::MessageReceived>(events);
    REQUIRE(received.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(*received[i].content == letters[i]);
    CHECK(all_of<pop3::MessageDeleted>(events).size() == 3);
    CHECK(all_of<pop3::Done>(events).size() == 1);
    CHECK(store.find("aiko", "INBOX")->messages.empty());
  }
}

TEST_CASE("POP3: messages left on the server are fetched once", "[pop3]") {
  mail::MailStore store;
  store.add_account("aiko");
  (void)store.deliver("aiko", std::make_shared<const std::string>("A: 1\r\n\r\n"), {});
  ClientConfig config{.user = "aiko", .password = "hanami", .leave_on_server = true};
  auto events = visit(config, store, 0);
  REQUIRE(all_of<pop3::MessageReceived>(events).size() == 1);
  config.already_seen_uidls = {all_of<pop3::MessageReceived>(events)[0].uidl};
  (void)store.deliver("aiko", std::make_shared<const std::string>("A: 2\r\n\r\n"), {});
  events = visit(config, store, 0);
  const auto received = all_of<pop3::MessageReceived>(events);
  REQUIRE(received.size() == 1);
  CHECK(*received[0].content == "A: 2\r\n\r\n");
  CHECK(store.find("aiko", "INBOX")->messages.size() == 2);
}

TEST_CASE("POP3: what was left on the server is deleted by its UIDL later", "[pop3]") {
  mail::MailStore store;
  store.add_account("aiko");
  for (const char* letter : {"A: 1\r\n\r\n", "A: 2\r\n\r\n", "A: 3\r\n\r\n"})
    (void)store.deliver("aiko", std::make_shared<const std::string>(letter), {});
  ClientConfig config{.user = "aiko", .password = "hanami", .leave_on_server = true};
  auto events = visit(config, store, 0);
  for (const auto& received : all_of<pop3::MessageReceived>(events))
    config.already_seen_uidls.push_back(received.uidl);
  config.delete_uidls = {config.already_seen_uidls[1]};
  events = visit(config, store, 0);
  CHECK(all_of<pop3::MessageReceived>(events).empty());
  CHECK(all_of<pop3::MessageDeleted>(events) ==
        std::vector<pop3::MessageDeleted>{{2, config.already_seen_uidls[1]}});
  const auto& left = store.find("aiko", "INBOX")->messages;
  REQUIRE(left.size() == 2);
  CHECK(*left[0].content == "A: 1\r\n\r\n");
  CHECK(*left[1].content == "A: 3\r\n\r\n");
}

TEST_CASE("POP3: the client says UTF8 where it is offered, and takes a refusal (RFC 6856)",
          "[pop3]") {
  const std::string letter = "Subject: 花見\r\n\r\nx\r\n";
  mail::MailStore store;
  store.add_account("aiko");
  (void)store.deliver("aiko", std::make_shared<const std::string>(letter), {});
  const auto events = visit({.user = "aiko", .password = "hanami"}, store, 0);
  REQUIRE(all_of<pop3::MessageReceived>(events).size() == 1);
  CHECK(*all_of<pop3::MessageReceived>(events)[0].content == letter);

  Pop3Client client({.user = "aiko", .password = "hanami"});
  std::vector<ClientEvent> none;
  client.handle_connect({});
  client.handle_bytes({}, "+OK hello\r\n");
  CHECK(drain(client, none) == "CAPA\r\n");
  client.handle_bytes({}, "+OK\r\nUTF8\r\n.\r\n");
  CHECK(drain(client, none) == "UTF8\r\n");
  client.handle_bytes({}, "-ERR not today\r\n");
  CHECK(drain(client, none) == "USER aiko\r\n");
}

TEST_CASE("POP3: the client proves who it is in every way that both know", "[pop3]") {
  using sasl::Mechanism;
  const auto said = [](std::vector<Mechanism> mechanisms, const std::string& password) {
    mail::MailStore store;
    store.add_account("aiko");
    ClientConfig config{.user = "aiko", .password = password};
    config.mechanisms = std::move(mechanisms);
    std::string bytes;
    const auto events = visit(config, store, 0, &bytes);
    CHECK(bytes.find("hanami") == std::string::npos);
    CHECK(bytes.starts_with("CAPA\r\nUTF8\r\n"));
    return all_of<pop3::Done>(events).size() == 1
               ? bytes.substr(12, bytes.find(' ', 17) - 12)
               : all_of<pop3::SessionFailed>(events).at(0).reason;
  };
  CHECK(said({Mechanism::apop}, "hanami") == "APOP aiko");
  CHECK(said({Mechanism::cram_md5}, "hanami").starts_with("AUTH CRAM-MD5\r\n"));
  CHECK(said({Mechanism::scram_sha_256}, "hanami") == "AUTH SCRAM-SHA-256");
  CHECK(said({Mechanism::plain}, "hanami") == "AUTH PLAIN");
  CHECK(said({Mechanism::login}, "hanami").starts_with("AUTH LOGIN\r\n"));
  for (const Mechanism mechanism :
       {Mechanism::apop, Mechanism::cram_md5, Mechanism::scram_sha_256, Mechanism::plain})
    CHECK(said({mechanism}, "hanabi") == "[AUTH] user name or password is wrong");
}

TEST_CASE("POP3: a server that does not know the password proves nothing by SCRAM", "[pop3]") {
  ClientConfig config{.user = "aiko", .password = "hanami"};
  config.mechanisms = {sasl::Mechanism::scram_sha_256};
  const std::string begin = "+OK hi\r\n+OK\r\nSASL SCRAM-SHA-256\r\n.\r\n";
  for (const std::string end : {"+OK come in\r\n", "+ bm9uc2Vuc2U=\r\n-ERR cancelled\r\n"}) {
    const auto events = hear(begin + end + "+OK bye\r\n", config);
    CHECK(all_of<pop3::LoggedInClient>(events).empty());
    CHECK(all_of<pop3::SessionFailed>(events).size() == 1);
  }
}

TEST_CASE("POP3: with PIPELINING several messages are asked for at once", "[pop3]") {
  const std::string before = "+OK hi\r\n+OK\r\nUIDL\r\n$.\r\n+OK\r\n+OK\r\n";
  const std::string lists = "+OK\r\n1 3\r\n2 3\r\n3 3\r\n.\r\n+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n";
  const auto says = [&](const std::string& capability, const std::string& then) {
    Pop3Client client({.user = "aiko", .password = "hanami", .window = 2});
    client.handle_connect({});
    std::string script = before;
    script.replace(script.find('$'), 1, capability);
    std::vector<ClientEvent> events;
    client.handle_bytes({}, script);
    drain(client, events);
    client.handle_bytes({}, lists + then);
    return drain(client, events);
  };
  CHECK(says("", "") == "UIDL\r\nRETR 1\r\n");
  CHECK(says("PIPELINING\r\n", "") == "RETR 1\r\nRETR 2\r\n");  // LIST and UIDL went before
  // What has arrived is deleted, and the next one is asked for.
  CHECK(says("PIPELINING\r\n", "+OK\r\nA:b\r\n.\r\n") == "RETR 1\r\nRETR 2\r\nDELE 1\r\n");
  CHECK(says("PIPELINING\r\n", "+OK\r\nA:b\r\n.\r\n+OK\r\nA:c\r\n.\r\n+OK\r\n") ==
        "RETR 1\r\nRETR 2\r\nDELE 1\r\nDELE 2\r\nRETR 3\r\n");
  // One that is refused ends the visit: nothing more is asked for, and only what came is deleted.
  CHECK(says("PIPELINING\r\n", "-ERR lost\r\n+OK\r\nA:c\r\n.\r\n") ==
        "RETR 1\r\nRETR 2\r\nQUIT\r\n");
}

TEST_CASE("POP3: a wrong password ends the visit politely", "[pop3]") {
  mail::MailStore store;
  store.add_account("aiko");
  const auto events = visit({.user = "aiko", .password = "wrong"}, store, 0);
  const auto failed = all_of<pop3::SessionFailed>(events);
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].phase == pop3::ClientPhase::pass);
  CHECK(failed[0].reason == "[AUTH] user name or password is wrong");
  CHECK(all_of<pop3::Done>(events).empty());
}

TEST_CASE("POP3: servers that misbehave", "[pop3]") {
  using pop3::ClientPhase;
  const std::string before_list = "+OK hi\r\n-ERR what?\r\n+OK\r\n+OK\r\n";
  const struct {
    std::string server;
    ClientPhase phase;
  } cases[] = {
      {"", ClientPhase::greeting},
      {"-ERR go away\r\n", ClientPhase::greeting},
      {"220 smtp here\r\n", ClientPhase::greeting},
      {"+OK" + std::string(5000, 'x') + "\r\n", ClientPhase::greeting},
      {"+OK hi\r\n+OK\r\nUIDL\r\n", ClientPhase::capa},
      {before_list + "+OK\r\none two\r\n.\r\n", ClientPhase::list},
      {before_list + "+OK\r\n2 10\r\n1 10\r\n.\r\n", ClientPhase::list},
      {before_list + "+OK\r\n1 10\r\n.\r\n+OK\r\n1\r\n.\r\n", ClientPhase::uidl},
      {before_list + "+OK\r\n1 10\r\n.\r\n-ERR\r\n+OK\r\nhalf a messa", ClientPhase::retr},
      {before_list + "+OK\r\n1 9\r\n.\r\n-ERR\r\n+OK\r\n\r\n.\r\n+OK\r\n", ClientPhase::quit},
  };
  for (const auto& c : cases) {
    const auto events = hear(c.server);
    REQUIRE_FALSE(events.empty());
    const auto* failed = std::get_if<pop3::SessionFailed>(&events.back());
    REQUIRE(failed != nullptr);
    CHECK(failed->phase == c.phase);
  }
}

TEST_CASE("POP3: a server that says nothing is left", "[pop3]") {
  Pop3Client client({.user = "aiko", .password = "hanami"});
  client.handle_connect({});
  const auto idle = std::get<Idle>(client.poll());
  REQUIRE(idle.wake_at == Instant{} + 2min);
  client.handle_wakeup(*idle.wake_at);
  std::vector<ClientEvent> events;
  drain(client, events);
  CHECK(all_of<pop3::SessionFailed>(events).size() == 1);
}

TEST_CASE("POP3: line breaks in a password do not become commands", "[pop3]") {
  Pop3Client client({.user = "aiko", .password = "x\r\nDELE 1"});
  client.handle_connect({});
  std::vector<ClientEvent> events;
  CHECK(drain(client, events).empty());
  CHECK(all_of<pop3::SessionFailed>(events).size() == 1);
}
