// The smallest world that can run a network: an event queue, a trace, and hosts that only listen.
#pragma once

#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "sim/net/network.hpp"

namespace posthorn::net::test {

inline const HostId kAiko{1}, kMail{2}, kRouter{3};
inline const LinkId kLink{1}, kSecond{2};

struct NetWorld final : Scheduler {
  engine::EventQueue<NetEvent> queue;
  Instant clock{};
  Network network;
  trace::Trace trace;
  std::vector<std::string> heard;  ///< upcalls as text, without the bytes
  std::map<std::pair<ConnId, Side>, std::string> received;
  bool answer_close = true;  ///< close our half when the peer has closed its own

  explicit NetWorld(LinkConfig link = {}, std::uint64_t seed = 1, TcpConfig tcp = {})
      : network(seed, tcp), trace(scene()) {
    network.add_host(kAiko, *IpAddress::parse("192.0.2.1"), "aiko-laptop");
    network.add_host(kMail, *IpAddress::parse("192.0.2.25"), "mail.example");
    network.add_address(kAiko, *IpAddress::parse("2001:db8::1"));
    network.add_address(kMail, *IpAddress::parse("2001:db8::25"));
    link.id = kLink;
    link.a = kAiko;
    link.b = kMail;
    if (link.latency == Duration{}) link.latency = 10ms;
    network.add_link(link);
    network.listen(kMail, 25);
  }
  static trace::Scene scene() {
    trace::Scene scene;
    scene.hosts.resize(3);
    scene.links.resize(3);
    return scene;
  }

  engine::EventHandle schedule(Instant at, NetEvent event) override {
    return queue.schedule(at, std::move(event));
  }
  void cancel(engine::EventHandle handle) override { queue.cancel(handle); }
  [[nodiscard]] Instant now() const override { return clock; }
  Context context() { return {*this, trace}; }

  ConnId connect(std::string_view to = "192.0.2.25", std::uint16_t port = 25) {
    auto c = context();
    const ConnId conn = network.connect(c, kAiko, *IpAddress::parse(to), port);
    listen_up();
    return conn;
  }
  void send(ConnId conn, Side side, std::string_view bytes) {
    auto c = context();
    network.send(c, conn, side, bytes);
    listen_up();
  }
  void shutdown(ConnId conn, Side side) {
    auto c = context();
    network.shutdown(c, conn, side);
    listen_up();
  }
  void abort(ConnId conn, Side side) {
    auto c = context();
    network.abort(c, conn, side);
    listen_up();
  }
  void link_up(bool up, LinkId link = kLink) {
    auto c = context();
    network.set_link_up(c, link, up);
    listen_up();
  }
  void host_up(HostId host, bool up) {
    auto c = context();
    network.set_host_up(c, host, up);
    listen_up();
  }

  bool step() {
    if (queue.empty()) return false;
    auto event = queue.pop();
    clock = event.key.at;
    auto c = context();
    network.handle(c, event.payload);
    listen_up();
    return true;
  }
  void run() {
    while (step()) {
    }
  }
  void run_for(Duration duration) {
    const Instant end = clock + duration;
    while (!queue.empty() && queue.next_at() <= end) step();
    clock = end;
  }

  void listen_up() {
    for (NetUpcall& upcall : network.take_upcalls()) {
      trace.set_cause(upcall.origin.cause);
      std::visit([this](auto& what) { on(what); }, upcall.what);
      trace.set_cause({});
    }
  }
  static std::string name(Side side) { return side == Side::client ? "client" : "server"; }
  void on(const Accepted&) { heard.push_back("accepted"); }
  void on(const Connected&) { heard.push_back("connected"); }
  void on(const ConnectFailed& failed) {
    static constexpr const char* kWhy[] = {"refused", "timed out", "unreachable"};
    heard.push_back(std::string("failed: ") + kWhy[static_cast<int>(failed.why)]);
  }
  void on(const BytesArrived& arrived) {
    received[{arrived.conn, arrived.side}] += arrived.bytes.view();
  }
  void on(const PeerClosed& closed) {
    heard.push_back(name(closed.side) + ": peer closed");
    if (answer_close) {
      auto c = context();
      network.shutdown(c, closed.conn, closed.side);
    }
  }
  void on(const Broken& broken) {
    heard.push_back(name(broken.side) +
                    (broken.why == trace::CloseReason::reset ? ": reset" : ": timed out"));
  }
  void on(const Closed& closed) { heard.push_back(name(closed.side) + ": closed"); }
  void on(const DatagramArrived& datagram) {
    heard.push_back("datagram " + std::to_string(datagram.from.port) + ">" +
                    std::to_string(datagram.to.port) + " " + std::string(datagram.bytes.view()));
  }

  /// Every segment sent, one a line: "0ms client SYN", "20ms server ACK 5..11".
  [[nodiscard]] std::string segments() const {
    std::ostringstream out;
    for (const trace::Record& record : trace.records()) {
      const auto* sent = std::get_if<trace::SegmentSent>(&record.fact);
      if (!sent) continue;
      out << record.at.time_since_epoch() / 1ms << "ms " << name(sent->side);
      if (sent->flags & trace::kSyn) out << " SYN";
      if (sent->flags & trace::kFin) out << " FIN";
      if (sent->flags & trace::kRst) out << " RST";
      if (sent->flags & trace::kAck) out << " ACK";
      if (sent->length > 0) out << " " << sent->offset << ".." << sent->offset + sent->length;
      out << "\n";
    }
    return out.str();
  }
  template <class F>
  [[nodiscard]] std::size_t count() const {
    std::size_t found = 0;
    for (const trace::Record& record : trace.records())
      found += std::holds_alternative<F>(record.fact);
    return found;
  }
};

/// Bytes in which every position is recognisable.
inline std::string pattern(std::size_t size, std::uint64_t seed) {
  engine::Random random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random.below(256));
  return text;
}

}  // namespace posthorn::net::test
