// Quotas, copies, moves, special uses and the numbers of changes.
#include "protocols/mail/mail_store.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using mail::MailStore;
using mail::StoreError;
using Uids = std::vector<std::uint32_t>;

namespace {

MailStore with_messages(int count) {
  MailStore store;
  store.add_account("aiko");
  REQUIRE(store.create("aiko", "Archive").ok());
  for (int i = 0; i < count; ++i)
    REQUIRE(store.deliver("aiko", std::make_shared<const std::string>(100, 'x'), {}).ok());
  return store;
}

}  // namespace

TEST_CASE("Mail store: a quota limits octets and messages of an account", "[store]") {
  MailStore store = with_messages(2);
  store.set_quota("aiko", {300, 4});
  CHECK(store.usage("aiko").octets == 200);
  CHECK(store.usage("aiko").messages == 2);
  CHECK(store.copy("aiko", "INBOX", {1, 2}, "Archive").error().why == StoreError::Why::over_quota);
  CHECK(store.find("aiko", "Archive")->messages.empty());
  CHECK(store.copy("aiko", "INBOX", {2}, "Archive").value() == Uids{1});
  const auto refused = store.deliver("aiko", std::make_shared<const std::string>("x"), {});
  CHECK(refused.error().why == StoreError::Why::over_quota);
  CHECK(store.move("aiko", "INBOX", {1}, "Archive").value() == Uids{2});  // needs no room
  CHECK(store.expunge("aiko", "INBOX", 2));
  CHECK(store.usage("aiko").octets == 200);
  CHECK(store.remove("aiko", "Archive").ok());
  CHECK(store.usage("aiko").messages == 0);
}

TEST_CASE("Mail store: copies and moves are all or nothing", "[store]") {
  MailStore store = with_messages(3);
  mail::Flags flags;
  flags.add_keyword("$Todo");
  CHECK(store.set_flags("aiko", "INBOX", 3, flags));
  CHECK(store.move("aiko", "INBOX", {1, 9}, "Archive").error().why == StoreError::Why::no_message);
  CHECK(store.find("aiko", "INBOX")->messages.size() == 3);
  CHECK(store.move("aiko", "INBOX", {3, 1}, "Archive").value() == Uids{1, 2});
  CHECK(store.find("aiko", "INBOX")->messages.size() == 1);
  CHECK(store.find("aiko", "Archive")->find(1)->flags.has_keyword("$todo"));
  CHECK(store.find("aiko", "INBOX")->octets == 100);
}

TEST_CASE("Mail store: every change of a mailbox has a greater number", "[store]") {
  MailStore store = with_messages(1);
  const mail::StoredMailbox& box = *store.find("aiko", "INBOX");
  const std::uint64_t delivered = box.messages[0].changed;
  CHECK(delivered == box.changes);
  mail::Flags flags;
  CHECK_FALSE(store.set_flags("aiko", "INBOX", 1, flags));
  CHECK(box.changes == delivered);
  flags.add_keyword("a");
  CHECK(store.set_flags("aiko", "INBOX", 1, flags));
  CHECK(box.messages[0].changed > delivered);
  const std::uint64_t before = box.changes;
  CHECK(store.expunge("aiko", "INBOX", {1, 2}) == 1);
  CHECK(box.changes > before);
  CHECK(store.rename("aiko", "INBOX", "Old").ok());
  CHECK(store.find("aiko", "Old")->changes >= before);
}

TEST_CASE("Mail store: a mailbox knows its keywords in one spelling", "[store]") {
  MailStore store = with_messages(2);
  mail::Flags flags;
  flags.add_keyword("$Todo");
  store.set_flags("aiko", "INBOX", 1, flags);
  flags = {};
  flags.add_keyword("$TODO");
  store.set_flags("aiko", "INBOX", 2, flags);
  CHECK(store.find("aiko", "INBOX")->messages[1].flags.to_string() == "$Todo");
  CHECK(store.find("aiko", "INBOX")->keywords.size() == 1);
}

TEST_CASE("Mail store: special uses stay with their mailbox", "[store]") {
  MailStore store = with_messages(0);
  const auto sent = mail::special_use_of("\\SENT");
  CHECK(store.create("aiko", "送信済み", sent).ok());
  CHECK(store.rename("aiko", "送信済み", "Sent").ok());
  CHECK(mail::special_use_text(store.find("aiko", "Sent")->special_use) == "\\Sent");
  CHECK(mail::special_use_of("\\All") == 0);
  for (const char* wrong : {"caf\xe9", "a\xc2\x85", "a\x7f"})
    CHECK_FALSE(store.create("aiko", wrong).ok());
  std::string deep = "a";
  for (int i = 0; i < 40; ++i) deep += "/a";
  CHECK(store.create("aiko", deep).error().why == StoreError::Why::bad_name);
}
