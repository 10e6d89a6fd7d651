// posthorn serve: the scenario's servers on real ports.
#include <sys/stat.h>
#include <unistd.h>

#include <asio/posix/stream_descriptor.hpp>
#include <asio/read_until.hpp>
#include <asio/signal_set.hpp>
#include <iostream>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/live/listen.hpp"
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

/// Lines typed at `serve`: bad weather by hand. The end of the input is not the end of the servers.
class Hand {
 public:
  Hand(asio::io_context& io, LiveServer& server, LiveWorld& world, Lang lang)
      : input_(io), server_(server), world_(world), lang_(lang) {}

  void listen() {
    // Not from a file or /dev/null: epoll cannot wait for those, and nobody types there.
    asio::error_code error;
    struct stat kind {};
    const bool typed =
        ::fstat(STDIN_FILENO, &kind) == 0 && (isatty(STDIN_FILENO) != 0 || S_ISFIFO(kind.st_mode));
    if (!typed) return;
    input_.assign(::dup(STDIN_FILENO), error);
    if (!error) read();
  }
  void close() {
    asio::error_code error;
    input_.close(error);
  }

 private:
  void read() {
    asio::async_read_until(input_, asio::dynamic_buffer(typed_, kMaxLine), '\n',
                           [this](asio::error_code error, std::size_t size) {
                             if (error) return close();
                             obey(typed_.substr(0, size - 1));
                             typed_.erase(0, size);
                             read();
                           });
  }
  void obey(const std::string& line) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) return;
    const world::ByHand done = world_.obey(line);
    if (!done.understood)
      std::cerr << (lang_ == Lang::ja
                        ? "fault … で障害を起こし、repair … で直し、faults で一覧します"
                        : "say fault …, repair … or faults")
                << "\n";
    for (const LocalText& words : done.answer) std::cerr << words.in(lang_) << "\n";
    server_.pump();
  }

  static constexpr std::size_t kMaxLine = 4096;
  asio::posix::stream_descriptor input_;
  LiveServer& server_;
  LiveWorld& world_;
  Lang lang_;
  std::string typed_;
};

}  // namespace

int serve(const ServeOptions& options) {
  const auto scenario = load_scenario(options.scenario);
  if (!scenario) return kBadInput;
  raise_descriptor_limit();
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
  announce(world.plan(), *endpoints);
  Hand hand(io, server, world, options.lang);
  signals.async_wait([&](asio::error_code, int) {
    hand.close();
    server.stop();
  });
  server.start();
  hand.listen();
  io.run();

  report_queues(world);
  if (options.record.empty()) return kOk;
  if (world.cut()) complain("the trace became too long; its end is missing from " + options.record);
  const auto written = write_file(options.record, trace::write_json(world.trace()), true);
  if (written) return kOk;
  complain(written.error().message);
  return kBadInput;
}

}  // namespace posthorn::app
