#include "export/letters.hpp"

namespace posthorn::exporting {

std::map<MessageId, Letter> letters_of(const trace::Trace& trace, const Filter& wanted) {
  std::map<MessageId, Letter> letters;
  for (std::uint32_t id = 1; id <= trace.size(); ++id)
    if (trace[RecordId{id}].message && wanted(RecordId{id})) letters[trace[RecordId{id}].message];
  for (const trace::Record& record : trace.records()) {
    const auto chosen = letters.find(record.message);
    if (chosen == letters.end()) continue;
    Letter& letter = chosen->second;
    if (const auto* opened = std::get_if<trace::ComposeOpened>(&record.fact)) {
      letter.from = trace.scene().host(opened->host).user;
      letter.to = trace.text(opened->to);
      letter.subject = trace.text(opened->subject);
    } else if (std::holds_alternative<trace::SendPressed>(record.fact)) {
      letter.sent = record.at;
    } else if (const auto* taken = std::get_if<trace::QueueAccepted>(&record.fact)) {
      ++letter.hops;
      if (letter.to.empty()) letter.to = trace.text(taken->recipients);
      if (!letter.sent) letter.sent = record.at;  // a report: nobody pressed Send
    } else if (const auto* kept = std::get_if<trace::MailboxStored>(&record.fact)) {
      letter.boxes.insert(std::string(trace.text(kept->account)));
      if (!letter.first_kept) letter.first_kept = record.at;
    } else if (std::holds_alternative<trace::MessageDisplayed>(record.fact) && !letter.first_read) {
      letter.first_read = record.at;
    }
  }
  return letters;
}

void each_delivery(const trace::Trace& trace, const Filter& wanted,
                   const std::function<void(const Delivery&)>& take) {
  std::map<std::pair<HostId, QueueId>, Delivery> queue;
  for (std::uint32_t id = 1; id <= trace.size(); ++id) {
    const trace::Record& record = trace[RecordId{id}];
    if (const auto* taken = std::get_if<trace::QueueAccepted>(&record.fact)) {
      Delivery& entry = queue[{taken->host, taken->entry}] = {};
      entry.accepted = entry.attempted = record.at;
    } else if (const auto* tried = std::get_if<trace::QueueAttempt>(&record.fact)) {
      Delivery& entry = queue[{tried->host, tried->entry}];
      entry.attempted = record.at;
      entry.attempt = tried->attempt;
      entry.target = tried->target;
    } else if (const auto* released = std::get_if<trace::QueueReleased>(&record.fact)) {
      queue.erase({released->host, released->entry});
    } else if (const auto* result = std::get_if<trace::RecipientResult>(&record.fact)) {
      if (!wanted(RecordId{id})) continue;
      Delivery delivery = queue[{result->host, result->entry}];
      delivery.at = record.at;
      delivery.host = result->host;
      delivery.entry = result->entry;
      delivery.message = record.message;
      delivery.recipient = result->recipient;
      delivery.reply = result->reply;
      delivery.outcome = result->outcome;
      take(delivery);
    }
  }
}

}  // namespace posthorn::exporting
