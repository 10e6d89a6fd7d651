// What a scenario promised and what came of it, in Japanese. That no sentence is missing shows the
// test of the expectations themselves (tests/sim/scenario/expect_test.cpp).
#include "tests/support/catch.hpp"
#include "text/text.hpp"

using namespace posthorn;

TEST_CASE("Expectations are told in Japanese, with the names and figures in their places",
          "[text]") {
  const struct {
    const char *en, *ja;
  } table[] = {
      {"the mailbox of ben@kaede.example holds messages",
       "ben@kaede.example のメールボックスにメールがあること: 一通以上"},
      {"the mailbox of ben@kaede.example holds 2 messages, 1 of them seen, one with the subject "
       "\"お花見, 1 of them\"",
       "ben@kaede.example のメールボックスにメールがあること: 2 通、うち既読 1 通、件名が "
       "\"お花見, 1 of them\" のものを含む"},
      {"it holds 1 message, 0 seen, \"お花見\", \"it showed nothing\"",
       "あるのは 1 通、うち既読 0 通: \"お花見\", \"it showed nothing\""},
      {"it holds 0 messages, 0 seen", "あるのは 0 通、うち既読 0 通"},
      {"the letter to ben@kaede.example came back to aiko@sakura.example",
       "ben@kaede.example あてのメールが aiko@sakura.example に戻ってくること"},
      {"3 delivery attempts for ben@kaede.example", "ben@kaede.example あて: 配送の試み 3 回"},
      {"there were 1", "1 回でした"},
      {"queue-accepted, then queue-attempt:2, then mailbox-stored",
       "queue-accepted の次に queue-attempt:2 の次に mailbox-stored"},
      {"queue-attempt:2 did not happen after queue-accepted",
       "queue-accepted の後に queue-attempt:2 が起きていません"},
      {"whoever listens to a – b reads \"secret\"",
       "a と b の間で盗聴すると \"secret\" と読めること"},
      {"whoever listens to a – b cannot read \"secret\"",
       "a と b の間で盗聴しても \"secret\" とは読めないこと"},
      {"the screen of ben@kaede.example shows a letter",
       "ben@kaede.example の画面にメールが出ること"},
      {"the screen of ben@kaede.example shows the letter \"お花見\"",
       "ben@kaede.example の画面にメール \"お花見\" が出ること"},
      {"it showed \"x\"", "出たのは \"x\" です"},
  };
  for (const auto& row : table) {
    CHECK(texts::expectation(row.en).ja == row.ja);
    CHECK(texts::expectation(row.en).en == row.en);
  }
}
