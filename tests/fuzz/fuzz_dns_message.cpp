// Any octets: decoding ends, and what was decoded survives encoding. The server answers anything.
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "protocols/dns/message.hpp"
#include "protocols/dns/server.hpp"
#include "tests/fuzz/dns_seeds.hpp"

using namespace posthorn::dns;

namespace {

const std::vector<std::string> kMasked = {masked(example_query()), masked(example_reply()),
                                          masked(example_referral())};

const AuthoritativeServer& server() {
  static const AuthoritativeServer made({std::make_shared<const Zone>(
      Zone::make(name("kaede.example"), Soa{}, example_reply().answers).value())});
  return made;
}

}  // namespace

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {kMasked[0].c_str(), kMasked[1].c_str(),
                                           kMasked[2].c_str(), nullptr};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string datagram = unmasked({reinterpret_cast<const char*>(data), size});
  const std::string reply = server().respond(datagram);
  if (reply.size() > kMaxUdp && datagram.size() < kMaxUdp) std::abort();
  const auto message = decode(datagram);
  if (!message.ok()) return 0;
  if (to_text(*message).empty() || summary(*message).empty()) std::abort();
  const std::string again = encode(*message);
  const auto reread = decode(again);
  // Whoever compresses by tricks that ours does not know may say more than we can write.
  const bool cut = again.size() > kMaxMessage / 2;
  if (!reread.ok() || (*reread != *message && !cut)) std::abort();
  return 0;
}
