// UIDPLUS (RFC 4315), MOVE (RFC 6851) and UNSELECT (RFC 3691).
#include "tests/protocols/imap/sessions.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: COPYUID pairs old UIDs with new ones", "[imap]") {
  run_imap(imap_selected, R"(C: c CREATE Archive
S: c OK CREATE completed
C: d COPY 2 Archive
S: d OK [COPYUID 2 2 1] COPY completed
C: e UID COPY 2,1 Archive
S: e OK [COPYUID 2 1:2 2:3] UID COPY completed
C: f UID COPY 7:9 Archive
S: f OK UID COPY completed
C: g COPY 1 Nowhere
S: g NO [TRYCREATE] there is no such mailbox
C: h COPY 9 Archive
S: h BAD there is no message of that number
C: i COPY 1
S: i BAD COPY needs one mailbox name
)");
}

TEST_CASE("IMAP: UID EXPUNGE removes only what it names", "[imap]") {
  const mail::MailStore after = run_imap(imap_selected, R"(C: c STORE 1:2 +FLAGS.SILENT (\Deleted)
S: c OK STORE completed
C: d UID EXPUNGE 2:*
S: * 2 EXPUNGE
S: d OK UID EXPUNGE completed
C: e UID EXPUNGE 5
S: e OK UID EXPUNGE completed
C: f UID EXPUNGE
S: f BAD UID EXPUNGE needs UIDs
)");
  CHECK(after.find("ben", "INBOX")->find(1) != nullptr);
}

TEST_CASE("IMAP: MOVE tells the new UIDs before the old numbers go", "[imap]") {
  const mail::MailStore after = run_imap(imap_selected, R"(C: c CREATE Archive
S: c OK CREATE completed
C: d STORE 1 +FLAGS.SILENT (\Seen)
S: d OK STORE completed
C: e MOVE 1 Archive
S: * OK [COPYUID 2 1 1] moved
S: * 1 EXPUNGE
S: e OK MOVE completed
C: f UID MOVE 1:9 INBOX
S: * OK [COPYUID 1 2 3] moved
S: * 1 EXPUNGE
S: * 1 EXISTS
S: * 1 RECENT
S: f OK UID MOVE completed
C: g UID MOVE 50 Archive
S: g OK UID MOVE completed
C: h MOVE 1 Nowhere
S: h NO [TRYCREATE] there is no such mailbox
)");
  CHECK(after.find("ben", "Archive")->find(1)->flags.to_string() == "\\Seen");
  CHECK(after.find("ben", "INBOX")->messages.size() == 1);
}

TEST_CASE("IMAP: a read-only mailbox loses nothing", "[imap]") {
  const mail::MailStore after = run_imap(imap_login, R"(C: c EXAMINE INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * 2 EXISTS
S: * 2 RECENT
S: * OK [UNSEEN 1] first unseen message
S: * OK [PERMANENTFLAGS ()] nothing can be changed
S: * OK [UIDVALIDITY 1] UIDs are valid
S: * OK [UIDNEXT 3] predicted next UID
S: * OK [HIGHESTMODSEQ 3] number of the last change
S: c OK [READ-ONLY] EXAMINE completed
C: d STORE 1 +FLAGS (\Deleted)
S: d NO [READ-ONLY] the mailbox is open for reading only
C: e EXPUNGE
S: e NO [READ-ONLY] the mailbox is open for reading only
C: f MOVE 1 INBOX
S: f NO [READ-ONLY] the mailbox is open for reading only
C: g FETCH 1 BODY[]<0.4>
S: * 1 FETCH (BODY[]<0> {4}
S: Date)
S: g OK FETCH completed
C: h CLOSE
S: h OK CLOSE completed
)");
  CHECK(after.find("ben", "INBOX")->messages[0].flags == mail::Flags{});
}

TEST_CASE("IMAP: UNSELECT expunges nothing", "[imap]") {
  const mail::MailStore after = run_imap(imap_selected, R"(C: c STORE 1 +FLAGS.SILENT (\Deleted)
S: c OK STORE completed
C: d UNSELECT
S: d OK UNSELECT completed
C: e UNSELECT
S: e BAD UNSELECT is not possible in authenticated state
)");
  CHECK(after.find("ben", "INBOX")->messages.size() == 2);
}
