#include "sim/trace/trace_json.hpp"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "protocols/mail/charset.hpp"
#include "protocols/mail/transfer_encoding.hpp"
#include "sim/trace/names.hpp"

namespace posthorn::trace {
namespace {

using Json = nlohmann::ordered_json;

/// The scene's texts come from a scenario, which is UTF-8; a trace made by hand may differ.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string hex64(std::uint64_t value) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(value >> shift) & 15];
  return text;
}

// ---- the scene -----------------------------------------------------------------------------

Json to_json(const LocalText& text) { return {{"en", text.en}, {"ja", text.ja}}; }

Json to_json(const SceneHost& host) {
  Json json = {{"name", host.name},
               {"label", to_json(host.label)},
               {"kind", to_string(host.kind)},
               {"services", host.services},
               {"user", host.user},
               {"reads", host.reads},
               {"domain", host.domain},
               {"addresses", Json::array()}};
  for (const IpAddress& address : host.addresses) json["addresses"].push_back(address.to_string());
  if (host.position) json["position"] = *host.position;
  return json;
}

Json to_json(const Scene& scene) {
  Json json = {{"title", to_json(scene.title)},
               {"summary", to_json(scene.summary)},
               {"seed", scene.seed},
               {"epoch", scene.epoch.time_since_epoch().count()},
               {"utc_offset", scene.utc_offset}};
  for (const char* list : {"hosts", "links", "accounts", "narration", "acts"})
    json[list] = Json::array();
  for (const SceneHost& host : scene.hosts) json["hosts"].push_back(to_json(host));
  for (const SceneLink& link : scene.links)
    json["links"].push_back({{"a", link.a.value},
                             {"b", link.b.value},
                             {"latency", link.latency.count()},
                             {"bandwidth", link.bandwidth}});
  for (const SceneAccount& account : scene.accounts)
    json["accounts"].push_back({{"address", account.address},
                                {"display", to_json(account.display)},
                                {"home", account.home.value}});
  for (const SceneNarration& narration : scene.narration) {
    json["narration"].push_back({{"step", narration.step},
                                 {"title", to_json(narration.title)},
                                 {"text", to_json(narration.text)}});
    if (!narration.notes.empty()) json["narration"].back()["notes"] = to_json(narration.notes);
  }
  for (const LocalText& act : scene.acts) json["acts"].push_back(to_json(act));
  return json;
}

LocalText text_from(const Json& json) {
  return {json.at("en").get<std::string>(), json.at("ja").get<std::string>()};
}

/// A whole number that T can hold; get() would cut off what others have too much.
template <std::integral T>
T whole(const Json& json) {
  if (!json.is_number_integer()) throw std::runtime_error("a whole number is missing");
  const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                              : std::in_range<T>(json.get<std::int64_t>());
  if (!fits) throw std::runtime_error("a number is out of range");
  return json.get<T>();
}

/// The same; 0 where there is no such key.
template <std::integral T>
T whole_or_zero(const Json& json, const char* key) {
  return json.contains(key) ? whole<T>(json.at(key)) : T{0};
}

template <class Tag>
Id<Tag> id_from(const Json& json, std::size_t limit) {
  const auto value = whole<std::uint64_t>(json);
  if (value > limit) throw std::runtime_error("a number is out of range");
  return Id<Tag>{static_cast<std::uint32_t>(value)};
}

HostId end_from(const Json& json, std::size_t hosts) {
  const auto id = id_from<HostTag>(json, hosts);
  if (!id) throw std::runtime_error("a link has no end");
  return id;
}

SceneHost host_from(const Json& json) {
  SceneHost host;
  host.name = json.at("name").get<std::string>();
  host.label = text_from(json.at("label"));
  const auto kind = from_string<HostKind>(json.at("kind").get<std::string>());
  if (!kind) throw std::runtime_error("unknown kind of host");
  host.kind = *kind;
  host.services = json.at("services").get<std::vector<std::string>>();
  host.user = json.at("user").get<std::string>();
  host.reads = json.at("reads").get<std::string>();
  host.domain = json.at("domain").get<std::string>();
  for (const Json& address : json.at("addresses")) {
    const auto parsed = IpAddress::parse(address.get<std::string>());
    if (!parsed) throw std::runtime_error("malformed address");
    host.addresses.push_back(*parsed);
  }
  if (json.contains("position")) host.position = json.at("position").get<std::array<double, 2>>();
  return host;
}

Scene scene_from(const Json& json) {
  Scene scene;
  scene.title = text_from(json.at("title"));
  scene.summary = text_from(json.at("summary"));
  scene.seed = whole<std::uint64_t>(json.at("seed"));
  scene.epoch =
      std::chrono::sys_seconds(std::chrono::seconds(whole<std::int64_t>(json.at("epoch"))));
  scene.utc_offset = whole<int>(json.at("utc_offset"));
  for (const Json& host : json.at("hosts")) scene.hosts.push_back(host_from(host));
  const std::size_t hosts = scene.hosts.size();
  for (const Json& link : json.at("links"))
    scene.links.push_back({end_from(link.at("a"), hosts), end_from(link.at("b"), hosts),
                           Duration(whole<std::int64_t>(link.at("latency"))),
                           whole<std::uint64_t>(link.at("bandwidth"))});
  for (const Json& account : json.at("accounts"))
    scene.accounts.push_back({account.at("address").get<std::string>(),
                              text_from(account.at("display")),
                              id_from<HostTag>(account.at("home"), hosts)});
  for (const Json& narration : json.at("narration"))
    scene.narration.push_back(
        {whole<std::uint32_t>(narration.at("step")), text_from(narration.at("title")),
         text_from(narration.at("text")),
         narration.contains("notes") ? text_from(narration.at("notes")) : LocalText{}});
  for (const Json& act : json.at("acts")) scene.acts.push_back(text_from(act));
  return scene;
}

// ---- records -------------------------------------------------------------------------------

/// What a peer wrote may be any bytes; a JSON string may not.
Json to_json(std::string_view bytes) {
  if (mail::is_valid_utf8(bytes)) return bytes;
  return {{"base64", mail::base64_encode(bytes)}};
}

Json blob_to_json(const std::string& bytes) {
  if (mail::is_valid_utf8(bytes)) return {{"text", bytes}};
  return {{"base64", mail::base64_encode(bytes)}};
}

std::string bytes_of_blob(const Json& blob) {
  if (blob.contains("text")) return blob.at("text").get<std::string>();
  return mail::base64_decode(blob.at("base64").get<std::string>());
}

std::string bytes_from(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  return mail::base64_decode(json.at("base64").get<std::string>());
}

Json to_json(const Trace& trace, const Record& record, std::size_t id) {
  Json json = {{"id", id}, {"at", record.at.time_since_epoch().count()}};
  if (record.cause) json["cause"] = record.cause.value;
  if (record.message) json["message"] = record.message.value;
  if (record.step != 0) json["step"] = record.step;
  json["fact"] = name_of(record.fact);
  auto field = [&](const char* name, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    // "message" and the like of a fact must not hide the record's own.
    const std::string key = json.contains(name) ? std::string("fact_") + name : name;
    if constexpr (std::is_same_v<T, TextId>)
      json[key] = to_json(trace.text(value));
    else if constexpr (requires { value.value; })
      json[key] = value.value;
    else if constexpr (Named<T>)
      json[key] = to_string(value);
    else
      json[key] = value;
  };
  std::visit([&](const auto& fact) { fact.fields(fact, field); }, record.fact);
  return json;
}

/// Hosts and links that a fact may leave open; everywhere else a fact without them means nothing.
bool may_be_none(std::string_view fact, std::string_view field) {
  static constexpr std::pair<std::string_view, std::string_view> kOpen[] = {
      {"act-began", "host"},   {"packet-dropped", "host"},       {"packet-dropped", "link"},
      {"packet-hop", "link"},  {"connection-opening", "server"}, {"datagram-sent", "to"},
      {"fault-began", "host"}, {"fault-began", "link"},          {"fault-ended", "host"},
      {"fault-ended", "link"}};
  return std::ranges::find(kOpen, std::pair(fact, field)) != std::end(kOpen);
}

/// Reads the fields of one fact; the limits keep broken files from pointing outside the tables.
struct FieldReader {
  const Json& json;
  Trace& trace;
  std::string_view fact;
  std::size_t hosts, links;

  [[nodiscard]] const Json& find(const std::string& name) const {
    const auto prefixed = json.find("fact_" + name);
    return prefixed != json.end() ? *prefixed : json.at(name);
  }

  void demand(bool there, const char* name) const {
    if (!there && !may_be_none(fact, name))
      throw std::runtime_error(std::string("\"") + name + "\" must not be 0");
  }

  template <class T>
  void operator()(const char* name, T& value) const {
    const Json& found = find(name);
    if constexpr (std::is_same_v<T, TextId>) {
      value = trace.intern(bytes_from(found));
    } else if constexpr (std::is_same_v<T, HostId>) {
      value = id_from<HostTag>(found, hosts);
      demand(static_cast<bool>(value), name);
    } else if constexpr (std::is_same_v<T, LinkId>) {
      value = id_from<LinkTag>(found, links);
      demand(static_cast<bool>(value), name);
    } else if constexpr (std::is_same_v<T, BlobId>) {
      value = id_from<BlobTag>(found, trace.blob_count());
    } else if constexpr (requires { value.value; }) {
      value.value = whole<std::uint32_t>(found);
    } else if constexpr (Named<T>) {
      const auto parsed = from_string<T>(found.get<std::string>());
      if (!parsed) throw std::runtime_error(std::string("unknown value of \"") + name + "\"");
      value = *parsed;
    } else if constexpr (std::is_same_v<T, bool>) {
      value = found.get<bool>();
    } else {
      value = whole<T>(found);
    }
  }
};

template <std::size_t I = 0>
Fact make_fact(std::string_view name, const FieldReader& reader) {
  if constexpr (I == std::variant_size_v<Fact>) {
    throw std::runtime_error("unknown fact \"" + std::string(name) + "\"");
  } else {
    using F = std::variant_alternative_t<I, Fact>;
    if (F::kName != name) return make_fact<I + 1>(name, reader);
    F fact{};
    F::fields(fact, reader);
    return fact;
  }
}

/// A fact that indexes into the scene beyond its end would break every reader.
void check(const Fact& fact, const Scene& scene) {
  if (const auto* act = std::get_if<ActBegan>(&fact); act && act->act >= scene.acts.size())
    throw std::runtime_error("there is no such story item");
  if (const auto* shown = std::get_if<NarrationShown>(&fact);
      shown && shown->index >= scene.narration.size())
    throw std::runtime_error("there is no such narration");
}

void read_record(const Json& json, Trace& trace) {
  Record record;
  record.at = Instant(Duration(whole<std::int64_t>(json.at("at"))));
  if (trace.size() > 0 && record.at < trace.end_time())
    throw std::runtime_error("time goes backwards");
  record.cause = RecordId{whole_or_zero<std::uint32_t>(json, "cause")};
  if (record.cause.value > trace.size()) throw std::runtime_error("the cause comes later");
  record.message = MessageId{whole_or_zero<std::uint32_t>(json, "message")};
  record.step = whole_or_zero<std::uint8_t>(json, "step");
  const auto fact = json.at("fact").get<std::string>();
  const FieldReader reader{json, trace, fact, trace.scene().hosts.size(),
                           trace.scene().links.size()};
  record.fact = make_fact(fact, reader);
  check(record.fact, trace.scene());
  trace.append_record(std::move(record));
}

}  // namespace

std::string write_json(const Trace& trace) {
  std::ostringstream out;
  write_json(trace, out);
  return std::move(out).str();
}

void write_json(const Trace& trace, std::ostream& out) {
  out << "{\"posthorn-trace\": 1,\n\"scene\": " << dump(to_json(trace.scene()))
      << ",\n\"blobs\": [";
  for (std::uint32_t i = 1; i <= trace.blob_count(); ++i)
    out << (i > 1 ? ",\n" : "\n") << dump(blob_to_json(*trace.blob(BlobId{i})));
  out << "],\n\"records\": [";
  for (std::size_t i = 0; i < trace.size(); ++i)
    out << (i > 0 ? ",\n" : "\n") << dump(to_json(trace, trace.records()[i], i + 1));
  out << "],\n\"digest\": \"" << hex64(trace.digest()) << "\"}\n";
}

void write_ndjson(const Trace& trace, std::ostream& out) {
  out << dump(Json{{"posthorn-trace", 1}, {"scene", to_json(trace.scene())}}) << "\n";
  for (std::uint32_t i = 1; i <= trace.blob_count(); ++i)
    out << dump(Json{{"blob", blob_to_json(*trace.blob(BlobId{i}))}}) << "\n";
  for (std::size_t i = 0; i < trace.size(); ++i)
    out << dump(to_json(trace, trace.records()[i], i + 1)) << "\n";
  out << dump(Json{{"digest", hex64(trace.digest())}}) << "\n";
}

namespace {

constexpr const char* kWrongKind = "this is not a Posthorn trace of version 1";
constexpr const char* kWrongDigest = "the digest does not match: the file was changed or damaged";

/// The first line alone is a whole object, and the records do not stand in it.
bool is_line_by_line(std::string_view first_line) {
  if (first_line.empty() || !Json::accept(first_line)) return false;
  const Json json = Json::parse(first_line);
  return json.is_object() && json.contains("scene") && !json.contains("records");
}

bool is_of_this_format(const Json& json) {
  return json.is_object() && whole_or_zero<std::uint64_t>(json, "posthorn-trace") == 1;
}

Trace read_whole(std::string_view text, std::size_t& record) {
  const Json json = Json::parse(text);
  if (!is_of_this_format(json)) throw std::runtime_error(kWrongKind);
  Trace trace(scene_from(json.at("scene")));
  for (const Json& blob : json.at("blobs")) trace.add_blob(bytes_of_blob(blob));
  for (const Json& item : json.at("records")) {
    ++record;
    read_record(item, trace);
  }
  if (json.contains("digest") && json.at("digest") != hex64(trace.digest())) {
    record = 0;
    throw std::runtime_error(kWrongDigest);
  }
  return trace;
}

/// One object at a time, so that a long trace needs little more memory than itself.
Trace read_lines(std::string_view text, std::size_t& record) {
  std::optional<Trace> trace;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line == "\r") continue;
    const Json json = Json::parse(line);
    if (!trace) {
      if (!is_of_this_format(json)) throw std::runtime_error(kWrongKind);
      trace.emplace(scene_from(json.at("scene")));
    } else if (json.contains("blob")) {
      trace->add_blob(bytes_of_blob(json.at("blob")));
    } else if (json.contains("digest")) {
      if (json.at("digest") == hex64(trace->digest())) continue;
      record = 0;
      throw std::runtime_error(kWrongDigest);
    } else {
      ++record;
      read_record(json, *trace);
    }
  }
  return *std::move(trace);
}

}  // namespace

Result<Trace> read_json(std::string_view text) {
  std::size_t record = 0;
  try {
    const bool lines = is_line_by_line(text.substr(0, text.find('\n')));
    return lines ? read_lines(text, record) : read_whole(text, record);
  } catch (const std::exception& problem) {
    const std::string where = record > 0 ? "record " + std::to_string(record) + ": " : "";
    return Error{where + problem.what()};
  }
}

bool looks_like_trace(std::string_view text) {
  return text.substr(0, 200).find("\"posthorn-trace\"") != std::string_view::npos;
}

}  // namespace posthorn::trace
