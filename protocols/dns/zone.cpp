#include "protocols/dns/zone.hpp"

#include <algorithm>

namespace posthorn::dns {
namespace {

constexpr std::size_t kMaxChain = 8;

Error wrong(const Record& record, std::string_view why) {
  return Error{to_text(record) + ": " + std::string(why)};
}

/// Why a zone may not hold this record; null if it may.
const char* objection(const Record& record) {
  if (record.rr_class != kClassIn) return "only class IN can be served";
  const auto type = static_cast<unsigned>(record.type());
  if (record.type() == RecordType::opt || (type >= 128 && type <= 255))  // RFC 6895 §3.1
    return "this type exists in messages only";
  if (record.type() == RecordType::soa) return "a zone has one SOA only";
  if (const A* a = std::get_if<A>(&record.data); a != nullptr && a->address.v6)
    return "an A record holds an IPv4 address";
  if (const Aaaa* aaaa = std::get_if<Aaaa>(&record.data); aaaa != nullptr && !aaaa->address.v6)
    return "an AAAA record holds an IPv6 address";
  if (const Txt* txt = std::get_if<Txt>(&record.data); txt != nullptr)
    for (const std::string& text : txt->strings)
      if (text.size() > 255) return "a string of a TXT record is longer than 255 octets";
  return nullptr;
}

bool has_alias(const std::map<RecordType, std::vector<Record>>& node) {
  return node.contains(RecordType::cname);
}

/// RFC 2181 §5.2: what belongs together is forgotten together.
void level_ttls(std::vector<Record>& set) {
  std::uint32_t least = set.front().ttl;
  for (const Record& record : set) least = std::min(least, record.ttl);
  for (Record& record : set) record.ttl = least;
}

void append(std::vector<Record>& to, const std::vector<Record>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Result<Zone> Zone::make(Name origin, Soa soa, std::vector<Record> records, std::uint32_t soa_ttl) {
  Zone zone(origin, Record{origin, soa_ttl, std::move(soa)});
  zone.nodes_[origin][RecordType::soa] = {zone.soa_};
  for (Record& record : records) {
    if (!record.name.is_at_or_below(zone.origin_))
      return wrong(record, "the name is not in the zone " + zone.origin_.to_string());
    if (const char* why = objection(record); why != nullptr) return wrong(record, why);
    zone.nodes_[record.name][record.type()].push_back(std::move(record));
  }
  for (auto& [name, node] : zone.nodes_)
    for (auto& [type, set] : node) level_ttls(set);
  for (const auto& [name, node] : zone.nodes_) {
    if (!has_alias(node)) continue;
    const Record& alias = node.at(RecordType::cname).front();
    if (node.size() > 1) return wrong(alias, "a CNAME stands alone at its name (RFC 1034 §3.6.2)");
    if (node.at(RecordType::cname).size() > 1) return wrong(alias, "a second CNAME at this name");
  }
  return zone;
}

std::vector<Record> Zone::records() const {
  std::vector<Record> all{soa_};
  for (const auto& [name, node] : nodes_)
    for (const auto& [type, set] : node)
      if (type != RecordType::soa) append(all, set);
  return all;
}

const Zone::Node* Zone::find(const Name& name) const {
  const auto found = nodes_.find(name);
  return found == nodes_.end() ? nullptr : &found->second;
}

/// Also true for a name that only has names below it (an empty non-terminal, RFC 4592 §2.2.2).
bool Zone::exists(const Name& name) const {
  const auto next = nodes_.lower_bound(name);
  return next != nodes_.end() && next->first.is_at_or_below(name);
}

/// The wildcard at the closest existing ancestor, if there is one (RFC 4592 §3.3.1).
const Zone::Node* Zone::find_wildcard(const Name& name) const {
  Name encloser = name;
  while (encloser != origin_ && !exists(encloser)) encloser = encloser.parent();
  const Result<Name> wildcard = encloser.child("*");
  return wildcard.ok() ? find(*wildcard) : nullptr;
}

/// The NS set of the highest cut between the origin and `name`.
const std::vector<Record>* Zone::find_delegation(const Name& name) const {
  const std::vector<Record>* highest = nullptr;
  for (Name at = name; at != origin_; at = at.parent())
    if (const Node* node = find(at); node != nullptr)
      if (const auto ns = node->find(RecordType::ns); ns != node->end()) highest = &ns->second;
  return highest;
}

std::vector<Record> Zone::addresses(const Name& host) const {
  std::vector<Record> found;
  if (const Node* node = find(host); node != nullptr)
    for (const RecordType type : {RecordType::a, RecordType::aaaa})
      if (const auto set = node->find(type); set != node->end()) append(found, set->second);
  return found;
}

/// The SOA that vouches for a "no", for as long as that may be remembered (RFC 2308 §3).
Record Zone::negative_soa() const {
  Record record = soa_;
  record.ttl = std::min(record.ttl, std::get<Soa>(soa_.data).minimum);
  return record;
}

void Zone::refer(const std::vector<Record>& delegation, ZoneAnswer& answer) const {
  answer.kind = ZoneAnswer::Kind::referral;
  answer.authority = delegation;
  for (const Record& record : delegation)
    if (const Ns* ns = std::get_if<Ns>(&record.data); ns != nullptr)
      append(answer.additional, addresses(ns->host));
}

ZoneAnswer Zone::lookup(const Name& name, RecordType type) const {
  ZoneAnswer answer;
  answer.target = name;
  for (std::size_t links = 0; answer.target.is_at_or_below(origin_) && links <= kMaxChain;
       ++links) {
    if (const auto* delegation = find_delegation(answer.target); delegation != nullptr) {
      refer(*delegation, answer);
      return answer;
    }
    const Node* node = find(answer.target);
    const bool wild = node == nullptr && !exists(answer.target);
    if (wild) node = find_wildcard(answer.target);
    if (wild && node == nullptr) {
      answer.kind = ZoneAnswer::Kind::nxdomain;
      answer.authority = {negative_soa()};
      return answer;
    }
    if (node != nullptr && has_alias(*node) && type != RecordType::cname &&
        type != RecordType::any) {
      Record alias = node->at(RecordType::cname).front();
      if (wild) alias.name = answer.target;  // as if it stood under the name that was asked
      answer.target = std::get<Cname>(alias.data).target;
      answer.answers.push_back(std::move(alias));
      continue;
    }
    take_records(node, type, wild, answer);
    return answer;
  }
  answer.kind = ZoneAnswer::Kind::alias;
  return answer;
}

/// The end of the chain: the records of the type at `node` (null for an empty non-terminal).
void Zone::take_records(const Node* node, RecordType type, bool wild, ZoneAnswer& answer) const {
  const std::size_t before = answer.answers.size();
  if (node != nullptr)
    for (const auto& [kind, set] : *node)
      if (type == RecordType::any || kind == type)
        for (Record record : set) {
          if (wild) record.name = answer.target;
          answer.answers.push_back(std::move(record));
        }
  const bool found = answer.answers.size() > before;
  answer.kind = found ? ZoneAnswer::Kind::found : ZoneAnswer::Kind::nodata;
  if (!found) answer.authority = {negative_soa()};
}

}  // namespace posthorn::dns
