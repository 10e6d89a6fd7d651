#include "app/live/live_world.hpp"

#include <charconv>
#include <chrono>

#include "sim/scenario/zones.hpp"

namespace posthorn::app {

void prepare_for_outside(scenario::Scenario& scenario) {
  scenario::add_name_server(scenario);
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  scenario.first_uid_validity = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(since_1970).count());
  for (scenario::Domain& domain : scenario.domains)
    for (scenario::Account& account : domain.accounts) {
      if (account.quota_octets == 0) account.quota_octets = kOutsideQuota;
      if (account.quota_messages == 0) account.quota_messages = kOutsideMessages;
    }
}

LiveWorld::LiveWorld(std::shared_ptr<const scenario::Plan> plan, double speed, bool record)
    : world_(plan), trace_(plan->scene), clock_(speed) {
  if (!record) trace_.stop_keeping();
}

Instant LiveWorld::now() {
  if (trace_.keeping() && trace_.size() > kMaxRecords) {
    trace_.stop_keeping();
    cut_ = true;
  }
  return clock_.now();
}

std::optional<LiveClock::Real::time_point> LiveWorld::next_wake() const {
  const auto next = world_.next_at();
  if (!next) return std::nullopt;
  return clock_.when(*next);
}

void LiveWorld::catch_up() { world_.advance(trace_, now()); }

std::string LiveWorld::take_name() {
  if (free_names_.empty()) return "outside-" + std::to_string(++names_);
  const unsigned number = *free_names_.begin();
  free_names_.erase(free_names_.begin());
  return "outside-" + std::to_string(number);
}

void LiveWorld::give_back_name(const std::string& name) {
  unsigned number = 0;
  std::from_chars(name.data() + name.find('-') + 1, name.data() + name.size(), number);
  free_names_.insert(number);
}

ConnId LiveWorld::connect(const world::Outside& who, HostId server, std::uint16_t port) {
  return world_.outside_connect(trace_, now(), who, server, port);
}

void LiveWorld::bytes(ConnId conn, std::string_view bytes) {
  world_.outside_bytes(trace_, now(), conn, bytes);
}

void LiveWorld::eof(ConnId conn) { world_.outside_eof(trace_, now(), conn); }

void LiveWorld::closed(ConnId conn, trace::CloseReason why) {
  world_.outside_closed(trace_, now(), conn, why);
}

void LiveWorld::goodbye() { world_.outside_goodbye(trace_, now()); }

std::string LiveWorld::datagram(const world::Outside& who, HostId server,
                                const std::string& bytes) {
  return world_.outside_datagram(trace_, now(), who, server, bytes);
}

}  // namespace posthorn::app
