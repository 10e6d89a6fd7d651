#include "sim/net/routes.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

namespace posthorn::net {

LinkId Routes::next_hop(HostId from, HostId to, const std::map<LinkId, Link>& links,
                        const std::vector<HostId>& down) {
  if (lines_.empty()) look_at(links);
  auto found = toward_.find(to);
  if (found == toward_.end()) found = toward_.emplace(to, compute(to, down)).first;
  const Table& table = found->second;
  return from.value < table.size() ? table[from.value] : LinkId{};
}

/// Once for all destinations: a world of thousands of hosts has as many tables.
void Routes::look_at(const std::map<LinkId, Link>& links) {
  lines_.resize(1);
  for (const auto& [id, link] : links) {
    if (!link.up()) continue;
    const auto [a, b] = std::pair(link.config().a, link.config().b);
    lines_.resize(std::max<std::size_t>(lines_.size(), std::max(a.value, b.value) + 1));
    lines_[a.value].push_back({b, id, link.config().latency});
    lines_[b.value].push_back({a, id, link.config().latency});
  }
}

// Dijkstra from the destination outwards. The queue orders candidates by (latency, hops, link,
// host), so ties are settled the same way everywhere.
Routes::Table Routes::compute(HostId to, const std::vector<HostId>& down) const {
  using Candidate = std::tuple<Duration, std::uint32_t, LinkId, HostId>;
  Table table(lines_.size());
  std::vector<bool> reached(lines_.size());
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> open;
  if (to.value < lines_.size()) open.emplace(Duration{}, 0, LinkId{}, to);
  while (!open.empty()) {
    const auto [distance, hops, via, host] = open.top();
    open.pop();
    if (reached[host.value]) continue;
    reached[host.value] = true;
    table[host.value] = via;
    if (host != to && std::ranges::find(down, host) != down.end()) continue;
    for (const Line& line : lines_[host.value])
      if (!reached[line.far_end.value])
        open.emplace(distance + line.latency, hops + 1, line.link, line.far_end);
  }
  return table;
}

}  // namespace posthorn::net
