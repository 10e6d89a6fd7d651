// Any bytes into the server: all at once and byte by byte must give the same output.
#include <cstdint>
#include <cstdlib>

#include "tests/protocols/smtp/dialogue.hpp"

using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {
    "EHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n",
    "Subject: x\r\n\r\n..\r\nbody\r\n.\r\nQUIT\r\n",
    "AUTH LOGIN YWlrbw==\r\naGFuYW1p\r\n",
    "AUTH PLAIN AGFpa28AaGFuYW1p\r\n",
    "MAIL FROM:<\"a\\\"b\"@[1.2.3.4]> SIZE=12 BODY=8BITMIME SMTPUTF8\r\n",
    "RSET\r\nNOOP\r\nVRFY x\r\nEXPN y\r\nHELP\r\nHELO b\r\n",
    "RCPT TO:<nobody@x.example>\r\nRCPT TO:<@r.example:later@x.example>\r\n",
    "\n.\r\n\r.\n\r\n.\n",
    nullptr};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ServerConfig config = server_config();
  config.offer_auth = true;
  ServerTap at_once{ServerSession(config, {})};
  at_once.feed(bytes, size + 1);
  ServerTap bytewise{ServerSession(config, {})};
  bytewise.feed(bytes, 1);
  if (at_once.sent != bytewise.sent || at_once.notes != bytewise.notes ||
      at_once.events.size() != bytewise.events.size() || at_once.shut != bytewise.shut ||
      at_once.session.state() != bytewise.session.state())
    std::abort();
  at_once.session.handle_eof({});
  at_once.drain();
  if (!at_once.shut || !at_once.session.closed()) std::abort();
  return 0;
}
