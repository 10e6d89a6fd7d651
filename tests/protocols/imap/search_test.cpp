// ESEARCH (RFC 4731), SEARCHRES (RFC 5182), and what SEARCH finds in Japanese letters.
#include "protocols/imap/fold_case.hpp"
#include "tests/protocols/imap/sessions.hpp"

using namespace posthorn;
using namespace posthorn::testing;

namespace {

mail::MailStore ten_mails() {
  mail::MailStore store;
  store.add_account("ben");
  for (int i = 1; i <= 10; ++i)
    (void)store.deliver(
        "ben",
        std::make_shared<const std::string>("Subject: mail " + std::to_string(i) + "\r\n\r\nx\r\n"),
        day(6));
  REQUIRE(store.expunge("ben", "INBOX", 4));  // numbers and UIDs part
  return store;
}

std::string selected_ten() {
  return R"(A: s EXAMINE INBOX
a: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
a: * 9 EXISTS
a: * 9 RECENT
a: * OK [UNSEEN 1] first unseen message
a: * OK [PERMANENTFLAGS ()] nothing can be changed
a: * OK [UIDVALIDITY 1] UIDs are valid
a: * OK [UIDNEXT 11] predicted next UID
a: * OK [HIGHESTMODSEQ 12] number of the last change
a: s OK [READ-ONLY] EXAMINE completed
)";
}

}  // namespace

TEST_CASE("IMAP: SEARCH RETURN", "[imap]") {
  run_sessions(selected_ten() + R"(A: c SEARCH RETURN (MIN MAX COUNT ALL) 2:5
a: * ESEARCH (TAG "c") MIN 2 MAX 5 ALL 2:5 COUNT 4
a: c OK SEARCH completed
A: d UID SEARCH RETURN (ALL) 2:5
a: * ESEARCH (TAG "d") UID ALL 2:3,5:6
a: d OK UID SEARCH completed
A: e SEARCH RETURN () SUBJECT "mail 9"
a: * ESEARCH (TAG "e") ALL 8
a: e OK SEARCH completed
A: f SEARCH RETURN (MIN COUNT) SEEN
a: * ESEARCH (TAG "f") COUNT 0
a: f OK SEARCH completed
A: g SEARCH RETURN (MIN) MODSEQ 1
a: * OK [HIGHESTMODSEQ 12] CONDSTORE is on
a: * ESEARCH (TAG "g") MIN 1 MODSEQ 2
a: g OK SEARCH completed
A: h SEARCH RETURN (MAX) MODSEQ 1
a: * ESEARCH (TAG "h") MAX 9 MODSEQ 11
a: h OK SEARCH completed
A: i SEARCH RETURN (COLOUR) ALL
a: i BAD the search criteria are malformed
)",
               ten_mails());
}

TEST_CASE("IMAP: $ is what the last search saved", "[imap]") {
  run_sessions(selected_ten() + R"(A: c SEARCH RETURN (SAVE) 3:5
a: c OK SEARCH completed
A: d FETCH $ UID
a: * 3 FETCH (UID 3)
a: * 4 FETCH (UID 5)
a: * 5 FETCH (UID 6)
a: d OK FETCH completed
A: e UID SEARCH $ SUBJECT "mail 5"
a: * SEARCH 5
a: e OK UID SEARCH completed
A: f SEARCH RETURN (SAVE MIN MAX) $
a: * ESEARCH (TAG "f") MIN 3 MAX 5
a: f OK SEARCH completed
A: g UID FETCH $ UID
a: * 3 FETCH (UID 3)
a: * 5 FETCH (UID 6)
a: g OK UID FETCH completed
A: h SEARCH RETURN (SAVE COUNT) NOT $
a: * ESEARCH (TAG "h") COUNT 7
a: h OK SEARCH completed
A: i SEARCH RETURN (SAVE) CHARSET X-NONE ALL
a: i NO [BADCHARSET (US-ASCII UTF-8 ISO-2022-JP)] unknown charset
A: j FETCH $ UID
a: j OK FETCH completed
A: k COPY $ INBOX
a: k OK COPY completed
A: l SEARCH UID $
a: * SEARCH
a: l OK SEARCH completed
)",
               ten_mails());
}

TEST_CASE("IMAP: saved messages that are expunged leave the result", "[imap]") {
  run_sessions(std::string(both_select) + R"(A: c SEARCH RETURN (SAVE) ALL
a: c OK SEARCH completed
A: d STORE $ +FLAGS.SILENT (\Deleted)
a: d OK STORE completed
A: e UID EXPUNGE 1
a: * 1 EXPUNGE
a: e OK UID EXPUNGE completed
A: f FETCH $ FLAGS
a: * 1 FETCH (FLAGS (\Deleted \Recent))
a: f OK FETCH completed
A: g UID EXPUNGE $
a: * 1 EXPUNGE
a: g OK UID EXPUNGE completed
)");
}

TEST_CASE("IMAP: SEARCH reads what people read", "[imap]") {
  mail::MailStore store;
  store.add_account("ben");
  const auto deliver = [&store](const char* text) {
    REQUIRE(store.deliver("ben", std::make_shared<const std::string>(text), day(6)).ok());
  };
  deliver(
      "From: =?ISO-2022-JP?B?GyRCMCY7UhsoQg==?= <aiko@sakura.example>\r\n"  // 愛子
      "Subject: =?UTF-8?Q?=E8=8A=B1=E8=A6=8B?=\r\n"                         // 花見
      "Content-Type: text/plain; charset=iso-2022-jp\r\n"
      "\r\n"
      "\x1b$B2V8+$K9T$-$^$7$g$&\x1b(B\r\n");  // 花見に行きましょう
  deliver(
      "Subject: Caf\xc3\x89 \xef\xbc\xa1\xef\xbc\xa2\r\n"  // CafÉ ＡＢ, not encoded
      "Content-Type: text/html; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n"
      "\r\n"
      "PHA+w4RSR0VSPC9wPg==\r\n");  // <p>ÄRGER</p>
  deliver(
      "Subject: report\r\n"
      "Content-Type: multipart/report; boundary=\"-\"\r\n"
      "\r\n"
      "---\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n"
      "---\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nwithin\r\n-----\r\n");
  const std::pair<std::string, std::string> searches[] = {
      {"BODY failed", " 3"}, {"TEXT failed", " 3"},     {"BODY inner", " 3"},
      {"BODY within", " 3"}, {"BODY report", ""},       {"TEXT report", " 3"},
      {"FROM 愛", " 1"},     {"SUBJECT 花見", " 1"},    {"BODY 行き", " 1"},
      {"TEXT 愛子", " 1"},   {"SUBJECT café", " 2"},    {"SUBJECT ａｂ", " 2"},
      {"BODY ärger", " 2"},  {"NOT (TEXT 花)", " 2 3"}, {"BODY 愛子", ""},
  };
  std::string script = R"(A: s SELECT INBOX
a: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
a: * 3 EXISTS
a: * 3 RECENT
a: * OK [UNSEEN 1] first unseen message
a: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] flags are kept
a: * OK [UIDVALIDITY 1] UIDs are valid
a: * OK [UIDNEXT 4] predicted next UID
a: * OK [HIGHESTMODSEQ 4] number of the last change
a: s OK [READ-WRITE] SELECT completed
)";
  for (const auto& [key, found] : searches) {
    const std::size_t space = key.find_last_of(' ') + 1;
    std::string text = key.substr(space);
    const bool closed = text.back() == ')';
    if (closed) text.pop_back();
    script += "A: c SEARCH CHARSET UTF-8 " + key.substr(0, space) + "{" +
              std::to_string(text.size()) + "+}\nA: " + text + (closed ? ")" : "") +
              "\na: * SEARCH" + found + "\na: c OK SEARCH completed\n";
  }
  script +=
      "A: d SEARCH CHARSET ISO-2022-JP SUBJECT {10+}\nA: \x1b$B2V8+\x1b(B\n"
      "a: * SEARCH 1\na: d OK SEARCH completed\n";
  run_sessions(script, store);
}

TEST_CASE("IMAP: searches have limits", "[imap]") {
  mail::MailStore store = two_mails();
  imap::ServerConfig config;
  config.max_search_keys = 5;
  config.max_search_octets = 500;
  ImapTalk talk{imap::Server(config), store};
  talk.connect();
  talk.feed(
      "a LOGIN ben hanami\r\nb SELECT INBOX\r\n"
      "c SEARCH 1 2 1 2 1\r\nd SEARCH 1 2 1 2 1 2\r\n"
      "e SEARCH 1 TEXT x\r\nf SEARCH TEXT x\r\n",
      0);
  CHECK(talk.sent.find("c OK") != std::string::npos);
  CHECK(talk.sent.find("d NO [LIMIT] the search is too complex") != std::string::npos);
  CHECK(talk.sent.find("e OK") != std::string::npos);
  CHECK(talk.sent.find("f NO [LIMIT] that is too much") != std::string::npos);
}

TEST_CASE("IMAP: letters without regard to case", "[imap]") {
  CHECK(imap::fold_case("AbC 123") == "abc 123");
  CHECK(imap::fold_case("ÀÖØÞ×÷ ŁŹĀ ΑΩ ДЁ Ａｚ 日本 😀") == "àöøþ×÷ łźā αω дё ａｚ 日本 😀");
  CHECK(imap::fold_case("\xff\xc3") == "\xff\xc3");
}
