// One end of a TLS connection (RFC 8446; RFC 5246 when asked for), sans-I/O: bytes of the wire and
// plaintext come in, bytes of the wire, plaintext and news come out.
//
//     engine.handle_wire(bytes);                 // or handle_wire_eof(), send(plain), close()
//     while (auto output = engine.poll()) ...
//
// It is a value although OpenSSL's state cannot be copied: an engine remembers its seed and every
// input. A copy begins without state and, when it is first needed, lives through the same inputs
// again; as all randomness follows from the seed, it then is where the original was, to the bit.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/session.hpp"
#include "tls/certificate.hpp"

namespace posthorn::tls {

enum class Role : std::uint8_t { client, server };
enum class Version : std::uint8_t { tls12, tls13 };

/// False in a build without OpenSSL: no engine can be made.
[[nodiscard]] bool available();

struct EngineConfig {
  Role role = Role::client;
  std::uint64_t seed = 0;                    ///< all randomness; differs from end to end
  Version newest = Version::tls13;           ///< the oldest is always 1.2 (RFC 8996)
  std::shared_ptr<const Identity> identity;  ///< server
  std::string root;                          ///< client: whom it trusts (DER)
  std::string server_name;                   ///< client: in SNI, and what the certificate must say
  /// Client: if there are any, they decide, and neither an authority nor a name (RFC 7672 §3.1).
  std::vector<TlsaRecord> tlsa;
  bool insist = true;               ///< client: a certificate that is not valid ends the handshake
  std::chrono::sys_seconds date{};  ///< client: today
  /// False: nobody will copy this engine, and it need not remember what it heard (it would be all
  /// that a real program says, for hours). A copy made all the same has failed already.
  bool remember = true;
};

// --- what comes out ---

/// To be put on the wire.
struct Wire {
  std::string bytes;
  std::uint64_t said = 0;  ///< which send() it carries, the first is 1; 0: none, TLS itself speaks
};
/// What the peer said.
struct Plain {
  std::string bytes;
};
/// A message of the handshake, or an alert. Comes before the Wire that carries it.
struct Message {
  Flow flow = Flow::sent;
  std::string name;    ///< "ClientHello", "Alert"
  std::string fields;  ///< "key share: x25519", a line for each
};
/// A line of an SSLKEYLOGFILE, by which Wireshark can read along.
struct Secret {
  std::string line;
};
/// The handshake is done.
struct Established {
  std::string version;                         ///< "TLSv1.3"
  std::string cipher;                          ///< "TLS_AES_256_GCM_SHA384"
  std::optional<CertificateInfo> certificate;  ///< of the server, as the client saw it
  Verdict verdict = Verdict::not_asked;
};
/// There will be no (more) secured bytes. A last Wire with our alert may have come before.
struct Failed {
  std::string reason;
  Verdict verdict = Verdict::not_asked;
};
/// The peer will say no more.
struct PeerClosed {
  bool truncated = false;  ///< the wire ended without close_notify (RFC 8446 §6.1)
};

using Output = std::variant<Wire, Plain, Message, Secret, Established, Failed, PeerClosed>;

class Engine {
 public:
  /// A client's ClientHello is ready to be polled at once.
  explicit Engine(EngineConfig config);
  Engine(const Engine& other);
  Engine& operator=(const Engine& other);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  // getters
  [[nodiscard]] bool established() const { return established_; }
  /// Failed, or closed by both.
  [[nodiscard]] bool over() const { return failed_ || (closing_ && peer_closed_); }
  [[nodiscard]] const EngineConfig& config() const { return config_; }

  // inputs
  void handle_wire(std::string_view bytes);
  void handle_wire_eof();

  // commands
  /// Before the handshake is done it is kept until then. Its number, for Wire::said; 0 if it is too
  /// late for words.
  std::uint64_t send(std::string_view plain);
  /// Says close_notify, after everything sent so far. The peer may still talk.
  void close();

  std::optional<Output> poll();

 private:
  struct Input {
    enum class Kind : std::uint8_t { wire, eof, plain, close };
    Kind kind = Kind::wire;
    std::shared_ptr<const std::string> bytes;
  };
  class Machine;  ///< what cannot be copied

  void take(Input input);
  Machine& machine();
  void apply(const Input& input, std::deque<Output>& out);

  EngineConfig config_;
  std::vector<Input> lived_;  ///< every input so far; the bytes are shared between copies
  std::deque<Output> out_;
  bool established_ = false;
  bool failed_ = false;
  bool closing_ = false;
  bool peer_closed_ = false;
  std::uint64_t sends_ = 0;
  std::unique_ptr<Machine> machine_;
};

}  // namespace posthorn::tls
