#include "viz/model/layout.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace posthorn::viz {
namespace {

using trace::HostKind;

/// 0 first domain's people, 1 its servers, 2 the middle, 3 other servers, 4 other people.
int band_of(const trace::SceneHost& host, const std::string& first) {
  if (host.kind == HostKind::client) return host.domain == first ? 0 : 4;
  if (host.kind != HostKind::mail_server || host.domain.empty()) return 2;
  return host.domain == first ? 1 : 3;
}

/// The scenario's own positions, stretched to fill the stage where every host has one.
void use_positions(const trace::Scene& scene, StageLayout& out) {
  std::array<double, 2> low{1, 1}, high{0, 0};
  bool all = !scene.hosts.empty();
  for (std::size_t i = 0; i < scene.hosts.size(); ++i) {
    if (!scene.hosts[i].position) {
      all = false;
      continue;
    }
    out.hosts[i] = *scene.hosts[i].position;
    for (const std::size_t axis : {0u, 1u}) {
      low[axis] = std::min(low[axis], out.hosts[i][axis]);
      high[axis] = std::max(high[axis], out.hosts[i][axis]);
    }
  }
  if (!all) return;
  for (auto& host : out.hosts)
    for (const std::size_t axis : {0u, 1u})
      if (high[axis] - low[axis] > 0.01)
        host[axis] = (host[axis] - low[axis]) / (high[axis] - low[axis]);
}

}  // namespace

StageLayout lay_out(const trace::Scene& scene) {
  std::string first;
  for (const trace::SceneHost& host : scene.hosts)
    if (first.empty()) first = host.domain;
  std::array<std::vector<std::size_t>, 5> bands;
  for (std::size_t i = 0; i < scene.hosts.size(); ++i)
    bands[static_cast<std::size_t>(band_of(scene.hosts[i], first))].push_back(i);
  // The directory above the roads; equal domains together, in the scenario's order.
  std::ranges::stable_sort(bands[2], {}, [&](std::size_t i) {
    return scene.hosts[i].kind == HostKind::name_server ? 0 : 1;
  });
  std::map<std::string, std::size_t> order;
  for (const trace::SceneHost& host : scene.hosts) order.try_emplace(host.domain, order.size());
  for (const std::size_t band : {3u, 4u})
    std::ranges::stable_sort(bands[band], {},
                             [&](std::size_t i) { return order.at(scene.hosts[i].domain); });

  constexpr std::size_t kTall = 5;  ///< hosts in one column
  StageLayout out;
  out.hosts.resize(scene.hosts.size());
  std::vector<std::vector<std::size_t>> columns;
  for (const auto& band : bands)
    for (std::size_t at = 0; at < band.size(); at += kTall) {
      columns.emplace_back(band.begin() + static_cast<long>(at),
                           band.begin() + static_cast<long>(std::min(at + kTall, band.size())));
    }
  out.columns = static_cast<int>(std::max<std::size_t>(columns.size(), 1));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    out.rows = std::max(out.rows, static_cast<int>(columns[c].size()));
    for (std::size_t r = 0; r < columns[c].size(); ++r)
      out.hosts[columns[c][r]] = {
          (static_cast<double>(c) + 0.5) / out.columns,
          (static_cast<double>(r) + 0.5) / static_cast<double>(columns[c].size())};
  }
  use_positions(scene, out);

  for (const auto& [domain, unused] : order) {
    static_cast<void>(unused);
    if (domain.empty()) continue;
    Zone zone{domain, {2, 2}, {-1, -1}};
    for (std::size_t i = 0; i < scene.hosts.size(); ++i) {
      if (scene.hosts[i].domain != domain) continue;
      for (const std::size_t axis : {0u, 1u}) {
        zone.min[axis] = std::min(zone.min[axis], out.hosts[i][axis]);
        zone.max[axis] = std::max(zone.max[axis], out.hosts[i][axis]);
      }
    }
    out.zones.push_back(zone);
  }
  return out;
}

std::vector<HostId> way_between(const trace::Scene& scene, const std::vector<bool>& links_up,
                                HostId from, HostId to) {
  // Dijkstra from the far end; equal ways are settled by the order of hosts and links.
  std::map<HostId, std::pair<Duration, HostId>> best{{to, {Duration{}, to}}};
  std::set<std::pair<Duration, HostId>> open{{Duration{}, to}};
  while (!open.empty()) {
    const auto [distance, host] = *open.begin();
    open.erase(open.begin());
    for (std::size_t i = 0; i < scene.links.size(); ++i) {
      const trace::SceneLink& link = scene.links[i];
      if (!links_up[i] || (link.a != host && link.b != host)) continue;
      const HostId next = link.a == host ? link.b : link.a;
      const Duration there = distance + link.latency;
      const auto known = best.find(next);
      if (known != best.end() && known->second.first <= there) continue;
      if (known != best.end()) open.erase({known->second.first, next});
      best[next] = {there, host};
      open.emplace(there, next);
    }
  }
  std::vector<HostId> way{from};
  if (!best.contains(from)) return {from, to};
  while (way.back() != to) way.push_back(best.at(way.back()).second);
  return way;
}

}  // namespace posthorn::viz
