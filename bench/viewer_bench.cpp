// The viewer's frame: how much CPU one takes for a large stage and a long trace, without a window.
//
//     viewer_bench [records]     default 1000000
//
// A stage of 40 hosts with 1,000 letters on their way and a trace of a million records; frames are
// built as the window builds them (ImGui's lists, no pixels), at places all over the trace.
// Reported per view: the median and the 99th of 200 frames, in milliseconds; and what seeking alone
// takes.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "viz/app/headless.hpp"
#include "viz/model/model.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::uint32_t kHosts = 40, kRouter = 1, kFlights = 1000;

trace::Scene stage() {
  trace::Scene scene;
  scene.title = {"Forty hosts", "四十台"};
  for (std::uint32_t i = 1; i <= kHosts; ++i) {
    trace::SceneHost host;
    const std::string town = "town" + std::to_string(i / 4) + ".example";
    host.kind = i == kRouter ? trace::HostKind::router
                : i % 4 == 0 ? trace::HostKind::mail_server
                             : trace::HostKind::client;
    host.name = "host" + std::to_string(i) + "." + town;
    host.label = {host.name, host.name};
    if (i != kRouter) host.domain = town;
    if (host.kind == trace::HostKind::client) host.user = "user" + std::to_string(i) + "@" + town;
    host.addresses = {*IpAddress::parse("192.0.2." + std::to_string(i))};
    scene.hosts.push_back(host);
    if (i != kRouter)
      scene.links.push_back({HostId{kRouter}, HostId{i}, std::chrono::milliseconds(20), 0});
  }
  return scene;
}

/// Letters that keep flying: each step ends one packet and begins another, and says a line.
trace::Trace long_trace(std::size_t records) {
  trace::Trace trace(stage());
  Instant now{};
  const BlobId letter = trace.add_blob(std::string("Subject: hello\r\n\r\nGood morning.\r\n"));
  const BlobId line = trace.add_blob(std::string("MAIL FROM:<user2@town0.example>\r\n"));
  const TextId verb = trace.intern("MAIL"), rule = trace.intern("RFC 5321 §4.1.1.2");
  const TextId address = trace.intern("user@town1.example");
  const auto host = [](std::uint32_t i) { return HostId{2 + i % (kHosts - 1)}; };
  for (std::uint32_t c = 1; c <= 64; ++c) {
    trace.append(now, trace::ConnectionOpening{
                          ConnId{c}, host(c), host(c * 7 + 1), 40000, 25, Protocol::smtp, {}});
    trace.append(now, trace::ConnectionOpened{ConnId{c}, Side::client});
    trace.append(now, trace::StreamWritten{ConnId{c}, 0, line, Side::client});
  }
  for (std::uint32_t packet = 1; trace.size() < records; ++packet) {
    now += std::chrono::microseconds(20);
    const std::uint32_t c = 1 + packet % 64;
    trace.set_message(MessageId{1 + packet % 5000});
    trace.append_as_cause(now, trace::Line{ConnId{c}, 0, 33, verb, rule, NoteKind::command,
                                           Side::client, Flow::sent});
    trace.append(now, trace::SegmentSent{PacketId{packet}, ConnId{c}, packet, 1, 0, 1400,
                                         trace::kAck, Side::client});
    const HostId from = host(c);
    trace.append(now, trace::PacketHop{PacketId{packet}, LinkId{from.value - 1}, from,
                                       HostId{kRouter}, 20 * kFlights});
    if (packet > kFlights)
      trace.append(now, trace::PacketDelivered{PacketId{packet - kFlights}, HostId{kRouter}});
    if (packet % 100 == 0)
      trace.append(
          now, trace::QueueAccepted{host(packet / 100), QueueId{packet}, address, address, letter});
    if (packet % 100 == 50)
      trace.append(now, trace::MailboxStored{host(packet / 50), address, trace.intern("INBOX"),
                                             packet, letter});
    if (packet % 100 == 99 && packet > 200)
      trace.append(now, trace::QueueReleased{host(packet / 100 - 1), QueueId{packet / 100 * 100}});
  }
  trace.append(now, trace::RunEnded{true});
  return trace;
}

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

struct Times {
  double median, slow;
};
template <class Work>
Times measure(int rounds, Work work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    const auto start = Clock::now();
    work(i);
    times.push_back(milliseconds_since(start));
  }
  std::ranges::sort(times);
  return {times[times.size() / 2], times[times.size() * 99 / 100]};
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t records = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000000;
  const trace::Trace trace = long_trace(records);
  auto start = Clock::now();
  Model model(trace);
  std::printf("records %zu, opened in %.0f ms\n", trace.size(), milliseconds_since(start));
  const auto seek = [&](int i) {
    const auto place =
        static_cast<std::uint32_t>((static_cast<std::size_t>(i) * 7919 % 200) * trace.size() / 200);
    apply(model, SelectRecord{RecordId{std::max(place, 1u)}});
  };
  const Times seeking = measure(200, seek);
  std::printf("%-22s median %7.3f ms   99th %7.3f ms\n", "seek anywhere", seeking.median,
              seeking.slow);
  Headless headless(model, 1600, 900);
  for (int i = 0; i < 3; ++i) headless.frame();
  const std::pair<const char*, View> views[] = {
      {"log", View::log},         {"conversation", View::talk}, {"ladder", View::ladder},
      {"packets", View::packets}, {"letter", View::letter},     {"post offices", View::offices}};
  for (const auto& [name, view] : views) {
    apply(model, SetView{view});
    seek(100);
    headless.frame();
    headless.frame();
    std::size_t vertices = 0;
    const Times still = measure(200, [&](int) {
      headless.frame();
      vertices = static_cast<std::size_t>(ImGui::GetDrawData()->TotalVtxCount);
    });
    std::printf("frame, %-15s median %7.3f ms   99th %7.3f ms   %zu flights, %zu vertices\n", name,
                still.median, still.slow, model.now.flights.size(), vertices);
  }
  apply(model, SetView{View::log});
  const Times moving = measure(200, [&](int i) {
    seek(i);
    headless.frame();
  });
  std::printf("%-22s median %7.3f ms   99th %7.3f ms\n", "seek and frame", moving.median,
              moving.slow);
  start = Clock::now();
  apply(model, SetFilter{"verb:mail from:host5"});
  const double first = milliseconds_since(start);
  while (model.searched < model.rows.size()) pass_time(model, 0);
  std::printf("search: first part %.1f ms, all %zu rows %.0f ms, %zu hits\n", first,
              model.rows.size(), milliseconds_since(start), model.hits.size());
}
