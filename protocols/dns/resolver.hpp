// A caching, iterative resolver (RFC 1034 §5.3.3) as a sans-I/O session.
//
// It starts at the closest zone cut that it knows (at first: the hints), asks that zone's servers
// one after another, follows referrals down the tree and CNAMEs across it, and remembers what it
// learns. Because anybody can send it a datagram, a reply counts only when it comes from the
// address that was asked, carries the id and the question that were sent, and speaks only of names
// inside the zone that the asked server serves ("bailiwick").
//
//     resolver.start(now, name, type);            // or handle_datagram, handle_wakeup, ...
//     for (;;) { auto out = resolver.poll(); if (Idle) break; ... }   // drain to Idle every time
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/ip_address.hpp"
#include "protocols/core/session.hpp"
#include "protocols/core/time.hpp"
#include "protocols/dns/cache.hpp"
#include "protocols/dns/message.hpp"

namespace posthorn::dns {

/// What an A or AAAA record says; nullopt for others.
[[nodiscard]] std::optional<IpAddress> address_of(const Record& record);

struct ResolverConfig {
  std::vector<IpAddress> hints;  ///< servers asked when nothing closer is known (the "root")
  /// Zones whose servers are known from the start; they are asked before the hints.
  std::map<Name, std::vector<IpAddress>> known_zones;
  /// The hints are all name servers that there are: what every one of them refuses does not exist.
  bool hints_know_all = false;
  Duration timeout = 5s;   ///< how long to wait for one reply
  int attempts = 2;        ///< how often each server address is asked
  std::uint64_t seed = 1;  ///< of the generator of message ids
  /// Ask the hints to do the work (RD, a stub resolver): their unauthoritative answers count.
  bool recursion_desired = false;
  /// What our EDNS says about the datagrams that we can receive; 0: do not speak EDNS.
  std::uint16_t udp_payload = kUdpPayload;
  /// Ask again by TCP when a reply was cut short (RFC 7766 §5). Otherwise the rest will have to do.
  bool use_tcp = true;

  // Limits. Beyond them a look-up ends in servfail.
  std::size_t max_in_flight = 256;  ///< look-ups at the same time, helpers included
  std::size_t max_waiting = 1024;   ///< questions waiting for them
  int max_cnames = 8;               ///< links of one CNAME chain
  int max_referrals = 16;           ///< steps down the tree
  int max_sends = 48;               ///< queries for one look-up
  int max_work = 200;               ///< queries for one question, helpers included
  int max_helpers = 6;              ///< server names without glue looked up for one look-up
  int max_depth = 3;                ///< helpers of helpers
  std::size_t max_servers = 8;      ///< of an NS set, that are tried
  std::size_t max_records = 128;    ///< of one set; more are dropped
  std::size_t max_cache_entries = 4096;
  Duration max_ttl = std::chrono::hours(24 * 7);
  Duration max_negative_ttl = std::chrono::hours(3);  ///< RFC 2308 §5
};

/// Names one start(); unique within a resolver, counted from 1.
struct QueryId {
  std::uint64_t value = 0;
  friend auto operator<=>(const QueryId&, const QueryId&) = default;
};

struct Answer {
  Name name;  ///< as asked
  RecordType type = RecordType::a;
  Outcome outcome = Outcome::servfail;
  std::vector<Record> records;  ///< the CNAME chain, if any, then the records of the type asked
  Duration ttl{0};              ///< how long the answer holds
  bool from_cache = false;      ///< nothing had to be sent
};

/// One line for people: "MX 10 mail.kaede.example TTL 300", "NXDOMAIN", "no MX record", "timeout".
[[nodiscard]] std::string summary(const Answer& answer);

/// Send this datagram to port 53 of `to`.
struct SendDatagram {
  IpAddress to;
  std::string bytes;
  QueryId query;  ///< the question on whose behalf (the first, where several wait)
};
/// Names one OpenStream; unique within a resolver.
struct StreamId {
  std::uint64_t value = 0;
  friend auto operator<=>(const StreamId&, const StreamId&) = default;
};
/// Open a TCP connection to port 53 of `to` and send this query (see ClientSession). What comes of
/// it is told by handle_stream_message or handle_stream_failed; too late is no harm.
struct OpenStream {
  StreamId stream;
  IpAddress to;
  std::string bytes;
  QueryId query;
};
/// A question is settled. Exactly one for every start().
struct Answered {
  QueryId query;
  Answer answer;
};
/// The cache took something in.
struct CacheStored {
  Name name;
  RecordType type = RecordType::a;  ///< `any` for NXDOMAIN
  Duration ttl{0};
  bool negative = false;
  std::string summary;  ///< "MX 10 mail.kaede.example TTL 300", "NXDOMAIN", "no MX record"
};
/// A message was thrown away: malformed, unasked, or not trustworthy.
struct MessageIgnored {
  IpAddress from;
  std::string reason;
  std::string_view rule;  ///< "RFC 5452 §9.1"
};

using ResolverOutput =
    std::variant<SendDatagram, OpenStream, Answered, CacheStored, MessageIgnored, Idle>;

class Resolver {
 public:
  explicit Resolver(ResolverConfig config);

  // getters
  [[nodiscard]] const ResolverConfig& config() const { return config_; }
  /// Live entries at `now`, in canonical order.
  [[nodiscard]] std::vector<CacheEntry> cache_entries(Instant now) const;
  [[nodiscard]] std::size_t in_flight() const { return lookups_.size(); }

  // inputs
  void handle_datagram(Instant now, const IpAddress& from, std::string_view bytes);
  void handle_stream_message(Instant now, StreamId stream, std::string_view bytes);
  void handle_stream_failed(Instant now, StreamId stream);
  void handle_wakeup(Instant now);

  // commands
  /// Asks. The answer comes by poll(): at once if it is in the cache.
  QueryId start(Instant now, const Name& name, RecordType type);
  void clear_cache();
  /// As if it had been learnt just now, true or not: for worlds in which caches can be wrong.
  void put_into_cache(Instant now, Record record);

  /// Idle last, with the time of the next time-out if one is running.
  [[nodiscard]] ResolverOutput poll();

 private:
  using LookupId = std::uint64_t;
  struct Server {  ///< one address, or a name whose address is still to be found
    Name host;
    std::optional<IpAddress> address;
    RecordType address_type = RecordType::a;  ///< looked up next: A, then AAAA
    int asked = 0;
    bool plain = false;  ///< does not understand EDNS
    bool dead = false;   ///< lame, failing or without an address
  };
  /// One name being looked up, for waiting questions and/or for look-ups that need an address.
  struct Lookup {
    Name name;
    RecordType type = RecordType::a;
    QueryId cause;
    int depth = 0;  ///< 0 for a question, 1 for the helper of one, ...
    std::vector<QueryId> waiting;
    Name current;  ///< `name`, or the end of the CNAME chain so far
    std::vector<Record> chain;
    bool choosing = true;  ///< look into the cache and choose servers before asking on
    Name zone;             ///< what `servers` serve; their replies must stay inside
    std::vector<Server> servers;
    int sends = 0, referrals = 0, helpers = 0;
    bool timed_out = false, failed = false;
    bool only_refused = true;  ///< of the servers that were given up, each said REFUSED
    // At most one of these two: a reply or the address of a server is awaited.
    std::optional<std::size_t> asked;  ///< index into `servers`
    std::optional<LookupId> helper;
    std::size_t helper_for = 0;  ///< index into `servers`
    std::uint16_t message_id = 0;
    std::optional<StreamId> stream;  ///< asked by TCP
    Instant deadline;
  };

  // resolver.cpp: what to do next
  [[nodiscard]] std::optional<LookupId> find_lookup(const Name& name, RecordType type) const;
  std::optional<LookupId> open_lookup(const Name& name, RecordType type, QueryId cause, int depth);
  [[nodiscard]] bool waits_for(LookupId waiter, LookupId target) const;
  void run(Instant now);
  void step(Instant now, LookupId id);
  bool answer_from_cache(Instant now, LookupId id);
  bool follow_alias(Lookup& lookup, const Record& alias) const;
  void ask_next_server(Instant now, LookupId id);
  [[nodiscard]] Outcome outcome_without_answer(const Lookup& lookup) const;
  void send(Instant now, LookupId id, std::size_t server, Transport transport);
  void finish(LookupId id, Outcome outcome, std::vector<Record> records, Duration ttl);
  void tell_dependants(LookupId id, Outcome outcome, const std::vector<Record>& records);

  // resolver_servers.cpp: whom to ask
  void choose_servers(Instant now, Lookup& lookup) const;
  [[nodiscard]] std::vector<Server> servers_of(Instant now, const std::vector<Record>& ns_set,
                                               const std::vector<Record>& glue) const;
  void find_address(Instant now, LookupId id, std::size_t server);
  [[nodiscard]] std::vector<Record> cached_addresses(Instant now, const Name& host) const;

  // resolver_reply.cpp: what to believe
  [[nodiscard]] std::optional<LookupId> match(const IpAddress& from, const Message& reply);
  [[nodiscard]] LookupId find_stream(StreamId stream) const;
  bool ask_again(Instant now, LookupId id, std::size_t server, const Message& reply);
  void give_up_server(LookupId id, std::size_t server, bool refused = false);
  void read_reply(Instant now, LookupId id, const Message& reply);
  bool take_answers(Instant now, LookupId id, const Message& reply);
  bool take_negative(Instant now, LookupId id, const Message& reply);
  bool take_referral(Instant now, LookupId id, const Message& reply);
  void remember(Instant now, const std::vector<Record>& set, Trust trust, const Message& reply);
  void remember_negative(Instant now, const Lookup& lookup, Outcome outcome, Duration ttl);
  void store(Instant now, CacheEntry entry);
  void ignore(const IpAddress& from, std::string reason, std::string_view rule);

  std::uint16_t next_message_id();

  ResolverConfig config_;
  Cache cache_;
  std::map<LookupId, Lookup> lookups_;
  std::deque<LookupId> ready_;  ///< look-ups with something to do; empty between inputs
  std::deque<ResolverOutput> outputs_;
  std::map<QueryId, int> work_;  ///< queries sent for questions that are still open
  std::uint64_t random_;
  std::uint64_t last_query_ = 0;
  LookupId last_lookup_ = 0;
  StreamId last_stream_;
};

}  // namespace posthorn::dns
