#include "export/markdown.hpp"

#include <initializer_list>
#include <ostream>

#include "export/letters.hpp"
#include "export/mermaid.hpp"
#include "export/readable_lines.hpp"
#include "export/transcript.hpp"

namespace posthorn::exporting {
namespace {

/// A text that Markdown shows as it is: its punctuation is escaped (CommonMark §2.4).
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*_{}[]<>#|~&").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

class Document {
 public:
  Document(const trace::Trace& trace, const Options& options, const Filter& wanted,
           std::ostream& out)
      : trace_(trace),
        options_(options),
        wanted_(wanted),
        out_(out),
        is_new_thing_(options.level) {}

  void write() {
    const trace::Scene& scene = trace_.scene();
    out_ << "# " << plain(scene.title.in(options_.lang)) << "\n";
    if (!scene.summary.empty()) out_ << "\n" << plain(scene.summary.in(options_.lang)) << "\n";
    write_hosts();
    out_ << "\n## " << say("What happens", "起きること") << "\n";
    for (std::uint32_t id = 1; id <= trace_.size(); ++id)
      if (wanted_(RecordId{id})) add(trace_[RecordId{id}]);
    close();
    write_letters();
    write_deliveries();
    out_ << "\n## " << say("The ladder", "やりとりの流れ図") << "\n\n```mermaid\n";
    (void)write_mermaid(trace_, options_, out_);  // the selection was good: wanted_ is made of it
    out_ << "```\n";
  }

 private:
  void write_hosts() {
    out_ << "\n## " << say("Who takes part", "登場するもの") << "\n\n| " << say("Host", "ホスト")
         << " | " << say("What it is", "役割") << " | " << say("Services", "サービス") << " | "
         << say("Addresses", "アドレス") << " |\n| --- | --- | --- | --- |\n";
    for (const trace::SceneHost& host : trace_.scene().hosts) {
      std::string services, addresses;
      for (const std::string& service : host.services)
        services += (services.empty() ? "" : ", ") + service;
      for (const IpAddress& address : host.addresses)
        addresses += (addresses.empty() ? "" : ", ") + address.to_string();
      out_ << "| " << plain(host.name) << " | "
           << plain(host.user.empty() ? host.label.in(options_.lang) : host.user) << " | "
           << plain(services) << " | " << plain(addresses) << " |\n";
    }
  }

  /// The first row of a table and the line below it.
  void write_head(std::initializer_list<std::string> cells) {
    std::string rule = "|";
    out_ << "\n|";
    for (const std::string& cell : cells) {
      out_ << " " << cell << " |";
      rule += " --- |";
    }
    out_ << "\n" << rule << "\n";
  }
  void write_row(std::initializer_list<std::string> cells) {
    out_ << "|";
    for (const std::string& cell : cells) out_ << " " << plain(cell) << " |";
    out_ << "\n";
  }

  void write_letters() {
    const auto letters = letters_of(trace_, wanted_);
    if (letters.empty()) return;
    out_ << "\n## " << say("What became of the letters", "メールごとのまとめ") << "\n";
    write_head({say("No.", "番号"), say("From", "差出人"), say("To", "宛先"),
                say("Subject", "件名"), say("Sent", "送信"),
                say("In the mailbox", "メールボックスに到着"), say("Took", "かかった時間"),
                say("Read", "表示"), say("Servers", "サーバーの数")});
    const auto when = [](const std::optional<Instant>& at) { return at ? format_time(*at) : "—"; };
    for (const auto& [id, letter] : letters)
      write_row({std::to_string(id.value), letter.from, letter.to, letter.subject,
                 when(letter.sent), when(letter.first_kept),
                 letter.sent && letter.first_kept
                     ? format_time(Instant{} + (*letter.first_kept - *letter.sent))
                     : "—",
                 when(letter.first_read), std::to_string(letter.hops)});
  }

  void write_deliveries() {
    bool first = true;
    each_delivery(trace_, wanted_, [&](const Delivery& d) {
      if (first) {
        out_ << "\n## " << say("Hop by hop", "配送ごとのまとめ") << "\n";
        write_head({say("When", "時刻"), say("Server", "サーバー"), say("For", "宛先"),
                    say("Attempt", "何回目"), say("To", "相手"), say("Outcome", "結果"),
                    say("Since it was taken over", "引き受けてから")});
      }
      first = false;
      write_row({format_time(d.at), trace_.scene().host(d.host).name,
                 std::string(trace_.text(d.recipient)),
                 d.attempt == 0 ? "—" : std::to_string(d.attempt),
                 d.target ? std::string(trace_.text(d.target)) : "—", outcome(d.outcome),
                 format_time(Instant{} + (d.at - d.accepted))});
    });
  }

  [[nodiscard]] std::string outcome(trace::RecipientOutcome outcome) const {
    switch (outcome) {
      case trace::RecipientOutcome::delivered:
        return say("delivered", "届いた");
      case trace::RecipientOutcome::relayed:
        return say("handed over", "引き渡した");
      case trace::RecipientOutcome::deferred:
        return say("not yet", "あとで再送");
      case trace::RecipientOutcome::failed:
        return say("failed", "届けられない");
      case trace::RecipientOutcome::passed_on:
        return say("passed on", "転送した");
    }
    return {};
  }

  void add(const trace::Record& record) {
    if (const auto* line = std::get_if<trace::Line>(&record.fact)) return add_line(record, *line);
    if (const auto* shown = std::get_if<trace::NarrationShown>(&record.fact))
      return add_narration(shown->index);
    const std::string sentence = describe(trace_, record, options_.lang);
    if (sentence.empty()) return;
    if (inside_ != Inside::list) {
      close();
      out_ << "\n";
      inside_ = Inside::list;
    }
    out_ << "- " << format_time(record.at) << " — " << plain(sentence) << "\n";
    if (const texts::Explanation* words = is_new_thing_(trace_, record))
      out_ << "  - " << explained(*words);
    if (const auto* shake = std::get_if<trace::TlsMessage>(&record.fact)) add_fields(*shake);
  }

  void add_fields(const trace::TlsMessage& message) {
    if (!options_.level) return;
    for (const texts::TlsField& field : texts::tls_fields(trace_, message)) {
      out_ << "  - " << plain(titled(field, options_.lang));
      if (is_new_thing_(field.words))
        out_ << " — " << plain(is_new_thing_.text(*field.words).in(options_.lang));
      out_ << "\n";
    }
  }

  std::string explained(const texts::Explanation& words) const {
    return "**" + plain(words.title.in(options_.lang)) + "** — " +
           plain(is_new_thing_.text(words).in(options_.lang)) + "\n";
  }

  void add_narration(std::uint32_t index) {
    if (index >= trace_.scene().narration.size()) return;
    close();
    const trace::SceneNarration& narration = trace_.scene().narration[index];
    out_ << "\n### ";
    if (narration.step != 0) out_ << std::to_string(narration.step) << "\\. ";
    out_ << plain(narration.title.in(options_.lang)) << "\n";
    for (const std::string_view line : split_lines(narration.text.in(options_.lang)))
      out_ << "\n" << plain(line) << "\n";
  }

  void add_line(const trace::Record& record, const trace::Line& line) {
    const trace::ConnectionOpening* who = trace_.connection(line.conn);
    if (who == nullptr || line.flow != Flow::sent || !is_new_(line)) return;
    if (inside_ != Inside::dialogue || conn_ != line.conn) open_dialogue(*who);
    const std::string said = trace_.line_text(line);
    for (const std::string& text : readable_lines(said, options_.lang))
      out_ << (line.speaker == Side::client ? "C: " : "S: ") << text << "\n";
    if (const texts::Explanation* words = is_new_thing_(trace_, record))
      notes_ += "- " + explained(*words);
  }

  void open_dialogue(const trace::ConnectionOpening& who) {
    close();
    const auto name = [&](HostId host) {
      return host ? plain(trace_.scene().host(host).name) : std::string("?");
    };
    out_ << "\n**" << protocol_name(who.protocol) << "** — C: " << name(who.client)
         << ", S: " << name(who.server) << " "
         << say("(connection " + std::to_string(who.conn.value) + ")",
                "(接続 " + std::to_string(who.conn.value) + ")")
         << "\n\n````text\n";  // four: lines begin with "C: " or "S: " and never with a fence
    inside_ = Inside::dialogue;
    conn_ = who.conn;
  }

  void close() {
    if (inside_ == Inside::dialogue) out_ << "````\n";
    if (!notes_.empty()) out_ << "\n" << notes_;
    notes_.clear();
    inside_ = Inside::nothing;
  }

  [[nodiscard]] std::string say(std::string en, std::string ja) const {
    return options_.lang == Lang::ja ? std::move(ja) : std::move(en);
  }

  enum class Inside { nothing, list, dialogue };

  const trace::Trace& trace_;
  const Options& options_;
  const Filter& wanted_;
  std::ostream& out_;
  NewLines is_new_;
  FirstTime is_new_thing_;
  std::string notes_;  ///< explanations for below the dialogue
  Inside inside_ = Inside::nothing;
  ConnId conn_;
};

}  // namespace

Result<bool> write_markdown(const trace::Trace& trace, const Options& options, std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  Document(trace, options, *wanted, out).write();
  return true;
}

}  // namespace posthorn::exporting
