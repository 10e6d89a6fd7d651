// Any bytes as a server's answers: all at once and byte by byte must give the same output, and
// the session must end exactly once.
#include <cstdint>
#include <cstdlib>

#include "tests/protocols/smtp/dialogue.hpp"

using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {
    "220 x\r\n250-x\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n235 ok\r\n",
    "220 x\r\n250-x\r\n250 AUTH LOGIN\r\n334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 ok\r\n",
    "250 ok\r\n250 ok\r\n550 5.1.1 no\r\n354 go\r\n250 2.0.0 ok\r\n221 bye\r\n",
    "250 ok\r\n550 no\r\n550 no\r\n354 go\r\n554 none\r\n250 ok\r\n",
    "421 4.3.2 bye\r\n",
    "550 5.7.1-x\r\n",
    nullptr};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ClientConfig config = client_config();
  if (size % 2 == 0) config.credentials = Credentials{"aiko", "hanami"};
  ClientSession session(config, {});
  for (int i = 0; i < 2; ++i)
    session.send({}, envelope("<a@a.example>", {"b@b.example", "c@b.example"}), text(".\r\n"));
  session.quit({});
  ClientTap at_once{session};
  at_once.feed(bytes, size + 1);
  ClientTap bytewise{session};
  bytewise.feed(bytes, 1);
  if (at_once.sent != bytewise.sent || at_once.notes != bytewise.notes ||
      at_once.events.size() != bytewise.events.size() || at_once.shut != bytewise.shut ||
      at_once.session.state() != bytewise.session.state())
    std::abort();
  at_once.session.handle_eof({});
  at_once.drain();
  if (!at_once.shut || at_once.count<SessionFailed>() + at_once.count<Closed>() != 1) std::abort();
  return 0;
}
