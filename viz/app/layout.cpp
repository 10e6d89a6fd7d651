#include "viz/app/layout.hpp"

#include <algorithm>
#include <cmath>

namespace posthorn::viz {
namespace {

/// Widths and heights, in lengths of the look, from which on there is room for a panel.
constexpr float kRoomForDetails = 1240, kRoomForSteps = 880, kRoomForTwoRows = 600;
/// Below this height there is room for the stage or for a view, not for both.
constexpr float kRoomForBoth = 460;

Layout for_presenting(float width, float height, bool dock) {
  const float gap = px(12);
  const float caption = std::round(std::clamp(height * 0.27f, px(130), px(240)));
  Layout out;
  out.caption = {{gap, height - gap - caption}, {width - gap, height - gap}};
  const float foot = out.caption.min.y - gap;
  const float split = dock ? std::round(foot * 0.5f) : foot;
  out.stage = {{gap, gap}, {width - gap, split}};
  if (dock) out.dock = {{gap, split + gap}, {width - gap, foot}};
  return out;
}

}  // namespace

bool shown(const Rect& r) { return r.width() > 1 && r.height() > 1; }

Layout layout_for(float width, float height, const Model& model) {
  if (model.presenting) return for_presenting(width, height, model.dock_shown);
  const float room = width / px(1), high = height / px(1);
  const float gap = px(14), side = std::round(px(322));
  Layout out;
  out.one_row = high < kRoomForTwoRows;
  const float header = std::round(px(out.one_row ? 56 : 124));
  const float top = gap + header + gap, foot = height - gap;
  const float rest = foot - top - gap;
  const float share = model.tall_dock ? 0.60f : 0.36f;
  float dock = std::round(std::clamp(rest * share, std::min(px(170), rest * 0.5f), rest - px(90)));
  if (!model.tall_dock) dock = std::min(dock, px(262));
  if (high < kRoomForBoth) {
    out.closed = !model.tall_dock;
    dock = out.closed ? std::round(px(52)) : rest + gap;
  }
  out.header = {{gap, gap}, {width - gap, gap + header}};
  float left = gap, right = width - gap;
  if (room >= kRoomForSteps) {
    out.steps = {{gap, top}, {gap + side, foot}};
    left = out.steps.max.x + gap;
  }
  float dock_right = right;
  if (room >= kRoomForDetails) {
    // An enlarged dock takes the whole width; the explanation keeps what is above it.
    const float end = model.tall_dock ? foot - dock - gap : foot;
    out.details = {{right - side, top}, {right, end}};
    right = out.details.min.x - gap;
    if (!model.tall_dock) dock_right = right;
  }
  out.stage = {{left, top}, {right, foot - dock - gap}};
  out.dock = {{left, foot - dock}, {dock_right, foot}};
  return out;
}

}  // namespace posthorn::viz
