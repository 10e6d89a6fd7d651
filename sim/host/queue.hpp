// The queue of a mail transfer agent: messages for which this server is responsible.
//
// RFC 5321 §4.5.4.1: a message stays here until every recipient is delivered, taken over by
// another server, or reported to the sender. The queue is durable: it survives a power cut.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocols/core/ip_address.hpp"
#include "protocols/core/time.hpp"
#include "protocols/dns/resolver.hpp"
#include "protocols/smtp/envelope.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/trace/ids.hpp"

namespace posthorn::host {

struct QueueRecipient {
  enum class State : std::uint8_t { waiting, under_way, settled };
  smtp::Path path;
  State state = State::waiting;
  std::string reason;  ///< why the last attempt did not settle it
};

/// A recipient that will never get the message, and what was said about it.
struct Failure {
  smtp::Path recipient;
  std::string status;      ///< enhanced status code, "5.1.1"
  std::string diagnostic;  ///< "smtp; 550 5.1.1 No such user" or our own words
  std::string remote;      ///< the server that said so; "" if nobody did
};

struct QueueEntry {
  QueueId id;
  MessageId message;
  smtp::Envelope envelope;  ///< reverse-path and flags; `recipients` below is what counts
  std::vector<QueueRecipient> recipients;
  std::shared_ptr<const std::string> content;
  Instant accepted{};
  std::uint32_t attempts = 0;  ///< runs of the queue over this entry
  std::uint32_t open_jobs = 0;
  std::vector<Failure> failures;  ///< of the current run; reported when the run is over
  engine::EventHandle retry;
};

/// One attempt at the recipients of one entry in one domain: MX, addresses, connections.
struct Job {
  enum class Stage : std::uint8_t { mx, address, session };
  std::uint32_t id = 0;
  QueueId entry;
  std::string domain;
  std::vector<std::size_t> recipients;  ///< indices into QueueEntry::recipients
  Stage stage = Stage::mx;
  std::vector<std::string> targets;  ///< host names, best first
  std::size_t target = 0;
  bool implicit_mx = false;  ///< RFC 5321 §5.1: the domain itself
  bool asked_aaaa = false;
  std::vector<IpAddress> addresses;  ///< of the current target
  std::size_t address = 0;
  dns::QueryId query;
  ConnId conn;
  bool done = false;   ///< every recipient has its answer
  std::string reason;  ///< of the last failure
};

}  // namespace posthorn::host
