// Extensions, one dialogue each. Two letters with UIDs 1 and 2 are in INBOX.
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: UIDPLUS tells the new UIDs and expunges by UID (RFC 4315)", "[imap]") {
  run_imap(imap_selected, R"(C: c CREATE Archive
S: c OK CREATE completed
C: d COPY 1:2 Archive
S: d OK [COPYUID 2 1:2 1:2] COPY completed
C: e UID COPY 7:9 Archive
S: e OK UID COPY completed
C: f STORE 1:2 +FLAGS.SILENT (\Deleted)
S: f OK STORE completed
C: g UID EXPUNGE 2
S: * 2 EXPUNGE
S: g OK UID EXPUNGE completed
C: h UID EXPUNGE
S: h BAD UID EXPUNGE needs a set of UIDs
C: i EXPUNGE
S: * 1 EXPUNGE
S: i OK EXPUNGE completed
)");
}

TEST_CASE("IMAP: MOVE is COPY and EXPUNGE in one (RFC 6851)", "[imap]") {
  const mail::MailStore after = run_imap(imap_selected, R"(C: c CREATE Archive
S: c OK CREATE completed
C: d MOVE 2 Nowhere
S: d NO [TRYCREATE] there is no such mailbox
C: e MOVE 1 Archive
S: * OK [COPYUID 2 1 1] moved
S: * 1 EXPUNGE
S: e OK MOVE completed
C: f UID MOVE 2 Archive
S: * OK [COPYUID 2 2 2] moved
S: * 1 EXPUNGE
S: f OK UID MOVE completed
C: g UID MOVE 2 Archive
S: g OK UID MOVE completed
)");
  CHECK(after.find("ben", "INBOX")->messages.empty());
  CHECK(after.find("ben", "Archive")->messages.size() == 2);
}

TEST_CASE("IMAP: MOVE out of a mailbox that is open for reading only moves nothing", "[imap]") {
  const mail::MailStore after = run_imap(imap_login, R"(C: b CREATE Archive
S: b OK CREATE completed
C: c EXAMINE INBOX
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * 2 EXISTS
S: * 2 RECENT
S: * OK [UNSEEN 1] first unseen message
S: * OK [PERMANENTFLAGS ()] nothing can be changed
S: * OK [UIDVALIDITY 1] UIDs are valid
S: * OK [UIDNEXT 3] predicted next UID
S: c OK [READ-ONLY] EXAMINE completed
C: d MOVE 1 Archive
S: d NO the mailbox is open for reading only
)");
  CHECK(after.find("ben", "INBOX")->messages.size() == 2);
  CHECK(after.find("ben", "Archive")->messages.empty());
}

TEST_CASE("IMAP: UNSELECT leaves what is marked alone (RFC 3691)", "[imap]") {
  const mail::MailStore after = run_imap(imap_selected, R"(C: c STORE 1 +FLAGS.SILENT (\Deleted)
S: c OK STORE completed
C: d UNSELECT
S: d OK UNSELECT completed
C: e FETCH 1 FLAGS
S: e BAD FETCH is not possible in authenticated state
)");
  CHECK(after.find("ben", "INBOX")->messages.size() == 2);
}

TEST_CASE("IMAP: NAMESPACE, ID and the size of a mailbox (RFC 2342, 2971, 8438)", "[imap]") {
  const auto size =
      std::to_string(std::string(plain_letter).size() + std::string(mixed_letter).size());
  run_imap(imap_login, (R"(C: b NAMESPACE
S: * NAMESPACE (("" "/")) NIL NIL
S: b OK NAMESPACE completed
C: c ID NIL
S: * ID ("name" "Posthorn")
S: c OK ID completed
C: d ID ("name" "Mutt" "version" "2.2")
S: * ID ("name" "Posthorn")
S: d OK ID completed
C: e ID
S: e BAD ID needs a list of fields and values, or NIL
C: f STATUS INBOX (MESSAGES SIZE)
S: * STATUS INBOX (MESSAGES 2 SIZE )" +
                        size + ")\nS: f OK STATUS completed\n")
                           .c_str());
}

TEST_CASE("IMAP: IDLE tells at once what others do (RFC 2177)", "[imap]") {
  mail::MailStore store = two_mails();
  imap::Server server = imap_server();
  std::string said;
  const auto drain = [&] {
    for (;;) {
      auto output = server.poll();
      if (auto* bytes = std::get_if<Transmit>(&output)) said += bytes->bytes;
      const auto* event = std::get_if<imap::ServerEvent>(&output);
      if (event != nullptr && std::holds_alternative<mail::LoginAsked>(*event))
        server.decide_login(Instant{}, true, store);
      if (std::holds_alternative<Idle>(output)) break;
    }
    return std::exchange(said, {});
  };
  server.handle_connect(Instant{});
  server.handle_bytes(Instant{}, "a LOGIN ben x\r\nb SELECT INBOX\r\n", store);
  drain();
  server.handle_bytes(Instant{}, "c IDLE\r\n", store);
  CHECK(drain() == "+ idling\r\n");
  CHECK(server.idling());
  (void)store.deliver("ben", std::make_shared<const std::string>(plain_letter), day(9), 13);
  server.handle_store_changed(Instant{}, store);
  CHECK(drain() == "* 3 EXISTS\r\n* 3 RECENT\r\n");
  store.expunge("ben", "INBOX", 1);
  server.handle_store_changed(Instant{}, store);
  CHECK(drain() == "* 1 EXPUNGE\r\n");
  server.handle_store_changed(Instant{}, store);
  CHECK(drain() == "");
  server.handle_bytes(Instant{}, "DONE\r\n", store);
  CHECK(drain() == "c OK IDLE completed\r\n");
  CHECK_FALSE(server.idling());
  server.handle_bytes(Instant{}, "d IDLE\r\nLOGOUT\r\n", store);
  CHECK(drain() == "+ idling\r\nd BAD IDLE ends with DONE\r\n");
}
