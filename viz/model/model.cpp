#include "viz/model/model.hpp"

#include <algorithm>

namespace posthorn::viz {
namespace {

using namespace trace;

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

void refilter(Model& m) {
  m.visible.clear();
  for (std::uint32_t i = 0; i < m.rows.size(); ++i)
    if (matches(m.scene(), m.rows[i], m.filter, m.lang)) m.visible.push_back(i);
}

struct Applier {
  Model& m;

  void go(std::uint32_t count) {
    seek_count(m.head, *m.trace, count);
    m.selection.record = {};
  }
  void step_by(const std::vector<std::uint32_t>& stops, bool forward) {
    m.head.playing = false;
    m.selection.record = {};
    step(m.head, *m.trace, stops, forward);
  }
  void set_playing(bool playing) {
    if (playing && m.head.at >= m.trace->end_time()) go(m.track.opening);
    m.head.playing = playing;
    if (playing) m.selection.record = {};
  }

  void operator()(Play) { set_playing(true); }
  void operator()(Pause) { set_playing(false); }
  void operator()(TogglePlay) { set_playing(!m.head.playing); }
  void operator()(StepForward) { step_by(m.track.events, true); }
  void operator()(StepBack) { step_by(m.track.events, false); }
  void operator()(StoryForward) { step_by(m.track.stories, true); }
  void operator()(StoryBack) { step_by(m.track.stories, false); }
  void operator()(SeekTime c) {
    seek_time(m.head, *m.trace, c.at);
    m.selection.record = {};
  }
  void operator()(SeekStart) {
    m.head.playing = false;
    go(m.track.opening);
  }
  void operator()(SeekEnd) {
    m.head.playing = false;
    go(static_cast<std::uint32_t>(m.trace->size()));
  }
  void operator()(SetSpeed c) { m.head.speed = std::clamp(c.speed, kSlowest, kFastest); }
  void operator()(Faster) { (*this)(SetSpeed{m.head.speed * 1.5}); }
  void operator()(Slower) { (*this)(SetSpeed{m.head.speed / 1.5}); }
  void operator()(ToggleLang) {
    m.lang = m.lang == Lang::en ? Lang::ja : Lang::en;
    refilter(m);
  }
  void operator()(ToggleTheme) { m.dark = !m.dark; }
  void operator()(ToggleHelp) { m.help = !m.help; }
  void operator()(ToggleTranscript) { m.tall_transcript = !m.tall_transcript; }
  void operator()(const SetFilter& c) {
    m.filter = c.text;
    refilter(m);
  }
  void operator()(SelectRecord c) {
    if (!c.record || c.record.value > m.trace->size()) return;
    m.head.playing = false;
    go(c.record.value);
    m.selection.record = c.record;
  }
  void operator()(SelectHost c) {
    m.selection.host = m.selection.host == c.host ? HostId{} : c.host;
  }
  void operator()(PressSend c) {
    if (const std::uint32_t count = next_send(m, c.host); count != 0) go(count);
    set_playing(true);
  }
};

}  // namespace

Model::Model(const Trace& t)
    : trace(&t), track(t), rows(transcript_rows(t)), frames(t), now(t.scene()) {
  refilter(*this);
  head.speed = track.speed;
  seek_count(head, t, track.opening);
  refresh(*this);
}

RecordId Model::focus() const {
  if (selection.record) return selection.record;
  const auto next = std::upper_bound(track.events.begin(), track.events.end(), head.count);
  return next == track.events.begin() ? RecordId{} : RecordId{*(next - 1)};
}

bool Model::waits_for_send() const {
  if (head.playing) return false;
  return std::any_of(now.hosts.begin(), now.hosts.end(), [](const HostState& host) {
    return host.screen.mode == ClientScreen::Mode::composing;
  });
}

void apply(Model& model, const Command& command) {
  std::visit(Applier{model}, command);
  refresh(model);
}

void pass_time(Model& model, double real_seconds) {
  model.seconds += real_seconds;
  advance(model.head, *model.trace, model.track, real_seconds);
  refresh(model);
}

}  // namespace posthorn::viz
