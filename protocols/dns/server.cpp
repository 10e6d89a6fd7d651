#include "protocols/dns/server.hpp"

#include <algorithm>

namespace posthorn::dns {
namespace {

constexpr std::size_t kMaxZones = 8;  ///< crossed by one CNAME chain

void append(std::vector<Record>& to, const std::vector<Record>& from) {
  for (const Record& record : from)
    if (std::find(to.begin(), to.end(), record) == to.end()) to.push_back(record);
}

Message reply_to(const Header& query, Rcode rcode) {
  Message reply;
  reply.header.id = query.id;
  reply.header.response = true;
  reply.header.opcode = query.opcode;
  reply.header.recursion_desired = query.recursion_desired;
  reply.header.rcode = rcode;
  return reply;
}

/// The host that a record names and whose address the asker will want next (RFC 1035 §3.3.9).
const Name* named_host(const Record& record) {
  if (const Mx* mx = std::get_if<Mx>(&record.data); mx != nullptr) return &mx->exchange;
  if (const Ns* ns = std::get_if<Ns>(&record.data); ns != nullptr) return &ns->host;
  return nullptr;
}

void add_addresses(const AuthoritativeServer& server, const std::vector<Record>& section,
                   Message& reply) {
  for (const Record& record : section) {
    const Name* host = named_host(record);
    const Zone* zone = host == nullptr ? nullptr : server.zone_for(*host);
    if (zone != nullptr) append(reply.additional, zone->addresses(*host));
  }
}

}  // namespace

const Zone* AuthoritativeServer::zone_for(const Name& name) const {
  const Zone* best = nullptr;
  for (const auto& zone : zones_)
    if (zone && name.is_at_or_below(zone->origin()))
      if (best == nullptr || zone->origin().is_at_or_below(best->origin())) best = zone.get();
  return best;
}

Message AuthoritativeServer::respond(const Message& query) const {
  if (query.header.opcode != Opcode::query) return reply_to(query.header, Rcode::not_implemented);
  if (query.questions.size() != 1) return reply_to(query.header, Rcode::format_error);
  const Question& question = query.questions.front();
  Message reply = reply_to(query.header, Rcode::no_error);
  reply.questions = query.questions;
  const Zone* zone = question.rr_class == kClassIn ? zone_for(question.name) : nullptr;
  if (zone == nullptr) {
    reply.header.rcode = Rcode::refused;
    return reply;
  }
  // A CNAME may lead from one of our zones into another (RFC 1034 §4.3.2, step 3a).
  ZoneAnswer found = zone->lookup(question.name, question.type);
  reply.header.authoritative = found.kind != ZoneAnswer::Kind::referral || !found.answers.empty();
  append(reply.answers, found.answers);
  for (std::size_t crossed = 0; found.kind == ZoneAnswer::Kind::alias && crossed < kMaxZones;
       ++crossed) {
    const Zone* next = zone_for(found.target);
    if (next == nullptr || next == zone) break;
    zone = next;
    found = zone->lookup(found.target, question.type);
    append(reply.answers, found.answers);
  }
  if (found.kind == ZoneAnswer::Kind::nxdomain) reply.header.rcode = Rcode::name_error;
  reply.authority = found.authority;
  reply.additional = found.additional;
  add_addresses(*this, reply.answers, reply);
  if (found.kind == ZoneAnswer::Kind::referral) add_addresses(*this, reply.authority, reply);
  return reply;
}

std::string AuthoritativeServer::respond(std::string_view datagram) const {
  const Result<Header> header = decode_header(datagram);
  // Answering an answer would let two servers talk for ever.
  if (!header.ok() || header->response) return {};
  if (header->opcode != Opcode::query)
    return encode(reply_to(*header, Rcode::not_implemented), kMaxUdp);
  const Result<Message> query = decode(datagram);
  if (!query.ok()) return encode(reply_to(*header, Rcode::format_error), kMaxUdp);
  return encode(respond(*query), kMaxUdp);
}

}  // namespace posthorn::dns
