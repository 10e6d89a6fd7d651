// One mail transaction on the client's side: MAIL, RCPT, DATA, the content, and what to do when
// any of them is refused. With PIPELINING the commands go out together and the answers are
// matched in order; without it each waits for the one before.
#include <algorithm>
#include <cassert>
#include <utility>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/seven_bit.hpp"
#include "protocols/smtp/client.hpp"
#include "protocols/smtp/dot_reader.hpp"

namespace posthorn::smtp {

namespace {

constexpr std::uint64_t data_block = 64 * 1024;

Reply own_words(int code, std::string enhanced, std::string text) {
  return {code, std::move(enhanced), {std::move(text)}, true};
}

bool needs_smtputf8(const Envelope& envelope) {
  return envelope.smtputf8 || envelope.reverse_path.non_ascii() ||
         std::any_of(envelope.recipients.begin(), envelope.recipients.end(),
                     [](const Path& path) { return path.non_ascii(); });
}

bool is_eight_bit(const std::string& content) {
  return std::any_of(content.begin(), content.end(), mail::is_8bit);
}

bool addresses_well_formed(const Envelope& envelope) {
  const auto good = [](const Path& path) { return !path.null() && path.well_formed(); };
  return envelope.reverse_path.well_formed() && !envelope.recipients.empty() &&
         std::all_of(envelope.recipients.begin(), envelope.recipients.end(), good);
}

}  // namespace

/// RFC 6152 §3: 8-bit content for a 7-bit server is converted, or cannot be sent.
std::optional<Reply> ClientSession::convert(Message& message) const {
  if (capabilities_.eight_bit_mime || !is_eight_bit(*message.content)) return std::nullopt;
  auto converted = mail::to_seven_bit(*message.content);
  if (!converted)
    return own_words(554, "5.6.3",
                     "The server does not offer 8BITMIME, and the message cannot be converted: " +
                         converted.error().message);
  message.content = std::make_shared<const std::string>(std::move(converted).value());
  return std::nullopt;
}

std::optional<Reply> ClientSession::refuse_locally(const Message& message) const {
  if (!addresses_well_formed(message.envelope))
    return own_words(553, "5.1.3", "An address of the envelope cannot be written in SMTP");
  if (has_bare_cr_or_lf(*message.content))
    return own_words(554, "5.6.0", "The message holds a CR or LF alone");
  if (needs_smtputf8(message.envelope) && !capabilities_.smtputf8)
    return own_words(553, "5.6.7", "The server does not offer SMTPUTF8");
  if (capabilities_.max_size && message.content->size() > *capabilities_.max_size)
    return own_words(552, "5.3.4", "The message is larger than the server takes");
  return std::nullopt;
}

ClientSession::Outgoing ClientSession::mail_command() const {
  const Envelope& envelope = message_->envelope;
  std::string line = "MAIL FROM:" + envelope.reverse_path.to_string();
  if (capabilities_.size) line += " SIZE=" + std::to_string(message_->content->size());
  if (is_eight_bit(*message_->content)) line += " BODY=8BITMIME";
  if (needs_smtputf8(envelope)) line += " SMTPUTF8";
  if (capabilities_.dsn) {
    if (envelope.return_content != ReturnContent::unsaid)
      line += envelope.return_content == ReturnContent::full ? " RET=FULL" : " RET=HDRS";
    if (!envelope.envelope_id.empty()) line += " ENVID=" + encode_xtext(envelope.envelope_id);
  }
  return {line + "\r\n", "MAIL", "RFC 5321 §4.1.1.2"};
}

ClientSession::Outgoing ClientSession::rcpt_command(std::size_t index) const {
  const Recipient& recipient = message_->envelope.recipients[index];
  std::string line = "RCPT TO:" + recipient.to_string();
  if (capabilities_.dsn) {
    if (recipient.notify) line += " NOTIFY=" + to_string(*recipient.notify);
    if (!recipient.original.empty())
      line += " ORCPT=" + encode_original_recipient(recipient.original);
  }
  return {line + "\r\n", "RCPT", "RFC 5321 §4.1.1.3"};
}

/// RFC 9422 §5: more than RCPTMAX would be refused; the caller comes back with the others.
std::size_t ClientSession::recipients_asked() const {
  const std::size_t all = message_->envelope.recipients.size();
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(all, capabilities_.max_recipients.value_or(all)));
}

void ClientSession::begin_transaction() {
  move(ClientInput::begin);
  std::vector<Outgoing> group{mail_command()};
  if (pipelining()) {
    for (std::size_t i = 0; i < recipients_asked(); ++i) group.push_back(rcpt_command(i));
    if (!chunking()) group.push_back({"DATA\r\n", "DATA", "RFC 5321 §4.1.1.4"});
  }
  message_->outstanding = group.size();
  transmit(group);
  arm(config_.mail_timeout);
}

void ClientSession::on_transaction(ClientState was, const Reply& reply) {
  assert(message_ && message_->outstanding > 0);
  --message_->outstanding;
  switch (was) {
    case ClientState::mail:
      return on_mail(reply);
    case ClientState::rcpt:
      return on_rcpt(reply);
    case ClientState::data:
      return on_data(reply);
    case ClientState::content:
      return on_content(reply);
    case ClientState::chunks:
      return on_chunk(reply);
    default:
      break;  // drain
  }
  if (reply.intermediate()) {  // DATA was on its way and was accepted all the same
    ++message_->outstanding;
    message_->transaction_open = false;
    transmit({Outgoing{".\r\n", "", "RFC 2920 §3.1", NoteKind::content}});
    arm(config_.content_timeout);
  } else if (message_->outstanding == 0) {
    settle();
  }
}

void ClientSession::on_mail(const Reply& reply) {
  if (!reply.positive()) return give_up(reply);
  message_->transaction_open = true;
  arm(config_.rcpt_timeout);
  if (pipelining()) return;
  message_->outstanding = 1;
  transmit({rcpt_command(0)});
}

void ClientSession::on_rcpt(const Reply& reply) {
  const std::size_t index = message_->answers.size();
  message_->answers.push_back(reply);
  message_->any_accepted = message_->any_accepted || reply.positive();
  out_.emit(RecipientAnswered{index, reply});
  arm(config_.rcpt_timeout);
  if (index + 1 == recipients_asked()) {
    const Reply later = own_words(452, "4.5.3", "More recipients than the server takes at once");
    message_->answers.resize(message_->envelope.recipients.size(), later);
    return recipients_answered();
  }
  if (pipelining()) return;
  message_->outstanding = 1;
  transmit({rcpt_command(index + 1)});
}

void ClientSession::recipients_answered() {
  if (!message_->any_accepted) {
    move(ClientInput::none_left);
    arm(config_.data_timeout);
    return give_up(message_->answers[recipients_asked() - 1]);
  }
  if (chunking()) return send_chunks();
  move(ClientInput::all_answered);
  arm(config_.data_timeout);
  if (pipelining()) return;
  message_->outstanding = 1;
  transmit({Outgoing{"DATA\r\n", "DATA", "RFC 5321 §4.1.1.4"}});
}

void ClientSession::on_data(const Reply& reply) {
  if (!reply.intermediate()) return give_up(reply);
  send_content();
}

void ClientSession::send_content() {
  std::string bytes = dot_stuff(*message_->content);
  const auto blocks = static_cast<std::int64_t>(bytes.size() / data_block);
  message_->outstanding = content_answers();
  transmit({Outgoing{std::move(bytes), "", "RFC 5321 §4.5.2", NoteKind::content}});
  arm(config_.content_timeout + blocks * config_.data_block_timeout);
}

/// RFC 3030 §2: every BDAT is answered; with PIPELINING they need not wait for each other.
void ClientSession::send_chunks() {
  move(ClientInput::begin_chunks);
  std::vector<Outgoing> group;
  do {
    const auto [command, octets] = next_chunk();
    group.push_back({command, "BDAT", "RFC 3030 §2"});
    if (!octets.empty()) group.push_back({octets, "", "RFC 3030 §2", NoteKind::content});
    ++message_->outstanding;
  } while (pipelining() && !message_->all_sent);
  transmit(group);
  const auto blocks = static_cast<std::int64_t>(message_->content->size() / data_block);
  arm(config_.content_timeout + blocks * config_.data_block_timeout);
  await_last_chunk();
}

std::pair<std::string, std::string> ClientSession::next_chunk() {
  const std::string_view rest = std::string_view(*message_->content).substr(message_->sent);
  std::string octets(rest.substr(0, std::max<std::size_t>(config_.chunk_size, 1)));
  message_->sent += octets.size();
  message_->all_sent = octets.size() == rest.size();
  if (message_->all_sent && !message_->content->empty() && message_->content->back() != '\n')
    octets += "\r\n";
  std::string command = "BDAT " + std::to_string(octets.size());
  if (message_->all_sent) command += " LAST";
  return {command + "\r\n", std::move(octets)};
}

/// When only the answer to BDAT LAST is still to come, it is the answer to the content.
void ClientSession::await_last_chunk() {
  if (!message_->all_sent || message_->outstanding > 1) return;
  move(ClientInput::last_chunk);
  message_->outstanding = content_answers();
}

void ClientSession::on_chunk(const Reply& reply) {
  if (!reply.positive()) return give_up(reply);
  if (message_->all_sent) return await_last_chunk();
  const auto [command, octets] = next_chunk();
  message_->outstanding = 1;
  transmit({Outgoing{command, "BDAT", "RFC 3030 §2"},
            Outgoing{octets, "", "RFC 3030 §2", NoteKind::content}});
  arm(config_.content_timeout);
  await_last_chunk();
}

/// SMTP answers the content once, LMTP once for each recipient that it accepted (RFC 2033 §4.2).
std::size_t ClientSession::content_answers() const {
  if (!config_.lmtp) return 1;
  return static_cast<std::size_t>(std::count_if(message_->answers.begin(), message_->answers.end(),
                                                [](const Reply& r) { return r.positive(); }));
}

void ClientSession::on_content(const Reply& reply) {
  if (config_.lmtp) {
    while (!message_->answers[message_->next_answer].positive()) ++message_->next_answer;
    message_->answers[message_->next_answer++] = reply;
    message_->any_delivered = message_->any_delivered || reply.positive();
    if (message_->outstanding > 0) return;
    finish_message(reply, message_->any_delivered, true);
  } else {
    finish_message(reply, reply.positive());
  }
  go_on();
}

/// In state drain: remember why, and wait for the answers that are still to come.
void ClientSession::give_up(const Reply& reply) {
  message_->failure = reply;
  if (message_->outstanding == 0) settle();
}

void ClientSession::settle() {
  const bool open = message_->transaction_open;
  const Reply reply = message_->failure.value_or(Reply{});
  finish_message(reply, false);
  move(open ? ClientInput::settled_open : ClientInput::settled);
  if (!open) return go_on();
  say("RSET\r\n", "RSET", "RFC 5321 §4.1.1.5");
}

void ClientSession::finish_message(const Reply& reply, bool accepted, bool each) {
  std::vector<Reply> answers = std::move(message_->answers);
  answers.resize(message_->envelope.recipients.size());
  message_.reset();
  out_.emit(MessageDone{reply, std::move(answers), accepted, each, false});
}

}  // namespace posthorn::smtp
