// posthorn serve: the scenario's servers on real ports.
#include <unistd.h>
#include <asio/signal_set.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/live/hand.hpp"
#include "app/live/listen.hpp"
#include "app/output.hpp"
#include "sim/trace/trace_json.hpp"

namespace posthorn::app {
namespace {

void report_queues(const LiveWorld& world) {
  std::size_t waiting = 0;
  for (std::uint32_t i = 1; i <= world.plan().scenario.hosts.size(); ++i)
    if (const auto* server = world.world().mail_server(HostId{i}))
      waiting += server->queue().size();
  if (waiting > 0)
    std::cerr << "posthorn: " << waiting << " messages were still waiting in queues\n";
}

/// Letters stay in memory, and clearing and mapping small pages for them took a fifth of the time.
/// The allocator takes large ones if it is told to before the program begins, so it begins again.
/// Where that cannot be, it goes on with small ones.
void ask_for_large_pages() {
  constexpr const char* kTunables = "GLIBC_TUNABLES";
  if (std::getenv(kTunables) != nullptr) return;
  std::ifstream in("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(in, word, '\0');) words.push_back(word);
  if (words.empty() || ::setenv(kTunables, "glibc.malloc.hugetlb=1", 1) != 0) return;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv("/proc/self/exe", arguments.data());
}

}  // namespace

int serve(const ServeOptions& options) {
  ask_for_large_pages();
  auto scenario = load_scenario(options.scenario, options.lang);
  if (!scenario) return kBadInput;
  // Whoever reads our lines may go; the servers stay, and the recording is still written.
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  std::optional<Output> recording;
  if (!options.record.empty()) {  // at once: at the end it would be too late to say that it fails
    auto output = Output::open(options.record, /*overwrite=*/true);
    if (!output) {
      complain(output.error().message);
      return kBadInput;
    }
    recording.emplace(std::move(*output));
  }
  prepare_for_outside(*scenario);
  asio::io_context io(1);
  LiveWorld world(scenario::make_plan(*scenario), options.speed, !options.record.empty());
  LiveServer server(io, world);
  asio::signal_set signals(io, SIGINT, SIGTERM);
  const auto endpoints = listen_all(server, world.plan(),
                                    {options.scenario, options.bind, options.ports, options.only});
  if (!endpoints) {
    complain(endpoints.error().message);
    return kBadInput;
  }
  if (!options.ca.empty()) {
    const auto written = write_file(options.ca, world.plan().root_pem, true);
    if (!written) {
      complain(written.error().message);
      return kBadInput;
    }
  }
  if (!announce(world.plan(), *endpoints)) {
    complain("cannot write to standard output which ports there are");
    return kBadInput;
  }
  Hand hand(server, options.lang);
  signals.async_wait([&](asio::error_code, int) {
    hand.close();
    server.stop();
  });
  server.start();
  hand.listen();
  io.run();

  report_queues(world);
  if (!recording) return kOk;
  if (world.cut()) complain("the trace became too long; its end is missing from " + options.record);
  recording->stream() << trace::write_json(world.trace());
  const auto written = recording->commit();
  if (written) return kOk;
  complain(written.error().message);
  return kBadInput;
}

}  // namespace posthorn::app
