// LIST in its extended forms: RFC 5258, RFC 5819, RFC 6154; and names beyond ASCII.
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

namespace {

/// The mailboxes of RFC 5258 §5, more or less.
mail::MailStore orchard() {
  mail::MailStore store = two_mails();
  for (const char* name : {"Fruit", "Fruit/Apple", "Fruit/Banana", "Tofu", "Vegetable/Broccoli"})
    REQUIRE(store.create("ben", name).ok());
  for (const char* name : {"Fruit/Banana", "Fruit/Peach", "Vegetable/Broccoli"})
    store.subscribe("ben", name);
  store.unsubscribe("ben", "INBOX");
  return store;
}

}  // namespace

TEST_CASE("IMAP: LIST with selection and return options", "[imap]") {
  run_imap(imap_login, R"(C: c LIST (SUBSCRIBED) "" "*"
S: * LIST (\HasNoChildren \Subscribed) "/" Fruit/Banana
S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" Fruit/Peach
S: * LIST (\HasNoChildren \Subscribed) "/" Vegetable/Broccoli
S: c OK LIST completed
C: d LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
S: * LIST (\HasChildren) "/" Fruit ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\Noselect \HasChildren) "/" Vegetable ("CHILDINFO" ("SUBSCRIBED"))
S: d OK LIST completed
C: e LIST () "" (INBOX Tofu "Vegetable/%") RETURN (SUBSCRIBED CHILDREN)
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasNoChildren) "/" Tofu
S: * LIST (\HasNoChildren \Subscribed) "/" Vegetable/Broccoli
S: e OK LIST completed
C: f LIST (RECURSIVEMATCH) "" "*"
S: f BAD the arguments of LIST are malformed
C: g LIST (COLOUR) "" "*"
S: g BAD the arguments of LIST are malformed
C: h LIST (REMOTE) "" "%"
S: * LIST (\HasChildren) "/" Fruit
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasNoChildren) "/" Tofu
S: * LIST (\Noselect \HasChildren) "/" Vegetable
S: h OK LIST completed
C: i LIST Fruit/ "" 
S: i BAD the arguments of LIST are malformed
)",
           orchard());
}

TEST_CASE("IMAP: LIST with STATUS", "[imap]") {
  run_imap(imap_login, R"(C: c LIST "" "%" RETURN (STATUS (MESSAGES UNSEEN SIZE))
S: * LIST (\HasChildren) "/" Fruit
S: * STATUS Fruit (MESSAGES 0 UNSEEN 0 SIZE 0)
S: * LIST (\HasNoChildren) "/" INBOX
S: * STATUS INBOX (MESSAGES 2 UNSEEN 2 SIZE 453)
S: * LIST (\HasNoChildren) "/" Tofu
S: * STATUS Tofu (MESSAGES 0 UNSEEN 0 SIZE 0)
S: * LIST (\Noselect \HasChildren) "/" Vegetable
S: c OK LIST completed
C: d LIST "" "%" RETURN (STATUS)
S: d BAD the arguments of LIST are malformed
)",
           orchard());
}

TEST_CASE("IMAP: mailboxes with special uses", "[imap]") {
  const mail::MailStore after = run_imap(imap_login, R"(C: c CREATE Sent (USE (\Sent))
S: c OK CREATE completed
C: d CREATE Old (USE (\Archive \Trash))
S: d OK CREATE completed
C: e CREATE Everything (USE (\All))
S: e NO [USEATTR] such a special use is not offered
C: f CREATE x (COLOUR red)
S: f BAD CREATE knows no such parameter
C: g LIST (SPECIAL-USE) "" "*"
S: * LIST (\HasNoChildren \Archive \Trash) "/" Old
S: * LIST (\HasNoChildren \Sent) "/" Sent
S: g OK LIST completed
C: h LIST "" "%" RETURN (SPECIAL-USE)
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasNoChildren \Archive \Trash) "/" Old
S: * LIST (\HasNoChildren \Sent) "/" Sent
S: h OK LIST completed
)");
  CHECK(after.find("ben", "Everything") == nullptr);
}

TEST_CASE("IMAP: LIST tells below which name a special use is (RFC 5258 §3.5)", "[imap]") {
  run_imap(imap_login, R"(C: c CREATE Old/2025 (USE (\Archive))
S: c OK CREATE completed
C: d SUBSCRIBE Old/2025
S: d OK SUBSCRIBE completed
C: e LIST (SPECIAL-USE RECURSIVEMATCH) "" "%"
S: * LIST (\Noselect \HasChildren) "/" Old ("CHILDINFO" ("SPECIAL-USE"))
S: e OK LIST completed
C: f LIST (SPECIAL-USE RECURSIVEMATCH SUBSCRIBED) "" "%"
S: * LIST (\Noselect \HasChildren) "/" Old ("CHILDINFO" ("SUBSCRIBED" "SPECIAL-USE"))
S: f OK LIST completed
C: g ENABLE IMAP4rev2
S: * ENABLED IMAP4rev2
S: g OK ENABLE completed
C: h SELECT Old/2025
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * 0 EXISTS
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] flags are kept
S: * OK [UIDVALIDITY 3] UIDs are valid
S: * OK [UIDNEXT 1] predicted next UID
S: * OK [HIGHESTMODSEQ 1] number of the last change
S: * LIST (\HasNoChildren \Archive) "/" Old/2025
S: h OK [READ-WRITE] SELECT completed
)");
}

TEST_CASE("IMAP: names beyond ASCII travel as modified UTF-7", "[imap]") {
  const mail::MailStore after = run_imap(imap_login, R"(C: c CREATE &U,BTFw-/&ZeVnLIqe-
S: c OK CREATE completed
C: d LIST "" "&U,BTFw-*"
S: * LIST (\Noselect \HasChildren) "/" &U,BTFw-
S: * LIST (\HasNoChildren) "/" &U,BTFw-/&ZeVnLIqe-
S: d OK LIST completed
C: e STATUS &U,BTFw-/&ZeVnLIqe- (MESSAGES)
S: * STATUS &U,BTFw-/&ZeVnLIqe- (MESSAGES 0)
S: e OK STATUS completed
C: f CREATE "AT&T"
S: f NO [CANNOT] the mailbox name is not modified UTF-7
C: g CREATE "AT&-T"
S: g OK CREATE completed
C: h CREATE "&AIA-"
S: h NO [CANNOT] a mailbox name cannot contain that character
)");
  CHECK(after.find("ben", "台北/日本語") != nullptr);
  CHECK(after.find("ben", "AT&T") != nullptr);
}

TEST_CASE("IMAP: INBOX knows no case", "[imap]") {
  run_imap(imap_login, R"(C: c LIST "" iNb%
S: * LIST (\HasNoChildren) "/" INBOX
S: c OK LIST completed
C: d CREATE inbox/sub
S: d OK CREATE completed
C: e LIST inbox/ %
S: * LIST (\HasNoChildren) "/" INBOX/sub
S: e OK LIST completed
C: f RENAME INBOX/sub "Inbox2"
S: f OK RENAME completed
C: g RENAME Inbox2 inbox
S: g NO [ALREADYEXISTS] a mailbox of the new name already exists
C: h RENAME nothing x
S: h NO [NONEXISTENT] there is no such mailbox
C: i CREATE Inbox2/
S: i NO [ALREADYEXISTS] that mailbox already exists
C: j SUBSCRIBE nothing
S: j NO [NONEXISTENT] there is no such mailbox
)");
}

TEST_CASE("IMAP: NAMESPACE, and an account full of mailboxes", "[imap]") {
  run_imap(imap_login, R"(C: c NAMESPACE
S: * NAMESPACE (("" "/")) NIL NIL
S: c OK NAMESPACE completed
)");
  mail::MailStore store = two_mails();
  imap::ServerConfig config;
  config.max_mailboxes = 4;
  ImapTalk talk{imap::Server(config), store};
  talk.connect();
  talk.feed(
      "a LOGIN ben hanami\r\nb CREATE a/b/c/d\r\nc CREATE a/b\r\nd CREATE c\r\ne CREATE d\r\n", 0);
  CHECK(talk.sent.find("b NO [LIMIT] too many mailboxes\r\nc OK") != std::string::npos);
  CHECK(talk.sent.find("d OK CREATE completed\r\ne NO [LIMIT]") != std::string::npos);
}

TEST_CASE("IMAP: no STATUS for what is listed only because of those below (RFC 5819 §2)",
          "[imap]") {
  run_imap(imap_login, R"(C: c LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (STATUS (MESSAGES))
S: * LIST (\HasChildren) "/" Fruit ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\Noselect \HasChildren) "/" Vegetable ("CHILDINFO" ("SUBSCRIBED"))
S: c OK LIST completed
)",
           orchard());
}

TEST_CASE("IMAP: a mailbox name holds no line separators (RFC 6855 §3)", "[imap]") {
  run_imap(imap_login, R"(C: c CREATE &ICg-
S: c NO [CANNOT] a mailbox name cannot contain that character
C: d CREATE a&ICk-b
S: d NO [CANNOT] a mailbox name cannot contain that character
C: e CREATE &ICY-
S: e OK CREATE completed
)");
}
