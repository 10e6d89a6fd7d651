#include "protocols/sasl/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cassert>

namespace posthorn::sasl {

namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest(const EVP_MD* kind, std::string_view data) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  [[maybe_unused]] const int ok = EVP_Digest(data.data(), data.size(), out, &size, kind, nullptr);
  assert(ok == 1);
  return {reinterpret_cast<const char*>(out), size};
}

std::string hmac(const EVP_MD* kind, std::string_view key, std::string_view data) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  // A null key would mean "the key of the last call".
  const unsigned char* key_octets = key.empty() ? octets("") : octets(key);
  [[maybe_unused]] const unsigned char* ok =
      HMAC(kind, key_octets, static_cast<int>(key.size()), octets(data), data.size(), out, &size);
  assert(ok != nullptr);
  return {reinterpret_cast<const char*>(out), size};
}

}  // namespace

std::string md5(std::string_view data) { return digest(EVP_md5(), data); }
std::string sha256(std::string_view data) { return digest(EVP_sha256(), data); }

std::string hmac_md5(std::string_view key, std::string_view data) {
  return hmac(EVP_md5(), key, data);
}
std::string hmac_sha256(std::string_view key, std::string_view data) {
  return hmac(EVP_sha256(), key, data);
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt, unsigned iterations) {
  unsigned char out[32];
  [[maybe_unused]] const int ok = PKCS5_PBKDF2_HMAC(
      password.data(), static_cast<int>(password.size()), octets(salt),
      static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(), sizeof out, out);
  assert(ok == 1);
  return {reinterpret_cast<const char*>(out), sizeof out};
}

std::string hex(std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(octets.size() * 2);
  for (const char c : octets) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

bool same_octets(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  return difference == 0;
}

}  // namespace posthorn::sasl
