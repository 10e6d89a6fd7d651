// docs/SCENARIOS.md: every example loads, and no key of the format is left out.
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "sim/scenario/load.hpp"
#include "sim/scenario/schema.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

using namespace posthorn;
using Json = nlohmann::ordered_json;

namespace {

std::string guide() {
  std::ifstream in(tests::kSource / "docs" / "SCENARIOS.md");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Example {
  std::string part;  ///< "" for a whole scenario
  std::string text;
};
/// The fences "```json" and "```json story".
std::vector<Example> examples() {
  std::vector<Example> out;
  std::istringstream lines(guide());
  std::string line;
  bool inside = false;
  while (std::getline(lines, line)) {
    if (!inside && line.rfind("```json", 0) == 0) {
      inside = true;
      out.push_back({line.size() > 8 ? line.substr(8) : "", ""});
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      out.back().text += line + "\n";
    }
  }
  return out;
}

/// The names that "$ref" points to.
void refs_of(const Json& schema, std::set<std::string>& out) {
  for (const auto& [name, value] : schema.items()) {
    if (name == "$ref") out.insert(value.get<std::string>());
    if (value.is_structured()) refs_of(value, out);
  }
}

/// Puts a part into the whole scenario of the page.
Json whole_with(Json whole, const std::string& part, const Json& piece) {
  const auto merge = [&](Json& into) { into.merge_patch(piece); };
  if (part == "top") merge(whole);
  if (part == "host") merge(whole["hosts"][4]);
  if (part == "domain") merge(whole["domains"][1]);
  if (part == "account") merge(whole["domains"][1]["accounts"][0]);
  if (part == "link") merge(whole["links"][3]);
  if (part == "narration" || part == "expect") whole[part] = piece;
  if (part == "story")
    for (const Json& item : piece) whole["story"].push_back(item);
  return whole;
}

void keys_of(const Json& schema, std::set<std::string>& out) {
  if (schema.is_array())
    for (const Json& one : schema) keys_of(one, out);
  if (!schema.is_object()) return;
  for (const auto& [name, value] : schema.items()) {
    if (name == "properties")
      for (const auto& [key, unused] : value.items()) out.insert(key);
    keys_of(value, out);
  }
}

}  // namespace

TEST_CASE("Every example of the guide to scenarios is right") {
  const std::vector<Example> all = examples();
  REQUIRE(all.size() >= 9);
  REQUIRE(all.front().part.empty());
  const Json whole = Json::parse(all.front().text);
  for (const Example& example : all) {
    INFO("part " << example.part << ": " << example.text);
    const Json piece = Json::parse(example.text);
    const Json scenario = example.part.empty() ? piece : whole_with(whole, example.part, piece);
    REQUIRE((example.part.empty() || scenario != whole));  // a part that nobody knows
    const auto loaded = scenario::load_text(
        scenario.dump(2), "SCENARIOS.md",
        [](const std::string& name) -> Result<std::shared_ptr<const std::string>> {
          return Error{name};
        });
    INFO(scenario::to_text(loaded.diagnostics));
    CHECK(loaded.ok());
  }
}

TEST_CASE("The guide to scenarios names every key") {
  std::set<std::string> keys;
  keys_of(Json::parse(scenario::scenario_schema()), keys);
  REQUIRE(keys.size() > 100);
  const std::string text = guide();
  for (const std::string& key : keys) {
    INFO(key);
    const bool named = text.find("`" + key + "`") != std::string::npos ||
                       text.find("\"" + key + "\"") != std::string::npos;
    CHECK(named);
  }
}

TEST_CASE("Every reference of the schema leads somewhere, and every definition is used") {
  const Json schema = Json::parse(scenario::scenario_schema());
  std::set<std::string> refs, defs;
  refs_of(schema, refs);
  for (const auto& [name, value] : schema["$defs"].items()) defs.insert("#/$defs/" + name);
  CHECK(refs == defs);
}
