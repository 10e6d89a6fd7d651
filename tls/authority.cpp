#include "tls/authority.hpp"

#include <openssl/pem.h>

#include <array>

#include "tls/library.hpp"

namespace posthorn::tls {
namespace {

using std::chrono::days;
using std::chrono::sys_seconds;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;

constexpr std::string_view kOwnName = "Posthorn World CA";
constexpr std::string_view kForeignName = "Somebody Else CA";

/// What is written into a certificate.
struct Draft {
  std::string subject, issuer;
  std::string host;  ///< subjectAltName; "" for an authority
  sys_seconds not_before, not_after;
  EVP_PKEY* subject_key;
  EVP_PKEY* issuer_key;
  X509* signer = nullptr;  ///< the issuer's certificate, if it is another one
};

std::string der_of(EVP_PKEY* key) {
  unsigned char* data = nullptr;
  const int size = i2d_PrivateKey(key, &data);
  std::string out(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return out;
}

std::string der_of(X509* certificate) {
  unsigned char* data = nullptr;
  const int size = i2d_X509(certificate, &data);
  std::string out(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return out;
}

KeyPtr make_key() { return KeyPtr(EVP_PKEY_Q_keygen(library(), nullptr, "EC", "P-256")); }

KeyPtr parse_key(std::string_view der) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  return KeyPtr(
      d2i_AutoPrivateKey_ex(nullptr, &data, static_cast<long>(der.size()), library(), nullptr));
}

void set_name(X509_NAME* name, const std::string& common_name) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.data()),
                             static_cast<int>(common_name.size()), -1, 0);
}

void add_extension(X509* certificate, X509V3_CTX* context, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_nconf_nid(nullptr, context, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// RFC 5280 §4: version 3, with the extensions that today's clients look for.
CertificatePtr make_certificate(const Draft& draft, SeededBytes& bytes) {
  CertificatePtr out(X509_new_ex(library(), nullptr));
  X509* certificate = out.get();
  X509_set_version(certificate, X509_VERSION_3);
  std::array<unsigned char, 16> serial{};
  bytes.fill(serial.data(), serial.size());
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x01);  // positive, and no zero first
  BIGNUM* number = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
  ASN1_TIME_set(X509_getm_notBefore(certificate), draft.not_before.time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(certificate), draft.not_after.time_since_epoch().count());
  set_name(X509_get_subject_name(certificate), draft.subject);
  X509_NAME* issuer = X509_NAME_new();
  set_name(issuer, draft.issuer);
  X509_set_issuer_name(certificate, issuer);
  X509_NAME_free(issuer);
  X509_set_pubkey(certificate, draft.subject_key);

  X509V3_CTX context;
  X509V3_set_ctx(&context, draft.signer != nullptr ? draft.signer : certificate, certificate,
                 nullptr, nullptr, 0);
  const bool authority = draft.host.empty();
  add_extension(certificate, &context, NID_basic_constraints,
                authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_extension(certificate, &context, NID_key_usage,
                authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  if (authority) {
    add_extension(certificate, &context, NID_subject_key_identifier, "hash");
  } else {
    add_extension(certificate, &context, NID_ext_key_usage, "serverAuth");
    add_extension(certificate, &context, NID_subject_alt_name, "DNS:" + draft.host);
  }
  // RFC 5280 §4.2.1.1: strict clients (Python 3.13 by default) refuse a certificate without.
  if (draft.signer != nullptr)
    add_extension(certificate, &context, NID_authority_key_identifier, "keyid");

  const ContextPtr digest(EVP_MD_CTX_new());
  EVP_DigestSignInit_ex(digest.get(), nullptr, "SHA256", library(), nullptr, draft.issuer_key,
                        nullptr);
  X509_sign_ctx(certificate, digest.get());
  return out;
}

Draft authority_draft(std::string_view name, sys_seconds date, EVP_PKEY* key) {
  return {std::string(name),
          std::string(name),
          "",
          date - days(5 * 365),
          date + days(20 * 365),
          key,
          key,
          nullptr};
}

/// RFC 6698 §2.1: selector 1, matching type 1.
std::string key_digest(X509* certificate) {
  unsigned char* key = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
  std::array<unsigned char, 32> digest{};
  std::size_t length = 0;
  EVP_Q_digest(library(), "SHA256", nullptr, key, static_cast<std::size_t>(size), digest.data(),
               &length);
  OPENSSL_free(key);
  return std::string(digest.begin(), digest.end());
}

}  // namespace

Authority::Authority(std::uint64_t seed, std::chrono::sys_seconds date)
    : seed_(derive_seed(seed, "certificate authority")), date_(date) {
  SeededBytes bytes(seed_);
  const Drawing drawing(bytes);
  const KeyPtr key = make_key();
  root_ = der_of(make_certificate(authority_draft(kOwnName, date_, key.get()), bytes).get());
  key_ = der_of(key.get());
}

std::string Authority::root_pem() const {
  const CertificatePtr certificate = parse_certificate(root_);
  BIO* text = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(text, certificate.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(text, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(text);
  return out;
}

std::shared_ptr<const Identity> Authority::issue(std::string_view host,
                                                 CertificateKind kind) const {
  SeededBytes bytes(
      derive_seed(seed_, std::string(host) + "/" + std::to_string(static_cast<int>(kind))));
  const Drawing drawing(bytes);
  auto parsed = std::make_shared<ParsedIdentity>();
  parsed->key = make_key();
  const bool foreign = kind == CertificateKind::unknown_issuer;
  const KeyPtr own = foreign ? make_key() : parse_key(key_);
  const CertificatePtr signer =
      foreign ? make_certificate(authority_draft(kForeignName, date_, own.get()), bytes)
              : parse_certificate(root_);
  const std::string name =
      kind == CertificateKind::wrong_name ? "elsewhere.example" : std::string(host);
  const bool alone = kind == CertificateKind::self_signed;
  const std::string issuer(foreign ? kForeignName : kOwnName);
  const bool expired = kind == CertificateKind::expired;
  const Draft draft{name,
                    alone ? name : issuer,
                    name,
                    date_ - days(365),
                    expired ? date_ - days(1) : date_ + days(10 * 365),
                    parsed->key.get(),
                    alone ? parsed->key.get() : own.get(),
                    alone ? nullptr : signer.get()};
  parsed->certificate = make_certificate(draft, bytes);
  auto identity = std::make_shared<Identity>();
  identity->certificate = der_of(parsed->certificate.get());
  identity->key_digest = key_digest(parsed->certificate.get());
  identity->private_key = der_of(parsed->key.get());
  identity->key = std::move(parsed);
  return identity;
}

}  // namespace posthorn::tls
