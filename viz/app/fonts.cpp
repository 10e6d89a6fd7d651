#include "viz/app/fonts.hpp"

#include <fcntl.h>
#include <fontconfig/fontconfig.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "text/text.hpp"
#include "viz/model/letter.hpp"
#include "viz/model/utf8.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

/// A font file in memory: mapped, so that only the glyphs we touch cost memory.
struct FontFile {
  void* data = nullptr;
  std::size_t size = 0;
};

/// Mapped once and kept to the end: the atlas is rebuilt from it when the window is resized.
const FontFile& open_font(const std::string& path) {
  static std::map<std::string, FontFile> files;
  const auto [entry, fresh] = files.try_emplace(path);
  if (!fresh) return entry->second;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (fd >= 0 && ::fstat(fd, &status) == 0 && status.st_size > 0) {
    void* data =
        ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
    if (data != MAP_FAILED) entry->second = {data, static_cast<std::size_t>(status.st_size)};
  }
  if (fd >= 0) ::close(fd);
  return entry->second;
}

struct Found {
  std::string path;
  int index = 0;
  bool exact = false;  ///< the family asked for, not fontconfig's next best
};

using PatternPtr = std::unique_ptr<FcPattern, decltype(&FcPatternDestroy)>;

Found find_font(const char* family, int weight) {
  PatternPtr pattern(FcPatternCreate(), FcPatternDestroy);
  FcPatternAddString(pattern.get(), FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
  FcPatternAddInteger(pattern.get(), FC_WEIGHT, weight);
  FcPatternAddInteger(pattern.get(), FC_SLANT, FC_SLANT_ROMAN);
  FcConfigSubstitute(nullptr, pattern.get(), FcMatchPattern);
  FcDefaultSubstitute(pattern.get());
  FcResult result{};
  PatternPtr match(FcFontMatch(nullptr, pattern.get(), &result), FcPatternDestroy);
  Found found;
  if (!match) return found;
  FcChar8 *file = nullptr, *name = nullptr;
  if (FcPatternGetString(match.get(), FC_FILE, 0, &file) == FcResultMatch)
    found.path = reinterpret_cast<const char*>(file);
  FcPatternGetInteger(match.get(), FC_INDEX, 0, &found.index);
  found.index &= 0xFFFF;  // the upper half names an instance of a variable font
  for (int i = 0; FcPatternGetString(match.get(), FC_FAMILY, i, &name) == FcResultMatch; ++i)
    found.exact |= std::string_view(reinterpret_cast<const char*>(name)) == family;
  return found;
}

/// The five files that we use, looked up once.
struct FontFiles {
  Found text, bold, mono, cjk, cjk_bold;
};

void complain(FontReport* report, const Found& found, const char* family, const char* package) {
  if (report == nullptr || found.exact) return;
  report->problems.push_back(std::string("the font ") + family + " is not installed" +
                             (found.path.empty() ? "" : " (using " + found.path + ")") +
                             "; on Debian: apt install " + package);
}

const FontFiles& font_files() {
  static const FontFiles files = {find_font("Inter", FC_WEIGHT_MEDIUM),
                                  find_font("Inter", FC_WEIGHT_BOLD),
                                  find_font("JetBrains Mono", FC_WEIGHT_REGULAR),
                                  find_font("Noto Sans CJK JP", FC_WEIGHT_REGULAR),
                                  find_font("Noto Sans CJK JP", FC_WEIGHT_BOLD)};
  return files;
}

class Builder {
 public:
  /// `shrink`: letters are drawn into the atlas so many times as large as they are shown.
  Builder(ImFontAtlas& atlas, const std::vector<ImWchar>& ranges, float shrink)
      : atlas_(atlas), ranges_(ranges), shrink_(shrink) {}

  /// One face: the Latin file with the Japanese one merged at `ratio` times its size.
  Face face(const Found& latin, const Found& cjk, float size, float ratio) {
    const float whole = std::max(9.0f, std::round(size));
    const float drawn = shrink_ < 1 ? std::max(9.0f, std::round(whole * shrink_)) : whole;
    ImFont* font = add(latin, drawn, false);
    if (font == nullptr) font = atlas_.AddFontDefault();
    add(cjk, std::round(drawn * ratio), true);
    scales_.push_back({font, whole / drawn});
    return {font, whole};
  }
  /// After the atlas is built.
  void set_scales() const {
    for (const auto& [font, scale] : scales_) font->Scale = scale;
  }

 private:
  ImFont* add(const Found& file, float size, bool merge) {
    const FontFile& bytes = open_font(file.path);
    if (bytes.data == nullptr) return nullptr;
    ImFontConfig config;
    config.MergeMode = merge;
    config.FontNo = file.index;
    config.OversampleH = config.OversampleV = 1;
    config.PixelSnapH = true;
    config.RasterizerMultiply = 1.12f;
    config.GlyphRanges = ranges_.data();
    return add_mapped_font(&atlas_, bytes.data, static_cast<int>(bytes.size), size, config);
  }
  ImFontAtlas& atlas_;
  const std::vector<ImWchar>& ranges_;
  float shrink_;
  std::vector<std::pair<ImFont*, float>> scales_;
};

/// Graphics cards take textures of 8192 by 8192 at least, and everybody's memory is short: very
/// large letters on very large screens are drawn smaller and stretched.
struct AtlasPlan {
  int width = 2048;
  float shrink = 1;
};
AtlasPlan plan_atlas(std::size_t glyphs, float scale) {
  AtlasPlan plan;
#ifndef POSTHORN_IMGUI_DYNAMIC_FONTS
  constexpr float kSquares = 2478 * 1.35f;  // of the seven sizes below, for Japanese letters
  constexpr float kMost = 36e6f;            // pixels
  const float wanted = kSquares * scale * scale * static_cast<float>(glyphs);
  if (wanted > kMost) plan.shrink = std::sqrt(kMost / wanted);
  const float pixels = std::min(wanted, kMost);
  while (plan.width < 8192 && pixels / static_cast<float>(plan.width) > 6000) plan.width *= 2;
#else
  (void)glyphs;
  (void)scale;
#endif
  return plan;
}

void add_letter(GlyphSet& glyphs, const trace::Blob& content) {
  const Letter& letter = letter_of(content);
  for (const std::string* text : {&letter.from, &letter.to, &letter.subject, &letter.body})
    glyphs.add(*text);
  for (const LetterPart& part : letter.parts) glyphs.add(part.note);
}

std::string missing;  // UTF-8, in the order met
GlyphSet built;       // what the atlas has

}  // namespace

GlyphSet::GlyphSet() : used_(0x10000, false) {
  const auto range = [this](char32_t from, char32_t to) {
    for (char32_t c = from; c <= to; ++c) used_[c] = true;
  };
  range(0x20, 0x7E);
  range(0xA0, 0xFF);
  range(0x3000, 0x303F);  // CJK punctuation
  range(0x3041, 0x30FF);  // kana
  range(0xFF01, 0xFF5E);  // full-width forms
  add("‐–—‘’“”•…←↑→↓⇒×÷−≤≥§✓①②③④⑤℃〒␍␊·");
}

bool GlyphSet::add(char32_t c) {
  if (c < 0x20 || c >= used_.size() || used_[c]) return false;
  return used_[c] = true;
}

bool GlyphSet::add(std::string_view text) {
  bool fresh = false;
  while (!text.empty()) {
    const Utf8Char c = decode_utf8(text);
    fresh |= add(c.code);
    text.remove_prefix(c.bytes);
  }
  return fresh;
}

std::size_t GlyphSet::size() const {
  return static_cast<std::size_t>(std::count(used_.begin(), used_.end(), true));
}

std::vector<ImWchar> GlyphSet::ranges() const {
  std::vector<ImWchar> out;
  for (std::size_t c = 1; c < used_.size(); ++c) {
    if (!used_[c]) continue;
    const std::size_t first = c;
    while (c + 1 < used_.size() && used_[c + 1]) ++c;
    out.push_back(static_cast<ImWchar>(first));
    out.push_back(static_cast<ImWchar>(c));
  }
  out.push_back(0);
  return out;
}

GlyphSet glyphs_for(const trace::Trace& trace) {
  GlyphSet glyphs;
  const auto both = [&glyphs](const LocalText& text) {
    glyphs.add(text.en);
    glyphs.add(text.ja);
  };
  for (const auto* table : {&interface_texts(), &explanation_texts()}) {
    for (const TextEntry& entry : *table) {
      both(entry.title);
      both(entry.text);
      both(entry.office);
      both(entry.admin);
    }
  }
  const trace::Scene& scene = trace.scene();
  both(scene.title);
  both(scene.summary);
  for (const auto& host : scene.hosts) both(host.label);
  for (const auto& account : scene.accounts) both(account.display);
  for (const auto& narration : scene.narration) {
    both(narration.title);
    both(narration.text);
  }
  for (const auto& act : scene.acts) both(act);
  for (std::uint32_t i = 1; i <= trace.text_count(); ++i) glyphs.add(trace.text(TextId{i}));
  for (std::uint32_t i = 1; i <= trace.blob_count(); ++i) glyphs.add(*trace.blob(BlobId{i}));
  for (const trace::Record& record : trace.records()) {
    if (const auto* composed = std::get_if<trace::ComposeOpened>(&record.fact))
      add_letter(glyphs, trace.blob(composed->content));
    if (const auto* received = std::get_if<trace::InboxReceived>(&record.fact))
      add_letter(glyphs, trace.blob(received->content));
  }
  return glyphs;
}

Faces build_faces(ImFontAtlas& atlas, const GlyphSet& glyphs, float scale, FontReport* report) {
  const FontFiles& files = font_files();
  complain(report, files.text, "Inter", "fonts-inter");
  complain(report, files.mono, "JetBrains Mono", "fonts-jetbrains-mono");
  complain(report, files.cjk, "Noto Sans CJK JP", "fonts-noto-cjk");
  atlas.Clear();
  use_freetype(&atlas);
  const AtlasPlan plan = plan_atlas(glyphs.size(), scale);
  atlas.TexDesiredWidth = plan.width;
  atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
  static std::vector<ImWchar> ranges;  // ImGui keeps the pointer until the atlas is built
  ranges = glyphs.ranges();
  Builder build(atlas, ranges, plan.shrink);
  // ImGui sizes fonts by ascent + descent: at equal size Japanese would look small.
  constexpr float kText = 1.18f, kMono = 1.10f;
  Faces faces;
  faces.body = build.face(files.text, files.cjk, 19 * scale, kText);
  faces.bold = build.face(files.bold, files.cjk_bold, 19 * scale, kText);
  faces.title = build.face(files.bold, files.cjk_bold, 27 * scale, kText);
  faces.small = build.face(files.text, files.cjk, 16 * scale, kText);
  faces.small_bold = build.face(files.bold, files.cjk_bold, 15 * scale, kText);
  faces.mono = build.face(files.mono, files.cjk, 17.5f * scale, kMono);
  faces.mono_small = build.face(files.mono, files.cjk, 15.5f * scale, kMono);
  atlas.Build();
  build.set_scales();
  built = glyphs;
  missing.clear();
  return faces;
}

ReadyFonts build_ahead(GlyphSet glyphs, float scale) {
  ReadyFonts out;
  out.atlas = std::make_unique<ImFontAtlas>();
  out.scale = scale;
  out.faces = build_faces(*out.atlas, glyphs, scale, &out.report);
  out.glyphs = std::move(glyphs);
  return out;
}

void draw_with(const ReadyFonts& ready) {
  built = ready.glyphs;
  missing.clear();
}

void note_missing_glyphs(std::string_view text) {
  while (!text.empty()) {
    const Utf8Char c = decode_utf8(text);
    if (c.code >= 0x80 && c.code < 0x10000 && !built.has(c.code) && missing.size() < 4096)
      missing += text.substr(0, c.bytes);
    text.remove_prefix(c.bytes);
  }
}

std::string take_missing_glyphs() { return std::exchange(missing, {}); }

}  // namespace posthorn::viz
