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

/// Why a question is turned down before anything is looked up.
Rcode objection(const Question& question) {
  const auto type = static_cast<unsigned>(question.type);
  if (question.type == RecordType::opt) return Rcode::format_error;
  if (question.rr_class != kClassIn) return Rcode::refused;
  if (question.type == RecordType::any) return Rcode::no_error;
  // Who may copy a whole zone is for its secondaries; there are none here (RFC 5936 §2.2.1).
  if (question.type == RecordType::axfr || question.type == RecordType::ixfr) return Rcode::refused;
  return type >= 128 && type <= 255 ? Rcode::not_implemented : Rcode::no_error;
}

/// RFC 6891 §6.2.3: a size below 512 counts as 512.
std::size_t limit_of(const Message& query, Transport transport) {
  if (transport == Transport::tcp) return kMaxMessage;
  if (!query.edns) return kMaxUdp;
  return std::clamp<std::size_t>(query.edns->udp_payload, kMaxUdp, kUdpPayload);
}

/// RFC 8482 §4.1: who asks for "anything" gets something, not everything.
void keep_one_set(std::vector<Record>& records) {
  if (records.empty()) return;
  const RecordType kept = records.front().type();
  std::erase_if(records, [kept](const Record& record) { return record.type() != kept; });
}

/// The host that a record names and whose address the asker will want next (RFC 1035 §3.3.9).
const Name* named_host(const Record& record) {
  if (const Mx* mx = std::get_if<Mx>(&record.data); mx != nullptr) return &mx->exchange;
  if (const Ns* ns = std::get_if<Ns>(&record.data); ns != nullptr) return &ns->host;
  if (const Srv* srv = std::get_if<Srv>(&record.data); srv != nullptr) return &srv->target;
  return nullptr;
}

void add_addresses(const AuthoritativeServer& server, const std::vector<Record>& section,
                   Message& reply) {
  for (const Record& record : section) {
    const Name* host = named_host(record);
    const Zone* zone = host == nullptr ? nullptr : server.zone_for(*host);
    if (zone != nullptr) append(reply.additional, zone->addresses(*host));
  }
  std::erase_if(reply.additional, [&](const Record& record) {
    return std::find(reply.answers.begin(), reply.answers.end(), record) != reply.answers.end();
  });
}

}  // namespace

const Zone* AuthoritativeServer::zone_for(const Name& name) const {
  const Zone* best = nullptr;
  for (const auto& zone : zones_)
    if (zone && name.is_at_or_below(zone->origin()))
      if (best == nullptr || zone->origin().is_at_or_below(best->origin())) best = zone.get();
  return best;
}

Message AuthoritativeServer::respond(const Message& query, Transport transport) const {
  Message reply = reply_to(query.header, Rcode::no_error);
  if (query.questions.size() == 1) reply.questions = query.questions;
  if (query.edns) reply.edns = Edns{kUdpPayload, 0, query.edns->dnssec_ok, {}};
  if (query.edns && query.edns->version > 0)
    reply.header.rcode = Rcode::bad_version;
  else if (query.header.opcode != Opcode::query)
    reply.header.rcode = Rcode::not_implemented;
  else if (query.questions.size() != 1)
    reply.header.rcode = Rcode::format_error;
  else if (const Rcode problem = objection(query.questions.front()); problem != Rcode::no_error)
    reply.header.rcode = problem;
  else
    answer(query.questions.front(), transport, reply);
  return reply;
}

const Trouble* AuthoritativeServer::trouble_with(const Question& question) const {
  const auto found = std::ranges::find_if(troubles_, [&](const Trouble& trouble) {
    if (const auto* bad = std::get_if<BadAnswer>(&trouble))
      return question.name.is_at_or_below(bad->name);
    const Record& wrong = std::get<Record>(trouble);
    return question.name == wrong.name && question.type == wrong.type();
  });
  return found == troubles_.end() ? nullptr : &*found;
}

bool AuthoritativeServer::is_silent(const Message& query) const {
  if (query.questions.size() != 1) return false;
  const Trouble* trouble = trouble_with(query.questions.front());
  const auto* bad = trouble == nullptr ? nullptr : std::get_if<BadAnswer>(trouble);
  return bad != nullptr && !bad->rcode;
}

/// False: there is no trouble with this question.
bool AuthoritativeServer::answer_wrongly(const Question& question, Message& reply) const {
  const Trouble* trouble = trouble_with(question);
  if (trouble == nullptr) return false;
  if (const auto* wrong = std::get_if<Record>(trouble)) {
    reply.header.authoritative = true;  // it believes what it says
    reply.answers = {*wrong};
    add_addresses(*this, reply.answers, reply);
    return true;
  }
  const std::optional<Rcode> rcode = std::get<BadAnswer>(*trouble).rcode;
  if (!rcode) return false;
  reply.header.rcode = *rcode;
  reply.header.authoritative = *rcode == Rcode::name_error;
  return true;
}

void AuthoritativeServer::answer(const Question& question, Transport transport,
                                 Message& reply) const {
  if (answer_wrongly(question, reply)) return;
  const Zone* zone = zone_for(question.name);
  if (zone == nullptr) {
    reply.header.rcode = Rcode::refused;
    return;
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
  if (question.type == RecordType::any && transport == Transport::udp) keep_one_set(reply.answers);
  if (found.kind == ZoneAnswer::Kind::nxdomain) reply.header.rcode = Rcode::name_error;
  reply.authority = found.authority;
  reply.additional = found.additional;
  add_addresses(*this, reply.answers, reply);
  if (found.kind == ZoneAnswer::Kind::referral) add_addresses(*this, reply.authority, reply);
}

std::string AuthoritativeServer::respond(std::string_view message, Transport transport) const {
  const Result<Header> header = decode_header(message);
  // Answering an answer would let two servers talk for ever.
  if (!header.ok() || header->response) return {};
  const Result<Message> query = decode(message);
  if (!query.ok()) {
    const bool known = header->opcode == Opcode::query;
    return encode(reply_to(*header, known ? Rcode::format_error : Rcode::not_implemented));
  }
  if (is_silent(*query)) return {};
  return encode(respond(*query, transport), limit_of(*query, transport));
}

}  // namespace posthorn::dns
