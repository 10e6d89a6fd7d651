// How fast a trace of a million events is written in each form, beside plain writing of the same
// bytes; and how much memory that takes beyond the trace.
//
//     export_bench [RECORDS]
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "export/formats.hpp"

using namespace posthorn;

namespace {

/// A made-up relay session after the other, with packets, lines and queue entries.
trace::Trace make_trace(std::size_t records) {
  trace::Scene scene;
  scene.title = {"A million events", "百万のできごと"};
  for (int i = 0; i < 2; ++i) {
    trace::SceneHost host;
    host.name = i == 0 ? "mail.sakura.example" : "mail.kaede.example";
    host.addresses = {IpAddress::v4(192, 0, 2, static_cast<std::uint8_t>(1 + i))};
    scene.hosts.push_back(host);
  }
  scene.links.push_back({HostId{1}, HostId{2}, 10ms, 0});
  trace::Trace trace(scene);
  const std::string command = "RCPT TO:<somebody@kaede.example>\r\n", reply = "250 2.1.5 Ok\r\n";
  const auto said = trace.add_blob(command), answered = trace.add_blob(reply);
  const TextId rcpt = trace.intern("RCPT"), ok = trace.intern("250");
  const TextId address = trace.intern("192.0.2.2");
  Instant now{};
  std::uint32_t packet = 0, conn = 0;
  std::uint32_t offset[2] = {0, 0};
  const auto speak = [&](Side side) {
    const auto me = static_cast<std::size_t>(side);
    const auto length = static_cast<std::uint16_t>(me == 0 ? command.size() : reply.size());
    const HostId from{static_cast<std::uint32_t>(1 + me)}, to{static_cast<std::uint32_t>(2 - me)};
    const ConnId c{conn};
    const auto kind = me == 0 ? NoteKind::command : NoteKind::reply;
    trace.append(
        now, trace::Line{c, offset[me], length, me == 0 ? rcpt : ok, {}, kind, side, Flow::sent});
    trace.append(now, trace::StreamWritten{c, offset[me], me == 0 ? said : answered, side});
    trace.append(now, trace::SegmentSent{PacketId{++packet}, c, offset[me] + 1, offset[1 - me] + 1,
                                         offset[me], length, trace::kAck | trace::kPsh, side});
    trace.append(now, trace::PacketHop{PacketId{packet}, LinkId{1}, from, to, 10000});
    now += 10ms;
    trace.append(now, trace::PacketDelivered{PacketId{packet}, to});
    offset[me] += length;
  };
  while (trace.size() < records) {
    offset[0] = offset[1] = 0;
    const auto port = static_cast<std::uint16_t>(49152 + conn % 16000);
    trace.append(now, trace::ConnectionOpening{ConnId{++conn}, HostId{1}, HostId{2}, port, 25,
                                               Protocol::smtp, address});
    for (int i = 0; i < 100 && trace.size() < records; ++i) {
      speak(Side::client);
      speak(Side::server);
    }
  }
  return trace;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Writing the bytes of a file again, in the pieces that the exporters use on average.
double plain_writing(const std::string& path, std::size_t size) {
  const std::string piece(200, 'x');
  const auto begin = std::chrono::steady_clock::now();
  std::ofstream out(path, std::ios::binary);
  for (std::size_t done = 0; done < size; done += piece.size()) out << piece;
  out.close();
  return seconds_since(begin);
}

}  // namespace

int main(int argc, char** argv) {
  const auto records = static_cast<std::size_t>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
  const trace::Trace trace = make_trace(records);
  const std::string path = "/tmp/posthorn-export-bench";
  std::printf("%zu records; %ld MB with the trace in memory\n", trace.size(),
              peak_kilobytes() / 1024);
  std::printf("%-16s %10s %10s %10s %12s %10s\n", "format", "MB", "seconds", "MB/s", "x plain",
              "peak MB");
  for (const exporting::Format& format : exporting::formats()) {
    if (format.name == "eml") continue;  // one message
    std::ofstream out(path, std::ios::binary);
    const auto begin = std::chrono::steady_clock::now();
    const auto written = format.write(trace, {}, out);
    const auto size = static_cast<double>(out.tellp());
    out.close();
    const double took = seconds_since(begin);
    if (!written) {
      std::printf("%.*s: %s\n", static_cast<int>(format.name.size()), format.name.data(),
                  written.error().message.c_str());
      return 1;
    }
    const double plain = plain_writing(path, static_cast<std::size_t>(size));
    std::printf("%-16.*s %10.1f %10.2f %10.1f %12.1f %10ld\n", static_cast<int>(format.name.size()),
                format.name.data(), size / 1e6, took, size / 1e6 / took,
                plain > 0 ? took / plain : 0, peak_kilobytes() / 1024);
  }
  std::remove(path.c_str());
}
