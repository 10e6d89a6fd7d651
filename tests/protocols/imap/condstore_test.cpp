// CONDSTORE (RFC 7162 §3.1).
#include "tests/protocols/imap/sessions.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: MODSEQ tells what changed since", "[imap]") {
  run_imap(imap_selected, R"(C: c FETCH 1:2 (MODSEQ)
S: * OK [HIGHESTMODSEQ 3] CONDSTORE is on
S: * 1 FETCH (MODSEQ (2))
S: * 2 FETCH (MODSEQ (3))
S: c OK FETCH completed
C: d STORE 1 +FLAGS (\Seen)
S: * 1 FETCH (FLAGS (\Seen \Recent) MODSEQ (4))
S: d OK STORE completed
C: e UID FETCH 1:* (FLAGS) (CHANGEDSINCE 3)
S: * 1 FETCH (UID 1 MODSEQ (4) FLAGS (\Seen \Recent))
S: e OK UID FETCH completed
C: f SEARCH MODSEQ 4
S: * SEARCH 1 (MODSEQ 4)
S: f OK SEARCH completed
C: g SEARCH MODSEQ "/flags/\\seen" all 1 ALL
S: * SEARCH 1 2 (MODSEQ 4)
S: g OK SEARCH completed
C: h SEARCH MODSEQ 99
S: * SEARCH
S: h OK SEARCH completed
C: i STATUS INBOX (HIGHESTMODSEQ)
S: * STATUS INBOX (HIGHESTMODSEQ 4)
S: i OK STATUS completed
C: j FETCH 1 FLAGS (CHANGEDSINCE x)
S: j BAD the items to fetch are malformed
C: k FETCH 1 FLAGS (VANISHED)
S: k BAD the items to fetch are malformed
)");
}

TEST_CASE("IMAP: a conditional STORE fails for what has changed", "[imap]") {
  run_imap(imap_selected, R"(C: c STORE 1 +FLAGS.SILENT (\Seen)
S: c OK STORE completed
C: d STORE 1:2 (UNCHANGEDSINCE 3) +FLAGS.SILENT (\Flagged)
S: * OK [HIGHESTMODSEQ 4] CONDSTORE is on
S: * 2 FETCH (MODSEQ (5))
S: d OK [MODIFIED 1] STORE completed
C: e UID STORE 1,2 (UNCHANGEDSINCE 0) FLAGS (\Draft)
S: e OK [MODIFIED 1:2] UID STORE completed
C: f STORE 1 (UNCHANGEDSINCE 4) FLAGS (\Answered)
S: * 1 FETCH (FLAGS (\Answered \Recent) MODSEQ (6))
S: f OK STORE completed
C: g STORE 1 +FLAGS.SILENT (\Seen)
S: * 1 FETCH (MODSEQ (7))
S: g OK STORE completed
C: h STORE 1 +FLAGS.SILENT (\Seen)
S: h OK STORE completed
)");
}

TEST_CASE("IMAP: SELECT (CONDSTORE) and ENABLE CONDSTORE", "[imap]") {
  run_imap(imap_login, R"(C: c ENABLE CONDSTORE X-UNKNOWN
S: * ENABLED CONDSTORE
S: c OK ENABLE completed
C: d ENABLE CONDSTORE
S: * ENABLED
S: d OK ENABLE completed
C: e ENABLE
S: e BAD ENABLE takes the names of capabilities
C: f SELECT INBOX (QRESYNC (1 2))
S: f BAD SELECT knows no such parameter
C: g SELECT INBOX (CONDSTORE)
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * 2 EXISTS
S: * 2 RECENT
S: * OK [UNSEEN 1] first unseen message
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] flags are kept
S: * OK [UIDVALIDITY 1] UIDs are valid
S: * OK [UIDNEXT 3] predicted next UID
S: * OK [HIGHESTMODSEQ 3] number of the last change
S: g OK [READ-WRITE] SELECT completed
C: h FETCH 1 BODY[TEXT]
S: * 1 FETCH (BODY[TEXT] {11}
S: Hello Ben
S:  FLAGS (\Seen \Recent) MODSEQ (4))
S: h OK FETCH completed
C: i ENABLE CONDSTORE
S: i BAD ENABLE is not possible in selected state
)");
}

TEST_CASE("IMAP: another session's change carries its MODSEQ", "[imap]") {
  run_sessions(std::string(both_select) + R"(A: c FETCH 1 MODSEQ
a: * OK [HIGHESTMODSEQ 3] CONDSTORE is on
a: * 1 FETCH (MODSEQ (2))
a: c OK FETCH completed
B: c STORE 1 +FLAGS (\Seen)
b: * 1 FETCH (FLAGS (\Seen))
b: c OK STORE completed
A: d NOOP
a: * 1 FETCH (FLAGS (\Seen \Recent) MODSEQ (4))
a: d OK NOOP completed
A: e UID NOOP
a: e BAD unknown command
)");
}

TEST_CASE("IMAP: which messages failed the test is told even where others are gone", "[imap]") {
  run_sessions(std::string(both_select) + R"(A: t STORE 2 +FLAGS.SILENT (\Flagged)
a: t OK STORE completed
A: u STORE 1 +FLAGS.SILENT (\Deleted)
a: u OK STORE completed
A: v EXPUNGE
a: * 1 EXPUNGE
a: v OK EXPUNGE completed
B: t STORE 1:2 (UNCHANGEDSINCE 3) +FLAGS.SILENT (\Seen)
b: * OK [HIGHESTMODSEQ 6] CONDSTORE is on
b: * 2 FETCH (FLAGS (\Flagged) MODSEQ (4))
b: t NO [MODIFIED 2] some of the messages no longer exist
)");
}

TEST_CASE("IMAP: whoever asks for flags hears of their MODSEQ, too", "[imap]") {
  run_sessions(std::string(both_select) + R"(B: t FETCH 1 MODSEQ
b: * OK [HIGHESTMODSEQ 3] CONDSTORE is on
b: * 1 FETCH (MODSEQ (2))
b: t OK FETCH completed
A: t STORE 1 +FLAGS.SILENT (\Answered)
a: t OK STORE completed
B: u FETCH 1 FLAGS
b: * 1 FETCH (FLAGS (\Answered) MODSEQ (4))
b: u OK FETCH completed
B: v STORE 1 (UNCHANGEDSINCE 4) +FLAGS.SILENT (\Flagged)
b: * 1 FETCH (MODSEQ (5))
b: v OK STORE completed
)");
}

TEST_CASE("IMAP: a keyword of another session is announced before it is used", "[imap]") {
  run_sessions(std::string(both_select) + R"(A: t STORE 1 +FLAGS.SILENT ($new)
a: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $new)
a: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $new \*)] flags are kept
a: t OK STORE completed
B: u FETCH 1 FLAGS
b: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $new)
b: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $new \*)] flags are kept
b: * 1 FETCH (FLAGS ($new))
b: u OK FETCH completed
)");
}
