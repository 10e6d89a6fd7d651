// Commands about the session itself (RFC 3501 §6.1, §6.2), and how every command ends.
#include <utility>

#include "protocols/imap/execution.hpp"

namespace posthorn::imap {

void Execution::ok(const std::string& code) {
  update(!rule.hides_expunges || uid);
  self.tagged(tag, "OK", (code.empty() ? "" : "[" + code + "] ") + verb + " completed", rule.rule);
}

void Execution::no(const std::string& text) {
  update(!rule.hides_expunges || uid);
  self.tagged(tag, "NO", text, rule.rule);
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

void Execution::login() {
  std::optional<std::string> user;
  std::optional<std::string> password;
  if (args.space()) user = args.astring();
  if (user && args.space()) password = args.astring();
  if (!password || !args.at_end()) return bad("LOGIN needs a user name and a password");
  self.ask_login(std::move(tag), std::move(*user), std::move(*password), rule.rule);
}

void Execution::authenticate() {
  const auto mechanism = args.space() ? args.keyword() : std::nullopt;
  if (!mechanism) return bad("AUTHENTICATE needs a mechanism");
  if (*mechanism != "PLAIN") return no("only PLAIN is known here");
  if (args.space()) {  // initial response, RFC 4959 §3
    const std::string_view initial = args.rest();
    return self.ask_plain_login(std::move(tag), initial == "=" ? std::string_view() : initial);
  }
  if (!args.at_end()) return bad("AUTHENTICATE needs a mechanism");
  self.login_tag_ = std::move(tag);
  self.authenticating_ = true;
  self.out_.transmit("+ \r\n", NoteKind::continuation, "+", rule.rule);
}

}  // namespace posthorn::imap
