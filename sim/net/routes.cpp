#include "sim/net/routes.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace posthorn::net {

LinkId Routes::next_hop(HostId from, HostId to, const std::map<LinkId, Link>& links,
                        const std::vector<HostId>& down) {
  auto found = toward_.find(to);
  if (found == toward_.end()) found = toward_.emplace(to, compute(to, links, down)).first;
  const auto hop = found->second.find(from);
  return hop == found->second.end() ? LinkId{} : hop->second;
}

// Dijkstra from the destination outwards. The set orders candidates by (latency, hops, link,
// host), so ties are settled the same way everywhere.
Routes::Table Routes::compute(HostId to, const std::map<LinkId, Link>& links,
                              const std::vector<HostId>& down) {
  std::map<HostId, std::vector<const Link*>> at;
  for (const auto& [id, link] : links) {
    if (!link.up()) continue;
    at[link.config().a].push_back(&link);
    at[link.config().b].push_back(&link);
  }
  Table table;
  std::set<std::tuple<Duration, std::uint32_t, LinkId, HostId>> open{{Duration{}, 0, {}, to}};
  while (!open.empty()) {
    const auto [distance, hops, via, host] = *open.begin();
    open.erase(open.begin());
    if (!table.emplace(host, via).second) continue;
    if (host != to && std::find(down.begin(), down.end(), host) != down.end()) continue;
    for (const Link* link : at[host]) {
      const HostId next = link->far_end(host);
      if (!table.contains(next))
        open.emplace(distance + link->config().latency, hops + 1, link->config().id, next);
    }
  }
  table.erase(to);
  return table;
}

}  // namespace posthorn::net
