// FETCH, STORE, SEARCH, COPY, EXPUNGE, CLOSE, and what another session's changes look like.
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: FETCH of what stands beside the content", "[imap]") {
  run_imap(imap_selected, R"(C: c FETCH 1:2 (FLAGS UID RFC822.SIZE)
S: * 1 FETCH (FLAGS (\Recent) UID 1 RFC822.SIZE 210)
S: * 2 FETCH (FLAGS (\Recent) UID 2 RFC822.SIZE 243)
S: c OK FETCH completed
C: d FETCH 1 FAST
S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE " 6-Apr-2026 12:00:00 +0000" RFC822.SIZE 210)
S: d OK FETCH completed
C: e FETCH 1 ENVELOPE
S: * 1 FETCH (ENVELOPE ("Mon, 6 Apr 2026 09:00:00 +0900" "=?UTF-8?B?44GT44KT44Gr44Gh44Gv?=" (("Aiko" NIL "aiko" "sakura.example")) (("Aiko" NIL "aiko" "sakura.example")) (("Aiko" NIL "aiko" "sakura.example")) ((NIL NIL "ben" "kaede.example")("Chie" NIL "chie" "kaede.example")) NIL NIL NIL "<1@sakura.example>"))
S: e OK FETCH completed
C: f FETCH 3 FLAGS
S: f BAD there is no message of that number
C: g UID FETCH 3:* FLAGS
S: * 2 FETCH (UID 2 FLAGS (\Recent))
S: g OK UID FETCH completed
C: h UID FETCH 7 FLAGS
S: h OK UID FETCH completed
C: i FETCH 1 COLOUR
S: i BAD the items to fetch are malformed
)");
}

TEST_CASE("IMAP: FETCH of structures", "[imap]") {
  run_imap(imap_selected, R"(C: c FETCH 2 BODY
S: * 2 FETCH (BODY (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 9 0)("message" "rfc822" NIL NIL NIL "7bit" 24 (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 0) 2) "mixed"))
S: c OK FETCH completed
C: d FETCH 1 BODYSTRUCTURE
S: * 1 FETCH (BODYSTRUCTURE ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 11 1 NIL NIL NIL NIL))
S: d OK FETCH completed
)");
}

TEST_CASE("IMAP: FETCH of sections and parts of them", "[imap]") {
  run_imap(imap_selected, R"(C: c FETCH 2 BODY.PEEK[1]
S: * 2 FETCH (BODY[1] {9}
S: see below)
S: c OK FETCH completed
C: d FETCH 2 (BODY.PEEK[2.HEADER] BODY.PEEK[2.TEXT] BODY.PEEK[2.1] BODY.PEEK[1.MIME] BODY.PEEK[3])
S: * 2 FETCH (BODY[2.HEADER] {18}
S: Subject: inner
S: 
S:  BODY[2.TEXT] {6}
S: inside BODY[2.1] {6}
S: inside BODY[1.MIME] {43}
S: Content-Type: text/plain; charset=utf-8
S: 
S:  BODY[3] NIL)
S: d OK FETCH completed
C: e FETCH 1 BODY.PEEK[HEADER.FIELDS (subject X)]
S: * 1 FETCH (BODY[HEADER.FIELDS (subject X)] {45}
S: Subject: =?UTF-8?B?44GT44KT44Gr44Gh44Gv?=
S: 
S: )
S: e OK FETCH completed
C: f FETCH 1 BODY.PEEK[TEXT]<6.100>
S: * 1 FETCH (BODY[TEXT]<6> {5}
S: Ben
S: )
S: f OK FETCH completed
C: g FETCH 1 BODY.PEEK[TEXT]<50.1>
S: * 1 FETCH (BODY[TEXT]<50> {0}
S: )
S: g OK FETCH completed
C: h FETCH 1 BODY[TEXT]
S: * 1 FETCH (BODY[TEXT] {11}
S: Hello Ben
S:  FLAGS (\Seen \Recent))
S: h OK FETCH completed
C: i FETCH 1 RFC822.TEXT
S: * 1 FETCH (RFC822.TEXT {11}
S: Hello Ben
S: )
S: i OK FETCH completed
C: j FETCH 1 BODY[1.0]
S: j BAD the items to fetch are malformed
)");
}

TEST_CASE("IMAP: STORE", "[imap]") {
  const mail::MailStore after = run_imap(imap_selected, R"(C: c STORE 1:2 +FLAGS (\Flagged $Todo)
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Todo)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Todo \*)] flags are kept
S: * 1 FETCH (FLAGS (\Flagged $Todo \Recent))
S: * 2 FETCH (FLAGS (\Flagged $Todo \Recent))
S: c OK STORE completed
C: d UID STORE 2 -FLAGS \Flagged
S: * 2 FETCH (UID 2 FLAGS ($Todo \Recent))
S: d OK UID STORE completed
C: e STORE 1 FLAGS.SILENT (\Seen)
S: e OK STORE completed
C: f STORE 1 FLAGS (\Recent)
S: f BAD the flags to store are malformed
C: g STORE 1 +COLOURS (x)
S: g BAD the flags to store are malformed
C: h STORE 9 +FLAGS (\Seen)
S: h BAD there is no message of that number
)");
  CHECK(after.find("ben", "INBOX")->find(1)->flags.to_string() == "\\Seen");
  CHECK(after.find("ben", "INBOX")->find(2)->flags.to_string() == "$Todo");
}

TEST_CASE("IMAP: SEARCH", "[imap]") {
  const std::pair<const char*, const char*> searches[] = {
      {"ALL", " 1 2"},
      {"SEEN", ""},
      {"NOT SEEN", " 1 2"},
      {"NEW", " 1 2"},
      {"OLD", ""},
      {"FROM aiko", " 1"},
      {"FROM AIKO TO Chie", " 1"},
      {"OR FROM aiko FROM ben", " 1 2"},
      {"(OR (FROM aiko TO nobody) SUBJECT REPORT)", " 2"},
      {"SUBJECT \"\"", " 1 2"},
      {"HEADER Message-ID sakura", " 1"},
      {"HEADER MIME-Version \"\"", " 2"},
      {"BODY inside", " 2"},
      {"TEXT inner", " 2"},
      {"BODY inner", " 2"},  // its header is part of our body
      {"2:*", " 2"},
      {"9", ""},
      {"UID 1,5:9", " 1"},
      {"UID 5:*", " 2"},
      {"LARGER 210", " 2"},
      {"SMALLER 211", " 1"},
      {"BEFORE 8-Apr-2026", " 1"},
      {"ON 08-apr-2026", " 2"},
      {"SINCE \"8-Apr-2026\"", " 2"},
      {"SENTON 6-Apr-2026", " 1"},
      {"SENTSINCE 1-Jan-2020", " 1"},
      {"SENTBEFORE 1-Jan-2020", ""},
      {"KEYWORD $x", ""},
      {"UNKEYWORD $x", " 1 2"},
      {"CHARSET UTF-8 SUBJECT report", " 2"},
  };
  std::string script;
  for (const auto& [criteria, found] : searches)
    script += std::string("C: c SEARCH ") + criteria + "\nS: * SEARCH" + found +
              "\nS: c OK SEARCH completed\n";
  run_imap(imap_selected, script);
  run_imap(imap_selected, R"(C: c SEARCH CHARSET UTF-8 SUBJECT {15}
S: + go ahead
C: こんにちは
S: * SEARCH 1
S: c OK SEARCH completed
C: d SEARCH CHARSET X-NONE ALL
S: d NO [BADCHARSET (US-ASCII UTF-8 ISO-2022-JP)] unknown charset
C: e SEARCH COLOUR red
S: e BAD the search criteria are malformed
C: f UID SEARCH FROM ben
S: * SEARCH 2
S: f OK UID SEARCH completed
)");
}

TEST_CASE("IMAP: deep nesting is refused, not followed", "[imap]") {
  mail::MailStore store = two_mails();
  ImapTalk talk{imap_server(), store};
  talk.connect();
  talk.feed("a LOGIN ben hanami\r\nb SELECT INBOX\r\nc SEARCH " + std::string(10'000, '(') +
                "\r\nd SEARCH",
            0);
  std::string nots;
  for (int i = 0; i < 3000; ++i) nots += " NOT";
  talk.feed(nots + " ALL\r\n", 0);
  CHECK(talk.sent.find("c NO [LIMIT] the search") != std::string::npos);
  CHECK(talk.sent.find("d NO [LIMIT] the search") != std::string::npos);
}

TEST_CASE("IMAP: COPY, EXPUNGE, CLOSE", "[imap]") {
  const mail::MailStore after = run_imap(imap_selected, R"(C: c COPY 1 Archive
S: c NO [TRYCREATE] there is no such mailbox
C: d CREATE Archive
S: d OK CREATE completed
C: e UID COPY 1:2 Archive
S: e OK [COPYUID 2 1:2 1:2] UID COPY completed
C: f STORE 1 +FLAGS.SILENT (\Deleted)
S: f OK STORE completed
C: g EXPUNGE
S: * 1 EXPUNGE
S: g OK EXPUNGE completed
C: h STORE 1 +FLAGS.SILENT (\Deleted)
S: h OK STORE completed
C: i CLOSE
S: i OK CLOSE completed
C: j CHECK
S: j BAD CHECK is not possible in authenticated state
)");
  CHECK(after.find("ben", "INBOX")->messages.empty());
  REQUIRE(after.find("ben", "Archive")->messages.size() == 2);
  CHECK(*after.find("ben", "Archive")->messages[0].content == plain_letter);
  CHECK(after.find("ben", "Archive")->messages[1].tag == 12);
}

TEST_CASE("IMAP: two sessions on one mailbox", "[imap]") {
  mail::MailStore store = two_mails();
  ImapTalk one{imap_server(), store};
  ImapTalk two{imap_server(), store};
  for (ImapTalk* talk : {&one, &two}) {
    talk->connect();
    talk->feed("a LOGIN ben hanami\r\nb SELECT INBOX\r\n", 0);
    talk->sent.clear();
    talk->notes.clear();
  }
  // sent was cleared: ranges no longer fit, so only the text is compared from here on.
  const auto says = [](ImapTalk& talk, std::string_view command, mail::MailStore& s) {
    talk.server.handle_bytes(talk.now, command, s);
    std::string text;
    for (;;) {
      auto out = talk.server.poll();
      if (std::holds_alternative<Idle>(out)) return text;
      if (auto* bytes = std::get_if<Transmit>(&out)) text += bytes->bytes;
    }
  };
  CHECK(says(one, "c STORE 1 +FLAGS.SILENT (\\Deleted)\r\n", store) == "c OK STORE completed\r\n");
  CHECK(says(two, "c NOOP\r\n", store) ==
        "* 1 FETCH (FLAGS (\\Deleted))\r\nc OK NOOP completed\r\n");
  CHECK(says(two, "d NOOP\r\n", store) == "d OK NOOP completed\r\n");
  CHECK(says(one, "d EXPUNGE\r\n", store) == "* 1 EXPUNGE\r\nd OK EXPUNGE completed\r\n");

  // No EXPUNGE while numbers are in use: message 1 is gone, but is still number 1.
  CHECK(says(two, "e FETCH 1:2 UID\r\n", store) ==
        "* 2 FETCH (UID 2)\r\ne NO [EXPUNGEISSUED] some of the messages no longer exist\r\n");
  CHECK(says(two, "f SEARCH ALL\r\n", store) == "* SEARCH 2\r\nf OK SEARCH completed\r\n");
  CHECK(says(two, "g STORE 2 FLAGS.SILENT (\\Seen)\r\n", store) == "g OK STORE completed\r\n");
  CHECK(says(two, "h NOOP\r\n", store) == "* 1 EXPUNGE\r\nh OK NOOP completed\r\n");
  CHECK(says(one, "h NOOP\r\n", store) ==
        "* 1 FETCH (FLAGS (\\Seen \\Recent))\r\nh OK NOOP completed\r\n");

  // New mail is \Recent to the first session that hears of it.
  (void)store.deliver("ben", std::make_shared<const std::string>("A: b\r\n\r\n"), {});
  CHECK(says(two, "i NOOP\r\n", store) == "* 2 EXISTS\r\n* 1 RECENT\r\ni OK NOOP completed\r\n");
  CHECK(says(one, "i NOOP\r\n", store) == "* 2 EXISTS\r\n* 1 RECENT\r\ni OK NOOP completed\r\n");
  CHECK(says(one, "j FETCH 2 (UID FLAGS)\r\n", store) ==
        "* 2 FETCH (UID 3 FLAGS ())\r\nj OK FETCH completed\r\n");
}

TEST_CASE("IMAP: the mailbox goes away under a session", "[imap]") {
  mail::MailStore store = two_mails();
  CHECK(store.create("ben", "Work").ok());
  CHECK(store.append("ben", "Work", {}).ok());
  ImapTalk talk{imap_server(), store};
  talk.connect();
  talk.feed("a LOGIN ben hanami\r\nb SELECT Work\r\n", 0);
  SECTION("renamed: it stays selected") {
    CHECK(store.rename("ben", "Work", "Play").ok());
    talk.feed("c STORE 1 +FLAGS (\\Seen)\r\n", 0);
    CHECK(store.find("ben", "Play")->messages[0].flags.has(mail::SystemFlag::seen));
  }
  SECTION("deleted: its messages are gone") {
    CHECK(store.remove("ben", "Work").ok());
    talk.feed("c FETCH 1 FLAGS\r\nd NOOP\r\ne EXPUNGE\r\nf CLOSE\r\n", 0);
    CHECK(talk.sent.find("c NO [EXPUNGEISSUED]") != std::string::npos);
    CHECK(talk.sent.find("* 1 EXPUNGE\r\nd OK") != std::string::npos);
    CHECK(talk.sent.find("f OK") != std::string::npos);
  }
}
