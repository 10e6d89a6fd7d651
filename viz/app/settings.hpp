// What the program remembers between two sessions: likes, recent files, and the marks in each
// trace. Files below $XDG_CONFIG_HOME/posthorn, written whole as things change.
#pragma once

#include <string>

#include "viz/model/model.hpp"

namespace posthorn::viz {

class Settings {
 public:
  /// "" keeps nothing.
  explicit Settings(std::string folder) : folder_(std::move(folder)) {}
  /// $XDG_CONFIG_HOME/posthorn, or ~/.config/posthorn; "" without a home.
  static std::string usual_folder();

  /// Broken or missing files are as good as none.
  void load(Preferences& likes, std::vector<std::string>& recent) const;
  void save(const Preferences& likes, const std::vector<std::string>& recent) const;
  [[nodiscard]] std::vector<Bookmark> load_marks(const trace::Trace& trace) const;
  void save_marks(const trace::Trace& trace, const std::vector<Bookmark>& marks) const;

 private:
  [[nodiscard]] std::string marks_file(const trace::Trace& trace) const;
  std::string folder_;
};

/// The newest first, each once, no more than a screen shows.
void add_recent(std::vector<std::string>& recent, const std::string& path);

}  // namespace posthorn::viz
