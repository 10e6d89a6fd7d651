// What a person types inside of a letter, a literal or an answer: it goes to the server as it is,
// and is kept for nobody.
#include "tests/console/by_hand.hpp"

using namespace posthorn;
using namespace posthorn::console;
using namespace posthorn::tests;

namespace {

/// The letter that came last into any mailbox.
std::string stored(const Console& console) {
  std::string letter;
  for (const trace::Record& record : console.trace().records())
    if (const auto* box = std::get_if<trace::MailboxStored>(&record.fact))
      letter = *console.trace().blob(box->content);
  return letter;
}

/// Types these lines, and gives those that a history would keep.
std::vector<std::string> remembered(Console& console, const std::vector<std::string>& lines) {
  std::vector<std::string> kept;
  for (const std::string& line : lines) {
    console.advance(console.now() + 1s);
    if (console.may_be_remembered(line)) kept.push_back(line);
    console.type(line);
  }
  return kept;
}

/// Lines that a letter may well have.
const std::vector<std::string> kLikeWords = {"/quit is not a command here?",
                                             "/time flies",
                                             "/help me",
                                             "/eof ",
                                             "/who are you",
                                             "/queue here",
                                             "/boxes of tea",
                                             "/faults are mine",
                                             "/wait for me",
                                             "/wait",
                                             "/wait 0s",
                                             "/raw fish",
                                             "/raw \\fish",
                                             "/fault is whose?",
                                             "/repair the roof",
                                             "/repair 7",
                                             "?!",
                                             "? what",
                                             "/etc/passwd",
                                             " /quit"};

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\r\n";
  return out;
}

}  // namespace

TEST_CASE("a letter's lines that begin like words of the console stay in the letter") {
  Console console = open("mail.kaede.example:smtp");
  say(console, {"EHLO me.example", "MAIL FROM:<aiko@sakura.example>", "RCPT TO:<ben@kaede.example>",
                "DATA", "Subject: words", ""});
  CHECK(console.in_text());
  for (const std::string& line : kLikeWords) CHECK(say(console, {line}) == "C: " + line + "\n");
  CHECK(console.connected());
  CHECK(say(console, {"."}).find("S: 250 2.0.0 Ok: queued") != std::string::npos);
  CHECK_FALSE(console.in_text());
  say(console, {"/wait 10s"});
  CHECK(stored(console).find("Subject: words\r\n\r\n" + joined(kLikeWords)) != std::string::npos);
}

TEST_CASE("words of the console that leave no doubt are heard inside of a letter, too") {
  Console console = open("mail.kaede.example:smtp");
  say(console, {"EHLO me.example", "MAIL FROM:<aiko@sakura.example>", "RCPT TO:<ben@kaede.example>",
                "DATA", "Subject: hi", "", "one"});
  CHECK(say(console, {"?"}).substr(0, 2) == "? ");
  CHECK(say(console, {"/time"}).substr(0, 18) == "-- this world is 9");
  CHECK(say(console, {"/wait 30s", "/time"}).find("C: ") == std::string::npos);
  CHECK(say(console, {"/faults"}) == "-- nothing is wrong\n");
  CHECK(say(console, {"/fault wrong_clock ns.example ahead 1h"}).substr(0, 6) == "-- 1: ");
  CHECK(say(console, {"/repair 1"}) == "-- 1: it is over\n");
  CHECK(say(console, {"/raw /time\\r\\n"}) == "C: /time\\r\\n\n");  // the way for such a line
  say(console, {"two", ".", "/wait 10s"});
  CHECK(stored(console).find("\r\n\r\none\r\n/time\r\ntwo\r\n") != std::string::npos);
  console.type("/quit");
  CHECK(console.done());
}

TEST_CASE(
    "outside of a letter a word with too much behind it is not understood, and does nothing") {
  Console console = open("mail.kaede.example:smtp");
  CHECK(say(console, {"/quit now"}) == "-- /quit stands alone on its line\n");
  CHECK_FALSE(console.done());
  for (const char* word : {"/help", "/eof", "/time", "/who", "/queue", "/boxes", "/faults"})
    CHECK(say(console, {std::string(word) + " a b"}) ==
          "-- " + std::string(word) + " stands alone on its line\n");
  CHECK(console.connected());
  CHECK(say(console, {"/time "}).substr(0, 16) == "-- this world is");
  Console japanese = open("mail.kaede.example:smtp", Lang::ja);
  CHECK(say(japanese, {"/time flies"}) == "-- /time は、後に何も付けずに書きます\n");
}

TEST_CASE("a literal's octets come whole, whatever its lines look like") {
  const std::string letter = "Subject: diary\r\n\r\n" + joined(kLikeWords);
  for (const std::string plus : {"", "+"}) {
    Console console = open("mail.kaede.example:imap");
    say(console,
        {"a LOGIN ben@kaede.example ben-secret",
         "b APPEND INBOX {" + std::to_string(letter.size()) + plus + "}", "Subject: diary", ""});
    for (const std::string& line : kLikeWords) CHECK(say(console, {line}) == "C: " + line + "\n");
    CHECK(console.in_text());  // the command still lacks its end
    CHECK(say(console, {""}).find("S: b OK [APPENDUID ") != std::string::npos);
    CHECK_FALSE(console.in_text());
    CHECK(stored(console) == letter);
    CHECK(say(console, {"? APPEND"}).substr(0, 2) == "? ");
  }
}

TEST_CASE("the octets of BDAT come whole, too") {
  Console console = open("mail.kaede.example:smtp");
  const std::string letter = "Subject: chunk\r\n\r\n? a question\r\n/time flies\r\n.\r\n";
  say(console, {"EHLO me.example", "MAIL FROM:<aiko@sakura.example>", "RCPT TO:<ben@kaede.example>",
                "BDAT " + std::to_string(letter.size()) + " LAST"});
  CHECK(console.in_text());
  const std::string shown =
      say(console, {"Subject: chunk", "", "? a question", "/time flies", ".", "/wait 10s"});
  CHECK(shown.find("S: 250 2.0.0 Ok: queued") != std::string::npos);
  CHECK_FALSE(console.in_text());
  CHECK(stored(console).find("Subject: chunk\r\n\r\n? a question\r\n/time flies\r\n.\r\n") !=
        std::string::npos);
}

TEST_CASE("while a server is idle, nothing but DONE is for it") {
  Console console = open("mail.kaede.example:imap");
  say(console, {"a LOGIN ben@kaede.example ben-secret", "b SELECT INBOX", "c IDLE"});
  CHECK(console.in_text());
  CHECK(say(console, {"/time flies"}) == "-- /time stands alone on its line\n");
  CHECK(say(console, {"? IDLE"}).substr(0, 2) == "? ");
  CHECK(say(console, {"DONE"}).find("S: c OK") != std::string::npos);
  CHECK_FALSE(console.in_text());
}

TEST_CASE("passwords are remembered nowhere: SMTP and POP3") {
  using Lines = std::vector<std::string>;
  Console smtp = open("mail.sakura.example:submission");
  CHECK(remembered(smtp, {"EHLO me.example", "AUTH LOGIN",
                          "YWlrb0BzYWt1cmEuZXhhbXBsZQ==", "YWlrby1zZWNyZXQ=", "NOOP",
                          "AUTH PLAIN AGFpa28AYWlrby1zZWNyZXQ=", "/raw AUTH PLAIN AGFpa28A\\r\\n",
                          "/queue", "noop hello"}) ==
        Lines{"EHLO me.example", "NOOP", "/queue", "noop hello"});

  // An answer behind a refusal, and one to a server that has hung up.
  Console late = open("mail.sakura.example:submission");
  CHECK(remembered(late, {"EHLO me.example", "AUTH LOGIN", "x!", "aGFuYW1p", "QUIT", "aGFuYW1p",
                          "hanami 1", "/time", "/quit"}) ==
        Lines{"EHLO me.example", "QUIT", "/time", "/quit"});

  Console pop3 = open("mail.kaede.example:pop3");
  CHECK(remembered(pop3, {"CAPA", "AUTH PLAIN", "AGJlbgBiZW4tc2VjcmV0", "USER ben@kaede.example",
                          "PASS ben-secret", "STAT", "RETR 1"}) ==
        Lines{"CAPA", "USER ben@kaede.example", "STAT", "RETR 1"});
}

TEST_CASE("passwords are remembered nowhere: IMAP") {
  using Lines = std::vector<std::string>;
  Console console = open("mail.kaede.example:imap");
  CHECK(remembered(console, {"a LOGIN ben@kaede.example {10}", "ben-secret", "b SELECT INBOX",
                             "c AUTHENTICATE PLAIN", "AGJlbgBiZW4tc2VjcmV0", "d NOOP"}) ==
        Lines{"b SELECT INBOX", "d NOOP"});
  CHECK(remembered(console, {"e APPEND INBOX {16}", "dear diary, hi", "? secret", "f NOOP"}) ==
        Lines{"e APPEND INBOX {16}", "f NOOP"});
  CHECK(remembered(console, {"g APPEND INBOX {99999999999}", "h NOOP"}) ==
        Lines{"g APPEND INBOX {99999999999}", "h NOOP"});  // that letter was refused

  Console other = open("mail.kaede.example:imap");
  CHECK(remembered(other, {"a LOGIN {19+}", "ben@kaede.example", " ben-secret", "b NOOP"}) ==
        Lines{"b NOOP"});
  CHECK(other.in_text() == false);
}

TEST_CASE("letters are remembered nowhere, not even where a server is slow to ask for them") {
  using Lines = std::vector<std::string>;
  Console console = open("mail.kaede.example:smtp");
  say(console, {"EHLO me.example", "/fault slow after-rcpt host mail.kaede.example delay 1m"});
  CHECK(
      remembered(console, {"MAIL FROM:<aiko@sakura.example>", "RCPT TO:<ben@kaede.example>", "DATA",
                           "Subject: early", "", "/wait 2m", "a secret", "/time", ".", "NOOP"}) ==
      Lines{"MAIL FROM:<aiko@sakura.example>", "RCPT TO:<ben@kaede.example>", "DATA", "NOOP"});
  CHECK(
      remembered(console, {"MAIL FROM:<aiko@sakura.example>", "/repair all",
                           "RCPT TO:<ben@kaede.example>", "BDAT 12 LAST", "Subject: x", "NOOP"}) ==
      Lines{"MAIL FROM:<aiko@sakura.example>", "/repair all", "RCPT TO:<ben@kaede.example>",
            "BDAT 12 LAST", "NOOP"});
}

TEST_CASE("to a name server nobody says a secret") {
  Console console = open("ns.example:dns");
  CHECK(console.may_be_remembered("kaede.example"));
  CHECK(console.may_be_remembered("kaede.example MX"));
  CHECK_FALSE(console.may_be_remembered(""));
}
