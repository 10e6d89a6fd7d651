// Seeds for the DNS fuzz targets. The driver's seeds are C strings, but DNS messages are full of
// zero octets: so every octet is masked, and the targets take the mask off again.
#pragma once

#include <string>
#include <string_view>

#include "protocols/dns/message.hpp"

inline std::string unmasked(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(c ^ 0x5b);
  return result;
}
inline std::string masked(const posthorn::dns::Message& message) {
  return unmasked(posthorn::dns::encode(message));
}

inline posthorn::dns::Name name(std::string_view text) {
  return posthorn::dns::Name::parse(text).value();
}

inline posthorn::dns::Message example_query() {
  return posthorn::dns::make_query(7, name("kaede.example"), posthorn::dns::RecordType::mx);
}

inline posthorn::dns::Message example_reply() {
  using namespace posthorn::dns;
  Message reply = example_query();
  reply.header.response = reply.header.authoritative = true;
  reply.answers = {
      {name("kaede.example"), 300, Mx{10, name("mail.kaede.example")}},
      {name("kaede.example"), 300, Txt{{"v=spf1 mx -all", ""}}},
      {name("www.kaede.example"), 300, Cname{name("mail.kaede.example")}},
      {name("mail.kaede.example"), 300, A{posthorn::IpAddress::v4(192, 0, 2, 25)}},
      {name("mail.kaede.example"), 300, Aaaa{*posthorn::IpAddress::parse("2001:db8::25")}},
  };
  reply.additional = {
      {name("_imap._tcp.kaede.example"), 300, Srv{0, 1, 143, name("mail.kaede.example")}},
      {name("kaede.example"), 300, Unknown{static_cast<RecordType>(257), "issue"}}};
  reply.edns = Edns{1232, 0, true, {{10, "cookie"}}};
  return reply;
}

inline posthorn::dns::Message truncated_reply() {
  posthorn::dns::Message reply = example_query();
  reply.header.response = reply.header.authoritative = reply.header.truncated = true;
  return reply;
}

inline posthorn::dns::Message example_referral() {
  using namespace posthorn::dns;
  Message reply = example_query();
  reply.header.response = true;
  Soa soa;
  soa.primary = name("ns.example");
  soa.mailbox = name("hostmaster.example");
  reply.authority = {{name("kaede.example"), 300, Ns{name("ns.kaede.example")}},
                     {name("example"), 300, soa}};
  reply.additional = {{name("ns.kaede.example"), 300, A{posthorn::IpAddress::v4(192, 0, 2, 53)}}};
  return reply;
}
