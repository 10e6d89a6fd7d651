// Where things of the stage are on the screen: cards and zones at the camera's zoom.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "viz/app/draw.hpp"
#include "viz/model/layout.hpp"
#include "viz/model/model.hpp"

namespace posthorn::viz {

/// The area that two rectangles share, in square pixels.
float shared(const Rect& a, const Rect& b);

class StageMap {
 public:
  StageMap(const Model& model, const Rect& area);

  [[nodiscard]] const Rect& area() const { return area_; }
  [[nodiscard]] ImVec2 card_size() const { return card_; }
  /// The middle of a host's card.
  [[nodiscard]] ImVec2 place(HostId id) const;
  [[nodiscard]] Rect card(HostId id) const { return Rect::around(place(id), card_); }
  [[nodiscard]] bool seen(const Rect& r) const {
    return r.max.x > area_.min.x && r.min.x < area_.max.x && r.max.y > area_.min.y &&
           r.min.y < area_.max.y;
  }
  [[nodiscard]] const std::vector<Zone>& zones() const { return layout_.zones; }
  [[nodiscard]] Rect zone(const Zone& zone) const;
  [[nodiscard]] Rect whole_zone(const Zone& zone) const;  ///< without regard to the others
  /// The name of a zone stands here.
  [[nodiscard]] Rect zone_name(const Zone& zone) const;
  /// How much `r` would cover: square pixels of cards, and thrice those of the zones' names.
  [[nodiscard]] float covered_by(const Rect& r) const;
  [[nodiscard]] ImU32 color_of(const std::string& domain) const;
  /// Where the straight line from a host's middle towards `target` leaves its card.
  [[nodiscard]] ImVec2 edge(HostId host, ImVec2 target) const;
  /// The stage's point (0..1) below a point of the screen.
  [[nodiscard]] ImVec2 unit_at(ImVec2 screen) const;
  /// Hosts on the way of a connection; the same answer is asked for often.
  [[nodiscard]] const std::vector<HostId>& way(HostId from, HostId to) const;

 private:
  void keep_apart(std::size_t i, std::size_t k);
  [[nodiscard]] ImVec2 to_screen(double x, double y) const;

  const Model& model_;
  Rect area_, inner_;
  const StageLayout& layout_;
  ImVec2 card_{};
  mutable std::map<std::pair<HostId, HostId>, std::vector<HostId>> ways_;
};

}  // namespace posthorn::viz
