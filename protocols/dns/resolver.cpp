// The resolver's clockwork. Look-ups never call one another: whoever can go on is put into
// `ready_`, and run() works that off, so that a look-up that ends cannot pull the ground from under
// the one that started it.
#include "protocols/dns/resolver.hpp"

#include <algorithm>

namespace posthorn::dns {
namespace {

Duration seconds(std::uint32_t count) { return std::chrono::seconds(count); }

/// An answer holds as long as the shortest-lived record in it.
Duration shortest(const std::vector<Record>& records, Duration otherwise) {
  Duration ttl = otherwise;
  for (const Record& record : records) ttl = std::min(ttl, seconds(record.ttl));
  return ttl;
}

}  // namespace

Resolver::Resolver(ResolverConfig config)
    : config_(std::move(config)), cache_(config_.max_cache_entries), random_(config_.seed) {
  // Half of the 16-bit ids stay free, so that a fresh one is soon found.
  config_.max_in_flight = std::min<std::size_t>(config_.max_in_flight, 0x8000);
}

std::vector<CacheEntry> Resolver::cache_entries(Instant now) const { return cache_.entries(now); }

void Resolver::clear_cache() { cache_.clear(); }

void Resolver::put_into_cache(Instant now, Record record) {
  CacheEntry entry;
  entry.name = record.name;
  entry.type = record.type();
  entry.expires_at = now + std::chrono::seconds(record.ttl);
  entry.records = {std::move(record)};
  store(now, std::move(entry));
}

QueryId Resolver::start(Instant now, const Name& name, RecordType type) {
  const QueryId query{++last_query_};
  std::size_t waiting = 0;
  for (const auto& [id, lookup] : lookups_) waiting += lookup.waiting.size();
  std::optional<LookupId> id = find_lookup(name, type);
  if (!id) id = open_lookup(name, type, query, 0);
  if (!id || waiting >= config_.max_waiting) {
    outputs_.push_back(Answered{query, Answer{name, type, Outcome::servfail, {}, {}, false}});
    if (id && lookups_.at(*id).cause == query) lookups_.erase(*id);
    return query;
  }
  lookups_.at(*id).waiting.push_back(query);
  ready_.push_back(*id);
  run(now);
  return query;
}

void Resolver::handle_wakeup(Instant now) {
  for (auto& [id, lookup] : lookups_) {
    if (!lookup.asked || lookup.deadline > now) continue;
    lookup.asked.reset();
    lookup.timed_out = true;
    ready_.push_back(id);
  }
  run(now);
}

ResolverOutput Resolver::poll() {
  if (!outputs_.empty()) {
    ResolverOutput output = std::move(outputs_.front());
    outputs_.pop_front();
    return output;
  }
  Idle idle;
  for (const auto& [id, lookup] : lookups_)
    if (lookup.asked && (!idle.wake_at || lookup.deadline < *idle.wake_at))
      idle.wake_at = lookup.deadline;
  return idle;
}

std::optional<Resolver::LookupId> Resolver::find_lookup(const Name& name, RecordType type) const {
  for (const auto& [id, lookup] : lookups_)
    if (lookup.type == type && lookup.name == name) return id;
  return std::nullopt;
}

std::optional<Resolver::LookupId> Resolver::open_lookup(const Name& name, RecordType type,
                                                        QueryId cause, int depth) {
  if (lookups_.size() >= config_.max_in_flight) return std::nullopt;
  Lookup lookup;
  lookup.name = lookup.current = name;
  lookup.type = type;
  lookup.cause = cause;
  lookup.depth = depth;
  lookups_.emplace(++last_lookup_, std::move(lookup));
  return last_lookup_;
}

/// Whether `waiter` can only go on after `target`. Each look-up waits for one other at most, and
/// no circle is ever closed, so this ends.
bool Resolver::waits_for(LookupId waiter, LookupId target) const {
  for (std::optional<LookupId> at = waiter; at;) {
    if (*at == target) return true;
    const auto found = lookups_.find(*at);
    at = found == lookups_.end() ? std::nullopt : found->second.helper;
  }
  return false;
}

void Resolver::run(Instant now) {
  while (!ready_.empty()) {
    const LookupId id = ready_.front();
    ready_.pop_front();
    if (lookups_.contains(id)) step(now, id);
  }
}

void Resolver::step(Instant now, LookupId id) {
  Lookup& lookup = lookups_.at(id);
  if (lookup.asked || lookup.helper) return;
  if (lookup.choosing) {
    if (answer_from_cache(now, id)) return;
    choose_servers(now, lookup);
    lookup.choosing = false;
  }
  ask_next_server(now, id);
}

/// Follows what is remembered as far as it goes; true if that ends the look-up.
bool Resolver::answer_from_cache(Instant now, LookupId id) {
  Lookup& lookup = lookups_.at(id);
  for (;;) {
    const CacheEntry* entry = cache_.find(now, lookup.current, lookup.type, Trust::answer);
    if (entry != nullptr) {
      std::vector<Record> records = lookup.chain;
      const std::vector<Record> kept = Cache::records(*entry, now);
      records.insert(records.end(), kept.begin(), kept.end());
      finish(id, entry->outcome, std::move(records), entry->expires_at - now);
      return true;
    }
    if (lookup.type == RecordType::any) return false;
    entry = cache_.find(now, lookup.current, RecordType::cname, Trust::answer);
    if (entry == nullptr || entry->negative()) return false;
    if (!follow_alias(lookup, Cache::records(*entry, now).front())) {
      finish(id, Outcome::servfail, lookup.chain, {});
      return true;
    }
  }
}

/// Adds one link to the chain; false if the chain is too long or bites its own tail.
bool Resolver::follow_alias(Lookup& lookup, const Record& alias) const {
  const Name& target = std::get<Cname>(alias.data).target;
  if (lookup.chain.size() >= static_cast<std::size_t>(config_.max_cnames)) return false;
  lookup.chain.push_back(alias);
  for (const Record& link : lookup.chain)
    if (link.name == target) return false;
  lookup.current = target;
  return true;
}

/// Every server once before any of them twice; known addresses before those to be looked up.
void Resolver::ask_next_server(Instant now, LookupId id) {
  Lookup& lookup = lookups_.at(id);
  std::optional<std::size_t> best;
  auto rank = [&](std::size_t i) {
    return std::pair(lookup.servers[i].asked, !lookup.servers[i].address.has_value());
  };
  for (std::size_t i = 0; i < lookup.servers.size(); ++i)
    if (!lookup.servers[i].dead && lookup.servers[i].asked < config_.attempts)
      if (!best || rank(i) < rank(*best)) best = i;
  if (!best || lookup.sends >= config_.max_sends || work_[lookup.cause] >= config_.max_work) {
    finish(id, outcome_without_answer(lookup), lookup.chain, {});
  } else if (lookup.servers[*best].address) {
    send(now, id, *best, Transport::udp);
  } else {
    find_address(now, id, *best);
  }
}

Outcome Resolver::outcome_without_answer(const Lookup& lookup) const {
  if (lookup.timed_out) return lookup.failed ? Outcome::servfail : Outcome::timeout;
  const bool nobody_serves_it = config_.hints_know_all && lookup.zone.is_root() && lookup.failed &&
                                lookup.only_refused && lookup.sends > 0;
  return nobody_serves_it ? Outcome::nxdomain : Outcome::servfail;
}

void Resolver::send(Instant now, LookupId id, std::size_t index, Transport transport) {
  Lookup& lookup = lookups_.at(id);
  Server& server = lookup.servers[index];
  lookup.message_id = next_message_id();
  lookup.asked = index;
  lookup.deadline = now + config_.timeout;
  ++lookup.sends;
  ++work_[lookup.cause];
  Message query =
      make_query(lookup.message_id, lookup.current, lookup.type, config_.recursion_desired);
  if (config_.udp_payload > 0 && !server.plain)
    query.edns = Edns{config_.udp_payload, 0, false, {}};
  if (transport == Transport::udp) {
    ++server.asked;
    lookup.stream.reset();
    outputs_.push_back(SendDatagram{*server.address, encode(query), lookup.cause});
  } else {
    lookup.stream = last_stream_ = StreamId{last_stream_.value + 1};
    outputs_.push_back(OpenStream{last_stream_, *server.address, encode(query), lookup.cause});
  }
}

/// splitmix64. An id is not used for two questions at a time.
std::uint16_t Resolver::next_message_id() {
  for (;;) {
    random_ += 0x9e3779b97f4a7c15u;
    std::uint64_t mixed = random_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    const auto id = static_cast<std::uint16_t>(mixed >> 48 ^ mixed >> 17);
    const bool used = std::any_of(lookups_.begin(), lookups_.end(), [id](const auto& entry) {
      return entry.second.asked && entry.second.message_id == id;
    });
    if (!used) return id;
  }
}

/// `ttl` is that of a negative answer, or an upper bound for a positive one.
void Resolver::finish(LookupId id, Outcome outcome, std::vector<Record> records, Duration ttl) {
  const auto found = lookups_.find(id);
  const Lookup lookup = std::move(found->second);
  lookups_.erase(found);
  if (lookup.depth == 0) work_.erase(lookup.cause);
  ttl = shortest(records, ttl);
  const bool from_cache = lookup.sends == 0 && lookup.helpers == 0 &&
                          (outcome != Outcome::servfail && outcome != Outcome::timeout);
  for (const QueryId query : lookup.waiting)
    outputs_.push_back(
        Answered{query, Answer{lookup.name, lookup.type, outcome, records, ttl, from_cache}});
  tell_dependants(id, outcome, records);
}

/// Gives the look-ups that waited for a server's address what was found.
void Resolver::tell_dependants(LookupId id, Outcome outcome, const std::vector<Record>& records) {
  for (auto& [other, lookup] : lookups_) {
    if (lookup.helper != id) continue;
    lookup.helper.reset();
    ready_.push_back(other);
    Server& server = lookup.servers[lookup.helper_for];
    for (const Record& record : records)
      if (const auto address = address_of(record); address && !server.address)
        server.address = address;
    if (server.address) continue;
    if (outcome == Outcome::nodata && server.address_type == RecordType::a) {
      server.address_type = RecordType::aaaa;
      continue;
    }
    server.dead = true;
    (outcome == Outcome::timeout ? lookup.timed_out : lookup.failed) = true;
  }
}

}  // namespace posthorn::dns
