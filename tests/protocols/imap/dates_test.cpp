// INTERNALDATE keeps the time zone that APPEND brought along, and SEARCH reads the calendar there.
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: a date comes back with its time zone (RFC 3501 §6.3.11)", "[imap]") {
  run_imap(imap_selected, R"(C: c APPEND INBOX " 7-Apr-2026 00:30:00 +0900" {5+}
C: hello
S: * 3 EXISTS
S: * 3 RECENT
S: c OK [APPENDUID 1 3] APPEND completed
C: d APPEND INBOX "05-Apr-2026 23:30:00 -0500" {5+}
C: hello
S: * 4 EXISTS
S: * 4 RECENT
S: d OK [APPENDUID 1 4] APPEND completed
C: e CREATE there
S: e OK CREATE completed
C: f COPY 3 there
S: f OK [COPYUID 2 3 1] COPY completed
C: g FETCH 3:4 INTERNALDATE
S: * 3 FETCH (INTERNALDATE " 7-Apr-2026 00:30:00 +0900")
S: * 4 FETCH (INTERNALDATE " 5-Apr-2026 23:30:00 -0500")
S: g OK FETCH completed
C: h SEARCH ON 7-Apr-2026
S: * SEARCH 3
S: h OK SEARCH completed
C: i SEARCH BEFORE 6-Apr-2026
S: * SEARCH 4
S: i OK SEARCH completed
C: j SEARCH SINCE 7-Apr-2026
S: * SEARCH 2 3
S: j OK SEARCH completed
C: k EXAMINE there
S: * OK [CLOSED] the mailbox before is closed
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * 1 EXISTS
S: * 1 RECENT
S: * OK [UNSEEN 1] first unseen message
S: * OK [PERMANENTFLAGS ()] nothing can be changed
S: * OK [UIDVALIDITY 2] UIDs are valid
S: * OK [UIDNEXT 2] predicted next UID
S: * OK [HIGHESTMODSEQ 2] number of the last change
S: k OK [READ-ONLY] EXAMINE completed
C: l FETCH 1 INTERNALDATE
S: * 1 FETCH (INTERNALDATE " 7-Apr-2026 00:30:00 +0900")
S: l OK FETCH completed
)");
}
