// The client against the server, and against servers that misbehave.
#include "protocols/imap/client.hpp"

#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;
using imap::ClientEvent;
using imap::ImapClient;

namespace {

/// A client wired to a server; bytes travel in chunks.
template <class Client>
struct Pair {
  Client client;
  ImapTalk talk;
  std::size_t chunk = 0;
  std::vector<ClientEvent> events{};
  std::string to_server{};
  std::string heard{};  ///< all that the client sent
  std::size_t delivered = 0;

  void drain() {
    for (;;) {
      auto out = client.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* bytes = std::get_if<Transmit>(&out)) {
        to_server += bytes->bytes;
        heard += bytes->bytes;
      }
      if (auto* note = std::get_if<Note>(&out))
        CHECK(note->end <= (note->flow == Flow::sent ? heard.size() : delivered));
      if (auto* event = std::get_if<ClientEvent>(&out)) events.push_back(*event);
    }
  }
  void connect() {
    client.handle_connect({});
    talk.connect();
    settle();
  }
  void settle() {
    for (;;) {
      drain();
      talk.feed(std::exchange(to_server, {}), chunk);
      if (delivered == talk.sent.size()) return;
      const std::string part = talk.sent.substr(delivered, chunk == 0 ? std::string::npos : chunk);
      delivered += part.size();
      client.handle_bytes({}, part);
    }
  }
  template <class E>
  std::vector<E> all_of() const {
    std::vector<E> found;
    for (const ClientEvent& event : events)
      if (auto* e = std::get_if<E>(&event)) found.push_back(*e);
    return found;
  }
};

std::vector<ClientEvent> hear(const std::string& server) {
  ImapClient client({.user = "ben", .password = "hanami"});
  std::vector<ClientEvent> events;
  client.handle_connect({});
  client.fetch_new({});
  const auto drain = [&] {
    for (;;) {
      auto out = client.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* event = std::get_if<ClientEvent>(&out)) events.push_back(*event);
    }
  };
  for (char c : server) {
    client.handle_bytes({}, std::string_view(&c, 1));
    drain();
  }
  client.handle_eof({});
  drain();
  return events;
}

}  // namespace

TEST_CASE("IMAP: a mail user agent's day", "[imap]") {
  for (std::size_t chunk : chunk_sizes) {
    mail::MailStore store = two_mails();
    Pair<ImapClient> pair{ImapClient({.user = "ben", .password = "hanami"}),
                          ImapTalk{imap_server(), store}, chunk};
    pair.client.fetch_new({});  // before there is a connection: it waits
    pair.connect();
    CHECK(pair.all_of<imap::Selected>() == std::vector<imap::Selected>{{2, 1, 3, false}});
    auto received = pair.all_of<imap::MessageReceived>();
    REQUIRE(received.size() == 2);
    CHECK(*received[0].content == plain_letter);
    CHECK(*received[1].content == mixed_letter);
    const auto listed = pair.all_of<imap::MessageListed>();
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].size == received[0].content->size());
    CHECK(listed[0].envelope.substr(0, 35) == "(\"Mon, 6 Apr 2026 09:00:00 +0900\" \"");
    CHECK_FALSE(store.find("ben", "INBOX")->messages[0].flags.has(mail::SystemFlag::seen));

    pair.client.mark_seen({}, 1);
    pair.settle();
    CHECK(store.find("ben", "INBOX")->messages[0].flags.has(mail::SystemFlag::seen));

    (void)store.deliver("ben", std::make_shared<const std::string>("A: b\r\n\r\nnew\r\n"), {});
    pair.client.fetch_new({});
    pair.settle();
    CHECK(pair.all_of<imap::MessageReceived>().size() == 3);
    CHECK(pair.all_of<imap::FetchDone>() == std::vector<imap::FetchDone>{{2, 2}, {3, 1}});
    CHECK(pair.client.last_seen_uid() == 3);

    pair.client.delete_message({}, 2);
    pair.settle();
    CHECK(store.find("ben", "INBOX")->find(2) == nullptr);
    CHECK(pair.all_of<imap::ExpungeDone>() == std::vector<imap::ExpungeDone>{{1}});

    pair.client.logout({});
    pair.settle();
    CHECK(std::holds_alternative<imap::Done>(pair.events.back()));
    CHECK(pair.all_of<imap::CommandFailed>().empty());
  }
}

TEST_CASE("IMAP: only what is new, marked as it is fetched", "[imap]") {
  mail::MailStore store = two_mails();
  imap::ClientConfig config{.user = "ben", .password = "hanami", .last_seen_uid = 1};
  config.mark_seen = true;
  Pair<ImapClient> pair{ImapClient(config), ImapTalk{imap_server(), store}};
  pair.connect();
  pair.client.fetch_new({});
  pair.client.fetch_new({});
  pair.settle();
  CHECK(pair.all_of<imap::MessageReceived>().size() == 1);
  CHECK(pair.all_of<imap::FlagsStored>() == std::vector<imap::FlagsStored>{{2}});
  CHECK(store.find("ben", "INBOX")->messages[1].flags.has(mail::SystemFlag::seen));
}

TEST_CASE("IMAP: another UIDVALIDITY makes old UIDs void", "[imap]") {
  mail::MailStore store = two_mails();
  imap::ClientConfig config{.user = "ben", .password = "hanami", .last_seen_uid = 2};
  config.uid_validity = 99;
  Pair<ImapClient> pair{ImapClient(config), ImapTalk{imap_server(), store}};
  pair.client.fetch_new({});
  pair.connect();
  CHECK(pair.all_of<imap::MessageReceived>().size() == 2);
}

TEST_CASE("IMAP: what is appended comes back byte for byte", "[imap]") {
  mail::MailStore store = two_mails();
  Pair<ImapClient> pair{ImapClient({.user = "ben", .password = "hanami", .last_seen_uid = 2}),
                        ImapTalk{imap_server(), store}};
  pair.connect();
  std::uint64_t random = 88172645463325252U;
  std::vector<std::string> sent;
  for (int i = 0; i < 60; ++i) {
    std::string bytes = "A: b\r\n\r\n";
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    for (std::uint64_t n = random % 300; n > 0; --n) {
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;
      constexpr std::string_view special = "\r\n){}\"\\. *+";
      bytes.push_back(random % 3 == 0 ? special[random / 3 % special.size()]
                                      : static_cast<char>(1 + (random >> 8) % 255));
    }
    pair.chunk = 1 + random % 40;
    pair.client.append({}, "INBOX", std::make_shared<const std::string>(bytes));
    pair.settle();
    sent.push_back(std::move(bytes));
  }
  pair.client.fetch_new({});
  pair.settle();
  const auto received = pair.all_of<imap::MessageReceived>();
  REQUIRE(received.size() == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) REQUIRE(*received[i].content == sent[i]);
  CHECK(pair.all_of<imap::AppendDone>().size() == sent.size());
}

TEST_CASE("IMAP: passwords that need literals", "[imap]") {
  mail::MailStore store;
  store.add_account("b\"en\\ é");
  Pair<ImapClient> pair{ImapClient({.user = "b\"en\\ é", .password = "hanami"}),
                        ImapTalk{imap_server(), store}, 1};
  pair.connect();
  CHECK(pair.all_of<imap::Selected>().size() == 1);
}

TEST_CASE("IMAP: a failed login ends the session politely", "[imap]") {
  mail::MailStore store = two_mails();
  Pair<ImapClient> pair{ImapClient({.user = "ben", .password = "wrong"}),
                        ImapTalk{imap_server(), store}};
  pair.client.fetch_new({});
  pair.connect();
  const auto failed = pair.all_of<imap::SessionFailed>();
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].phase == imap::ClientPhase::login);
  CHECK(failed[0].reason == "[AUTHENTICATIONFAILED] user name or password is wrong");
  CHECK(pair.heard == "a1 LOGIN \"ben\" \"wrong\"\r\na2 LOGOUT\r\n");
}

TEST_CASE("IMAP: servers that misbehave", "[imap]") {
  using imap::ClientPhase;
  const std::string selected = "* OK hi\r\na1 OK\r\n* 1 EXISTS\r\na2 OK\r\n";
  const struct {
    std::string server;
    ClientPhase phase;
  } cases[] = {
      {"", ClientPhase::greeting},
      {"* BYE full {3}\r\n", ClientPhase::greeting},
      {"+OK pop here\r\n", ClientPhase::greeting},
      {"* OK hi\r\n+ more?\r\n", ClientPhase::login},
      {"* OK hi\r\nb9 OK\r\n", ClientPhase::login},
      {"* OK hi\r\na1 MAYBE\r\n", ClientPhase::login},
      {"* OK hi\r\n* BYE later\r\n", ClientPhase::login},
      {"* OK " + std::string(70'000, 'x') + "\r\n", ClientPhase::greeting},
      {selected + "* 1 FETCH (UID 1 ENVELOPE (NIL\r\n", ClientPhase::list_new},
      {selected + "* 1 FETCH (UID 1 BODY[] {99999999999}\r\n", ClientPhase::list_new},
      {selected + "* 1 FETCH (UID 1 ENVELOPE " + std::string(300, '(') + "\r\n",
       ClientPhase::list_new},
      {selected + "* 1 FETCH (UID 1 ENVELOPE ())\r\na3 OK\r\n* 1 FETCH (UID 1 BODY[] {9}\r\nhalf",
       ClientPhase::fetch},
  };
  for (const auto& c : cases) {
    const auto events = hear(c.server);
    REQUIRE_FALSE(events.empty());
    const auto* failed = std::get_if<imap::SessionFailed>(&events.back());
    REQUIRE(failed != nullptr);
    CHECK(failed->phase == c.phase);
  }
}
