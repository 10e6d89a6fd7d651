// APPEND (RFC 3501 §6.3.11, with RFC 3516 §4.4, RFC 4315 §3 and RFC 6855 §4).
#include <utility>

#include "protocols/imap/execution.hpp"
#include "protocols/mail/date.hpp"
#include "protocols/mail/seven_bit.hpp"

namespace posthorn::imap {

namespace {

/// The message as {n}, ~{n} or UTF8 (~{n}).
std::optional<std::string_view> message_literal(Parser& args, bool& is_utf8) {
  is_utf8 = args.accept_word("UTF8 (");
  if (!is_utf8 && args.peek() == '{') return args.literal();
  const auto bytes = args.literal8();
  return bytes && (!is_utf8 || args.accept(')')) ? bytes : std::nullopt;
}

}  // namespace

bool Execution::too_many_keywords(const mail::StoredMailbox& mailbox_in_question,
                                  const mail::Keywords& more) const {
  std::size_t count = mailbox_in_question.keywords.size();
  for (const std::string& keyword : more) {
    if (keyword.size() > self.config_.max_keyword) return true;
    count += mailbox_in_question.keywords.contains(keyword) ? 0 : 1;
  }
  return !more.empty() && count > self.config_.max_keywords;
}

bool Execution::refuse_overflow(const mail::StoredMailbox& into, std::size_t messages,
                                const mail::Keywords& keywords) {
  if (into.messages.size() + messages > self.config_.max_messages) {
    no("[LIMIT] too many messages in the mailbox");
    return true;
  }
  if (!too_many_keywords(into, keywords)) return false;
  no("[LIMIT] too many keywords, or one that is too long");
  return true;
}

/// APPEND mailbox [(flags)] ["date-time"] message
void Execution::append() {
  const auto name = mailbox("APPEND needs a mailbox and a message");
  if (!name) return;
  if (!args.space()) return bad("APPEND needs a mailbox and a message");
  mail::StoredMessage message;
  message.internal_date.instant =
      self.config_.epoch + std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  if (args.peek() == '(') {
    auto flags = args.flag_list();
    if (!flags || !args.space()) return bad("the flags are malformed");
    message.flags = std::move(*flags);
  }
  if (args.peek() == '"') {
    const auto text = args.string();
    const auto date = text ? mail::parse_imap(*text) : std::nullopt;
    if (!date || !args.space()) return bad("the date-time is malformed");
    message.internal_date = *date;
  }
  const bool may_hold_nul = args.peek() != '{';
  bool is_utf8 = false;
  const auto content = message_literal(args, is_utf8);
  if (!content || !args.at_end()) return bad("APPEND ends with the message as a literal");
  if (is_utf8 && !self.enabled_.utf8) return bad("UTF8=ACCEPT is not enabled");  // RFC 6855 §4
  if (!may_hold_nul && content->find('\0') != std::string_view::npos)
    return bad("NUL needs a literal8");  // RFC 3501 §9, CHAR8
  if (content->empty()) return no("[CANNOT] an empty message");
  if (content->size() > self.config_.max_message) return no("[TOOBIG] the message is too large");
  const mail::StoredMailbox* into = target(*name);
  if (into == nullptr) return;
  if (refuse_overflow(*into, 1, message.flags.keywords)) return;
  // RFC 3516 §6: who does not ask for BINARY must get the content without NUL.
  auto stored = mail::without_nul(*content);
  if (!stored) return no("[UNKNOWN-CTE] " + stored.error().message);
  message.content = std::make_shared<const std::string>(std::move(*stored));
  const auto given = store.append(self.account_, *name, std::move(message));
  if (!given) return refuse(given.error());
  self.out_.emit(Appended{into->name, *given, 0});
  ok("APPENDUID " + std::to_string(into->uid_validity) + " " + std::to_string(*given));
}

}  // namespace posthorn::imap
