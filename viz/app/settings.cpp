#include "viz/app/settings.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace posthorn::viz {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kLevels_[] = {"office", "student", "admin"};

Json read(const std::string& path) {
  std::ifstream in(path);
  return in ? Json::parse(in, nullptr, false) : Json();
}

/// Whole or not at all. A full disk costs the settings, not the lesson.
void write(const std::string& path, const Json& json) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  const std::string fresh = path + ".new";
  {
    std::ofstream out(fresh);
    out << json.dump(2) << "\n";
    if (!out.flush()) return;
  }
  fs::rename(fresh, path, error);
}

}  // namespace

std::string Settings::usual_folder() {
  const auto folder = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  if (const std::string config = folder("XDG_CONFIG_HOME"); !config.empty())
    return config + "/posthorn";
  const std::string home = folder("HOME");
  return home.empty() ? "" : home + "/.config/posthorn";
}

void Settings::load(Preferences& likes, std::vector<std::string>& recent) const {
  if (folder_.empty()) return;
  const Json json = read(folder_ + "/settings.json");
  if (!json.is_object()) return;
  const auto text = [&](const char* key) {
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
  };
  if (text("language") == "ja") likes.lang = Lang::ja;
  if (text("language") == "en") likes.lang = Lang::en;
  if (!text("theme").empty()) likes.dark = text("theme") == "dark";
  for (std::size_t i = 0; i < texts::kLevels; ++i)
    if (text("level") == kLevels_[i]) likes.level = static_cast<texts::Level>(i);
  if (json.contains("text") && json["text"].is_number())
    likes.text_scale = std::clamp(json["text"].get<float>(), kSmallestText, kLargestText);
  if (json.contains("calm") && json["calm"].is_boolean()) likes.calm = json["calm"].get<bool>();
  if (json.contains("sound") && json["sound"].is_boolean()) likes.sound = json["sound"].get<bool>();
  if (!json.contains("recent") || !json["recent"].is_array()) return;
  for (const Json& path : json["recent"])
    if (path.is_string()) recent.push_back(path.get<std::string>());
}

void Settings::save(const Preferences& likes, const std::vector<std::string>& recent) const {
  if (folder_.empty()) return;
  write(folder_ + "/settings.json", {{"language", likes.lang == Lang::ja ? "ja" : "en"},
                                     {"theme", likes.dark ? "dark" : "light"},
                                     {"level", kLevels_[static_cast<std::size_t>(likes.level)]},
                                     {"text", likes.text_scale},
                                     {"calm", likes.calm},
                                     {"sound", likes.sound},
                                     {"recent", recent}});
}

std::string Settings::marks_file(const trace::Trace& trace) const {
  char name[32];
  std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(trace.digest()));
  return folder_ + "/marks/" + name + ".json";
}

std::vector<Bookmark> Settings::load_marks(const trace::Trace& trace) const {
  std::vector<Bookmark> marks;
  if (folder_.empty()) return marks;
  const Json json = read(marks_file(trace));
  if (!json.is_array()) return marks;
  for (const Json& entry : json) {
    if (!entry.is_object() || !entry.contains("at") || !entry.contains("count")) continue;
    if (!entry["at"].is_number_integer() || !entry["count"].is_number_unsigned()) continue;
    const Bookmark mark{Instant{} + Duration(entry["at"].get<std::int64_t>()),
                        entry["count"].get<std::uint32_t>()};
    if (mark.count <= trace.size() && mark.at <= trace.end_time()) marks.push_back(mark);
  }
  return marks;
}

void Settings::save_marks(const trace::Trace& trace, const std::vector<Bookmark>& marks) const {
  if (folder_.empty()) return;
  Json json = Json::array();
  for (const Bookmark& mark : marks)
    json.push_back({{"at", mark.at.time_since_epoch().count()}, {"count", mark.count}});
  write(marks_file(trace), json);
}

void add_recent(std::vector<std::string>& recent, const std::string& path) {
  constexpr std::size_t kMost = 8;
  std::erase(recent, path);
  recent.insert(recent.begin(), path);
  if (recent.size() > kMost) recent.resize(kMost);
}

}  // namespace posthorn::viz
