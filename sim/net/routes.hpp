// Which link leads towards which host: least latency, then fewest hops, then the lowest link.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/net/link.hpp"

namespace posthorn::net {

class Routes {
 public:
  /// Call whenever a link or host is added, goes down or comes up.
  void invalidate() {
    lines_.clear();
    toward_.clear();
  }

  /// The link that leads from `from` towards `to`, over links that are up. Hosts in `down` are
  /// not passed through, but may be the destination. None if there is no way.
  LinkId next_hop(HostId from, HostId to, const std::map<LinkId, Link>& links,
                  const std::vector<HostId>& down);

 private:
  /// A link that is up, seen from one of its ends.
  struct Line {
    HostId far_end;
    LinkId link;
    Duration latency{};
  };
  using Table = std::vector<LinkId>;  ///< by the number of the host that one starts from

  void look_at(const std::map<LinkId, Link>& links);
  [[nodiscard]] Table compute(HostId to, const std::vector<HostId>& down) const;

  std::vector<std::vector<Line>> lines_;  ///< by the number of a host; empty: not looked yet
  std::map<HostId, Table> toward_;        ///< by destination, computed when first needed
};

}  // namespace posthorn::net
