// One authentication exchange (RFC 4422 §3), on either side. The protocols carry the messages
// (SMTP: RFC 4954, POP3: RFC 5034, IMAP: RFC 3501 §6.2.2), base64 around them; what stands in
// them is the same for all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "protocols/core/result.hpp"
#include "protocols/sasl/mechanism.hpp"

namespace posthorn::sasl {

/// To be sent to the client, which answers. Not encoded.
struct Challenge {
  std::string text;
};
/// The client has shown everything: somebody who knows the password must check it.
struct Shown {
  std::string identity;  ///< whom to act as; "": the user
  std::string user;
  Proof proof;
};
/// The client's answer makes no sense; the exchange is over.
struct Malformed {
  std::string reason;
  std::string_view rule;
};
using Step = std::variant<Challenge, Shown, Malformed>;

class ServerExchange {
 public:
  /// `hostname` stands in CRAM-MD5's challenge; `nonce` must differ from exchange to exchange
  /// (printable, no comma).
  ServerExchange(Mechanism mechanism, std::string hostname, std::string nonce);

  [[nodiscard]] Mechanism mechanism() const { return mechanism_; }

  /// `initial`: the response that came with the command, decoded, if one came.
  Step begin(const std::optional<std::string>& initial);
  /// The client's answer to the last challenge, decoded.
  Step take(const std::string& answer);

 private:
  Step take_plain(const std::string& answer) const;
  Step take_login(const std::string& answer);
  Step take_cram(const std::string& answer) const;
  Step take_client_first(const std::string& answer);
  Step take_client_final(const std::string& answer) const;

  Mechanism mechanism_;
  std::string hostname_;
  std::string nonce_;
  int answers_ = 0;        ///< taken so far
  std::string challenge_;  ///< CRAM-MD5: the challenge; SCRAM: server first
  std::string user_;
  std::string identity_;
  std::string salt_;
  std::string gs2_header_;
  std::string client_first_;  ///< bare
};

class ClientExchange {
 public:
  /// `nonce` as above; only SCRAM uses it.
  ClientExchange(Mechanism mechanism, std::string user, std::string password, std::string nonce);

  [[nodiscard]] Mechanism mechanism() const { return mechanism_; }
  /// What may be sent with the command, not encoded; nothing: the server speaks first.
  [[nodiscard]] std::optional<std::string> initial();
  /// Answers a challenge (decoded). An error: cancel with "*".
  Result<std::string> answer(const std::string& challenge);
  /// The server, having said yes, has also shown all that the mechanism asks of it. SCRAM: without
  /// its signature the yes is worth nothing.
  [[nodiscard]] bool complete() const;

 private:
  Result<std::string> answer_scram(const std::string& challenge);

  Mechanism mechanism_;
  std::string user_;
  std::string password_;
  std::string nonce_;
  int answers_ = 0;       ///< given so far
  std::string expected_;  ///< SCRAM: the server's last words
  bool server_verified_ = false;
};

}  // namespace posthorn::sasl
