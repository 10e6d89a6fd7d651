// DNS over TCP (RFC 7766): framing, the server's end, the resolver's end, and when a resolver uses
// it.
#include "protocols/dns/stream.hpp"

#include "tests/protocols/dns/internet.hpp"
#include "tests/support/catch.hpp"

namespace posthorn::dns {
namespace {

using namespace testing;

std::shared_ptr<const Zone> kaede(int exchangers = 2) {
  std::vector<Record> records;
  for (int i = 0; i < exchangers; ++i)
    records.push_back(mx("kaede.example", 10, "mail" + std::to_string(i) + ".kaede.example"));
  records.push_back(a("mail0.kaede.example", "192.0.2.25"));
  return zone("kaede.example", records);
}

std::string query(std::uint16_t id, std::string_view what, RecordType type) {
  return encode(make_query(id, name(what), type));
}

TEST_CASE("messages on a stream, however it is cut (RFC 7766 §8)") {
  const std::string long_one(70000 / 2, 'x');
  const std::string stream = framed("one") + framed("") + framed(long_one) + framed("last");
  CHECK(stream.substr(0, 5) == std::string("\0\3one", 5));
  for (const std::size_t piece :
       {std::size_t(1), std::size_t(2), std::size_t(3), std::size_t(4096), stream.size()}) {
    CAPTURE(piece);
    MessageBuffer buffer;
    std::vector<StreamMessage> messages;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      buffer.append(std::string_view(stream).substr(at, piece));
      while (auto message = buffer.next()) messages.push_back(*message);
    }
    const std::uint64_t end = 7 + long_one.size();
    CHECK(messages ==
          std::vector<StreamMessage>{
              {"one", 0, 5}, {"", 5, 7}, {long_one, 7, end + 2}, {"last", end + 2, end + 8}});
    CHECK_FALSE(buffer.mid_message());
  }
  MessageBuffer buffer;
  buffer.append(std::string("\0\3on", 4));
  CHECK_FALSE(buffer.next());
  CHECK(buffer.mid_message());
}

/// Everything a server says, as one line an output.
std::string drain(ServerSession& session) {
  std::string log;
  for (;;) {
    const auto output = session.poll();
    if (const auto* idle = std::get_if<Idle>(&output))
      return log + (idle->wake_at ? "idle until " + Internet::seconds(*idle->wake_at - Instant{})
                                  : "idle");
    if (const auto* sent = std::get_if<Transmit>(&output))
      log += "S: " + summary(decode(sent->bytes.substr(2)).value()) + "\n";
    if (const auto* note = std::get_if<Note>(&output))
      if (note->flow == Flow::received)
        log += "C: " + (note->kind == NoteKind::violation ? "no query" : note->verb) + "\n";
    if (std::holds_alternative<Shutdown>(output)) log += "S hangs up\n";
  }
}

TEST_CASE("a server answers one query after the other") {
  ServerSession session(AuthoritativeServer({kaede()}), Instant{});
  CHECK(drain(session) == "idle until 10s");
  session.handle_bytes(Instant(1s), framed(query(1, "kaede.example", RecordType::mx)) +
                                        framed(query(2, "mail0.kaede.example", RecordType::a)) +
                                        framed("short"));
  CHECK(drain(session) == script(R"(
      C: MX
      S: MX 10 mail0.kaede.example TTL 300, MX 10 mail1.kaede.example TTL 300
      C: A
      S: A 192.0.2.25 TTL 300
      C: no query
      S hangs up
      )") + "idle");
  // After what was no query, nothing can be trusted.
  session.handle_bytes(Instant(2s), framed(query(3, "kaede.example", RecordType::mx)));
  CHECK(drain(session) == "idle");
}

TEST_CASE("answers that a client asked for before it closed its half still come") {
  ServerSession session(AuthoritativeServer({kaede()}), Instant{});
  session.handle_bytes(Instant(1s), framed(query(2, "mail0.kaede.example", RecordType::a)));
  session.handle_eof(Instant(1s));
  CHECK(drain(session) == "C: A\nS: A 192.0.2.25 TTL 300\nS hangs up\nidle");
}

TEST_CASE("a silent client is hung up on; half a query counts as silence (RFC 7766 §6.2.3)") {
  ServerSession session(AuthoritativeServer({kaede()}), Instant{});
  const std::string bytes = framed(query(2, "mail0.kaede.example", RecordType::a));
  session.handle_bytes(Instant(4s), bytes);
  CHECK(drain(session) == "C: A\nS: A 192.0.2.25 TTL 300\nidle until 14s");
  session.handle_bytes(Instant(8s), bytes.substr(0, 5));
  CHECK(drain(session) == "idle until 14s");
  session.handle_wakeup(Instant(14s));
  CHECK(drain(session) == "S hangs up\nidle");
}

TEST_CASE("a server that is silent about a name leaves the stream open") {
  AuthoritativeServer troubled({kaede()});
  troubled.set_troubles({BadAnswer{name("kaede.example"), std::nullopt}});
  ServerSession session(troubled, Instant{});
  const std::string bytes = framed(query(1, "kaede.example", RecordType::mx)) +
                            framed(query(2, "sakura.example", RecordType::mx));
  session.handle_bytes(Instant(1s), bytes);
  CHECK(drain(session) == "C: MX\nC: MX\nS: REFUSED\nidle until 11s");
  // The trouble is over: the same stream brings answers again.
  session.set_server(AuthoritativeServer({kaede()}));
  session.handle_bytes(Instant(2s), framed(query(3, "mail0.kaede.example", RecordType::a)));
  CHECK(drain(session) == "C: A\nS: A 192.0.2.25 TTL 300\nidle until 12s");
  // Trouble can also begin in the middle.
  session.set_server(troubled);
  session.handle_bytes(Instant(3s), framed(query(4, "mail0.kaede.example", RecordType::a)));
  session.handle_eof(Instant(3s));
  CHECK(drain(session) == "C: A\nS hangs up\nidle");
}

/// A resolver whose only server has more to say than fits into a datagram.
Internet much_to_say() {
  ResolverConfig config;
  config.hints = {ip("192.0.2.53"), ip("192.0.2.54")};
  Internet net(config);
  for (const char* const address : {"192.0.2.53", "192.0.2.54"}) net.serve(address, {kaede(60)});
  return net;
}

TEST_CASE("a truncated reply is asked for again by TCP (RFC 7766 §5)") {
  Internet net = much_to_say();
  const std::string log = net.ask("kaede.example", RecordType::mx);
  CHECK(log.starts_with(script(R"(
      -> 192.0.2.53 MX? kaede.example
      <- 192.0.2.53 no MX record (truncated)
      => 192.0.2.53 by TCP: MX? kaede.example
      <= MX 10 mail0.kaede.example TTL 300, MX 10 mail1.kaede.example TTL 300, MX 10 mail2.kaede.example TTL 300, MX 10 mail3.kaede.example TTL 300 and 56 more
      cache kaede.example: MX 10 mail0.kaede.example TTL 300, MX 10 mail1.kaede.example TTL 300, MX 10 mail2.kaede.example TTL 300, … +57 for 300s
      )")));
  CHECK(net.ask("kaede.example", RecordType::mx).find("mail59") != std::string::npos);
}

TEST_CASE("where TCP is refused, the next server is asked") {
  Internet net = much_to_say();
  net.no_tcp = {ip("192.0.2.53")};
  const std::string log = net.ask("kaede.example", RecordType::mx);
  CHECK(log.starts_with(script(R"(
      -> 192.0.2.53 MX? kaede.example
      <- 192.0.2.53 no MX record (truncated)
      => 192.0.2.53 by TCP: MX? kaede.example
      -> 192.0.2.54 MX? kaede.example
      <- 192.0.2.54 no MX record (truncated)
      => 192.0.2.54 by TCP: MX? kaede.example
      )")));
  net = much_to_say();
  net.no_tcp = {ip("192.0.2.53"), ip("192.0.2.54")};
  CHECK(net.ask("kaede.example", RecordType::mx).ends_with("=  MX kaede.example: SERVFAIL (0s)\n"));
  CHECK(net.resolver.in_flight() == 0);
}

/// A resolver that has just been told to come back by TCP.
struct OnStream {
  Internet net = much_to_say();
  OpenStream open;
  Message reply;

  OnStream() {
    net.resolver.start(net.now, name("kaede.example"), RecordType::mx);
    net.carry(std::get<SendDatagram>(net.resolver.poll()));
    open = std::get<OpenStream>(net.resolver.poll());
    reply = decode(open.bytes).value();
    reply.header.response = reply.header.authoritative = true;
    reply.answers = {mx("kaede.example", 10, "mail0.kaede.example")};
    net.log.clear();
  }
  std::string receive(const Message& message) {
    net.resolver.handle_stream_message(net.now, open.stream, encode(message));
    net.drain();
    return net.log;
  }
};

TEST_CASE("the reply on a stream must be the one that was asked for too (RFC 7766 §7)") {
  OnStream on;
  Message reply = on.reply;
  SECTION("another id") { reply.header.id ^= 1; }
  SECTION("another question") { reply.questions[0].name = name("sakura.example"); }
  SECTION("a query") { reply.header.response = false; }
  CHECK(on.receive(reply).starts_with("   ignored from 192.0.2.53: "));
  // That server is of no use; the other one is asked.
  CHECK(on.net.log.find("-> 192.0.2.54 MX? kaede.example") != std::string::npos);
}

TEST_CASE("a datagram does not answer what was asked by TCP") {
  OnStream on;
  on.net.resolver.handle_datagram(on.net.now, ip("192.0.2.53"), encode(on.reply));
  on.net.drain();
  CHECK(on.net.log == "   ignored from 192.0.2.53: the question went by TCP\n");
  CHECK(on.receive(on.reply).find("ok, MX 10 mail0.kaede.example") != std::string::npos);
}

TEST_CASE("a stream that takes too long is given up, and what it says then is not heard") {
  OnStream on;
  const auto idle = std::get<Idle>(on.net.resolver.poll());
  REQUIRE(idle.wake_at == Instant(5s));
  on.net.silent = {ip("192.0.2.53"), ip("192.0.2.54")};
  on.net.now = Instant(5s);
  on.net.resolver.handle_wakeup(on.net.now);
  on.net.settle();
  CHECK(on.net.log.ends_with("=  MX kaede.example: timeout (0s)\n"));
  on.net.log.clear();
  CHECK(on.receive(on.reply).empty());
}

TEST_CASE("the resolver's end: one query, one reply, and the line is free") {
  ClientSession session({StreamId{7}, ip("192.0.2.53"), query(1, "a.example", RecordType::a), {}},
                        5s);
  CHECK(std::get<Idle>(session.poll()).wake_at == std::nullopt);  // not connected yet
  session.handle_connect(Instant{});
  CHECK(std::get<Transmit>(session.poll()).bytes == framed(query(1, "a.example", RecordType::a)));
  CHECK(std::get<Note>(session.poll()).verb == "A");
  CHECK(std::get<Idle>(session.poll()).wake_at == Instant(5s));
  SECTION("a reply") {
    session.handle_bytes(Instant(1s), framed("whatever") + "and more");
    CHECK(std::get<Note>(session.poll()).kind == NoteKind::violation);
    CHECK(std::get<StreamEvent>(session.poll()) ==
          StreamEvent{StreamReply{StreamId{7}, "whatever"}});
  }
  SECTION("a server that hangs up in the middle") {
    session.handle_bytes(Instant(1s), framed("whatever").substr(0, 5));
    session.handle_eof(Instant(1s));
    CHECK(std::get<StreamEvent>(session.poll()) == StreamEvent{StreamFailed{StreamId{7}}});
  }
  SECTION("a server that says nothing") {
    session.handle_wakeup(Instant(5s));
    CHECK(std::get<StreamEvent>(session.poll()) == StreamEvent{StreamFailed{StreamId{7}}});
  }
  CHECK(std::holds_alternative<Shutdown>(session.poll()));
  session.handle_eof(Instant(6s));
  session.handle_wakeup(Instant(60s));
  CHECK(std::get<Idle>(session.poll()).wake_at == std::nullopt);
}

}  // namespace
}  // namespace posthorn::dns
