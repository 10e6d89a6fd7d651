// What is wrong with a scenario, in Japanese: every broken scenario that is shipped, sentence by
// sentence.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"
#include "text/patterns.hpp"
#include "text/text.hpp"

using namespace posthorn;
namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Words of a sentence in English: two behind each other, outside of quotes, none of them a name.
/// What a person has to copy (JSON, records) is short or quoted.
std::string english_in(std::string_view line) {
  std::string words;
  int run = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == '"') quoted = !quoted;
    std::size_t end = at;
    while (end < line.size() && std::islower(static_cast<unsigned char>(line[end])) != 0) ++end;
    const bool name = (end < line.size() && (line[end] == '.' || line[end] == '@')) ||
                      (at > 0 && (line[at - 1] == '.' || line[at - 1] == '@' ||
                                  line[at - 1] == '-' || line[at - 1] == '\\'));
    const std::string_view word = line.substr(at, end - at);
    const bool of_json = word == "true" || word == "false" || word == "null";
    if (!quoted && word.size() >= 2 && !name && !of_json) {
      words += std::string(word) + " ";
      ++run;
    }
    at = std::max(end, at + 1);
  }
  return run >= 2 ? words : std::string();
}

}  // namespace

TEST_CASE("Everything that is said about a broken scenario is said in Japanese, too", "[text]") {
  int lines = 0;
  for (const auto& file :
       fs::directory_iterator(fs::path(POSTHORN_SOURCE_DIR) / "scenarios/broken")) {
    const std::string path = file.path().string();
    if (!path.ends_with(".expected.txt")) continue;
    const std::string told = read(path);
    CHECK(texts::diagnostics(told, Lang::en) == told);
    std::istringstream japanese(texts::diagnostics(told, Lang::ja));
    std::istringstream english(told);
    for (std::string ja, en; std::getline(japanese, ja) && std::getline(english, en); ++lines) {
      INFO(fs::path(path).filename().string() << "\n" << en << "\n" << ja);
      CHECK(english_in(ja.substr(std::min(ja.find(": "), ja.size()))).empty());
    }
  }
  CHECK(lines > 100);
}

TEST_CASE("File, line and column stay where they are; lines of the file stay as they are",
          "[text]") {
  CHECK(texts::diagnostics("x.json:3:7: error: \"b\" does not offer \"smtp\"\n"
                           "  hint: add it to the \"services\" of that host\n"
                           "     3 | \"error: no such thing\"\n",
                           Lang::ja) ==
        "x.json:3:7: 誤り: \"b\" には \"smtp\" のサービスがありません\n"
        "  ヒント: そのホストの \"services\" に加えてください\n"
        "     3 | \"error: no such thing\"\n");
}

TEST_CASE("A sentence's holes go where the Japanese wants them", "[text]") {
  const texts::Sentence sentences[] = {
      {"{} is in {}", "{2}に{1}があります"},
      {"a {}, or a {}", "{}か{}"},
      {"stone", "石"},
  };
  CHECK(texts::translate(sentences, "stone is in the box") == "the boxに石があります");
  CHECK(texts::translate(sentences, "a stone, or a stone") == "石か石");
  CHECK_FALSE(texts::translate(sentences, "nothing of the kind"));
  CHECK_FALSE(texts::translate(sentences, " is in the box"));  // a hole is never empty
}
