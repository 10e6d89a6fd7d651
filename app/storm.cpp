// Random weather over random worlds, many at once: is anything ever lost?
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/write.hpp"
#include "sim/storm/shrink.hpp"
#include "sim/storm/storm.hpp"
#include "sim/storm/weather.hpp"

namespace posthorn::app {
namespace {

struct Seeds {
  std::uint64_t first = 1, last = 1;
};

std::optional<Seeds> parse_seeds(std::string_view text) {
  const auto number = [](std::string_view digits, std::uint64_t& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  Seeds seeds;
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos)
    return number(text, seeds.first) ? std::optional(Seeds{seeds.first, seeds.first})
                                     : std::nullopt;
  if (!number(text.substr(0, dots), seeds.first) || !number(text.substr(dots + 2), seeds.last) ||
      seeds.last < seeds.first || seeds.last - seeds.first > 100'000'000)
    return std::nullopt;
  return seeds;
}

struct Sum {
  storm::Outcome total;
  std::uint64_t storms = 0;
  std::vector<std::pair<std::uint64_t, std::string>> broken;  ///< seed and what happened

  void add(std::uint64_t seed, const storm::Outcome& one) {
    ++storms;
    total.events += one.events;
    total.accepted += one.accepted;
    total.messages += one.messages;
    total.faults += one.faults;
    total.reports += one.reports;
    total.duplicates += one.duplicates;
    if (one.breach) broken.emplace_back(seed, *one.breach);
  }
};

class Progress {
 public:
  explicit Progress(std::uint64_t total) : total_(total), on_(isatty(STDERR_FILENO) != 0) {}
  void show(std::uint64_t done) {
    if (!on_ || done * 100 / total_ == shown_) return;
    shown_ = done * 100 / total_;
    const auto full = static_cast<std::size_t>(shown_ * 40 / 100);
    std::cerr << "\r[" << std::string(full, '#') << std::string(40 - full, '.') << "] " << shown_
              << "% of " << total_ << " storms" << std::flush;
  }
  void clear() const {
    if (on_) std::cerr << "\r" << std::string(70, ' ') << "\r" << std::flush;
  }

 private:
  std::uint64_t total_, shown_ = 101;
  bool on_;
};

/// Ctrl-C: the storms that have begun end, and what is known so far is told.
std::atomic<bool> interrupted{false};
void interrupt(int) {
  interrupted = true;
  std::signal(SIGINT, SIG_DFL);  // a second time at once
}

/// One world a thread; nothing is shared but the next seed and the sum.
Sum run_all(const Seeds& seeds, unsigned jobs) {
  Sum sum;
  std::mutex guard;
  std::atomic<std::uint64_t> next{seeds.first};
  Progress progress(seeds.last - seeds.first + 1);
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed <= seeds.last && !interrupted; seed = next++) {
      const storm::Outcome outcome = storm::run(storm::make_weather(seed));
      const std::lock_guard lock(guard);
      sum.add(seed, outcome);
      progress.show(sum.storms);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < jobs; ++i) threads.emplace_back(work);
  }
  progress.clear();
  std::sort(sum.broken.begin(), sum.broken.end());
  return sum;
}

void tell(const Sum& sum) {
  std::cout << "storms      " << sum.storms << "\nevents      " << sum.total.events
            << "\nmessages    " << sum.total.messages << "\naccepted    " << sum.total.accepted
            << "\nfaults      " << sum.total.faults << "\nreports     " << sum.total.reports
            << "\nduplicates  " << sum.total.duplicates
            << " (each after a lost acknowledgement, RFC 1047)\nlost        " << sum.broken.size()
            << "\n"
            << std::flush;
}

/// The file with the small scenario; "" if it could not be written.
std::string shrink_to_file(std::uint64_t seed, const std::string& folder) {
  const auto small = storm::shrink(storm::make_weather(seed), [](const scenario::Scenario& s) {
    return storm::run(s).breach.has_value();
  });
  const std::string path = folder + "/storm-" + std::to_string(seed) + ".json";
  const auto written = write_file(path, scenario::write_scenario(small), true);
  if (written) return path;
  complain(written.error().message);
  return {};
}

/// One scenario under the eyes of the ledger: whether a shrunk storm still shows its loss.
int storm_over(const std::string& path) {
  const auto scenario = load_scenario(path);
  if (!scenario) return kBadInput;
  Sum sum;
  sum.add(scenario->seed, storm::run(*scenario));
  tell(sum);
  for (const auto& [seed, what] : sum.broken) complain(path + ": " + what);
  return sum.broken.empty() ? kOk : kExpectationFailed;
}

}  // namespace

int storm(const StormOptions& options) {
  if (!options.scenario.empty()) return storm_over(options.scenario);
  const auto seeds = parse_seeds(options.seeds);
  if (!seeds) {
    complain("--seeds: write A..B, for instance 1..1000");
    return kBadInput;
  }
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  std::signal(SIGINT, interrupt);
  const auto began = std::chrono::steady_clock::now();
  const Sum sum = run_all(*seeds, options.jobs == 0 ? cores : options.jobs);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  tell(sum);
  std::cerr << took.count() << " s\n";
  if (interrupted)
    complain("interrupted after " + std::to_string(sum.storms) + " of " +
             std::to_string(seeds->last - seeds->first + 1) + " storms");
  for (const auto& [seed, what] : sum.broken)
    complain("seed " + std::to_string(seed) + ": " + what);
  if (interrupted) return kInterrupted;
  if (sum.broken.empty()) return kOk;
  const std::string path = shrink_to_file(sum.broken.front().first, options.folder);
  if (!path.empty()) std::cout << path << "\n";
  return kExpectationFailed;
}

}  // namespace posthorn::app
