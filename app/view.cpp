// posthorn view: what the window needs from the rest of the program.
#include <unistd.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "app/commands.hpp"
#include "app/film_job.hpp"
#include "app/input.hpp"
#include "app/lessons.hpp"
#include "app/live/hand.hpp"
#include "app/live/listen.hpp"
#include "app/maildir.hpp"
#include "app/output.hpp"
#if POSTHORN_VIEWER
#include "export/formats.hpp"
#include "protocols/mail/address.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/what_if.hpp"
#include "sim/trace/trace_json.hpp"
#include "text/text.hpp"
#include "viz/app/viewer.hpp"
#endif

namespace posthorn::app {

#if POSTHORN_VIEWER
namespace {

namespace fs = std::filesystem;

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? std::string()
                                    : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The letter that somebody wrote takes the place of the first one. What the scenario expected of
/// the scripted one is no longer expected.
Result<bool> put_letter(scenario::Scenario& scenario, const viz::OwnLetter& own) {
  std::vector<std::string> to;
  std::string_view rest = own.to;
  while (true) {
    const std::size_t comma = rest.find(',');
    if (const std::string address = trimmed(std::string(rest.substr(0, comma))); !address.empty()) {
      if (!mail::AddrSpec::parse(address)) return Error{address};
      to.push_back(address);
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (to.empty()) return Error{own.to.empty() ? "\"\"" : own.to};
  for (scenario::Act& act : scenario.story)
    if (auto* send = std::get_if<scenario::Send>(&act.what)) {
      send->to = to;
      send->cc.clear();
      send->bcc.clear();
      send->subject = own.subject;
      send->text = own.text;
      send->eml = nullptr;
      scenario.expect.clear();
      return true;
    }
  return true;
}

bool has_letter(const scenario::Scenario& scenario) {
  return std::ranges::any_of(scenario.story, [](const scenario::Act& act) {
    return std::holds_alternative<scenario::Send>(act.what);
  });
}

/// Runs the world, and looks now and then whether somebody still wants it.
std::shared_ptr<const trace::Trace> run(const scenario::Scenario& scenario, viz::LoadState& state) {
  const auto plan = scenario::make_plan(scenario);
  auto trace = std::make_shared<trace::Trace>(plan->scene);
  world::World world(plan);
  const auto limit = static_cast<double>(scenario.limit.count());
  for (std::uint32_t events = 0; world.step(*trace); ++events) {
    if (events % 1024 != 0) continue;
    if (state.cancelled) return nullptr;
    if (limit > 0)
      state.progress =
          static_cast<float>(static_cast<double>(world.now().time_since_epoch().count()) / limit);
  }
  return trace;
}

viz::Loaded load(const std::string& path, const viz::Changes& changes, viz::LoadState& state) {
  viz::Loaded out;
  const auto bytes = read_file(path);
  if (!bytes) {
    out.problem = bytes.error().message;
    return out;
  }
  if (trace::looks_like_trace(*bytes)) {
    auto trace = trace::read_json(*bytes);
    if (trace)
      out.trace = std::make_shared<const trace::Trace>(std::move(*trace));
    else
      out.problem = path + ": " + trace.error().message;
    return out;
  }
  scenario::LoadResult loaded = scenario::load_file(path);
  if (!loaded.ok()) {
    out.problem = scenario::to_text(loaded.diagnostics);
    return out;
  }
  if (changes.own)
    if (const auto put = put_letter(*loaded.scenario, *changes.own); !put) {
      out.problem = put.error().message + ": no mail address; write e.g. ben@kaede.example";
      return out;
    }
  for (const viz::HandFault& fault : changes.faults) {
    scenario::WhatIf wanted{fault.what.line, fault.at.time_since_epoch(), {}};
    if (fault.until) wanted.until = fault.until->time_since_epoch();
    if (const auto added = scenario::add_what_if(*loaded.scenario, wanted); !added) {
      out.problem = added.error().message;
      return out;
    }
  }
  out.may_write = has_letter(*loaded.scenario);
  out.may_change = true;
  out.trace = run(*loaded.scenario, state);
  return out;
}

/// "first-letter.html" beside where the program was started; never over a file that is there.
std::string free_name(const std::string& stem, std::string_view endings) {
  const std::string ending(endings.substr(0, endings.find(' ')));
  std::error_code error;
  for (int i = 1;; ++i) {
    const std::string name = stem + (i == 1 ? "" : "-" + std::to_string(i)) + ending;
    if (!fs::exists(name, error)) return name;
  }
}

Result<std::string> save_maildir(const std::string& name, const trace::Trace& trace,
                                 const exporting::Options& options) {
  const auto files = exporting::maildir_files(trace, options);
  if (!files) return files.error();
  const auto written = write_maildir(name, *files, false);
  if (!written) return written.error();
  return fs::absolute(name).string();
}

Result<std::string> save_picture(const trace::Trace& trace, const viz::Export& wanted,
                                 const viz::Preferences& likes, viz::LoadState& state) {
  constexpr const char* kLevelNames[] = {"office", "student", "admin"};
  FilmJob job;
  job.to = free_name("posthorn-letter", "." + wanted.format);
  job.arguments = {"--lang", likes.lang == Lang::ja ? "ja" : "en", "--level",
                   kLevelNames[static_cast<std::size_t>(likes.level)]};
  if (wanted.at)
    job.arguments.insert(job.arguments.end(),
                         {"--at", std::to_string(wanted.at->time_since_epoch().count()) + "ns"});
  job.progress = [&state](float done) { state.progress = done; };
  job.cancelled = [&state] { return state.cancelled.load(); };
  const auto made = run_film_job(trace, job);
  if (!made) return made.error();
  return fs::absolute(job.to).string();
}

Result<std::string> save(const std::string& stem, const trace::Trace& trace,
                         const viz::Export& wanted, const viz::Preferences& likes) {
  const exporting::Format* format = exporting::format_named(wanted.format);
  if (format == nullptr && wanted.format != "maildir") return Error{wanted.format};
  auto selection = exporting::parse_selection(wanted.only);
  if (!selection) return selection.error();
  exporting::Options options;
  options.lang = likes.lang;
  options.level = likes.level;
  options.selection = std::move(*selection);
  options.at = {wanted.host, "", wanted.at};
  if (format == nullptr) return save_maildir(free_name(stem, ".maildir"), trace, options);
  const std::string name = free_name(stem, format->endings);
  auto output = Output::open(name, false);
  if (!output) return output.error();
  auto written = format->write(trace, options, output->stream());
  if (written) written = output->commit();
  if (!written) return written.error();
  return fs::absolute(name).string();
}

/// A world that real programs can reach while it is watched.
struct LiveStage {
  LiveStage(const scenario::Scenario& scenario, double speed, Lang lang)
      : io(1),
        world(scenario::make_plan(scenario), speed, true),
        server(io, world),
        hand(server, lang) {}
  asio::io_context io;
  LiveWorld world;
  LiveServer server;
  Hand hand;  ///< whoever sits at the terminal may make bad weather

  Instant run() {
    io.restart();
    io.poll();
    server.pump();
    return world.world().now();
  }
};

viz::ViewerOptions viewer_options(const ViewOptions& options) {
  viz::ViewerOptions viewer;
  viewer.lang = options.lang;
  viewer.dark = options.dark;
  viewer.usual_lang = options.usual_lang;
  viewer.width = options.width;
  viewer.height = options.height;
  viewer.at = options.at;
  constexpr const char* kViewNames[] = {"log",    "talk",    "ladder", "packets",
                                        "letter", "offices", "tap"};
  for (std::size_t i = 0; i < std::size(kViewNames); ++i)
    if (options.show == kViewNames[i]) viewer.view = static_cast<viz::View>(i);
  constexpr const char* kLevelNames[] = {"office", "student", "admin"};
  for (int i = 0; i < 3; ++i)
    if (options.level == kLevelNames[i]) viewer.level = static_cast<texts::Level>(i);
  if (options.text_scale > 0) viewer.text_scale = options.text_scale / 100;
  viewer.find = options.find;
  viewer.present = options.present;
  viewer.tall = options.tall;
  viewer.help = options.overlay == "help";
  viewer.menu = options.overlay == "menu";
  viewer.what_if = options.overlay == "what-if";
  viewer.screenshot = options.screenshot;
  viewer.marks_file = options.marks_file;
  viewer.services.lessons = [] {
    std::vector<viz::Lesson> out;
    for (const ShippedLesson& lesson : shipped_lessons())
      out.push_back({lesson.path, lesson.title, lesson.summary});
    return out;
  };
  return viewer;
}

int view_live(const ViewOptions& options) {
  auto scenario = load_scenario(options.input.empty() ? "first-letter" : options.input,
                                options.lang.value_or(options.usual_lang));
  if (!scenario) return kBadInput;
  prepare_for_outside(*scenario);
  raise_descriptor_limit();
  // Programs that hang up while we speak are no reason to end.
  std::signal(SIGPIPE, SIG_IGN);
  const auto stage = std::make_shared<LiveStage>(*scenario, options.speed,
                                                 options.lang.value_or(options.usual_lang));
  const auto endpoints = listen_all(stage->server, stage->world.plan(),
                                    {options.input, options.bind, options.ports, ""});
  if (!endpoints) {
    complain(endpoints.error().message);
    return kBadInput;
  }
  if (!announce(stage->world.plan(), *endpoints)) {
    complain("cannot write to standard output which ports there are");
    return kBadInput;
  }
  stage->server.start();
  stage->hand.listen();
  viz::ViewerOptions viewer = viewer_options(options);
  viewer.trace = std::shared_ptr<const trace::Trace>(stage, &stage->world.trace());
  viewer.services.run_live = [stage] { return stage->run(); };
  viewer.services.obey = [stage](const std::string& line) {
    LocalText words;
    for (const LocalText& answer : stage->world.obey(line).answer) {
      words.en += (words.en.empty() ? "" : "; ") + answer.en;
      words.ja += (words.ja.empty() ? "" : " ") + answer.ja;
    }
    stage->server.pump();
    return words;
  };
  viewer.services.save = [](const trace::Trace& trace, const viz::Export& wanted,
                            const viz::Preferences& likes) {
    return save("live", trace, wanted, likes);
  };
  return viz::run_viewer(viewer);
}

}  // namespace

int view(const ViewOptions& options) {
  if (options.live) return view_live(options);
  viz::ViewerOptions viewer = viewer_options(options);
  std::string path;
  viewer.services.load = load;
  if (!options.input.empty()) {
    path = find_input(options.input);
    viz::LoadState state;
    viz::Loaded loaded = load(path, {}, state);
    if (loaded.trace == nullptr) {
      const std::string told =
          texts::diagnostics(loaded.problem, options.lang.value_or(options.usual_lang));
      std::cerr << (loaded.problem.ends_with('\n') ? told : "posthorn: " + told);
      // In a window its author can mend it and see it open.
      std::error_code error;
      if (!options.screenshot.empty() || !fs::exists(path, error) || !viz::has_display())
        return kBadInput;
      viewer.problem = loaded.problem;
    }
    viewer.trace = std::move(loaded.trace);
    viewer.may_write = loaded.may_write;
    viewer.may_change = loaded.may_change;
    viewer.path = fs::absolute(path).lexically_normal().string();
  }
  viewer.services.save = [](const trace::Trace& trace, const viz::Export& wanted,
                            const viz::Preferences& likes) {
    return save("posthorn-letter", trace, wanted, likes);
  };
  viewer.services.film = save_picture;
  return viz::run_viewer(viewer);
}

#else

int view(const ViewOptions&) {
  complain(
      "this build has no window; use `posthorn run SCENARIO`, or build with "
      "-DPOSTHORN_VIEWER=ON (needs Dear ImGui and GLFW)");
  return kBadInput;
}

#endif

}  // namespace posthorn::app
