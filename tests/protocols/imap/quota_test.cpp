// QUOTA (RFC 9208).
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: GETQUOTAROOT and GETQUOTA", "[imap]") {
  mail::MailStore store = two_mails();
  store.set_quota("ben", {10 * 1024, 3});
  run_imap(imap_login, R"(C: c GETQUOTAROOT INBOX
S: * QUOTAROOT INBOX ""
S: * QUOTA "" (STORAGE 1 10 MESSAGE 2 3)
S: c OK GETQUOTAROOT completed
C: d GETQUOTA ""
S: * QUOTA "" (STORAGE 1 10 MESSAGE 2 3)
S: d OK GETQUOTA completed
C: e GETQUOTA other
S: e NO [NONEXISTENT] there is no such quota root
C: f GETQUOTAROOT nothing
S: f NO [NONEXISTENT] there is no such mailbox
C: g SETQUOTA "" (STORAGE 512)
S: g NO [NOPERM] quotas are set by the operator
C: h STATUS INBOX (DELETED DELETED-STORAGE)
S: * STATUS INBOX (DELETED 0 DELETED-STORAGE 0)
S: h OK STATUS completed
)",
           store);
  run_imap(imap_login, R"(C: c GETQUOTAROOT INBOX
S: * QUOTAROOT INBOX
S: c OK GETQUOTAROOT completed
)");
}

TEST_CASE("IMAP: what does not fit is refused; a move always fits", "[imap]") {
  mail::MailStore store = two_mails();
  store.set_quota("ben", {std::nullopt, 3});
  run_imap(imap_selected, R"(C: c APPEND INBOX {4+}
C: mail
S: * 3 EXISTS
S: * 3 RECENT
S: c OK [APPENDUID 1 3] APPEND completed
C: d APPEND INBOX {4+}
C: mail
S: d NO [OVERQUOTA] the account's quota is used up
C: e CREATE Archive
S: e OK CREATE completed
C: f COPY 1 Archive
S: f NO [OVERQUOTA] the account's quota is used up
C: g MOVE 1 Archive
S: * OK [COPYUID 2 1 1] moved
S: * 1 EXPUNGE
S: g OK MOVE completed
C: h STORE 1 +FLAGS.SILENT (\Deleted)
S: h OK STORE completed
C: i STATUS INBOX (DELETED DELETED-STORAGE)
S: * STATUS INBOX (DELETED 1 DELETED-STORAGE 243)
S: i OK STATUS completed
)",
           store);
}

TEST_CASE("IMAP: without room nothing is added, and what is here may move", "[imap]") {
  mail::MailStore store = two_mails();
  store.set_no_room(false, {"ben"});
  run_imap(imap_selected, R"(C: c APPEND INBOX {4+}
C: mail
S: c NO [OVERQUOTA] the account's quota is used up
C: d COPY 1 INBOX
S: d NO [OVERQUOTA] the account's quota is used up
C: e CREATE Archive
S: e OK CREATE completed
C: f MOVE 1 Archive
S: * OK [COPYUID 2 1 1] moved
S: * 1 EXPUNGE
S: f OK MOVE completed
)",
           store);
  store.set_no_room(true, {});
  run_imap(imap_login, R"(C: c APPEND INBOX {4+}
C: mail
S: c NO [UNAVAILABLE] there is no room on the disk
C: d CREATE Archive
S: d NO [UNAVAILABLE] there is no room on the disk
)",
           store);
}

TEST_CASE("IMAP: a limit is counted as what is used is: in whole kibibytes, upwards", "[imap]") {
  mail::MailStore store = two_mails();
  store.set_quota("ben", {1000, std::nullopt});
  run_imap(imap_login, R"(C: c GETQUOTA ""
S: * QUOTA "" (STORAGE 1 1)
S: c OK GETQUOTA completed
)",
           store);
}
