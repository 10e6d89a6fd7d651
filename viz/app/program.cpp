#include "viz/app/program.hpp"

#include <filesystem>
#include <utility>

#include "text/text.hpp"
#include "viz/app/paths.hpp"
#include "viz/app/registry.hpp"
#include "viz/model/saving.hpp"

namespace posthorn::viz {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const trace::Trace> or_empty(std::shared_ptr<const trace::Trace> trace) {
  return trace != nullptr ? trace : std::make_shared<const trace::Trace>();
}

/// Changes whenever the file is saved; 0 if it cannot be read.
long long stamp_of(const std::string& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  return error ? 0 : static_cast<long long>(time.time_since_epoch().count());
}

}  // namespace

Program::Program(Services services, Settings settings, const Preferences& usual,
                 std::shared_ptr<const trace::Trace> trace, std::string path, bool may_write)
    : services_(std::move(services)),
      settings_(std::move(settings)),
      trace_(or_empty(std::move(trace))),
      model_(*trace_),
      shell_(model_),
      watched_(std::move(path)) {
  model_.may_write = may_write && services_.load != nullptr;
  model_.live = services_.run_live != nullptr;
  model_.desk.start = trace_->scene().hosts.empty();
  if (model_.desk.start)
    read_lessons();
  else
    model_.desk.path = watched_;
  model_.likes = usual;
  settings_.load(model_.likes, model_.desk.recent);
  model_.marks = settings_.load_marks(*trace_);
  if (!model_.desk.path.empty()) add_recent(model_.desk.recent, model_.desk.path);
  saved_likes_ = model_.likes;
  saved_marks_ = model_.marks;
  stamp_ = stamp_of(watched_);
  if (model_.live) apply(model_, SeekEnd{});
}

Program::~Program() {
  if (load_.valid()) state_->cancelled = true;
  if (film_.valid()) film_state_->cancelled = true;
  if (load_.valid()) load_.wait();
  if (film_.valid()) film_.wait();
}

void Program::open(const std::string& path) { begin({path_meant(path)}); }

void Program::tell_problem(std::string_view problem) {
  model_.desk.problem = with_source_lines(problem);
}

void Program::begin(Wanted wanted) {
  if (!services_.load || load_.valid()) return;
  wanted_ = std::move(wanted);
  state_ = std::make_shared<LoadState>();
  model_.desk.loading = true;
  model_.desk.loading_since = model_.seconds;
  model_.desk.progress = -1;
  load_ = std::async(std::launch::async, [load = services_.load, wanted = wanted_, state = state_] {
    return load(wanted.path, wanted.changes, *state);
  });
}

void Program::finish_load() {
  if (!load_.valid()) return;
  model_.desk.progress = state_->progress;
  if (load_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
  Loaded loaded = load_.get();
  model_.desk.loading = false;
  if (state_->cancelled) return;
  if (loaded.trace == nullptr) {
    tell_problem(loaded.problem);
    watched_ = wanted_.path;  // mended, it opens by itself
    stamp_ = stamp_of(watched_);
    return;
  }
  adopt(std::move(loaded));
}

void Program::adopt(Loaded loaded) {
  leave_typing();  // whoever typed the file's name goes on with keys
  const Instant stood = model_.head.at;
  const std::string former_path = model_.desk.path, filter = model_.filter;
  const Camera camera = model_.camera;
  const bool same = wanted_.again && former_path == wanted_.path;
  Model fresh(*loaded.trace);
  fresh.keep_from(model_);
  fresh.may_write = loaded.may_write;
  fresh.may_change = loaded.may_change;
  fresh.desk.start = false;
  fresh.desk.problem.clear();
  fresh.desk.path = wanted_.path;
  add_recent(fresh.desk.recent, wanted_.path);
  fresh.marks = settings_.load_marks(*loaded.trace);
  fresh.by_hand = wanted_.changes.faults;
  if (same) fresh.stay_from(model_);
  const bool playing = model_.head.playing;
  changes_ = wanted_.changes;
  model_ = std::move(fresh);
  heard_ = static_cast<std::uint32_t>(loaded.trace->size());
  trace_ = std::move(loaded.trace);
  saved_marks_ = model_.marks;
  watched_ = wanted_.path;
  stamp_ = stamp_of(watched_);
  shell_.trace_changed();
  if (same) {
    apply(model_, SeekTime{stood});
    apply(model_, SetFilter{filter});
    apply(model_, SetCamera{camera});
  }
  if (wanted_.play || (same && playing)) apply(model_, Play{});
}

/// Only when they are looked at: reading them all takes longer than running one.
void Program::read_lessons() {
  if (services_.lessons) model_.desk.lessons = services_.lessons();
}

void Program::handle(const Request& request) {
  if (const auto* lesson = std::get_if<OpenLesson>(&request)) return open(lesson->path);
  if (std::holds_alternative<OpenStart>(request)) {
    model_.head.playing = false;
    read_lessons();
    model_.desk.start = !model_.desk.start || trace_->scene().hosts.empty();
    return;
  }
  if (std::holds_alternative<CancelLoading>(request)) {
    if (load_.valid()) state_->cancelled = true;
    return;
  }
  if (const auto* own = std::get_if<SendOwnLetter>(&request))
    return begin({model_.desk.path, {own->letter, changes_.faults}, false, true});
  if (const auto* wanted = std::get_if<SetWeather>(&request)) return change_weather(*wanted);
  if (const auto* order = std::get_if<Obey>(&request)) {
    if (services_.obey) notify(model_, services_.obey(order->line).in(model_.lang()));
    return;
  }
  if (const auto* wish = std::get_if<SetFullscreen>(&request)) {
    model_.fullscreen = wish->on;
    if (services_.fullscreen) services_.fullscreen(wish->on);
    return;
  }
  if (const auto* text = std::get_if<CopyText>(&request)) {
    if (services_.copy) services_.copy(text->text);
    return notify(model_, std::string(texts::say("copied", model_.lang())));
  }
  if (std::holds_alternative<CopyPicture>(request)) {
    // The frame before us shows the menu, and the next one where the pointer stood in it.
    frames_to_picture_ = services_.copy_picture ? 2 : 0;
    return;
  }
  if (const auto* wanted = std::get_if<Export>(&request)) save(*wanted);
}

/// The story is told again with what goes wrong in it. A recorded one has happened.
void Program::change_weather(const SetWeather& wanted) {
  if (!model_.may_change)
    return notify(model_, std::string(texts::say("what-if-recorded", model_.lang())));
  // Where it has begun, or is mended: so that it is seen at once.
  apply(model_, SeekTime{just_behind(model_.head.at)});
  begin({model_.desk.path, {changes_.own, wanted.faults}, true, false});
}

void Program::save(const Export& wanted) {
  if (is_picture(wanted.format)) return begin_film(wanted);
  if (services_.save) tell_saved(services_.save(*trace_, wanted, model_.likes));
}

void Program::tell_saved(const Result<std::string>& saved) {
  const std::string_view word = texts::say(saved ? "save-done" : "save-failed", model_.lang());
  notify(model_, std::string(word) + " " + (saved ? *saved : saved.error().message));
}

void Program::begin_film(const Export& wanted) {
  const auto refuse = [this](const char* why) {
    tell_saved(Error{std::string(texts::say(why, model_.lang()))});
  };
  if (film_.valid()) return refuse("save-busy");
  if (!services_.film) return refuse("save-running");
  film_state_ = std::make_shared<LoadState>();
  film_ = std::async(std::launch::async,
                     [film = services_.film, trace = trace_, wanted, likes = model_.likes,
                      state = film_state_] { return film(*trace, wanted, likes, *state); });
}

void Program::finish_film() {
  if (!film_.valid()) return;
  if (film_.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
    return tell_saved(film_.get());
  const float done = film_state_->progress;
  std::string words(texts::say("save-making", model_.lang()));
  if (done >= 0) words += " " + std::to_string(static_cast<int>(100 * done)) + " %";
  notify(model_, words);
}

void Program::take_picture() {
  if (frames_to_picture_ == 0 || --frames_to_picture_ > 0) return;
  const auto copied = services_.copy_picture(rasterize(*ImGui::GetDrawData(), colors().background));
  const auto word = [this](const char* key) { return std::string(texts::say(key, model_.lang())); };
  if (!copied) return notify(model_, word("save-failed") + " " + copied.error().message);
  notify(model_, copied->empty() ? word("copied") : word("save-done") + " " + *copied);
}

/// A file that is edited beside us is shown as it now is.
void Program::watch_file() {
  constexpr double kEvery = 0.5;
  if (model_.live || watched_.empty() || model_.seconds < next_look_) return;
  next_look_ = model_.seconds + kEvery;
  if (model_.desk.problem.empty() && !model_.desk.path.empty() && watched_ != model_.desk.path) {
    watched_ = model_.desk.path;  // nobody looks at the broken one any more
    stamp_ = stamp_of(watched_);
  }
  const long long stamp = stamp_of(watched_);
  if (stamp == 0 || stamp == stamp_) return;
  stamp_ = stamp;
  begin({watched_, {}, true});
}

/// What was passed since the last frame is heard, if it was passed by playing on or by a step.
void Program::sound() {
  constexpr std::uint32_t kFarthest = 5000;  // records; a jump is silent
  constexpr double kApart = 0.12;            // seconds between two
  const std::uint32_t from = heard_, to = model_.head.count;
  if (to != from && model_.seconds < next_sound_ && to > from) return;
  heard_ = to;
  if (!model_.likes.sound || !services_.play || to <= from || to - from > kFarthest) return;
  const auto heard = sound_between(*trace_, from, to);
  if (!heard) return;
  next_sound_ = model_.seconds + kApart;
  if (services_.play(*heard)) return;
  services_.play = nullptr;
  notify(model_, std::string(texts::say("no-player", model_.lang())));
}

void Program::remember() {
  if (!(saved_likes_ == model_.likes) || saved_recent_ != model_.desk.recent) {
    saved_likes_ = model_.likes;
    saved_recent_ = model_.desk.recent;
    settings_.save(saved_likes_, saved_recent_);
  }
  if (saved_marks_ == model_.marks) return;
  saved_marks_ = model_.marks;
  settings_.save_marks(*trace_, saved_marks_);
}

void Program::after_frame(double real_seconds) {
  take_picture();
  shell_.finish(real_seconds);
  const std::vector<Request> requests = std::exchange(model_.requests, {});
  for (const Request& request : requests) handle(request);
  if (services_.run_live) {
    const Instant now = services_.run_live();
    // Long traces take longer to take in: look less often, stay fluent.
    if (model_.seconds >= next_growth_ || trace_->size() < 20000) {
      model_.grow(now);
      next_growth_ = model_.seconds + 0.2;
    }
  }
  finish_load();
  finish_film();
  watch_file();
  sound();
  remember();
}

}  // namespace posthorn::viz
