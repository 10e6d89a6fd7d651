#include "export/formats.hpp"

#include <algorithm>

#include "export/csv.hpp"
#include "export/html.hpp"
#include "export/keys.hpp"
#include "export/mail_files.hpp"
#include "export/markdown.hpp"
#include "export/mermaid.hpp"
#include "export/pcapng.hpp"
#include "export/svg.hpp"
#include "export/trace_file.hpp"
#include "export/transcript.hpp"

namespace posthorn::exporting {
namespace {

constexpr Format kFormats[] = {
    {"text", ".txt .text", "the narrated dialogues; --plain: the bare C: and S: lines", write_text},
    {"md", ".md", "the lesson as a document, with tables and a Mermaid ladder", write_markdown},
    {"html", ".html", "one file to replay the story in a browser, without a network", write_html},
    {"mermaid", ".mmd .mermaid", "the ladder of messages, for Mermaid", write_mermaid},
    {"plantuml", ".puml .plantuml", "the ladder of messages, for PlantUML", write_plantuml},
    {"svg", ".svg", "the ladder of messages, drawn", write_svg},
    {"pcapng", ".pcapng", "a capture for Wireshark; --at HOST: as that host saw it", write_pcapng},
    {"keys", ".keys .keylog", "the keys of TLS connections, for Wireshark (SSLKEYLOGFILE)",
     write_keys},
    {"json", ".json", "the whole trace, which view and export read again", write_trace_json},
    {"ndjson", ".ndjson .jsonl", "the same, an object a line", write_trace_ndjson},
    {"csv", ".csv", "events for a spreadsheet", write_events_csv},
    {"csv-messages", ".messages.csv", "a message a row, with its delays", write_messages_csv},
    {"csv-deliveries", ".deliveries.csv", "a delivery attempt a row, with the delay of each hop",
     write_deliveries_csv},
    {"eml", ".eml", "one message, as it stood --at a host or mailbox, --at a time", write_eml},
    {"mbox", ".mbox", "the messages that stood there", write_mbox},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* format_named(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, &Format::name);
  return found == std::end(kFormats) ? nullptr : found;
}

const Format* format_for_file(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const Format* best = nullptr;
  std::size_t longest = 0;
  for (const Format& format : kFormats) {
    std::string_view endings = format.endings;
    while (!endings.empty()) {
      const std::string_view ending = endings.substr(0, endings.find(' '));
      endings.remove_prefix(std::min(endings.size(), ending.size() + 1));
      if (!file.ends_with(ending) || file.size() == ending.size() || ending.size() <= longest)
        continue;
      best = &format;
      longest = ending.size();
    }
  }
  return best;
}

}  // namespace posthorn::exporting
