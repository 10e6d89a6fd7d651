// The icons, drawn as strokes in a unit box from -1 to 1, so that they scale without textures.
#include <cmath>

#include "viz/app/draw.hpp"

namespace posthorn::viz {
namespace {

struct Pen {
  ImDrawList* list;
  ImVec2 center;
  float half;
  ImU32 color;
  float width;

  [[nodiscard]] ImVec2 at(float x, float y) const {
    return {center.x + x * half, center.y + y * half};
  }
  void line(float x1, float y1, float x2, float y2) const {
    list->AddLine(at(x1, y1), at(x2, y2), color, width);
  }
  template <std::size_t n>
  void path(const float (&xy)[n], bool closed = false) const {
    list->PathClear();
    for (std::size_t i = 0; i + 1 < n; i += 2) list->PathLineTo(at(xy[i], xy[i + 1]));
    list->PathStroke(color, closed ? ImDrawFlags_Closed : 0, width);
  }
  template <std::size_t n>
  void fill(const float (&xy)[n]) const {
    list->PathClear();
    for (std::size_t i = 0; i + 1 < n; i += 2) list->PathLineTo(at(xy[i], xy[i + 1]));
    list->PathFillConvex(color);
  }
  void rect(float x1, float y1, float x2, float y2, float round = 0.15f) const {
    list->AddRect(at(x1, y1), at(x2, y2), color, round * half, 0, width);
  }
  void box(float x1, float y1, float x2, float y2, float round = 0.1f) const {
    list->AddRectFilled(at(x1, y1), at(x2, y2), color, round * half);
  }
  void circle(float x, float y, float r) const {
    list->AddCircle(at(x, y), r * half, color, 0, width);
  }
  void disc(float x, float y, float r) const { list->AddCircleFilled(at(x, y), r * half, color); }
  void arc(float x, float y, float r, float from, float to) const {
    list->PathClear();
    list->PathArcTo(at(x, y), r * half, from, to, 20);
    list->PathStroke(color, 0, width);
  }
  void ellipse(float rx, float ry) const {
    list->PathClear();
    for (int i = 0; i < 28; ++i) {
      const float a = static_cast<float>(i) * 6.2831853f / 28;
      list->PathLineTo(at(std::cos(a) * rx, std::sin(a) * ry));
    }
    list->PathStroke(color, ImDrawFlags_Closed, width);
  }
};

void server(const Pen& p) {
  for (const float y : {-0.78f, -0.2f, 0.38f}) {
    p.rect(-0.8f, y, 0.8f, y + 0.42f, 0.12f);
    p.disc(-0.5f, y + 0.21f, 0.07f);
    p.line(0.05f, y + 0.21f, 0.5f, y + 0.21f);
  }
}
void mailbox(const Pen& p) {
  p.path({-0.85f, 0.35f, -0.85f, -0.15f, -0.78f, -0.4f, -0.55f, -0.5f, 0.5f, -0.5f, 0.78f, -0.35f,
          0.85f, -0.1f, 0.85f, 0.35f},
         true);
  p.path({-0.25f, 0.35f, -0.25f, -0.15f, -0.35f, -0.4f, -0.55f, -0.5f});
  p.line(0.1f, 0.35f, 0.1f, 0.95f);
  p.path({0.35f, -0.5f, 0.35f, -0.95f, 0.62f, -0.95f});
  p.line(-0.66f, -0.05f, -0.45f, -0.05f);
}
void inbox(const Pen& p) {
  p.rect(-0.8f, -0.7f, 0.8f, 0.7f, 0.2f);
  p.path({-0.8f, 0.12f, -0.35f, 0.12f, -0.2f, 0.38f, 0.2f, 0.38f, 0.35f, 0.12f, 0.8f, 0.12f});
}
void globe(const Pen& p) {
  p.circle(0, 0, 0.88f);
  p.ellipse(0.4f, 0.88f);
  p.line(-0.82f, -0.3f, 0.82f, -0.3f);
  p.line(-0.82f, 0.3f, 0.82f, 0.3f);
}
void router(const Pen& p) {
  p.rect(-0.85f, 0.05f, 0.85f, 0.65f, 0.15f);
  p.disc(-0.5f, 0.35f, 0.08f);
  p.disc(-0.2f, 0.35f, 0.08f);
  p.line(0.45f, 0.05f, 0.45f, -0.4f);
  p.arc(0.45f, -0.4f, 0.35f, 3.6f, 5.82f);
}
void sun(const Pen& p) {
  p.circle(0, 0, 0.4f);
  for (int i = 0; i < 8; ++i) {
    const float a = static_cast<float>(i) * 0.78539816f;
    p.line(std::cos(a) * 0.65f, std::sin(a) * 0.65f, std::cos(a) * 0.92f, std::sin(a) * 0.92f);
  }
}
void moon(const Pen& p) {
  p.list->PathClear();
  p.list->PathArcTo(p.at(0, 0), 0.8f * p.half, 0.35f, 4.5f, 24);
  p.list->PathArcTo(p.at(0.42f, -0.34f), 0.62f * p.half, 3.75f, 1.1f, 18);
  p.list->PathStroke(p.color, ImDrawFlags_Closed, p.width);
}
void restart(const Pen& p) {
  p.arc(0, 0, 0.72f, -1.0f, 4.1f);
  p.fill({-0.78f, -0.95f, -0.02f, -0.86f, -0.5f, -0.3f});
}
void laptop(const Pen& p) {
  p.rect(-0.62f, -0.6f, 0.62f, 0.32f, 0.14f);
  p.line(-0.92f, 0.6f, 0.92f, 0.6f);
}
void phone(const Pen& p) {
  p.rect(-0.5f, -0.85f, 0.5f, 0.85f, 0.2f);
  p.line(-0.14f, 0.6f, 0.14f, 0.6f);
}
void pencil(const Pen& p) {
  p.path({-0.75f, 0.75f, -0.65f, 0.3f, 0.4f, -0.75f, 0.75f, -0.4f, -0.3f, 0.65f}, true);
  p.line(0.15f, -0.5f, 0.5f, -0.15f);
}
void gear(const Pen& p) {
  p.circle(0, 0, 0.58f);
  p.circle(0, 0, 0.2f);
  for (int i = 0; i < 8; ++i) {
    const float a = static_cast<float>(i) * 0.78539816f;
    p.line(std::cos(a) * 0.6f, std::sin(a) * 0.6f, std::cos(a) * 0.9f, std::sin(a) * 0.9f);
  }
}
void warning(const Pen& p) {
  p.path({0, -0.8f, 0.88f, 0.7f, -0.88f, 0.7f}, true);
  p.line(0, -0.25f, 0, 0.2f);
  p.disc(0, 0.45f, 0.09f);
}

}  // namespace

void draw_icon(ImDrawList* list, Icon icon, ImVec2 center, float size, ImU32 color) {
  const Pen p = {list, center, size / 2, color, std::max(1.2f, size * 0.075f)};
  switch (icon) {
    case Icon::envelope:
      p.rect(-0.88f, -0.62f, 0.88f, 0.62f, 0.18f);
      p.path({-0.82f, -0.5f, 0, 0.12f, 0.82f, -0.5f});
      return;
    case Icon::laptop:
      return laptop(p);
    case Icon::phone:
      return phone(p);
    case Icon::server:
      return server(p);
    case Icon::globe:
      return globe(p);
    case Icon::router:
      return router(p);
    case Icon::mailbox:
      return mailbox(p);
    case Icon::inbox:
      return inbox(p);
    case Icon::person:
      p.circle(0, -0.38f, 0.38f);
      p.arc(0, 0.85f, 0.72f, 3.3f, 6.12f);
      return;
    case Icon::pencil:
      return pencil(p);
    case Icon::check:
      p.path({-0.6f, 0.02f, -0.15f, 0.45f, 0.62f, -0.42f});
      return;
    case Icon::play:
      p.fill({-0.42f, -0.66f, 0.66f, 0, -0.42f, 0.66f});
      return;
    case Icon::pause:
      p.box(-0.5f, -0.62f, -0.14f, 0.62f);
      p.box(0.14f, -0.62f, 0.5f, 0.62f);
      return;
    case Icon::step_forward:
      p.fill({-0.6f, -0.6f, 0.3f, 0, -0.6f, 0.6f});
      p.box(0.36f, -0.6f, 0.6f, 0.6f);
      return;
    case Icon::step_back:
      p.fill({0.6f, 0.6f, -0.3f, 0, 0.6f, -0.6f});
      p.box(-0.6f, -0.6f, -0.36f, 0.6f);
      return;
    case Icon::restart:
      return restart(p);
    case Icon::sun:
      return sun(p);
    case Icon::moon:
      return moon(p);
    case Icon::help:
      p.arc(0, -0.32f, 0.4f, 3.0f, 7.4f);
      p.path({0.17f, 0.02f, 0, 0.18f, 0, 0.4f});
      p.disc(0, 0.72f, 0.11f);
      return;
    case Icon::cross:
      p.line(-0.55f, -0.55f, 0.55f, 0.55f);
      p.line(-0.55f, 0.55f, 0.55f, -0.55f);
      return;
    case Icon::clock:
      p.circle(0, 0, 0.82f);
      p.path({0, -0.45f, 0, 0.05f, 0.35f, 0.25f});
      return;
    case Icon::queue:
      for (const float y : {-0.6f, 0.0f, 0.6f}) {
        p.disc(-0.7f, y, 0.1f);
        p.line(-0.4f, y, 0.8f, y);
      }
      return;
    case Icon::warning:
      return warning(p);
    case Icon::home:
      p.path({-0.85f, 0.0f, 0.0f, -0.8f, 0.85f, 0.0f});
      return p.path({-0.58f, -0.15f, -0.58f, 0.78f, 0.58f, 0.78f, 0.58f, -0.15f});
    case Icon::save:
      p.path({-0.8f, 0.25f, -0.8f, 0.8f, 0.8f, 0.8f, 0.8f, 0.25f});
      p.line(0, -0.8f, 0, 0.35f);
      return p.path({-0.42f, -0.05f, 0.0f, 0.38f, 0.42f, -0.05f});
    case Icon::search:
      p.circle(-0.2f, -0.2f, 0.55f);
      return p.line(0.22f, 0.22f, 0.8f, 0.8f);
    case Icon::flag:
      p.line(-0.5f, -0.85f, -0.5f, 0.9f);
      return p.fill({-0.5f, -0.8f, 0.7f, -0.4f, -0.5f, 0.05f});
    case Icon::step_up:
      return p.path({-0.6f, 0.35f, 0.0f, -0.35f, 0.6f, 0.35f});
    case Icon::step_down:
      return p.path({-0.6f, -0.35f, 0.0f, 0.35f, 0.6f, -0.35f});
    case Icon::speech:
      p.rect(-0.85f, -0.7f, 0.85f, 0.4f, 0.3f);
      return p.path({-0.4f, 0.4f, -0.5f, 0.85f, 0.05f, 0.4f});
    case Icon::ladder:
      p.line(-0.7f, -0.85f, -0.7f, 0.85f);
      p.line(0.7f, -0.85f, 0.7f, 0.85f);
      p.path({-0.7f, -0.4f, 0.55f, -0.4f, 0.3f, -0.6f});
      return p.path({0.7f, 0.35f, -0.55f, 0.35f, -0.3f, 0.15f});
    case Icon::packet:
      p.rect(-0.8f, -0.65f, 0.8f, 0.75f, 0.1f);
      p.line(-0.8f, -0.2f, 0.8f, -0.2f);
      return p.line(0, -0.65f, 0, -0.2f);
    case Icon::eye:
    case Icon::eye_off:
      p.ellipse(0.85f, 0.5f);
      p.disc(0, 0, 0.24f);
      if (icon == Icon::eye_off) p.line(-0.75f, 0.75f, 0.75f, -0.75f);
      return;
    case Icon::lock:
      p.box(-0.72f, -0.05f, 0.72f, 0.95f, 0.14f);
      p.arc(0, -0.05f, 0.44f, 3.1415927f, 6.2831853f);
      p.line(-0.44f, -0.05f, -0.44f, 0.1f);
      p.line(0.44f, -0.05f, 0.44f, 0.1f);
      return;
    case Icon::gear:
      return gear(p);
    case Icon::funnel:
      p.path({-0.8f, -0.7f, 0.8f, -0.7f, 0.18f, 0.05f, 0.18f, 0.75f, -0.18f, 0.5f, -0.18f, 0.05f,
              -0.8f, -0.7f});
      return;
    case Icon::copy:
      p.rect(-0.35f, -0.45f, 0.75f, 0.85f, 0.15f);
      return p.path({-0.6f, 0.4f, -0.75f, 0.4f, -0.75f, -0.85f, 0.35f, -0.85f, 0.35f, -0.7f});
    case Icon::plus:
      p.line(0, -0.6f, 0, 0.6f);
      return p.line(-0.6f, 0, 0.6f, 0);
    case Icon::minus:
      return p.line(-0.6f, 0, 0.6f, 0);
    case Icon::storm:
      p.path({-0.45f, 0.25f,  -0.75f, 0.2f,   -0.92f, -0.1f,  -0.8f, -0.42f,
              -0.5f,  -0.52f, -0.3f,  -0.85f, 0.15f,  -0.92f, 0.45f, -0.65f,
              0.75f,  -0.55f, 0.92f,  -0.2f,  0.8f,   0.12f,  0.5f,  0.25f});
      return p.path({0.12f, -0.25f, -0.22f, 0.3f, 0.18f, 0.3f, -0.12f, 0.92f});
    case Icon::link:
      p.line(-0.7f, 0.7f, 0.7f, -0.7f);
      p.disc(-0.7f, 0.7f, 0.2f);
      p.disc(0.7f, -0.7f, 0.2f);
      return;
  }
}

void draw_envelope(ImDrawList* list, ImVec2 center, float width, ImU32 color) {
  const Rect r = Rect::around(center, {width, width * 0.68f});
  const float round = width * 0.12f;
  draw_shadow(list, r, round, width * 0.12f);
  list->AddRectFilled(r.min, r.max, color, round);
  list->AddRect(r.min, r.max, colors().card, round, 0, std::max(1.0f, width * 0.045f));
  const ImVec2 flap[3] = {{r.min.x + width * 0.12f, r.min.y + width * 0.15f},
                          {center.x, center.y + width * 0.1f},
                          {r.max.x - width * 0.12f, r.min.y + width * 0.15f}};
  list->AddPolyline(flap, 3, colors().on_badge, 0, std::max(1.2f, width * 0.06f));
}

}  // namespace posthorn::viz
