// Where hosts stand on the stage, in the unit square. Plain data, deterministic, no ImGui.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim/trace/scene.hpp"

namespace posthorn::viz {

/// A tinted zone around the hosts of one mail domain; corners in the unit square.
struct Zone {
  std::string domain;
  std::array<double, 2> min, max;
};

struct StageLayout {
  std::vector<std::array<double, 2>> hosts;  ///< centres, by HostId - 1
  std::vector<Zone> zones;
  int columns = 1, rows = 1;  ///< of the grid that the centres stand on
};

/// Columns from left to right: the first domain's people, its servers, routers and name servers,
/// the other domains' servers, their people. Positions in the scenario override.
StageLayout lay_out(const trace::Scene& scene);

/// The hosts that packets between two hosts pass, both included: the way with the least latency
/// over the links that are up. Only the two ends where there is no way.
std::vector<HostId> way_between(const trace::Scene& scene, const std::vector<bool>& links_up,
                                HostId from, HostId to);

}  // namespace posthorn::viz
