// The mail user agent's use of a Client.
#include <utility>

#include "protocols/imap/client.hpp"

namespace posthorn::imap {

void ImapClient::handle_connect(Instant now) {
  now_ = now;
  client_.handle_connect(now);
  if (config_.secured) client_.handle_secured(now);
  if (config_.tls != UseTls::never) client_.enqueue(now, StartTls{config_.tls});
  client_.enqueue(now, Login{config_.user, config_.password, config_.mechanisms, config_.nonce});
  client_.enqueue(now, Select{config_.mailbox});
}

void ImapClient::handle_bytes(Instant now, std::string_view bytes) {
  now_ = now;
  client_.handle_bytes(now, bytes);
}

void ImapClient::handle_eof(Instant now) {
  now_ = now;
  client_.handle_eof(now);
}

void ImapClient::handle_wakeup(Instant now) {
  now_ = now;
  client_.handle_wakeup(now);
}

void ImapClient::handle_secured(Instant now) {
  now_ = now;
  client_.handle_secured(now);
}

void ImapClient::handle_tls_failed(Instant now, std::string reason) {
  now_ = now;
  client_.handle_tls_failed(now, std::move(reason));
}

void ImapClient::give(Instant now, ClientCommand command) {
  now_ = now;
  if (failure_) return;
  if (selected_) return client_.enqueue(now, std::move(command));
  waiting_.push_back(std::move(command));
}

void ImapClient::fetch_new(Instant now) { give(now, FetchNew{last_uid_, config_.mark_seen}); }

void ImapClient::list_known(Instant now) { give(now, FetchKnown{last_uid_}); }

void ImapClient::mark_seen(Instant now, std::uint32_t uid) {
  give(now, StoreFlags{uid, StoreFlags::How::add, mail::Flags{}.add(mail::SystemFlag::seen)});
}

void ImapClient::delete_message(Instant now, std::uint32_t uid) {
  give(now, StoreFlags{uid, StoreFlags::How::add, mail::Flags{}.add(mail::SystemFlag::deleted)});
  give(now, Expunge{uid});
}

void ImapClient::move_message(Instant now, std::uint32_t uid, std::string mailbox) {
  give(now, Move{uid, std::move(mailbox)});
}

void ImapClient::watch_mailbox(Instant now) {
  now_ = now;
  watches_ = true;  // poll() sees to it
}

void ImapClient::append(Instant now, std::string mailbox,
                        std::shared_ptr<const std::string> content) {
  Append command{std::move(mailbox), mail::Flags{}.add(mail::SystemFlag::seen), std::move(content)};
  appending_.push_back({command, false});
  give(now, std::move(command));
}

void ImapClient::logout(Instant now) {
  watches_ = false;
  give(now, Logout{});
}

Output<ClientEvent> ImapClient::poll() {
  Output<ClientEvent> out = client_.poll();
  if (auto* event = std::get_if<ClientEvent>(&out)) return watch(std::move(*event));
  const bool nothing_to_do = std::holds_alternative<Idle>(out) && client_.quiet();
  if (!nothing_to_do || !watches_ || !selected_) return out;
  if (!client_.capabilities().contains("IDLE")) return out;
  client_.enqueue(now_, Watch{});
  return client_.poll();
}

void ImapClient::selected(const Selected& event) {
  selected_ = true;
  uid_validity_ = event.uid_validity;
  const bool other = config_.uid_validity != 0 && config_.uid_validity != event.uid_validity;
  if (other) last_uid_ = 0;  // RFC 3501 §2.3.1.1: the UIDs that we knew mean nothing now
  for (ClientCommand& command : waiting_) {
    if (auto* fetch = std::get_if<FetchNew>(&command)) fetch->after_uid = last_uid_;
    if (std::holds_alternative<FetchKnown>(command) && other) continue;
    client_.enqueue(now_, std::move(command));
  }
  waiting_.clear();
}

/// Without a login or a mailbox nothing can follow; a mailbox to append to can be made.
void ImapClient::failed(const CommandFailed& failure) {
  if (failure.phase == ClientPhase::login || failure.phase == ClientPhase::select ||
      failure.phase == ClientPhase::tls || failure.phase == ClientPhase::capability) {
    failure_ = SessionFailed{failure.phase, failure.text};
    waiting_.clear();
    watches_ = false;
    return client_.enqueue(now_, Logout{});
  }
  if (failure.phase == ClientPhase::watch) watches_ = false;
  if (failure.phase != ClientPhase::append || appending_.empty()) return;
  Appending refused = std::move(appending_.front());
  appending_.pop_front();
  if (refused.again || !failure.text.starts_with("[TRYCREATE]")) return;
  client_.enqueue(now_, CreateMailbox{refused.command.mailbox});
  client_.enqueue(now_, refused.command);
  appending_.push_back({std::move(refused.command), true});
}

ClientEvent ImapClient::watch(ClientEvent event) {
  if (const auto* done = std::get_if<FetchDone>(&event)) last_uid_ = done->last_uid;
  if (const auto* chosen = std::get_if<Selected>(&event)) selected(*chosen);
  if (const auto* failure = std::get_if<CommandFailed>(&event)) failed(*failure);
  if (std::holds_alternative<AppendDone>(event) && !appending_.empty()) appending_.pop_front();
  if (std::holds_alternative<ExistsChanged>(event) && watches_ && client_.watching())
    client_.enqueue(now_, FetchNew{last_uid_, config_.mark_seen});
  if (std::holds_alternative<Done>(event) && failure_) return *failure_;
  if (std::holds_alternative<SessionFailed>(event) && failure_) return *failure_;
  return event;
}

}  // namespace posthorn::imap
