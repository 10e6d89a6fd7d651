// Walks the server's transition table: in every state every command is in order exactly if the
// table has a row, and leads where the row says.
#include <map>

#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

TEST_CASE("the server obeys its transition table in every state") {
  const std::string ehlo = "EHLO a.example\r\n";
  const std::string mail = ehlo + "MAIL FROM:<a@a.example>\r\n";
  const std::map<ServerState, std::string> ways = {
      {ServerState::start, ""},
      {ServerState::ready, ehlo},
      {ServerState::mail, mail},
      {ServerState::rcpt, mail + "RCPT TO:<b@b.example>\r\n"},
      {ServerState::chunks, mail + "RCPT TO:<b@b.example>\r\nBDAT 2\r\n\r\n"},
  };
  const std::map<ServerInput, std::string> commands = {
      {ServerInput::helo, "HELO x"},
      {ServerInput::ehlo, "EHLO x"},
      {ServerInput::auth, "AUTH LOGIN"},
      {ServerInput::mail, "MAIL FROM:<>"},
      {ServerInput::rcpt, "RCPT TO:<b@b.c>"},
      {ServerInput::data, "DATA"},
      {ServerInput::bdat, "BDAT 3\r\nx"},
      {ServerInput::rset, "RSET"},
      {ServerInput::noop, "NOOP"},
      {ServerInput::vrfy, "VRFY b"},
      {ServerInput::expn, "EXPN b"},
      {ServerInput::help, "HELP"},
      {ServerInput::quit, "QUIT"},
  };
  ServerConfig config = server_config();
  config.offer_auth = true;
  for (const auto& [state, way] : ways) {
    for (const auto& [input, line] : commands) {
      INFO(to_string(state) << " " << line);
      ServerTap server{ServerSession(config, Instant{})};
      server.feed(way, 100);
      REQUIRE(server.session.state() == state);
      server.take_sent();
      server.notes.clear();
      server.feed(line + "\r\n", 100);
      const ServerTransition* row = find_transition(state, input);
      REQUIRE(!server.notes.empty());
      ServerState next = row != nullptr ? row->next : state;
      if (next == ServerState::chunk) next = ServerState::chunks;  // its octets came along
      CHECK(server.session.state() == next);
      CHECK((server.notes[0].kind == NoteKind::violation) == (row == nullptr));
      const std::string code = server.sent.substr(0, 3);
      CHECK((code == "503" || code == "554") == (row == nullptr));
    }
  }
}
