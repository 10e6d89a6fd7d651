#include "protocols/mail/mail_store.hpp"

#include "tests/support/catch.hpp"

using namespace posthorn;
using mail::MailStore;
using mail::SystemFlag;

namespace {

std::shared_ptr<const std::string> text(const char* bytes) {
  return std::make_shared<const std::string>(bytes);
}

}  // namespace

TEST_CASE("Mail store: UIDs ascend and are never used twice", "[store]") {
  MailStore store;
  REQUIRE(store.add_account("aiko"));
  CHECK_FALSE(store.add_account("aiko"));
  CHECK(store.deliver("aiko", text("1"), {}).value() == 1);
  CHECK(store.deliver("aiko", text("2"), {}).value() == 2);
  CHECK(store.expunge("aiko", "inbox", 2));
  CHECK_FALSE(store.expunge("aiko", "INBOX", 2));
  CHECK(store.deliver("aiko", text("3"), {}).value() == 3);
  CHECK(store.find("aiko", "InBox")->uid_next == 4);
  CHECK_FALSE(store.deliver("nobody", text("4"), {}).ok());
}

TEST_CASE("Mail store: a copy is a checkpoint that shares contents", "[store]") {
  MailStore store;
  store.add_account("aiko");
  store.deliver("aiko", text("1"), {}, 42).value();
  const MailStore before = store;
  CHECK(store.set_flags("aiko", "INBOX", 1, mail::Flags{}.add(SystemFlag::seen)));
  CHECK_FALSE(store.set_flags("aiko", "INBOX", 1, mail::Flags{}.add(SystemFlag::seen)));
  const mail::StoredMessage& then = before.find("aiko", "INBOX")->messages[0];
  const mail::StoredMessage& now = store.find("aiko", "INBOX")->messages[0];
  CHECK_FALSE(then.flags.has(SystemFlag::seen));
  CHECK(now.flags.has(SystemFlag::seen));
  CHECK(then.content == now.content);
  CHECK(now.tag == 42);
  CHECK(store.changes() == before.changes() + 1);
}

TEST_CASE("Mail store: a mailbox made again has another UIDVALIDITY", "[store]") {
  MailStore store;
  store.add_account("aiko");
  const auto first = store.create("aiko", "Work").value();
  CHECK_FALSE(store.create("aiko", "Work").ok());
  CHECK(store.remove("aiko", "Work").ok());
  const auto second = store.create("aiko", "Work").value();
  CHECK(first != second);
  CHECK(store.find("aiko", first) == nullptr);
  CHECK(store.rename("aiko", "Work", "Play").ok());
  CHECK(store.find("aiko", second)->name == "Play");
}

TEST_CASE("Mail store: hierarchy", "[store]") {
  MailStore store;
  store.add_account("aiko");
  store.create("aiko", "a/b/c").value();
  CHECK(store.mailboxes("aiko") == std::vector<std::string>{"INBOX", "a", "a/b", "a/b/c"});
  CHECK_FALSE(store.append("aiko", "a/b", {}).ok());
  CHECK_FALSE(store.rename("aiko", "a", "a/x").ok());
  CHECK(store.rename("aiko", "a/b", "d").ok());
  CHECK(store.mailboxes("aiko") == std::vector<std::string>{"INBOX", "a", "d", "d/c"});
  for (const char* wrong : {"", "/a", "a//b", "a*", "a%", "a\r\nb"})
    CHECK_FALSE(store.create("aiko", wrong).ok());
}

TEST_CASE("Mail store: keywords know no case", "[store]") {
  mail::Flags flags;
  flags.add_keyword("$Todo");
  flags.add_keyword("$TODO");
  flags.add(SystemFlag::seen).add(SystemFlag::answered);
  CHECK(flags.to_string() == "\\Answered \\Seen $Todo");
  flags.remove_keyword("$todo");
  CHECK(flags.keywords.empty());
}

TEST_CASE("Mail store: the POP3 lock is exclusive", "[store]") {
  MailStore store;
  store.add_account("aiko");
  CHECK(store.lock_pop3("aiko", "INBOX"));
  CHECK_FALSE(store.lock_pop3("aiko", "inbox"));
  store.unlock_pop3("aiko", "INBOX");
  CHECK(store.lock_pop3("aiko", "INBOX"));
}
