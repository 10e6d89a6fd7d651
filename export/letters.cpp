#include "export/letters.hpp"

#include <algorithm>

#include "protocols/mail/address.hpp"
#include "protocols/mail/header.hpp"

namespace posthorn::exporting {
namespace {

/// Whoever wrote outside of the world, or is a machine, had no compose window: then the letter
/// itself tells who sent it, and else its envelope.
void read_header(Letter& letter, std::string_view content, std::string_view reverse_path) {
  const mail::Header header = mail::parse_header(content);
  letter.subject = header.text("Subject");
  const auto authors = mail::parse_mailboxes(header.value("From"));
  letter.from = authors.empty() ? std::string(reverse_path) : authors.front().address();
}

}  // namespace

std::map<MessageId, Letter> letters_of(const trace::Trace& trace, const Filter& wanted) {
  std::map<MessageId, Letter> letters;
  for (std::uint32_t id = 1; id <= trace.size(); ++id)
    if (trace[RecordId{id}].message && wanted(RecordId{id})) letters[trace[RecordId{id}].message];
  std::set<MessageId> told;  ///< of these we know sender and subject
  for (const trace::Record& record : trace.records()) {
    const auto chosen = letters.find(record.message);
    if (chosen == letters.end()) continue;
    Letter& letter = chosen->second;
    const auto read_once = [&](BlobId content, std::string_view reverse_path) {
      if (told.insert(record.message).second)
        read_header(letter, *trace.blob(content), reverse_path);
    };
    if (const auto* opened = std::get_if<trace::ComposeOpened>(&record.fact)) {
      told.insert(record.message);
      letter.from = trace.scene().host(opened->host).user;
      letter.to = trace.text(opened->to);
      letter.subject = trace.text(opened->subject);
    } else if (std::holds_alternative<trace::SendPressed>(record.fact)) {
      letter.sent = record.at;
    } else if (const auto* taken = std::get_if<trace::QueueAccepted>(&record.fact)) {
      ++letter.hops;
      read_once(taken->content, trace.text(taken->sender));
      if (letter.to.empty()) letter.to = trace.text(taken->recipients);
      if (!letter.sent) letter.sent = record.at;  // a report: nobody pressed Send
    } else if (const auto* kept = std::get_if<trace::MailboxStored>(&record.fact)) {
      read_once(kept->content, {});
      if (letter.to.empty()) letter.to = trace.text(kept->account);  // by LMTP, from outside
      letter.boxes.insert(std::string(trace.text(kept->account)));
      if (!letter.first_kept) letter.first_kept = record.at;
    } else if (std::holds_alternative<trace::MessageDisplayed>(record.fact) && !letter.first_read) {
      letter.first_read = record.at;
    }
  }
  return letters;
}

namespace {

/// Which attempt to hand over led to a result. An entry may have several under way at once, one for
/// each domain, so it is the causes that tell; the last attempt of the entry may be another's.
class Queues {
 public:
  explicit Queues(const trace::Trace& trace) : trace_(trace) {}

  void follow(RecordId id) {
    const trace::Record& record = trace_[id];
    if (const auto* taken = std::get_if<trace::QueueAccepted>(&record.fact))
      entries_[{taken->host, taken->entry}] = {record.at, record.at, {}, {}};
    else if (const auto* tried = std::get_if<trace::QueueAttempt>(&record.fact))
      go_on(id, *tried);
    else if (const auto* opening = std::get_if<trace::ConnectionOpening>(&record.fact))
      carries_[opening->conn] = attempt_behind(record, opening->client);
    else if (const auto* put_off = std::get_if<trace::QueueDeferred>(&record.fact))
      begin_run(entries_[{put_off->host, put_off->entry}], id, after(record.at, put_off->wait));
    else if (const auto* power = std::get_if<trace::HostPower>(&record.fact))
      restart(power->host, id);
    else if (const auto* released = std::get_if<trace::QueueReleased>(&record.fact))
      entries_.erase({released->host, released->entry});
  }

  Delivery settle(RecordId id, const trace::RecipientResult& result) {
    const trace::Record& record = trace_[id];
    Entry& entry = entries_[{result.host, result.entry}];
    RecordId attempt = attempt_behind(record, result.host);
    if (attempt < entry.run_since ||
        (attempt && std::get<trace::QueueAttempt>(trace_[attempt].fact).entry != result.entry))
      attempt = {};
    // A second result in one run: patience is at an end, whatever happened to the other recipients.
    attempt = entry.results.emplace(result.recipient, attempt).first->second;
    Delivery delivery{.accepted = entry.accepted,
                      .attempted = std::min(entry.run_began, record.at),
                      .at = record.at,
                      .host = result.host,
                      .entry = result.entry,
                      .message = record.message,
                      .recipient = result.recipient,
                      .target = {},
                      .reply = result.reply,
                      .outcome = result.outcome};
    if (!attempt) return delivery;
    const auto& tried = std::get<trace::QueueAttempt>(trace_[attempt].fact);
    delivery.attempted = trace_[attempt].at;
    delivery.target = tried.target;
    delivery.attempt = tried.attempt;
    return delivery;
  }

 private:
  struct Entry {
    Instant accepted{}, run_began{};
    RecordId run_since;                  ///< attempts before it belong to earlier runs
    std::map<TextId, RecordId> results;  ///< of this run: recipient -> attempt, or none
  };

  /// Bounded: a trace may come from anybody.
  static Instant after(Instant at, std::uint32_t seconds) {
    const Duration wait = std::chrono::seconds(seconds);
    return at < Instant::max() - wait ? at + wait : Instant::max();
  }

  static void begin_run(Entry& entry, RecordId since, Instant at) {
    entry.run_began = at;
    entry.run_since = since;
    entry.results.clear();
  }

  /// Without power, and when it comes back, all that was under way is forgotten.
  void restart(HostId host, RecordId id) {
    for (auto& [key, entry] : entries_)
      if (key.first == host) begin_run(entry, id, trace_[id].at);
  }

  /// The next letter in a session whose last one was answered.
  void go_on(RecordId id, const trace::QueueAttempt& tried) {
    const RecordId cause = trace_[id].cause;
    if (!cause) return;
    const ConnId conn = trace::conn_in(trace_[cause].fact);
    if (is_from(conn, tried.host)) carries_[conn] = id;
  }

  /// The attempt of `host` that made this happen, by way of the connection that serves it; none
  /// if it was something else: an answer of DNS, a delivery into a mailbox of its own.
  [[nodiscard]] RecordId attempt_behind(const trace::Record& record, HostId host) const {
    RecordId cause = record.cause;
    for (int steps = 0; cause && steps < kLongestChain; ++steps) {
      const trace::Fact& fact = trace_[cause].fact;
      if (const auto* tried = std::get_if<trace::QueueAttempt>(&fact))
        return tried->host == host ? cause : RecordId{};
      if (std::holds_alternative<trace::DnsAnswered>(fact) ||
          std::holds_alternative<trace::QueueAccepted>(fact) ||
          std::holds_alternative<trace::QueueDeferred>(fact))
        return {};
      if (const ConnId conn = trace::conn_in(fact)) {
        const auto carried = carries_.find(conn);
        return is_from(conn, host) && carried != carries_.end() ? carried->second : RecordId{};
      }
      cause = trace_[cause].cause;
    }
    return {};
  }

  [[nodiscard]] bool is_from(ConnId conn, HostId host) const {
    const trace::ConnectionOpening* way = conn ? trace_.connection(conn) : nullptr;
    return way != nullptr && way->client == host;
  }

  static constexpr int kLongestChain = 16;

  const trace::Trace& trace_;
  std::map<std::pair<HostId, QueueId>, Entry> entries_;
  std::map<ConnId, RecordId> carries_;  ///< connection -> the attempt that it serves now
};

}  // namespace

void each_delivery(const trace::Trace& trace, const Filter& wanted,
                   const std::function<void(const Delivery&)>& take) {
  Queues queues(trace);
  for (std::uint32_t i = 1; i <= trace.size(); ++i) {
    const RecordId id{i};
    queues.follow(id);
    const auto* result = std::get_if<trace::RecipientResult>(&trace[id].fact);
    if (result == nullptr) continue;
    const Delivery delivery = queues.settle(id, *result);
    if (wanted(id)) take(delivery);
  }
}

}  // namespace posthorn::exporting
