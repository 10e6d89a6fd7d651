#include "sim/scenario/expect.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "sim/scenario/messages.hpp"
#include "sim/trace/snapshot.hpp"
#include "sim/trace/wiretap.hpp"

namespace posthorn::scenario {
namespace {

using trace::Record;
using trace::Trace;

bool has_item(std::string_view list, std::string_view wanted, char separator) {
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(separator, begin), list.size());
    std::string_view item = list.substr(begin, end - begin);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item == wanted) return true;
    begin = end + 1;
  }
  return false;
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

/// The Subject field as it stands in the header, unfolded but not decoded.
std::string raw_subject(std::string_view content) {
  static constexpr std::string_view kName = "subject:";
  std::string subject;
  bool inside = false;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find("\r\n", begin), content.size());
    const std::string_view line = content.substr(begin, end - begin);
    if (line.empty()) break;
    begin = end + 2;
    const bool folded = line[0] == ' ' || line[0] == '\t';
    if (!folded && inside) break;
    if (folded && inside) subject += line;
    if (folded || line.size() < kName.size()) continue;
    inside = std::equal(kName.begin(), kName.end(), line.begin(), [](char a, char b) {
      return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
    });
    if (inside) subject = line.substr(kName.size());
  }
  subject.erase(0, std::min(subject.find_first_not_of(" \t"), subject.size()));
  return subject;
}

/// What several expectations want to know, collected in one pass over the trace.
class Facts {
 public:
  explicit Facts(const Trace& trace) : trace_(trace), end_(trace.scene()) {
    for (std::size_t i = 0; i < trace.size(); ++i) {
      const RecordId id{static_cast<std::uint32_t>(i + 1)};
      if (const auto* f = std::get_if<trace::ComposeOpened>(&trace[id].fact))
        subjects_[trace[id].message] = trace.text(f->subject);
      fold(end_, trace, id);
    }
  }
  [[nodiscard]] const Trace& trace() const { return trace_; }
  [[nodiscard]] const trace::Snapshot& end() const { return end_; }
  /// Composed by somebody in the story, not written by a server.
  [[nodiscard]] bool is_letter(MessageId message) const { return subjects_.contains(message); }
  /// As the writer typed it; of other messages as it stands in the header.
  [[nodiscard]] std::string subject(MessageId message, BlobId content) const {
    const auto found = subjects_.find(message);
    return found != subjects_.end() ? std::string(found->second)
                                    : raw_subject(*trace_.blob(content));
  }
  [[nodiscard]] std::vector<trace::BoxMessage> inbox(const std::string& address) const {
    std::vector<trace::BoxMessage> all;
    for (const trace::HostState& host : end_.hosts)
      if (const auto box = host.boxes.find({address, "INBOX"}); box != host.boxes.end())
        all.insert(all.end(), box->second.begin(), box->second.end());
    return all;
  }

 private:
  const Trace& trace_;
  trace::Snapshot end_;
  std::map<MessageId, std::string_view> subjects_;
};

/// Whether a record's fields hold the word: a text that contains it, a host or account of that
/// name, or exactly that number.
bool mentions(const Trace& trace, const Record& record, std::string_view word) {
  bool found = false;
  const auto field = [&](const char*, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<T, TextId>)
      found = found || trace.text(value).find(word) != std::string_view::npos;
    else if constexpr (std::is_same_v<T, HostId>)
      found = found || (value && trace.scene().host(value).name == word);
    else if constexpr (std::is_same_v<T, bool>)
      found = found || word == (value ? "true" : "false");
    else if constexpr (std::is_integral_v<T>)
      found = found || word == std::to_string(value);
  };
  std::visit([&](const auto& fact) { fact.fields(fact, field); }, record.fact);
  return found;
}

struct Checker {
  const Facts& facts;

  [[nodiscard]] const Trace& trace() const { return facts.trace(); }

  ExpectationResult operator()(const ExpectMailbox& e) const {
    const std::vector<trace::BoxMessage> box = facts.inbox(e.address);
    std::size_t seen = 0;
    bool subject_there = e.subject.empty();
    for (const trace::BoxMessage& message : box) {
      seen += has_item(trace().text(message.flags), "\\Seen", ' ');
      subject_there = subject_there || facts.subject(message.message, message.content) == e.subject;
    }
    ExpectationResult result;
    result.what = "the mailbox of " + e.address + " holds " +
                  (e.messages ? counted(*e.messages, "message") : "messages") +
                  (e.seen ? ", " + std::to_string(*e.seen) + " of them seen" : "") +
                  (e.subject.empty() ? "" : ", one with the subject " + quoted(e.subject));
    result.held =
        (!e.messages || box.size() == *e.messages) && (!e.seen || seen == *e.seen) && subject_there;
    result.why =
        "it holds " + counted(box.size(), "message") + ", " + std::to_string(seen) + " seen";
    for (const trace::BoxMessage& message : box)
      result.why += ", " + quoted(facts.subject(message.message, message.content));
    return result;
  }

  ExpectationResult operator()(const ExpectBounced& e) const {
    std::set<MessageId> reports;
    ExpectationResult result;
    result.what = "the letter to " + e.recipient + " came back to " + e.address;
    for (const Record& record : trace().records()) {
      if (const auto* f = std::get_if<trace::BounceCreated>(&record.fact))
        if (trace().text(f->recipient) == e.recipient) reports.insert(record.message);
      if (const auto* f = std::get_if<trace::MailboxStored>(&record.fact))
        result.held = result.held || (trace().text(f->account) == e.address && record.message &&
                                      reports.contains(record.message));
    }
    result.why = result.held       ? "the non-delivery report reached the mailbox"
                 : reports.empty() ? "no server wrote a non-delivery report about it"
                                   : "a report was written, but it did not reach that mailbox";
    return result;
  }

  ExpectationResult operator()(const ExpectNotDelivered& e) const {
    std::size_t letters = 0;
    for (const Record& record : trace().records())
      if (const auto* f = std::get_if<trace::MailboxStored>(&record.fact))
        letters += trace().text(f->account) == e.address && facts.is_letter(record.message);
    return {letters == 0,
            "no letter of the story arrives at " + e.address,
            counted(letters, "letter") + " arrived",
            {}};
  }

  ExpectationResult operator()(const ExpectAttempts& e) const {
    std::set<std::pair<HostId, QueueId>> entries;
    std::size_t attempts = 0;
    for (const Record& record : trace().records()) {
      if (const auto* f = std::get_if<trace::QueueAccepted>(&record.fact))
        if (has_item(trace().text(f->recipients), e.recipient, ','))
          entries.insert({f->host, f->entry});
      if (const auto* f = std::get_if<trace::QueueAttempt>(&record.fact))
        attempts += entries.contains({f->host, f->entry});
    }
    return {attempts == e.count,
            counted(e.count, "delivery attempt") + " for " + e.recipient,
            "there were " + std::to_string(attempts),
            {}};
  }

  ExpectationResult operator()(const ExpectOrder& e) const {
    std::size_t next = 0;
    for (const Record& record : trace().records()) {
      if (next == e.facts.size()) break;
      const std::string_view wanted = e.facts[next];
      const std::size_t colon = std::min(wanted.find(':'), wanted.size());
      if (trace::name_of(record.fact) != wanted.substr(0, colon)) continue;
      if (colon == wanted.size() || mentions(trace(), record, wanted.substr(colon + 1))) ++next;
    }
    std::string list;
    for (const std::string& fact : e.facts) list += (list.empty() ? "" : ", then ") + fact;
    const bool held = next == e.facts.size();
    return {held,
            list,
            held ? "they came in this order"
                 : e.facts[next] + " did not happen" +
                       (next > 0 ? " after " + e.facts[next - 1] : std::string()),
            {}};
  }

  /// What a listener on the link between the two reads; nullopt where there is no such text.
  [[nodiscard]] std::optional<std::string> overheard(const std::string& text, const std::string& a,
                                                     const std::string& b) const {
    const trace::Scene& scene = trace().scene();
    for (std::size_t i = 0; i < scene.links.size(); ++i) {
      const std::string& from = scene.host(scene.links[i].a).name;
      const std::string& to = scene.host(scene.links[i].b).name;
      if (!(from == a && to == b) && !(from == b && to == a)) continue;
      const LinkId link{static_cast<std::uint32_t>(i + 1)};
      for (const auto& [stream, bytes] : trace::readable_streams(trace(), link))
        if (bytes.find(text) != std::string::npos)
          return "it stands in connection " + std::to_string(stream.first.value);
    }
    return std::nullopt;
  }
  ExpectationResult operator()(const ExpectOverheard& e) const {
    const auto where = overheard(e.text, e.a, e.b);
    return {where.has_value(),
            "whoever listens to " + e.a + " – " + e.b + " reads " + quoted(e.text),
            where.value_or("no readable packet there says so"),
            {}};
  }
  ExpectationResult operator()(const ExpectSealed& e) const {
    const auto where = overheard(e.text, e.a, e.b);
    return {!where,
            "whoever listens to " + e.a + " – " + e.b + " cannot read " + quoted(e.text),
            where.value_or("no readable packet there says so"),
            {}};
  }

  ExpectationResult operator()(const ExpectDisplayed& e) const {
    std::map<std::pair<HostId, std::uint32_t>, std::string> subjects;
    ExpectationResult result;
    result.what = "the screen of " + e.address + " shows " +
                  (e.subject.empty() ? "a letter" : "the letter " + quoted(e.subject));
    result.why = "it showed nothing";
    for (const Record& record : trace().records()) {
      if (const auto* f = std::get_if<trace::InboxReceived>(&record.fact))
        subjects[{f->host, f->item}] = facts.subject(record.message, f->content);
      const auto* f = std::get_if<trace::MessageDisplayed>(&record.fact);
      if (f == nullptr || trace().scene().host(f->host).user != e.address || result.held) continue;
      const std::string& subject = subjects[{f->host, f->item}];
      result.held = e.subject.empty() || subject == e.subject;
      result.why = "it showed " + quoted(subject);
    }
    return result;
  }
};

}  // namespace

std::vector<ExpectationResult> check_expectations(const Scenario& scenario,
                                                  const trace::Trace& trace) {
  const Facts facts(trace);
  std::vector<ExpectationResult> results;
  for (const Expectation& expectation : scenario.expect) {
    results.push_back(std::visit(Checker{facts}, expectation.what));
    results.back().where = expectation.where;
  }
  return results;
}

}  // namespace posthorn::scenario
