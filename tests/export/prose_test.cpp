// Prose is broken as its language is broken, and nothing of it is lost.
#include "export/prose.hpp"

#include "export/markup.hpp"
#include "tests/support/catch.hpp"

using posthorn::exporting::columns;
using posthorn::exporting::wrap;
using Lines = std::vector<std::string>;

TEST_CASE("English is broken at spaces, and a word that is too long stays whole") {
  CHECK(wrap("It asks DNS, the directory.", 12) == Lines{"It asks DNS,", "the", "directory."});
  CHECK(wrap("see mail.sakura.example now", 8) == Lines{"see", "mail.sakura.example", "now"});
  CHECK(wrap("", 8).empty());
  CHECK(wrap("one", 80) == Lines{"one"});
}

TEST_CASE("Japanese is broken between letters, but no line begins with 。 or ends with 「") {
  CHECK(wrap("送信を押します。", 8) == Lines{"送信を押", "します。"});
  CHECK(wrap("送信を押した。", 12) == Lines{"送信を押し", "た。"});
  CHECK(wrap("次に「送信」を押す", 6) == Lines{"次に", "「送", "信」を", "押す"});
  CHECK(wrap("答えはMXレコード", 8) == Lines{"答えはMX", "レコード"});
}

TEST_CASE("Whatever the width, the letters are the same and the lines fit") {
  const std::string text =
      "DNSは住所録です。ドメインのMXレコードには「どのサーバーか」が書いてあります。It is a "
      "directory.";
  std::string letters;
  for (const char c : text)
    if (c != ' ') letters += c;
  for (std::size_t width = 12; width < 100; ++width) {
    std::string joined;
    for (const std::string& line : wrap(text, width)) {
      INFO(width << ": " << line);
      CHECK(columns(line) <= width + 4);  // what must not begin a line may hang out
      for (const char c : line)
        if (c != ' ') joined += c;
    }
    CHECK(joined == letters);
  }
}
