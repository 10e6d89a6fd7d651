// What a server may answer, refuse, or break.
#include "protocols/smtp/client.hpp"

#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

namespace {

ClientSession sending(const ClientConfig& config = client_config()) {
  ClientSession session(config, Instant{});
  session.send({}, envelope("<a@a.example>", {"b@b.example", "c@b.example"}), text("hi\r\n"));
  return session;
}

ClientTap check_client(const ClientSession& session, std::string_view script_text) {
  const Dialogue script = parse(script_text);
  for (const std::size_t chunk : chunk_sizes) {
    INFO("chunks of " << chunk);
    CHECK(print(run_client(ClientTap{session}, script, chunk)) == print(script));
  }
  ClientTap client{session};
  for (const Turn& turn : script)
    if (turn.side == 'S') client.feed(turn.bytes, 5);
  CHECK(tiles(client.notes, Flow::sent, client.sent.size()));
  return client;
}

}  // namespace

TEST_CASE("a server of RFC 821 gets HELO and no parameters") {
  const ClientTap client = check_client(sending(), R"(
    S: 220 old.example
    C: EHLO mail.sakura.example
    S: 500 what?
    C: HELO mail.sakura.example
    S: 250 old.example
    C: MAIL FROM:<a@a.example>
    S: 250 ok
    C: RCPT TO:<b@b.example>
    S: 251 will forward
    C: RCPT TO:<c@b.example>
    S: 452 enough
    C: DATA
    S: 354 go
    C: hi
    C: .
    S: 250 ok
  )");
  const MessageDone& done = *client.last<MessageDone>();
  CHECK(done.accepted);
  CHECK(done.recipients.at(0).code == 251);
  CHECK(done.recipients.at(1).code == 452);
  CHECK(client.count<RecipientAnswered>() == 2);
  CHECK(client.session.ready());
  CHECK(!client.idle.wake_at);
}

TEST_CASE("AUTH LOGIN where PLAIN is not offered") {
  ClientConfig config = client_config();
  config.credentials = Credentials{"aiko", "hanami"};
  const ClientTap client = check_client(ClientSession(config, {}), R"(
    S: 220 x
    C: EHLO mail.sakura.example
    S: 250-x
    S: 250 AUTH LOGIN
    C: AUTH LOGIN
    S: 334 VXNlcm5hbWU6
    C: YWlrbw==
    S: 334 UGFzc3dvcmQ6
    C: aGFuYW1p
    S: 235 welcome
  )");
  CHECK(client.count<Ready>() == 1);
}

TEST_CASE("no way to authenticate is a permanent failure, and is not papered over") {
  ClientConfig config = client_config();
  config.credentials = Credentials{"aiko", "hanami"};
  const ClientTap client = check_client(sending(config), R"(
    S: 220 x
    C: EHLO mail.sakura.example
    S: 250 x
    C: QUIT
    S: 221 bye
  )");
  CHECK(client.last<SessionFailed>()->phase == Phase::auth);
  CHECK(client.last<SessionFailed>()->permanent);
  CHECK(client.count<MessageDone>() == 0);
  CHECK(client.count<Closed>() == 0);
  CHECK(client.shut);
}

TEST_CASE("a 354 behind refused recipients is answered by a lone dot") {
  const ClientTap client = check_client(sending(), R"(
    S: 220 x
    C: EHLO mail.sakura.example
    S: 250-x
    S: 250 PIPELINING
    C: MAIL FROM:<a@a.example>
    C: RCPT TO:<b@b.example>
    C: RCPT TO:<c@b.example>
    C: DATA
    S: 250 ok
    S: 550 no
    S: 450 not now
    S: 354 go
    C: .
    S: 554 no recipients
  )");
  CHECK(!client.last<MessageDone>()->accepted);
  CHECK(client.last<MessageDone>()->final.code == 450);
  CHECK(client.session.ready());
}

TEST_CASE("DATA refused: RSET, and the session goes on") {
  const ClientTap client = check_client(sending(), R"(
    S: 220 x
    C: EHLO mail.sakura.example
    S: 250 x
    C: MAIL FROM:<a@a.example>
    S: 250 ok
    C: RCPT TO:<b@b.example>
    S: 250 ok
    C: RCPT TO:<c@b.example>
    S: 250 ok
    C: DATA
    S: 451 disk full
    C: RSET
    S: 250 ok
  )");
  CHECK(client.last<MessageDone>()->final.code == 451);
  CHECK(client.session.ready());
}

TEST_CASE("421, nonsense, silence and the end of the stream, after every answer") {
  const std::vector<std::string> answers = {"220 x\r\n",  "250 x\r\n",  "250 ok\r\n", "250 ok\r\n",
                                            "250 ok\r\n", "354 go\r\n", "250 ok\r\n"};
  const std::vector<Phase> phases = {Phase::greeting, Phase::hello, Phase::mail,    Phase::rcpt,
                                     Phase::rcpt,     Phase::data,  Phase::content, Phase::idle};
  ClientTap client{sending()};
  for (std::size_t i = 0; i < phases.size(); ++i) {
    INFO("after " << i << " answers");
    for (const std::string trouble : {"421 4.3.2 shutting down\r\n", "hello?\r\n", "EOF", "SILENCE",
                                      "299-never\r\n200 the same\r\n", "354 go\r\n"}) {
      if (trouble[0] == '3' && phases[i] == Phase::data) continue;
      INFO(trouble);
      ClientTap copy = client;
      if (trouble == "EOF") {
        copy.session.handle_eof({});
      } else if (trouble == "SILENCE") {
        if (!copy.idle.wake_at) continue;
        copy.session.handle_wakeup(*copy.idle.wake_at - 1ns);
        CHECK(!copy.session.closed());
        copy.session.handle_wakeup(*copy.idle.wake_at);
      } else {
        copy.session.handle_bytes({}, trouble);
      }
      copy.drain();
      CHECK(copy.session.closed());
      CHECK(copy.shut);
      REQUIRE(copy.count<SessionFailed>() == 1);
      CHECK(copy.last<SessionFailed>()->phase == phases[i]);
      CHECK(!copy.last<SessionFailed>()->permanent);
      CHECK(copy.count<MessageDone>() == (phases[i] == Phase::idle ? 1 : 0));
    }
    if (i < answers.size()) client.feed(answers[i], 100);
  }
}

TEST_CASE("what the server does not offer is not tried") {
  struct Try {
    std::string offer;
    Envelope envelope;
    std::string content;
    int code;
  };
  const Envelope plain = envelope("<a@a.example>", {"b@b.example"});
  const Envelope kanji = envelope("<a@a.example>", {"\xe6\x84\x9b@b.example"});
  Envelope smuggling = plain;
  smuggling.recipients[0].local = "b>\r\nRSET";
  const std::vector<Try> tries = {{"X", kanji, "x\r\n", 553},
                                  {"X", plain, "Subject: \xe6\x84\x9b\r\n\r\nx\r\n", 554},
                                  {"SIZE 10", plain, "0123456789\r\n", 552},
                                  {"X", plain, "bare\nlf\r\n", 554},
                                  {"X", smuggling, "x\r\n", 553},
                                  {"X", envelope("<a@a.example>", {}), "x\r\n", 553}};
  for (const Try& one : tries) {
    ClientSession session(client_config(), {});
    session.send({}, one.envelope, text(one.content));
    ClientTap client{session};
    client.feed("220 x\r\n250-x\r\n250 " + one.offer + "\r\n", 9);
    CHECK(client.sent == "EHLO mail.sakura.example\r\n");
    REQUIRE(client.count<MessageDone>() == 1);
    CHECK(client.last<MessageDone>()->final.code == one.code);
    CHECK(client.last<MessageDone>()->refused_by_us);
  }
}

TEST_CASE("a refused greeting is temporary or permanent as its code says") {
  for (const auto& [greeting, permanent] :
       {std::pair{"554 no\r\n", true}, {"450 busy\r\n", false}, {"421 closing\r\n", false}}) {
    ClientTap client{sending()};
    client.feed(greeting, 2);
    CHECK(client.last<SessionFailed>()->phase == Phase::greeting);
    CHECK(client.last<SessionFailed>()->permanent == permanent);
  }
}
