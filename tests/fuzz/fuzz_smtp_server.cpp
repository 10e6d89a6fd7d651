// Any bytes into the server, as SMTP and as LMTP: the same conversation comes out however the input
// is cut.
#include "tests/fuzz/transcript.hpp"
#include "tests/protocols/smtp/dialogue.hpp"

using namespace posthorn::smtp;
using namespace posthorn::smtp::test;
namespace fuzz = posthorn::fuzz;

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {
    "EHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n",
    "Subject: x\r\n\r\n..\r\nbody\r\n.\r\nQUIT\r\n",
    "LHLO a.example\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.example>\r\nRCPT TO:<c@b.example>\r\nDATA\r\n",
    "BDAT 5\r\nabc\r\nBDAT 3 LAST\r\nx\r\n",
    "MAIL FROM:<a@a.example> RET=HDRS ENVID=x+2By\r\n",
    "RCPT TO:<b@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@b.example\r\n",
    "AUTH LOGIN YWlrbw==\r\naGFuYW1p\r\n",
    "AUTH PLAIN AGFpa28AaGFuYW1p\r\n",
    "AUTH SCRAM-SHA-256 biwsbj1haWtvLHI9eA==\r\nYz1iaXdzLHI9eHBvc3Rob3JuMSxwPXg=\r\n",
    "MAIL FROM:<\"a\\\"b\"@[1.2.3.4]> SIZE=12 BODY=8BITMIME SMTPUTF8\r\n",
    "RSET\r\nNOOP\r\nVRFY x\r\nEXPN y\r\nHELP\r\nHELO b\r\n",
    "RCPT TO:<nobody@x.example>\r\nRCPT TO:<@r.example:later@x.example>\r\n",
    "\n.\r\n\r.\n\r\n.\n",
    nullptr};

namespace {

std::string converse(const ServerConfig& config, std::string_view input, fuzz::Cut cut) {
  ServerSession session(config, {});
  fuzz::Transcript heard;
  const auto drain = [&] {
    for (;;) {
      ServerEvent last;
      fuzz::drain(session, heard, [&last](const ServerEvent& event) { last = event; });
      if (!session.awaiting_decision()) return;
      const Decision decision = decide_as_host(last);  // the question is always the last event
      const std::vector<Decision> each(session.envelope().recipients.size(), decision);
      if (config.lmtp && std::holds_alternative<ContentReceived>(last))
        session.decide_each({}, each);
      else
        session.decide({}, decision);
    }
  };
  drain();
  fuzz::feed_in_pieces(input, cut, [&](std::string_view piece) {
    session.handle_bytes({}, piece);
    drain();
  });
  session.handle_eof({});
  drain();
  if (heard.shutdowns() != 1 || !session.closed()) std::abort();
  return heard.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const bool lmtp : {false, true}) {
    ServerConfig config = server_config();
    config.offer_auth = true;
    config.lmtp = lmtp;
    fuzz::same_for_every_cut([&](fuzz::Cut cut) { return converse(config, bytes, cut); });
  }
  return 0;
}
