// posthorn serve: the scenario's servers on real ports.
#include <sys/resource.h>

#include <asio/signal_set.hpp>
#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/live/server.hpp"
#include "sim/trace/trace_json.hpp"

namespace posthorn::app {
namespace {

/// Every client is a file descriptor; take as many as we may have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// The first port, 0 for "auto"; nullopt if it is neither.
std::optional<std::uint16_t> first_port(const std::string& text) {
  if (text == "auto") return 0;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > 65535)
    return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

void announce(const scenario::Plan& plan, const Endpoint& endpoint) {
  const nlohmann::ordered_json line = {{"host", plan.host(endpoint.host).name},
                                       {"service", scenario::service_name(endpoint.service)},
                                       {"address", endpoint.address.to_string()},
                                       {"port", endpoint.port}};
  std::cout << line.dump() << "\n";
}

/// Listens for every service that is wanted; false after complaining.
bool listen_all(LiveServer& server, const scenario::Plan& plan, const ServeOptions& options,
                const asio::ip::address& address, std::uint16_t port) {
  std::vector<Endpoint> endpoints;
  for (std::uint32_t i = 0; i < plan.scenario.hosts.size(); ++i) {
    const scenario::Host& host = plan.scenario.hosts[i];
    if (!options.only.empty() && host.name != options.only) continue;
    for (const scenario::Service service : host.services) {
      const auto endpoint = server.listen(HostId{i + 1}, service, address, port);
      if (!endpoint) {
        complain(endpoint.error().message);
        return false;
      }
      endpoints.push_back(*endpoint);
      if (port != 0) ++port;
    }
  }
  if (endpoints.empty()) {
    complain(options.only.empty()
                 ? "no host of " + options.scenario + " offers a service"
                 : "there is no server \"" + options.only + "\" in " + options.scenario);
    return false;
  }
  for (const Endpoint& endpoint : endpoints) announce(plan, endpoint);
  std::cout << "{\"ready\":true}\n" << std::flush;
  return true;
}

void report_queues(const LiveWorld& world) {
  std::size_t waiting = 0;
  for (std::uint32_t i = 1; i <= world.plan().scenario.hosts.size(); ++i)
    if (const auto* server = world.world().mail_server(HostId{i}))
      waiting += server->queue().size();
  if (waiting > 0)
    std::cerr << "posthorn: " << waiting << " messages were still waiting in queues\n";
}

}  // namespace

int serve(const ServeOptions& options) {
  const auto scenario = load_scenario(options.scenario);
  if (!scenario) return kBadInput;
  const auto port = first_port(options.ports);
  if (!port) {
    complain("--ports: \"" + options.ports + "\" is no port; write auto, or a number like 2500");
    return kBadInput;
  }
  asio::error_code bad;
  const asio::ip::address address = asio::ip::make_address(options.bind, bad);
  if (bad) {
    complain("--bind: \"" + options.bind + "\" is no address; write e.g. 127.0.0.1 or ::1");
    return kBadInput;
  }
  raise_descriptor_limit();
  asio::io_context io(1);
  LiveWorld world(scenario::make_plan(*scenario), options.speed, !options.record.empty());
  LiveServer server(io, world);
  asio::signal_set signals(io, SIGINT, SIGTERM);
  if (!listen_all(server, world.plan(), options, address, *port)) return kBadInput;
  signals.async_wait([&](asio::error_code, int) { server.stop(); });
  server.start();
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
