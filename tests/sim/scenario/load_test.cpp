// Loading: the shipped scenarios are right, and each broken one says exactly what is wrong.
// POSTHORN_UPDATE_GOLDEN=1 rewrites the goldens and the schema.
#include "sim/scenario/load.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "sim/scenario/schema.hpp"
#include "tests/support/catch.hpp"

namespace fs = std::filesystem;
using namespace posthorn;
using namespace posthorn::scenario;

namespace {

const fs::path kSource = POSTHORN_SOURCE_DIR;

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// Compares with a file of the repository, or rewrites it on request.
void check_golden(const fs::path& path, const std::string& actual) {
  if (std::getenv("POSTHORN_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  INFO(path.filename().string());
  REQUIRE(fs::exists(path));
  CHECK(slurp(path) == actual);
}

std::vector<fs::path> json_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::shared_ptr<const std::string>> no_files(const std::string&) {
  return Error{"there are no files here"};
}

std::string messages(std::string_view text) {
  return to_text(load_text(text, "x.json", no_files).diagnostics);
}

/// The smallest complete scenario, with `story` and `expect` as given.
std::string small(const std::string& story, const std::string& expect = "") {
  return R"({ "posthorn": 1, "title": "Small",
"hosts": [ { "name": "pc", "user": "aiko@sakura.example", "client": { "reads": "imap" } },
           { "name": "mail.sakura.example", "services": ["smtp", "submission", "imap"] } ],
"domains": [ { "name": "sakura.example", "mx": [ { "preference": 10, "host": "mail.sakura.example" } ],
               "accounts": [ { "name": "aiko", "password": "p" } ] } ],
"links": [ { "between": ["pc", "mail.sakura.example"] } ],
"story": [)" +
         story + R"(], "expect": [)" + expect + "] }";
}

}  // namespace

TEST_CASE("the shipped scenarios load without a word") {
  const auto files = json_files(kSource / "scenarios");
  CHECK(files.size() >= 17);
  std::set<std::uint32_t> places;
  for (const fs::path& file : files) {
    const LoadResult loaded = load_file(file.string());
    INFO(to_text(loaded.diagnostics));
    REQUIRE(loaded.ok());
    CHECK_FALSE(loaded.scenario->title.ja.empty());
    CHECK_FALSE(loaded.scenario->summary.ja.empty());
    CHECK_FALSE(loaded.scenario->expect.empty());
    CHECK(loaded.scenario->lesson > 0);
    CHECK(places.insert(loaded.scenario->lesson).second);
    CHECK(loaded.scenario->narration.size() >= 3);
    for (const Narration& n : loaded.scenario->narration) {
      for (const LocalText* text : {&n.title, &n.text}) {
        CHECK_FALSE(text->en.empty());
        CHECK_FALSE(text->ja.empty());
      }
      CHECK(n.text.en != n.text.ja);
    }
  }
}

TEST_CASE("each broken scenario gets exactly the diagnostics beside it") {
  const fs::path folder = kSource / "scenarios" / "broken";
  const auto files = json_files(folder);
  CHECK(files.size() >= 14);
  for (const fs::path& file : files) {
    const FileReader reader =
        [&](const std::string& path) -> Result<std::shared_ptr<const std::string>> {
      if (!fs::exists(folder / path)) return Error{"there is no such file"};
      return std::make_shared<const std::string>(slurp(folder / path));
    };
    const LoadResult loaded = load_text(slurp(file), file.filename().string(), reader);
    CHECK_FALSE(loaded.ok());
    CHECK_FALSE(loaded.diagnostics.empty());
    check_golden(fs::path(file).replace_extension(".expected.txt"), to_text(loaded.diagnostics));
  }
}

TEST_CASE("the schema in the repository is the one the program prints") {
  check_golden(kSource / "schema" / "scenario.schema.json", scenario_schema());
}

TEST_CASE("defaults follow from the rest of the scenario") {
  const LoadResult loaded = load_text(small(""), "x.json", no_files);
  INFO(to_text(loaded.diagnostics));
  REQUIRE(loaded.ok());
  const Scenario& s = *loaded.scenario;
  CHECK(s.domains[0].home == "mail.sakura.example");
  CHECK(s.hosts[0].client.submission == "mail.sakura.example");
  CHECK(s.hosts[0].client.incoming == "mail.sakura.example");
  REQUIRE(s.hosts[0].addresses.size() == 2);
  CHECK(s.hosts[0].addresses[0].to_string() == "192.0.2.10");
  CHECK(s.hosts[0].addresses[1].to_string() == "2001:db8:1::a");
  CHECK(s.hosts[0].label.en == "aiko");
  CHECK(s.links[0].latency == 10ms);
}

TEST_CASE("a record that says nothing of its TTL has its domain's") {
  const LoadResult loaded = load_text(R"({ "posthorn": 1, "title": "x", "links": [], "story": [],
"hosts": [ { "name": "ns.example", "services": ["dns"] } ],
"domains": [ { "name": "kaede.example", "ttl": "1h", "records": [
  { "name": "www.kaede.example", "type": "A", "value": "192.0.2.80" },
  { "name": "new.kaede.example", "type": "A", "value": "192.0.2.81", "ttl": "1m" } ] },
{ "name": "sakura.example", "records": [
  { "name": "www.sakura.example", "type": "A", "value": "192.0.2.82" } ] } ] })",
                                      "x.json", no_files);
  INFO(to_text(loaded.diagnostics));
  REQUIRE(loaded.ok());
  CHECK(loaded.scenario->domains[0].records[0].ttl == 3600);
  CHECK(loaded.scenario->domains[0].records[1].ttl == 60);
  CHECK(loaded.scenario->domains[1].records[0].ttl == 300);
}

TEST_CASE("a list that is written takes the place of the default") {
  std::string text = small("");
  text.insert(text.find(R"("services")"), R"("auth": ["cram-md5"], )");
  const LoadResult loaded = load_text(text, "x.json", no_files);
  INFO(to_text(loaded.diagnostics));
  REQUIRE(loaded.ok());
  CHECK(loaded.scenario->hosts[1].auth == std::vector{sasl::Mechanism::cram_md5});
}

TEST_CASE("the story is sorted by time, and equal times keep the order of the file") {
  const LoadResult loaded =
      load_text(small(R"({ "at": "2s", "who": "aiko@sakura.example", "fetch": {} },
               { "at": "1s", "break": { "host": "pc" } }, { "at": "1s", "repair": { "host": "pc" } })"),
                "x.json", no_files);
  INFO(to_text(loaded.diagnostics));
  REQUIRE(loaded.ok());
  const auto& story = loaded.scenario->story;
  CHECK(std::holds_alternative<Break>(story[0].what));
  CHECK(std::holds_alternative<Repair>(story[1].what));
  CHECK(std::holds_alternative<Fetch>(story[2].what));
  CHECK(story[2].where.line == 7);
}

TEST_CASE("places count characters, not octets") {
  CHECK(messages("{ \"posthorn\": 1, \"桜\": 1 }").find("x.json:1:18: error: unknown key") !=
        std::string::npos);
}

TEST_CASE("a file beside the scenario never lies outside its folder") {
  for (const char* path :
       {"../secret", "/etc/passwd", "a/../b", "a//b", "C:x", "a\\\\b", "", "./a"}) {
    const std::string text =
        messages(small(R"({ "at": "0s", "who": "aiko@sakura.example", "send": { "eml": ")" +
                       std::string(path) + "\" } }"));
    INFO(path << "\n" << text);
    CHECK(text.find("leaves the scenario's folder") != std::string::npos);
  }
}

TEST_CASE("all mistakes of a file are told in one go, in its order") {
  const LoadResult loaded =
      load_text(small(R"({ "at": "soon", "who": "aika@sakura.example", "fetch": {} })",
                      R"({ "mailbox": "aiko@sakura.exmaple", "mesages": 1 })"),
                "x.json", no_files);
  REQUIRE(loaded.diagnostics.size() == 4);
  CHECK(std::is_sorted(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                       [](const Diagnostic& a, const Diagnostic& b) {
                         return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                       }));
}

TEST_CASE("no text is too strange") {
  CHECK(messages("").find("the end of the file") != std::string::npos);
  CHECK(messages(std::string(100000, '[')).find("levels deep") != std::string::npos);
  CHECK(messages(std::string(2 << 20, ' ')).find("too large") != std::string::npos);
  CHECK(messages("[1, 2]").find("expected an object") != std::string::npos);
  std::string many = "{";
  for (int i = 0; i < 500; ++i) many += "\"k" + std::to_string(i) + "\": 1,";
  many += "\"x\": 1}";
  CHECK(load_text(many, "x.json", no_files).diagnostics.size() == kMaxDiagnostics + 1);
}
