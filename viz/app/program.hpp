// The program between the window and the lesson: opens files without stopping the picture,
// reloads them when they change, sends the letter that somebody wrote, saves what is shown.
// Knows no window system: the window and the tests both drive it.
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"
#include "viz/app/raster.hpp"
#include "viz/app/settings.hpp"
#include "viz/app/shell.hpp"
#include "viz/model/model.hpp"
#include "viz/model/sound.hpp"

namespace posthorn::viz {

struct Loaded {
  std::shared_ptr<const trace::Trace> trace;  ///< none: `problem` says why
  std::string problem;                        ///< lines, "file:line:column: …"
  bool may_write = false;                     ///< a letter of one's own can be sent in it
  bool may_change = false;                    ///< it is a scenario, no recording
};

/// What somebody at the window has changed in a scenario's story.
struct Changes {
  std::optional<OwnLetter> own;   ///< in place of the first letter
  std::vector<HandFault> faults;  ///< beside those of the scenario
};

/// How a load is doing; both sides look at it.
struct LoadState {
  std::atomic<bool> cancelled{false};
  std::atomic<float> progress{-1};
};

/// What the program around the viewer can do. Any may be empty.
struct Services {
  /// Opens a scenario or trace; runs in a thread of its own.
  std::function<Loaded(const std::string& path, const Changes& changes, LoadState& state)> load;
  std::function<std::vector<Lesson>()> lessons;
  /// Writes what is shown; the file's name, or why not.
  std::function<Result<std::string>(const trace::Trace&, const Export&, const Preferences&)> save;
  /// The same for pictures and films, which take their time; runs in a thread of its own.
  std::function<Result<std::string>(const trace::Trace&, const Export&, const Preferences&,
                                    LoadState& state)>
      film;
  /// A running world: lets it go on and tells its time. Its trace may have grown.
  std::function<Instant()> run_live;
  /// Bad weather in it by hand (sim/world/by_hand.hpp); what it answers.
  std::function<LocalText(const std::string& line)> obey;
  std::function<void(const std::string&)> copy;
  /// Begins to play; false where nothing can be played.
  std::function<bool(Sound)> play;
  /// To the clipboard: ""; else to a file: its name. See copy_picture().
  std::function<Result<std::string>(const Image&)> copy_picture;
  std::function<void(bool)> fullscreen;
};

class Program {
 public:
  /// An ImGui context must be current. Without a trace the start page is shown.
  /// `usual`: what somebody likes who has not chosen yet.
  Program(Services services, Settings settings, const Preferences& usual,
          std::shared_ptr<const trace::Trace> trace, std::string path, bool may_write);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] Model& model() { return model_; }
  [[nodiscard]] Shell& shell() { return shell_; }

  /// After the frame: what the person did takes effect, time passes, files are looked after.
  void after_frame(double real_seconds);
  /// A file was dropped on the window, or chosen.
  void open(const std::string& path);
  /// The file that was asked for is broken: says why (lines, "file:line:column: …"), and watches
  /// it.
  void tell_problem(std::string_view problem);
  /// Something moves that is not in the model: a load, a live world.
  [[nodiscard]] bool busy() const {
    return load_.valid() || film_.valid() || static_cast<bool>(services_.run_live) ||
           frames_to_picture_ > 0;
  }

 private:
  struct Wanted {
    std::string path;
    Changes changes{};
    bool again = false;  ///< it is the same story told anew: stay where we are
    bool play = false;   ///< a letter has been sent
  };
  void handle(const Request& request);
  void change_weather(const SetWeather& wanted);
  void begin(Wanted wanted);
  void finish_load();
  void save(const Export& wanted);
  void begin_film(const Export& wanted);
  void finish_film();
  void tell_saved(const Result<std::string>& saved);
  void adopt(Loaded loaded);
  void read_lessons();
  void watch_file();
  void take_picture();
  void sound();
  void remember();

  Services services_;
  Settings settings_;
  std::shared_ptr<const trace::Trace> trace_;
  Model model_;
  Shell shell_;
  Wanted wanted_;
  Changes changes_;  ///< of what is shown
  std::shared_ptr<LoadState> state_;
  std::future<Loaded> load_;
  std::shared_ptr<LoadState> film_state_;
  std::future<Result<std::string>> film_;
  int frames_to_picture_ = 0;  ///< 0: none is wanted
  double next_look_ = 0, next_growth_ = 0, next_sound_ = 0;
  std::uint32_t heard_ = 0;  ///< the record up to which sounds have been played
  std::string watched_;      ///< the file that is shown, or a broken one that somebody is mending
  long long stamp_ = 0;
  Preferences saved_likes_;
  std::vector<std::string> saved_recent_;
  std::vector<Bookmark> saved_marks_;
};

}  // namespace posthorn::viz
