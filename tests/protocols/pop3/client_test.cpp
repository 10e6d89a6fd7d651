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
std::vector<ClientEvent> visit(ClientConfig config, mail::MailStore& store, std::size_t chunk) {
  Pop3Client client(std::move(config));
  testing::Talk<pop3::Server, pop3::ServerEvent> talk{pop3::Server{}, store};
  std::vector<ClientEvent> events;
  client.handle_connect({});
  talk.connect();
  std::size_t delivered = 0;
  std::string to_server = drain(client, events);
  while (delivered < talk.sent.size() || !to_server.empty()) {
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
std::vector<ClientEvent> hear(const std::string& server) {
  Pop3Client client({.user = "aiko", .password = "hanami"});
  std::vector<ClientEvent> events;
  client.handle_connect({});
  client.handle_bytes({}, server);
  client.handle_eof({});
  drain(client, events);
  return events;
}

}  // namespace

TEST_CASE("POP3: client and server, byte for byte", "[pop3]") {
  const std::string letters[] = {"Subject: one\r\n\r\n.\r\n..\r\nlast\r\n",
                                 "Subject: two\r\n\r\nbare \n.\n and \r and \xff\r\n", "\r\n"};
  for (std::size_t chunk : testing::chunk_sizes) {
    mail::MailStore store;
    store.add_account("aiko");
    for (const std::string& letter : letters)
      store.deliver("aiko", std::make_shared<const std::string>(letter), {});
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
  store.deliver("aiko", std::make_shared<const std::string>("A: 1\r\n\r\n"), {});
  ClientConfig config{.user = "aiko", .password = "hanami", .leave_on_server = true};
  auto events = visit(config, store, 0);
  REQUIRE(all_of<pop3::MessageReceived>(events).size() == 1);
  config.already_seen_uidls = {all_of<pop3::MessageReceived>(events)[0].uidl};
  store.deliver("aiko", std::make_shared<const std::string>("A: 2\r\n\r\n"), {});
  events = visit(config, store, 0);
  const auto received = all_of<pop3::MessageReceived>(events);
  REQUIRE(received.size() == 1);
  CHECK(*received[0].content == "A: 2\r\n\r\n");
  CHECK(store.find("aiko", "INBOX")->messages.size() == 2);
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
