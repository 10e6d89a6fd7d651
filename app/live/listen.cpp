#include "app/live/listen.hpp"

#include <sys/resource.h>

#include <asio/ip/address.hpp>
#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

namespace posthorn::app {
namespace {

/// The first port, 0 for "auto"; nullopt if it is neither.
std::optional<std::uint16_t> first_port(const std::string& text) {
  if (text == "auto") return 0;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > 65535)
    return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

bool has_starttls(scenario::Service service) { return service != scenario::Service::dns; }

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<std::vector<Endpoint>> listen_all(LiveServer& server, const scenario::Plan& plan,
                                         const ListenOptions& options) {
  const auto first = first_port(options.ports);
  if (!first)
    return Error{"--ports: \"" + options.ports +
                 "\" is no port; write auto, or a number like 2500"};
  asio::error_code bad;
  const asio::ip::address address = asio::ip::make_address(options.bind, bad);
  if (bad)
    return Error{"--bind: \"" + options.bind + "\" is no address; write e.g. 127.0.0.1 or ::1"};
  std::uint16_t port = *first;
  std::vector<Endpoint> endpoints;
  for (std::uint32_t i = 0; i < plan.scenario.hosts.size(); ++i) {
    const scenario::Host& host = plan.scenario.hosts[i];
    if (!options.only.empty() && host.name != scenario::lower(options.only)) continue;
    for (const scenario::Service service : host.services) {
      if (*first != 0 && port == 0)  // beyond 65535
        return Error{"--ports: too few ports from " + options.ports +
                     " on; write a smaller number"};
      auto endpoint = server.listen(HostId{i + 1}, service, address, port);
      if (!endpoint) return endpoint.error();
      endpoints.push_back(*endpoint);
      if (port != 0) ++port;
    }
  }
  if (!endpoints.empty()) return endpoints;
  return Error{options.only.empty()
                   ? "no host of " + options.scenario + " offers a service"
                   : "there is no server \"" + options.only + "\" in " + options.scenario};
}

bool announce(const scenario::Plan& plan, const std::vector<Endpoint>& endpoints) {
  for (const Endpoint& endpoint : endpoints) {
    nlohmann::ordered_json line = {{"host", plan.host(endpoint.host).name},
                                   {"service", scenario::service_name(endpoint.service)},
                                   {"address", endpoint.address.to_string()},
                                   {"port", endpoint.port}};
    if (scenario::implicit_tls(endpoint.service))
      line["tls"] = "implicit";
    else if (plan.host(endpoint.host).tls.offer && has_starttls(endpoint.service))
      line["tls"] = "starttls";
    std::cout << line.dump() << "\n";
  }
  std::cout << "{\"ready\":true}\n" << std::flush;
  return static_cast<bool>(std::cout);
}

}  // namespace posthorn::app
