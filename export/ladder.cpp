#include "export/ladder.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "export/transcript.hpp"
#include "protocols/dns/message.hpp"

namespace posthorn::exporting {
namespace {

class Builder {
 public:
  Builder(const trace::Trace& trace, const Filter& wanted, const LadderOptions& options)
      : trace_(trace), wanted_(wanted), options_(options) {}

  /// `overview`: each dialogue is one arrow.
  Ladder build(bool overview) {
    overview_ = overview;
    for (std::uint32_t id = 1; id <= trace_.size(); ++id)
      if (wanted_(RecordId{id})) add(RecordId{id});
    finish_run();
    for (const auto& [conn, dialogue] : dialogues_) name_dialogue(dialogue);
    if (left_out_ > 0) ladder_.rungs.push_back(folded(left_out_));
    add_hosts();
    return std::move(ladder_);
  }
  [[nodiscard]] bool complete() const { return left_out_ == 0; }

 private:
  struct Dialogue {
    std::size_t rung = 0, lines = 0;
  };

  void add(RecordId id) {
    const trace::Record& record = trace_[id];
    Rung rung;
    rung.at = record.at;
    rung.record = id;
    rung.fact = record.fact.index();
    const bool known = std::visit([&](const auto& fact) { return fill(rung, fact); }, record.fact);
    if (known) push(std::move(rung));
  }

  // ---- one overload for each fact that has a place on the ladder
  template <class Detail>
  bool fill(Rung& rung, const Detail&) {
    rung.kind = Rung::Kind::note;
    return false;
  }

  bool fill(Rung& rung, const trace::Line& line) {
    const trace::ConnectionOpening* who = trace_.connection(line.conn);
    if (who == nullptr || line.flow != Flow::sent || !is_new_(line)) return false;
    set_ends(rung, *who, line.speaker);
    const std::string said = trace_.line_text(line);
    const auto lines = split_lines(said);
    if (lines.empty()) return false;
    rung.text = label(lines.front());
    if (line.kind == NoteKind::content && lines.size() > 1)
      rung.text = say("(message, " + std::to_string(lines.size()) + " lines)",
                      "(メッセージ " + std::to_string(lines.size()) + " 行)");
    else if (lines.size() > 1)
      rung.text += say(" (" + std::to_string(lines.size()) + " lines)",
                       "(" + std::to_string(lines.size()) + " 行)");
    return true;
  }

  bool fill(Rung& rung, const trace::TlsMessage& message) {
    const trace::ConnectionOpening* who = trace_.connection(message.conn);
    if (who == nullptr || message.flow != Flow::sent) return false;
    set_ends(rung, *who, message.side);
    rung.text = "TLS " + label(texts::tls_title(trace_, message));
    return true;
  }

  bool fill(Rung& rung, const trace::TlsFailed& failed) {
    const trace::ConnectionOpening* who = trace_.connection(failed.conn);
    return who != nullptr && note(rung, failed.side == Side::client ? who->client : who->server);
  }

  bool fill(Rung& rung, const trace::DatagramSent& datagram) {
    if (!datagram.from || !datagram.to) return false;
    rung.from = datagram.from;
    rung.to = datagram.to;
    rung.protocol = Protocol::dns;
    rung.reply = datagram.from_port == 53;
    const auto message = dns::decode(*trace_.blob(datagram.bytes));
    if (!message) return false;
    const std::string summary = dns::summary(*message);
    rung.text = "DNS " + label(summary);
    return true;
  }

  bool fill(Rung& rung, const trace::ConnectionFailed& failed) {
    const trace::ConnectionOpening* who = trace_.connection(failed.conn);
    if (who == nullptr || !who->server) return false;
    set_ends(rung, *who, Side::client);
    rung.kind = Rung::Kind::lost;
    rung.text = sentence(rung.record);
    return true;
  }

  bool fill(Rung& rung, const trace::ConnectionClosed& closed) {
    const trace::ConnectionOpening* who = trace_.connection(closed.conn);
    if (who == nullptr || closed.why == trace::CloseReason::orderly || !who->server) return false;
    set_ends(rung, *who, closed.side);
    rung.kind = Rung::Kind::lost;
    rung.text = sentence(rung.record);
    return true;
  }

  bool fill(Rung& rung, const trace::NarrationShown& shown) {
    if (shown.index >= trace_.scene().narration.size()) return false;
    const trace::SceneNarration& narration = trace_.scene().narration[shown.index];
    rung.kind = Rung::Kind::heading;
    rung.text = (narration.step != 0 ? std::to_string(narration.step) + ". " : "") +
                label(narration.title.in(options_.lang));
    return true;
  }

  bool fill(Rung& rung, const trace::SendPressed& fact) { return note(rung, fact.host); }
  bool fill(Rung& rung, const trace::QueueAccepted& fact) { return note(rung, fact.host); }
  bool fill(Rung& rung, const trace::QueueDeferred& fact) { return note(rung, fact.host); }
  bool fill(Rung& rung, const trace::MailboxStored& fact) { return note(rung, fact.host); }
  bool fill(Rung& rung, const trace::MessageDisplayed& fact) { return note(rung, fact.host); }
  bool fill(Rung& rung, const trace::BounceCreated& fact) { return note(rung, fact.host); }
  bool fill(Rung& rung, const trace::HostPower& fact) { return note(rung, fact.host); }

  bool note(Rung& rung, HostId host) {
    rung.kind = Rung::Kind::note;
    rung.from = rung.to = host;
    rung.text = sentence(rung.record);
    // The rung stands at its host: no need to name it again.
    const std::string prefix = trace_.scene().host(host).name + ": ";
    if (rung.text.starts_with(prefix)) rung.text.erase(0, prefix.size());
    return !rung.text.empty();
  }

  void set_ends(Rung& rung, const trace::ConnectionOpening& who, Side speaker) {
    rung.from = speaker == Side::client ? who.client : who.server;
    rung.to = speaker == Side::client ? who.server : who.client;
    rung.conn = who.conn;
    rung.protocol = who.protocol;
    rung.reply = speaker == Side::server;
  }

  [[nodiscard]] std::string sentence(RecordId id) const {
    return label(describe(trace_, trace_[id], options_.lang));
  }
  [[nodiscard]] std::string say(std::string en, std::string ja) const {
    return options_.lang == Lang::ja ? std::move(ja) : std::move(en);
  }
  [[nodiscard]] std::string label(std::string_view text) const {
    return shorten(one_line(text), options_.longest_text);
  }

  // ---- folding
  /// Do these two look the same to a reader who does not care about the details?
  static bool alike(const Rung& a, const Rung& b) {
    const auto word = [](const Rung& r) {
      return std::string_view(r.text).substr(0, r.text.find(' '));
    };
    if (a.kind != b.kind || a.from != b.from || a.to != b.to) return false;
    if (a.kind == Rung::Kind::note) return a.fact == b.fact;
    return a.kind == Rung::Kind::line && a.conn == b.conn && word(a) == word(b);
  }

  /// True if the line belongs to a dialogue that has its arrow already.
  bool joins_dialogue(Rung& rung) {
    if (!overview_ || rung.kind != Rung::Kind::line || !rung.conn) return false;
    const auto found = dialogues_.find(rung.conn);
    if (found != dialogues_.end()) {
      ++found->second.lines;
      return true;
    }
    finish_run();
    if (ladder_.rungs.size() >= options_.most_rungs) return false;
    dialogues_[rung.conn] = {ladder_.rungs.size(), 1};
    if (std::exchange(rung.reply, false)) std::swap(rung.from, rung.to);
    return false;
  }

  void name_dialogue(const Dialogue& dialogue) {
    Rung& rung = ladder_.rungs[dialogue.rung];
    rung.text = std::string(protocol_name(rung.protocol)) +
                say(" (" + std::to_string(dialogue.lines) + " lines)",
                    "(" + std::to_string(dialogue.lines) + " 行)");
  }

  void push(Rung rung) {
    if (joins_dialogue(rung)) return;
    if (ladder_.rungs.size() >= options_.most_rungs) {
      if (left_out_++ == 0) last_ = rung;
      return;
    }
    const bool again = !ladder_.rungs.empty() && alike(last_, rung);
    if (!again) finish_run();
    run_ = again ? run_ + 1 : 1;
    last_ = rung;
    if (run_ <= options_.longest_run) ladder_.rungs.push_back(std::move(rung));
  }

  void finish_run() {
    if (run_ > options_.longest_run && left_out_ == 0)
      ladder_.rungs.push_back(folded(run_ - options_.longest_run));
    run_ = 0;
  }

  [[nodiscard]] Rung folded(std::size_t count) const {
    Rung rung = last_;
    rung.kind = Rung::Kind::folded;
    rung.text =
        say("… (" + std::to_string(count) + " more)", "…(あと " + std::to_string(count) + " 件)");
    return rung;
  }

  void add_hosts() {
    std::vector<bool> takes_part(trace_.scene().hosts.size() + 1);
    for (const Rung& rung : ladder_.rungs)
      for (const HostId host : {rung.from, rung.to}) takes_part[host.value] = true;
    for (std::uint32_t id = 1; id < takes_part.size(); ++id)
      if (takes_part[id]) ladder_.hosts.push_back(HostId{id});
  }

  const trace::Trace& trace_;
  const Filter& wanted_;
  const LadderOptions& options_;
  Ladder ladder_;
  NewLines is_new_;
  Rung last_;
  std::size_t run_ = 0, left_out_ = 0;
  bool overview_ = false;
  std::map<ConnId, Dialogue> dialogues_;
};

}  // namespace

Ladder make_ladder(const trace::Trace& trace, const Filter& wanted, const LadderOptions& options) {
  Builder whole(trace, wanted, options);
  Ladder ladder = whole.build(false);
  // Rather all dialogues in short than some of them in full.
  return whole.complete() ? ladder : Builder(trace, wanted, options).build(true);
}

std::string shorten(std::string_view text, std::size_t characters) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (begins && count++ == characters) return std::string(text.substr(0, i)) + "…";
  }
  return std::string(text);
}

}  // namespace posthorn::exporting
