// Whom to ask: the closest known zone cut, and the addresses of its name servers.
#include <algorithm>

#include "protocols/dns/resolver.hpp"

namespace posthorn::dns {

std::optional<IpAddress> address_of(const Record& record) {
  if (const A* a = std::get_if<A>(&record.data); a != nullptr) return a->address;
  if (const Aaaa* aaaa = std::get_if<Aaaa>(&record.data); aaaa != nullptr) return aaaa->address;
  return std::nullopt;
}

std::vector<Record> Resolver::cached_addresses(Instant now, const Name& host) const {
  std::vector<Record> found;
  for (const RecordType type : {RecordType::a, RecordType::aaaa})
    if (const CacheEntry* entry = cache_.find(now, host, type, Trust::referral);
        entry != nullptr && !entry->negative())
      found.insert(found.end(), entry->records.begin(), entry->records.end());
  return found;
}

/// One entry an address; a host without a known one stands for itself.
std::vector<Resolver::Server> Resolver::servers_of(Instant now, const std::vector<Record>& ns_set,
                                                   const std::vector<Record>& glue) const {
  std::vector<Server> servers;
  for (const Record& record : ns_set) {
    const Ns* ns = std::get_if<Ns>(&record.data);
    if (ns == nullptr) continue;
    std::vector<Record> addresses;
    for (const Record& extra : glue)
      if (extra.name == ns->host && address_of(extra)) addresses.push_back(extra);
    if (addresses.empty()) addresses = cached_addresses(now, ns->host);
    for (const Record& address : addresses)
      if (servers.size() < config_.max_servers)
        servers.push_back(Server{ns->host, address_of(address)});
    if (addresses.empty() && servers.size() < config_.max_servers)
      servers.push_back(Server{ns->host});
  }
  return servers;
}

/// The deepest zone cut above the name that we know servers of (RFC 1034 §5.3.3, step 2). A cut
/// whose servers all live below it is of no use once their addresses are forgotten: only its
/// parent can tell them again.
void Resolver::choose_servers(Instant now, Lookup& lookup) const {
  lookup.servers.clear();
  const auto ask = [&](const Name& zone, const std::vector<IpAddress>& addresses) {
    lookup.zone = zone;
    for (const IpAddress& address : addresses)
      if (lookup.servers.size() < config_.max_servers)
        lookup.servers.push_back(Server{{}, address});
  };
  for (Name at = lookup.current; !at.is_root() && !config_.recursion_desired; at = at.parent()) {
    const CacheEntry* entry = cache_.find(now, at, RecordType::ns, Trust::referral);
    if (entry != nullptr && !entry->negative()) {
      std::vector<Server> servers = servers_of(now, entry->records, {});
      const bool usable = std::any_of(servers.begin(), servers.end(), [&](const Server& server) {
        return server.address || !server.host.is_at_or_below(at);
      });
      if (usable) {
        lookup.zone = at;
        lookup.servers = std::move(servers);
        return;
      }
    }
    const auto known = config_.known_zones.find(at);
    if (known != config_.known_zones.end()) return ask(at, known->second);
  }
  ask(Name(), config_.hints);
}

/// The server is known by name only: look its address up first, and let `id` wait for it.
void Resolver::find_address(Instant now, LookupId id, std::size_t index) {
  Lookup& lookup = lookups_.at(id);
  Server& server = lookup.servers[index];
  ready_.push_back(id);  // in every case but one there is something to do at once
  if (const std::vector<Record> known = cached_addresses(now, server.host); !known.empty()) {
    server.address = address_of(known.front());
    return;
  }
  std::optional<LookupId> helper = find_lookup(server.host, server.address_type);
  if (helper && waits_for(*helper, id))
    helper.reset();  // each would wait for the other for ever
  else if (!helper && lookup.helpers < config_.max_helpers && lookup.depth < config_.max_depth)
    helper = open_lookup(server.host, server.address_type, lookup.cause, lookup.depth + 1);
  if (!helper) {
    server.dead = true;
    lookup.failed = true;
    return;
  }
  ++lookup.helpers;
  lookup.helper = helper;
  lookup.helper_for = index;
  ready_.back() = *helper;
}

}  // namespace posthorn::dns
