// The small parts: paths, replies, line framing, transition tables.
#include <set>

#include "protocols/core/line_buffer.hpp"
#include "protocols/smtp/capabilities.hpp"
#include "protocols/smtp/chunk_reader.hpp"
#include "protocols/smtp/dot_reader.hpp"
#include "protocols/smtp/envelope.hpp"
#include "protocols/smtp/reply.hpp"
#include "protocols/smtp/transitions.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;

TEST_CASE("paths are read and written") {
  CHECK(Path::parse("<>").value().null());
  CHECK(Path::parse("aiko@sakura.example").value() == Path{"aiko", "sakura.example"});
  CHECK(Path::parse("<@a.example,@b.example:c@d.example>").value() == Path{"c", "d.example"});
  CHECK(Path::parse("<\"a \\\"b\"@[192.0.2.1]>").value() == Path{"a \"b", "[192.0.2.1]"});
  CHECK(Path::parse("<\"joe\"@d.example>").value().to_string() == "<joe@d.example>");
  CHECK(Path{"a b", "d.example"}.to_string() == "<\"a b\"@d.example>");
  for (const char* bad : {"", "<", "<a@b", "<a>", "<a@>", "<@b>", "<a@b c>", "<.a@b>", "<a..b@c>",
                          "<a@-b.\xff>", "<a@[]>", "<\"a@b>", "<a@b@c>"})
    CHECK(!Path::parse(bad).ok());
  CHECK(!Path::parse("<" + std::string(65, 'a') + "@b>").ok());
  CHECK(!Path{"a\r\nDATA", "b.example"}.well_formed());
  CHECK(!Path{"a", "b.example>\r\nDATA"}.well_formed());
  CHECK(Path{}.well_formed());
}

TEST_CASE("replies are written and read") {
  const Reply reply{250, "2.1.5", {"one", "two"}};
  CHECK(format(reply) == "250-2.1.5 one\r\n250 2.1.5 two\r\n");
  ReplyParser parser;
  parser.append(format(reply) + "220\r\n550 5.1.1\r\n550 4.1.1 wrong class\r\n250 1.2.3.4 ok\r\n");
  CHECK(parser.next()->value().reply == reply);
  CHECK(parser.next()->value().reply == Reply{220, "", {""}});
  CHECK(parser.next()->value().reply == Reply{550, "5.1.1", {""}});
  CHECK(parser.next()->value().reply == Reply{550, "", {"4.1.1 wrong class"}});
  CHECK(parser.next()->value().reply == Reply{250, "", {"1.2.3.4 ok"}});
  CHECK(!parser.next());
  const std::string wide = format({500, "5.0.0", {std::string(2000, 'x')}});
  for (std::size_t at = 0; at < wide.size(); at = wide.find('\n', at) + 1)
    CHECK(wide.find('\n', at) - at < 512);
}

TEST_CASE("nonsense poisons the reply parser") {
  for (const char* bad : {"25\r\n", "abc hello\r\n", "199 x\r\n", "600 x\r\n", "250x\r\n",
                          "250-a\r\n251 b\r\n", "250 a\nb\r\n", "\r\n"}) {
    ReplyParser parser;
    parser.append(std::string(bad) + "250 ok\r\n");
    const auto first = parser.next();
    REQUIRE(first.has_value());
    CHECK(!first->ok());
    CHECK(!parser.next());
  }
}

TEST_CASE("lines end with CRLF only, and memory is bounded") {
  LineBuffer buffer(10);
  buffer.append("one\r\ntwo\nxx\r\n0123456789ABCDEF\r\n12345678\r\n\r\n\r\r\n");
  CHECK(*buffer.next_line() == Line{"one", 0, 5, LineDefect::none});
  CHECK(*buffer.next_line() == Line{"two\nxx", 5, 13, LineDefect::bare_cr_or_lf});
  CHECK(*buffer.next_line() == Line{"0123456789", 13, 31, LineDefect::too_long});
  CHECK(*buffer.next_line() == Line{"12345678", 31, 41, LineDefect::none});
  CHECK(*buffer.next_line() == Line{"", 41, 43, LineDefect::none});
  CHECK(*buffer.next_line() == Line{"\r", 43, 46, LineDefect::bare_cr_or_lf});
  CHECK(!buffer.next_line());
  for (int i = 0; i < 10000; ++i) {
    buffer.append("endless ");
    CHECK(!buffer.next_line());
  }
  CHECK(buffer.pending() == 0);
}

TEST_CASE("dots are stuffed and unstuffed") {
  for (const char* content : {"", ".\r\n", "..\r\n.\r\n", "a\r\n.b\r\n\r\n", "\r\n.\r\n.\r\n"}) {
    DotReader reader(100);
    const std::string wire = dot_stuff(content);
    CHECK(reader.feed(wire + "QUIT\r\n") == wire.size());
    CHECK(reader.done());
    CHECK(reader.content() == content);
    CHECK(!reader.bare_cr_or_lf());
  }
  CHECK(dot_stuff("no end") == "no end\r\n.\r\n");
}

TEST_CASE("content that will be refused takes no memory") {
  DotReader dots(1000);
  ChunkReader chunks(1000);
  dots.feed(std::string(900, 'x'));
  chunks.feed(std::string(900, 'x'));
  CHECK(dots.held() >= 900);
  CHECK(chunks.held() >= 900);
  dots.feed(std::string(200, 'x'));
  chunks.feed(std::string(200, 'x'));
  CHECK(dots.too_large());
  CHECK(chunks.too_large());
  CHECK(dots.held() < 100);
  CHECK(chunks.held() < 100);

  DotReader forgetful(1000);
  forgetful.feed(std::string(900, 'x'));
  forgetful.forget();
  forgetful.feed("x\r\n.\r\n");
  CHECK(forgetful.done());
  CHECK_FALSE(forgetful.too_large());
  CHECK(forgetful.forgotten());
  CHECK(forgetful.held() < 100);
}

TEST_CASE("capabilities are read generously") {
  const Capabilities c = parse_capabilities(
      {250, "", {"mx.example hi", "size 0", "Pipelining", "AUTH plain LOGIN PLAIN", "X-FOO"}},
      true);
  CHECK(c.server_name == "mx.example");
  CHECK(c.size);
  CHECK(!c.max_size);
  CHECK(c.pipelining);
  CHECK(c.auth_mechanisms == std::vector<std::string>{"PLAIN", "LOGIN"});
  CHECK(!parse_capabilities({250, "", {"mx", "PIPELINING"}}, false).pipelining);
}

namespace {

template <class Table, class State>
void walk(const Table& table, State first, State last, State closed) {
  std::set<State> reached{first};
  std::set<std::pair<State, int>> keys;
  for (std::size_t again = 0; again < table.size(); ++again)
    for (const auto& row : table)
      if (reached.count(row.state) != 0) reached.insert(row.next);
  for (const auto& row : table) {
    CHECK(!row.rule.empty());
    CHECK(row.state != closed);  // nothing leads out of the end
    CHECK(keys.emplace(row.state, static_cast<int>(row.input)).second);
    CHECK(find_transition(row.state, row.input) == &row);
  }
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto state = static_cast<State>(i);
    INFO(to_string(state));
    CHECK(!to_string(state).empty());
    std::set<State> from{state};  // the end can be reached from everywhere
    for (std::size_t again = 0; again < table.size(); ++again)
      for (const auto& row : table)
        if (from.count(row.state) != 0) from.insert(row.next);
    CHECK(from.count(closed) == 1);
    if (to_string(state) != "refused") CHECK(reached.count(state) == 1);
  }
}

}  // namespace

TEST_CASE("the transition tables are whole") {
  walk(server_transitions(), ServerState::start, ServerState::closed, ServerState::closed);
  walk(client_transitions(), ClientState::greeting, ClientState::closed, ClientState::closed);
}
