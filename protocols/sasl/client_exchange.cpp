#include <utility>

#include "protocols/mail/transfer_encoding.hpp"
#include "protocols/sasl/digest.hpp"
#include "protocols/sasl/exchange.hpp"
#include "protocols/sasl/scram.hpp"

namespace posthorn::sasl {

ClientExchange::ClientExchange(Mechanism mechanism, std::string user, std::string password,
                               std::string nonce)
    : mechanism_(mechanism),
      user_(std::move(user)),
      password_(std::move(password)),
      nonce_(std::move(nonce)) {}

std::optional<std::string> ClientExchange::initial() {
  if (mechanism_ != Mechanism::plain && mechanism_ != Mechanism::scram_sha_256) return std::nullopt;
  auto first = answer("");
  return first.ok() ? std::optional(std::move(first).value()) : std::nullopt;
}

Result<std::string> ClientExchange::answer(const std::string& challenge) {
  const int number = ++answers_;
  const std::string nul(1, '\0');
  switch (mechanism_) {
    case Mechanism::plain:
      if (number == 1) return nul + user_ + nul + password_;
      break;
    case Mechanism::login:
      if (number == 1) return user_;
      if (number == 2) return password_;
      break;
    case Mechanism::cram_md5:
      if (number == 1) return user_ + " " + hex(hmac_md5(password_, challenge));
      break;
    case Mechanism::scram_sha_256:
      return answer_scram(challenge);
    case Mechanism::apop:
      break;
  }
  return Error{"the server asks for more than the mechanism has"};
}

Result<std::string> ClientExchange::answer_scram(const std::string& challenge) {
  const std::string first = "n=" + encode_saslname(user_) + ",r=" + nonce_;
  if (answers_ == 1) return "n,," + first;
  if (answers_ == 2) {
    auto server = parse_server_first(challenge);
    if (!server) return Error{"SCRAM: " + server.error().message};
    if (server->nonce.size() <= nonce_.size() || server->nonce.substr(0, nonce_.size()) != nonce_)
      return Error{"SCRAM: the server does not repeat our nonce"};
    const std::string last = "c=" + mail::base64_encode("n,,") + ",r=" + server->nonce;
    const std::string auth_message = first + "," + challenge + "," + last;
    const ScramKeys keys = scram_keys(password_, server->salt, server->iterations);
    expected_ = "v=" + encoded_server_signature(keys, auth_message);
    return last + ",p=" + mail::base64_encode(client_proof(keys, auth_message));
  }
  if (answers_ > 3 || !same_octets(challenge, expected_))
    return Error{"SCRAM: the server does not know the password"};
  server_verified_ = true;
  return std::string();
}

bool ClientExchange::complete() const {
  return mechanism_ != Mechanism::scram_sha_256 || server_verified_;
}

}  // namespace posthorn::sasl
