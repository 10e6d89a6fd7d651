// Servers that are slow, or hang, at a point of their dialogue. The sessions know nothing of it:
// what they say and hear waits here. The network goes on, so the client's time-outs run.
#include "sim/world/doing.hpp"

namespace posthorn::world {

using scenario::HangPoint;

/// How long the server takes at this point; 0: until the fault is over. Nullopt: no longer than
/// usual.
std::optional<Duration> World::Doing::delay_at(const End& here, HangPoint point) const {
  if (!std::holds_alternative<smtp::ServerSession>(here.session)) return std::nullopt;
  std::optional<Duration> delay;
  for (const auto& [number, fault] : w_.faults_) {
    const auto* slow = std::get_if<scenario::Slow>(&fault.what);
    if (slow == nullptr || slow->point != point || plan().find(slow->host) != here.host) continue;
    if (slow->delay == Duration{}) return Duration{};
    delay = std::max(delay.value_or(Duration{}), slow->delay);
  }
  return delay;
}

/// True if the server is slow here: then everything of this end waits for Resume.
bool World::Doing::hang(ConnId conn, Side side, End& here, HangPoint point) {
  const auto delay = delay_at(here, point);
  if (!delay) return false;
  if (point == HangPoint::inside_data) {
    const smtp::ServerState state = std::get<smtp::ServerSession>(here.session).state();
    const bool in_data = state == smtp::ServerState::content || state == smtp::ServerState::chunk;
    if (!in_data || std::exchange(here.hold.was_in_data, true)) return false;
  }
  here.hold.on = true;
  here.hold.message = trace_.message();
  if (*delay > Duration{}) here.hold.resume = put(now() + *delay, Resume{conn, side});
  return true;
}

void World::Doing::handle(const Resume& resume) {
  End* here = end(resume.conn, resume.side);
  if (here == nullptr || !here->hold.on) return;
  const Hold held = std::exchange(here->hold, {});
  here->hold.was_in_data = held.was_in_data;
  cancel(held.resume);
  const trace::Scope scope(trace_);
  set_message(held.message);
  auto& session = std::get<smtp::ServerSession>(here->session);
  if (held.asked)
    at(here->host).mail_server->handle_event(*this, resume.conn, session, *held.asked);
  drain(resume.conn, resume.side);
  // Each may make it hang again: then the rest waits again.
  if (!held.bytes.empty()) {
    input(resume.conn, resume.side, *here, held.bytes);
    drain(resume.conn, resume.side);
  }
  if (held.eof) {
    input_eof(*here);
    drain(resume.conn, resume.side);
  }
}

void World::Doing::resume_all(HostId host) {
  std::vector<EndKey> held;
  for (const auto& [key, here] : w_.ends_)
    if (here.host == host && !here.gone && here.hold.on) held.push_back(key);
  for (const EndKey& key : held) handle(Resume{key.first, key.second});
}

}  // namespace posthorn::world
