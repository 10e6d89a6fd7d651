#include "app/sweep.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <utility>

namespace posthorn::app {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
constexpr std::size_t kLongestPath = 4096;

// A signal handler may touch nothing that allocates.
char watched[kLongestPath];
volatile std::sig_atomic_t in_use = 0;
struct sigaction before[kSignals.size()];

void sweep(int signal) {
  ::unlink(watched);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

}  // namespace

SweptFile::SweptFile(const std::string& path) {
  if (in_use != 0 || path.empty() || path.size() >= kLongestPath) return;
  std::memcpy(watched, path.c_str(), path.size() + 1);
  struct sigaction action {};
  action.sa_handler = sweep;
  sigemptyset(&action.sa_mask);
  in_use = 1;
  watching_ = true;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &before[i]);
    // Who ignores a signal (nohup), or handles it already, goes on doing so.
    if (before[i].sa_handler == SIG_DFL) sigaction(kSignals[i], &action, nullptr);
  }
}

SweptFile::SweptFile(SweptFile&& from) noexcept : watching_(std::exchange(from.watching_, false)) {}

SweptFile::~SweptFile() {
  if (!watching_) return;
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before[i], nullptr);
  in_use = 0;
}

}  // namespace posthorn::app
