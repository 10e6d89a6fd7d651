// A resolver among arbitrary datagrams: it stays bounded, and every question is settled in the end.
//
// The input is a sequence of actions. With the ids and questions patched in, many of the datagrams
// get past the first checks.
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "protocols/dns/resolver.hpp"
#include "tests/fuzz/dns_seeds.hpp"

using namespace posthorn;
using namespace posthorn::dns;

namespace {

const std::vector<std::string> kMasked = {
    "\x5b\x5a" + masked(example_reply()), "\x5b\x59" + masked(example_referral()),
    "\x5b\x5b\x5a" + masked(example_reply()) + "\x59" + masked(example_referral()),
    "\x5b\x5a" + masked(truncated_reply()) + "\x49" + masked(example_reply())};

struct Run {
  Resolver resolver;
  Instant now{};
  std::vector<SendDatagram> open;
  std::vector<OpenStream> streams;
  std::size_t started = 0, answered = 0;

  static ResolverConfig config() {
    ResolverConfig made;
    made.hints = {IpAddress::v4(192, 0, 2, 1), IpAddress::v4(192, 0, 2, 2)};
    made.max_in_flight = 8;
    made.max_cache_entries = 16;
    return made;
  }

  std::optional<Instant> drain() {
    for (int outputs = 0; outputs < 10000; ++outputs) {
      const ResolverOutput output = resolver.poll();
      if (const auto* idle = std::get_if<Idle>(&output)) return idle->wake_at;
      if (const auto* send = std::get_if<SendDatagram>(&output)) open.push_back(*send);
      if (const auto* stream = std::get_if<OpenStream>(&output)) streams.push_back(*stream);
      if (std::holds_alternative<Answered>(output)) ++answered;
    }
    std::abort();  // it never comes to rest
  }

  /// The input, made to fit the question.
  static std::string fit(std::string bytes, const std::string& query) {
    bytes.replace(0, std::min<std::size_t>(2, bytes.size()), query.substr(0, 2));
    auto message = decode(bytes);
    if (!message.ok()) return bytes;
    message->header.response = true;
    message->questions = decode(query)->questions;
    return encode(*message);
  }
  void reply(const std::string& bytes) {
    if (open.empty()) return;
    const SendDatagram asked = open.back();
    resolver.handle_datagram(now, asked.to, fit(bytes, asked.bytes));
  }
  void reply_on_stream(const std::string& bytes, bool fails) {
    if (streams.empty()) return;
    const OpenStream asked = streams.back();
    if (fails) return resolver.handle_stream_failed(now, asked.stream);
    resolver.handle_stream_message(now, asked.stream, fit(bytes, asked.bytes));
  }

  void act(char action, std::string_view rest) {
    const char* const names[] = {"kaede.example", "mail.kaede.example", "www.kaede.example", "."};
    const RecordType types[] = {RecordType::mx, RecordType::a, RecordType::any};
    switch (action & 3) {
      case 0:
        ++started;
        resolver.start(now, name(names[action >> 2 & 3]), types[(action >> 4 & 3) % 3]);
        break;
      case 1:
        reply(std::string(rest));
        break;
      case 2:
        reply_on_stream(std::string(rest), (action & 0x70) == 0);
        break;
      default:
        now += std::chrono::seconds(static_cast<unsigned char>(action));
        resolver.handle_datagram(now, IpAddress::v4(192, 0, 2, 1), rest);
        resolver.handle_wakeup(now);
    }
    drain();
    if (resolver.in_flight() > 8 || resolver.cache_entries(now).size() > 16) std::abort();
  }
};

}  // namespace

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {kMasked[0].c_str(), kMasked[1].c_str(),
                                           kMasked[2].c_str(), kMasked[3].c_str(), nullptr};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input = unmasked({reinterpret_cast<const char*>(data), size});
  Run run{Resolver(Run::config())};
  run.act(0, {});
  for (std::size_t i = 0; i < input.size() && i < 64; ++i)
    run.act(input[i], std::string_view(input).substr(i + 1));
  // With nobody answering any more, time-outs settle the rest.
  for (int wakeups = 0; const auto wake = run.drain(); ++wakeups) {
    if (wakeups > 10000 || *wake <= run.now) std::abort();
    run.now = *wake;
    run.resolver.handle_wakeup(run.now);
  }
  if (run.answered != run.started || run.resolver.in_flight() != 0) std::abort();
  return 0;
}
