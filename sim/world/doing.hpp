// One step of a World: the Context that hosts see and the Scheduler that the network sees.
// Lives for the length of one event.
#pragma once

#include <deque>
#include <set>
#include <string>

#include "sim/world/world.hpp"

namespace posthorn::world {

class World::Doing final : public host::Context, public net::Scheduler {
 public:
  Doing(World& world, trace::Trace& trace) : w_(world), trace_(trace), net_{*this, trace} {}

  void run(const Event& event);

  // outside.cpp
  bool outside_connect(ConnId conn, HostId client, const Outside& who, HostId server,
                       std::uint16_t port);
  void outside_bytes(ConnId conn, std::string_view bytes);
  void bound_unfinished(std::size_t arrived);
  void outside_eof(ConnId conn);
  void outside_closed(ConnId conn, trace::CloseReason why);
  void outside_goodbye();
  std::string outside_datagram(HostId client, const Outside& who, HostId server,
                               const std::string& bytes);

  // weather.cpp
  std::uint32_t intervene(const Intervention& intervention);

  // host::Context and net::Scheduler
  [[nodiscard]] Instant now() const override { return w_.now_; }
  [[nodiscard]] const scenario::Plan& plan() const override { return *w_.plan_; }
  trace::Trace& trace() override { return trace_; }
  engine::Random& random(HostId host) override { return at(host).random; }
  [[nodiscard]] Duration clock_error(HostId host) const override {
    return w_.hosts_.at(host.value - 1).clock_error;
  }
  [[nodiscard]] std::optional<IpAddress> client_address(ConnId conn) const override;
  MessageId new_message() override { return MessageId{++w_.last_message_.value}; }
  QueueId new_queue_entry() override { return QueueId{++w_.last_queue_.value}; }
  void set_message(MessageId message) override;
  void reach(MessageId message, std::uint8_t step) override;
  void reader_fetches(const std::string& address) override;
  MessageId identify(HostId reader, const std::string& content) override;
  void name_message(const std::string& name, MessageId message) override;
  [[nodiscard]] MessageId named_message(const std::string& name) const override;
  dns::QueryId resolve(HostId host, const dns::Name& name, dns::RecordType type) override;
  ConnId connect(HostId from, const IpAddress& to, std::uint16_t port, host::Session session,
                 host::TlsWish wish = {}) override;
  engine::EventHandle wake(Instant when, host::Timer timer) override;
  engine::EventHandle schedule(Instant when, net::NetEvent event) override;
  void cancel(engine::EventHandle handle) override;

 private:
  Host& at(HostId host) { return w_.hosts_.at(host.value - 1); }
  End* end(ConnId conn, Side side);
  void let_go(ConnId conn, Side side, End& here);
  /// The session that answers at this port; nullopt if nothing listens there.
  std::optional<host::Session> accept(HostId host, std::uint16_t port);
  engine::EventHandle put(Instant when, decltype(Event::what) what);

  // story.cpp: what the scenario says
  void handle(std::monostate) {}
  void handle(const StoryAct& act);
  void handle(const NarrationDue& due) { narrate(due.index); }
  void narrate(std::uint32_t index);

  // weather.cpp: what goes wrong, and right again
  void handle(const FaultDue& due) { end_fault(due.fault); }
  void handle(const PowerOff& off);
  void break_or_repair(const std::string& host, const std::string& a, const std::string& b,
                       bool up);
  std::uint32_t begin_fault(scenario::Fault fault);
  template <class Fact>
  Fact fact_of(std::uint32_t number, const scenario::Fault& fault);
  void end_fault(std::uint32_t number);
  void end_fault(const std::string& id);
  /// Makes the world obey the faults that hold now, where `fault` may have changed something.
  void refresh(const scenario::Fault& fault);
  void refresh_host(HostId host);
  void refresh_links();
  void refresh_clock(HostId host);
  void refresh_firewall(HostId host);
  void refresh_refusals(HostId host);
  void refresh_name_server(HostId host);
  void refresh_cache(const scenario::WrongRecord& wrong);
  void set_power(HostId host, bool up);
  void close_services(HostId host);
  void say_goodbye(ConnId conn, Side side, End& here);
  [[nodiscard]] bool is_stopped(HostId host, std::uint16_t port) const;
  [[nodiscard]] bool is_off(HostId host) const;
  std::string answer_dns(HostId host, std::string_view question);

  // hang.cpp: slow servers
  void handle(const Resume& resume);
  [[nodiscard]] std::optional<Duration> delay_at(const End& here, scenario::HangPoint point) const;
  bool hang(ConnId conn, Side side, End& here, scenario::HangPoint point);
  void resume_all(HostId host);

  // doing.cpp: what the network and the clocks say
  void handle(const net::NetEvent& event) { w_.net_.handle(net_, event); }
  void handle(const host::Timer& timer);
  void handle(const SessionWake& wake);
  void handle(const ResolverWake& wake);
  void settle();
  bool tell_idlers();
  void take(const net::Accepted& accepted);
  void begin_dialogue(ConnId conn, Side side, End& end);
  void take(const net::Connected& connected);
  void take(const net::ConnectFailed& failed);
  void take(const net::BytesArrived& bytes);
  void take(const net::PeerClosed& closed);
  void take(const net::Broken& broken);
  void take(const net::Closed& closed);
  void take(const net::DatagramArrived& datagram);

  // driver.cpp: sessions and resolvers
  void drain(ConnId conn, Side side);
  void shutdown(ConnId conn, Side side, End& end);
  void hang_up(ConnId conn, Side side, End& end);
  void write_outside(ConnId conn, End& end, std::string bytes);
  template <class S>
  void drain_session(ConnId conn, Side side, End& end, S& session);
  void note_idler(ConnId conn, HostId host);
  void record_note(ConnId conn, Side side, const Note& note);
  void append_line(ConnId conn, Side speaker, Flow flow, const Note& note);
  void write(ConnId conn, Side side, End& end, std::string bytes);
  void set_wake(ConnId conn, Side side, End& end, std::optional<Instant> when);
  // tls.cpp: the engine between stream and session
  bool begin_implicit_tls(ConnId conn, Side side, End& end);
  void start_tls(ConnId conn, Side side, End& end);
  void give_up_handshake(ConnId conn, Side side, End& end);
  void lose(ConnId conn, Side side, End& end);
  void pump_tls(ConnId conn, Side side, End& end);
  void take_tls(ConnId conn, Side side, End& end, tls::Wire& wire);
  void take_tls(ConnId conn, Side side, End& end, const tls::Plain& plain);
  void take_tls(ConnId conn, Side side, End& end, const tls::Message& message);
  void take_tls(ConnId conn, Side side, End& end, const tls::Secret& secret);
  void take_tls(ConnId conn, Side side, End& end, const tls::Established& done);
  void take_tls(ConnId conn, Side side, End& end, const tls::Failed& failed);
  void take_tls(ConnId conn, Side side, End& end, const tls::PeerClosed& closed);
  void arrive(ConnId conn, Side side, End& end, std::string_view bytes);
  void arrive_eof(ConnId conn, Side side, End& end);
  void say_plain(ConnId conn, Side speaker, std::uint32_t offset, const std::string& bytes);
  void put_on_wire(ConnId conn, Side side, End& end, std::string bytes);
  void input(ConnId conn, Side side, End& end, std::string_view bytes);
  void input_eof(End& end);
  void drain_resolver(HostId host);
  void ask_by_tcp(HostId host, dns::OpenStream order);
  void hear(HostId host, const dns::StreamEvent& event);
  /// Whatever the resolver causes now belongs to the question that it works for.
  void enter_lookup(HostId host, dns::QueryId query);
  void answered(HostId host, const dns::Answered& answered);
  void forget(HostId host);

  World& w_;
  trace::Trace& trace_;
  net::Context net_;
  std::set<HostId> resolvers_;  ///< to be drained before the step ends
  std::vector<EndKey> gone_;    ///< to be forgotten when it ends
};

}  // namespace posthorn::world
