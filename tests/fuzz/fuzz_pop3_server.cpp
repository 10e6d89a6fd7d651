// A POP3 server fed with anything: the same conversation comes out however the input is cut, and
// the maildrop is never left locked.
#include <memory>

#include "protocols/pop3/server.hpp"
#include "tests/fuzz/transcript.hpp"

using namespace posthorn;

extern const char* const posthorn_fuzz_seeds[] = {
    "USER aiko\r\nPASS hanami\r\nSTAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nTOP 1 1\r\nDELE 1\r\nQUIT\r\n",
    "CAPA\r\nUSER a\r\nPASS \r\nNOOP\nRSET\n",
    "LANG\r\nLANG ja\r\nUTF8\r\nAPOP aiko c4c9334bac560ecc979e58001b3e22fb\r\nLANG *\r\nLIST 2\r\n",
    "AUTH PLAIN AGFpa28AaGFuYW1p\r\nRETR 2\r\nRSET\r\nUIDL 2\r\nQUIT\r\n",
    "AUTH LOGIN\r\nYWlrbw==\r\naGFuYW1p\r\nSTAT\r\n",
    "AUTH SCRAM-SHA-256 biwsbj1haWtvLHI9eA==\r\nYz1iaXdzLHI9eHBvc3Rob3JuMSxwPXg=\r\n*\r\n",
    "AUTH CRAM-MD5\r\nYWlrbyAwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg==\r\n",
    nullptr};

namespace {

std::string converse(std::string_view input, fuzz::Cut cut) {
  mail::MailStore store;
  store.add_account("aiko");
  for (const char* letter : {"A: b\r\n\r\n.c\r\n", "no header, no line end"})
    (void)store.deliver("aiko", std::make_shared<const std::string>(letter), {});
  pop3::ServerConfig config;
  config.max_early_commands = 20;
  pop3::Server server(config);
  fuzz::Transcript heard;
  const auto drain = [&] {
    fuzz::drain(server, heard, [&](const pop3::ServerEvent& event) {
      const auto* asked = std::get_if<mail::LoginAsked>(&event);
      if (asked == nullptr) return;
      const sasl::Verdict verdict = asked->proof.check("hanami");
      server.decide_login({},
                          verdict.ok || asked->user == "open"
                              ? mail::LoginDecision::welcome("aiko", verdict.last_words)
                              : mail::LoginDecision::refuse(),
                          store);
    });
  };
  server.handle_connect({});
  drain();
  fuzz::feed_in_pieces(input, cut, [&](std::string_view piece) {
    server.handle_bytes({}, piece, store);
    drain();
  });
  server.handle_eof({}, store);
  drain();
  if (store.find("aiko", "INBOX")->pop3_locked || heard.shutdowns() != 1) std::abort();
  return heard.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  fuzz::same_for_every_cut([input](fuzz::Cut cut) { return converse(input, cut); });
  return 0;
}
