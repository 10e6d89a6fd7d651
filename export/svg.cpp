#include "export/svg.hpp"

#include <algorithm>
#include <map>
#include <ostream>

#include "export/markup.hpp"
#include "export/transcript.hpp"

namespace posthorn::exporting {
namespace {

// Everything in pixels. A monospace letter of size 12 is a little over 7 wide.
constexpr int kTimeWidth = 110, kMargin = 16, kLetter = 8, kHeadHeight = 64, kStep = 34;
constexpr int kNarrowest = 150;
constexpr std::size_t kLongestText = 40;  ///< characters: five hosts fit on paper

class Drawing {
 public:
  Drawing(const trace::Trace& trace, const Ladder& ladder, std::ostream& out)
      : trace_(trace), ladder_(ladder), out_(out) {
    place_hosts();
  }

  void draw(const std::string& title, const std::string& id) {
    const int height = kHeadHeight + kStep * static_cast<int>(ladder_.rungs.size()) + 2 * kMargin;
    const std::string w = std::to_string(width_), h = std::to_string(height);
    out_
        << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << w << "\" height=\"" << h
        << "\" viewBox=\"0 0 " << w << " " << h << "\" role=\"img\" aria-labelledby=\"" << id
        << "-title\""
        << " font-family=\"'JetBrains Mono','Noto Sans Mono CJK JP',monospace\" font-size=\"12\">\n"
        << "<title id=\"" << id << "-title\">" << escape_markup(title) << "</title>\n"
        << "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
    draw_hosts(height);
    int y = kHeadHeight + kStep;
    for (const Rung& rung : ladder_.rungs) {
      out_ << "<g data-r=\"" << std::to_string(rung.record.value) << "\">\n";
      draw_rung(rung, y);
      out_ << "</g>\n";
      y += kStep;
    }
    out_ << "</svg>\n";
  }

 private:
  /// Columns as wide as what is written between neighbours needs.
  void place_hosts() {
    std::map<HostId, std::size_t> order;
    for (const HostId host : ladder_.hosts) order.emplace(host, order.size());
    std::vector<int> gaps(ladder_.hosts.size(), kNarrowest);
    for (const Rung& rung : ladder_.rungs) {
      if (rung.kind == Rung::Kind::heading || !rung.from) continue;
      const std::size_t a = order.at(rung.from), b = order.at(rung.to);
      const std::size_t left = std::min(a, b),
                        spans = std::max<std::size_t>(1, std::max(a, b) - left);
      const int needed = static_cast<int>(columns(rung.text)) * kLetter + 40;
      for (std::size_t gap = left; gap < left + spans; ++gap)
        gaps[gap] = std::max(gaps[gap], needed / static_cast<int>(spans));
    }
    int x = kTimeWidth + kMargin + kNarrowest / 2;
    for (std::size_t i = 0; i < ladder_.hosts.size(); ++i) {
      x_[ladder_.hosts[i]] = x;
      const std::size_t name = columns(name_of(ladder_.hosts[i]));
      x += std::max(gaps[i], static_cast<int>(name) * kLetter + 30);
    }
    width_ = x + kMargin;
  }

  void draw_hosts(int height) {
    for (const HostId host : ladder_.hosts) {
      const int x = x_.at(host);
      const std::string name = name_of(host);
      const int half = static_cast<int>(columns(name)) * kLetter / 2 + 8;
      out_ << "<line x1=\"" << str(x) << "\" y1=\"" << str(kHeadHeight - 20) << "\" x2=\"" << str(x)
           << "\" y2=\"" << str(height - kMargin) << "\" stroke=\"#c5cbd6\"/>\n"
           << "<rect x=\"" << str(x - half) << "\" y=\"16\" width=\"" << str(2 * half)
           << "\" height=\"28\" rx=\"8\" fill=\"#eef2f8\" stroke=\"#98a2b3\"/>\n"
           << "<text x=\"" << str(x) << "\" y=\"34\" text-anchor=\"middle\" fill=\"#101828\">"
           << escape_markup(name) << "</text>\n";
    }
  }

  void draw_rung(const Rung& rung, int y) {
    const std::string text = escape_markup(rung.text);
    if (rung.kind == Rung::Kind::heading) {
      out_ << "<rect x=\"0\" y=\"" << str(y - 18) << "\" width=\"" << str(width_)
           << "\" height=\"24\" fill=\"#f3f5fa\"/>\n<text x=\"" << str(kMargin) << "\" y=\""
           << str(y) << "\" font-weight=\"bold\" fill=\"#101828\">" << text << "</text>\n";
      return;
    }
    out_ << "<text x=\"" << str(kTimeWidth) << "\" y=\"" << str(y)
         << "\" text-anchor=\"end\" fill=\"#667085\">" << format_time(rung.at) << "</text>\n";
    const std::string colour(colour_of(rung.protocol));
    if (!rung.from || !x_.contains(rung.from)) return;
    const int from = x_.at(rung.from), to = x_.at(rung.to);
    if (rung.kind == Rung::Kind::folded || from == to) {
      out_ << "<text x=\"" << str(from + 10) << "\" y=\"" << str(y) << "\" fill=\"#101828\">"
           << text << "</text>\n<circle cx=\"" << str(from) << "\" cy=\"" << str(y - 4)
           << "\" r=\"4\" fill=\"" << colour << "\"/>\n";
      return;
    }
    out_ << "<text x=\"" << str((from + to) / 2) << "\" y=\"" << str(y - 6)
         << "\" text-anchor=\"middle\" fill=\"" << colour << "\">" << text << "</text>\n";
    draw_arrow(from, to, y, colour, rung);
  }

  void draw_arrow(int from, int to, int y, const std::string& colour, const Rung& rung) {
    const bool lost = rung.kind == Rung::Kind::lost;
    const int ahead = to > from ? 1 : -1, end = lost ? (from + to) / 2 : to;
    out_ << "<path d=\"M" << str(from) << " " << str(y) << "H" << str(end);
    if (lost)
      out_ << "m-6 -6l12 12m-12 0l12 -12";
    else
      out_ << "m" << str(-8 * ahead) << " -4l" << str(8 * ahead) << " 4l" << str(-8 * ahead)
           << " 4";
    out_ << "\" fill=\"none\" stroke=\"" << (lost ? "#b42318" : colour) << "\" stroke-width=\"1.5\""
         << (rung.reply ? " stroke-dasharray=\"6 3\"" : "") << "/>\n";
  }

  static std::string str(int value) { return std::to_string(value); }
  [[nodiscard]] std::string name_of(HostId host) const {
    return one_line(trace_.scene().host(host).name);
  }

  const trace::Trace& trace_;
  const Ladder& ladder_;
  std::ostream& out_;
  std::map<HostId, int> x_;
  int width_ = 0;
};

}  // namespace

void draw_ladder(const trace::Trace& trace, const Ladder& ladder, const std::string& title,
                 std::ostream& out, const std::string& id) {
  Drawing(trace, ladder, out).draw(title, id);
}

Result<bool> write_svg(const trace::Trace& trace, const Options& options, std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  LadderOptions how;
  how.lang = options.lang;
  how.longest_text = kLongestText;
  draw_ladder(trace, make_ladder(trace, *wanted, how),
              one_line(trace.scene().title.in(options.lang)), out);
  return true;
}

}  // namespace posthorn::exporting
