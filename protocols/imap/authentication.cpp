// LOGIN and AUTHENTICATE: who is it, and may they come in (RFC 3501 §6.2).
#include <utility>

#include "protocols/imap/capabilities.hpp"
#include "protocols/imap/execution.hpp"
#include "protocols/mail/transfer_encoding.hpp"

namespace posthorn::imap {

namespace {

constexpr std::string_view authenticate_rule = "RFC 3501 §6.2.2";

}  // namespace

void Server::challenge(std::string_view text) {
  expecting_ = Expecting::challenge_answer;
  out_.transmit("+ " + mail::base64_encode(text) + "\r\n", NoteKind::continuation, "+",
                authenticate_rule);
}

void Server::answer_to_challenge(const StreamLine& line) {
  out_.note(NoteKind::continuation, Flow::received, line.begin, line.end, "", authenticate_rule);
  expecting_ = Expecting::command;
  if (line.too_long || line.text == "*")
    return bad(open_tag_, line.too_long ? "answer too long" : "AUTHENTICATE cancelled",
               authenticate_rule);
  std::string answer;
  if (!mail::base64_decode_strict(line.text, answer))
    return bad(open_tag_, "the answer is not base64", authenticate_rule);
  take_answer(answer);
}

/// PLAIN tells all at once; LOGIN is asked for the name, then for the password.
void Server::take_answer(const std::string& answer) {
  switch (mechanism_) {
    case Mechanism::plain:
      return take_plain(answer);
    case Mechanism::login_name:
      login_user_ = answer;
      mechanism_ = Mechanism::login_password;
      return challenge("Password:");
    case Mechanism::login_password:
      return ask_login(open_tag_, login_user_, answer, authenticate_rule);
  }
}

/// RFC 4616: authorization identity NUL authentication identity NUL password.
void Server::take_plain(const std::string& text) {
  const std::size_t first = text.find('\0');
  const std::size_t second = first == std::string::npos ? first : text.find('\0', first + 1);
  if (second == std::string::npos || text.find('\0', second + 1) != std::string::npos)
    return bad(open_tag_, "the answer is not of the PLAIN mechanism", "RFC 4616 §2");
  std::string user = text.substr(first + 1, second - first - 1);
  if (first != 0 && text.substr(0, first) != user)
    return tagged(open_tag_, "NO", "[AUTHORIZATIONFAILED] nobody acts for others here",
                  "RFC 4616 §2");
  ask_login(open_tag_, std::move(user), text.substr(second + 1), authenticate_rule);
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
  const auto name = args.space() ? args.keyword() : std::nullopt;
  if (!name) return bad("AUTHENTICATE needs a mechanism");
  if (*name != "PLAIN" && *name != "LOGIN") return no("[CANNOT] that mechanism is not known here");
  const bool plain = *name == "PLAIN";
  self.open_tag_ = tag;
  self.mechanism_ = plain ? Server::Mechanism::plain : Server::Mechanism::login_name;
  if (args.at_end()) return self.challenge(plain ? "" : "Username:");
  // RFC 4959 §3: the first answer comes with the command; "=" is an empty one.
  std::string answer;
  const bool present = args.space();
  if (!present || (args.rest() != "=" && !mail::base64_decode_strict(args.rest(), answer)))
    return bad("the answer is not base64");
  self.take_answer(answer);
}

}  // namespace posthorn::imap
