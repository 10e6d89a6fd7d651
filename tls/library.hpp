// OpenSSL in a room of its own: a private library context whose random numbers come from whoever
// is at work at the moment, so that everything follows from seeds.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tls/certificate.hpp"
#include "tls/engine.hpp"

namespace posthorn::tls {

/// SplitMix64. Not for secrets, and there are none.
class SeededBytes {
 public:
  explicit SeededBytes(std::uint64_t seed) : state_(seed) {}
  void fill(unsigned char* out, std::size_t size);

 private:
  std::uint64_t next();
  std::uint64_t state_;
};

/// Mixes a name into a seed.
[[nodiscard]] std::uint64_t derive_seed(std::uint64_t seed, std::string_view name);

/// While it lives, OpenSSL draws from `bytes` (on this thread).
class Drawing {
 public:
  explicit Drawing(SeededBytes& bytes);
  ~Drawing();
  Drawing(const Drawing&) = delete;
  Drawing& operator=(const Drawing&) = delete;

 private:
  SeededBytes* before_;
};

/// For unique_ptr: the library's own way to let go.
template <auto Free>
struct FreeBy {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, FreeBy<X509_free>>;
using StorePtr = std::unique_ptr<X509_STORE, FreeBy<X509_STORE_free>>;
using SslPtr = std::unique_ptr<SSL, FreeBy<SSL_free>>;

/// The parsed form of an Identity.
struct ParsedIdentity {
  CertificatePtr certificate;
  KeyPtr key;
};

[[nodiscard]] OSSL_LIB_CTX* library();
/// Shared by all engines of a role; holds nothing that differs between them.
[[nodiscard]] SSL_CTX* context_for(Role role);

[[nodiscard]] CertificatePtr parse_certificate(std::string_view der);
[[nodiscard]] CertificateInfo describe(X509* certificate);
[[nodiscard]] Verdict verdict_of(int error);

}  // namespace posthorn::tls
