#include "viz/model/model.hpp"

#include <algorithm>

namespace posthorn::viz {
namespace {

using namespace trace;

/// Few enough frames for the memory, close enough that folding from one takes a millisecond.
std::size_t frame_spacing(std::size_t records) { return std::max<std::size_t>(512, records / 128); }

/// Brings the snapshot to the playhead: forward by folding, backward from a keyframe.
void refresh(Model& m) {
  const std::uint32_t have = m.now.last.value;
  constexpr std::uint32_t kFoldAtMost = 512;
  if (have > m.head.count || m.head.count - have > kFoldAtMost) {
    m.now = m.frames.at(*m.trace, m.head.count);
  } else {
    for (std::uint32_t id = have + 1; id <= m.head.count; ++id) fold(m.now, *m.trace, RecordId{id});
  }
}

/// The position right after the next SendPressed on `host`; 0 if it has none left.
std::uint32_t next_send(const Model& m, HostId host) {
  for (std::size_t i = m.head.count; i < m.trace->size(); ++i) {
    const auto* pressed = std::get_if<SendPressed>(&m.trace->records()[i].fact);
    if (pressed != nullptr && pressed->host == host) return static_cast<std::uint32_t>(i + 1);
  }
  return 0;
}

/// Rows that a search looks at before it lets the window draw again.
constexpr std::size_t kRowsInOneGo = 20000;

void put_in(std::vector<bool>& set, std::uint32_t number) {
  if (number >= set.size()) set.resize(number + 1);
  set[number] = true;
}

/// What a row is about is shown with it.
void take_among(Model& m, const TranscriptRow& row) {
  const Record& record = (*m.trace)[row.record];
  if (row.from) put_in(m.among.hosts, row.from.value);
  if (row.to) put_in(m.among.hosts, row.to.value);
  if (record.message) put_in(m.among.letters, record.message.value);
  if (const ConnId conn = conn_in(record.fact)) put_in(m.among.conns, conn.value);
}

void search_on(Model& m) {
  if (m.query.empty() || m.searched >= m.rows.size()) return;
  const std::size_t end = std::min(m.rows.size(), m.searched + kRowsInOneGo);
  for (; m.searched < end; ++m.searched) {
    const RecordId id = m.rows[m.searched];
    const TranscriptRow row = transcript_row(*m.trace, id);
    if (!matches(*m.trace, row, m.query, m.lang())) continue;
    m.hits.push_back(id);
    if (m.only_hits) take_among(m, row);
  }
  if (m.only_hits) m.visible = m.hits;
}

void search_anew(Model& m) {
  m.query = parse_query(m.filter);
  m.hits.clear();
  m.searched = 0;
  m.visible.clear();
  m.among = {};
  m.among.all = !m.filtered();
  if (!m.filtered()) m.visible = m.rows;
  search_on(m);
}

/// The position in `stops` after `here`, or before it; 0 if there is none.
std::uint32_t near_stop(const std::vector<std::uint32_t>& stops, std::uint32_t here, bool forward) {
  const auto next =
      forward ? std::ranges::upper_bound(stops, here) : std::ranges::lower_bound(stops, here);
  if (forward) return next == stops.end() ? 0 : *next;
  return next == stops.begin() ? 0 : *(next - 1);
}

struct Applier {
  Model& m;

  void go(std::uint32_t count) {
    m.following = false;
    seek_count(m.head, *m.trace, count);
    m.selection.record = {};
    m.play_to.reset();
  }
  void step_by(const std::vector<std::uint32_t>& stops, bool forward) {
    m.head.playing = false;
    m.following = false;
    m.selection.record = {};
    m.play_to.reset();
    step(m.head, *m.trace, stops, forward);
  }
  void set_playing(bool playing) {
    if (m.live && playing && m.head.count >= m.trace->size()) {
      m.following = true;
      return;
    }
    m.following = false;
    if (playing && m.head.at >= m.trace->end_time()) go(m.track.opening);
    m.head.playing = playing;
    m.play_to.reset();
    if (playing) m.selection.record = {};
  }

  void operator()(Play) { set_playing(true); }
  void operator()(Pause) { set_playing(false); }
  void operator()(TogglePlay) { set_playing(!m.head.playing); }
  void operator()(StepForward) { step_by(stops_of(m.track, m.stride), true); }
  void operator()(StepBack) { step_by(stops_of(m.track, m.stride), false); }
  void operator()(StoryForward) { step_by(m.track.stories, true); }
  void operator()(StoryBack) { step_by(m.track.stories, false); }
  void operator()(PlayToNext) {
    // Pressed while it plays: there at once.
    if (m.head.playing && m.play_to) return (*this)(StoryForward{});
    const auto& stops = m.track.stories;
    const auto next = std::upper_bound(stops.begin(), stops.end(), m.head.count);
    const auto end = static_cast<std::uint32_t>(m.trace->size());
    if (next == stops.end() && m.head.count >= end) return;
    m.selection.record = {};
    m.head.playing = true;
    m.play_to = next == stops.end() ? end : *next;
  }
  void operator()(SeekTime c) {
    seek_time(m.head, *m.trace, c.at);
    m.following = m.live && m.head.count >= m.trace->size();
    m.selection.record = {};
    m.play_to.reset();
  }
  void operator()(SeekStart) {
    m.head.playing = false;
    go(m.track.opening);
  }
  void operator()(SeekEnd) {
    m.head.playing = false;
    go(static_cast<std::uint32_t>(m.trace->size()));
    m.following = m.live;
  }
  void operator()(SetSpeed c) { m.head.speed = std::clamp(c.speed, kSlowest, kFastest); }
  void operator()(Faster) { (*this)(SetSpeed{m.head.speed * 1.5}); }
  void operator()(Slower) { (*this)(SetSpeed{m.head.speed / 1.5}); }
  void operator()(SetStride c) { m.stride = c.stride; }

  void operator()(ToggleLang) {
    m.likes.lang = m.likes.lang == Lang::en ? Lang::ja : Lang::en;
    search_anew(m);
  }
  void operator()(ToggleTheme) { m.likes.dark = !m.likes.dark; }
  void operator()(ToggleCalm) { m.likes.calm = !m.likes.calm; }
  void operator()(ToggleSound) { m.likes.sound = !m.likes.sound; }
  void operator()(SetLevel c) { m.likes.level = c.level; }
  void operator()(NextLevel) {
    const auto next = (static_cast<std::size_t>(m.likes.level) + 1) % texts::kLevels;
    m.likes.level = static_cast<texts::Level>(next);
  }
  void operator()(SetTextScale c) {
    m.likes.text_scale = std::clamp(c.scale, kSmallestText, kLargestText);
  }

  void operator()(ToggleHelp) { m.help = !m.help; }
  void operator()(ToggleMenu) { m.menu = !m.menu; }
  void operator()(SetSaveWhat c) { m.save_what = c.what; }
  void operator()(ToggleBlank) { m.blank = !m.blank; }
  void operator()(ToggleSettings) { m.settings = !m.settings; }
  void operator()(ToggleChoosing) { m.choosing = !m.choosing; }
  void operator()(ToggleWhatIf) { m.what_if = !m.what_if; }
  void operator()(ChooseWhatIf c) {
    m.what_if = true;
    m.what_if_place = c.place;
  }
  void operator()(SetLasting c) { m.lasting = std::min(c.which, lastings().size() - 1); }
  void operator()(const CauseFault& c) {
    const Lasting& lasting = lastings()[m.lasting];
    const bool ends = *lasting.text != '\0';
    if (m.live)
      return (*this)(Ask{Obey{"fault " + c.what.line + (ends ? " for " : "") + lasting.text}});
    const Instant at = just_behind(m.head.at);
    std::vector<HandFault> all = m.by_hand;
    all.push_back({c.what, c.place, at, ends ? std::optional(at + lasting.length) : std::nullopt});
    (*this)(Ask{SetWeather{std::move(all)}});
  }
  void operator()(EndFault c) {
    std::vector<HandFault> all = m.by_hand;
    if (c.which >= all.size()) return;
    const auto one = all.begin() + static_cast<std::ptrdiff_t>(c.which);
    if (c.never || one->at > m.head.at)
      all.erase(one);
    else
      one->until = just_behind(m.head.at);
    (*this)(Ask{SetWeather{std::move(all)}});
  }
  void operator()(SetLadderZoom c) { m.ladder_zoom = std::clamp(c.zoom, kFlattest, kTallest); }
  void operator()(ToggleTall) { m.tall_dock = !m.tall_dock; }
  void operator()(TapLink c) { m.tapped = c.link; }
  void operator()(SetView c) {
    m.view = c.view;
    m.dock_shown = true;
  }
  void operator()(TogglePresenting) {
    m.presenting = !m.presenting;
    m.blank = false;
    m.dock_shown = false;
    (*this)(Ask{SetFullscreen{m.presenting}});
  }
  void operator()(ToggleDock) { m.dock_shown = !m.dock_shown; }
  void operator()(ToggleFullscreen) { (*this)(Ask{SetFullscreen{!m.fullscreen}}); }
  void operator()(ToggleLaser) { m.laser = !m.laser; }
  void operator()(ToggleHeaders) { m.headers = !m.headers; }
  void operator()(OpenLetter c) {
    if (m.now.has(c.host)) m.open_letter = {c.host, c.item, m.now.host(c.host).screen.since};
  }
  void operator()(ToggleNotes) { m.notes = !m.notes; }

  void operator()(const SetFilter& c) {
    m.filter = c.text;
    search_anew(m);
  }
  void operator()(const ToggleTerm& c) {
    m.only_hits = true;
    (*this)(SetFilter{toggle_term(m.filter, c.term)});
  }
  void operator()(OpenSearch c) {
    m.search_open = c.on;
    if (c.on && m.presenting) m.dock_shown = true;
  }
  void operator()(const TypePath& c) { m.desk.typed = c.text; }
  void operator()(ToggleOnlyHits) {
    m.only_hits = !m.only_hits;
    search_anew(m);
  }
  void operator()(NextHit c) {
    const auto& from = m.hits.empty() ? m.visible : m.hits;
    const RecordId here{m.selection.record ? m.selection.record.value : m.head.count};
    const auto next = c.forward ? std::upper_bound(from.begin(), from.end(), here)
                                : std::lower_bound(from.begin(), from.end(), here);
    if (c.forward && next != from.end()) (*this)(SelectRecord{*next});
    if (!c.forward && next != from.begin()) (*this)(SelectRecord{*(next - 1)});
  }

  void operator()(ToggleMark) {
    const Bookmark here{m.head.at, m.head.count};
    if (std::erase(m.marks, here) > 0) return;
    const auto place = std::ranges::upper_bound(m.marks, here.count, {}, &Bookmark::count);
    m.marks.insert(place, here);
  }
  void operator()(GoToMark c) {
    const Bookmark* found = nullptr;
    for (const Bookmark& mark : m.marks) {
      if (c.forward && mark.count > m.head.count && found == nullptr) found = &mark;
      if (!c.forward && mark.count < m.head.count) found = &mark;
    }
    if (found == nullptr) return;
    const Bookmark mark = *found;
    m.head.playing = false;
    go(mark.count);
    m.head.at = mark.at;
  }
  void operator()(LoopFrom) {
    m.loop.from = m.head.at;
    if (m.loop.to && *m.loop.to <= m.head.at) m.loop.to.reset();
  }
  void operator()(LoopTo) {
    m.loop.to = m.head.at;
    if (m.loop.from && *m.loop.from >= m.head.at) m.loop.from.reset();
    if (!m.loop.from) m.loop.from = Instant{};
  }
  void operator()(ClearLoop) { m.loop = {}; }
  void operator()(SetCamera c) {
    m.camera.zoom = std::clamp(c.camera.zoom, 1.0f, kNearest);
    const float half = 0.5f / m.camera.zoom;  // what is seen stays within the stage
    m.camera.x = std::clamp(c.camera.x, half, 1 - half);
    m.camera.y = std::clamp(c.camera.y, half, 1 - half);
  }

  void operator()(SelectRecord c) {
    if (!c.record || c.record.value > m.trace->size()) return;
    m.head.playing = false;
    go(c.record.value);
    m.selection.record = c.record;
    m.selection.message = {};
  }
  void operator()(SelectNear c) {
    const std::uint32_t here = m.selection.record ? m.selection.record.value : m.head.count;
    std::uint32_t found = 0;
    if (m.view == View::packets) {
      found = near_stop(m.track.packets, here, c.forward);
    } else if (m.view == View::letter) {
      std::vector<std::uint32_t> stops;
      for (const RecordId id : m.stations.of(m.letter())) stops.push_back(id.value);
      found = near_stop(stops, here, c.forward);
    } else {
      const int row = m.visible_row(RecordId{here});
      const bool on = row >= 0 && m.visible[static_cast<std::size_t>(row)].value == here;
      const int next = c.forward ? row + 1 : on ? row - 1 : row;
      if (next >= 0 && next < static_cast<int>(m.visible.size()))
        found = m.visible[static_cast<std::size_t>(next)].value;
    }
    const MessageId letter = m.selection.message;
    if (found != 0) (*this)(SelectRecord{RecordId{found}});
    if (m.view == View::letter) m.selection.message = letter;
  }
  void operator()(SelectConversation c) {
    RecordId wanted;
    for (const RecordId id : m.rows) {
      if (conn_in((*m.trace)[id].fact) != c.conn) continue;
      if (wanted && id.value > m.head.count) break;
      wanted = id;
    }
    if (wanted) (*this)(SelectRecord{wanted});
  }
  void operator()(SelectHost c) {
    m.selection.host = m.selection.host == c.host ? HostId{} : c.host;
  }
  void operator()(SelectMessage c) { m.selection.message = c.message; }
  void operator()(PressSend c) {
    if (m.own) {
      (*this)(Ask{SendOwnLetter{*m.own}});
      return;
    }
    if (const std::uint32_t count = next_send(m, c.host); count != 0) go(count);
    set_playing(true);
  }
  void operator()(const Write& c) { m.own = c.letter; }
  void operator()(CloseProblem) {
    m.desk.problem.clear();
    m.desk.start = m.scene().hosts.empty();
  }
  void operator()(const Ask& c) { m.requests.push_back(c.request); }
};

}  // namespace

Model::Model(const Trace& t)
    : trace(&t), track(t), frames(t, frame_spacing(t.size())), now(t.scene()) {
  head.speed = track.speed;
  take_rows();
  seek_count(head, t, track.opening);
  refresh(*this);
}

void Model::grow(Instant now_there) {
  if (rows.empty() || trace->size() > frames.covered()) {
    frames.grow(*trace);
    const double speed = track.speed;
    track = Track(*trace);
    track.speed = speed;
    take_rows();
  }
  if (following) {
    seek_count(head, *trace, static_cast<std::uint32_t>(trace->size()));
    head.at = std::max(head.at, now_there);
    refresh(*this);
  }
}

void Model::keep_from(Model& former) {
  likes = former.likes;
  view = former.view;
  stride = former.stride;
  tall_dock = former.tall_dock;
  ladder_zoom = former.ladder_zoom;
  presenting = former.presenting;
  dock_shown = former.dock_shown;
  fullscreen = former.fullscreen;
  laser = former.laser;
  notes = former.notes;
  headers = former.headers;
  notice = std::move(former.notice);
  notice_until = former.notice_until;
  seconds = former.seconds;
  may_write = former.may_write;
  may_change = former.may_change;
  desk = std::move(former.desk);
}

void Model::stay_from(const Model& former) {
  what_if = former.what_if;
  what_if_place = former.what_if_place;
  lasting = former.lasting;
  selection.host = former.selection.host;
  tapped = former.tapped;
  loop = former.loop;
  if (marks.empty()) marks = former.marks;
}

void Model::take_rows() {
  std::uint32_t next = rows.empty() ? 1 : rows.back().value + 1;
  for (; next <= trace->size(); ++next)
    if (has_row(*trace, RecordId{next})) rows.push_back(RecordId{next});
  stations.grow(*trace);
  search_anew(*this);
}

void apply(Model& model, const Command& command) {
  command.visit(Applier{model});
  refresh(model);
}

void pass_time(Model& model, double real_seconds) {
  model.seconds += real_seconds;
  search_on(model);
  const bool played = model.head.playing;
  advance(model.head, *model.trace, model.track, real_seconds);
  if (played && model.loop.runs() && model.head.at >= *model.loop.to) {
    seek_time(model.head, *model.trace, *model.loop.from);
    model.head.playing = true;  // the end of the story, where playing stops, may be in the loop
  }
  if (model.play_to && model.head.count >= *model.play_to) {
    seek_count(model.head, *model.trace, *model.play_to);
    model.head.playing = false;
    model.play_to.reset();
  }
  refresh(model);
}

void notify(Model& model, std::string text) {
  constexpr double kShown = 4;
  model.notice = std::move(text);
  model.notice_until = model.seconds + kShown;
}

}  // namespace posthorn::viz
