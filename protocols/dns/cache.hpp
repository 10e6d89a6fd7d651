// What a resolver remembers, and for how long (RFC 1035 §7.4, RFC 2181 §5, RFC 2308).
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "protocols/core/time.hpp"
#include "protocols/dns/record.hpp"

namespace posthorn::dns {

enum class Outcome : std::uint8_t {
  ok,        ///< records were found
  nodata,    ///< the name exists, without records of this type
  nxdomain,  ///< the name does not exist
  timeout,   ///< no server answered
  servfail,  ///< servers answered, but none usefully
};

/// "ok", "no data", "NXDOMAIN", "timeout", "SERVFAIL".
[[nodiscard]] const char* to_string(Outcome outcome);

/// How far cached records may be trusted; better ones replace worse (RFC 2181 §5.4.1).
enum class Trust : std::uint8_t {
  referral,  ///< NS sets and glue of a parent zone: to find servers, never to answer with
  answer,    ///< the answer section of an authoritative reply
};

struct CacheEntry {
  Name name;
  RecordType type = RecordType::a;  ///< `any` for NXDOMAIN, which holds for every type
  Outcome outcome = Outcome::ok;    ///< ok, nodata or nxdomain
  Trust trust = Trust::answer;
  std::vector<Record> records;  ///< empty when negative; TTLs as they arrived
  Instant stored_at;
  Instant expires_at;

  [[nodiscard]] bool negative() const { return outcome != Outcome::ok; }
};

class Cache {
 public:
  explicit Cache(std::size_t capacity) : capacity_(capacity) {}

  /// A live entry for exactly this name and type (an NXDOMAIN counts for every type).
  [[nodiscard]] const CacheEntry* find(Instant now, const Name& name, RecordType type,
                                       Trust at_least) const;
  /// The entry's records with their TTLs counted down to `now`.
  [[nodiscard]] static std::vector<Record> records(const CacheEntry& entry, Instant now);
  /// Keeps the entry unless a more trusted live one is there or it has expired already. Drops
  /// what expires first when full. True if it was stored.
  bool store(Instant now, CacheEntry entry);
  /// Live entries in canonical order of names.
  [[nodiscard]] std::vector<CacheEntry> entries(Instant now) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  void clear() {
    entries_.clear();
    by_expiry_.clear();
  }

 private:
  struct Key {
    Name name;
    RecordType type;
    friend std::weak_ordering operator<=>(const Key&, const Key&) = default;
    friend bool operator==(const Key&, const Key&) = default;
  };
  void erase(const Key& key);

  std::size_t capacity_;
  std::map<Key, CacheEntry> entries_;
  std::set<std::pair<Instant, Key>> by_expiry_;
};

}  // namespace posthorn::dns
