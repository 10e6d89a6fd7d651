// Any text is either a scenario or a list of mistakes, each with a place inside the text.
#include <cstdlib>

#include "sim/scenario/load.hpp"

using namespace posthorn;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto no_files = [](const std::string& path) -> Result<std::shared_ptr<const std::string>> {
    if (path.empty() || path[0] == '/' || path.find("..") != std::string::npos) std::abort();
    return std::make_shared<const std::string>("Subject: x\r\n\r\nx\r\n");
  };
  const auto loaded = scenario::load_text(text, "fuzz.json", no_files);
  if (loaded.ok() != loaded.diagnostics.empty()) std::abort();
  for (const auto& diagnostic : loaded.diagnostics)
    if (diagnostic.message.empty() || diagnostic.line < 1 || diagnostic.column < 1) std::abort();
  (void)scenario::to_text(loaded.diagnostics);
  return 0;
}

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {
    R"({ "posthorn": 1, "title": { "en": "Small", "ja": "小" }, "seed": 7, "start": "2026-04-06",
"hosts": [ { "name": "pc", "user": "aiko@sakura.example", "client": { "reads": "imap" } },
 { "name": "mail.sakura.example", "services": ["smtp", "submission", "imap"], "retry": ["1m"] },
 { "name": "ns.example", "services": ["dns"], "addresses": ["192.0.2.1"], "position": [0.5, 0.1] } ],
"domains": [ { "name": "sakura.example", "mx": [ { "preference": 10, "host": "mail.sakura.example" } ],
 "accounts": [ { "name": "aiko", "password": "p" } ],
 "records": [ { "name": "x.example", "type": "TXT", "value": "v" } ] } ],
"links": [ { "between": ["pc", "mail.sakura.example"], "latency": "8ms", "bandwidth": "1Mbit/s" },
 { "between": ["ns.example", "mail.sakura.example"], "loss": 0.1 } ],
"narration": [ { "step": 1, "text": "one" }, { "act": 1, "text": { "ja": "二" } } ],
"story": [ { "at": "0s", "who": "aiko@sakura.example", "send": { "id": "a", "to": ["x@y.example"],
 "subject": "\u611b", "text": "t", "attachments": [ { "name": "n", "base64": "aGFu" } ] } },
 { "at": "1s", "who": "aiko@sakura.example", "send": { "eml": "letters/a.eml" } },
 { "at": "2s", "break": { "link": ["pc", "mail.sakura.example"] } },
 { "at": "3s", "who": "aiko@sakura.example", "reply": { "which": "a", "text": "r" } } ],
"expect": [ { "mailbox": "aiko@sakura.example", "messages": 1 }, { "order": ["send-pressed:pc"] } ] })",
    "\"file\": \"../x\"",
    "// comment\n",
    "[[",
    "{\"a\":",
    "\\ud83c",
    "'single'",
    "-1e400,",
    nullptr};
