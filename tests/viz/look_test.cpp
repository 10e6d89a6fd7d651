// Colours that can be read, lines that break where Japanese may break.
#include "tests/support/catch.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {
std::vector<std::string> wrapped(std::string_view text, float width_in_kanji) {
  const Face& face = faces().body;
  const float width = text_size(face, "あ").x * width_in_kanji + 1;
  std::vector<std::string> out;
  for (const std::string_view line : wrap_text(face, text, width)) out.emplace_back(line);
  return out;
}
using Lines = std::vector<std::string>;
}  // namespace

TEST_CASE("text has a contrast of at least 4.5 on every ground it stands on") {
  CHECK(contrast(rgb(0x000000), rgb(0xFFFFFF)) > 20.9);
  for (const Theme theme : {Theme::light, Theme::dark}) {
    const Palette& p = palette(theme);
    for (const ImU32 ground : {p.card, p.background, p.row, p.soft, p.field}) {
      CHECK(contrast(p.text, ground) >= 4.5);
      CHECK(contrast(p.muted, ground) >= 4.5);
    }
    CHECK(contrast(p.on_primary, p.primary) >= 4.5);
    CHECK(contrast(p.on_primary, p.primary_hover) >= 4.5);
    CHECK(contrast(p.primary, p.card) >= 4.5);
    for (const ImU32 c : {p.good, p.warn, p.bad}) {
      CHECK(contrast(p.on_badge, c) >= 4.5);
      CHECK(contrast(c, p.tint(c)) >= 4.5);
    }
    for (const ImU32 c : p.protocol) {
      CHECK(contrast(p.on_badge, c) >= 4.5);
      CHECK(contrast(c, p.tint(c)) >= 4.5);
    }
  }
}

TEST_CASE("Japanese lines break between characters, by the kinsoku rules") {
  const Harness h;
  CHECK(wrapped("送信サーバーへ送る", 4) == Lines{"送信", "サーバー", "へ送る"});
  // A comma, a closing bracket or a long vowel mark never begins a line.
  CHECK(wrapped("あいうえ、かき", 4) == Lines{"あいう", "え、かき"});
  CHECK(wrapped("あいうえー", 4) == Lines{"あいう", "えー"});
  CHECK(wrapped("「あいう」え", 4) == Lines{"「あい", "う」え"});
  // An opening bracket never ends one.
  CHECK(wrapped("あいう「かき」", 4) == Lines{"あいう", "「かき」"});
}

TEST_CASE("katakana words, brackets and the ends of sentences stay together") {
  const Harness h;
  CHECK(wrapped("愛子さんのメールサーバーです", 9) == Lines{"愛子さんの", "メールサーバーです"});
  CHECK(wrapped("これはメールサーバー", 8) == Lines{"これは", "メールサーバー"});
  CHECK(wrapped("メールサーバー", 4) == Lines{"メール", "サーバー"});  // longer than any line
  CHECK(wrapped("住所を調べる(住所録)", 8.5f) == Lines{"住所を調べる", "(住所録)"});
  CHECK(wrapped("このあとで手紙は読みません。", 12) == Lines{"このあとで手紙は", "読みません。"});
}

TEST_CASE("lines end where a phrase ends, if not much is left empty by it") {
  const Harness h;
  CHECK(wrapped("手紙を書いて送ります", 7) == Lines{"手紙を書いて", "送ります"});
  CHECK(wrapped("住所録でお返事を送ります", 5) == Lines{"住所録で", "お返事を", "送ります"});
  CHECK(wrapped("届きました。次へ", 7) == Lines{"届きました。", "次へ"});
}

TEST_CASE("Latin words stay whole, unless they are longer than a line") {
  const Harness h;
  CHECK(wrapped("mail server", 4) == Lines{"mail", "server"});
  CHECK(wrapped("a\n\nb", 4) == Lines{"a", "", "b"});
  const Lines long_word = wrapped("abcdefghijklmnopqrstuvwxyz", 4);
  CHECK(long_word.size() > 1);
  CHECK(wrapped("", 4).empty());
}

TEST_CASE("no wrapped line is wider than allowed, and nothing is lost") {
  const Harness h;
  const std::string text =
      "送信サーバーは example.com のMXレコードをDNSに問い合わせ、「優先度」の最も高いサーバーへ。";
  for (const float width : {60.0f, 100.0f, 170.0f, 400.0f}) {
    std::string joined;
    for (const std::string_view line : wrap_text(faces().body, text, width)) {
      CHECK(text_size(faces().body, line).x <= width + 0.5f);
      joined += line;
    }
    std::string wanted = text, got = joined;
    std::erase(wanted, ' ');
    std::erase(got, ' ');
    CHECK(got == wanted);
  }
}

TEST_CASE("elided text fits and stays UTF-8") {
  const Harness h;
  const std::string text = "さくらのサーバーから届いたメール";
  for (float width = 30; width < 300; width += 7) {
    const std::string shown = elide(faces().body, text, width);
    CHECK(text_size(faces().body, shown).x <= width);
    CHECK(shown.find("\xEF\xBF\xBD") == std::string::npos);
  }
}

TEST_CASE("glyphs that were never announced are added at the next frame") {
  Harness h;
  const char* rare = "鬱";
  ImGui::NewFrame();
  draw_text(ImGui::GetForegroundDrawList(), faces().body, {0, 0}, colors().text, rare);
  ImGui::EndFrame();
  h.headless.frame();
  CHECK(faces().body.font->FindGlyphNoFallback(0x9B31) != nullptr);
}
