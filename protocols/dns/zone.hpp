// A zone: what one name server knows for certain about one branch of the name tree.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "protocols/core/result.hpp"
#include "protocols/dns/record.hpp"

namespace posthorn::dns {

/// What a look-up in a zone finds (RFC 1034 §4.3.2).
struct ZoneAnswer {
  enum class Kind : std::uint8_t {
    found,     ///< `answers` ends with records of the type asked
    alias,     ///< `answers` is a CNAME chain that leaves this zone (or loops) at `target`
    nodata,    ///< the last name exists, without such records; `authority` is the SOA
    nxdomain,  ///< the last name does not exist; `authority` is the SOA
    referral,  ///< another server knows: `authority` is its NS set, `additional` its glue
  };
  Kind kind = Kind::nxdomain;
  Name target;  ///< the name at which the chain of CNAMEs ended
  std::vector<Record> answers;
  std::vector<Record> authority;
  std::vector<Record> additional;
};

/// Immutable once made: share it as std::shared_ptr<const Zone>.
class Zone {
 public:
  /// `records` without the SOA; all of one name and type get the smallest TTL among them. Errors: a
  /// record outside the zone, of another class, or with contents its type cannot have; a CNAME
  /// beside other records (RFC 1034 §3.6.2).
  static Result<Zone> make(Name origin, Soa soa, std::vector<Record> records,
                           std::uint32_t soa_ttl = 3600);

  [[nodiscard]] const Name& origin() const { return origin_; }
  [[nodiscard]] const Record& soa() const { return soa_; }
  /// Every record in canonical order, the SOA first.
  [[nodiscard]] std::vector<Record> records() const;

  /// `name` must be at or below origin(). Follows CNAMEs inside the zone; a "*" label stands for
  /// names that do not exist (RFC 4592). Records keep the case in which the zone has their names
  /// (RFC 4343 §4).
  [[nodiscard]] ZoneAnswer lookup(const Name& name, RecordType type) const;
  /// A and AAAA records kept for `host`, glue included.
  [[nodiscard]] std::vector<Record> addresses(const Name& host) const;

 private:
  using Node = std::map<RecordType, std::vector<Record>>;

  Zone(Name origin, Record soa) : origin_(std::move(origin)), soa_(std::move(soa)) {}
  [[nodiscard]] const Node* find(const Name& name) const;
  [[nodiscard]] bool exists(const Name& name) const;
  [[nodiscard]] const Node* find_wildcard(const Name& name) const;
  [[nodiscard]] const std::vector<Record>* find_delegation(const Name& name) const;
  [[nodiscard]] Record negative_soa() const;
  void refer(const std::vector<Record>& delegation, ZoneAnswer& answer) const;
  void take_records(const Node* node, RecordType type, bool wild, ZoneAnswer& answer) const;

  Name origin_;
  Record soa_;
  std::map<Name, Node> nodes_;
};

}  // namespace posthorn::dns
