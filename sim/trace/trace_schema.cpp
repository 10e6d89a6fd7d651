#include "sim/trace/trace_schema.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/trace/names.hpp"

namespace posthorn::trace {
namespace {

using Json = nlohmann::ordered_json;

Json reference(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }
Json whole_number(std::uint64_t highest) {
  return {{"type", "integer"}, {"minimum", 0}, {"maximum", highest}};
}
Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

template <Named E>
Json words() {
  Json list = Json::array();
  for (const std::string_view name : Names<E>::all) list.push_back(name);
  return {{"enum", std::move(list)}};
}

/// An object with exactly these members; all of them required but those named in `optional`.
Json object(Json members, const std::vector<std::string>& optional = {}) {
  Json required = Json::array();
  for (const auto& [name, schema] : members.items())
    if (std::find(optional.begin(), optional.end(), name) == optional.end())
      required.push_back(name);
  return {{"type", "object"},
          {"properties", std::move(members)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

template <class T>
Json field_schema() {
  if constexpr (std::is_same_v<T, TextId>)
    return reference("text");
  else if constexpr (std::is_same_v<T, bool>)
    return {{"type", "boolean"}};
  else if constexpr (Named<T>)
    return words<T>();
  else if constexpr (requires { T::value; })
    return whole_number(std::numeric_limits<std::uint32_t>::max());
  else
    return whole_number(std::numeric_limits<T>::max());
}

/// What every record has.
Json record_members() {
  return {
      {"id", {{"type", "integer"}, {"minimum", 1}}},
      {"at", {{"type", "integer"}, {"minimum", 0}, {"description", "nanoseconds"}}},
      {"cause", {{"type", "integer"}, {"minimum", 1}, {"description", "id of a record before"}}},
      {"message", {{"type", "integer"}, {"minimum", 1}}},
      {"step", {{"type", "integer"}, {"minimum", 1}, {"maximum", 255}}}};
}

template <class F>
Json fact_schema() {
  Json members = record_members();
  members["fact"] = {{"const", F::kName}};
  const F fact{};
  F::fields(fact, [&](const char* name, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    Json schema = field_schema<T>();
    // A fact's field never hides the record's own: it gets a prefix when both are there.
    const std::string prefixed = std::string("fact_") + name;
    if (members.contains(name)) {
      members[prefixed] = schema;
      if (std::string_view(name) == "step") members["step"] = schema;
    } else {
      members[name] = std::move(schema);
    }
  });
  std::vector<std::string> optional{"cause", "message", "step"};
  for (const auto& [name, schema] : members.items())
    if (name.starts_with("fact_")) optional.push_back(name);
  return object(std::move(members), optional);
}

template <std::size_t... I>
Json all_facts(std::index_sequence<I...>) {
  Json list = Json::array();
  (list.push_back(fact_schema<std::variant_alternative_t<I, Fact>>()), ...);
  return list;
}

Json scene_schema() {
  const Json text = {{"type", "string"}}, number = {{"type", "integer"}};
  const Json host = object(
      {{"name", text},
       {"label", reference("local-text")},
       {"kind", words<HostKind>()},
       {"services", list_of(text)},
       {"user", text},
       {"reads", text},
       {"domain", text},
       {"addresses", list_of(text)},
       {"position",
        {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 2}, {"maxItems", 2}}}},
      {"position"});
  const Json id = whole_number(std::numeric_limits<std::uint32_t>::max());
  return object(
      {{"title", reference("local-text")},
       {"summary", reference("local-text")},
       {"seed", whole_number(std::numeric_limits<std::uint64_t>::max())},
       {"epoch", {{"type", "integer"}, {"description", "seconds since 1970 at the beginning"}}},
       {"utc_offset", {{"type", "integer"}, {"description", "minutes east of UTC"}}},
       {"hosts", list_of(host)},
       {"links",
        list_of(object({{"a", id},
                        {"b", id},
                        {"latency", number},
                        {"bandwidth", whole_number(std::numeric_limits<std::uint64_t>::max())}}))},
       {"accounts",
        list_of(object({{"address", text}, {"display", reference("local-text")}, {"home", id}}))},
       {"narration", list_of(object({{"step", id},
                                     {"title", reference("local-text")},
                                     {"text", reference("local-text")},
                                     {"notes", reference("local-text")}},
                                    {"notes"}))},
       {"acts", list_of(reference("local-text"))}});
}

}  // namespace

std::string trace_schema() {
  const Json text = {{"type", "string"}};
  const Json base64 = {{"type", "string"}, {"contentEncoding", "base64"}};
  const Json digest = {{"type", "string"}, {"pattern", "^[0-9a-f]{16}$"}};
  const Json version = {{"const", 1}};
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "Posthorn trace"},
                 {"description", "Everything that happened in a simulated world, in order."}};
  schema.update(object({{"posthorn-trace", version},
                        {"scene", reference("scene")},
                        {"blobs", list_of(reference("blob"))},
                        {"records", list_of(reference("record"))},
                        {"digest", digest}},
                       {"digest"}));
  const Json line = {
      {"description", "A line of the line-by-line form (ndjson)."},
      {"anyOf",
       {object({{"posthorn-trace", version}, {"scene", reference("scene")}}),
        object({{"blob", reference("blob")}}), reference("record"), object({{"digest", digest}})}}};
  schema["$defs"] = {
      {"local-text", object({{"en", text}, {"ja", text}})},
      {"text",
       {{"description", "A string, or base64 where the bytes are no UTF-8."},
        {"anyOf", {text, object({{"base64", base64}})}}}},
      {"blob", {{"anyOf", {object({{"text", text}}), object({{"base64", base64}})}}}},
      {"scene", scene_schema()},
      {"record", {{"anyOf", all_facts(std::make_index_sequence<std::variant_size_v<Fact>>())}}},
      {"line", line}};
  return schema.dump(1) + "\n";
}

}  // namespace posthorn::trace
