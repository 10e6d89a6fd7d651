// A program from outside that brings letters to Kaede's server, as `serve --record` records it.
#pragma once

#include <memory>
#include <string>

#include "sim/world/world.hpp"
#include "tests/support/worlds.hpp"

namespace posthorn::tests {

struct Outsider {
  Outsider() : plan(quiet_plan()), trace(plan->scene), world(plan) {
    const world::Outside who{"outside-1", IpAddress::v4(127, 0, 0, 1), 4000};
    conn = world.outside_connect(trace, now, who, kKaede, 25);
    say("EHLO outside.example\r\n");
  }

  /// One letter to Ben; `fields` end with the empty line.
  void send(const std::string& fields, const std::string& body) {
    say("MAIL FROM:<bounce@outside.example>\r\n");
    say("RCPT TO:<ben@kaede.example>\r\n");
    say("DATA\r\n");
    say(fields + body + ".\r\n");
    now += 1s;
    world.advance(trace, now);
  }
  void say(const std::string& bytes) {
    now += 10ms;
    world.outside_bytes(trace, now, conn, bytes);
    (void)world.take_output();
  }

  static std::shared_ptr<const scenario::Plan> quiet_plan() {
    return scenario::make_plan(two_domains());
  }

  static constexpr HostId kKaede{5};
  std::shared_ptr<const scenario::Plan> plan;
  trace::Trace trace;
  world::World world;
  ConnId conn;
  Instant now{};
};

}  // namespace posthorn::tests
