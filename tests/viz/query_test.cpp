// The search field: what is typed, and which rows it finds.

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"
#include "viz/model/changes.hpp"
#include "viz/model/model.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;
using namespace std::chrono_literals;

namespace {

/// The texts of the rows that a query finds.
std::vector<std::string> found(const std::string& query, const std::string& name = "first-letter",
                               Lang lang = Lang::en) {
  Model model(lesson(name));
  model.likes.lang = lang;
  apply(model, SetFilter{query});
  std::vector<std::string> out;
  for (const RecordId id : model.visible)
    out.push_back(transcript_row(*model.trace, id).text.in(lang));
  return out;
}

using Field = Term::Field;

}  // namespace

TEST_CASE("What is typed becomes terms") {
  struct Example {
    const char* typed;
    std::vector<std::tuple<Field, std::string, bool>> terms;
  };
  const Example examples[] = {
      {"", {}},
      {"   ", {}},
      {"EHLO", {{Field::any, "ehlo", false}}},
      {"mail from", {{Field::any, "mail", false}, {Field::any, "from", false}}},
      {"\"mail from\"", {{Field::any, "mail from", false}}},
      {"from:aiko code:450", {{Field::from, "aiko", false}, {Field::verb, "450", false}}},
      {"-dns", {{Field::any, "dns", true}}},
      {"-host:ben", {{Field::host, "ben", true}}},
      {"to:\"Ben K\"", {{Field::to, "ben k", false}}},
      {"桜　お花見", {{Field::any, "桜", false}, {Field::any, "お花見", false}}},  // wide space
      {"from：愛子", {{Field::from, "愛子", false}}},                              // wide colon
      {"http://x", {{Field::any, "http://x", false}}},  // no key of ours: a word
      {"code:", {}},                                    // still being typed
      {"-", {{Field::any, "-", false}}},
      {"\"open", {{Field::any, "open", false}}},
  };
  for (const Example& example : examples) {
    INFO(example.typed);
    const Query query = parse_query(example.typed);
    REQUIRE(query.terms.size() == example.terms.size());
    for (std::size_t i = 0; i < query.terms.size(); ++i) {
      const auto& [field, word, without] = example.terms[i];
      CHECK(query.terms[i].field == field);
      CHECK(query.terms[i].word == word);
      CHECK(query.terms[i].without == without);
    }
  }
}

TEST_CASE("A query finds lines by what they say and who says it") {
  CHECK(found("code:354").size() == 2);
  for (const std::string& text : found("code:354")) CHECK(text.substr(0, 3) == "354");
  CHECK(found("verb:ehlo").size() == 2);
  CHECK(found("verb:ehlo from:aiko").size() == 1);
  CHECK(found("verb:ehlo from:愛子").size() == 1);  // a name in any language
  CHECK(found("verb:ehlo -from:aiko").size() == 1);
  CHECK(found("protocol:imap verb:fetch host:ben").size() >= 1);
  CHECK(found("protocol:imap protocol:smtp").empty());
  CHECK(found("connection:1 verb:quit").size() == 1);
  CHECK(found("step:4 protocol:smtp").size() >= 1);
  CHECK(found("zzzzz").empty());
}

TEST_CASE("A query finds letters by their own words, though they cross the wire in base64") {
  CHECK_FALSE(found("公園でお花見").empty());
  CHECK_FALSE(found("to:ben from:aiko letter:1").empty());
  CHECK(found("letter:77").empty());
}

TEST_CASE("A temporary refusal is found by its sender and code") {
  const auto rows = found("code:450", "greylist");
  const auto others = found("code:451", "greylist");
  CHECK(rows.size() + others.size() >= 1);
}

TEST_CASE("Hits can be shown among all rows, and gone through") {
  Model model(lesson("first-letter"));
  apply(model, SetFilter{"code:250"});
  const std::size_t hits = model.hits.size();
  REQUIRE(hits > 3);
  CHECK(model.visible == model.hits);
  apply(model, ToggleOnlyHits{});
  CHECK(model.visible == model.rows);
  CHECK(model.hits.size() == hits);
  apply(model, SeekStart{});
  for (std::size_t i = 0; i < hits; ++i) {
    apply(model, NextHit{true});
    CHECK(model.focus() == model.hits[i]);
  }
  apply(model, NextHit{true});  // there is none after the last
  CHECK(model.focus() == model.hits.back());
  apply(model, NextHit{false});
  CHECK(model.focus() == model.hits[hits - 2]);
}

TEST_CASE("A hop's changes are the smallest set of lines") {
  using Kind = ChangedLine::Kind;
  struct Example {
    const char *before, *after;
    std::vector<std::pair<Kind, std::string>> lines;
  };
  const Example examples[] = {
      {"A: 1\r\n\r\nx\r\n",
       "R: 2\r\nA: 1\r\n\r\nx\r\n",
       {{Kind::added, "R: 2"}, {Kind::same, "A: 1"}, {Kind::same, ""}, {Kind::same, "x"}}},
      {"A: 1\nB: 2\nC: 3\n",
       "A: 1\nC: 3\n",
       {{Kind::same, "A: 1"}, {Kind::removed, "B: 2"}, {Kind::same, "C: 3"}}},
      {"a\nb\n", "a\nc\n", {{Kind::same, "a"}, {Kind::removed, "b"}, {Kind::added, "c"}}},
      {"", "a\n", {{Kind::added, "a"}}},
      {"a\n", "", {{Kind::removed, "a"}}},
      {"", "", {}},
  };
  for (const Example& example : examples) {
    INFO(example.before << " -> " << example.after);
    const auto lines = changed_lines(example.before, example.after);
    REQUIRE(lines.size() == example.lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CHECK(lines[i].kind == example.lines[i].first);
      CHECK(lines[i].text == example.lines[i].second);
    }
  }
  const auto letter = changed_lines("", "Subject: a\n\nbody\n");
  CHECK(letter[0].header);
  CHECK_FALSE(letter[2].header);
}

TEST_CASE("Applying the changes to the one gives the other, for any two texts") {
  std::uint32_t state = 12345;
  const auto random = [&](std::uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (state >> 16) % below;
  };
  for (int round = 0; round < 200; ++round) {
    std::string before, after;
    for (std::uint32_t i = random(12); i > 0; --i)
      before += std::string(1, static_cast<char>('a' + random(4))) + "\n";
    for (std::uint32_t i = random(12); i > 0; --i)
      after += std::string(1, static_cast<char>('a' + random(4))) + "\n";
    std::string from, to;
    for (const ChangedLine& line : changed_lines(before, after)) {
      if (line.kind != ChangedLine::Kind::added) from += line.text + "\n";
      if (line.kind != ChangedLine::Kind::removed) to += line.text + "\n";
    }
    CHECK(from == before);
    CHECK(to == after);
  }
}

TEST_CASE("Times are said as people say them") {
  const std::pair<Duration, const char*> examples[] = {
      {40ms, "40 ms"}, {3200ms, "3.2 s"}, {90s, "1.5 min"},  {1800s, "30 min"},
      {4h, "4 h"},     {48h, "2 d"},      {250us, "250 µs"}, {0ns, "0 µs"}};
  for (const auto& [time, text] : examples) CHECK(duration_text(time, Lang::en) == text);
  CHECK(duration_text(1800s, Lang::ja) == "30分");
}
