#include "export/markdown.hpp"

#include <ostream>

#include "export/mermaid.hpp"
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
    for (const std::string_view text : split_lines(said))
      out_ << (line.speaker == Side::client ? "C: " : "S: ") << printable(text) << "\n";
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
