// DSN (RFC 3461): what the sender wants to be told, on its way through both sessions.
#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

TEST_CASE("NOTIFY is read in any order and case, each word once") {
  CHECK(parse_notify("NEVER")->never());
  CHECK(to_string(*parse_notify("failure,Success")) == "SUCCESS,FAILURE");
  CHECK(to_string(*parse_notify("DELAY")) == "DELAY");
  for (const char* bad : {"", "NEVER,SUCCESS", "SUCCESS,", "SUCCESS,SUCCESS", "SOMETIMES"})
    CHECK(parse_notify(bad) == std::nullopt);
}

TEST_CASE("xtext") {
  CHECK(decode_xtext("QQ314+2B159") == "QQ314+159");
  CHECK(encode_xtext("a+b=c d") == "a+2Bb+3Dc+20d");
  for (const char* bad : {"+", "+2", "+2b", "+GG", "a=b", "a b"})
    CHECK(decode_xtext(bad) == std::nullopt);
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  CHECK(decode_xtext(encode_xtext(all)) == all);
}

TEST_CASE("ORCPT names the type of address; nothing in it can break a header") {
  CHECK(parse_original_recipient("rfc822;ben+2Bnews@kaede.example") ==
        "rfc822;ben+news@kaede.example");
  CHECK(encode_original_recipient("rfc822;ben+news@kaede.example") ==
        "rfc822;ben+2Bnews@kaede.example");
  for (const char* bad :
       {"", "rfc822", "rfc822;", ";x", "rfc822;a+0D+0ABcc:x", "rf c;x", "rfc822;+E6+84+9B@x"})
    CHECK(parse_original_recipient(bad) == std::nullopt);
}

TEST_CASE("ORCPT of type utf-8 has an encoding of its own (RFC 6533 §3)") {
  const std::string love = "utf-8;\xe6\x84\x9b@example";
  CHECK(parse_original_recipient("utf-8;\\x{611B}@example") == love);
  CHECK(parse_original_recipient(love) == love);
  CHECK(encode_original_recipient(love) == "utf-8;\\x{611B}@example");
  CHECK(encode_utf8_address("a+b=\\@\xf0\x9f\x8c\xb8") == "a\\x{2B}b\\x{3D}\\x{5C}@\\x{1F338}");
  for (const char* bad : {"utf-8;a+2B", "utf-8;a=b", "utf-8;\\x{0A}", "utf-8;\\x{D800}",
                          "utf-8;\\x{110000}", "utf-8;\\x{}", "utf-8;\\x{61", "utf-8;\xff"})
    CHECK(parse_original_recipient(bad) == std::nullopt);
  ServerTap server{ServerSession(server_config(), Instant{})};
  server.feed("EHLO a.example\r\nMAIL FROM:<a@a.example>\r\n", 100);
  server.take_sent();
  server.feed("RCPT TO:<b@b.example> ORCPT=" + love + "\r\n", 100);
  CHECK(server.take_sent().substr(0, 3) == "501");  // UTF-8 as it is needs SMTPUTF8
}

TEST_CASE("a server keeps what the sender wants, and refuses what makes no sense") {
  ServerTap server{ServerSession(server_config(), Instant{})};
  server.feed("EHLO a.example\r\n", 100);
  server.take_sent();
  const auto say = [&server](const std::string& line) {
    server.feed(line + "\r\n", 100);
    return server.take_sent().substr(0, 3);
  };
  CHECK(say("MAIL FROM:<a@a.example> RET=HALF") == "501");
  CHECK(say("MAIL FROM:<a@a.example> ENVID=") == "501");
  CHECK(say("MAIL FROM:<a@a.example> ENVID=a+0Ab") == "501");
  CHECK(say("MAIL FROM:<a@a.example> RET=HDRS ENVID=QQ+2B1") == "250");
  CHECK(server.session.envelope().envelope_id == "QQ+1");
  CHECK(server.session.envelope().return_content == ReturnContent::headers);
  CHECK(say("RCPT TO:<b@b.example> NOTIFY=ALWAYS") == "501");
  CHECK(say("RCPT TO:<b@b.example> ORCPT=b@b.example") == "501");
  CHECK(say("RCPT TO:<b@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x@b.example") == "250");
  CHECK(say("RCPT TO:<c@b.example>") == "250");
  const auto& recipients = server.session.envelope().recipients;
  REQUIRE(recipients.size() == 2);
  CHECK(recipients[0].notify == Notify{true, false, true});
  CHECK(recipients[0].original == "rfc822;x@b.example");
  CHECK(recipients[1].notify == std::nullopt);
}

TEST_CASE("without DSN, or after HELO, the parameters are not known") {
  for (const std::string hello : {"EHLO", "HELO"}) {
    ServerConfig config = server_config();
    config.offer_dsn = hello == "HELO";
    ServerTap server{ServerSession(config, Instant{})};
    server.feed(hello + " a.example\r\nMAIL FROM:<a@a.example>\r\n", 100);
    server.take_sent();
    server.feed("RCPT TO:<b@b.example> NOTIFY=NEVER\r\n", 100);
    CHECK(server.take_sent().substr(0, 3) == "555");
  }
}

TEST_CASE("the client passes it on to servers that know it, and to no others") {
  Envelope wished = envelope("a@a.example", {"b@b.example", "c@b.example"});
  wished.envelope_id = "letter 1";
  wished.return_content = ReturnContent::full;
  wished.recipients[0].notify = Notify{true, true, false};
  wished.recipients[0].original = "rfc822;b+x@b.example";
  wished.recipients[1].notify = Notify{};
  const auto commands = [&wished](const std::string& extensions) {
    ClientTap client{ClientSession(client_config(), Instant{})};
    client.session.send({}, wished, text("hi\r\n"));
    client.feed("220 x ESMTP\r\n250-PIPELINING\r\n250-PIPELINING\r\n250 " + extensions + "\r\n",
                99);
    return client.sent.substr(client.sent.find("MAIL"));
  };
  CHECK(commands("DSN") ==
        "MAIL FROM:<a@a.example> RET=FULL ENVID=letter+201\r\n"
        "RCPT TO:<b@b.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bx@b.example\r\n"
        "RCPT TO:<c@b.example> NOTIFY=NEVER\r\nDATA\r\n");
  CHECK(commands("HELP") ==
        "MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nRCPT TO:<c@b.example>\r\nDATA\r\n");
}

TEST_CASE("LIMITS (RFC 9422): no more recipients are asked than the server takes") {
  ClientTap client{ClientSession(client_config(), Instant{})};
  client.session.send({}, envelope("a@a.example", {"b@b.example", "c@b.example", "d@b.example"}),
                      text("hi\r\n"));
  client.feed("220 x\r\n250-x\r\n250-PIPELINING\r\n250 LIMITS MAILMAX=9 RCPTMAX=2\r\n", 99);
  CHECK(client.sent.substr(client.sent.find("MAIL")) ==
        "MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nRCPT TO:<c@b.example>\r\nDATA\r\n");
  client.feed("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 done\r\n", 99);
  const auto* done = client.last<MessageDone>();
  REQUIRE(done != nullptr);
  CHECK(done->accepted);
  REQUIRE(done->recipients.size() == 3);
  CHECK(done->recipients[1].code == 250);
  CHECK(done->recipients[2].code == 452);
}
