// A POP3 server fed with anything, at once and byte by byte: the same conversation comes out.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "protocols/pop3/server.hpp"

using namespace posthorn;

extern const char* const posthorn_fuzz_seeds[] = {
    "USER aiko\r\nPASS x\r\nSTAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nTOP 1 1\r\nDELE 1\r\nQUIT\r\n",
    "CAPA\r\nUSER a\r\nPASS \r\nNOOP\nRSET\n", nullptr};

namespace {

std::string converse(std::string_view input, std::size_t chunk) {
  mail::MailStore store;
  store.add_account("aiko");
  (void)store.deliver("aiko", std::make_shared<const std::string>("A: b\r\n\r\n.c\r\n"), {});
  pop3::Server server;
  std::string heard;
  const auto drain = [&] {
    for (;;) {
      auto out = server.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* bytes = std::get_if<Transmit>(&out)) heard += bytes->bytes;
      if (auto* note = std::get_if<Note>(&out)) {
        if (note->begin > note->end) std::abort();
        heard +=
            "[" + note->verb + std::to_string(note->begin) + "-" + std::to_string(note->end) + "]";
      }
      if (auto* event = std::get_if<pop3::ServerEvent>(&out)) {
        heard += "<" + std::to_string(event->index()) + ">";
        if (std::holds_alternative<mail::LoginAsked>(*event))
          server.decide_login({}, mail::LoginDecision::welcome("aiko"), store);
      }
    }
  };
  server.handle_connect({});
  drain();
  while (!input.empty()) {
    const std::string_view part = input.substr(0, chunk);
    input.remove_prefix(part.size());
    server.handle_bytes({}, part, store);
    drain();
  }
  server.handle_eof({}, store);
  drain();
  if (store.find("aiko", "INBOX")->pop3_locked) std::abort();
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (converse(input, input.size() + 1) != converse(input, 1)) std::abort();
  return 0;
}
