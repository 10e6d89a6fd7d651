// A POP3 client that a server tells anything: it ends with exactly one of Done and SessionFailed.
#include <cstdint>
#include <cstdlib>

#include "protocols/pop3/client.hpp"

using namespace posthorn;

extern const char* const posthorn_fuzz_seeds[] = {
    "+OK hi\r\n+OK\r\nUIDL\r\n.\r\n+OK\r\n+OK\r\n+OK\r\n1 10\r\n2 20\r\n.\r\n+OK\r\n1 a\r\n2 b\r\n"
    ".\r\n+OK\r\nA: b\r\n\r\n..c\r\n.\r\n+OK\r\n+OK\r\nx\n.\r\n+OK\r\n+OK\r\n",
    "-ERR no\r\n", nullptr};

namespace {

std::string listen(std::string_view input, std::size_t chunk) {
  pop3::Pop3Client client({.user = "aiko", .password = "x"});
  std::string heard;
  int ends = 0;
  const auto drain = [&] {
    for (;;) {
      auto out = client.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* bytes = std::get_if<Transmit>(&out)) heard += bytes->bytes;
      if (auto* note = std::get_if<Note>(&out))
        heard +=
            "[" + note->verb + std::to_string(note->begin) + "-" + std::to_string(note->end) + "]";
      if (auto* event = std::get_if<pop3::ClientEvent>(&out)) {
        heard += "<" + std::to_string(event->index()) + ">";
        if (auto* message = std::get_if<pop3::MessageReceived>(event)) heard += *message->content;
        ends += std::holds_alternative<pop3::Done>(*event) ||
                        std::holds_alternative<pop3::SessionFailed>(*event)
                    ? 1
                    : 0;
      }
    }
  };
  client.handle_connect({});
  drain();
  while (!input.empty()) {
    const std::string_view part = input.substr(0, chunk);
    input.remove_prefix(part.size());
    client.handle_bytes({}, part);
    drain();
  }
  client.handle_eof({});
  drain();
  if (ends != 1) std::abort();
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (listen(input, input.size() + 1) != listen(input, 1)) std::abort();
  return 0;
}
