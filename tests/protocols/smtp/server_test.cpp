// What a client may get wrong or do unusually, and the limits.
#include "protocols/smtp/server.hpp"

#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

namespace {

/// The script without greeting; run line by line at every chunk size, and all at once.
void check_server(const ServerConfig& config, std::string_view script_text) {
  const Dialogue script =
      parse("S: 220 " + config.hostname + " ESMTP Posthorn\n" + std::string(script_text));
  for (const std::size_t chunk : chunk_sizes) {
    INFO("chunks of " << chunk);
    CHECK(print(run_server(config, script, chunk)) == print(script));
    ServerTap at_once{ServerSession(config, Instant{})};
    at_once.feed(side_of(script, 'C'), chunk);
    CHECK(at_once.sent == side_of(script, 'S'));
    CHECK(tiles(at_once.notes, Flow::sent, at_once.sent.size()));
  }
}

void check_server(std::string_view script) { check_server(server_config(), script); }

const std::string helo = "C: HELO a.example\nS: 250 mail.kaede.example greets a.example\n";
const std::string ehlo =
    "C: EHLO a.example\n"
    "S: 250-mail.kaede.example greets a.example\n"
    "S: 250-PIPELINING\nS: 250-SIZE 1000\nS: 250-8BITMIME\nS: 250-SMTPUTF8\n"
    "S: 250-CHUNKING\nS: 250-DSN\nS: 250-LIMITS RCPTMAX=100\n"
    "S: 250-ENHANCEDSTATUSCODES\nS: 250 HELP\n";

}  // namespace

TEST_CASE("commands out of order get 503 and change nothing") {
  check_server(R"(
    C: MAIL FROM:<a@a.example>
    S: 503 5.5.1 Say HELO or EHLO first
    C: DATA
    S: 503 5.5.1 Say HELO or EHLO first
  )" + helo + R"(
    C: RCPT TO:<b@b.example>
    S: 503 5.5.1 MAIL comes before RCPT
    C: mail from:<a@a.example>
    S: 250 2.1.0 Sender ok
    C: MAIL FROM:<c@c.example>
    S: 503 5.5.1 A transaction is open already
    C: DATA
    S: 554 5.5.1 No valid recipients
    C: rcpt to:<Postmaster>
    S: 250 2.1.5 Recipient ok
    C: RSET
    S: 250 2.0.0 Reset
    C: DATA
    S: 503 5.5.1 Bad sequence of commands
  )");
}

TEST_CASE("syntax that is wrong gets 501, and what is unknown 500 or 502") {
  check_server(R"(
    C: EHLO
    S: 501 5.5.4 Syntax: EHLO your-host-name
    C: FOO bar
    S: 500 5.5.2 Command not recognized
    C: STARTTLS
    S: 502 5.5.1 TLS is not offered
    C: AUTH PLAIN
    S: 502 5.5.1 Authentication is not offered
  )" + helo + R"(
    C: MAIL FROM: <a@a.example>
    S: 501 5.5.4 No space is allowed after the colon
    C: MAIL a@a.example
    S: 501 5.5.4 Syntax: MAIL FROM:<address>
    C: MAIL FROM:<a@a..example>
    S: 501 5.1.7 Bad address: the domain is malformed, or too long
    C: MAIL FROM:<a@a.example> SIZE=3
    S: 555 5.5.4 Parameter not recognized: SIZE
    C: QUIT now
    S: 501 5.5.4 QUIT takes no argument
  )");
}

TEST_CASE("parameters of MAIL and RCPT") {
  check_server(ehlo + R"(
    C: MAIL FROM:<a@a.example> SIZE=1001
    S: 552 5.3.4 The message is larger than this server takes
    C: MAIL FROM:<a@a.example> SIZE=99999999999999999999
    S: 552 5.3.4 The message is larger than this server takes
    C: MAIL FROM:<a@a.example> SIZE=ten
    S: 501 5.5.4 Bad value of parameter SIZE
    C: MAIL FROM:<a@a.example> BODY=BINARYMIME
    S: 501 5.5.4 Bad value of parameter BODY
    C: MAIL FROM:<a@a.example> SIZE=1 size=2
    S: 501 5.5.4 Parameter given twice: SIZE
    C: MAIL FROM:<a@a.example> COLOUR=red
    S: 555 5.5.4 Parameter not recognized: COLOUR
    C: MAIL FROM:<)"
                      "\xe6\x84\x9b"
                      R"(@a.example>
    S: 553 5.6.7 A non-ASCII address needs SMTPUTF8
    C: MAIL FROM:<)"
                      "\xe6\x84\x9b"
                      R"(@a.example> SMTPUTF8 BODY=8bitmime
    S: 250 2.1.0 Sender ok
    C: RCPT TO:<b@b.example> COLOUR=red
    S: 555 5.5.4 Parameter not recognized: COLOUR
    C: RCPT TO:<>
    S: 501 5.1.3 The recipient is missing
    C: RCPT TO:<@relay.example:"a b"@b.example>
    S: 250 2.1.5 Recipient ok
  )");
}

TEST_CASE("questions on the side") {
  check_server(R"(
    C: NOOP anything
    S: 250 2.0.0 Nothing done
    C: VRFY
    S: 501 5.5.4 Syntax: VRFY name
    C: VRFY ben
    S: 252 2.5.0 Cannot verify, but will try to deliver
    C: EXPN
    S: 501 5.5.4 Syntax: EXPN name
    C: EXPN friends
    S: 250-2.1.5 <aiko@sakura.example>
    S: 250 2.1.5 <ben@kaede.example>
    C: HELP
    S: 214 2.0.0 HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT
    C: QUIT
    S: 221 2.0.0 mail.kaede.example closing the connection
  )");
}

TEST_CASE("authentication") {
  ServerConfig config = ServerConfig::for_submission("mail.sakura.example");
  config = without_extensions(std::move(config));
  config.mechanisms = {sasl::Mechanism::plain, sasl::Mechanism::login};
  config.max_errors = 20;
  check_server(config, R"(
    C: EHLO laptop.example
    S: 250-mail.sakura.example greets laptop.example
    S: 250-AUTH PLAIN LOGIN
    S: 250-ENHANCEDSTATUSCODES
    S: 250 HELP
    C: MAIL FROM:<aiko@sakura.example>
    S: 530 5.7.0 Authentication required
    C: AUTH
    S: 501 5.5.4 Syntax: AUTH mechanism
    C: AUTH CRAM-MD5
    S: 504 5.5.4 Mechanism not offered
    C: AUTH PLAIN
    S: 334 
    C: *
    S: 501 5.7.0 Authentication cancelled
    C: AUTH PLAIN !!
    S: 501 5.5.2 Not valid base64
    C: AUTH PLAIN =
    S: 501 5.5.2 Malformed PLAIN response
    C: AUTH PLAIN AGFpa28Ac2FrdXJh
    S: 535 5.7.8 Authentication failed
    C: AUTH LOGIN
    S: 334 VXNlcm5hbWU6
    C: YWlrbw==
    S: 334 UGFzc3dvcmQ6
    C: c2FrdXJh
    S: 535 5.7.8 Authentication failed
    C: auth login YWlrbw==
    S: 334 UGFzc3dvcmQ6
    C: aGFuYW1p
    S: 235 2.7.0 Authentication succeeded
    C: AUTH PLAIN
    S: 503 5.5.1 Already authenticated
    C: MAIL FROM:<aiko@sakura>
    S: 554 5.1.7 The domain must be fully qualified
    C: MAIL FROM:<aiko@sakura.example> 
    S: 250 2.1.0 Sender ok
    C: RCPT TO:<ben@kaede.example>
    S: 250 2.1.5 Recipient ok
    C: DATA
    S: 354 Send the message; end it with a dot on a line by itself
    C: .
    S: 250 2.0.0 Message accepted
  )");
}

TEST_CASE("too many recipients, too many errors, a host that hangs up") {
  ServerConfig config = server_config();
  config.max_recipients = 1;
  config.max_errors = 2;
  check_server(config, helo + R"(
    C: MAIL FROM:<a@a.example>
    S: 250 2.1.0 Sender ok
    C: RCPT TO:<b@b.example>
    S: 250 2.1.5 Recipient ok
    C: RCPT TO:<c@b.example>
    S: 452 4.5.3 Too many recipients
    C: WHAT
    S: 500 5.5.2 Command not recognized
    C: EVER
    S: 421 4.7.0 mail.kaede.example Too many errors, closing the connection
  )");
  check_server(helo + R"(
    C: MAIL FROM:<a@a.example>
    S: 250 2.1.0 Sender ok
    C: RCPT TO:<doom@b.example>
    S: 421 4.3.2 mail.kaede.example Bye
  )");
}

TEST_CASE("an over-long line gets one 500 and the next line is read normally") {
  check_server("C: " + std::string(2100, 'x') + "\nS: 500 5.5.2 Line too long\n" + helo);
  check_server("C: AUTH " + std::string(20000, 'x') + "\nS: 500 5.5.2 Line too long\n" + helo);
}

namespace {

const std::string to_data =
    "EHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n";

ServerTap after_data(const std::string& bytes, std::size_t chunk) {
  ServerTap server{ServerSession(server_config(), Instant{})};
  server.feed(to_data, chunk);
  server.take_sent();
  server.feed(bytes, chunk);
  CHECK(tiles(server.notes, Flow::received, to_data.size() + bytes.size()));
  return server;
}

}  // namespace

TEST_CASE("only CRLF.CRLF ends content: no smuggling") {
  const std::vector<std::string> pretended_ends = {
      "\n.\n",   "\n.\r\n",     "\r.\r",       "\r\n.\n",   "\r\n.\r",
      "\r.\r\n", "\r\n\n.\r\n", "\r\n.\r\r\n", "\n.\r\r\n", "\r\n.\n\r\n"};
  for (const std::string& end : pretended_ends) {
    for (const std::size_t chunk : chunk_sizes) {
      INFO("pretended end no. " << (&end - pretended_ends.data()) << ", chunks of " << chunk);
      const ServerTap server = after_data(
          "one" + end + "MAIL FROM:<evil@a.example>\r\nRCPT TO:<c@b.example>\r\n.\r\nNOOP\r\n",
          chunk);
      CHECK(server.sent ==
            "554 5.6.0 The message holds a CR or LF alone; lines end with CRLF\r\n"
            "250 2.0.0 Nothing done\r\n");
      CHECK(server.count<ContentReceived>() == 0);
      CHECK(server.count<TransactionReset>() == 1);
      CHECK(server.count<SenderAsked>() == 1);
    }
  }
}

TEST_CASE("bare CR and LF in a command are refused and end nothing") {
  ServerTap server{ServerSession(server_config(), Instant{})};
  server.take_sent();
  server.feed("NOOP\nQUIT\rNOOP\r\nNOOP\r\n", 1);
  CHECK(server.sent ==
        "500 5.5.2 Lines end with CRLF; CR or LF alone is not allowed\r\n"
        "250 2.0.0 Nothing done\r\n");
}

TEST_CASE("content is measured while it is read") {
  const std::string fits(998, 'x');
  CHECK(after_data(fits + "\r\n.\r\n", 7).sent == "250 2.0.0 Message accepted\r\n");
  CHECK(after_data(fits + "x\r\n.\r\nNOOP\r\n", 7).sent ==
        "552 5.3.4 The message is too large\r\n250 2.0.0 Nothing done\r\n");
}

TEST_CASE("an open question stops all work, and bytes are kept") {
  ServerSession session(server_config(), Instant{});
  const auto drain = [&session] {
    std::string sent;
    for (auto out = session.poll(); !std::holds_alternative<Idle>(out); out = session.poll())
      if (auto* transmit = std::get_if<Transmit>(&out)) sent += transmit->bytes;
    return sent;
  };
  drain();
  session.handle_bytes({}, "HELO a.example\r\nMAIL FROM:<a@a.example>\r\nRSET\r\nQUIT\r\n");
  drain();
  CHECK(session.awaiting_decision());
  CHECK(drain().empty());
  CHECK(!std::get<Idle>(session.poll()).wake_at.has_value());
  const ServerSession copy = session;  // a checkpoint
  session.decide(Instant{} + 1h, Decision::refuse(450, "", ""));
  CHECK(drain() ==
        "450 4.0.0 Refused\r\n250 2.0.0 Reset\r\n"
        "221 2.0.0 mail.kaede.example closing the connection\r\n");
  session = copy;
  session.handle_bytes({}, std::string(2 * 1024 * 1024, 'x'));
  CHECK(drain() == "421 4.7.0 mail.kaede.example Too much input at once, closing\r\n");
  session.decide({}, Decision::accept());  // too late: nothing happens
  CHECK(drain().empty());
}

TEST_CASE("time-outs and the end of the stream") {
  ServerTap server{ServerSession(server_config(), Instant{})};
  server.take_sent();
  REQUIRE(server.idle.wake_at == Instant{} + 5min);
  server.session.handle_wakeup(Instant{} + 4min);
  server.drain();
  CHECK(server.sent.empty());
  ServerTap other = server;
  server.session.handle_wakeup(Instant{} + 5min);
  server.drain();
  CHECK(server.sent == "421 4.4.2 mail.kaede.example Time-out, closing the connection\r\n");
  CHECK(server.shut);
  CHECK(server.count<Aborted>() == 1);
  other.feed("NOO", 3);
  other.session.handle_eof({});
  other.drain();
  CHECK(other.sent.empty());
  CHECK(other.shut);
  CHECK(other.count<Aborted>() == 1);
}

TEST_CASE("the host's words cannot break the protocol") {
  ServerSession session(server_config(), Instant{});
  session.handle_bytes({}, "HELO a.example\r\nMAIL FROM:<a@a.example>\r\n");
  while (!std::holds_alternative<Idle>(session.poll())) {
  }
  session.decide({}, Decision::refuse(550, "5.7.1", "no\r\n250 yes \xff"));
  CHECK(std::get<Transmit>(session.poll()).bytes == "550-5.7.1 no?\r\n550 5.7.1 250 yes ?\r\n");
}

TEST_CASE("a NUL does not travel without BINARYMIME") {
  for (const std::size_t chunk : chunk_sizes) {
    const ServerTap server = after_data(std::string("one\0two\r\n.\r\nNOOP\r\n", 18), chunk);
    CHECK(server.sent ==
          "554 5.6.0 The message holds a NUL, which needs BINARYMIME\r\n"
          "250 2.0.0 Nothing done\r\n");
    CHECK(server.count<ContentReceived>() == 0);
  }
}

TEST_CASE("who is named twice with the same wishes gets the letter once") {
  ServerTap server{ServerSession(server_config(), Instant{})};
  server.feed(
      "EHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\n"
      "RCPT TO:<b@b.example>\r\nRCPT TO:<c@b.example>\r\nRCPT TO:<b@b.example> NOTIFY=NEVER\r\n"
      "DATA\r\nhello\r\n.\r\n",
      1000);
  REQUIRE(server.count<ContentReceived>() == 1);
  CHECK(server.last<ContentReceived>()->envelope.recipients.size() == 3);
}

TEST_CASE("without room for it, content is thrown away and refused for now (452)") {
  ServerTap server{ServerSession(server_config(), Instant{})};
  const std::string begin =
      "EHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\n";
  for (const std::string content : {"DATA\r\nsome", "BDAT 8\r\nsome"}) {
    server.feed(begin + content, 1000);
    CHECK(server.session.held() >= 4);
    server.session.forget_content();
    CHECK(server.session.held() < 100);
    server.take_sent();
    server.feed(content[0] == 'D' ? "\r\n.\r\n" : "\r\nxxBDAT 2 LAST\r\n\r\n", 1000);
    CHECK(server.count<ContentReceived>() == 0);
    const std::string said = server.take_sent();
    CHECK(said.substr(said.rfind("\n", said.size() - 2) + 1).substr(0, 9) == "452 4.3.1");
  }
}

TEST_CASE("too many commands that bring no message") {
  ServerConfig config = server_config();
  config.max_idle_commands = 4;
  std::string mail = "C: MAIL FROM:<a@a.example>\nS: 250 2.1.0 Sender ok\n";
  for (const char* name : {"b", "c", "d", "e"})
    mail += "C: RCPT TO:<" + std::string(name) + "@b.example>\nS: 250 2.1.5 Recipient ok\n";
  check_server(config, helo + mail + R"(
    C: DATA
    S: 354 Send the message; end it with a dot on a line by itself
    C: hi
    C: .
    S: 250 2.0.0 Message accepted
  )" + mail + R"(
    C: BDAT 2
    C:
    S: 250 2.0.0 2 octets received
    C: RSET
    S: 250 2.0.0 Reset
    C: NOOP
    S: 250 2.0.0 Nothing done
    C: VRFY ben
    S: 252 2.5.0 Cannot verify, but will try to deliver
    C: NOOP
    S: 421 4.7.0 mail.kaede.example Too many commands without a message
  )");
}
