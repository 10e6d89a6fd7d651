#include "tls/library.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <utility>

namespace posthorn::tls {
namespace {

thread_local SeededBytes* drawing_from = nullptr;

constexpr const char* kGenerator = "POSTHORN-SEEDED";

// ---- the provider of random numbers (provider-rand(7)) --------------------------------------

void* new_generator(void*, void*, const OSSL_DISPATCH*) {
  static int only_one = 0;  // it has no state of its own
  return &only_one;
}
void free_generator(void*) {}
int instantiate(void*, unsigned, int, const unsigned char*, std::size_t, const OSSL_PARAM*) {
  return 1;
}
int uninstantiate(void*) { return 1; }
int generate(void*, unsigned char* out, std::size_t size, unsigned, int, const unsigned char*,
             std::size_t) {
  if (drawing_from == nullptr) return 0;  // nobody said from which seed
  drawing_from->fill(out, size);
  return 1;
}
int enable_locking(void*) { return 1; }
const OSSL_PARAM* gettable(void*, void*) {
  static const OSSL_PARAM known[] = {OSSL_PARAM_int(OSSL_RAND_PARAM_STATE, nullptr),
                                     OSSL_PARAM_uint(OSSL_RAND_PARAM_STRENGTH, nullptr),
                                     OSSL_PARAM_size_t(OSSL_RAND_PARAM_MAX_REQUEST, nullptr),
                                     OSSL_PARAM_END};
  return known;
}
int get_parameters(void*, OSSL_PARAM parameters[]) {
  if (OSSL_PARAM* p = OSSL_PARAM_locate(parameters, OSSL_RAND_PARAM_STATE))
    if (!OSSL_PARAM_set_int(p, EVP_RAND_STATE_READY)) return 0;
  if (OSSL_PARAM* p = OSSL_PARAM_locate(parameters, OSSL_RAND_PARAM_STRENGTH))
    if (!OSSL_PARAM_set_uint(p, 256)) return 0;
  if (OSSL_PARAM* p = OSSL_PARAM_locate(parameters, OSSL_RAND_PARAM_MAX_REQUEST))
    if (!OSSL_PARAM_set_size_t(p, 1 << 20)) return 0;
  return 1;
}

template <class Function>
OSSL_DISPATCH entry(int id, Function* function) {
  return {id, reinterpret_cast<void (*)()>(function)};
}

const OSSL_ALGORITHM* query(void*, int operation, int* no_cache) {
  static const OSSL_DISPATCH functions[] = {entry(OSSL_FUNC_RAND_NEWCTX, new_generator),
                                            entry(OSSL_FUNC_RAND_FREECTX, free_generator),
                                            entry(OSSL_FUNC_RAND_INSTANTIATE, instantiate),
                                            entry(OSSL_FUNC_RAND_UNINSTANTIATE, uninstantiate),
                                            entry(OSSL_FUNC_RAND_GENERATE, generate),
                                            entry(OSSL_FUNC_RAND_ENABLE_LOCKING, enable_locking),
                                            entry(OSSL_FUNC_RAND_GETTABLE_CTX_PARAMS, gettable),
                                            entry(OSSL_FUNC_RAND_GET_CTX_PARAMS, get_parameters),
                                            {0, nullptr}};
  static const OSSL_ALGORITHM generators[] = {{kGenerator, "provider=posthorn", functions, nullptr},
                                              {nullptr, nullptr, nullptr, nullptr}};
  *no_cache = 0;
  return operation == OSSL_OP_RAND ? generators : nullptr;
}

int open_provider(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** out,
                  void** provider) {
  static const OSSL_DISPATCH functions[] = {entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query),
                                            {0, nullptr}};
  static int nothing = 0;
  *provider = &nothing;
  *out = functions;
  return 1;
}

/// Our own mistake, or a broken installation: nothing could go on.
void must(bool good) {
  if (good) return;
  ERR_print_errors_fp(stderr);
  std::abort();
}

OSSL_LIB_CTX* open_library() {
  OSSL_LIB_CTX* context = OSSL_LIB_CTX_new();
  must(context != nullptr);
  must(OSSL_PROVIDER_add_builtin(context, "posthorn", open_provider) == 1);
  must(OSSL_PROVIDER_load(context, "posthorn") != nullptr);
  must(OSSL_PROVIDER_load(context, "default") != nullptr);
  must(RAND_set_DRBG_type(context, kGenerator, nullptr, nullptr, nullptr) == 1);
  must(RAND_set_seed_source_type(context, kGenerator, nullptr) == 1);
  return context;
}

SSL_CTX* open_context(Role role) {
  // A new context draws keys for tickets. Whoever happens to be the first to need it must not pay
  // for them with octets of its own, or its handshake would be another one the second time.
  SeededBytes nobodys(0);
  const Drawing drawing(nobodys);
  const SSL_METHOD* method = role == Role::client ? TLS_client_method() : TLS_server_method();
  SSL_CTX* context = SSL_CTX_new_ex(library(), nullptr, method);
  must(context != nullptr);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Tickets and cached sessions hold times of the machine's clock; and each lesson wants to see a
  // whole handshake.
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY);
  if (role == Role::client) must(SSL_CTX_dane_enable(context) == 1);
  // Defaults differ between versions of OpenSSL.
  const char* groups = role == Role::client ? "X25519:P-256" : "X25519:P-256:P-384";
  must(SSL_CTX_set1_groups_list(context, groups) == 1);
  must(SSL_CTX_set_ciphersuites(context,
                                "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
                                "TLS_AES_128_GCM_SHA256") == 1);
  must(SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1);
  return context;
}

std::chrono::sys_seconds date_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  const auto day = std::chrono::year(parts.tm_year + 1900) /
                   std::chrono::month(static_cast<unsigned>(parts.tm_mon) + 1) /
                   std::chrono::day(static_cast<unsigned>(parts.tm_mday));
  return std::chrono::sys_days(day) + std::chrono::hours(parts.tm_hour) +
         std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
}

std::string name_of(X509_NAME* name) {
  BIO* text = BIO_new(BIO_s_mem());
  X509_NAME_print_ex(text, name, 0, XN_FLAG_RFC2253);
  char* data = nullptr;
  const long size = BIO_get_mem_data(text, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(text);
  return out;
}

}  // namespace

std::uint64_t SeededBytes::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

void SeededBytes::fill(unsigned char* out, std::size_t size) {
  for (std::size_t i = 0; i < size;) {
    std::uint64_t word = next();
    for (int k = 0; k < 8 && i < size; ++k, word >>= 8) out[i++] = static_cast<unsigned char>(word);
  }
}

std::uint64_t derive_seed(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = seed ^ 0xcbf29ce484222325;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

Drawing::Drawing(SeededBytes& bytes) : before_(drawing_from) { drawing_from = &bytes; }
Drawing::~Drawing() { drawing_from = before_; }

OSSL_LIB_CTX* library() {
  static OSSL_LIB_CTX* const context = open_library();
  return context;
}

SSL_CTX* context_for(Role role) {
  static SSL_CTX* const client = open_context(Role::client);
  static SSL_CTX* const server = open_context(Role::server);
  return role == Role::client ? client : server;
}

namespace {

CertificatePtr read_certificate(std::string_view der) {
  X509* certificate = X509_new_ex(library(), nullptr);
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  if (d2i_X509(&certificate, &data, static_cast<long>(der.size())) == nullptr)
    certificate = nullptr;
  return CertificatePtr(certificate);
}

}  // namespace

/// Taking a key out of DER costs OpenSSL 3 a third of a handshake, and a world has few
/// certificates: those seen last are kept (each thread its own; they are never changed).
CertificatePtr parse_certificate(std::string_view der) {
  constexpr std::size_t kMost = 64;
  thread_local std::map<std::string, CertificatePtr, std::less<>> known;
  auto found = known.find(der);
  if (found == known.end()) {
    CertificatePtr fresh = read_certificate(der);
    if (!fresh) return fresh;
    if (known.size() == kMost) known.clear();
    found = known.emplace(std::string(der), std::move(fresh)).first;
  }
  X509_up_ref(found->second.get());
  return CertificatePtr(found->second.get());
}

CertificateInfo describe(X509* certificate) {
  CertificateInfo info;
  info.subject = name_of(X509_get_subject_name(certificate));
  info.issuer = name_of(X509_get_issuer_name(certificate));
  info.not_before = date_of(X509_get0_notBefore(certificate));
  info.not_after = date_of(X509_get0_notAfter(certificate));
  if (EVP_PKEY* key = X509_get0_pubkey(certificate)) {
    char group[32] = "";
    EVP_PKEY_get_group_name(key, group, sizeof group, nullptr);
    info.key = std::string(EVP_PKEY_get0_type_name(key)) + " " +
               (group[0] != '\0' ? group : std::to_string(EVP_PKEY_get_bits(key)).c_str());
  }
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_DNS) continue;
    const auto* data = ASN1_STRING_get0_data(name->d.dNSName);
    info.names.emplace_back(reinterpret_cast<const char*>(data),
                            static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  GENERAL_NAMES_free(names);
  return info;
}

Verdict verdict_of(int error) {
  switch (error) {
    case X509_V_OK:
      return Verdict::valid;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Verdict::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Verdict::not_yet_valid;
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return Verdict::wrong_name;
    case X509_V_ERR_DANE_NO_MATCH:
      return Verdict::not_dane;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return Verdict::self_signed;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return Verdict::unknown_issuer;
    default:
      return Verdict::other;
  }
}

}  // namespace posthorn::tls
