#include "protocols/sasl/scram.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "protocols/mail/charset.hpp"
#include "protocols/mail/international.hpp"
#include "protocols/mail/transfer_encoding.hpp"
#include "protocols/sasl/digest.hpp"

namespace posthorn::sasl {

namespace {

/// The value of the attribute "<name>=…" at the front of `text`, which moves behind it and its
/// comma.
std::optional<std::string> take_attribute(std::string_view& text, char name) {
  if (text.size() < 2 || text[0] != name || text[1] != '=') return std::nullopt;
  const std::size_t end = std::min(text.find(','), text.size());
  std::string value(text.substr(2, end - 2));
  text.remove_prefix(std::min(end + 1, text.size()));
  return value;
}

std::optional<std::string> decode_saslname(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    const std::string_view code = text.substr(i, 3);
    if (code != "=2C" && code != "=3D") return std::nullopt;
    out += code == "=2C" ? ',' : '=';
    i += 2;
  }
  if (out.empty() || out.find('\0') != std::string::npos || !mail::is_valid_utf8(out))
    return std::nullopt;
  return out;
}

bool is_nonce(std::string_view text) {
  return !text.empty() && text.size() <= 512 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

ScramKeys scram_keys(std::string_view password, std::string_view salt, unsigned iterations) {
  const std::string salted = pbkdf2_sha256(mail::prepared(password), salt, iterations);
  return {hmac_sha256(salted, "Client Key"), hmac_sha256(salted, "Server Key")};
}

std::string client_proof(const ScramKeys& keys, std::string_view auth_message) {
  const std::string signature = hmac_sha256(sha256(keys.client_key), auth_message);
  std::string proof = keys.client_key;
  for (std::size_t i = 0; i < proof.size(); ++i)
    proof[i] = static_cast<char>(proof[i] ^ signature[i]);
  return proof;
}

std::string encoded_server_signature(const ScramKeys& keys, std::string_view auth_message) {
  return mail::base64_encode(hmac_sha256(keys.server_key, auth_message));
}

Result<ScramClientFirst> parse_client_first(std::string_view message) {
  ScramClientFirst out;
  const std::string_view whole = message;
  if (message.substr(0, 2) == "p=") return Error{"channel binding is not offered"};
  if (message.substr(0, 2) != "n," && message.substr(0, 2) != "y,")
    return Error{"the message does not begin with a GS2 header"};
  message.remove_prefix(2);
  if (message.substr(0, 2) == "a=") {
    const auto identity = take_attribute(message, 'a');
    const auto decoded = decode_saslname(*identity);
    if (!decoded) return Error{"the authorization identity is malformed"};
    out.identity = *decoded;
  } else if (!message.empty() && message.front() == ',') {
    message.remove_prefix(1);
  } else {
    return Error{"the GS2 header is malformed"};
  }
  out.gs2_header = whole.substr(0, whole.size() - message.size());
  out.bare = message;
  if (message.substr(0, 2) == "m=") return Error{"a mandatory extension is not known"};
  const auto user = take_attribute(message, 'n');
  const auto name = user ? decode_saslname(*user) : std::nullopt;
  if (!name) return Error{"the user name is missing or malformed"};
  const auto nonce = take_attribute(message, 'r');
  if (!nonce || !is_nonce(*nonce)) return Error{"the nonce is missing or malformed"};
  out.user = *name;
  out.nonce = *nonce;
  return out;
}

std::string scram_server_first(std::string_view nonce, std::string_view salt, unsigned iterations) {
  return "r=" + std::string(nonce) + ",s=" + mail::base64_encode(salt) +
         ",i=" + std::to_string(iterations);
}

Result<ScramServerFirst> parse_server_first(std::string_view message) {
  ScramServerFirst out;
  if (message.substr(0, 2) == "m=") return Error{"a mandatory extension is not known"};
  const auto nonce = take_attribute(message, 'r');
  const auto salt = take_attribute(message, 's');
  const auto count = take_attribute(message, 'i');
  if (!nonce || !salt || !count || !is_nonce(*nonce)) return Error{"an attribute is missing"};
  if (!mail::base64_decode_strict(*salt, out.salt) || out.salt.empty())
    return Error{"the salt is not base64"};
  const char* const end = count->data() + count->size();
  const auto read = std::from_chars(count->data(), end, out.iterations);
  if (read.ec != std::errc{} || read.ptr != end || out.iterations == 0 ||
      out.iterations > scram_max_iterations)
    return Error{"the iteration count is out of range"};
  out.nonce = *nonce;
  return out;
}

Result<ScramClientFinal> parse_client_final(std::string_view message) {
  ScramClientFinal out;
  const std::size_t proof = message.rfind(",p=");
  if (proof == std::string_view::npos) return Error{"the proof is missing"};
  out.without_proof = message.substr(0, proof);
  if (!mail::base64_decode_strict(message.substr(proof + 3), out.proof))
    return Error{"the proof is not base64"};
  const auto binding = take_attribute(message, 'c');
  const auto nonce = take_attribute(message, 'r');
  if (!binding || !nonce || !mail::base64_decode_strict(*binding, out.channel_binding))
    return Error{"an attribute is missing or malformed"};
  out.nonce = *nonce;
  return out;
}

std::string encode_saslname(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ',') {
      out += "=2C";
    } else if (c == '=') {
      out += "=3D";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace posthorn::sasl
