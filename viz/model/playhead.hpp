// Where in the trace we stand, and how that changes with time and steps. Plain data.
//
// A position is both a count of records (the first `count` have happened) and an instant:
// several records share an instant, and between two records time passes with packets on the
// wires. Invariant: record[count-1].at <= at, and at <= record[count].at.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/trace/trace.hpp"

namespace posthorn::viz {

/// What the playhead needs to know about a trace, found once.
struct Track {
  struct Gap {
    Instant from, to;      ///< nothing moves and nothing happens in between
    double played_before;  ///< real seconds that playing takes up to `from`, at Track::speed
  };
  struct Chapter {
    std::uint32_t step;   ///< 1..5
    std::uint32_t count;  ///< the position right after its record
    Instant at;
  };
  std::vector<std::uint32_t> events;   ///< positions right after a meaningful record
  std::vector<std::uint32_t> stories;  ///< positions right after a narration or step
  std::vector<std::uint32_t> hops;     ///< positions right after a letter changed hands
  std::vector<std::uint32_t> packets;  ///< positions right after a packet left, or was lost
  std::vector<Chapter> chapters;       ///< the first time each primer step is reached
  std::vector<Gap> gaps;
  std::uint32_t opening = 0;  ///< the compose window is open, Send is not pressed yet
  HostId writer;              ///< whose compose window that is
  double speed = 0.02;        ///< a pace at which packets can be followed

  explicit Track(const trace::Trace& trace);
  /// Where `at` stands on the time slider, 0..1: quiet gaps take little room there, as they
  /// take little time when playing.
  [[nodiscard]] double slider(Instant at) const;
  [[nodiscard]] Instant from_slider(double position) const;

 private:
  [[nodiscard]] double play_time(Instant at) const;
  void measure_gaps();
  Instant end_{};
};

/// What one press of a step key skips.
enum class Stride : std::uint8_t { story, hop, command, packet };
inline constexpr int kStrides = 4;
const std::vector<std::uint32_t>& stops_of(const Track& track, Stride stride);

/// Worth a stop: a line spoken, an answer, a change in a queue, mailbox or client, a connection.
/// Not: each packet, each byte written, what is merely received.
bool is_meaningful(const trace::Fact& fact);

struct Playhead {
  std::uint32_t count = 0;
  Instant at{};
  bool playing = false;
  double speed = 0.02;  ///< virtual seconds per real second
  friend bool operator==(const Playhead&, const Playhead&) = default;
};

/// A packet a second even where a thousand leave in a tenth of one.
inline constexpr double kSlowest = 0.0001;
inline constexpr double kFastest = 100000.0;  ///< more than a day in a second
/// A quiet gap lasts at most this many real seconds when playing.
inline constexpr double kQuietSeconds = 1.0;

void advance(Playhead& head, const trace::Trace& trace, const Track& track, double real_seconds);
void seek_time(Playhead& head, const trace::Trace& trace, Instant at);
void seek_count(Playhead& head, const trace::Trace& trace, std::uint32_t count);
/// To the next (forward) or former position of `stops`; false if there is none.
bool step(Playhead& head, const trace::Trace& trace, const std::vector<std::uint32_t>& stops,
          bool forward);
/// Slider position 0..1 <-> speed, on a logarithmic scale.
double speed_to_slider(double speed);
double slider_to_speed(double position);

}  // namespace posthorn::viz
