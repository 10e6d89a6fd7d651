// A scenario: the world a lesson begins with, what its people do, and what must be true at
// the end. Plain values; load.hpp reads them from JSON, sim/world builds a World from them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/core/ip_address.hpp"
#include "protocols/core/time.hpp"
#include "protocols/sasl/mechanism.hpp"
#include "sim/scenario/fault.hpp"
#include "sim/scenario/limits.hpp"
#include "sim/scenario/services.hpp"
#include "sim/trace/scene.hpp"
#include "tls/engine.hpp"

namespace posthorn::scenario {

/// Where something stands in the scenario file; line and column count from 1.
struct Position {
  int line = 0;
  int column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

enum class Reads : std::uint8_t { none, pop3, imap };

/// How a mail client gets TLS.
enum class ClientTls : std::uint8_t {
  if_offered,  ///< by STARTTLS, where the server has it
  starttls,    ///< by STARTTLS, or not at all
  implicit,    ///< from the first octet on (RFC 8314)
  never,
};
/// What a mail client does about a certificate that is not valid.
enum class Certificates : std::uint8_t {
  insist,
  warn,  ///< its user is asked, and goes on all the same
  accept,
};

/// How a user's mail client is set up.
struct Client {
  Reads reads = Reads::none;
  std::string submission;       ///< host that takes the mail; default: the domain's home
  std::string incoming;         ///< host that keeps the mailbox; default: the domain's home
  bool leave_on_server = true;  ///< POP3: do not DELE what was fetched
  std::optional<Duration> delete_after;  ///< POP3: so long after it was fetched, DELE it yet
  /// How it proves who it is, where the server offers that; else the first that both know.
  sasl::Mechanism auth = sasl::Mechanism::plain;
  ClientTls tls = ClientTls::if_offered;
  Certificates certificates = Certificates::insist;

  /// What it connects to.
  [[nodiscard]] Service sends_to() const { return over_tls(Service::submission); }
  [[nodiscard]] Service fetches_from() const {
    return over_tls(reads == Reads::pop3 ? Service::pop3 : Service::imap);
  }

 private:
  [[nodiscard]] Service over_tls(Service service) const {
    return tls == ClientTls::implicit ? sealed(service) : service;
  }
};

/// Extensions of SMTP that a server may be without.
enum class SmtpExtension : std::uint8_t {
  pipelining,
  size,
  eight_bit_mime,
  smtputf8,
  chunking,
  dsn,
  limits,
  expn,
  ehlo,  ///< all of them, and the greeting by which they are asked for (port 25 only)
};

/// At most so many messages in so much time from one client.
struct RateLimit {
  std::uint64_t messages = 0;
  Duration per{};
};

/// How a server stands to TLS.
struct HostTls {
  bool offer = false;     ///< STARTTLS (RFC 3207, 9051), STLS (RFC 2595)
  bool required = false;  ///< no mail and no password is taken in clear
  tls::CertificateKind certificate = tls::CertificateKind::valid;
  std::string certificate_name;                ///< whose it claims to be; "": the host's own name
  tls::Version version = tls::Version::tls13;  ///< the newest that it knows
  bool publish_tlsa = false;            ///< the DNS says what its key is (RFC 7672), for port 25
  bool dane = false;                    ///< as a sender it looks for such records, and obeys them
  std::vector<std::string> require_to;  ///< domains that get mail under verified TLS or not at all
};

/// The SASL mechanisms, and APOP.
inline std::vector<sasl::Mechanism> every_way_to_log_in() {
  std::vector<sasl::Mechanism> all = sasl::all_mechanisms();
  all.push_back(sasl::Mechanism::apop);
  return all;
}

struct Host {
  std::string name;
  HostTls tls;
  LocalText label;   ///< default: the account's display name, or the name
  std::string user;  ///< client hosts: address of the person; "" for servers
  Client client;
  std::vector<Service> services;
  std::vector<IpAddress> addresses;  ///< empty: assigned from RFC 5737 / RFC 3849 ranges
  std::optional<std::array<double, 2>> position;
  std::vector<Duration> retry;  ///< MTA: waits between attempts; empty: RFC 5321 §4.5.4.1
  Duration give_up = std::chrono::hours(24 * 5);
  Duration warn_after = std::chrono::hours(4);  ///< then a sender hears that its letter waits
  std::uint64_t max_message_size = 25'000'000;  ///< octets
  std::vector<SmtpExtension> without;           ///< what its EHLO does not offer
  Duration greylist{};  ///< strangers are told to come back after this; 0: not
  std::optional<RateLimit> rate_limit;
  std::vector<std::string> reject_senders;  ///< addresses, or domains
  std::uint64_t max_connections = 20;       ///< MTA: at once to one domain
  std::vector<sasl::Mechanism> auth = every_way_to_log_in();
  Limits limits;
  [[nodiscard]] bool offers(Service service) const {
    for (const Service s : services)
      if (s == service) return true;
    return false;
  }
  [[nodiscard]] bool has_certificate() const {
    for (const Service s : services)
      if (implicit_tls(s)) return true;
    return tls.offer;
  }
};

/// "I am away": answers once to whoever writes (RFC 3834).
struct Vacation {
  std::string subject, text;
};

struct Account {
  std::string name;  ///< local part
  std::string password;
  LocalText display;
  std::vector<std::string> forward;  ///< addresses that get the mail instead
  bool keep_copy = false;            ///< ... and the mailbox keeps it, too
  std::optional<Vacation> vacation;
  std::uint64_t quota_octets = 0;    ///< of the mailbox; 0: no limit
  std::uint64_t quota_messages = 0;  ///< 0: no limit
};

/// A name that stands for others: "info" for the two of the office (RFC 5321 §3.9.1).
struct Alias {
  std::string name;  ///< local part
  std::vector<std::string> to;
};

/// A mailing list (RFC 5321 §3.9.2, RFC 2369, RFC 2919).
struct MailingList {
  std::string name;  ///< local part
  std::string title;
  std::string owner;  ///< address that hears of members who cannot be reached
  std::vector<std::string> members;
};

struct Mx {
  std::uint16_t preference = 10;
  std::string host;
};

/// A record beside those that follow from hosts and MX: { "name", "type", "value", "ttl" }.
struct ExtraRecord {
  std::string name, type, value;
  std::uint32_t ttl = 300;
  Position where;
};

struct Domain {
  std::string name;
  std::vector<Mx> mx;        ///< may be empty: then mail goes to the A record
  bool accepts_mail = true;  ///< false: DNS says so with a null MX (RFC 7505)
  std::vector<Account> accounts;
  std::vector<Alias> aliases;
  std::vector<MailingList> lists;
  std::string catch_all;    ///< account that gets what is for nobody; "": nobody does
  std::string home;         ///< server of the mailboxes; default: the best MX host
  std::string name_server;  ///< default: the first host with the dns service
  std::uint32_t ttl = 300;  ///< of its records, seconds
  std::vector<ExtraRecord> records;
};

/// How resolvers find out who knows a name.
enum class NameResolution : std::uint8_t {
  direct,     ///< they know every name server of the scenario
  iterative,  ///< they know the root, and walk down from there (RFC 1034 §5.3.3)
};

struct Link {
  std::string a, b;
  Duration latency = std::chrono::milliseconds(10);
  std::uint64_t bandwidth = 100'000'000;  ///< bits per second; 0: unlimited
  Duration jitter{};
  double loss = 0;  ///< 0..1
  Position where;
};

/// When a narration text is shown: at an instant, or when a message reaches a primer step,
/// or when a story item begins.
struct Narration {
  std::optional<Duration> at;
  std::uint32_t step = 0;            ///< 1..5; the first time any message reaches it
  std::optional<std::uint32_t> act;  ///< 0-based story item
  LocalText title, text;
  LocalText notes;  ///< for the speaker only
};

struct Attachment {
  std::string name, content_type;
  std::shared_ptr<const std::string> bytes;
};

enum class Charset : std::uint8_t { utf8, iso2022jp };

/// When a report comes back: NOTIFY of RFC 3461 §4.1.
enum class Notify : std::uint8_t { never, success, failure, delay };

struct Send {
  std::vector<std::string> to, cc, bcc;
  std::string subject, text;
  std::vector<Attachment> attachments;
  Charset charset = Charset::utf8;
  std::shared_ptr<const std::string> eml;  ///< send exactly this message instead
  std::string eml_name;
  std::string id;              ///< a name by which reply, read, delete and expect may refer to it
  std::vector<Notify> notify;  ///< what the sender wants to be told (RFC 3461); empty: not said
};
struct Fetch {};
/// `which`: a Send's id, or "" for the newest message in the inbox.
struct Read {
  std::string which;
};
struct Reply {
  std::string which;
  std::string text;
  std::vector<Attachment> attachments;
  std::string id;
};
struct Delete {
  std::string which;
};
/// Takes a host or link down (or up again). Exactly one of host, link names is set.
struct Break {
  std::string host;
  std::string link_a, link_b;
};
/// ... or ends the fault with this id.
struct Repair {
  std::string host;
  std::string link_a, link_b;
  std::string fault;
};
/// Something goes wrong: `fault`, with the position of its own object for messages.
struct Trouble : Fault {
  Position where;
};

struct Act {
  Duration at{};
  std::string who;  ///< address of the person; "" for break, repair and fault
  std::string on;   ///< the host at which, for somebody with several; "" for the first
  std::variant<Send, Fetch, Read, Reply, Delete, Break, Repair, Trouble> what;
  Position where;
};

// ---- expectations: checked against the trace at the end --------------------------------------

/// Number of messages in a mailbox; optionally a subject among them, and how many are \Seen.
struct ExpectMailbox {
  std::string address;
  std::optional<std::uint32_t> messages, seen;
  std::string subject;  ///< "" for any
};
/// A non-delivery report about `recipient` came to `address`.
struct ExpectBounced {
  std::string address, recipient;
};
/// Nothing from the story was delivered to `address`.
struct ExpectNotDelivered {
  std::string address;
};
/// How many delivery attempts servers made for messages to `recipient` (relays included).
struct ExpectAttempts {
  std::string recipient;
  std::uint32_t count = 0;
};
/// These facts happen in this order; each "name" or "name:word" where word stands in the record's
/// texts.
struct ExpectOrder {
  std::vector<std::string> facts;
};
/// The reader's screen displayed a message with this subject.
struct ExpectDisplayed {
  std::string address, subject;
};

/// Somebody who listens to a link reads this text there, or cannot.
struct ExpectOverheard {
  std::string text;
  std::string a, b;
};
struct ExpectSealed {
  std::string text;
  std::string a, b;
};

struct Expectation {
  std::variant<ExpectMailbox, ExpectBounced, ExpectNotDelivered, ExpectAttempts, ExpectOrder,
               ExpectDisplayed, ExpectOverheard, ExpectSealed>
      what;
  Position where;
};

struct Scenario {
  std::string file;  ///< as it was named, for messages
  LocalText title, summary;
  std::uint32_t lesson = 0;  ///< its place in the teaching order; 0: none
  std::uint64_t seed = 1;
  std::chrono::sys_seconds start{};  ///< date at Instant{}; default 2026-04-06T00:00:00Z
  int utc_offset = 540;              ///< minutes; default +09:00
  Duration limit = std::chrono::hours(24 * 30);  ///< the run ends here at the latest
  std::uint32_t first_uid_validity = 1;          ///< of every account; real clients remember it
  NameResolution name_resolution = NameResolution::direct;
  std::vector<Host> hosts;
  std::vector<Domain> domains;
  std::vector<Link> links;
  std::vector<Narration> narration;
  std::vector<Act> story;
  std::vector<Expectation> expect;
};

}  // namespace posthorn::scenario
