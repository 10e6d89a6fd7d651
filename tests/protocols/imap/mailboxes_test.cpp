// Mailboxes as a whole: SELECT, CREATE, LIST, STATUS, APPEND, ...
#include "protocols/imap/mailbox_name.hpp"
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: SELECT and EXAMINE", "[imap]") {
  run_imap(imap_selected, R"(C: c EXAMINE INBOX
S: * OK [CLOSED] the mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * 2 EXISTS
S: * 0 RECENT
S: * OK [UNSEEN 1] first unseen message
S: * OK [PERMANENTFLAGS ()] nothing can be changed
S: * OK [UIDVALIDITY 1] UIDs are valid
S: * OK [UIDNEXT 3] predicted next UID
S: * OK [HIGHESTMODSEQ 3] number of the last change
S: c OK [READ-ONLY] EXAMINE completed
C: d STORE 1 +FLAGS (\Seen)
S: d NO [READ-ONLY] the mailbox is open for reading only
C: e SELECT nowhere
S: * OK [CLOSED] the mailbox before is closed
S: e NO [NONEXISTENT] there is no such mailbox
C: f FETCH 1 FLAGS
S: f BAD FETCH is not possible in authenticated state
)");
}

TEST_CASE("IMAP: CREATE, DELETE, RENAME, LIST", "[imap]") {
  const mail::MailStore after = run_imap(imap_login, R"(C: c CREATE Work/2026/
S: c OK CREATE completed
C: d LIST "" *
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\Noselect \HasChildren) "/" Work
S: * LIST (\HasNoChildren) "/" Work/2026
S: d OK LIST completed
C: e LIST "" %
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\Noselect \HasChildren) "/" Work
S: e OK LIST completed
C: f LIST Work/ %
S: * LIST (\HasNoChildren) "/" Work/2026
S: f OK LIST completed
C: g LIST "" ""
S: * LIST (\Noselect) "/" ""
S: g OK LIST completed
C: h RENAME Work "Old work"
S: h OK RENAME completed
C: i LIST "" "Old work*"
S: * LIST (\Noselect \HasChildren) "/" "Old work"
S: * LIST (\HasNoChildren) "/" "Old work/2026"
S: i OK LIST completed
C: j DELETE "Old work"
S: j NO [HASCHILDREN] the mailbox has others below it
C: k DELETE "Old work/2026"
S: k OK DELETE completed
C: l DELETE inbox
S: l NO [CANNOT] INBOX cannot be deleted
C: m CREATE INBOX
S: m NO [ALREADYEXISTS] that mailbox already exists
C: n RENAME INBOX Archive
S: n OK RENAME completed
C: o STATUS Archive (MESSAGES UIDNEXT)
S: * STATUS Archive (MESSAGES 2 UIDNEXT 3)
S: o OK STATUS completed
)");
  CHECK(after.find("ben", "INBOX")->messages.empty());
}

TEST_CASE("IMAP: SUBSCRIBE, UNSUBSCRIBE, LSUB", "[imap]") {
  run_imap(imap_login, R"(C: c CREATE a/b
S: c OK CREATE completed
C: d SUBSCRIBE a/b
S: d OK SUBSCRIBE completed
C: e LSUB "" *
S: * LSUB () "/" INBOX
S: * LSUB () "/" a/b
S: e OK LSUB completed
C: f LSUB "" %
S: * LSUB () "/" INBOX
S: * LSUB (\Noselect) "/" a
S: f OK LSUB completed
C: g UNSUBSCRIBE a/b
S: g OK UNSUBSCRIBE completed
C: h UNSUBSCRIBE a/b
S: h NO that mailbox is not subscribed
)");
}

TEST_CASE("IMAP: STATUS", "[imap]") {
  run_imap(imap_login, R"(C: c STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)
S: * STATUS INBOX (MESSAGES 2 RECENT 2 UIDNEXT 3 UIDVALIDITY 1 UNSEEN 2)
S: c OK STATUS completed
C: c STATUS INBOX (SIZE DELETED APPENDLIMIT)
S: * STATUS INBOX (SIZE 453 DELETED 0 APPENDLIMIT 33554432)
S: c OK STATUS completed
C: d STATUS INBOX (COLOUR)
S: d BAD the STATUS items are malformed
C: e STATUS x (MESSAGES)
S: e NO [NONEXISTENT] there is no such mailbox
)");
}

TEST_CASE("IMAP: APPEND", "[imap]") {
  const mail::MailStore after =
      run_imap(imap_selected, R"(C: c APPEND INBOX (\Seen $Work) " 1-Apr-2026 10:00:00 +0200" {10}
S: + go ahead
C: A: b
C: 
C: hi
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work \*)] flags are kept
S: * 3 EXISTS
S: * 3 RECENT
S: c OK [APPENDUID 1 3] APPEND completed
C: d FETCH 3 (FLAGS INTERNALDATE BODY[])
S: * 3 FETCH (FLAGS (\Seen $Work \Recent) INTERNALDATE " 1-Apr-2026 10:00:00 +0200" BODY[] {10}
S: A: b
S: 
S: hi)
S: d OK FETCH completed
C: e APPEND Nowhere {3}
S: + go ahead
C: abc
S: e NO [TRYCREATE] there is no such mailbox
C: f APPEND INBOX {99999999999}
S: f NO [TOOBIG] the message is too large
C: g APPEND INBOX (\Recent) {1}
S: + go ahead
C: x
S: g BAD the flags are malformed
)");
  CHECK(after.find("ben", "INBOX")->messages.size() == 3);
}

TEST_CASE("IMAP: commands inside an appended message stay data", "[imap]") {
  const mail::MailStore after = run_imap(imap_selected, R"(C: c APPEND INBOX {40}
S: + go ahead
C: x1 STORE 1 +FLAGS (\Deleted)
C: x2 EXPUNGE
S: * 3 EXISTS
S: * 3 RECENT
S: c OK [APPENDUID 1 3] APPEND completed
)");
  CHECK(after.find("ben", "INBOX")->messages.size() == 3);
}

TEST_CASE("IMAP: modified UTF-7", "[imap]") {
  const std::pair<std::string, std::string> names[] = {
      {"INBOX", "INBOX"},
      {"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
      {"A & B", "A &- B"},
      {"😀", "&2D3eAA-"},
      {"é", "&AOk-"}};
  for (const auto& [utf8, wire] : names) {
    CHECK(imap::encode_mailbox_name(utf8) == wire);
    CHECK(imap::decode_mailbox_name(wire) == utf8);
  }
  for (const char* wrong : {"&", "&A", "&AOk", "&2D0-", "&AGE-", "&AOl-", "caf\xc3\xa9", "&!-"})
    CHECK_FALSE(imap::decode_mailbox_name(wrong).has_value());
}

TEST_CASE("IMAP: one name has one form in modified UTF-7 (RFC 3501 §5.1.3)", "[imap]") {
  CHECK(imap::decode_mailbox_name("&U,BTF2XlZyyKng-") == "台北日本語");
  CHECK_FALSE(imap::decode_mailbox_name("&U,BTFw-&ZeVnLIqe-"));
  CHECK(imap::decode_mailbox_name("&U,BTFw-&-") == "台北&");
  CHECK(imap::decode_mailbox_name("&-&U,BTFw-") == "&台北");
}

TEST_CASE("IMAP: patterns of LIST", "[imap]") {
  using imap::matches_pattern;
  CHECK(matches_pattern("a/b/c", "*"));
  CHECK(matches_pattern("a/b/c", "a*c"));
  CHECK_FALSE(matches_pattern("a/b/c", "a%c"));
  CHECK(matches_pattern("a/b/c", "a/%/c"));
  CHECK(matches_pattern("", "%"));
  CHECK_FALSE(matches_pattern("a", ""));
  CHECK_FALSE(matches_pattern(std::string(400, 'a'), "*a*a*a*a*a*a*a*a*a*a*b"));
}
