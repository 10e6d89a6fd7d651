// Commands about mailboxes as a whole (RFC 3501 §6.3): making, naming and subscribing to them.
#include <algorithm>
#include <utility>

#include "protocols/imap/execution.hpp"
#include "protocols/imap/mailbox_name.hpp"
#include "protocols/imap/status_items.hpp"
#include "protocols/mail/charset.hpp"

namespace posthorn::imap {

std::string Execution::wire_name(std::string_view name) const {
  return self.enabled_.utf8_names() ? utf8_astring(name) : astring(encode_mailbox_name(name));
}

std::optional<std::string> Execution::mailbox(std::string_view problem) {
  const auto wire = args.space() ? args.astring() : std::nullopt;
  if (!wire) {
    bad(std::string(problem));
    return std::nullopt;
  }
  const bool utf8 = self.enabled_.utf8_names();
  auto name = utf8 ? wire : decode_mailbox_name(*wire);
  if (!name || !mail::is_valid_utf8(*name)) {
    no(utf8 ? "[CANNOT] the mailbox name is not UTF-8"
            : "[CANNOT] the mailbox name is not modified UTF-7");
    return std::nullopt;
  }
  return mail::canonical_mailbox_name(*name);
}

std::optional<std::string> Execution::only_mailbox() {
  auto name = mailbox(verb + " needs one mailbox name");
  if (!name || args.at_end()) return name;
  bad(verb + " needs one mailbox name");
  return std::nullopt;
}

/// Counts the levels above that would be made too. What is there already makes none.
bool Execution::refuse_too_many(std::string_view new_name, std::size_t fewer) {
  std::size_t made = 0;
  for (std::size_t end = 0; end < new_name.size(); ++end) {
    end = std::min(new_name.find('/', end), new_name.size());
    made += store.find(self.account_, new_name.substr(0, end)) == nullptr ? 1 : 0;
  }
  const std::size_t count = store.mailbox_count(self.account_) + made;
  if (made <= fewer || count - fewer <= self.config_.max_mailboxes) return false;
  no("[LIMIT] too many mailboxes");
  return true;
}

const mail::StoredMailbox* Execution::target(const std::string& name) {
  const mail::StoredMailbox* found = store.find(self.account_, name);
  if (found != nullptr && found->selectable) return found;
  no(found == nullptr ? "[TRYCREATE] there is no such mailbox"
                      : "[CANNOT] that is only a level of the hierarchy");
  return nullptr;
}

/// CREATE mailbox [(USE (\Sent))] (RFC 6154 §3)
void Execution::create() {
  const auto name = mailbox("CREATE needs a mailbox name");
  if (!name) return;
  std::uint8_t special_use = 0;
  bool offered = true;
  if (args.space()) {
    if (!args.accept_word("(USE (")) return bad("CREATE knows no such parameter");
    for (bool more = args.peek() != ')'; more; more = args.space()) {
      const std::size_t begin = args.place();
      if (!args.accept('\\') || !args.atom()) return bad("the special uses are malformed");
      const std::uint8_t use = mail::special_use_of(args.since(begin));
      offered = offered && use != 0;
      special_use = static_cast<std::uint8_t>(special_use | use);
    }
    if (!args.accept(')') || !args.accept(')')) return bad("the special uses are malformed");
  }
  if (!args.at_end()) return bad("CREATE needs one mailbox name");
  if (!offered) return no("[USEATTR] such a special use is not offered");
  if (refuse_too_many(*name)) return;
  const auto made = store.create(self.account_, *name, special_use);
  if (!made) return refuse(made.error());
  self.out_.emit(MailboxListChanged{"CREATE", *name});
  ok();
}

void Execution::remove() {
  const auto name = only_mailbox();
  if (!name) return;
  const auto removed = store.remove(self.account_, *name);
  if (!removed) return refuse(removed.error());
  self.out_.emit(MailboxListChanged{"DELETE", *name});
  ok();
}

void Execution::rename() {
  const auto from = mailbox("RENAME needs the old and the new name");
  if (!from) return;
  const auto to = only_mailbox();
  if (!to) return;
  // The old name goes away, unless it is INBOX or not there: then the store says so.
  const bool there = store.find(self.account_, *from) != nullptr;
  if (there && refuse_too_many(*to, *from == "INBOX" ? 0 : 1)) return;
  const auto renamed = store.rename(self.account_, *from, *to);
  if (!renamed) return refuse(renamed.error());
  self.out_.emit(MailboxListChanged{"RENAME", *to});
  ok();
}

void Execution::subscribe() {
  const auto name = only_mailbox();
  if (!name) return;
  if (store.find(self.account_, *name) == nullptr)
    return no("[NONEXISTENT] there is no such mailbox");
  if (store.subscriptions(self.account_).size() >= self.config_.max_mailboxes)
    return no("[LIMIT] too many subscriptions");
  store.subscribe(self.account_, *name);
  self.out_.emit(MailboxListChanged{"SUBSCRIBE", *name});
  ok();
}

void Execution::unsubscribe() {
  const auto name = only_mailbox();
  if (!name) return;
  if (!store.unsubscribe(self.account_, *name)) return no("that mailbox is not subscribed");
  self.out_.emit(MailboxListChanged{"UNSUBSCRIBE", *name});
  ok();
}

/// One personal namespace, the whole account; nobody else's, and no shared ones.
void Execution::name_space() {
  if (!args.at_end()) return bad("NAMESPACE has no arguments");
  self.untagged("NAMESPACE ((\"\" \"/\")) NIL NIL", "NAMESPACE");
  ok();
}

void Execution::status() {
  const auto name = mailbox("STATUS needs a mailbox and items");
  if (!name) return;
  const auto request = args.space() ? parse_status_items(args) : std::nullopt;
  if (!request || !args.at_end()) return bad("the STATUS items are malformed");
  const mail::StoredMailbox* found = store.find(self.account_, *name);
  if (found == nullptr) return no("[NONEXISTENT] there is no such mailbox");
  if (!found->selectable) return no("[CANNOT] that is only a level of the hierarchy");
  put_status(*request, *found);
  ok();
}

void Execution::put_status(const StatusRequest& request, const mail::StoredMailbox& found) {
  if (request.asks_for_changes()) self.enable_condstore(store);
  self.untagged("STATUS " + wire_name(found.name) + " (" +
                    request.answer(found, self.config_.max_message) + ")",
                "STATUS");
}

}  // namespace posthorn::imap
