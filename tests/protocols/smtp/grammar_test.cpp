// The grammar of commands (RFC 5321 §4.1.2, §4.1.3): whatever is allowed is taken, at every length
// that §4.5.3.1 wants, and nothing else is.
#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

namespace {

/// The code that `line` gets behind `before`.
std::string code(const std::string& before, const std::string& line,
                 ServerConfig config = server_config()) {
  ServerTap server{ServerSession(std::move(config), Instant{})};
  server.feed(before, 1000);
  server.take_sent();
  server.feed(line + "\r\n", 1000);
  return server.take_sent().substr(0, 3);
}

const std::string hello = "EHLO a.example\r\n";
const std::string longest_domain = std::string(63, 'd') + "." + std::string(63, 'd') + "." +
                                   std::string(63, 'd') + "." + std::string(61, 'd');

}  // namespace

TEST_CASE("what a client may call itself") {
  for (const std::string& good :
       {std::string("a.example"), std::string("localhost"), std::string("[127.0.0.1]"),
        std::string("[IPv6:2001:db8::1]"), std::string("my_laptop"), longest_domain})
    CHECK(code("", "EHLO " + good) == "250");
  for (const char* bad : {"", "a b", "a..b", ".a", "[300.1.1.1]", "[1.2.3.4", "[x]", "<a>", "a;b",
                          "\xc3\xbc.example"}) {
    INFO(bad);
    CHECK(code("", "EHLO " + std::string(bad)) == "501");
    CHECK(code("", "HELO " + std::string(bad)) == "501");
  }
}

TEST_CASE("every form of a path") {
  for (const std::string& good :
       {std::string("<a@b.example>"), std::string("<>"), std::string("<\"\"@b.example>"),
        std::string("<\"a b\\\"@\"@b.example>"), std::string("<a@[192.0.2.1]>"),
        std::string("<a@[IPv6:2001:db8::1]>"), std::string("<@r.example,@s.example:a@b.example>"),
        std::string("<@[IPv6:2001:db8::1],@[192.0.2.1]:a@b.example>"),
        "<" + std::string(64, 'l') + "@b.example>", "<a@" + longest_domain + ">"}) {
    INFO(good);
    CHECK(code(hello, "MAIL FROM:" + good) == "250");
  }
  for (const std::string& bad :
       {std::string("<a@-b.example>"), std::string("<a@b-.example>"), std::string("<a@b_c>"),
        std::string("<a@[300.1.1.1]>"), std::string("<a@[1.2.3]>"), std::string("<a@[IPv6:zz]>"),
        std::string("<a@[2001:db8::1]>"), std::string("<a@[foo]>"), std::string("<a@b.example.>"),
        std::string("<@:a@b.example>"), std::string("<@r..example:a@b.example>"),
        std::string("<@r.example,s.example:a@b.example>"), std::string("<@r.example>"),
        "<" + std::string(65, 'l') + "@b.example>", "<a@" + std::string(64, 'd') + ".example>",
        "<a@" + longest_domain + "ddd>"}) {
    INFO(bad);
    CHECK(code(hello, "MAIL FROM:" + bad) == "501");
  }
}

TEST_CASE("lines may be as long as all parameters together (RFC 3461 §4, RFC 4954 §5)") {
  const std::string longest = "<" + std::string(64, 'l') + "@" + longest_domain + ">";
  ServerConfig config = server_config();
  config.offer_auth = true;
  CHECK(code(hello,
             "MAIL FROM:" + longest + " SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=" +
                 std::string(100, 'e') + " AUTH=" + std::string(490, 'a'),
             config) == "250");
  const std::string begun = hello + "MAIL FROM:<>\r\n";
  CHECK(code(begun, "RCPT TO:" + longest + " NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;" +
                        std::string(493, 'o')) == "250");
  CHECK(code(begun, "RCPT TO:" + longest + " ORCPT=rfc822;" + std::string(494, 'o')) == "501");
  CHECK(code(hello, "NOOP " + std::string(2100, 'x')) == "500");
}

TEST_CASE("AUTH= is xtext or <>, and trusted by nobody (RFC 4954 §5)") {
  ServerConfig config = server_config();
  config.offer_auth = true;
  for (const char* good : {"<>", "aiko+40sakura.example", "aiko@sakura.example"})
    CHECK(code(hello, "MAIL FROM:<a@a.example> AUTH=" + std::string(good), config) == "250");
  for (const char* bad : {"", "a+4", "a+zz", "a=b"})
    CHECK(code(hello, "MAIL FROM:<a@a.example> AUTH=" + std::string(bad), config) == "501");
}

TEST_CASE("VRFY and EXPN with SMTPUTF8 (RFC 6531 §3.7.4.2)") {
  CHECK(code(hello, "VRFY <ben@kaede.example>") == "252");
  CHECK(code(hello, "EXPN <friends>") == "250");
  CHECK(code(hello, "EXPN friends SMTPUTF8") == "250");
  CHECK(code(hello, "VRFY \xe6\x84\x9b") == "553");
  CHECK(code(hello, "VRFY \xe6\x84\x9b SMTPUTF8") == "252");
  CHECK(code(hello, "VRFY ben SMTPUTF8", without_extensions(server_config())) == "555");
  for (const std::string flag : {"", " SMTPUTF8"}) {
    ServerTap server{ServerSession(server_config(), Instant{})};
    server.feed(hello, 100);
    server.take_sent();
    server.session.handle_bytes({}, "EXPN x" + flag + "\r\n");
    server.session.decide({}, Decision::accept("<\xe6\x84\x9b@sakura.example>"));
    server.drain();
    CHECK(server.take_sent() == (flag.empty() ? "550 5.6.7 The answer needs SMTPUTF8\r\n"
                                              : "250 2.1.5 <\xe6\x84\x9b@sakura.example>\r\n"));
  }
}

TEST_CASE("an answer to a challenge that is too long (RFC 4954 §6)") {
  ServerTap server{ServerSession(ServerConfig::for_submission("mail.sakura.example"), Instant{})};
  server.feed(hello + "AUTH PLAIN\r\n", 100);
  server.take_sent();
  server.feed(std::string(20000, 'A') + "\r\nNOOP\r\n", 100);
  CHECK(server.take_sent() ==
        "500 5.5.6 Authentication line too long\r\n250 2.0.0 Nothing done\r\n");
}

TEST_CASE("without a mechanism AUTH is not offered") {
  ServerConfig config = server_config();
  config.offer_auth = true;
  config.mechanisms = {};
  ServerTap server{ServerSession(config, Instant{})};
  server.feed(hello, 100);
  CHECK(server.take_sent().find("AUTH") == std::string::npos);
}
