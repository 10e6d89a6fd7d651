#include "protocols/sasl/mechanism.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/international.hpp"
#include "protocols/sasl/digest.hpp"
#include "protocols/sasl/scram.hpp"

namespace posthorn::sasl {

namespace {

struct Entry {
  Mechanism mechanism;
  std::string_view name;
  std::string_view rule;
};

constexpr std::array table = {
    Entry{Mechanism::scram_sha_256, "SCRAM-SHA-256", "RFC 7677 §3"},
    Entry{Mechanism::cram_md5, "CRAM-MD5", "RFC 2195 §2"},
    Entry{Mechanism::plain, "PLAIN", "RFC 4616 §2"},
    Entry{Mechanism::login, "LOGIN", "RFC 4422 §3"},
    Entry{Mechanism::apop, "APOP", "RFC 1939 §7"},
};

const Entry& entry_of(Mechanism mechanism) {
  for (const Entry& entry : table)
    if (entry.mechanism == mechanism) return entry;
  return table.front();
}

}  // namespace

std::string_view to_string(Mechanism mechanism) { return entry_of(mechanism).name; }
std::string_view rule_of(Mechanism mechanism) { return entry_of(mechanism).rule; }

std::optional<Mechanism> find_mechanism(std::string_view name) {
  for (const Mechanism mechanism : all_mechanisms())
    if (mail::iequals(to_string(mechanism), name)) return mechanism;
  return std::nullopt;
}

const std::vector<Mechanism>& all_mechanisms() {
  static const std::vector<Mechanism> all = {Mechanism::scram_sha_256, Mechanism::cram_md5,
                                             Mechanism::plain, Mechanism::login};
  return all;
}

bool allow_password(const std::vector<Mechanism>& mechanisms) {
  return std::any_of(mechanisms.begin(), mechanisms.end(), [](Mechanism mechanism) {
    return mechanism == Mechanism::plain || mechanism == Mechanism::login;
  });
}

std::string list_of(const std::vector<Mechanism>& mechanisms, std::string_view prefix) {
  std::string out;
  for (const Mechanism mechanism : mechanisms) {
    if (!out.empty()) out += ' ';
    out += prefix;
    out += to_string(mechanism);
  }
  return out;
}

Proof Proof::password(Mechanism mechanism, std::string password) {
  Proof proof;
  proof.mechanism_ = mechanism;
  proof.shown_ = std::move(password);
  return proof;
}

Proof Proof::digest(Mechanism mechanism, std::string challenge, std::string shown) {
  Proof proof;
  proof.mechanism_ = mechanism;
  proof.challenge_ = std::move(challenge);
  proof.shown_ = std::move(shown);
  return proof;
}

Proof Proof::scram(std::string salt, unsigned iterations, std::string auth_message,
                   std::string shown) {
  Proof proof = digest(Mechanism::scram_sha_256, std::move(auth_message), std::move(shown));
  proof.salt_ = std::move(salt);
  proof.iterations_ = iterations;
  return proof;
}

Verdict Proof::check(std::string_view password) const {
  switch (mechanism_) {
    case Mechanism::plain:
    case Mechanism::login:
      return {same_octets(mail::prepared(shown_), mail::prepared(password)), {}};  // RFC 4616 §2
    case Mechanism::cram_md5:
      return {same_octets(shown_, hex(hmac_md5(password, challenge_))), {}};
    case Mechanism::apop:
      return {same_octets(shown_, hex(md5(challenge_ + std::string(password)))), {}};
    case Mechanism::scram_sha_256: {
      const ScramKeys keys = scram_keys(password, salt_, iterations_);
      if (!same_octets(shown_, client_proof(keys, challenge_))) return {};
      return {true, "v=" + encoded_server_signature(keys, challenge_)};
    }
  }
  return {};
}

}  // namespace posthorn::sasl
