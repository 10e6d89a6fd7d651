// LOGIN and AUTHENTICATE: who is it, and may they come in (RFC 3501 §6.2).
#include <utility>

#include "protocols/imap/capabilities.hpp"
#include "protocols/imap/execution.hpp"
#include "protocols/mail/transfer_encoding.hpp"

namespace posthorn::imap {

namespace {

constexpr std::string_view authenticate_rule = "RFC 3501 §6.2.2";

}  // namespace

void Server::answer_to_challenge(const StreamLine& line) {
  out_.note(NoteKind::continuation, Flow::received, line.begin, line.end, "", authenticate_rule);
  expecting_ = Expecting::command;
  if (line.too_long || line.text == "*")
    return bad(open_tag_, line.too_long ? "answer too long" : "AUTHENTICATE cancelled",
               authenticate_rule);
  ask_plain_login(open_tag_, line.text);
}

/// RFC 4616: authorization identity NUL authentication identity NUL password.
void Server::ask_plain_login(std::string tag, std::string_view base64) {
  std::string text;
  if (!mail::base64_decode_strict(base64, text))
    return bad(tag, "the answer is not base64", authenticate_rule);
  const std::size_t first = text.find('\0');
  const std::size_t second = first == std::string::npos ? first : text.find('\0', first + 1);
  if (second == std::string::npos || text.find('\0', second + 1) != std::string::npos)
    return bad(tag, "the answer is not of the PLAIN mechanism", "RFC 4616 §2");
  std::string user = text.substr(first + 1, second - first - 1);
  if (first != 0 && text.substr(0, first) != user)
    return tagged(tag, "NO", "[AUTHORIZATIONFAILED] nobody acts for others here", "RFC 4616 §2");
  ask_login(std::move(tag), std::move(user), text.substr(second + 1), authenticate_rule);
}

void Server::ask_login(std::string tag, std::string user, std::string password,
                       std::string_view rule) {
  open_tag_ = std::move(tag);
  login_user_ = user;
  login_rule_ = rule;
  waiting_ = true;
  out_.emit(LoginAsked{std::move(user), std::move(password)});
}

void Server::decide_login(Instant now, bool ok, mail::MailStore& store, std::string_view account) {
  if (!waiting_ || state_ == ServerState::logout) return;
  waiting_ = false;
  const std::string name = account.empty() ? login_user_ : std::string(account);
  if (ok && store.has_account(name)) {
    account_ = name;
    state_ = ServerState::authenticated;
    out_.emit(LoggedIn{account_});
    tagged(open_tag_, "OK", "[CAPABILITY " + capabilities(true) + "] logged in", login_rule_);
  } else {
    tagged(open_tag_, "NO", "[AUTHENTICATIONFAILED] user name or password is wrong", login_rule_);
    if (++failed_logins_ >= config_.max_failed_logins) {
      return say_goodbye("too many failed logins");
    }
  }
  work(now, store);
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
  if (*mechanism != "PLAIN") return no("[CANNOT] only PLAIN is known here");
  if (args.space()) {  // initial response, RFC 4959 §3
    const std::string_view initial = args.rest();
    return self.ask_plain_login(std::move(tag), initial == "=" ? std::string_view() : initial);
  }
  if (!args.at_end()) return bad("AUTHENTICATE needs a mechanism");
  self.open_tag_ = std::move(tag);
  self.expecting_ = Server::Expecting::challenge_answer;
  self.out_.transmit("+ \r\n", NoteKind::continuation, "+", rule.rule);
}

}  // namespace posthorn::imap
