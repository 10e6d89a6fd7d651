#include "sim/scenario/schema.hpp"

#include <nlohmann/json.hpp>

#include "sim/scenario/tables.hpp"

namespace posthorn::scenario {

std::string scenario_schema() {
  using Json = nlohmann::ordered_json;
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "Posthorn scenario"},
                 {"description", "A world of mail clients and servers, a story, expectations."}};
  schema.update(Json::parse(scenario_table().definition()));
  Json& defs = schema["$defs"];
  for (const auto& [name, text] : definitions()) defs[name] = Json::parse(text);
  return schema.dump(2) + "\n";
}

}  // namespace posthorn::scenario
