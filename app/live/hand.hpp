// Bad weather by hand: lines that somebody types at a terminal (or sends through a pipe) while a
// world runs. "fault power_cut mail.kaede.example for 10s", "repair all", "faults".
#pragma once

#include <asio/posix/stream_descriptor.hpp>
#include <string>

#include "app/live/server.hpp"

namespace posthorn::app {

/// Answers go to standard error. The end of the input is not the end of the servers.
class Hand {
 public:
  Hand(LiveServer& server, Lang lang) : input_(server.io()), server_(server), lang_(lang) {}
  void listen();
  void close();

 private:
  void read();
  void obey(const std::string& line);

  static constexpr std::size_t kMaxLine = 4096;  ///< octets; a longer one ends it
  asio::posix::stream_descriptor input_;
  LiveServer& server_;
  Lang lang_;
  std::string typed_;
};

}  // namespace posthorn::app
