// The queue of a mail transfer agent: messages for which this server is responsible.
//
// RFC 5321 §4.5.4.1: a message stays here until every recipient is delivered, taken over by
// another server, or reported to the sender. The queue is durable: it survives a power cut.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/ip_address.hpp"
#include "protocols/core/time.hpp"
#include "protocols/dns/resolver.hpp"
#include "protocols/mail/date.hpp"
#include "protocols/smtp/envelope.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/trace/ids.hpp"
#include "tls/certificate.hpp"

namespace posthorn::host {

struct QueueRecipient {
  enum class State : std::uint8_t { waiting, under_way, settled };
  smtp::Recipient path;
  State state = State::waiting;
  std::string reason;  ///< why the last attempt did not settle it
  std::string status;  ///< of that attempt, "4.2.2"
  std::string remote;  ///< whom that attempt was made at; "" if nobody
};

/// What became of a recipient: the action of RFC 3464 §2.3.3.
enum class Fate : std::uint8_t { failed, delayed, delivered, relayed, expanded };

/// Something that the sender wants to hear about a recipient.
struct RecipientFate {
  smtp::Recipient recipient;
  Fate fate = Fate::failed;
  std::string status;      ///< enhanced status code, "5.1.1"
  std::string diagnostic;  ///< "550 5.1.1 No such user" or our own words; may be ""
  std::string remote;      ///< the server that said so; "" if nobody did
  std::optional<mail::DateTime> retry_until = {};  ///< delayed
};

struct QueueEntry {
  QueueId id;
  MessageId message;
  smtp::Envelope envelope;  ///< reverse-path and flags; `recipients` below is what counts
  std::vector<QueueRecipient> recipients;
  std::shared_ptr<const std::string> content;
  std::shared_ptr<const std::string> shorter;  ///< of a report: without the letter's body
  Instant accepted{};
  std::uint32_t attempts = 0;  ///< runs of the queue over this entry
  std::uint32_t open_jobs = 0;
  std::vector<RecipientFate> fates;  ///< of the current run; reported when the run is over
  bool warned = false;               ///< the sender was told that it is delayed
  engine::EventHandle retry;
  engine::EventHandle warning;  ///< when the sender shall hear that it waits
};

/// One attempt at the recipients of one entry in one domain: MX, addresses, connections.
struct Job {
  enum class Stage : std::uint8_t { mx, address, tlsa, session };
  std::uint32_t id = 0;
  QueueId entry;
  std::string domain;
  std::vector<std::size_t> recipients;  ///< indices into QueueEntry::recipients
  Stage stage = Stage::mx;
  std::vector<std::string> targets;  ///< host names, best first
  std::string remote;                ///< whom a connection was last tried to; "" for nobody yet
  std::size_t target = 0;
  bool active = false;       ///< it has its place among those of its domain
  bool implicit_mx = false;  ///< RFC 5321 §5.1: the domain itself
  bool asked_aaaa = false;
  std::vector<IpAddress> addresses;  ///< of the current target
  std::size_t address = 0;
  dns::QueryId query;
  ConnId conn;
  bool lmtp = false;              ///< the target keeps the mailboxes (RFC 2033)
  bool reports_promised = false;  ///< it offers DSN, and passes on what the sender wants to hear
  bool in_clear = false;          ///< TLS failed with this address: once more without
  bool dane = false;              ///< its TLSA records say: under TLS or not at all
  std::vector<tls::TlsaRecord> tlsa = {};  ///< those that name its certificate
  bool done = false;                       ///< every recipient has its answer
  std::string reason;                      ///< of the last failure
};

/// What a server knows of a domain that it sends to, so as not to overrun it: a limited number of
/// jobs at once, and a rest after it could not be reached.
struct Destination {
  std::uint32_t active = 0;           ///< jobs that look up or talk
  std::deque<std::uint32_t> waiting;  ///< jobs that do not yet
  Instant resting_until{};
  std::string reason;  ///< of the rest
  std::string remote;  ///< who could not be reached
};

}  // namespace posthorn::host
