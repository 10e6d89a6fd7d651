#include "protocols/dns/cache.hpp"

#include <algorithm>

namespace posthorn::dns {

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::nodata:
      return "no data";
    case Outcome::nxdomain:
      return "NXDOMAIN";
    case Outcome::timeout:
      return "timeout";
    case Outcome::servfail:
      return "SERVFAIL";
  }
  return "?";
}

const CacheEntry* Cache::find(Instant now, const Name& name, RecordType type,
                              Trust at_least) const {
  for (const RecordType key : {type, RecordType::any}) {
    const auto found = entries_.find(Key{name, key});
    if (found == entries_.end()) continue;
    const CacheEntry& entry = found->second;
    if (entry.expires_at > now && entry.trust >= at_least) return &entry;
  }
  return nullptr;
}

std::vector<Record> Cache::records(const CacheEntry& entry, Instant now) {
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - entry.stored_at).count();
  const auto elapsed = static_cast<std::uint32_t>(std::max<std::int64_t>(age, 0));
  std::vector<Record> records = entry.records;
  for (Record& record : records) record.ttl -= std::min(record.ttl, elapsed);
  return records;
}

bool Cache::store(Instant now, CacheEntry entry) {
  if (capacity_ == 0 || entry.expires_at <= now) return false;
  const Key key{entry.name, entry.type};
  if (const auto old = entries_.find(key); old != entries_.end()) {
    if (old->second.expires_at > now && old->second.trust > entry.trust) return false;
    erase(key);
  }
  // A name that has records exists after all (RFC 2308 §5 lets new data replace old).
  if (!entry.negative()) erase(Key{entry.name, RecordType::any});
  while (entries_.size() >= capacity_) {
    const Key first = by_expiry_.begin()->second;
    erase(first);
  }
  by_expiry_.emplace(entry.expires_at, key);
  entries_.emplace(key, std::move(entry));
  return true;
}

std::vector<CacheEntry> Cache::entries(Instant now) const {
  std::vector<CacheEntry> live;
  for (const auto& [key, entry] : entries_)
    if (entry.expires_at > now) live.push_back(entry);
  return live;
}

void Cache::erase(const Key& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  by_expiry_.erase({found->second.expires_at, key});
  entries_.erase(found);
}

}  // namespace posthorn::dns
