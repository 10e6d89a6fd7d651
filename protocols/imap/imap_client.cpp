// The mail user agent's use of a Client.
#include <utility>

#include "protocols/imap/client.hpp"

namespace posthorn::imap {

void ImapClient::handle_connect(Instant now) {
  now_ = now;
  client_.handle_connect(now);
  client_.enqueue(now, Login{config_.user, config_.password});
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

void ImapClient::give(Instant now, ClientCommand command) {
  now_ = now;
  if (failure_) return;
  if (selected_) return client_.enqueue(now, std::move(command));
  waiting_.push_back(std::move(command));
}

void ImapClient::fetch_new(Instant now) { give(now, FetchNew{last_uid_, config_.mark_seen}); }

void ImapClient::mark_seen(Instant now, std::uint32_t uid) {
  give(now, StoreFlags{uid, StoreFlags::How::add, mail::Flags{}.add(mail::SystemFlag::seen)});
}

void ImapClient::delete_message(Instant now, std::uint32_t uid) {
  give(now, StoreFlags{uid, StoreFlags::How::add, mail::Flags{}.add(mail::SystemFlag::deleted)});
  give(now, Expunge{});
}

void ImapClient::append(Instant now, std::string mailbox,
                        std::shared_ptr<const std::string> content) {
  give(now,
       Append{std::move(mailbox), mail::Flags{}.add(mail::SystemFlag::seen), std::move(content)});
}

void ImapClient::logout(Instant now) { give(now, Logout{}); }

Output<ClientEvent> ImapClient::poll() {
  Output<ClientEvent> out = client_.poll();
  if (auto* event = std::get_if<ClientEvent>(&out)) return watch(std::move(*event));
  return out;
}

void ImapClient::selected(const Selected& event) {
  selected_ = true;
  uid_validity_ = event.uid_validity;
  const bool other = config_.uid_validity != 0 && config_.uid_validity != event.uid_validity;
  if (other) last_uid_ = 0;  // RFC 3501 §2.3.1.1: the UIDs that we knew mean nothing now
  for (ClientCommand& command : waiting_) {
    if (auto* fetch = std::get_if<FetchNew>(&command)) fetch->after_uid = last_uid_;
    client_.enqueue(now_, std::move(command));
  }
  waiting_.clear();
}

ClientEvent ImapClient::watch(ClientEvent event) {
  if (const auto* done = std::get_if<FetchDone>(&event)) last_uid_ = done->last_uid;
  if (const auto* chosen = std::get_if<Selected>(&event)) selected(*chosen);
  if (const auto* failed = std::get_if<CommandFailed>(&event)) {
    if (failed->phase == ClientPhase::login || failed->phase == ClientPhase::select) {
      failure_ = SessionFailed{failed->phase, failed->text};
      waiting_.clear();
      client_.enqueue(now_, Logout{});
    }
  }
  if (std::holds_alternative<Done>(event) && failure_) return *failure_;
  if (std::holds_alternative<SessionFailed>(event) && failure_) return *failure_;
  return event;
}

}  // namespace posthorn::imap
