// A POP3 client that a server tells anything, however cut: it ends with exactly one of Done and
// SessionFailed.
#include "protocols/pop3/client.hpp"
#include "tests/fuzz/transcript.hpp"

using namespace posthorn;

extern const char* const posthorn_fuzz_seeds[] = {
    "+OK hi\r\n+OK\r\nUIDL\r\n.\r\n+OK\r\n+OK\r\n+OK\r\n1 10\r\n2 20\r\n.\r\n+OK\r\n1 a\r\n2 b\r\n"
    ".\r\n+OK\r\nA: b\r\n\r\n..c\r\n.\r\n+OK\r\n+OK\r\nx\n.\r\n+OK\r\n+OK\r\n",
    "+OK hi <1@x>\r\n+OK\r\nUIDL\r\nPIPELINING\r\nSASL PLAIN SCRAM-SHA-256\r\n.\r\n+OK\r\n+OK\r\n"
    "1 10\r\n2 20\r\n3 30\r\n.\r\n+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n+OK\r\nA: b\r\n\r\n..c\r\n.\r\n"
    "+OK\r\nx\r\n.\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n",
    "+OK hi\r\n+OK\r\nSASL CRAM-MD5\r\n.\r\n+ PDFAeD4=\r\n-ERR no\r\n+OK\r\n", "-ERR no\r\n",
    nullptr};

namespace {

std::string listen(std::string_view input, fuzz::Cut cut) {
  using sasl::Mechanism;
  pop3::ClientConfig config{.user = "aiko", .password = "x"};
  if (input.size() % 3 != 0)
    config.mechanisms = {Mechanism::scram_sha_256, Mechanism::apop, Mechanism::cram_md5};
  config.leave_on_server = input.size() % 2 == 1;
  config.already_seen_uidls = {"a", "b"};
  config.delete_uidls = {"b"};
  config.window = 2;
  pop3::Pop3Client client(config);
  fuzz::Transcript heard;
  int ends = 0;
  const auto drain = [&] {
    fuzz::drain(client, heard, [&](const pop3::ClientEvent& event) {
      ends += std::holds_alternative<pop3::Done>(event) ||
              std::holds_alternative<pop3::SessionFailed>(event);
    });
  };
  client.handle_connect({});
  drain();
  fuzz::feed_in_pieces(input, cut, [&](std::string_view piece) {
    client.handle_bytes({}, piece);
    drain();
  });
  client.handle_eof({});
  drain();
  if (ends != 1 || heard.shutdowns() != 1) std::abort();
  return heard.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  fuzz::same_for_every_cut([input](fuzz::Cut cut) { return listen(input, cut); });
  return 0;
}
