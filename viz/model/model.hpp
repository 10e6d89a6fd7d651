// What the window shows, as plain data, and the commands that change it.
//
// Panels draw a const Model and append Commands; the shell applies them when the frame is
// done. No ImGui here: the whole behaviour is tested without a window.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sim/trace/snapshot.hpp"
#include "sim/trace/trace.hpp"
#include "viz/model/playhead.hpp"
#include "viz/model/transcript.hpp"

namespace posthorn::viz {

struct Selection {
  RecordId record;  ///< explained in the details panel; none: what happened last
  HostId host;      ///< its client, queue, mailboxes are shown; none: the story chooses
};

struct Model {
  explicit Model(const trace::Trace& trace);  ///< `trace` must outlive the model

  const trace::Trace* trace;
  Track track;
  std::vector<TranscriptRow> rows;     ///< of the whole trace
  std::vector<std::uint32_t> visible;  ///< indices of rows that pass the filter
  trace::Keyframes frames;
  Playhead head;
  trace::Snapshot now;  ///< after head.count records; packets are where head.at says
  Selection selection;
  Lang lang = Lang::en;
  bool dark = false;
  bool help = false;             ///< the overlay with the keys
  bool tall_transcript = false;  ///< "Larger"
  std::string filter;            ///< of the transcript
  double seconds = 0;            ///< real time since opening, for gentle animation only

  [[nodiscard]] const trace::Scene& scene() const { return trace->scene(); }
  /// The record that the details panel explains: the selected one, or the last meaningful one.
  [[nodiscard]] RecordId focus() const;
  /// True while the opening compose window waits for its Send to be clicked.
  [[nodiscard]] bool waits_for_send() const;
};

// ---- commands
struct Play {};
struct Pause {};
struct TogglePlay {};
struct StepForward {};
struct StepBack {};
struct StoryForward {};
struct StoryBack {};
struct SeekTime {
  Instant at;
};
struct SeekStart {};  ///< the opening: the letter is written, Send is not pressed
struct SeekEnd {};
struct SetSpeed {
  double speed;
};
struct Faster {};
struct Slower {};
struct ToggleLang {};
struct ToggleTheme {};
struct ToggleHelp {};
struct ToggleTranscript {};
struct SetFilter {
  std::string text;
};
/// Go to that record and explain it.
struct SelectRecord {
  RecordId record;
};
/// Click on a host; the same host again, or none, lifts the selection.
struct SelectHost {
  HostId host;
};
/// The Send button of a compose window: the story runs on from the pressing.
struct PressSend {
  HostId host;
};

using Command =
    std::variant<Play, Pause, TogglePlay, StepForward, StepBack, StoryForward, StoryBack, SeekTime,
                 SeekStart, SeekEnd, SetSpeed, Faster, Slower, ToggleLang, ToggleTheme, ToggleHelp,
                 ToggleTranscript, SetFilter, SelectRecord, SelectHost, PressSend>;
using Commands = std::vector<Command>;

void apply(Model& model, const Command& command);
/// Real time passes: play on, if playing.
void pass_time(Model& model, double real_seconds);

}  // namespace posthorn::viz
