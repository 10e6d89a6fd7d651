// Any octets on a TCP connection, to the server's end and to the resolver's. What comes out must
// not depend on how the stream was cut into pieces.
#include <cstdlib>
#include <string>
#include <vector>

#include "protocols/dns/client_session.hpp"
#include "protocols/dns/server_session.hpp"
#include "tests/fuzz/dns_seeds.hpp"

using namespace posthorn;
using namespace posthorn::dns;

namespace {

std::string frame_of(const Message& message) { return unmasked(framed(encode(message))); }

const std::vector<std::string> kMasked = {frame_of(example_query()),
                                          frame_of(example_query()) + frame_of(example_query()),
                                          frame_of(example_reply()), frame_of(example_referral())};

const AuthoritativeServer& server() {
  static const AuthoritativeServer made({std::make_shared<const Zone>(
      Zone::make(name("kaede.example"), Soa{}, example_reply().answers).value())});
  return made;
}

template <class Output>
std::string text_of(const Output& output) {
  if (const auto* sent = std::get_if<Transmit>(&output)) return "sent " + sent->bytes + "\n";
  if (const auto* note = std::get_if<Note>(&output))
    return "note " + note->verb + std::to_string(note->begin) + "-" + std::to_string(note->end) +
           "\n";
  if (std::holds_alternative<Shutdown>(output)) return "shutdown\n";
  return "event\n";
}

/// Feeds the input in pieces, at one moment, and collects everything that comes out.
template <class Session>
std::string run(Session session, std::string_view input, std::size_t piece) {
  std::string log;
  const auto drain = [&] {
    for (int outputs = 0;; ++outputs) {
      if (outputs > 100000) std::abort();  // it never comes to rest
      const auto output = session.poll();
      if (std::holds_alternative<Idle>(output)) return;
      log += text_of(output);
    }
  };
  drain();
  for (std::size_t at = 0; at < input.size(); at += piece) {
    session.handle_bytes(Instant{}, input.substr(at, piece));
    drain();
  }
  session.handle_eof(Instant{});
  drain();
  session.handle_wakeup(Instant(std::chrono::hours(1)));
  drain();
  return log;
}

template <class Session>
void check(const Session& session, std::string_view input) {
  const std::string whole = run(session, input, input.size() + 1);
  if (run(session, input, 1) != whole || run(session, input, 3) != whole) std::abort();
  // Every connection ends, once.
  const std::size_t end = whole.find("shutdown\n");
  if (end == std::string::npos || whole.find("shutdown\n", end + 1) != std::string::npos)
    std::abort();
}

}  // namespace

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {kMasked[0].c_str(), kMasked[1].c_str(),
                                           kMasked[2].c_str(), kMasked[3].c_str(), nullptr};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input = unmasked({reinterpret_cast<const char*>(data), size});
  check(ServerSession(server(), Instant{}), input);
  ClientSession client({StreamId{1}, {}, encode(example_query()), {}}, std::chrono::seconds(5));
  client.handle_connect(Instant{});
  check(client, input);
  return 0;
}
