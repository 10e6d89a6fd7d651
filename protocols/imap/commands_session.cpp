// Commands about the session itself (RFC 3501 §6.1), and how every command ends.
#include <utility>

#include "protocols/imap/capabilities.hpp"
#include "protocols/imap/execution.hpp"
#include "protocols/mail/ascii.hpp"

namespace posthorn::imap {

namespace {

constexpr int max_id_pairs = 30;  // RFC 2971 §3.3

/// RFC 5530 §3, RFC 9208 §4.3.1, RFC 9051 §7.1.
std::string_view code_of(mail::StoreError::Why why) {
  using Why = mail::StoreError::Why;
  switch (why) {
    case Why::no_account:
    case Why::no_mailbox:
      return "NONEXISTENT";
    case Why::no_message:
      return "EXPUNGEISSUED";
    case Why::already_exists:
      return "ALREADYEXISTS";
    case Why::bad_name:
    case Why::inbox:
      return "CANNOT";
    case Why::has_children:
      return "HASCHILDREN";
    case Why::over_quota:
      return "OVERQUOTA";
    case Why::disk_full:
      return "UNAVAILABLE";
    case Why::exhausted:
      return "LIMIT";
  }
  return "SERVERBUG";
}

}  // namespace

void Execution::ok(const std::string& code) {
  ok_saying((code.empty() ? "" : "[" + code + "] ") + verb + " completed");
}

void Execution::ok_saying(const std::string& text) {
  self.tell_updates(store, {uid || !rule.hides_expunges, uid});
  self.tagged(tag, "OK", text, rule.rule);
}

void Execution::no(const std::string& text) {
  self.tell_updates(store, {uid || !rule.hides_expunges, uid});
  self.tagged(tag, "NO", text, rule.rule);
}

void Execution::refuse(const mail::StoreError& error) {
  no("[" + std::string(code_of(error.why)) + "] " + error.message);
}

void Execution::bad(const std::string& text) { self.bad(tag, text, rule.rule); }

void Execution::capability() {
  if (!args.at_end()) return bad("CAPABILITY has no arguments");
  self.untagged("CAPABILITY " + self.capabilities(), "CAPABILITY");
  ok();
}

/// NOOP and CHECK: an occasion to be told of updates.
void Execution::noop() {
  if (!args.at_end()) return bad(verb + " has no arguments");
  ok();
}

void Execution::logout() {
  if (!args.at_end()) return bad("LOGOUT has no arguments");
  self.untagged("BYE " + self.config_.hostname + " says goodbye", "BYE");
  self.tagged(tag, "OK", "LOGOUT completed", rule.rule);
  self.close("LOGOUT");
}

/// ID NIL, or ID ("name" "value" ...): polite, and of no consequence.
void Execution::id() {
  bool valid = args.space();
  if (valid && args.accept('(')) {
    int pairs = 0;
    for (bool more = args.peek() != ')'; valid && more; more = args.space())
      valid = ++pairs <= max_id_pairs && args.string() && args.space() &&
              (args.string() || args.accept_word("NIL"));
    valid = valid && args.accept(')');
  } else {
    valid = valid && args.accept_word("NIL");
  }
  if (!valid || !args.at_end()) return bad("ID takes NIL or a list of names and values");
  self.untagged("ID (\"name\" \"Posthorn\")", "ID");
  ok();
}

/// Names only what this command switched on (RFC 5161 §3.2).
void Execution::enable() {
  std::string switched_on;
  bool any = false;
  while (args.space()) {
    const auto name = args.keyword();
    if (!name) return bad("ENABLE takes the names of capabilities");
    any = true;
    if (!can_be_enabled(*name)) continue;
    bool& is_on = *name == "CONDSTORE"   ? self.enabled_.condstore
                  : *name == "IMAP4REV2" ? self.enabled_.rev2
                                         : self.enabled_.utf8;
    if (std::exchange(is_on, true)) continue;
    switched_on += *name == "IMAP4REV2" ? " IMAP4rev2" : " " + *name;
  }
  if (!any || !args.at_end()) return bad("ENABLE takes the names of capabilities");
  self.untagged("ENABLED" + switched_on, "ENABLED");
  ok();
}

/// Until the client says DONE, it is told of updates as they happen.
void Execution::idle() {
  if (!args.at_end()) return bad("IDLE has no arguments");
  self.open_tag_ = tag;
  self.expecting_ = Server::Expecting::idle_end;
  self.out_.transmit("+ idling\r\n", NoteKind::continuation, "+", rule.rule);
  self.tell_updates(store, {});
}

}  // namespace posthorn::imap
