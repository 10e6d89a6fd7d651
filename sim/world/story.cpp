// What the scenario says: acts, faults, narration, and the five steps of the primer.
#include <algorithm>

#include "protocols/mail/message.hpp"
#include "sim/world/doing.hpp"

namespace posthorn::world {

void World::Doing::handle(const StoryAct& due) {
  const scenario::Act& act = plan().scenario.story[due.index];
  const HostId person = plan().client_of(act.who, act.on);
  trace_.append_as_cause(now(), trace::ActBegan{due.index, person});
  for (std::uint32_t i = 0; i < plan().scenario.narration.size(); ++i)
    if (plan().scenario.narration[i].act == due.index) narrate(i);
  if (const auto* broken = std::get_if<scenario::Break>(&act.what))
    return break_or_repair(broken->host, broken->link_a, broken->link_b, false);
  if (const auto* repaired = std::get_if<scenario::Repair>(&act.what))
    return repaired->fault.empty()
               ? break_or_repair(repaired->host, repaired->link_a, repaired->link_b, true)
               : end_fault(repaired->fault);
  if (const auto* trouble = std::get_if<scenario::Trouble>(&act.what)) {
    begin_fault(*trouble);
    return;
  }
  if (person && w_.net_.host_up(person) && !w_.closing_.contains(person) && at(person).mail_client)
    at(person).mail_client->handle_act(*this, act);
}

void World::Doing::narrate(std::uint32_t index) {
  if (w_.narrated_[index]) return;
  w_.narrated_[index] = true;
  trace_.append(now(), trace::NarrationShown{index});
}

// ---- letters and their steps ---------------------------------------------------------------

void World::Doing::reach(MessageId message, std::uint8_t step) {
  const auto known = w_.steps_.find(message);
  const std::uint8_t before_it = known == w_.steps_.end() ? std::uint8_t{0} : known->second;
  if (step <= before_it || (step == 5 && before_it < 4)) return;
  w_.steps_[message] = step;
  const MessageId before = trace_.message();
  set_message(message);
  trace_.append_as_cause(now(), trace::StepReached{step});
  if (step > w_.highest_step_) {  // narration belongs to the first letter that gets there
    w_.highest_step_ = step;
    for (std::uint32_t i = 0; i < plan().scenario.narration.size(); ++i)
      if (plan().scenario.narration[i].step == step) narrate(i);
  }
  set_message(before);
}

void World::Doing::reader_fetches(const std::string& address) {
  const scenario::PlannedAccount* account = plan().account(address);
  if (account == nullptr || !account->home || !at(account->home).mail_server) return;
  const mail::StoredMailbox* box =
      at(account->home).mail_server->store().find(account->address, "INBOX");
  if (box == nullptr) return;
  for (const mail::StoredMessage& message : box->messages)
    if (message.tag != 0) reach(MessageId{message.tag}, 5);
}

MessageId World::Doing::identify(HostId reader, const std::string& content) {
  const scenario::PlannedAccount* account = plan().account(plan().host(reader).user);
  if (account != nullptr && account->home && at(account->home).mail_server) {
    const mail::MailStore& store = at(account->home).mail_server->store();
    if (const mail::StoredMailbox* box = store.find(account->address, "INBOX"))
      for (const mail::StoredMessage& message : box->messages)
        if (*message.content == content) return MessageId{message.tag};
  }
  return trace_.message();
}

void World::Doing::name_message(const std::string& name, MessageId message) {
  if (!name.empty()) w_.names_[name] = message;
}

MessageId World::Doing::named_message(const std::string& name) const {
  const auto found = w_.names_.find(name);
  return found == w_.names_.end() ? MessageId{} : found->second;
}

}  // namespace posthorn::world
