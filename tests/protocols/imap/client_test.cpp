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

TEST_CASE("IMAP: what another device deleted or read", "[imap]") {
  for (std::size_t chunk : chunk_sizes) {
    mail::MailStore store = two_mails();
    (void)store.deliver("ben", std::make_shared<const std::string>("A: b\r\n\r\nnew\r\n"), {});
    Pair<ImapClient> phone{ImapClient({.user = "ben", .password = "hanami"}),
                           ImapTalk{imap_server(), store}, chunk};
    phone.client.mark_seen({}, 2);
    phone.client.delete_message({}, 1);
    phone.connect();

    // The laptop knows UIDs 1 and 2.
    Pair<ImapClient> laptop{ImapClient({.user = "ben", .password = "hanami", .last_seen_uid = 2}),
                            ImapTalk{imap_server(), store}, chunk};
    laptop.client.list_known({});
    laptop.client.fetch_new({});
    laptop.connect();
    CHECK(laptop.heard.find("UID FETCH 1:2 (FLAGS)\r\n") != std::string::npos);
    const auto known = laptop.all_of<imap::KnownListed>();
    REQUIRE(known.size() == 1);
    const auto seen = mail::Flags{}.add(mail::SystemFlag::seen);
    CHECK(known[0].messages == std::vector<imap::KnownListed::Known>{{2, seen}});
    const auto received = laptop.all_of<imap::MessageReceived>();
    REQUIRE(received.size() == 1);
    CHECK(received[0].uid == 3);
  }
}

TEST_CASE("IMAP: another UIDVALIDITY makes old UIDs void", "[imap]") {
  mail::MailStore store = two_mails();
  imap::ClientConfig config{.user = "ben", .password = "hanami", .last_seen_uid = 2};
  config.uid_validity = 99;
  Pair<ImapClient> pair{ImapClient(config), ImapTalk{imap_server(), store}};
  pair.client.list_known({});
  pair.client.fetch_new({});
  pair.connect();
  CHECK(pair.all_of<imap::MessageReceived>().size() == 2);
  CHECK(pair.all_of<imap::KnownListed>().empty());  // there is nothing that it could know
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

TEST_CASE("IMAP: the client knows what the server can do", "[imap]") {
  mail::MailStore store = two_mails();
  Pair<imap::Client> pair{imap::Client(), ImapTalk{imap_server(), store}};
  pair.client.enqueue({}, imap::Login{"ben", "hanami"});
  pair.client.enqueue({}, imap::Select{});
  pair.client.enqueue({}, imap::CreateMailbox{"送信済み"});
  pair.client.enqueue({}, imap::Move{1, "送信済み"});
  pair.client.enqueue({}, imap::Copy{2, "送信済み"});
  pair.client.enqueue({},
                      imap::Append{"送信済み", {}, std::make_shared<const std::string>("x\r\n")});
  pair.client.enqueue({}, imap::StoreFlags{2, imap::StoreFlags::How::add,
                                           mail::Flags{}.add(mail::SystemFlag::deleted)});
  pair.client.enqueue({}, imap::Expunge{2});
  pair.client.enqueue({}, imap::ListMailboxes{});
  pair.connect();
  CHECK(pair.heard ==
        "a1 LOGIN \"ben\" \"hanami\"\r\na2 SELECT \"INBOX\"\r\n"
        "a3 CREATE \"&kAFP4W4IMH8-\"\r\na4 UID MOVE 1 \"&kAFP4W4IMH8-\"\r\n"
        "a5 UID COPY 2 \"&kAFP4W4IMH8-\"\r\na6 APPEND \"&kAFP4W4IMH8-\" {3+}\r\nx\r\n\r\n"
        "a7 UID STORE 2 +FLAGS.SILENT (\\Deleted)\r\na8 UID EXPUNGE 2\r\na9 LIST \"\" \"*\"\r\n");
  CHECK(pair.all_of<imap::AppendDone>() == std::vector<imap::AppendDone>{{"送信済み", 3}});
  CHECK(pair.all_of<imap::TransferDone>() ==
        std::vector<imap::TransferDone>{{1, "送信済み"}, {2, "送信済み"}});
  CHECK(pair.all_of<imap::MailboxListed>() ==
        std::vector<imap::MailboxListed>{{"INBOX", {"\\HasNoChildren"}},
                                         {"送信済み", {"\\HasNoChildren"}}});
  CHECK(pair.all_of<imap::MessageGone>() == std::vector<imap::MessageGone>{{1}, {1}});
  CHECK(store.find("ben", "送信済み")->messages.size() == 3);
}

TEST_CASE("IMAP: MOVE for a server that has none", "[imap]") {
  imap::Client client;
  client.handle_connect({});
  client.enqueue({}, imap::Move{7, "Old"});
  std::string said;
  std::vector<ClientEvent> events;
  const auto hear = [&](std::string_view text) {
    client.handle_bytes({}, text);
    for (;;) {
      auto out = client.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* bytes = std::get_if<Transmit>(&out)) said += bytes->bytes;
      if (auto* event = std::get_if<ClientEvent>(&out)) events.push_back(*event);
    }
  };
  hear("* PREAUTH [CAPABILITY IMAP4rev1 UIDPLUS] hi\r\n");
  hear("a1 OK copied\r\n");
  hear("a2 OK stored\r\n");
  hear("* 3 EXPUNGE\r\na3 OK gone\r\n");
  CHECK(said ==
        "a1 UID COPY 7 \"Old\"\r\na2 UID STORE 7 +FLAGS.SILENT (\\Deleted)\r\n"
        "a3 UID EXPUNGE 7\r\n");
  CHECK(std::get<imap::TransferDone>(events.back()) == imap::TransferDone{7, "Old"});
}

TEST_CASE("IMAP: a mail user agent that watches gets new mail at once", "[imap]") {
  for (const std::size_t chunk : chunk_sizes) {
    mail::MailStore store = two_mails();
    Pair<ImapClient> pair{ImapClient({.user = "ben", .password = "hanami", .last_seen_uid = 2}),
                          ImapTalk{imap_server(), store}, chunk};
    pair.connect();
    pair.client.watch_mailbox({});
    pair.settle();
    CHECK(pair.talk.server.idling());

    (void)store.deliver("ben", std::make_shared<const std::string>("A: b\r\n\r\nnew\r\n"), {});
    pair.talk.server.handle_store_changed({}, store);
    pair.talk.drain();
    pair.settle();
    CHECK(pair.all_of<imap::MessageReceived>().size() == 1);
    CHECK(pair.talk.server.idling());  // again

    pair.client.mark_seen({}, 3);
    pair.settle();
    CHECK(store.find("ben", "INBOX")->find(3)->flags.has(mail::SystemFlag::seen));
    CHECK(pair.talk.server.idling());

    const auto before = pair.heard.size();
    pair.client.handle_wakeup(Instant{} + 29min);  // RFC 2177 §3
    pair.settle();
    CHECK(pair.heard.substr(before).starts_with("DONE\r\n"));
    CHECK(pair.talk.server.idling());

    pair.client.logout({});
    pair.settle();
    CHECK(std::holds_alternative<imap::Done>(pair.events.back()));
    CHECK(pair.all_of<imap::CommandFailed>().empty());
  }
}

TEST_CASE("IMAP: the mailbox to append to is made when it is missing", "[imap]") {
  mail::MailStore store = two_mails();
  Pair<ImapClient> pair{ImapClient({.user = "ben", .password = "hanami"}),
                        ImapTalk{imap_server(), store}};
  pair.connect();
  pair.client.append({}, "Sent", std::make_shared<const std::string>("1\r\n"));
  pair.client.append({}, "INBOX", std::make_shared<const std::string>("2\r\n"));
  pair.client.append({}, "a//b", std::make_shared<const std::string>("3\r\n"));
  pair.settle();
  REQUIRE(store.find("ben", "Sent") != nullptr);
  CHECK(*store.find("ben", "Sent")->messages.at(0).content == "1\r\n");
  CHECK(store.find("ben", "INBOX")->messages.size() == 3);
  CHECK(pair.all_of<imap::AppendDone>().size() == 2);  // the third's name is impossible
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

TEST_CASE("IMAP: the client authenticates in every way that both know", "[imap]") {
  using sasl::Mechanism;
  const auto said = [](Mechanism mechanism, const std::string& password) {
    mail::MailStore store = two_mails();
    imap::ClientConfig config{.user = "ben", .password = password};
    config.mechanisms = {mechanism};
    Pair<ImapClient> pair{ImapClient(config), {imap_server(), store}};
    pair.connect();
    CHECK(pair.heard.find("hanami") == std::string::npos);
    const auto failed = pair.template all_of<imap::SessionFailed>();
    if (pair.template all_of<imap::Selected>().size() == 1)
      return pair.heard.substr(0, pair.heard.find_first_of(" \r", 16));
    return std::string("not in");
  };
  CHECK(said(Mechanism::plain, "hanami") == "a1 AUTHENTICATE PLAIN");
  CHECK(said(Mechanism::login, "hanami") == "a1 AUTHENTICATE LOGIN");
  CHECK(said(Mechanism::cram_md5, "hanami") == "a1 AUTHENTICATE CRAM-MD5");
  CHECK(said(Mechanism::scram_sha_256, "hanami") == "a1 AUTHENTICATE SCRAM-SHA-256");
  for (const Mechanism mechanism : sasl::all_mechanisms())
    CHECK(said(mechanism, "hanabi") == "not in");
}

TEST_CASE("IMAP: a server that proves nothing by SCRAM is left", "[imap]") {
  imap::ClientConfig config{.user = "ben", .password = "hanami"};
  config.mechanisms = {sasl::Mechanism::scram_sha_256};
  for (const std::string end :
       {"a1 OK come in\r\n", "+ bm9uc2Vuc2U=\r\na1 BAD cancelled\r\n", "+ !\r\n+ !\r\n"}) {
    ImapClient client(config);
    client.handle_connect({});
    client.handle_bytes({}, "* OK [CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-256] hi\r\n" + end);
    client.handle_eof({});
    bool let_in = false;
    bool failed = false;
    for (auto out = client.poll(); !std::holds_alternative<Idle>(out); out = client.poll()) {
      const auto* event = std::get_if<ClientEvent>(&out);
      let_in = let_in || (event != nullptr && std::holds_alternative<imap::LoggedInClient>(*event));
      failed = failed || (event != nullptr && std::holds_alternative<imap::SessionFailed>(*event));
    }
    CHECK_FALSE(let_in);
    CHECK(failed);
  }
}
