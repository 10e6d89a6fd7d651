// What to believe. A reply is matched with the question that is open (RFC 5452 §9.1), then only
// records about names inside the asked server's zone are looked at.
#include <algorithm>

#include "protocols/dns/resolver.hpp"

namespace posthorn::dns {
namespace {

/// Class IN and of the type (or any type, if that was asked), owned by `name`.
std::vector<Record> select(const std::vector<Record>& section, const Name& name, RecordType type,
                           std::size_t limit) {
  std::vector<Record> set;
  for (const Record& record : section)
    if (set.size() < limit && record.rr_class == kClassIn && record.name == name &&
        (type == RecordType::any || record.type() == type))
      set.push_back(record);
  return set;
}

/// The SOA that vouches for a negative answer about `name`, from a server of `zone`.
const Record* negative_soa(const Message& reply, const Name& name, const Name& zone) {
  for (const Record& record : reply.authority)
    if (std::holds_alternative<Soa>(record.data) && record.name.is_at_or_below(zone) &&
        name.is_at_or_below(record.name))
      return &record;
  return nullptr;
}

Duration ttl_of(const std::vector<Record>& set) {
  Duration ttl = Duration::max();
  for (const Record& record : set) ttl = std::min<Duration>(ttl, std::chrono::seconds(record.ttl));
  return set.empty() ? Duration(0) : ttl;
}

/// What a cache entry or an answer says, in a few words.
std::string describe(Outcome outcome, RecordType type, const std::vector<Record>& records) {
  if (outcome == Outcome::nodata) return "no " + to_string(type) + " record";
  if (outcome != Outcome::ok || records.empty()) return to_string(outcome);
  std::string text = summary(records.front());
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 1; i < std::min(records.size(), kShown); ++i)
    text += ", " + summary(records[i]);
  if (records.size() > kShown) text += ", … +" + std::to_string(records.size() - kShown);
  return text;
}

}  // namespace

std::string summary(const Answer& answer) {
  return describe(answer.outcome, answer.type, answer.records);
}

void Resolver::ignore(const IpAddress& from, std::string reason, std::string_view rule) {
  outputs_.push_back(MessageIgnored{from, std::move(reason), rule});
}

void Resolver::handle_datagram(Instant now, const IpAddress& from, std::string_view bytes) {
  const Result<Message> reply = decode(bytes);
  if (!reply.ok()) return ignore(from, reply.error().message, "RFC 1035 §4.1");
  if (!reply->header.response) return ignore(from, "a query, not a reply", "RFC 1035 §4.1.1");
  const std::optional<LookupId> id = match(from, *reply);
  if (!id) return;
  if (lookups_.at(*id).stream) return ignore(from, "the question went by TCP", "RFC 7766 §7");
  read_reply(now, *id, *reply);
  run(now);
}

/// The connection says who speaks, but which query is answered the message itself must say
/// (RFC 7766 §7). A server that gets that wrong is not asked again.
void Resolver::handle_stream_message(Instant now, StreamId stream, std::string_view bytes) {
  const LookupId id = find_stream(stream);
  if (id == 0) return;  // it took too long
  const Lookup& lookup = lookups_.at(id);
  const IpAddress from = *lookup.servers[*lookup.asked].address;
  const Result<Message> reply = decode(bytes);
  if (!reply.ok())
    ignore(from, reply.error().message, "RFC 1035 §4.1");
  else if (!reply->header.response)
    ignore(from, "a query, not a reply", "RFC 1035 §4.1.1");
  else if (match(from, *reply) == id)
    return read_reply(now, id, *reply), run(now);
  give_up_server(id, *lookup.asked);
  run(now);
}

void Resolver::handle_stream_failed(Instant now, StreamId stream) {
  const LookupId id = find_stream(stream);
  if (id == 0) return;
  give_up_server(id, *lookups_.at(id).asked);
  run(now);
}

/// The look-up that waits for this stream, 0 for none.
Resolver::LookupId Resolver::find_stream(StreamId stream) const {
  for (const auto& [id, lookup] : lookups_)
    if (lookup.asked && lookup.stream == stream) return id;
  return 0;
}

/// Failing, refusing or lame (RFC 1034 §5.3.3, step 4d): another one may know more.
void Resolver::give_up_server(LookupId id, std::size_t server, bool refused) {
  Lookup& lookup = lookups_.at(id);
  lookup.only_refused = lookup.only_refused && refused;
  lookup.asked.reset();
  lookup.servers[server].dead = true;
  lookup.failed = true;
  ready_.push_back(id);
}

/// The look-up that waits for this very reply.
std::optional<Resolver::LookupId> Resolver::match(const IpAddress& from, const Message& reply) {
  constexpr std::string_view kRule = "RFC 5452 §9.1";
  const auto found = std::find_if(lookups_.begin(), lookups_.end(), [&](const auto& entry) {
    return entry.second.asked && entry.second.message_id == reply.header.id;
  });
  if (found == lookups_.end())
    return ignore(from, "no open question has the id " + std::to_string(reply.header.id), kRule),
           std::nullopt;
  const Lookup& lookup = found->second;
  const IpAddress asked = *lookup.servers[*lookup.asked].address;
  if (asked != from)
    return ignore(from, "the question was sent to " + asked.to_string(), kRule), std::nullopt;
  // A server that cannot read the question cannot repeat it either.
  const bool bare = reply.questions.empty() && reply.header.rcode != Rcode::no_error &&
                    reply.header.rcode != Rcode::name_error;
  const Question expected{lookup.current, lookup.type};
  if (!bare && (reply.questions.size() != 1 || reply.questions.front() != expected))
    return ignore(from, "it does not repeat the question", kRule), std::nullopt;
  return found->first;
}

void Resolver::read_reply(Instant now, LookupId id, const Message& reply) {
  Lookup& lookup = lookups_.at(id);
  const std::size_t server = *lookup.asked;
  lookup.asked.reset();
  if (ask_again(now, id, server, reply)) return;
  const Header& header = reply.header;
  const bool knows = header.rcode == Rcode::no_error || header.rcode == Rcode::name_error;
  const bool vouches =
      header.authoritative || (config_.recursion_desired && header.recursion_available);
  if (knows && vouches && take_answers(now, id, reply)) return;
  if (knows && header.rcode == Rcode::no_error && take_referral(now, id, reply)) return;
  if (knows && vouches && take_negative(now, id, reply)) return;
  give_up_server(id, server, header.rcode == Rcode::refused);
}

/// Some replies only say that the question should have been put in another way.
bool Resolver::ask_again(Instant now, LookupId id, std::size_t index, const Message& reply) {
  Lookup& lookup = lookups_.at(id);
  Server& server = lookup.servers[index];
  if (lookup.sends >= config_.max_sends || work_[lookup.cause] >= config_.max_work) return false;
  const Transport transport = lookup.stream ? Transport::tcp : Transport::udp;
  // RFC 6891 §7: whoever knows no EDNS says FORMERR, and has not understood the question.
  const Rcode rcode = reply.header.rcode;
  const bool puzzled = rcode == Rcode::format_error || rcode == Rcode::not_implemented;
  if (puzzled && !reply.edns && config_.udp_payload > 0 && !server.plain) {
    server.plain = true;
    send(now, id, index, transport);
    return true;
  }
  // RFC 7766 §5, RFC 2181 §9: a reply that was cut short is not used, but asked for by TCP.
  if (reply.header.truncated && config_.use_tcp && transport == Transport::udp) {
    send(now, id, index, Transport::tcp);
    return true;
  }
  return false;
}

/// Walks the CNAME chain in the answer section; false if there is nothing about the name.
bool Resolver::take_answers(Instant now, LookupId id, const Message& reply) {
  Lookup& lookup = lookups_.at(id);
  bool moved = false;
  while (lookup.current.is_at_or_below(lookup.zone)) {
    const std::vector<Record> set =
        select(reply.answers, lookup.current, lookup.type, config_.max_records);
    if (!set.empty()) {
      if (lookup.type != RecordType::any) remember(now, set, Trust::answer, reply);
      std::vector<Record> records = lookup.chain;
      records.insert(records.end(), set.begin(), set.end());
      finish(id, Outcome::ok, std::move(records), config_.max_ttl);
      return true;
    }
    const std::vector<Record> alias = select(reply.answers, lookup.current, RecordType::cname, 1);
    if (alias.empty()) break;
    remember(now, alias, Trust::answer, reply);
    if (!follow_alias(lookup, alias.front())) {
      finish(id, Outcome::servfail, lookup.chain, {});
      return true;
    }
    moved = true;
  }
  if (!moved) return false;
  // The same reply may say that the end of the chain is not there, or who knows about it.
  const bool inside = lookup.current.is_at_or_below(lookup.zone);
  if (inside && (reply.header.rcode == Rcode::name_error ||
                 negative_soa(reply, lookup.current, lookup.zone) != nullptr))
    return take_negative(now, id, reply);
  if (inside && take_referral(now, id, reply)) return true;
  lookup.choosing = true;
  ready_.push_back(id);
  return true;
}

/// NXDOMAIN, or "the name exists, but not with that type" (RFC 2308 §2).
bool Resolver::take_negative(Instant now, LookupId id, const Message& reply) {
  Lookup& lookup = lookups_.at(id);
  const Outcome outcome =
      reply.header.rcode == Rcode::name_error ? Outcome::nxdomain : Outcome::nodata;
  Duration ttl{0};
  if (const Record* soa = negative_soa(reply, lookup.current, lookup.zone); soa != nullptr)
    ttl = std::chrono::seconds(std::min(soa->ttl, std::get<Soa>(soa->data).minimum));
  ttl = std::min(ttl, config_.max_negative_ttl);
  if (!reply.header.truncated) remember_negative(now, lookup, outcome, ttl);
  finish(id, outcome, lookup.chain, ttl);
  return true;
}

/// Goes one or more steps down the tree; false if the reply does not lead downwards.
bool Resolver::take_referral(Instant now, LookupId id, const Message& reply) {
  Lookup& lookup = lookups_.at(id);
  const auto leads_down = [&](const Record& record) {
    return std::holds_alternative<Ns>(record.data) && record.name != lookup.zone &&
           record.name.is_at_or_below(lookup.zone) && lookup.current.is_at_or_below(record.name);
  };
  const auto first = std::find_if(reply.authority.begin(), reply.authority.end(), leads_down);
  if (first == reply.authority.end()) return false;
  if (++lookup.referrals > config_.max_referrals) {
    finish(id, Outcome::servfail, lookup.chain, {});
    return true;
  }
  const std::vector<Record> ns_set =
      select(reply.authority, first->name, RecordType::ns, config_.max_servers);
  remember(now, ns_set, Trust::referral, reply);
  std::vector<Record> glue;
  for (const Record& record : ns_set) {
    const Name& host = std::get<Ns>(record.data).host;
    if (!host.is_at_or_below(lookup.zone)) continue;  // not theirs to say
    for (const RecordType type : {RecordType::a, RecordType::aaaa}) {
      const std::vector<Record> set = select(reply.additional, host, type, config_.max_servers);
      if (set.empty()) continue;
      remember(now, set, Trust::referral, reply);
      glue.insert(glue.end(), set.begin(), set.end());
    }
  }
  lookup.zone = first->name;
  lookup.servers = servers_of(now, ns_set, glue);
  ready_.push_back(id);
  return true;
}

/// Caches a record set. A truncated reply may hold half of it and is not kept (RFC 2181 §9).
void Resolver::remember(Instant now, const std::vector<Record>& set, Trust trust,
                        const Message& reply) {
  if (set.empty() || reply.header.truncated) return;
  CacheEntry entry;
  entry.name = set.front().name;
  entry.type = set.front().type();
  entry.trust = trust;
  entry.records = set;
  entry.expires_at = now + std::min(ttl_of(set), config_.max_ttl);
  store(now, std::move(entry));
}

void Resolver::remember_negative(Instant now, const Lookup& lookup, Outcome outcome, Duration ttl) {
  CacheEntry entry;
  entry.name = lookup.current;
  entry.type = outcome == Outcome::nxdomain ? RecordType::any : lookup.type;
  entry.outcome = outcome;
  entry.expires_at = now + ttl;
  store(now, std::move(entry));
}

void Resolver::store(Instant now, CacheEntry entry) {
  entry.stored_at = now;
  CacheStored stored{entry.name, entry.type, entry.expires_at - now, entry.negative(),
                     describe(entry.outcome, entry.type, entry.records)};
  if (cache_.store(now, std::move(entry))) outputs_.push_back(std::move(stored));
}

}  // namespace posthorn::dns
