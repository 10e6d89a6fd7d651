// What people are spared of an attachment, and what of a letter they never are.
#include "export/readable_lines.hpp"

#include <sstream>

#include "export/formats.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;
using exporting::readable_lines;

namespace {

/// Lines 0, 1, 2, ... of an attachment, each of another letter, and a padded end.
std::string attachment(int full) {
  std::string text;
  for (int i = 0; i < full; ++i) text += std::string(76, static_cast<char>('a' + i % 26)) + "\r\n";
  return text + "YWJjZA==\r\n";
}

std::string write(const trace::Trace& trace, std::string_view format, exporting::Options options) {
  std::ostringstream out;
  REQUIRE(exporting::format_named(format)->write(trace, options, out));
  return std::move(out).str();
}

}  // namespace

TEST_CASE("Of a long attachment the first and the last lines are shown, and how much is not") {
  const auto lines = readable_lines("--b\r\n\r\n" + attachment(20) + "\r\n--b--\r\n", Lang::en);
  REQUIRE(lines.size() == 11);
  CHECK(lines[0] == "--b");
  CHECK(lines[2] == std::string(76, 'a'));
  CHECK(lines[4] == std::string(76, 'c'));
  CHECK(lines[5] == "… (15 lines, 1170 octets left out)");  // 78 each, with its line end
  CHECK(lines[6] == std::string(76, 's'));
  CHECK(lines[8] == "YWJjZA==");
  CHECK(lines[10] == "--b--");
  CHECK(readable_lines(attachment(20), Lang::ja)[3] == "…(途中の 15 行、1170 バイトを省略)");
}

TEST_CASE("Eight lines of base64 are not long; what is no base64 is never left out") {
  CHECK(readable_lines(attachment(7), Lang::en).size() == 8);
  CHECK(readable_lines(attachment(8), Lang::en).size() == 7);  // 3, one for 3, 3
  std::string words, prose, ragged;
  for (int i = 0; i < 100; ++i) {
    words += "word\r\n";
    prose += std::string(40, 'a') + " " + std::string(35, 'b') + "\r\n";
    ragged += std::string(static_cast<std::size_t>(50 + i % 2), 'a') + "\r\n";
  }
  for (const std::string& text : {words, prose, ragged})
    CHECK(readable_lines(text, Lang::en).size() == 100);
  CHECK(readable_lines("", Lang::en).empty());
  CHECK(readable_lines("one\n\ntwo", Lang::en) == std::vector<std::string>{"one", "", "two"});
}

TEST_CASE("Two attachments in a row are two runs") {
  const auto lines = readable_lines(attachment(20) + "--b\r\n\r\n" + attachment(10), Lang::en);
  REQUIRE(lines.size() == 7 + 2 + 7);
  CHECK(lines[3] == "… (15 lines, 1170 octets left out)");
  CHECK(lines[12] == "… (5 lines, 390 octets left out)");
}

TEST_CASE("People read the beginning and the end of an attachment; programs get all of it") {
  scenario::Scenario s = two_domains();
  scenario::Send send = letter({"ben@kaede.example"}, "hanami", "Come!\n");
  std::string octets;
  for (int i = 0; i < 3000; ++i) octets += static_cast<char>(i * i % 251);
  send.attachments.push_back(
      {"blossom.bin", "application/octet-stream", std::make_shared<const std::string>(octets)});
  s.story = {act(0s, "aiko@sakura.example", send)};
  const trace::Trace trace = world::run_scenario(s);

  exporting::Options english, japanese, plain;
  japanese.lang = Lang::ja;
  plain.plain = true;
  for (const char* format : {"text", "md", "html"}) {
    INFO(format);
    CHECK(write(trace, format, english).find(" octets left out)") != std::string::npos);
  }
  for (const char* format : {"text", "md"})
    CHECK(write(trace, format, japanese).find("バイトを省略)") != std::string::npos);
  CHECK(write(trace, "text", japanese).find("left out") == std::string::npos);
  for (const char* format : {"ndjson", "csv", "mbox"}) {
    INFO(format);
    CHECK(write(trace, format, english).find("left out)") == std::string::npos);
  }
  CHECK(write(trace, "text", plain).find("left out)") == std::string::npos);
}
