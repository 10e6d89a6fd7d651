// An authoritative name server (RFC 1034 §4.3): a message in, a message out, no state.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/dns/message.hpp"
#include "protocols/dns/zone.hpp"

namespace posthorn::dns {

/// What a server in trouble says about a name and all below it, whatever its zones know.
struct BadAnswer {
  Name name;
  std::optional<Rcode> rcode;  ///< none: it is silent
};
/// A bad answer; or a wrong record, which is the only answer to questions for its name and type.
using Trouble = std::variant<BadAnswer, Record>;

class AuthoritativeServer {
 public:
  AuthoritativeServer() = default;
  explicit AuthoritativeServer(std::vector<std::shared_ptr<const Zone>> zones)
      : zones_(std::move(zones)) {}

  [[nodiscard]] const std::vector<std::shared_ptr<const Zone>>& zones() const { return zones_; }
  /// The deepest zone that holds `name`, or null.
  [[nodiscard]] const Zone* zone_for(const Name& name) const;

  /// Instead of those before; of several that fit a question the first counts.
  void set_troubles(std::vector<Trouble> troubles) { troubles_ = std::move(troubles); }

  /// The reply to one message. By UDP at most 512 octets, or what the asker's EDNS allows up to
  /// kUdpPayload, with TC when cut short. Empty when there is nothing to answer: fewer than 12
  /// octets, or itself a response; and when a trouble makes the server silent.
  ///
  /// Malformed or not exactly one question: FORMERR. Another opcode than QUERY, or a meta type:
  /// NOTIMP. A zone transfer, another class than IN, a name outside our zones: REFUSED. Another
  /// version of EDNS than 0: BADVERS. ANY by UDP gets one record set only (RFC 8482 §4.1).
  [[nodiscard]] std::string respond(std::string_view message,
                                    Transport transport = Transport::udp) const;
  /// The same, on values: these cannot be silent.
  [[nodiscard]] Message respond(const Message& query, Transport transport = Transport::udp) const;

 private:
  [[nodiscard]] const Trouble* trouble_with(const Question& question) const;
  [[nodiscard]] bool is_silent(const Message& query) const;
  void answer(const Question& question, Transport transport, Message& reply) const;
  bool answer_wrongly(const Question& question, Message& reply) const;

  std::vector<std::shared_ptr<const Zone>> zones_;
  std::vector<Trouble> troubles_;
};

}  // namespace posthorn::dns
