// An authoritative name server (RFC 1034 §4.3): a datagram in, a datagram out, no state.
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

  /// The reply to one datagram, at most 512 octets (with TC when cut short). Empty when there is
  /// nothing to answer: fewer than 12 octets, or itself a response. Malformed: FORMERR; another
  /// opcode than QUERY: NOTIMP; a name outside our zones: REFUSED.
  [[nodiscard]] std::string respond(std::string_view datagram) const;
  /// The same, on values.
  [[nodiscard]] Message respond(const Message& query) const;

 private:
  std::vector<std::shared_ptr<const Zone>> zones_;
};

}  // namespace posthorn::dns
