// LMTP (RFC 2033): SMTP for the last step, with an answer for each recipient.
#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

namespace {

ServerConfig lmtp_server(bool extensions) {
  ServerConfig config = extensions ? server_config() : without_extensions(server_config());
  config.lmtp = true;
  return config;
}

}  // namespace

TEST_CASE("an answer to the content for each recipient that was accepted") {
  for (const bool chunking : {false, true}) {
    ServerConfig config = lmtp_server(false);
    config.offer_chunking = chunking;
    ServerSession server(config, Instant{});
    std::string sent;
    const auto drain = [&] {
      for (;;) {
        auto out = server.poll();
        if (auto* bytes = std::get_if<Transmit>(&out)) sent += bytes->bytes;
        if (std::holds_alternative<Idle>(out)) return;
        auto* event = std::get_if<ServerEvent>(&out);
        if (event == nullptr) continue;
        if (const auto* content = std::get_if<ContentReceived>(event)) {
          CHECK(content->envelope.recipients.size() == 2);
          server.decide_each({},
                             std::vector<Decision>{Decision::accept("Delivered"),
                                                   Decision::refuse(452, "4.2.2", "Mailbox full")});
        } else {
          server.decide({}, decide_as_host(*event));
        }
      }
    };
    drain();
    server.handle_bytes({}, "LHLO a.example\r\nMAIL FROM:<a@a.example>\r\n");
    drain();
    server.handle_bytes({},
                        "RCPT TO:<ben@b.example>\r\nRCPT TO:<nobody@b.example>\r\n"
                        "RCPT TO:<cho@b.example>\r\n");
    drain();
    sent.clear();
    server.handle_bytes({}, chunking ? "BDAT 4 LAST\r\nhi\r\n" : "DATA\r\nhi\r\n.\r\n");
    drain();
    if (!chunking) sent = sent.substr(sent.find("250"));
    CHECK(sent == "250 2.0.0 Delivered\r\n452 4.2.2 Mailbox full\r\n");
  }
}

TEST_CASE("LHLO belongs to LMTP, HELO and EHLO to SMTP") {
  ServerTap lmtp{ServerSession(lmtp_server(false), Instant{})};
  CHECK(lmtp.take_sent() == "220 mail.kaede.example LMTP Posthorn\r\n");
  lmtp.feed("EHLO a.example\r\nHELO a.example\r\nMAIL FROM:<>\r\nLHLO a.example\r\n", 100);
  CHECK(lmtp.take_sent() ==
        "500 5.5.1 This is LMTP: say LHLO\r\n500 5.5.1 This is LMTP: say LHLO\r\n"
        "503 5.5.1 Say LHLO first\r\n250-mail.kaede.example greets a.example\r\n"
        "250-ENHANCEDSTATUSCODES\r\n250 HELP\r\n");
  ServerTap smtp{ServerSession(server_config(), Instant{})};
  smtp.take_sent();
  smtp.feed("LHLO a.example\r\n", 100);
  CHECK(smtp.take_sent() == "500 5.5.1 This is not LMTP: say EHLO\r\n");
}

TEST_CASE("without an accepted recipient DATA and BDAT are out of order (RFC 2033 §4.2)") {
  ServerConfig config = lmtp_server(false);
  config.offer_chunking = true;
  ServerTap server{ServerSession(config, Instant{})};
  server.feed("LHLO a.example\r\nMAIL FROM:<a@a.example>\r\n", 100);
  server.take_sent();
  server.feed("DATA\r\nBDAT 0 LAST\r\n", 100);
  CHECK(server.sent == "503 5.5.1 No valid recipients\r\n503 5.5.1 No valid recipients\r\n");
}

TEST_CASE("content that is refused is refused for each recipient") {
  ServerTap server{ServerSession(lmtp_server(false), Instant{})};
  server.feed("LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<ben@b.c>\r\nRCPT TO:<cho@b.c>\r\nDATA\r\n", 100);
  server.take_sent();
  server.feed("a\nb\r\n.\r\n", 100);
  const std::string no = "554 5.6.0 The message holds a CR or LF alone; lines end with CRLF\r\n";
  CHECK(server.take_sent() == no + no);
}

TEST_CASE("the client matches answers to recipients, past those refused at RCPT") {
  for (const std::string extension : {"PIPELINING", "CHUNKING", "HELP"}) {
    INFO(extension);
    ClientConfig config = client_config();
    config.lmtp = true;
    config.use_chunking = true;
    ClientTap client{ClientSession(config, Instant{})};
    client.session.send({}, envelope("a@a.example", {"ben@b.c", "nobody@b.c", "cho@b.c"}),
                        text("hi\r\n"));
    client.session.quit({});
    client.feed("220 x LMTP\r\n", 99);
    CHECK(client.take_sent() == "LHLO mail.sakura.example\r\n");
    client.feed("250-x\r\n250 " + extension + "\r\n250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n", 99);
    if (extension != "CHUNKING") client.feed("354 go\r\n", 99);
    CHECK(client.count<MessageDone>() == 0);
    client.feed("250 2.0.0 In the box\r\n", 99);
    CHECK(client.count<MessageDone>() == 0);
    client.feed("452 4.2.2 Full\r\n", 99);
    const auto* done = client.last<MessageDone>();
    REQUIRE(done != nullptr);
    CHECK(done->each);
    CHECK(done->accepted);
    REQUIRE(done->recipients.size() == 3);
    CHECK(done->recipients[0].to_string() == "250 2.0.0 In the box");
    CHECK(done->recipients[1].code == 550);
    CHECK(done->recipients[2].to_string() == "452 4.2.2 Full");
    client.feed("221 bye\r\n", 99);
    CHECK(client.count<Closed>() == 1);
  }
}

TEST_CASE("an LMTP server that does not know LHLO is no LMTP server") {
  ClientConfig config = client_config();
  config.lmtp = true;
  ClientTap client{ClientSession(config, Instant{})};
  client.feed("220 x ESMTP\r\n500 what?\r\n", 99);
  CHECK(client.sent == "LHLO mail.sakura.example\r\nQUIT\r\n");
  REQUIRE(client.last<SessionFailed>() != nullptr);
  CHECK(client.last<SessionFailed>()->permanent);
}
