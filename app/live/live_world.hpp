// A world that real programs can reach: the World, its trace and the clock that both follow.
// Knows nothing of sockets; server.hpp brings those.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/live/clock.hpp"
#include "sim/world/by_hand.hpp"
#include "sim/world/world.hpp"

namespace posthorn::app {

/// What real programs need of a scenario: a name server; mailboxes that they do not mistake for
/// those of an earlier run; and a bound for accounts without a quota, so that nobody fills the
/// memory: kOutsideQuota.
void prepare_for_outside(scenario::Scenario& scenario);
inline constexpr std::uint64_t kOutsideQuota = 1024 * 1024 * 1024;  ///< octets
inline constexpr std::uint64_t kOutsideMessages = 250'000;

class LiveWorld {
 public:
  /// `record`: keep the whole trace (up to kMaxRecords); otherwise nothing is kept.
  LiveWorld(std::shared_ptr<const scenario::Plan> plan, double speed, bool record);

  [[nodiscard]] const scenario::Plan& plan() const { return world_.plan(); }
  [[nodiscard]] const world::World& world() const { return world_; }
  [[nodiscard]] const trace::Trace& trace() const { return trace_; }
  /// The trace was cut because it became too long.
  [[nodiscard]] bool cut() const { return cut_; }
  /// The real moment of the next event; nullopt while nothing is planned.
  [[nodiscard]] std::optional<LiveClock::Real::time_point> next_wake() const;

  /// Lets the world catch up with the clock.
  void catch_up();
  /// What somebody typed: "fault power_cut mail.kaede.example", "repair all", "faults".
  world::ByHand obey(std::string_view line) { return world::obey(world_, trace_, now(), line); }
  /// A name for a program that nobody else bears now: "outside-1".
  std::string take_name();
  void give_back_name(const std::string& name);

  /// A firewall drops what comes to this port: whoever is there waits, and learns nothing.
  [[nodiscard]] bool blocked(HostId server, std::uint16_t port) const {
    return world_.network().port_blocked(server, port);
  }
  ConnId connect(const world::Outside& who, HostId server, std::uint16_t port);
  void bytes(ConnId conn, std::string_view bytes);
  void eof(ConnId conn);
  void closed(ConnId conn, trace::CloseReason why);
  /// The servers take leave of everybody.
  void goodbye();
  std::string datagram(const world::Outside& who, HostId server, const std::string& bytes);
  [[nodiscard]] std::vector<world::OutsideOutput> take_output() { return world_.take_output(); }

 private:
  static constexpr std::size_t kMaxRecords = 4'000'000;

  Instant now();

  world::World world_;
  trace::Trace trace_;
  LiveClock clock_;
  unsigned names_ = 0;             ///< "outside-1" to this one were given out
  std::set<unsigned> free_names_;  ///< and these of them given back
  bool cut_ = false;
};

}  // namespace posthorn::app
