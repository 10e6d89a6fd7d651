// IDLE (RFC 2177): a client that waits is told at once.
#include "tests/protocols/imap/sessions.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: IDLE tells of flags, new messages and expunges as they happen", "[imap]") {
  run_sessions(std::string(both_select) + R"(A: c IDLE
a: + idling
B: c STORE 1 +FLAGS.SILENT (\Flagged)
b: c OK STORE completed
a: * 1 FETCH (FLAGS (\Flagged \Recent))
B: d APPEND INBOX {4+}
B: new!
b: * 3 EXISTS
b: * 1 RECENT
b: d OK [APPENDUID 1 3] APPEND completed
a: * 3 EXISTS
a: * 2 RECENT
B: e STORE 1:2 +FLAGS.SILENT ($Todo \Deleted)
b: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Todo)
b: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Todo \*)] flags are kept
b: e OK STORE completed
a: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Todo)
a: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Todo \*)] flags are kept
a: * 1 FETCH (FLAGS (\Flagged \Deleted $Todo \Recent))
a: * 2 FETCH (FLAGS (\Deleted $Todo \Recent))
B: f EXPUNGE
b: * 2 EXPUNGE
b: * 1 EXPUNGE
b: f OK EXPUNGE completed
a: * 2 EXPUNGE
a: * 1 EXPUNGE
A: done
a: c OK IDLE completed
A: g NOOP
a: g OK NOOP completed
)");
}

TEST_CASE("IMAP: IDLE begins with what happened before it", "[imap]") {
  run_sessions(std::string(both_select) + R"(B: c STORE 2 FLAGS (\Seen)
b: * 2 FETCH (FLAGS (\Seen))
b: c OK STORE completed
A: c IDLE
a: + idling
a: * 2 FETCH (FLAGS (\Seen \Recent))
A: DONE
a: c OK IDLE completed
)");
}

TEST_CASE("IMAP: only DONE ends IDLE", "[imap]") {
  run_imap(imap_login, R"(C: c IDLE
S: + idling
C: d NOOP
S: c BAD DONE was expected
C: e NOOP
S: e OK NOOP completed
C: f IDLE now
S: f BAD IDLE has no arguments
)");
}

TEST_CASE("IMAP: a client that idles for half an hour is sent away", "[imap]") {
  mail::MailStore store = two_mails();
  ImapTalk talk{imap_server(), store};
  talk.connect();
  talk.feed("a LOGIN ben hanami\r\nb IDLE\r\n", 0);
  talk.now += 30min;
  talk.server.handle_wakeup(talk.now, store);
  talk.drain();
  CHECK(talk.sent.ends_with("* BYE idle for too long\r\n"));
  CHECK(talk.shut);
}

TEST_CASE("IMAP: no EXPUNGE while message numbers are in use (RFC 3501 §7.4.1)", "[imap]") {
  run_sessions(std::string(both_select) + R"(B: c STORE 1 +FLAGS.SILENT (\Deleted)
b: c OK STORE completed
B: d EXPUNGE
b: * 1 EXPUNGE
b: d OK EXPUNGE completed
A: c FETCH 1:2 UID
a: * 2 FETCH (UID 2)
a: c NO [EXPUNGEISSUED] some of the messages no longer exist
A: d STORE 2 +FLAGS (\Seen)
a: * 2 FETCH (FLAGS (\Seen \Recent))
a: d OK STORE completed
A: e SEARCH ALL
a: * SEARCH 2
a: e OK SEARCH completed
A: f COPY 1 INBOX
a: * 1 EXPUNGE
a: f NO [EXPUNGEISSUED] some of the messages no longer exist
A: g FETCH 1 UID
a: * 1 FETCH (UID 2)
a: g OK FETCH completed
)");
}

TEST_CASE("IMAP: UID commands may be answered with EXPUNGE", "[imap]") {
  run_sessions(std::string(both_select) + R"(B: c STORE 1 +FLAGS.SILENT (\Deleted)
b: c OK STORE completed
B: d UID EXPUNGE 1
b: * 1 EXPUNGE
b: d OK UID EXPUNGE completed
A: c UID FETCH 1:2 UID
a: * 2 FETCH (UID 2)
a: * 1 EXPUNGE
a: c OK UID FETCH completed
)");
}
