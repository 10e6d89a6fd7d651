// An authoritative name server (RFC 1034 §4.3): a message in, a message out, no state.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/dns/message.hpp"
#include "protocols/dns/zone.hpp"

namespace posthorn::dns {

class AuthoritativeServer {
 public:
  AuthoritativeServer() = default;
  explicit AuthoritativeServer(std::vector<std::shared_ptr<const Zone>> zones)
      : zones_(std::move(zones)) {}

  [[nodiscard]] const std::vector<std::shared_ptr<const Zone>>& zones() const { return zones_; }
  /// The deepest zone that holds `name`, or null.
  [[nodiscard]] const Zone* zone_for(const Name& name) const;

  /// The reply to one message. By UDP at most 512 octets, or what the asker's EDNS allows up to
  /// kUdpPayload, with TC when cut short. Empty when there is nothing to answer: fewer than 12
  /// octets, or itself a response.
  ///
  /// Malformed or not exactly one question: FORMERR. Another opcode than QUERY, or a meta type:
  /// NOTIMP. A zone transfer, another class than IN, a name outside our zones: REFUSED. Another
  /// version of EDNS than 0: BADVERS. ANY by UDP gets one record set only (RFC 8482 §4.1).
  [[nodiscard]] std::string respond(std::string_view message,
                                    Transport transport = Transport::udp) const;
  /// The same, on values.
  [[nodiscard]] Message respond(const Message& query, Transport transport = Transport::udp) const;

 private:
  void answer(const Question& question, Transport transport, Message& reply) const;

  std::vector<std::shared_ptr<const Zone>> zones_;
};

}  // namespace posthorn::dns
