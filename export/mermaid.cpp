#include "export/mermaid.hpp"

#include <ostream>

#include "export/ladder.hpp"
#include "export/transcript.hpp"

namespace posthorn::exporting {
namespace {

/// Mermaid reads "#" and ";" as its own, and HTML in labels: write those as its entity codes.
std::string mermaid_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '#' || c == ';' || c == '<' || c == '>' || c == '&' || c == '"' || c == '%' ||
        c == '\\' || c == '`' || c == '{' || c == '}')
      out += "#" + std::to_string(static_cast<int>(c)) + ";";
    else
      out += c;
  }
  return out.empty() ? " " : out;
}

/// PlantUML reads Creole markup and a few commands in labels: the letters that begin them are
/// written as character references. Two of those its older versions take for a pattern of their
/// own and fail; Creole has another way to write them.
std::string plantuml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "<U+005C>";
        break;
      case '$':
        out += "<U+0024>";
        break;
      case '<':
      case '>':
      case '&':
      case '"':
      case '*':
      case '_':
      case '/':
      case '-':
      case '~':
      case '[':
      case ']':
      case '%':
      case '#':
      case '=':
        out += "&#" + std::to_string(static_cast<int>(c)) + ";";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string id_of(HostId host) { return "h" + std::to_string(host.value); }

struct Mermaid {
  const trace::Trace& trace;
  std::ostream& out;
  std::string first, last;

  void begin(const std::string& title, const Ladder& ladder) {
    out << "---\ntitle: \"";
    for (const char c : title) out << (c == '"' || c == '\\' ? '\'' : c);
    out << "\"\n---\nsequenceDiagram\n";
    for (const HostId host : ladder.hosts)
      out << "  participant " << id_of(host) << " as "
          << mermaid_text(one_line(trace.scene().host(host).name)) << "\n";
  }
  void rung(const Rung& rung) {
    const std::string text = mermaid_text(rung.text);
    switch (rung.kind) {
      case Rung::Kind::line:
      case Rung::Kind::lost: {
        const char* arrow = rung.kind == Rung::Kind::lost ? "-x" : rung.reply ? "-->>" : "->>";
        out << "  " << id_of(rung.from) << arrow << id_of(rung.to) << ": " << text << "\n";
        break;
      }
      case Rung::Kind::note:
        out << "  Note over " << id_of(rung.from) << ": " << text << "\n";
        break;
      case Rung::Kind::heading:
      case Rung::Kind::folded:
        if (!first.empty())
          out << "  Note over " << first << (first == last ? "" : "," + last) << ": " << text
              << "\n";
        break;
    }
  }
  void end() {}
};

struct PlantUml {
  const trace::Trace& trace;
  std::ostream& out;
  std::string first, last;

  void begin(const std::string& title, const Ladder& ladder) {
    out << "@startuml\ntitle " << plantuml_text(title) << "\n";
    for (const HostId host : ladder.hosts) {
      std::string name = one_line(trace.scene().host(host).name);
      for (char& c : name)
        if (c == '"') c = '\'';
      out << "participant \"" << name << "\" as " << id_of(host) << "\n";
    }
  }
  void rung(const Rung& rung) {
    const std::string text = plantuml_text(rung.text);
    switch (rung.kind) {
      case Rung::Kind::line:
      case Rung::Kind::lost: {
        const char* arrow = rung.kind == Rung::Kind::lost ? " ->x " : rung.reply ? " --> " : " -> ";
        out << id_of(rung.from) << arrow << id_of(rung.to) << " : " << text << "\n";
        break;
      }
      case Rung::Kind::note:
        out << "note over " << id_of(rung.from) << " : " << text << "\n";
        break;
      case Rung::Kind::heading:
        out << "== " << text << " ==\n";
        break;
      case Rung::Kind::folded:
        out << "... " << text << " ...\n";
        break;
    }
  }
  void end() { out << "@enduml\n"; }
};

template <class Language>
Result<bool> write(const trace::Trace& trace, const Options& options, std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  const Ladder ladder = make_ladder(trace, *wanted, {options.lang});
  Language language{trace, out, {}, {}};
  if (!ladder.hosts.empty()) {
    language.first = id_of(ladder.hosts.front());
    language.last = id_of(ladder.hosts.back());
  }
  language.begin(one_line(trace.scene().title.in(options.lang)), ladder);
  for (const Rung& rung : ladder.rungs) language.rung(rung);
  language.end();
  return true;
}

}  // namespace

Result<bool> write_mermaid(const trace::Trace& trace, const Options& options, std::ostream& out) {
  return write<Mermaid>(trace, options, out);
}
Result<bool> write_plantuml(const trace::Trace& trace, const Options& options, std::ostream& out) {
  return write<PlantUml>(trace, options, out);
}

}  // namespace posthorn::exporting
