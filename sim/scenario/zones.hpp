// The DNS of a scenario: zones that follow from its hosts and domains, by name server.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocols/dns/zone.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/trace/ids.hpp"

namespace posthorn::scenario {

struct Plan;

struct Zones {
  std::map<HostId, std::vector<std::shared_ptr<const dns::Zone>>> by_server;
  std::vector<std::string> problems;  ///< zones that cannot be, and why; the loader tells them
};

/// `plan` must have its scenario, host_ids, addresses and homes.
Zones make_zones(const Plan& plan);

/// Where several mail servers have no name server between them, adds one and links it to each group
/// of hosts, so that mail finds its way. For worlds that programs from outside write to; the
/// letters of a story need a name server of the scenario's own (a loader asks for it).
void add_name_server(Scenario& scenario);

/// With NameResolution::iterative: the hosts that serve the root and the top-level domains, linked
/// where the first name server is linked. Hosts that bear these names already are left as they are.
void add_root_servers(Scenario& scenario);
/// The root's server: "a.root-servers.example", below the first domain's top-level domain.
std::string root_server_name(const Scenario& scenario);

}  // namespace posthorn::scenario
