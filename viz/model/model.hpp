// What the window shows, as plain data, and the commands that change it.
//
// Panels draw a const Model and append Commands; the shell applies them when the frame is
// done. No ImGui here: the whole behaviour is tested without a window.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/trace/snapshot.hpp"
#include "sim/trace/trace.hpp"
#include "text/text.hpp"
#include "viz/model/desk.hpp"
#include "viz/model/playhead.hpp"
#include "viz/model/query.hpp"
#include "viz/model/stations.hpp"
#include "viz/model/transcript.hpp"
#include "viz/model/weather.hpp"

namespace posthorn::viz {

struct Selection {
  RecordId record;    ///< explained in the details panel; none: what happened last
  HostId host;        ///< its client, queue, mailboxes are shown; none: the story chooses
  MessageId message;  ///< the letter that is followed; none: the one of the moment
};

/// What the dock below the stage shows. The last two have panels of their own where there is room.
enum class View : std::uint8_t {
  log,
  talk,
  ladder,
  packets,
  letter,
  offices,
  tap,
  explain,
  lesson
};
inline constexpr int kViews = 9;

/// What a person likes, whatever is being watched; saved as it changes.
struct Preferences {
  Lang lang = Lang::en;
  bool dark = false;
  texts::Level level = texts::Level::student;
  float text_scale = 1;  ///< kSmallestText..kLargestText
  bool calm = false;     ///< reduced motion
  bool sound = false;    ///< soft notes for what happens while the story plays
  friend bool operator==(const Preferences&, const Preferences&) = default;
};
inline constexpr float kSmallestText = 0.75f, kLargestText = 2.5f;

/// The part of the stage that is seen: `zoom` times as large, with `x`, `y` (0..1 of the stage)
/// in the middle.
struct Camera {
  float zoom = 1, x = 0.5f, y = 0.5f;
  friend bool operator==(const Camera&, const Camera&) = default;
};
inline constexpr float kNearest = 6;
inline constexpr float kFlattest = 0.8f, kTallest = 2.5f;

/// A moment that somebody marked.
struct Bookmark {
  Instant at{};
  std::uint32_t count = 0;
  friend bool operator==(const Bookmark&, const Bookmark&) = default;
};
struct Loop {
  std::optional<Instant> from, to;
  [[nodiscard]] bool runs() const { return from && to && *from < *to; }
};

/// A letter that the person at the window writes in place of the scripted one.
struct OwnLetter {
  std::string to, subject, text;
  friend bool operator==(const OwnLetter&, const OwnLetter&) = default;
};

/// A letter of an inbox that somebody at the window opened, until the mail program shows another.
struct OpenedLetter {
  HostId host;
  std::uint32_t item = 0;  ///< trace::InboxItem::item
  Instant since{};         ///< of the screen that it was opened on
};

/// What only the program around the window can do. It takes them from Model::requests.
struct OpenLesson {
  std::string path;
};
struct OpenStart {};
struct CancelLoading {};
struct SendOwnLetter {
  OwnLetter letter;
};
struct SetFullscreen {
  bool on;
};
struct CopyText {
  std::string text;
};
/// The window as it is, without the menu.
struct CopyPicture {};
struct Export {
  std::string format;  ///< exporting::Format::name
  std::string only;    ///< a term of exporting::parse_selection(); "" for everything
  std::string
      host{};  ///< seen from there: a capture, or the messages that stand there; "" anywhere
  std::optional<Instant> at{};  ///< messages and stills: as it stood then; none: at the end
};
/// What goes wrong by hand, all of it; the story is told again with it.
struct SetWeather {
  std::vector<HandFault> faults;
};
/// In a running world: "fault power_cut mail.kaede.example for 10s", "repair 1".
struct Obey {
  std::string line;
};
using Request = std::variant<OpenLesson, SetWeather, Obey, OpenStart, CancelLoading, SendOwnLetter,
                             SetFullscreen, CopyText, CopyPicture, Export>;

/// Whom and what the rows are about that the search lets through; everything without a search.
struct Among {
  bool all = true;
  std::vector<bool> hosts, conns, letters;  ///< by number
  [[nodiscard]] bool has(HostId id) const { return all || in(hosts, id.value); }
  [[nodiscard]] bool has(ConnId id) const { return all || in(conns, id.value); }
  [[nodiscard]] bool has(MessageId id) const { return all || in(letters, id.value); }

 private:
  static bool in(const std::vector<bool>& set, std::uint32_t n) { return n < set.size() && set[n]; }
};

struct Model {
  explicit Model(const trace::Trace& trace);  ///< `trace` must outlive the model

  const trace::Trace* trace;
  Track track;
  Stations stations;
  std::vector<RecordId> rows;     ///< records with a row, of the whole trace
  std::vector<RecordId> hits;     ///< rows that the query finds; empty without a query
  std::vector<RecordId> visible;  ///< rows that all views show
  Among among;                    ///< whom they are about
  Query query;                    ///< `filter`, read
  trace::Keyframes frames;
  Playhead head;
  trace::Snapshot now;  ///< after head.count records; packets are where head.at says
  std::optional<std::uint32_t> play_to;  ///< stop there: a clicker's "next" plays on to it
  Selection selection;
  Preferences likes;
  LinkId tapped;  ///< whom the tap listens to; none: where the story has a listener
  View view = View::log;
  Stride stride = Stride::command;
  Camera camera;
  std::vector<Bookmark> marks;
  Loop loop;
  bool help = false;        ///< the overlay with the keys
  bool tall_dock = false;   ///< "Larger"
  bool presenting = false;  ///< large: the stage and what is told, nothing else
  bool dock_shown = false;  ///< while presenting
  bool blank = false;  ///< while presenting: a black screen, so that people look at the speaker
  bool fullscreen = false;
  bool laser = false;              ///< a red dot follows the pointer
  bool notes = false;              ///< the speaker's notes are shown
  bool menu = false;               ///< the menu for saving is open
  bool settings = false;           ///< the overlay with what a person likes is open
  bool search_open = false;        ///< there is a field though it is empty and the room is short
  bool choosing = false;           ///< the overlay for what is shown is open
  bool what_if = false;            ///< the overlay for letting things go wrong is open
  Spot what_if_place;              ///< there: where; none: the first that can
  std::size_t lasting = 2;         ///< there: which of lastings()
  std::vector<HandFault> by_hand;  ///< what has gone wrong by hand, in the order of asking
  float ladder_zoom = 1;           ///< kFlattest..kTallest: how high the ladder's rows are
  int save_what = 0;               ///< there: what_to_save() knows them
  std::string filter;              ///< the query as typed
  bool only_hits = true;           ///< rows that the query does not find are hidden
  std::size_t searched = 0;        ///< rows that the query has seen so far
  std::optional<OpenedLetter> open_letter;
  bool headers = false;          ///< the mail program shows the header fields as they came
  std::optional<OwnLetter> own;  ///< being written; none: the scripted letter stands
  bool may_write = false;        ///< the program around the window can send an own letter
  bool may_change = false;       ///< ... can tell the story anew: it is a scenario, no recording
  std::string notice;            ///< a short message for a while ("Copied")
  double notice_until = 0;
  double seconds = 0;  ///< real time since opening, for gentle animation only
  std::vector<Request> requests;
  Desk desk;
  bool live = false;       ///< the world is still running: the trace grows
  bool following = false;  ///< we stand where it grows

  [[nodiscard]] const trace::Scene& scene() const { return trace->scene(); }
  [[nodiscard]] Lang lang() const { return likes.lang; }
  /// The record that the details panel explains: the selected one, or the last meaningful one.
  [[nodiscard]] RecordId focus() const;
  /// The letter that is followed: the chosen one, the focused record's, or the story's.
  [[nodiscard]] MessageId letter() const;
  /// The connection of the focused line, or the one that spoke last, of those that are shown; none
  /// before the first.
  [[nodiscard]] ConnId conversation() const;
  /// True while the opening compose window waits for its Send to be clicked.
  [[nodiscard]] bool waits_for_send() const;
  /// True in the instant in which the first letter waits, wherever in it the playhead stands: then
  /// it can be written anew.
  [[nodiscard]] bool at_opening() const;
  /// Where the row of a record stands among `visible`: the last one up to it; -1 before the first.
  [[nodiscard]] int visible_row(RecordId record) const;
  /// The row that holds the newest event: of the selected record, or of the playhead.
  [[nodiscard]] int current_row() const;
  /// Rows that the search does not find are left out of every view.
  [[nodiscard]] bool filtered() const { return only_hits && !query.empty(); }
  [[nodiscard]] bool is_hit(RecordId row) const;
  /// The connection after that one (or before), of those that are shown; none if there is
  /// none.
  [[nodiscard]] ConnId other_conversation(ConnId from, bool forward) const;
  /// The same of letters.
  [[nodiscard]] MessageId other_letter(MessageId from, bool forward) const;
  /// The trace has become longer (a running world): takes the new records in. Whoever follows
  /// stands at `now`, which is not before the last record.
  void grow(Instant now);
  /// What stays when another trace is opened: the person's choices and the program's state.
  void keep_from(Model& former);
  /// What stays beside that when the same story is told anew, a little differently.
  void stay_from(const Model& former);

 private:
  [[nodiscard]] RecordId refusal_near(RecordId event) const;
  void take_rows();
};

// ---- commands
struct Play {};
struct Pause {};
struct TogglePlay {};
struct StepForward {};  ///< by the chosen stride
struct StepBack {};
struct StoryForward {};
struct StoryBack {};
struct PlayToNext {};  ///< a clicker's "next": play up to the next thing that is told
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
struct SetStride {
  Stride stride;
};
struct ToggleLang {};
struct ToggleTheme {};
struct ToggleCalm {};
struct ToggleSound {};
struct SetLevel {
  texts::Level level;
};
struct NextLevel {};
struct SetTextScale {
  float scale;
};
struct ToggleHelp {};
struct ToggleMenu {};
struct SetSaveWhat {
  int what;
};
struct ToggleTall {};
/// Listen to this link; none: where the story has a listener.
struct TapLink {
  LinkId link;
};
struct SetView {
  View view;
};
struct ToggleBlank {};
struct ToggleSettings {};
struct ToggleChoosing {};
struct ToggleWhatIf {};
/// Opens that overlay for a place.
struct ChooseWhatIf {
  Spot place;
};
struct SetLasting {
  std::size_t which;  ///< of lastings()
};
/// Let this go wrong, from now on and as long as is chosen.
struct CauseFault {
  Mishap what;
  Spot place;
};
/// One of Model::by_hand is over now, or (`never`) has never been.
struct EndFault {
  std::size_t which;
  bool never = false;
};
struct SetLadderZoom {
  float zoom;
};
/// The former or next of what the view lists: a line, a packet, a station of the letter.
struct SelectNear {
  bool forward = true;
};
/// Go to that connection: to what was said last on it, or to its beginning.
struct SelectConversation {
  ConnId conn;
};
/// "host:ben-phone" in the search field, or out of it.
struct ToggleTerm {
  std::string term;
};
/// The search field where there is no room for it otherwise.
struct OpenSearch {
  bool on;
};
/// Into the start page's field.
struct TypePath {
  std::string text;
};
struct TogglePresenting {};
struct ToggleDock {};
struct ToggleFullscreen {};
struct ToggleLaser {};
struct ToggleNotes {};
struct SetFilter {
  std::string text;
};
struct ToggleOnlyHits {};
struct NextHit {
  bool forward = true;
};
/// A mark here, or none any more.
struct ToggleMark {};
struct GoToMark {
  bool forward = true;
};
struct LoopFrom {};
struct LoopTo {};
struct ClearLoop {};
struct SetCamera {
  Camera camera;
};
/// Go to that record and explain it.
struct SelectRecord {
  RecordId record;
};
/// Click on a host; the same host again, or none, lifts the selection.
struct SelectHost {
  HostId host;
};
struct SelectMessage {
  MessageId message;
};
/// The Send button of a compose window: the story runs on from the pressing.
struct PressSend {
  HostId host;
};
/// A click on a letter in the mail program's list.
struct OpenLetter {
  HostId host;
  std::uint32_t item = 0;
};
struct ToggleHeaders {};
/// The person at the window writes.
struct Write {
  OwnLetter letter;
};
struct CloseProblem {};
struct Ask {
  Request request;
};

template <class... C>
struct CommandList {
  template <class T>
  static constexpr std::size_t index_of() {
    std::size_t at = 0, found = sizeof...(C);
    ((std::is_same_v<T, C> ? found = at : at, ++at), ...);
    return found;
  }
  static constexpr std::size_t size = sizeof...(C);
};
using EveryCommand =
    CommandList<Play, Pause, TogglePlay, StepForward, StepBack, StoryForward, StoryBack, PlayToNext,
                SeekTime, SeekStart, SeekEnd, SetSpeed, Faster, Slower, SetStride, ToggleLang,
                ToggleTheme, ToggleCalm, ToggleSound, SetLevel, NextLevel, SetTextScale, ToggleHelp,
                ToggleMenu, SetSaveWhat, ToggleTall, SetView, TapLink, TogglePresenting, ToggleDock,
                ToggleFullscreen, ToggleLaser, ToggleNotes, SetFilter, ToggleOnlyHits, NextHit,
                ToggleMark, GoToMark, LoopFrom, LoopTo, ClearLoop, SetCamera, ToggleBlank,
                ToggleSettings, ToggleChoosing, ToggleWhatIf, ChooseWhatIf, SetLasting, CauseFault,
                EndFault, SetLadderZoom, SelectNear, SelectConversation, ToggleTerm, OpenSearch,
                TypePath, SelectRecord, SelectHost, SelectMessage, OpenLetter, ToggleHeaders,
                PressSend, Write, CloseProblem, Ask>;

/// One of them. (Not a variant: sixty sources would compile the copying of sixty types.)
class Command {
 public:
  template <class C>
  Command(C command)  // NOLINT: SetView{...} is a command
      : kind_(EveryCommand::index_of<C>()), what_(std::make_shared<const C>(std::move(command))) {
    static_assert(EveryCommand::index_of<C>() < EveryCommand::size, "not in the list above");
  }
  /// Calls the function with what it is.
  template <class Visitor>
  void visit(Visitor&& visitor) const {
    visit(visitor, static_cast<EveryCommand*>(nullptr));
  }

 private:
  template <class Visitor, class... C>
  void visit(Visitor& visitor, CommandList<C...>* /*all*/) const {
    std::size_t at = 0;
    ((at++ == kind_ ? visitor(*static_cast<const C*>(what_.get())) : void()), ...);
  }
  std::size_t kind_;
  std::shared_ptr<const void> what_;
};
using Commands = std::vector<Command>;

void apply(Model& model, const Command& command);
/// Real time passes: play on, if playing; search on, if the query has not seen all rows.
void pass_time(Model& model, double real_seconds);
/// Shows a short message for a few seconds.
void notify(Model& model, std::string text);

}  // namespace posthorn::viz
