// Any octets on a TCP connection, to the server's end and to the resolver's. What comes out must
// not depend on how the stream was cut into pieces.
#include <cstdlib>
#include <string>
#include <vector>

#include "protocols/dns/client_session.hpp"
#include "protocols/dns/server_session.hpp"
#include "tests/fuzz/dns_seeds.hpp"
#include "tests/fuzz/transcript.hpp"

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

template <class Session>
void check(const Session& session, std::string_view input) {
  fuzz::same_for_every_cut([&](fuzz::Cut cut) {
    Session copy = session;
    fuzz::Transcript heard;
    const auto drain = [&] { fuzz::drain(copy, heard, [] {}); };
    drain();
    fuzz::feed_in_pieces(input, cut, [&](std::string_view piece) {
      copy.handle_bytes(Instant{}, piece);
      drain();
    });
    copy.handle_eof(Instant{});
    drain();
    copy.handle_wakeup(Instant(std::chrono::hours(1)));
    drain();
    if (heard.shutdowns() != 1) std::abort();  // every connection ends, once
    return heard.text();
  });
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
