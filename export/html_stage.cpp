#include "export/html_stage.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <ostream>

#include "export/markup.hpp"
#include "export/transcript.hpp"

namespace posthorn::exporting {
namespace {

constexpr int kWidth = 900, kHeight = 480;
/// A card, and the line below it that says what the host holds.
constexpr int kHalfHeight = 24, kBelow = 22, kGap = 10;

std::string str(int value) { return std::to_string(value); }

/// Cards are as wide as their longer line, and the picture at its left.
int half_width(const trace::SceneHost& host) {
  const std::size_t label =
      std::max(columns(host.label.in(Lang::en)), columns(host.label.in(Lang::ja)));
  const auto wide = std::max(8 * label, 7 * columns(printable(host.name)));
  return std::max(50, static_cast<int>(wide) / 2 + 26);
}

std::vector<int> stretch(const std::vector<double>& values, double first, double last) {
  std::vector<int> places;
  if (values.empty()) return places;
  const auto [low, high] = std::ranges::minmax(values);
  for (const double value : values) {
    const double part = high - low > 1e-6 ? (value - low) / (high - low) : 0.5;
    places.push_back(static_cast<int>(std::lround(first + part * (last - first))));
  }
  return places;
}

/// Moves two cards apart if they cover each other; the shorter way.
bool part(std::array<int, 2>& a, std::array<int, 2>& b, int half_widths) {
  const int across = half_widths + kGap - std::abs(a[0] - b[0]);
  const int down = 2 * kHalfHeight + kBelow + kGap - std::abs(a[1] - b[1]);
  if (across <= 0 || down <= 0) return false;
  const std::size_t axis = down <= across ? 1 : 0;
  const int by = (axis == 1 ? down : across) / 2 + 1;
  const int towards = a[axis] <= b[axis] ? 1 : -1;
  a[axis] -= towards * by;
  b[axis] += towards * by;
  return true;
}

void separate(const trace::Scene& scene, StagePlaces& places) {
  constexpr int kRounds = 60;  // a crowd that does not fit stays a crowd
  bool moved = true;
  for (int round = 0; moved && round < kRounds; ++round) {
    moved = false;
    for (std::size_t i = 0; i < places.size(); ++i)
      for (std::size_t j = i + 1; j < places.size(); ++j)
        moved |=
            part(places[i], places[j], half_width(scene.hosts[i]) + half_width(scene.hosts[j]));
    for (std::size_t i = 0; i < places.size(); ++i) {
      const int edge = half_width(scene.hosts[i]) + 4;
      places[i][0] = std::clamp(places[i][0], edge, std::max(edge, kWidth - edge));
      places[i][1] = std::clamp(places[i][1], kHalfHeight + 4, kHeight - kHalfHeight - kBelow - 4);
    }
  }
}

/// A small picture of what stands there, around 0,0.
const char* icon_of(trace::HostKind kind) {
  switch (kind) {
    case trace::HostKind::client:  // a screen and its keys
      return "M-9 -8h18v12h-18zM-12 8h24";
    case trace::HostKind::mail_server:  // a cabinet with a slot for letters
      return "M-9 -10h18v20h-18zM-9 -3h18M-9 4h18M-4 -6.5h8";
    case trace::HostKind::name_server:  // a book
      return "M-9 -9h7q2 0 2 2v16q0 -2 -2 -2h-7zM9 -9h-7q-2 0 -2 2v16q0 -2 2 -2h7z";
    case trace::HostKind::router:  // the globe
      return "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0h18M0 -9q-8 9 0 18q8 -9 0 -18";
  }
  return "";
}

void draw_host(const trace::SceneHost& host, std::array<int, 2> place, std::ostream& out) {
  const auto [x, y] = place;
  const int half = half_width(host);
  const std::string words = str(x - half + 38);
  out << "<g class=\"host\"><rect x=\"" << str(x - half) << "\" y=\"" << str(y - kHalfHeight)
      << "\" width=\"" << str(2 * half) << "\" height=\"" << str(2 * kHalfHeight)
      << "\" rx=\"11\"/><path class=\"icon\" transform=\"translate(" << str(x - half + 20) << " "
      << str(y) << ")\" d=\"" << icon_of(host.kind) << "\"/>";
  const std::string name = escape_markup(printable(host.name));
  const std::string en = escape_markup(printable(host.label.in(Lang::en)));
  const std::string ja = escape_markup(printable(host.label.in(Lang::ja)));
  if (en.empty() && ja.empty()) {
    out << "<text x=\"" << words << "\" y=\"" << str(y + 5) << "\">" << name << "</text>";
  } else {
    const std::string at = "x=\"" + words + "\" y=\"" + str(y - 4) + "\">";
    out << "<text class=\"en\" lang=\"en\" " << at << en << "</text><text class=\"ja\" lang=\"ja\" "
        << at << ja << "</text><text class=\"name\" x=\"" << words << "\" y=\"" << str(y + 14)
        << "\">" << name << "</text>";
  }
  out << "<text class=\"holds\" x=\"" << str(x) << "\" y=\"" << str(y + kHalfHeight + 16)
      << "\"></text></g>\n";
}

}  // namespace

StagePlaces place_stage(const trace::Scene& scene) {
  std::vector<double> x, y;
  for (std::size_t i = 0; i < scene.hosts.size(); ++i) {
    const auto& position = scene.hosts[i].position;
    const double turn =
        2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(scene.hosts.size());
    x.push_back(position ? (*position)[0] : 0.5 - 0.5 * std::cos(turn));
    y.push_back(position ? (*position)[1] : 0.5 - 0.5 * std::sin(turn));
  }
  const std::vector<int> across = stretch(x, 90, kWidth - 90);
  const std::vector<int> down = stretch(y, kHalfHeight + 4, kHeight - kHalfHeight - kBelow - 4);
  StagePlaces places;
  for (std::size_t i = 0; i < scene.hosts.size(); ++i) places.push_back({across[i], down[i]});
  separate(scene, places);
  return places;
}

void draw_stage(const trace::Scene& scene, const StagePlaces& places, std::ostream& out) {
  out << "<div id=\"scene\"><svg viewBox=\"0 0 " << str(kWidth) << " " << str(kHeight)
      << "\" role=\"img\" data-label=\"stage\">\n";
  for (const trace::SceneLink& link : scene.links) {
    const auto [x1, y1] = places[link.a.value - 1];
    const auto [x2, y2] = places[link.b.value - 1];
    out << "<line class=\"link\" x1=\"" << str(x1) << "\" y1=\"" << str(y1) << "\" x2=\"" << str(x2)
        << "\" y2=\"" << str(y2) << "\"/>\n";
  }
  for (std::size_t i = 0; i < scene.hosts.size(); ++i) draw_host(scene.hosts[i], places[i], out);
  out << "<path id=\"mail\" d=\"M-15 -10h30v20h-30zm0 0l15 12l15 -12\" style=\"display:none\"/>\n"
         "<g id=\"bubble\" style=\"display:none\"><rect rx=\"8\" height=\"26\"/><text y=\"18\">"
         "</text></g>\n</svg></div>\n";
}

}  // namespace posthorn::exporting
