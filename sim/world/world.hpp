// The whole world as one value.
//
//     World world(plan);            // nothing has happened yet
//     while (world.step(trace)) {}  // one event at a time, everything recorded in the trace
//
// A copy is a checkpoint: stepped the same way, it records the same facts. Large immutable
// things (the plan, message contents, zones) are shared between copies.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/dns/server.hpp"
#include "sim/host/context.hpp"
#include "sim/host/mail_client.hpp"
#include "sim/host/mail_server.hpp"
#include "sim/net/network.hpp"
#include "sim/scenario/plan.hpp"
#include "tls/engine.hpp"

namespace posthorn::world {

/// What may happen next, and why: the trace's cause, message and step when it was scheduled.
struct SessionWake {
  ConnId conn;
  Side side;
};
struct ResolverWake {
  HostId host;
};
struct StoryAct {
  std::uint32_t index;
};
struct NarrationDue {
  std::uint32_t index;
};
/// The time of a fault is over.
struct FaultDue {
  std::uint32_t fault;
};
/// The host that was shut down has said good-bye to everybody: now it is off.
struct PowerOff {
  HostId host;
};
/// A slow server goes on with its work; see hang.cpp.
struct Resume {
  ConnId conn;
  Side side;
};
/// A program outside of the world that speaks to one of its hosts; see outside.cpp.
struct Outside {
  std::string name;  ///< "outside-1": the host that it appears as
  IpAddress address;
  std::uint16_t port = 0;
};
/// What the world says to such a program. Bytes first, then the orderly end or the abrupt one.
struct OutsideOutput {
  enum class End : std::uint8_t { none, orderly, reset };
  ConnId conn;
  std::string bytes;
  End end = End::none;
};

struct Event {
  RecordId cause;
  MessageId message;
  std::variant<std::monostate, net::NetEvent, host::Timer, SessionWake, ResolverWake, StoryAct,
               NarrationDue, FaultDue, PowerOff, Resume>
      what;
};
/// Nothing can follow from it.
bool is_housekeeping(const Event& event);

/// What a person at the window does to a running world, as the story of a scenario would.
using Intervention =
    std::variant<scenario::Fault, scenario::Break, scenario::Repair, /* number of */ std::uint32_t>;

class World {
 public:
  explicit World(std::shared_ptr<const scenario::Plan> plan);
  // A copy is another world that goes on from here. (Made in one place: whoever used a world would
  // compile the copying of every session.)
  World(const World&);
  World(World&&) noexcept;
  World& operator=(const World&);
  World& operator=(World&&) noexcept;
  ~World();

  // getters
  [[nodiscard]] const scenario::Plan& plan() const { return *plan_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] bool ended() const { return ended_; }
  /// Time of the next event; nullopt when nothing will happen any more.
  [[nodiscard]] std::optional<Instant> next_at() const;
  [[nodiscard]] const host::MailServer* mail_server(HostId id) const;
  [[nodiscard]] const host::MailClient* mail_client(HostId id) const;
  [[nodiscard]] const net::Network& network() const { return net_; }

  /// Nothing will happen any more, apart from timers after which nothing can follow.
  [[nodiscard]] bool at_rest() const { return queue_.size() == housekeeping_; }

  // commands
  /// Runs the next event. False when the world is at rest or the scenario's limit is reached:
  /// then RunEnded has been recorded, once.
  bool step(trace::Trace& trace);
  /// Runs every event up to and including `until`.
  void run_until(trace::Trace& trace, Instant until);

  /// Makes something go wrong, or right again, at `now` (first runs what is due before). A number
  /// ends the fault that has it. Returns the number of the fault that began; 0 for none, also where
  /// there is no such host or link, or where another with the same id is not over.
  std::uint32_t intervene(trace::Trace& trace, Instant now, const Intervention& intervention);
  /// A fault of this id is not over. Those without one are never meant.
  [[nodiscard]] bool has_fault(std::string_view id) const;
  /// The faults that are not over, by number.
  [[nodiscard]] const std::map<std::uint32_t, scenario::Fault>& faults() const { return faults_; }

  // from outside: outside.cpp. Each call first runs what is due before `now`, which never goes
  // back; then take_output() says what the world answers, now or later by itself.
  /// The same without an end: a world that outsiders can wake is never over.
  void advance(trace::Trace& trace, Instant now);
  /// A connection to `server`; none if it is down or nothing listens at `port` (refused), or if a
  /// firewall blocks it: then the trace says "timed out", although no time has passed.
  ConnId outside_connect(trace::Trace& trace, Instant now, const Outside& who, HostId server,
                         std::uint16_t port);
  void outside_bytes(trace::Trace& trace, Instant now, ConnId conn, std::string_view bytes);
  /// The program sends no more.
  void outside_eof(trace::Trace& trace, Instant now, ConnId conn);
  /// The connection is gone.
  void outside_closed(trace::Trace& trace, Instant now, ConnId conn, trace::CloseReason why);
  /// All servers end: whoever is connected from outside hears it as the protocol says.
  void outside_goodbye(trace::Trace& trace, Instant now);
  /// A question by UDP to port 53; the answer, empty for none.
  std::string outside_datagram(trace::Trace& trace, Instant now, const Outside& who, HostId server,
                               const std::string& bytes);
  [[nodiscard]] std::vector<OutsideOutput> take_output();

 private:
  class Doing;  // the Context and Scheduler of one step; world.cpp

  void run_next(trace::Trace& trace);
  HostId join(trace::Trace& trace, const Outside& who);

  struct Host {
    std::optional<host::MailServer> mail_server;
    std::optional<host::MailClient> mail_client;
    std::optional<dns::AuthoritativeServer> name_server;
    std::optional<dns::Resolver> resolver;
    Duration clock_error{};
    std::optional<Instant> resolver_wake;
    engine::EventHandle resolver_event;
    engine::Random random;
    std::set<ConnId> idling;          ///< IMAP clients that want to be told at once
    std::uint64_t store_changes = 0;  ///< MailStore::changes() when they were told
  };
  /// What waits while a server is slow.
  struct Hold {
    bool on = false;
    MessageId message;         ///< that the session was busy with
    bool was_in_data = false;  ///< it stopped reading once; that is enough for one connection
    std::optional<smtp::RecipientAsked> asked;  ///< not yet answered
    std::string bytes;                          ///< arrived, but not yet read
    bool eof = false;
    engine::EventHandle resume;
  };
  /// One end of a connection, with the session that speaks there.
  struct End {
    HostId host;
    host::Session session;
    std::uint16_t port = 0;  ///< servers: where it answers
    std::optional<Instant> wake;
    engine::EventHandle wake_event;
    bool connected = false;
    bool gone = false;  ///< the network has let go of it
    Hold hold;
    std::optional<IpAddress> outside;   ///< the peer is no host of the virtual network
    std::uint32_t sent = 0, heard = 0;  ///< outside: octets so far
    host::TlsWish wish = {};
    std::optional<tls::Engine> tls = {};  ///< once the session has gone over to it
    std::map<std::uint64_t, RecordId> spoken =
        {};                                  ///< why the engine was told what still waits there
    std::uint32_t said = 0, understood = 0;  ///< octets that the session sent and was given
    bool pumping = false, closing = false;   ///< within one event
    bool unopened = false;  ///< implicit TLS is not through: the session has not begun
  };
  using EndKey = std::pair<ConnId, Side>;

  std::shared_ptr<const scenario::Plan> plan_;
  engine::EventQueue<Event> queue_;
  net::Network net_;
  std::vector<Host> hosts_;
  std::map<EndKey, End> ends_;
  std::vector<std::string> outsiders_;  ///< names of the hosts after the plan's own
  std::vector<OutsideOutput> output_;
  std::size_t uncounted_ = 0;    ///< octets from outside since unfinished letters were counted
  std::set<HostId> idle_hosts_;  ///< those with idling clients
  std::map<std::pair<HostId, dns::QueryId>, std::pair<RecordId, MessageId>> lookups_;
  std::map<MessageId, std::uint8_t> steps_;
  std::map<std::string, MessageId> names_;
  std::vector<bool> narrated_;
  std::map<std::uint32_t, scenario::Fault> faults_;
  std::set<HostId> broken_hosts_;  ///< by the story's "break"
  std::set<LinkId> broken_links_;
  std::set<HostId> closing_;  ///< shut down, but not off yet
  std::uint32_t last_fault_ = 0;
  std::size_t housekeeping_ = 0;  ///< pending events that nothing can follow
  Instant now_{};
  MessageId last_message_;
  QueueId last_queue_;
  std::uint8_t highest_step_ = 0;
  bool ended_ = false;
};

struct RunOptions {
  std::optional<std::uint64_t> seed;
  std::optional<Duration> until;
};

/// From a scenario to its whole trace.
trace::Trace run_scenario(const scenario::Scenario& scenario, const RunOptions& options = {});

}  // namespace posthorn::world
