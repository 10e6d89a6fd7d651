// IMAP4rev2 (RFC 9051) and UTF8=ACCEPT (RFC 6855), once a client has enabled them.
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: IMAP4rev2 knows no \\Recent and answers with ESEARCH", "[imap]") {
  run_imap(imap_login, R"(C: c ENABLE IMAP4rev2
S: * ENABLED IMAP4rev2
S: c OK ENABLE completed
C: d SELECT inbox
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * 2 EXISTS
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] flags are kept
S: * OK [UIDVALIDITY 1] UIDs are valid
S: * OK [UIDNEXT 3] predicted next UID
S: * OK [HIGHESTMODSEQ 3] number of the last change
S: * LIST (\HasNoChildren) "/" INBOX
S: d OK [READ-WRITE] SELECT completed
C: e FETCH 1 FLAGS
S: * 1 FETCH (FLAGS ())
S: e OK FETCH completed
C: f SEARCH ALL
S: * ESEARCH (TAG "f") ALL 1:2
S: f OK SEARCH completed
C: g UID SEARCH SEEN
S: * ESEARCH (TAG "g") UID
S: g OK UID SEARCH completed
C: h APPEND INBOX {4+}
C: mail
S: * 3 EXISTS
S: h OK [APPENDUID 1 3] APPEND completed
C: i SELECT nowhere
S: * OK [CLOSED] the mailbox before is closed
S: i NO [NONEXISTENT] there is no such mailbox
)");
}

TEST_CASE("IMAP: with IMAP4rev2 or UTF8=ACCEPT names are UTF-8", "[imap]") {
  for (const char* capability : {"IMAP4rev2", "UTF8=ACCEPT"}) {
    const std::string enable = std::string("C: c ENABLE ") + capability + "\nS: * ENABLED " +
                               capability + "\nS: c OK ENABLE completed\n";
    const mail::MailStore after = run_imap(imap_login, enable + R"(C: d CREATE "送信済み"
S: d OK CREATE completed
C: e LIST "" "送*"
S: * LIST (\HasNoChildren) "/" "送信済み"
S: e OK LIST completed
C: f CREATE {2+}
C: é
S: f OK CREATE completed
C: g CREATE "&U,BTFw-"
S: g OK CREATE completed
)");
    CHECK(after.find("ben", "送信済み") != nullptr);
    CHECK(after.find("ben", "é") != nullptr);
    CHECK(after.find("ben", "&U,BTFw-") != nullptr);  // just characters now
  }
}

TEST_CASE("IMAP: APPEND of UTF-8 headers needs UTF8=ACCEPT", "[imap]") {
  run_imap(imap_login, R"(C: c APPEND INBOX UTF8 (~{13+}
C: Subject: é
C: )
S: c BAD UTF8=ACCEPT is not enabled
C: d ENABLE UTF8=ACCEPT
S: * ENABLED UTF8=ACCEPT
S: d OK ENABLE completed
C: e APPEND INBOX UTF8 (~{13+}
C: Subject: é
C: )
S: e OK [APPENDUID 1 3] APPEND completed
C: f EXAMINE INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * 3 EXISTS
S: * 3 RECENT
S: * OK [UNSEEN 1] first unseen message
S: * OK [PERMANENTFLAGS ()] nothing can be changed
S: * OK [UIDVALIDITY 1] UIDs are valid
S: * OK [UIDNEXT 4] predicted next UID
S: * OK [HIGHESTMODSEQ 4] number of the last change
S: f OK [READ-ONLY] EXAMINE completed
C: g SEARCH CHARSET UTF-8 SUBJECT é
S: g BAD no charset is named with UTF8=ACCEPT
C: h SEARCH SUBJECT "é"
S: * SEARCH 3
S: h OK SEARCH completed
)");
}

TEST_CASE("IMAP: ID", "[imap]") {
  run_imap(imap_greeting, R"(C: a ID NIL
S: * ID ("name" "Posthorn")
S: a OK ID completed
C: b ID ("name" "mutt" "version" NIL)
S: * ID ("name" "Posthorn")
S: b OK ID completed
C: c ID ()
S: * ID ("name" "Posthorn")
S: c OK ID completed
C: d ID ("name")
S: d BAD ID takes NIL or a list of names and values
)");
}
