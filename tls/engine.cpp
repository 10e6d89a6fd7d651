#include "tls/engine.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "tls/handshake.hpp"
#include "tls/library.hpp"

namespace posthorn::tls {
namespace {

std::string date_text(std::chrono::sys_seconds date) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(date));
  const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(static_cast<int>(day.year())) + "-" +
         two(static_cast<unsigned>(day.month())) + "-" + two(static_cast<unsigned>(day.day()));
}

std::string fields_of(const CertificateInfo& info) {
  std::string names;
  for (const std::string& name : info.names) names += (names.empty() ? "" : ", ") + name;
  return "subject: " + info.subject + "\nissuer: " + info.issuer + "\nvalid for: " + names +
         "\nfrom: " + date_text(info.not_before) + "\nuntil: " + date_text(info.not_after) +
         "\npublic key: " + info.key;
}

}  // namespace

bool available() { return true; }

/// OpenSSL's state of one end: an SSL between two memory BIOs.
class Engine::Machine {
 public:
  explicit Machine(const EngineConfig& config)
      : config_(config), bytes_(derive_seed(config.seed, "tls")) {
    const Drawing drawing(bytes_);
    ssl_.reset(SSL_new(context_for(config.role)));
    in_ = BIO_new(BIO_s_mem());
    wire_ = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in_, -1);  // empty means: wait
    SSL_set_bio(ssl_.get(), in_, wire_);
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_msg_callback(ssl_.get(), on_message);
    SSL_set_msg_callback_arg(ssl_.get(), this);
    SSL_CTX_set_keylog_callback(context_for(config.role), on_secret);
    if (config.newest == Version::tls12) SSL_set_max_proto_version(ssl_.get(), TLS1_2_VERSION);
    config.role == Role::client ? set_up_client() : set_up_server();
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void start(std::deque<Output>& out) {
    out_ = &out;
    if (config_.role == Role::client) go_on();
  }
  void wire(std::string_view bytes, std::deque<Output>& out) {
    out_ = &out;
    // In pieces, so that no BIO has to grow with what a peer sends.
    constexpr std::size_t kPiece = 16384;
    while (!bytes.empty() && !failed_) {
      const std::string_view piece = bytes.substr(0, kPiece);
      BIO_write(in_, piece.data(), static_cast<int>(piece.size()));
      bytes.remove_prefix(piece.size());
      go_on();
    }
  }
  void end_of_wire(std::deque<Output>& out) {
    out_ = &out;
    if (failed_ || peer_closed_) return;
    if (!SSL_is_init_finished(ssl_.get())) return fail("the connection ended during the handshake");
    peer_closed_ = true;
    out.emplace_back(PeerClosed{true});
  }
  void plain(const std::shared_ptr<const std::string>& bytes, std::deque<Output>& out) {
    out_ = &out;
    waiting_.push_back(bytes);
    go_on();
  }
  void close(std::deque<Output>& out) {
    out_ = &out;
    closing_ = true;
    go_on();
  }

 private:
  void set_up_server() {
    const auto* identity = static_cast<const ParsedIdentity*>(config_.identity->key.get());
    SSL_use_certificate(ssl_.get(), identity->certificate.get());
    SSL_use_PrivateKey(ssl_.get(), identity->key.get());
    SSL_set_accept_state(ssl_.get());
  }

  void set_up_client() {
    const StorePtr store(X509_STORE_new());
    if (const CertificatePtr root = parse_certificate(config_.root))
      X509_STORE_add_cert(store.get(), root.get());
    SSL_set1_verify_cert_store(ssl_.get(), store.get());
    X509_VERIFY_PARAM* rules = SSL_get0_param(ssl_.get());
    X509_VERIFY_PARAM_set_time(rules, config_.date.time_since_epoch().count());
    X509_VERIFY_PARAM_set1_host(rules, config_.server_name.data(), config_.server_name.size());
    SSL_set_tlsext_host_name(ssl_.get(), config_.server_name.c_str());
    if (!config_.tlsa.empty()) set_up_dane();
    SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, on_verify);
    SSL_set_connect_state(ssl_.get());
  }

  void set_up_dane() {
    SSL_dane_enable(ssl_.get(), config_.server_name.c_str());
    // RFC 7672 §3.1.1: with usage 3 neither the name nor the date in the certificate counts.
    SSL_dane_set_flags(ssl_.get(), DANE_FLAG_NO_DANE_EE_NAMECHECKS);
    for (const TlsaRecord& record : config_.tlsa)
      SSL_dane_tlsa_add(ssl_.get(), record.usage, record.selector, record.matching,
                        reinterpret_cast<const unsigned char*>(record.data.data()),
                        record.data.size());
  }
  [[nodiscard]] bool matches_dane() const {
    return !config_.tlsa.empty() && SSL_get0_dane_authority(ssl_.get(), nullptr, nullptr) >= 0;
  }

  /// Everything that can be done with what there is.
  void go_on() {
    if (failed_) return;
    const Drawing drawing(bytes_);
    ERR_clear_error();
    if (!SSL_is_init_finished(ssl_.get()) && !shake_hands()) return flush();
    for (const auto& bytes : waiting_)
      if (!bytes->empty() && !said_close_)
        SSL_write(ssl_.get(), bytes->data(), static_cast<int>(bytes->size()));
    waiting_.clear();
    if (closing_ && !said_close_) {
      said_close_ = true;
      SSL_shutdown(ssl_.get());
    }
    flush();
    read();
    flush();
  }

  bool shake_hands() {
    const int result = SSL_do_handshake(ssl_.get());
    if (result != 1) {
      const int error = SSL_get_error(ssl_.get(), result);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) give_up();
      return false;
    }
    Established done;
    done.version = SSL_get_version(ssl_.get());
    done.cipher = SSL_get_cipher_name(ssl_.get());
    if (config_.role == Role::client) {
      done.verdict = matches_dane() ? Verdict::dane : verdict_of(problem_);
      if (X509* certificate = SSL_get0_peer_certificate(ssl_.get()))
        done.certificate = describe(certificate);
    }
    flush();
    out_->emplace_back(std::move(done));
    return true;
  }

  void read() {
    if (peer_closed_) return;
    char buffer[16384];
    for (;;) {
      const int size = SSL_read(ssl_.get(), buffer, sizeof buffer);
      if (size > 0) {
        out_->emplace_back(Plain{std::string(buffer, static_cast<std::size_t>(size))});
        continue;
      }
      const int error = SSL_get_error(ssl_.get(), size);
      if (error == SSL_ERROR_WANT_READ) return;
      if (error == SSL_ERROR_ZERO_RETURN) {
        peer_closed_ = true;
        out_->emplace_back(PeerClosed{false});
        return;
      }
      return give_up();
    }
  }

  void give_up() {
    const unsigned long error = ERR_peek_error();
    const char* words = ERR_reason_error_string(error);
    flush();  // our alert
    if (problem_ != X509_V_OK && config_.insist)
      return fail("the certificate is not accepted: " +
                  std::string(to_string(verdict_of(problem_))));
    // RFC 8446 §6: OpenSSL counts the peer's alerts from a thousand on.
    const int alert = ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET;
    if (alert > 0 && alert < 256)
      return fail("the other end ended the handshake: " + alert_name(static_cast<unsigned>(alert)));
    fail(words != nullptr ? words : "TLS failed");
  }

  void fail(std::string reason) {
    failed_ = true;
    const Verdict verdict = problem_ != X509_V_OK ? verdict_of(problem_) : Verdict::not_asked;
    out_->emplace_back(Failed{std::move(reason), verdict});
  }

  void flush() {
    char* data = nullptr;
    const long size = BIO_get_mem_data(wire_, &data);
    if (size <= 0) return;
    out_->emplace_back(Wire{std::string(data, static_cast<std::size_t>(size)), 0});
    (void)BIO_reset(wire_);
  }

  static int on_verify(int good, X509_STORE_CTX* store) {
    auto* ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* self = static_cast<Machine*>(SSL_get_app_data(ssl));
    if (good == 1) return 1;
    if (self->problem_ == X509_V_OK) self->problem_ = X509_STORE_CTX_get_error(store);
    return self->config_.insist ? 0 : 1;
  }

  static void on_secret(const SSL* ssl, const char* line) {
    auto* self = static_cast<Machine*>(SSL_get_app_data(ssl));
    self->out_->emplace_back(Secret{line});
  }

  static void on_message(int sent, int, int type, const void* data, std::size_t size, SSL* ssl,
                         void* argument) {
    auto* self = static_cast<Machine*>(argument);
    const std::string_view bytes(static_cast<const char*>(data), size);
    Described described;
    if (type == SSL3_RT_HANDSHAKE)
      described = describe_handshake(bytes, SSL_version(ssl) == TLS1_3_VERSION);
    else if (type == SSL3_RT_ALERT)
      described = describe_alert(bytes);
    if (described.name.empty()) return;
    if (!described.certificate.empty())
      if (const CertificatePtr certificate = parse_certificate(described.certificate))
        described.fields = fields_of(describe(certificate.get()));
    self->out_->emplace_back(Message{sent != 0 ? Flow::sent : Flow::received,
                                     std::move(described.name), std::move(described.fields)});
  }

  const EngineConfig config_;
  SeededBytes bytes_;
  SslPtr ssl_;
  BIO* in_ = nullptr;    ///< owned by ssl_
  BIO* wire_ = nullptr;  ///< owned by ssl_
  std::deque<Output>* out_ = nullptr;
  std::vector<std::shared_ptr<const std::string>> waiting_;  ///< for the handshake's end
  int problem_ = X509_V_OK;
  bool failed_ = false;
  bool closing_ = false;
  bool said_close_ = false;
  bool peer_closed_ = false;
};

Engine::Engine(EngineConfig config) : config_(std::move(config)) {
  assert(config_.role == Role::client || config_.identity);
  machine_ = std::make_unique<Machine>(config_);
  machine_->start(out_);
}

Engine::Engine(const Engine& other)
    : config_(other.config_),
      lived_(other.lived_),
      out_(other.out_),
      established_(other.established_),
      failed_(other.failed_),
      closing_(other.closing_),
      peer_closed_(other.peer_closed_),
      sends_(other.sends_) {
  if (config_.remember || failed_) return;
  failed_ = true;
  out_ = {Failed{"a connection without memory was copied", Verdict::not_asked}};
}
Engine& Engine::operator=(const Engine& other) { return *this = Engine(other); }
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Engine::Machine& Engine::machine() {
  if (machine_) return *machine_;
  machine_ = std::make_unique<Machine>(config_);
  std::deque<Output> known;  // all of it came out before
  machine_->start(known);
  for (const Input& input : lived_) apply(input, known);
  return *machine_;
}

void Engine::apply(const Input& input, std::deque<Output>& out) {
  switch (input.kind) {
    case Input::Kind::wire:
      return machine().wire(*input.bytes, out);
    case Input::Kind::eof:
      return machine().end_of_wire(out);
    case Input::Kind::plain:
      return machine().plain(input.bytes, out);
    case Input::Kind::close:
      return machine().close(out);
  }
}

void Engine::take(Input input) {
  if (failed_) return;
  machine();
  const std::size_t before = out_.size();
  apply(input, out_);
  if (config_.remember) lived_.push_back(std::move(input));
  for (std::size_t i = before; i < out_.size(); ++i) {
    if (std::holds_alternative<Established>(out_[i])) established_ = true;
    if (std::holds_alternative<Failed>(out_[i])) failed_ = true;
    if (std::holds_alternative<PeerClosed>(out_[i])) peer_closed_ = true;
  }
}

void Engine::handle_wire(std::string_view bytes) {
  if (!bytes.empty()) take({Input::Kind::wire, std::make_shared<const std::string>(bytes)});
}
void Engine::handle_wire_eof() { take({Input::Kind::eof, nullptr}); }
std::uint64_t Engine::send(std::string_view plain) {
  if (closing_ || failed_ || plain.empty()) return 0;
  ++sends_;
  const std::size_t before = out_.size();
  take({Input::Kind::plain, std::make_shared<const std::string>(plain)});
  for (std::size_t i = before; i < out_.size(); ++i)
    if (auto* wire = std::get_if<Wire>(&out_[i])) wire->said = sends_;
  return sends_;
}
void Engine::close() {
  if (std::exchange(closing_, true)) return;
  take({Input::Kind::close, nullptr});
}

std::optional<Output> Engine::poll() {
  if (out_.empty()) return std::nullopt;
  Output front = std::move(out_.front());
  out_.pop_front();
  return front;
}

}  // namespace posthorn::tls
