#include "export/html.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <ostream>

#include "export/markup.hpp"
#include "export/replay.hpp"
#include "export/svg.hpp"
#include "export/transcript.hpp"
#include "sim/trace/names.hpp"
#include "text/text.hpp"

namespace posthorn::exporting {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kWidth = 900, kHeight = 460;
/// A replay is for people: beyond this many steps the rest is left out, and the page says so.
constexpr std::size_t kMostSteps = 2000;
constexpr std::size_t kLongestText = 400;  ///< characters of one step

/// A text in both languages; the style shows one.
std::string both(const std::string& en, const std::string& ja) {
  if (en == ja) return escape_markup(en);
  return "<span class=\"en\" lang=\"en\">" + escape_markup(en) +
         "</span><span class=\"ja\" lang=\"ja\">" + escape_markup(ja) + "</span>";
}
std::string both(const LocalText& text) {
  return both(printable(text.in(Lang::en)), printable(text.in(Lang::ja)));
}

struct Word {
  const char *key, *en, *ja;
};
constexpr Word kWords[] = {{"play", "Play", "再生"},
                           {"pause", "Pause", "一時停止"},
                           {"first", "To the beginning", "最初へ"},
                           {"back", "One step back", "一つ戻る"},
                           {"next", "One step forward", "一つ進む"},
                           {"last", "To the end", "最後へ"},
                           {"scrub", "Position in the story", "物語の位置"},
                           {"speed", "Speed", "速さ"},
                           {"controls", "Replay", "再生の操作"},
                           {"level", "Explained to whom", "説明の相手"},
                           {"down", "down", "停止中"},
                           {"queue", "queue", "キュー"},
                           {"mailbox", "mailbox", "メールボックス"}};

/// One item of the list, and what the script must know about it.
struct Step {
  Instant at{};
  RecordId record;
  HostId from, to;
  Protocol protocol = Protocol::none;
  bool narration = false, dialogue = false;
  LocalText title, text;  ///< a title for narration only
};

class Page {
 public:
  Page(const trace::Trace& trace, const Options& options, const Filter& wanted, std::ostream& out)
      : trace_(trace), options_(options), wanted_(wanted), out_(out) {}

  void write() {
    collect();
    place_hosts();
    const LocalText& title = trace_.scene().title;
    const char* lang = options_.lang == Lang::ja ? "ja" : "en";
    out_ << "<!DOCTYPE html>\n<html lang=\"" << lang << "\" data-lang=\"" << lang
         << "\" data-level=\"" << static_cast<int>(options_.reader())
         << "\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
            "<meta name=\"generator\" content=\"Posthorn\">\n<title>"
         << escape_markup(printable(title.in(options_.lang))) << "</title>\n<style>\n"
         << replay::css << "</style>\n</head>\n<body>\n<header><h1>" << both(title) << "</h1>\n<p>"
         << both(trace_.scene().summary) << "</p></header>\n<main>\n";
    write_controls();
    out_ << "<div class=\"wide\">\n<section class=\"card\" id=\"stage\" "
            "aria-labelledby=\"h-stage\">\n"
            "<h2 id=\"h-stage\">"
         << both("The stage", "舞台") << "</h2>\n";
    write_stage();
    out_ << "</section>\n<section class=\"card\" id=\"explanation\" aria-live=\"polite\" "
            "aria-labelledby=\"h-now\">\n<h2 id=\"h-now\">"
         << both("What happens now", "いま起きていること")
         << "</h2>\n<p id=\"said\"></p>\n<h3 id=\"title\"></h3>\n<p id=\"more\"></p>\n";
    write_levels();
    out_ << "</section>\n</div>\n";
    write_steps();
    write_ladder();
    out_ << "</main>\n<footer><p class=\"keys\">"
         << both(
                "Keys: space plays and pauses, → ← step, Home End, L changes the language, E to "
                "whom it is explained.",
                "キー: スペースで再生と停止、→ ← で一つずつ、Home End、L で言語、E "
                "で説明の相手を切り替え。")
         << "</p></footer>\n<script type=\"application/json\" id=\"data\">";
    write_data();
    out_ << "</script>\n<script>\n" << replay::js << "</script>\n</body>\n</html>\n";
  }

 private:
  // ---- what is shown
  void collect() {
    NewLines is_new;
    for (std::uint32_t id = 1; id <= trace_.size(); ++id) {
      const trace::Record& record = trace_[RecordId{id}];
      const auto* line = std::get_if<trace::Line>(&record.fact);
      if (line != nullptr && (line->flow != Flow::sent || !is_new(*line))) continue;
      if (!wanted_(RecordId{id})) continue;
      Step step;
      step.at = record.at;
      step.record = RecordId{id};
      const bool shown = line != nullptr ? fill_line(step, *line) : fill(step, record);
      if (!shown) continue;
      if (steps_.size() == kMostSteps)
        ++left_out_;
      else
        steps_.push_back(std::move(step));
    }
    if (!steps_.empty()) return;
    Step nothing;  // the page works even so
    nothing.text = {"Nothing happens.", "何も起きません。"};
    steps_.push_back(nothing);
  }

  bool fill_line(Step& step, const trace::Line& line) {
    const trace::ConnectionOpening* who = trace_.connection(line.conn);
    if (who == nullptr) return false;
    const bool client = line.speaker == Side::client;
    step.from = client ? who->client : who->server;
    step.to = client ? who->server : who->client;
    step.protocol = who->protocol;
    step.dialogue = true;
    const std::string bytes = trace_.line_text(line);
    std::string said;
    for (const std::string_view text : split_lines(bytes))
      said += (said.empty() ? "" : "\n") + printable(text);
    said = (client ? "C: " : "S: ") + shorten(said, kLongestText);
    step.text = {said, said};
    return true;
  }

  bool fill(Step& step, const trace::Record& record) {
    if (const auto* shown = std::get_if<trace::NarrationShown>(&record.fact)) {
      if (shown->index >= trace_.scene().narration.size()) return false;
      const trace::SceneNarration& narration = trace_.scene().narration[shown->index];
      step.narration = true;
      step.title = {printable(narration.title.in(Lang::en)),
                    printable(narration.title.in(Lang::ja))};
      step.text = {printable(narration.text.in(Lang::en)), printable(narration.text.in(Lang::ja))};
      return true;
    }
    step.text = {describe(trace_, record, Lang::en), describe(trace_, record, Lang::ja)};
    const Subject about = wanted_.subject(record.fact);
    step.from = step.to = about.hosts[0];
    return !step.text.empty();
  }

  // ---- the stage
  /// As the scenario says, else on an ellipse, in order; stretched until the stage is filled.
  void place_hosts() {
    const auto& hosts = trace_.scene().hosts;
    std::vector<double> x, y;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      const double turn =
          2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(hosts.size());
      x.push_back(hosts[i].position ? (*hosts[i].position)[0] : 0.5 - 0.5 * std::cos(turn));
      y.push_back(hosts[i].position ? (*hosts[i].position)[1] : 0.5 - 0.5 * std::sin(turn));
    }
    const std::vector<int> across = stretch(x, 110, kWidth - 110);
    const std::vector<int> down = stretch(y, 40, kHeight - 70);
    for (std::size_t i = 0; i < hosts.size(); ++i) places_.push_back({across[i], down[i]});
  }

  static std::vector<int> stretch(const std::vector<double>& values, double first, double last) {
    std::vector<int> places;
    if (values.empty()) return places;
    const auto [low, high] = std::ranges::minmax(values);
    for (const double value : values) {
      const double part = high - low > 1e-6 ? (value - low) / (high - low) : 0.5;
      places.push_back(static_cast<int>(std::lround(first + part * (last - first))));
    }
    return places;
  }

  void write_stage() {
    const trace::Scene& scene = trace_.scene();
    out_ << "<svg viewBox=\"0 0 900 460\" role=\"img\" aria-label=\"Stage\">\n";
    const auto str = [](int value) { return std::to_string(value); };
    for (const trace::SceneLink& link : scene.links) {
      const auto [x1, y1] = places_[link.a.value - 1];
      const auto [x2, y2] = places_[link.b.value - 1];
      out_ << "<line class=\"link\" x1=\"" << str(x1) << "\" y1=\"" << str(y1) << "\" x2=\""
           << str(x2) << "\" y2=\"" << str(y2) << "\"/>\n";
    }
    for (std::size_t i = 0; i < scene.hosts.size(); ++i) {
      const trace::SceneHost& host = scene.hosts[i];
      const auto [x, y] = places_[i];
      const std::string name = printable(host.name);
      const int half = std::max(60, static_cast<int>(columns(name)) * 9 / 2 + 14);
      out_ << "<g class=\"host\"><rect x=\"" << str(x - half) << "\" y=\"" << str(y - 18)
           << "\" width=\"" << str(2 * half) << "\" height=\"36\" rx=\"9\"/><text x=\"" << str(x)
           << "\" y=\"" << str(y + 5) << "\">" << escape_markup(name)
           << "</text><text class=\"holds\" x=\"" << str(x) << "\" y=\"" << str(y + 36)
           << "\"></text></g>\n";
    }
    out_ << "<path id=\"mail\" class=\"mail\" d=\"M-13 -9h26v18h-26zm0 0l13 11l13 -11\" "
            "stroke=\"#fff\" stroke-width=\"1.5\" style=\"display:none\"/>\n</svg>\n";
  }

  void write_controls() {
    out_ << "<div class=\"card\" id=\"controls\" role=\"toolbar\" data-label=\"controls\">\n";
    for (const auto& [id, sign] : {std::pair{"first", "|◀"}, {"back", "◀"}})
      out_ << "<button type=\"button\" id=\"" << id << "\" data-label=\"" << id << "\">" << sign
           << "</button>\n";
    out_ << "<button type=\"button\" id=\"play\">▶</button>\n";
    for (const auto& [id, sign] : {std::pair{"next", "▶"}, {"last", "▶|"}})
      out_ << "<button type=\"button\" id=\"" << id << "\" data-label=\"" << id << "\">" << sign
           << "</button>\n";
    out_ << "<input type=\"range\" id=\"scrub\" min=\"0\" value=\"0\" max=\""
         << std::to_string(steps_.size() - 1)
         << "\" data-label=\"scrub\">\n<span id=\"clock\"></span>\n"
         << "<select id=\"speed\" data-label=\"speed\"><option value=\"0.5\">0.5×</option>"
            "<option value=\"1\" selected>1×</option><option value=\"2\">2×</option>"
            "<option value=\"4\">4×</option></select>\n"
            "<button type=\"button\" data-speak=\"en\" lang=\"en\">English</button>\n"
            "<button type=\"button\" data-speak=\"ja\" lang=\"ja\">日本語</button>\n</div>\n";
  }

  void write_levels() {
    out_ << "<div id=\"levels\" role=\"group\" data-label=\"level\">";
    int number = 0;
    for (const auto& [en, ja] :
         {std::pair{"Post office", "郵便局"}, {"Student", "学習者"}, {"Administrator", "管理者"}})
      out_ << "<button type=\"button\" data-explain=\"" << number++ << "\">" << both(en, ja)
           << "</button>";
    out_ << "</div>\n";
  }

  void write_steps() {
    out_ << "<section class=\"card\" aria-labelledby=\"h-steps\">\n<h2 id=\"h-steps\">"
         << both("Everything that happens", "起きたことのすべて") << "</h2>\n<ol id=\"steps\">\n";
    for (const Step& step : steps_) {
      out_ << "<li><button type=\"button\" tabindex=\"-1\"><time>" << format_time(step.at)
           << "</time>";
      if (step.narration)
        out_ << "<span class=\"narration\"><b>" << both(step.title) << "</b> " << both(step.text)
             << "</span>";
      else if (step.dialogue)
        out_ << "<code class=\"" << trace::to_string(step.protocol) << "\">"
             << escape_markup(step.text.en) << "</code>";
      else
        out_ << "<span>" << both(step.text) << "</span>";
      out_ << "</button></li>\n";
    }
    out_ << "</ol>\n";
    if (left_out_ > 0) {
      const std::string more = std::to_string(left_out_);
      out_ << "<p>"
           << both(more + " more steps are left out; export a part of the story (--only).",
                   "あと " + more + " ステップは省きました(--only で一部を書き出せます)。")
           << "</p>\n";
    }
    out_ << "</section>\n";
  }

  void write_ladder() {
    out_ << "<section class=\"card\" aria-labelledby=\"h-ladder\">\n<h2 id=\"h-ladder\">"
         << both("The ladder of messages", "やりとりの流れ図")
         << "</h2>\n<div id=\"ladder\" tabindex=\"0\" role=\"region\" "
            "aria-labelledby=\"h-ladder\">\n";
    for (const Lang lang : {Lang::en, Lang::ja}) {
      LadderOptions how;
      how.lang = lang;
      how.longest_text = 48;
      const char* name = lang == Lang::ja ? "ja" : "en";
      out_ << "<div class=\"" << name << "\" lang=\"" << name << "\">\n";
      draw_ladder(trace_, make_ladder(trace_, wanted_, how),
                  printable(trace_.scene().title.in(lang)), out_, std::string("ladder-") + name);
      out_ << "</div>\n";
    }
    out_ << "</div>\n</section>\n";
  }

  // ---- what the script reads
  void write_data() {
    Json data = {{"title", {trace_.scene().title.in(Lang::en), trace_.scene().title.in(Lang::ja)}},
                 {"words", Json::object()},
                 {"places", Json::array()},
                 {"links", Json::array()}};
    for (const Word& word : kWords) data["words"][word.key] = {word.en, word.ja};
    for (const auto& place : places_) data["places"].push_back(place);
    for (const trace::SceneLink& link : trace_.scene().links)
      data["links"].push_back({link.a.value, link.b.value});
    // By number of appearance; a message of TLS is told with its fields.
    std::map<std::pair<const texts::Explanation*, TextId>, std::size_t> numbers;
    data["texts"] = Json::array();
    std::uint32_t done = 0;
    for (const Step& step : steps_) {
      Json json = {{"t", format_time(step.at)}, {"r", step.record.value}};
      const texts::Explanation& words =
          step.record ? texts::explain(trace_, trace_[step.record]) : no_words_;
      const auto* shake =
          step.record ? std::get_if<trace::TlsMessage>(&trace_[step.record].fact) : nullptr;
      const std::pair key(&words, shake == nullptr ? TextId{} : shake->details);
      const auto [place, fresh] = numbers.emplace(key, numbers.size());
      if (fresh)
        data["texts"].push_back(
            Json::array({told(words, shake, Lang::en), told(words, shake, Lang::ja)}));
      json["x"] = place->second;
      if (step.from) json["from"] = step.from.value;
      if (step.to) json["to"] = step.to.value;
      Json changes = Json::array();
      for (; done < step.record.value; ++done) add_change(changes, trace_[RecordId{done + 1}].fact);
      if (!changes.empty()) json["d"] = std::move(changes);
      data["steps"].push_back(std::move(json));
    }
    // "</script>" must not end the script, whatever a message says.
    const std::string text = data.dump(-1, ' ', false, Json::error_handler_t::replace);
    for (const char c : text) out_ << (c == '<' ? std::string("\\u003c") : std::string(1, c));
  }

  /// The title, then the text for each level.
  Json told(const texts::Explanation& words, const trace::TlsMessage* shake, Lang lang) const {
    Json json = Json::array({words.title.in(lang)});
    for (const auto level : {texts::Level::office, texts::Level::student, texts::Level::admin}) {
      std::string text = words.at(level).in(lang);
      if (shake != nullptr)
        for (const texts::TlsField& field : texts::tls_fields(trace_, *shake)) {
          text += "\n" + titled(field, lang);
          if (field.words != nullptr) text += " — " + field.words->at(level).in(lang);
        }
      json.push_back(std::move(text));
    }
    return json;
  }

  static void add_change(Json& changes, const trace::Fact& fact) {
    const auto add = [&](HostId host, const char* what, int change) {
      changes.push_back({host.value, what, change});
    };
    if (const auto* taken = std::get_if<trace::QueueAccepted>(&fact)) add(taken->host, "queue", 1);
    if (const auto* gone = std::get_if<trace::QueueReleased>(&fact)) add(gone->host, "queue", -1);
    if (const auto* kept = std::get_if<trace::MailboxStored>(&fact)) add(kept->host, "box", 1);
    if (const auto* out = std::get_if<trace::MailboxExpunged>(&fact)) add(out->host, "box", -1);
    if (const auto* power = std::get_if<trace::HostPower>(&fact))
      add(power->host, "up", power->up ? 1 : 0);
  }

  const trace::Trace& trace_;
  const Options& options_;
  const Filter& wanted_;
  std::ostream& out_;
  std::vector<Step> steps_;
  std::size_t left_out_ = 0;
  std::vector<std::array<int, 2>> places_;
  texts::Explanation no_words_;
};

}  // namespace

Result<bool> write_html(const trace::Trace& trace, const Options& options, std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  Page(trace, options, *wanted, out).write();
  return true;
}

}  // namespace posthorn::exporting
