// Any bytes as a server's answers, however cut: the client says the same, and ends exactly once.
#include "tests/fuzz/transcript.hpp"
#include "tests/protocols/smtp/dialogue.hpp"

using namespace posthorn::smtp;
using namespace posthorn::smtp::test;
namespace fuzz = posthorn::fuzz;

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {
    "220 x\r\n250-x\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n235 ok\r\n",
    "220 x\r\n250-x\r\n250 AUTH LOGIN\r\n334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 ok\r\n",
    "220 x\r\n250-x\r\n250-CHUNKING\r\n250-DSN\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n250 ok\r\n",
    "220 x\r\n250-x\r\n250 AUTH SCRAM-SHA-256\r\n334 cj14eixzPXgsaT0x\r\n",
    "250 ok\r\n250 ok\r\n550 5.1.1 no\r\n354 go\r\n250 2.0.0 ok\r\n221 bye\r\n",
    "250 ok\r\n550 no\r\n550 no\r\n354 go\r\n554 none\r\n250 ok\r\n",
    "421 4.3.2 bye\r\n",
    "550 5.7.1-x\r\n",
    nullptr};

namespace {

std::string listen(const ClientConfig& config, std::string_view input, fuzz::Cut cut) {
  ClientSession session(config, {});
  for (int i = 0; i < 2; ++i)
    session.send({}, envelope("<a@a.example>", {"b@b.example", "c@b.example"}), text(".\r\n"));
  session.quit({});
  fuzz::Transcript heard;
  int ends = 0;
  const auto drain = [&] {
    fuzz::drain(session, heard, [&](const ClientEvent& event) {
      ends += std::holds_alternative<SessionFailed>(event) || std::holds_alternative<Closed>(event);
    });
  };
  drain();
  fuzz::feed_in_pieces(input, cut, [&](std::string_view piece) {
    session.handle_bytes({}, piece);
    drain();
  });
  session.handle_eof({});
  drain();
  if (heard.shutdowns() != 1 || ends != 1) std::abort();
  return heard.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ClientConfig config = client_config();
  if (size % 2 == 0) config.credentials = Credentials{"aiko", "hanami"};
  config.lmtp = size % 3 == 0;
  fuzz::same_for_every_cut([&](fuzz::Cut cut) { return listen(config, bytes, cut); });
  return 0;
}
