// What a host may ask of its world. Lent for one call, never kept: hosts are plain values.
#pragma once

#include <cstdint>
#include <variant>

#include "protocols/dns/client_session.hpp"
#include "protocols/dns/resolver.hpp"
#include "protocols/dns/server_session.hpp"
#include "protocols/imap/client.hpp"
#include "protocols/imap/server.hpp"
#include "protocols/pop3/client.hpp"
#include "protocols/pop3/server.hpp"
#include "protocols/smtp/client.hpp"
#include "protocols/smtp/server.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/random.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/trace/trace.hpp"

namespace posthorn::host {

/// Every session that can stand at an end of a connection.
using Session =
    std::variant<smtp::ServerSession, smtp::ClientSession, pop3::Server, pop3::Pop3Client,
                 imap::Server, imap::ImapClient, dns::ServerSession, dns::ClientSession>;

/// A host's own alarm clock; `id` is the host's business.
struct Timer {
  enum class Kind : std::uint8_t { queue_run, delay_warning, press_send, next_task };
  HostId host;
  Kind kind = Kind::queue_run;
  std::uint32_t id = 0;
};

/// What a client that goes over to TLS wants of the server's certificate.
struct TlsWish {
  std::string server_name;
  bool insist = false;                     ///< on a valid one
  bool implicit = false;                   ///< from the first octet on
  std::vector<tls::TlsaRecord> tlsa = {};  ///< what the DNS says about it (RFC 7672)
};

class Context {
 public:
  virtual ~Context() = default;

  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual const scenario::Plan& plan() const = 0;
  virtual trace::Trace& trace() = 0;
  virtual engine::Random& random(HostId host) = 0;
  /// How far the host's clock is ahead of the true time; negative: behind.
  [[nodiscard]] virtual Duration clock_error(HostId host) const = 0;
  /// The address at the other end of a connection; for clients that come from outside the real one.
  [[nodiscard]] virtual std::optional<IpAddress> client_address(ConnId conn) const = 0;

  /// Numbers for new letters and queue entries; unique in the world.
  virtual MessageId new_message() = 0;
  virtual QueueId new_queue_entry() = 0;
  /// Everything appended to the trace from now on belongs to this letter.
  virtual void set_message(MessageId message) = 0;
  /// The letter reaches a step of the primer; steps never go back.
  virtual void reach(MessageId message, std::uint8_t step) = 0;
  /// `address` opens the mail program: the letters that wait in the mailbox reach step 5.
  virtual void reader_fetches(const std::string& address) = 0;
  /// Which letter these bytes are, that a reader just fetched. For the trace only: real mail
  /// programs do not know, and nothing that is sent depends on it.
  virtual MessageId identify(HostId reader, const std::string& content) = 0;
  /// The name that the scenario gave to a letter.
  virtual void name_message(const std::string& name, MessageId message) = 0;
  [[nodiscard]] virtual MessageId named_message(const std::string& name) const = 0;

  /// Asks the host's resolver. The answer comes to the host's handle_dns, never within this call.
  virtual dns::QueryId resolve(HostId host, const dns::Name& name, dns::RecordType type) = 0;
  /// Opens a connection whose client end runs `session`. Whatever comes of it comes later, never
  /// within this call: events of the session, or handle_connect_failed.
  virtual ConnId connect(HostId from, const IpAddress& to, std::uint16_t port, Session session,
                         TlsWish wish = {}) = 0;
  virtual engine::EventHandle wake(Instant at, Timer timer) = 0;
  virtual void cancel(engine::EventHandle handle) = 0;
};

/// The date that the host's clock shows at this instant.
inline std::chrono::sys_seconds wall_time(const Context& ctx, HostId host, Instant at) {
  const Duration shown = at.time_since_epoch() + ctx.clock_error(host);
  return ctx.plan().scenario.start + std::chrono::floor<std::chrono::seconds>(shown);
}

}  // namespace posthorn::host
