// What a server takes the next octets for: dialogues ("C: ", "S: "), all at once and byte by byte.
#include "console/awaited.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using posthorn::console::Awaited;
using posthorn::scenario::Service;

namespace {

/// After each line: C command, L letter, O octets, R rest, A answer, I idle's end; and a "!" where
/// that is a command, and yet private.
std::string after(Service spoken, const std::vector<std::string>& dialogue, bool bytewise) {
  Awaited awaited(spoken);
  std::string out;
  for (const std::string& line : dialogue) {
    const std::string text = line.substr(3);
    if (line[0] == 'S') {
      awaited.heard(text);
    } else if (bytewise) {
      for (const char c : text + "\r\n") awaited.said(std::string(1, c));
    } else {
      awaited.said(text + "\r\n");
    }
    out += "CLORAI"[static_cast<std::size_t>(awaited.what())];
    if (awaited.what() == Awaited::What::command && awaited.is_private()) out += "!";
  }
  return out;
}

std::string after(Service spoken, const std::vector<std::string>& dialogue) {
  const std::string out = after(spoken, dialogue, false);
  CHECK(out == after(spoken, dialogue, true));
  return out;
}

}  // namespace

TEST_CASE("SMTP: a letter ends at the dot, and does not begin if DATA is refused") {
  CHECK(after(Service::smtp, {"S: 220 kaede", "C: DATA", "S: 354 go on", "C: AUTH LOGIN", "C: ..",
                              "C: BDAT 5", "C: .", "S: 250 Ok"}) == "CC!LLLLCC");
  CHECK(after(Service::lmtp, {"C: data", "S: 503 no", "C: NOOP"}) == "C!CC");
  CHECK(after(Service::smtp, {"C: DATA", "S: 354 go on", "C: hi", "S: 421 too slow"}) == "C!LLC");
}

TEST_CASE("SMTP: an answer to AUTH is one line, and there may be two") {
  CHECK(after(Service::submission,
              {"C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: YWlrbw==", "S: 334 UGFzc3dvcmQ6",
               "C: aGFuYW1p", "S: 235 welcome", "C: NOOP"}) == "C!AC!AC!CC");
  CHECK(after(Service::submission, {"C: auth plain", "S: 334 ", "C: *", "S: 501 cancelled"}) ==
        "C!AC!C");
  // A slow server: the password comes before it was asked for.
  CHECK(after(Service::submission, {"C: AUTH LOGIN", "C: YWlrbw==", "C: aGFuYW1p"}) == "C!C!C!");
}

TEST_CASE("SMTP: the octets of BDAT are counted, line ends too") {
  CHECK(after(Service::smtp, {"C: BDAT 7 LAST", "C: hello", "S: 250 Ok"}) == "OCC");
  CHECK(after(Service::smtp, {"C: bdat 10", "C: hello", "C: .", "C: NOOP"}) == "OOCC");
  CHECK(after(Service::smtp, {"C: BDAT 0 LAST", "C: BDAT", "C: BDAT x"}) == "CCC");
  CHECK(after(Service::smtp, {"C: BDAT 99999999999999999999999", "S: 552 too large"}) == "OO");
  CHECK(after(Service::smtp, {"C: BDAT 9", "S: 502 not here", "C: NOOP"}) == "OCC");
}

TEST_CASE("POP3: an answer to AUTH; a letter that is fetched asks for nothing") {
  CHECK(after(Service::pop3, {"S: +OK hello", "C: AUTH PLAIN", "S: + ", "C: AGFpa28=", "S: +OK in",
                              "C: RETR 1", "S: +OK 6 octets", "S: + 1", "S: ."}) == "CC!AC!CCCCC");
  CHECK(after(Service::pop3, {"C: AUTH FROB", "S: -ERR no", "C: PASS x"}) == "C!CC");
}

TEST_CASE("IMAP: literals are counted, and their command goes on behind them") {
  CHECK(after(Service::imap, {"S: * OK ready", "C: a LOGIN aiko {6}", "S: + go ahead", "C: hanami",
                              "S: a OK in"}) == "COOCC");
  CHECK(after(Service::imap, {"C: a LOGIN {4}", "S: + go ahead", "C: aiko {6}", "S: + go ahead",
                              "C: hanami"}) == "OOOOC");
  CHECK(after(Service::imap, {"C: a LOGIN {6+}", "C: aiko", "C:  hanami", "S: a OK"}) == "ORCC");
  CHECK(after(Service::imap, {"C: b APPEND INBOX ~{16+}", "C: dear diary, hi", "S: * 3 EXISTS",
                              "C: ", "S: b OK"}) == "ORRCC");
  CHECK(after(Service::imap, {"C: a LOGIN \"{6}\" x", "C: a SELECT {0}", "C: "}) == "CRC");
}

TEST_CASE("IMAP: a literal that the server does not want does not come") {
  CHECK(after(Service::imap, {"C: b APPEND INBOX {99}", "S: * 3 EXISTS", "S: b NO too big"}) ==
        "OOC");
  CHECK(after(Service::imap, {"C: {99}", "S: * BAD every command begins with a tag"}) == "OC");
  // One that it was not asked about does, even so (RFC 7888 §4).
  CHECK(after(Service::imap, {"C: b APPEND INBOX {7+}", "S: b NO too big", "C: hello", "C: "}) ==
        "OORC");
}

TEST_CASE("IMAP: AUTHENTICATE asks for a line, IDLE for DONE, a fetched letter for nothing") {
  CHECK(after(Service::imap, {"C: a AUTHENTICATE LOGIN", "S: + VXNlcm5hbWU6", "C: YWlrbw==",
                              "S: + UGFzc3dvcmQ6", "C: aGFuYW1p", "S: a OK in"}) == "C!AC!AC!C");
  CHECK(after(Service::imap, {"C: c idle", "S: + idling", "S: * 3 EXISTS", "C: done", "S: c OK"}) ==
        "CIICC");
  CHECK(after(Service::imap, {"C: c IDLE", "S: + idling", "C: NOOP", "S: c BAD DONE was expected",
                              "S: + 1"}) == "CIICC");
  CHECK(after(Service::imap, {"C: d FETCH 1 BODY[]", "S: * 1 FETCH (BODY[] {5}", "S: + 1", "S: )",
                              "S: d OK"}) == "CCCCC");
}
