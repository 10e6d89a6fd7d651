#include <utility>

#include "protocols/sasl/digest.hpp"
#include "protocols/sasl/exchange.hpp"
#include "protocols/sasl/scram.hpp"

namespace posthorn::sasl {

ServerExchange::ServerExchange(Mechanism mechanism, std::string hostname, std::string nonce)
    : mechanism_(mechanism), hostname_(std::move(hostname)), nonce_(std::move(nonce)) {}

Step ServerExchange::begin(const std::optional<std::string>& initial) {
  switch (mechanism_) {
    case Mechanism::cram_md5:
      if (initial) return Malformed{"The server speaks first here", "RFC 2195 §2"};
      challenge_ = "<" + nonce_ + "@" + hostname_ + ">";
      return Challenge{challenge_};
    case Mechanism::login:
      if (!initial) return Challenge{"Username:"};
      break;
    default:
      if (!initial) return Challenge{};
      break;
  }
  return take(*initial);
}

Step ServerExchange::take(const std::string& answer) {
  ++answers_;
  switch (mechanism_) {
    case Mechanism::plain:
      return take_plain(answer);
    case Mechanism::login:
      return take_login(answer);
    case Mechanism::cram_md5:
      return take_cram(answer);
    case Mechanism::scram_sha_256:
      return answers_ == 1 ? take_client_first(answer) : take_client_final(answer);
    case Mechanism::apop:
      break;
  }
  return Malformed{"No such mechanism", "RFC 4422 §3"};
}

/// RFC 4616 §2: [authzid] NUL authcid NUL passwd
Step ServerExchange::take_plain(const std::string& answer) const {
  const std::size_t first = answer.find('\0');
  const std::size_t second = first == std::string::npos ? first : answer.find('\0', first + 1);
  if (second == std::string::npos || second == first + 1 ||
      answer.find('\0', second + 1) != std::string::npos)
    return Malformed{"Malformed PLAIN response", "RFC 4616 §2"};
  return Shown{answer.substr(0, first), answer.substr(first + 1, second - first - 1),
               Proof::password(mechanism_, answer.substr(second + 1))};
}

Step ServerExchange::take_login(const std::string& answer) {
  if (answers_ > 1) return Shown{"", user_, Proof::password(mechanism_, answer)};
  user_ = answer;
  return Challenge{"Password:"};
}

/// RFC 2195 §2: the user's name, a space, the digest in lower-case hexadecimal.
Step ServerExchange::take_cram(const std::string& answer) const {
  const std::size_t space = answer.rfind(' ');
  if (space == std::string::npos || space == 0 || answer.size() - space - 1 != 32)
    return Malformed{"Malformed CRAM-MD5 response", "RFC 2195 §2"};
  return Shown{"", answer.substr(0, space),
               Proof::digest(mechanism_, challenge_, answer.substr(space + 1))};
}

Step ServerExchange::take_client_first(const std::string& answer) {
  auto first = parse_client_first(answer);
  if (!first) return Malformed{"SCRAM: " + first.error().message, "RFC 5802 §7"};
  user_ = first->user;
  identity_ = first->identity;
  gs2_header_ = first->gs2_header;
  client_first_ = first->bare;
  // One salt for a name on a server, whether the account exists or not: the answer tells nothing.
  salt_ = sha256(hostname_ + '\0' + user_).substr(0, 16);
  nonce_ = first->nonce + nonce_;
  challenge_ = scram_server_first(nonce_, salt_, scram_iterations);
  return Challenge{challenge_};
}

Step ServerExchange::take_client_final(const std::string& answer) const {
  auto final = parse_client_final(answer);
  if (!final) return Malformed{"SCRAM: " + final.error().message, "RFC 5802 §7"};
  if (final->channel_binding != gs2_header_)
    return Malformed{"SCRAM: the channel binding has changed", "RFC 5802 §6"};
  if (final->nonce != nonce_) return Malformed{"SCRAM: the nonce has changed", "RFC 5802 §5.1"};
  return Shown{
      identity_, user_,
      Proof::scram(salt_, scram_iterations,
                   client_first_ + "," + challenge_ + "," + final->without_proof, final->proof)};
}

}  // namespace posthorn::sasl
