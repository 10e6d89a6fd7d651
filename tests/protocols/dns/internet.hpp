// A small internet for the resolver's tests: name servers by address, a resolver, virtual time, and
// a transcript of everything that happened. No sockets, no sleeps.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocols/dns/client_session.hpp"
#include "protocols/dns/resolver.hpp"
#include "protocols/dns/server.hpp"
#include "protocols/dns/server_session.hpp"

namespace posthorn::dns::testing {

inline Name name(std::string_view text) { return Name::parse(text).value(); }
inline IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

inline Record a(std::string_view owner, std::string_view address, std::uint32_t ttl = 300) {
  return {name(owner), ttl, A{ip(address)}};
}
inline Record aaaa(std::string_view owner, std::string_view address, std::uint32_t ttl = 300) {
  return {name(owner), ttl, Aaaa{ip(address)}};
}
inline Record ns(std::string_view owner, std::string_view host, std::uint32_t ttl = 3600) {
  return {name(owner), ttl, Ns{name(host)}};
}
inline Record cname(std::string_view owner, std::string_view target, std::uint32_t ttl = 300) {
  return {name(owner), ttl, Cname{name(target)}};
}
inline Record mx(std::string_view owner, std::uint16_t preference, std::string_view host,
                 std::uint32_t ttl = 300) {
  return {name(owner), ttl, Mx{preference, name(host)}};
}

inline std::shared_ptr<const Zone> zone(std::string_view origin, std::vector<Record> records,
                                        std::uint32_t minimum = 60) {
  Soa soa;
  soa.primary = name("ns").child("x").value();
  soa.mailbox = name("hostmaster");
  soa.minimum = minimum;
  return std::make_shared<const Zone>(Zone::make(name(origin), soa, std::move(records)).value());
}

struct Internet {
  Resolver resolver;
  std::map<IpAddress, AuthoritativeServer> servers;
  std::set<IpAddress> silent;  ///< addresses that never answer
  std::set<IpAddress> no_tcp;  ///< addresses that refuse connections
  Instant now{};
  std::string log;  ///< a line for every datagram, answer and cache entry since take()

  explicit Internet(ResolverConfig config) : resolver(std::move(config)) {}

  void serve(std::string_view address, std::vector<std::shared_ptr<const Zone>> zones) {
    servers[ip(address)] = AuthoritativeServer(std::move(zones));
  }

  /// Asks and lets everything happen until the answer is there; returns the transcript.
  std::string ask(std::string_view what, RecordType type) {
    log.clear();
    resolver.start(now, name(what), type);
    settle();
    return log;
  }

  /// Drains the resolver; delivers replies; advances to its time-outs while it waits.
  void settle() {
    while (const std::optional<Instant> wake = drain()) {
      now = *wake;
      resolver.handle_wakeup(now);
    }
  }

  /// To Idle. Replies arrive at once.
  std::optional<Instant> drain() {
    for (;;) {
      const ResolverOutput output = resolver.poll();
      if (const auto* idle = std::get_if<Idle>(&output)) return idle->wake_at;
      if (const auto* send = std::get_if<SendDatagram>(&output)) carry(*send);
      if (const auto* open = std::get_if<OpenStream>(&output)) connect(*open);
      if (const auto* answered = std::get_if<Answered>(&output)) write(answered->answer);
      if (const auto* stored = std::get_if<CacheStored>(&output))
        log += "   cache " + stored->name.to_string() + ": " + stored->summary + " for " +
               seconds(stored->ttl) + "\n";
      if (const auto* ignored = std::get_if<MessageIgnored>(&output))
        log += "   ignored from " + ignored->from.to_string() + ": " + ignored->reason + "\n";
    }
  }

  void carry(const SendDatagram& send) {
    log += "-> " + send.to.to_string() + " " + summary(decode(send.bytes).value()) + "\n";
    const auto server = servers.find(send.to);
    if (server == servers.end() || silent.contains(send.to)) return;
    const std::string reply = server->second.respond(send.bytes);
    log += "<- " + send.to.to_string() + " " + summary(decode(reply).value()) + "\n";
    resolver.handle_datagram(now, send.to, reply);
  }

  /// A whole connection, an octet at a time.
  void connect(const OpenStream& open) {
    log += "=> " + open.to.to_string() + " by TCP: " + summary(decode(open.bytes).value()) + "\n";
    const auto found = servers.find(open.to);
    if (found == servers.end() || no_tcp.contains(open.to))
      return resolver.handle_stream_failed(now, open.stream);
    ServerSession server(found->second, now);
    ClientSession client(open, 5s);
    client.handle_connect(now);
    for (bool moved = true; moved;) moved = hand_over(client, server) | hand_over(server, client);
  }

  template <class From, class To>
  bool hand_over(From& from, To& to) {
    bool moved = false;
    for (;; moved = true) {
      const auto output = from.poll();
      if (std::holds_alternative<Idle>(output)) return moved;
      if (const auto* sent = std::get_if<Transmit>(&output))
        for (const char octet : sent->bytes) to.handle_bytes(now, std::string_view(&octet, 1));
      if (std::holds_alternative<Shutdown>(output)) to.handle_eof(now);
      if constexpr (std::is_same_v<From, ClientSession>)
        if (const auto* event = std::get_if<StreamEvent>(&output)) settle_stream(*event);
    }
  }
  void settle_stream(const StreamEvent& event) {
    if (const auto* failed = std::get_if<StreamFailed>(&event))
      return resolver.handle_stream_failed(now, failed->stream);
    const auto& reply = std::get<StreamReply>(event);
    log += "<= " + summary(decode(reply.bytes).value()) + "\n";
    resolver.handle_stream_message(now, reply.stream, reply.bytes);
  }

  void write(const Answer& answer) {
    log += "=  " + to_string(answer.type) + " " + answer.name.to_string() + ": " +
           to_string(answer.outcome);
    for (const Record& record : answer.records) log += ", " + summary(record);
    log += " (" + seconds(answer.ttl) + (answer.from_cache ? ", from cache)\n" : ")\n");
  }

  static std::string seconds(Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + "s";
  }
};

/// Removes the indentation that raw strings carry, so that dialogues can stand indented in tests.
inline std::string script(std::string_view text) {
  std::string result;
  for (std::size_t at = text.find('\n') + 1; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.starts_with("cache ") || line.starts_with("ignored ")) result += "   ";
    if (!line.empty()) result += std::string(line) + "\n";
    at = end + 1;
  }
  return result;
}

}  // namespace posthorn::dns::testing
