// The ways to prove who one is that all protocols share (SASL, RFC 4422), and what the proof is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace posthorn::sasl {

enum class Mechanism : std::uint8_t {
  plain,          ///< RFC 4616: user and password in one answer
  login,          ///< no RFC, known everywhere: asked for one, then for the other
  cram_md5,       ///< RFC 2195: the password keys a digest of the server's challenge
  scram_sha_256,  ///< RFC 5802, RFC 7677: each side proves to the other that it knows it
  apop,           ///< RFC 1939 §7; POP3's own command, never offered as a SASL mechanism
};

/// "PLAIN", "SCRAM-SHA-256"; as the protocols and LoginDecided name it.
[[nodiscard]] std::string_view to_string(Mechanism mechanism);
/// By its SASL name, whatever the case; APOP is not one.
[[nodiscard]] std::optional<Mechanism> find_mechanism(std::string_view name);
/// Where it is defined: "RFC 4616 §2".
[[nodiscard]] std::string_view rule_of(Mechanism mechanism);
/// The SASL mechanisms that we know, the best one first.
[[nodiscard]] const std::vector<Mechanism>& all_mechanisms();
/// Whether they let a password be said as it is: then USER and PASS or LOGIN may say it, too.
[[nodiscard]] bool allow_password(const std::vector<Mechanism>& mechanisms);
/// "AUTH PLAIN LOGIN": `mechanisms` by name, each after `prefix`, with a space between.
[[nodiscard]] std::string list_of(const std::vector<Mechanism>& mechanisms,
                                  std::string_view prefix = {});

/// What the host found.
struct Verdict {
  bool ok = false;
  std::string last_words;  ///< what the server still has to tell (SCRAM's signature), not encoded
};

/// What a client showed to prove that it knows a password. Whoever keeps the passwords checks it.
class Proof {
 public:
  /// The password itself.
  static Proof password(Mechanism mechanism, std::string password);
  /// CRAM-MD5 and APOP: `shown` is the digest in hexadecimal.
  static Proof digest(Mechanism mechanism, std::string challenge, std::string shown);
  /// RFC 5802 §3. `shown`: ClientProof, 32 octets.
  static Proof scram(std::string salt, unsigned iterations, std::string auth_message,
                     std::string shown);

  [[nodiscard]] Mechanism mechanism() const { return mechanism_; }
  [[nodiscard]] Verdict check(std::string_view password) const;

  friend bool operator==(const Proof&, const Proof&) = default;

 private:
  Mechanism mechanism_ = Mechanism::plain;
  std::string shown_;      ///< password, hexadecimal digest, ClientProof
  std::string challenge_;  ///< SCRAM: AuthMessage
  std::string salt_;
  unsigned iterations_ = 0;
};

}  // namespace posthorn::sasl
