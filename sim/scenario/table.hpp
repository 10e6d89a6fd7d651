// Tables of keys: an object's fields as data, read and turned into JSON Schema by one engine.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "sim/scenario/types.hpp"

namespace posthorn::scenario {

enum class Need : std::uint8_t { optional, required };

template <class Object>
struct Field {
  std::string key;
  Need need;
  std::string description;
  std::function<void(Reader&, const json::Value&, Object&)> read;
  std::function<std::string()> schema;
};

/// A key whose value goes to `member`.
template <class Object, class Member, class Type>
Field<Object> field(std::string key, Member Object::*member, Type type, Need need,
                    std::string description) {
  return {
      std::move(key), need, std::move(description),
      [member, type](Reader& r, const json::Value& v, Object& o) { type.read(r, v, o.*member); },
      [type] { return type.schema(); }};
}

/// A key whose value goes to `member` of the alternative `Part` that object.what holds.
template <class Object, class Part, class Member, class Type>
Field<Object> part(std::string key, Member Part::*member, Type type, Need need,
                   std::string description) {
  return {std::move(key), need, std::move(description),
          [member, type](Reader& r, const json::Value& v, Object& o) {
            type.read(r, v, std::get<Part>(o.what).*member);
          },
          [type] { return type.schema(); }};
}

/// A key whose whole value is the alternative `Part` of object.what.
template <class Object, class Part, class Type>
Field<Object> whole(std::string key, Type type, std::string description) {
  return {std::move(key), Need::required, std::move(description),
          [type](Reader& r, const json::Value& v, Object& o) {
            type.read(r, v, std::get<Part>(o.what));
          },
          [type] { return type.schema(); }};
}

/// "story item" -> "story-item": a name under $defs must need no escaping.
std::string definition_name(std::string name);

/// Reports keys of `value` that are not among `keys`; `name` is what messages call the object.
bool report_unknown(Reader& reader, const json::Value& value, const std::string& name,
                    const std::vector<std::string>& keys);
void report_missing(Reader& reader, const json::Value& value, const std::string& name,
                    const std::string& key);

template <class Object>
void read_fields(Reader& reader, const json::Value& value, const std::string& name,
                 const std::vector<Field<Object>>& fields, Object& out) {
  for (const Field<Object>& f : fields) {
    if (const json::Value* found = value.find(f.key))
      f.read(reader, *found, out);
    else if (f.need == Need::required)
      report_missing(reader, value, name, f.key);
  }
}

/// The schema text of an object with these fields; `tail` adds further members.
template <class Object>
std::string fields_schema(const std::vector<Field<Object>>& fields, const std::string& tail = {}) {
  std::string properties, required;
  for (const Field<Object>& f : fields) {
    const std::string inner = f.schema();  // {"...":...}: the description is put in front
    properties += (properties.empty() ? "" : ",") + json_string(f.key) + R"(:{"description":)" +
                  json_string(f.description) + (inner == "{}" ? "" : ",") + inner.substr(1);
    if (f.need == Need::required) required += (required.empty() ? "" : ",") + json_string(f.key);
  }
  return R"({"type":"object","additionalProperties":false,"properties":{)" + properties + "}" +
         (required.empty() ? "" : R"(,"required":[)" + required + "]") + tail + "}";
}

/// An object with one table of fields. `table` is a function so that tables may refer to each
/// other whatever the order of initialisation.
template <class Object>
struct Record {
  std::string name;  ///< in messages and as the name under $defs
  const std::vector<Field<Object>>& (*table)();
  void (*finish)(Reader&, const json::Value&, Object&) = nullptr;

  void read(Reader& reader, const json::Value& value, Object& out) const {
    if constexpr (requires { out.where = value.at; }) out.where = value.at;
    std::vector<std::string> keys;
    for (const auto& f : table()) keys.push_back(f.key);
    if (!reader.require(value, json::Kind::object, "an object with the keys of " + name,
                        keys.empty() ? fill(say::no_keys_hint, {scenario::quoted(name) + ": {}"})
                                     : fill(say::keys_are, {listed(keys)})))
      return;
    report_unknown(reader, value, name, keys);
    read_fields(reader, value, name, table(), out);
    if (finish != nullptr) finish(reader, value, out);
  }
  [[nodiscard]] std::string schema() const {
    return R"({"$ref":)" + json_string("#/$defs/" + definition_name(name)) + "}";
  }
  [[nodiscard]] std::string definition() const { return fields_schema(table()); }
};

/// One of the things that an item can be: known by its first key.
template <class Object>
struct Choice {
  std::vector<Field<Object>> fields;  ///< the first one's key tells the choice
  void (*begin)(Object&);             ///< makes object.what hold it
};

/// An object that is exactly one of several choices, with some fields in common.
template <class Object>
struct Choices {
  std::string name;
  const std::vector<Field<Object>>& (*common)();
  const std::vector<Choice<Object>>& (*table)();

  void read(Reader& reader, const json::Value& value, Object& out) const {
    out.where = value.at;
    std::vector<std::string> tags, all;
    for (const auto& f : common()) all.push_back(f.key);
    for (const auto& choice : table()) tags.push_back(choice.fields[0].key);
    if (!reader.require(value, json::Kind::object,
                        "an object with one of the keys " + listed(tags)))
      return;
    const Choice<Object>* chosen = choose(reader, value, tags);
    if (chosen == nullptr) {
      for (const auto& choice : table())
        for (const auto& f : choice.fields) all.push_back(f.key);
      if (!report_unknown(reader, value, name, all))
        reader.report(value.at, fill(say::missing_one_of, {"this " + name, listed(tags)}));
      return;
    }
    chosen->begin(out);
    for (const auto& f : chosen->fields) all.push_back(f.key);
    report_unknown(reader, value, name, with_tags(all, tags));
    read_fields(reader, value, name, common(), out);
    read_fields(reader, value, name, chosen->fields, out);
  }
  [[nodiscard]] std::string schema() const {
    return R"({"$ref":)" + json_string("#/$defs/" + definition_name(name)) + "}";
  }
  [[nodiscard]] std::string definition() const {
    std::string text = R"({"oneOf":[)";
    for (const auto& choice : table()) {
      std::vector<Field<Object>> fields = common();
      fields.insert(fields.end(), choice.fields.begin(), choice.fields.end());
      text += (text.back() == '[' ? "" : ",") + fields_schema(fields);
    }
    return text + "]}";
  }

 private:
  const Choice<Object>* choose(Reader& reader, const json::Value& value,
                               const std::vector<std::string>& tags) const {
    const Choice<Object>* chosen = nullptr;
    for (std::size_t i = 0; i < tags.size(); ++i) {
      if (value.find(tags[i]) == nullptr) continue;
      if (chosen == nullptr) {
        chosen = &table()[i];
        continue;
      }
      for (const json::Member& member : value.members)
        if (member.key == tags[i])
          reader.report(member.at,
                        fill(say::two_of, {"this " + name, scenario::quoted(chosen->fields[0].key),
                                           scenario::quoted(tags[i])}),
                        std::string(say::two_of_hint));
    }
    return chosen;
  }
  /// A second tag was reported by choose(): it is not unknown as well.
  static std::vector<std::string> with_tags(std::vector<std::string> keys,
                                            const std::vector<std::string>& tags) {
    keys.insert(keys.end(), tags.begin(), tags.end());
    return keys;
  }
};

}  // namespace posthorn::scenario
