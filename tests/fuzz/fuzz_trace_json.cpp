// Any text is either a trace, which writes the same bytes when it is read once more, or an error
// in words. What the snapshot folds from it never reaches outside of the scene.
#include <cstdlib>
#include <sstream>

#include "export/transcript.hpp"
#include "sim/trace/snapshot.hpp"
#include "sim/trace/trace_json.hpp"

using namespace posthorn;

extern const char* const posthorn_fuzz_seeds[];

namespace {

/// Random edits rarely leave JSON whole. So some inputs are read as instructions: pairs of bytes
/// that say which number of the good trace becomes which other number.
std::string with_other_numbers(const std::uint8_t* data, std::size_t size) {
  std::string text = posthorn_fuzz_seeds[0];
  for (std::size_t i = 0; i + 1 < size && i < 8; i += 2) {
    std::size_t at = text.find("\"records\"");
    for (unsigned n = data[i]; n > 0 && at != std::string::npos; --n) at = text.find("\":", at + 1);
    if (at == std::string::npos) continue;
    std::size_t end = at += 2;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end > at)
      text.replace(at, end - at,
                   data[i + 1] > 250 ? "4294967295" : std::to_string(data[i + 1] % 8));
  }
  return text;
}

void check(std::string_view text) {
  const auto read = trace::read_json(text);
  if (!read) {
    if (read.error().message.empty()) std::abort();
    return;
  }
  const std::string written = trace::write_json(*read);
  const auto again = trace::read_json(written);
  if (!again || again->digest() != read->digest()) std::abort();
  std::ostringstream lines;
  trace::write_ndjson(*read, lines);
  const auto by_line = trace::read_json(lines.str());
  if (!by_line || trace::write_json(*by_line) != written) std::abort();
  (void)trace::Keyframes(*read, 4).at(*read, read->size());
  (void)exporting::write_transcript(*read);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  if (size > 0 && data[0] != '{') check(with_other_numbers(data, size));
  return 0;
}

const char* const posthorn_fuzz_seeds[] = {
    R"({"posthorn-trace": 1,
"scene": {"title":{"en":"T","ja":"題"},"summary":{"en":"","ja":""},"seed":1,"epoch":0,"utc_offset":540,
"hosts":[{"name":"pc","label":{"en":"","ja":""},"kind":"client","services":[],"user":"a@b.example",
"reads":"imap","domain":"b.example","addresses":["192.0.2.1"]},{"name":"mx","label":{"en":"","ja":""},
"kind":"mail-server","services":["smtp"],"user":"","reads":"","domain":"","addresses":["192.0.2.2"]}],
"links":[{"a":1,"b":2,"latency":1000,"bandwidth":0}],"accounts":[],"narration":[],"acts":[]},
"blobs": [{"text":"Subject: x\r\n\r\n"},{"base64":"gP8="}],
"records": [
{"id":1,"at":0,"fact":"compose-opened","host":1,"to":"c@d.example","subject":"x","content":1},
{"id":2,"at":5,"cause":1,"message":1,"step":1,"fact":"send-pressed","host":1},
{"id":3,"at":6,"cause":2,"message":1,"fact":"connection-opening","conn":1,"client":1,"server":2,"client_port":50000,"server_port":25,"protocol":"smtp"},
{"id":4,"at":7,"fact":"stream-written","conn":1,"offset":0,"bytes":2,"side":"client"},
{"id":5,"at":7,"fact":"line","conn":1,"begin":0,"length":2,"verb":"EHLO","rule":"","kind":"command","speaker":"client","flow":"sent"},
{"id":6,"at":8,"fact":"segment-sent","packet":1,"conn":1,"sequence":1,"ack":2,"offset":0,"length":2,"flags":24,"side":"client"},
{"id":7,"at":8,"fact":"packet-hop","packet":1,"link":1,"from":1,"to":2,"travel":3},
{"id":8,"at":9,"fact":"packet-delivered","packet":1,"host":2},
{"id":9,"at":9,"fact":"queue-accepted","host":2,"entry":1,"sender":"a@b.example","recipients":"c@d.example","content":1},
{"id":10,"at":9,"fact":"queue-attempt","host":2,"entry":1,"attempt":1,"target":"mx"},
{"id":11,"at":9,"fact":"queue-deferred","host":2,"entry":1,"reason":"no","wait":5},
{"id":12,"at":9,"fact":"mailbox-stored","host":2,"account":"a","mailbox":"INBOX","uid":1,"content":1},
{"id":13,"at":9,"fact":"inbox-received","host":1,"item":1,"uid":1,"content":1},
{"id":14,"at":9,"fact":"message-displayed","host":1,"item":1},
{"id":15,"at":9,"fact":"dns-cached","host":2,"question":"MX b.example","answer":"10 mx","ttl":60},
{"id":16,"at":9,"fact":"link-power","link":1,"up":false},
{"id":17,"at":9,"fact":"run-ended","quiet":true}]})",
    // The same form line by line, and lines for where they do not belong.
    R"({"posthorn-trace":1,"scene":{"title":{"en":"T","ja":""},"summary":{"en":"","ja":""},"seed":1,"epoch":0,"utc_offset":0,"hosts":[{"name":"pc","label":{"en":"","ja":""},"kind":"client","services":[],"user":"","reads":"","domain":"","addresses":["192.0.2.1"]}],"links":[],"accounts":[],"narration":[],"acts":[]}}
{"blob":{"text":"Subject: x\r\n\r\n"}}
{"blob":{"base64":"gP8="}}
{"id":1,"at":0,"fact":"compose-opened","host":1,"to":"c@d.example","subject":"x","content":1}
{"id":2,"at":5,"cause":1,"fact":"run-ended","quiet":true}
)",
    "{\"blob\":{\"text\":\"y\"}}\n", "{\"id\":3,\"at\":9,\"fact\":\"run-ended\",\"quiet\":false}\n",
    "{\"digest\":\"0123456789abcdef\"}\n", "{\"posthorn-trace\":1}\n", "\"host\":0", "\"conn\":7",
    "\"uid\":4294967295", "\"begin\":4294967295", "\"fact\":\"packet-dropped\"", "\"link\":0",
    "\"item\":0", nullptr};
