// Everything that can happen in a world, as small typed values.
//
// A fact is at most 24 bytes of 4-byte-aligned fields; strings and bytes stand in the
// trace's tables. Each fact names its fields once (POSTHORN_FACT): the digest, equality,
// the JSON form and the reader all come from that list.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "protocols/core/session.hpp"
#include "sim/trace/ids.hpp"

namespace posthorn::trace {

// POSTHORN_FACT("kebab-name", field, ...): the name in exports and the fields in order.
#define POSTHORN_V1(x) visit(#x, self.x);
#define POSTHORN_V2(x, ...) POSTHORN_V1(x) POSTHORN_V1(__VA_ARGS__)
#define POSTHORN_V3(x, ...) POSTHORN_V1(x) POSTHORN_V2(__VA_ARGS__)
#define POSTHORN_V4(x, ...) POSTHORN_V1(x) POSTHORN_V3(__VA_ARGS__)
#define POSTHORN_V5(x, ...) POSTHORN_V1(x) POSTHORN_V4(__VA_ARGS__)
#define POSTHORN_V6(x, ...) POSTHORN_V1(x) POSTHORN_V5(__VA_ARGS__)
#define POSTHORN_V7(x, ...) POSTHORN_V1(x) POSTHORN_V6(__VA_ARGS__)
#define POSTHORN_V8(x, ...) POSTHORN_V1(x) POSTHORN_V7(__VA_ARGS__)
#define POSTHORN_VN(a, b, c, d, e, f, g, h, name, ...) name
#define POSTHORN_FACT(text, ...)                                                              \
  static constexpr std::string_view kName = text;                                             \
  template <class Self, class Visit>                                                          \
  static void fields(Self& self, Visit&& visit) {                                             \
    POSTHORN_VN(__VA_ARGS__, POSTHORN_V8, POSTHORN_V7, POSTHORN_V6, POSTHORN_V5, POSTHORN_V4, \
                POSTHORN_V3, POSTHORN_V2, POSTHORN_V1, )                                      \
    (__VA_ARGS__)                                                                             \
  }

// ---- the story ---------------------------------------------------------------------------

/// Item `act` (0-based) of the scenario's story begins, on `host` (none for acts on the world).
struct ActBegan {
  std::uint32_t act;
  HostId host;
  POSTHORN_FACT("act-began", act, host)
};
/// The record's message reached step 1..5 of the primer (press Send, submit, look up and
/// deliver, keep, fetch and display).
struct StepReached {
  std::uint32_t step;
  POSTHORN_FACT("step-reached", step)
};
/// Narration `index` (0-based, Scene::narration) is to be shown now.
struct NarrationShown {
  std::uint32_t index;
  POSTHORN_FACT("narration-shown", index)
};

// ---- mail clients (MUA) ------------------------------------------------------------------

/// A compose window opens; `content` is the complete message that Send will hand over.
struct ComposeOpened {
  HostId host;
  TextId to;       ///< recipients, comma-separated
  TextId subject;  ///< decoded, UTF-8
  BlobId content;
  POSTHORN_FACT("compose-opened", host, to, subject, content)
};
struct SendPressed {
  HostId host;
  POSTHORN_FACT("send-pressed", host)
};
/// The submission server took the message over; it leaves the client's outbox.
struct MessageSubmitted {
  HostId host;
  POSTHORN_FACT("message-submitted", host)
};
/// The client could not do what the user asked; `problem` as the user is told.
struct ClientProblem {
  HostId host;
  TextId problem;
  POSTHORN_FACT("client-problem", host, problem)
};
/// The user asks for new mail.
struct FetchStarted {
  HostId host;
  Protocol protocol;
  POSTHORN_FACT("fetch-started", host, protocol)
};
/// A message stands in the client's inbox. `item` counts the client's inbox from 1.
struct InboxReceived {
  HostId host;
  std::uint32_t item;
  std::uint32_t uid;  ///< IMAP UID, or the POP3 message number
  BlobId content;
  POSTHORN_FACT("inbox-received", host, item, uid, content)
};
struct FetchFinished {
  HostId host;
  std::uint32_t received;  ///< how many new messages came
  POSTHORN_FACT("fetch-finished", host, received)
};
/// The reader opens inbox item `item`.
struct MessageDisplayed {
  HostId host;
  std::uint32_t item;
  POSTHORN_FACT("message-displayed", host, item)
};
/// The reader deletes inbox item `item`.
struct InboxRemoved {
  HostId host;
  std::uint32_t item;
  POSTHORN_FACT("inbox-removed", host, item)
};

/// Inbox item `item` is no longer at the server (another device deleted it): the client's copy
/// goes, too.
struct InboxGone {
  HostId host;
  std::uint32_t item;
  POSTHORN_FACT("inbox-gone", host, item)
};
/// The server says that somebody has read inbox item `item` (\Seen), or calls it unread again.
struct InboxSeen {
  HostId host;
  std::uint32_t item;
  bool seen;
  POSTHORN_FACT("inbox-seen", host, item, seen)
};

// ---- the network -------------------------------------------------------------------------

enum class ConnectFailure : std::uint8_t { refused, timed_out, unreachable };
enum class CloseReason : std::uint8_t { orderly, reset, timed_out };
/// TCP flags as on the wire.
enum TcpFlag : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16 };

/// The client's SYN is about to leave.
struct ConnectionOpening {
  ConnId conn;
  HostId client;
  HostId server;
  std::uint16_t client_port;
  std::uint16_t server_port;
  Protocol protocol;
  TextId address = {};  ///< where the client knocks ("192.0.2.25"); none: the server's only one
  POSTHORN_FACT("connection-opening", conn, client, server, client_port, server_port, protocol,
                address)
};
/// The handshake is complete as `side` sees it.
struct ConnectionOpened {
  ConnId conn;
  Side side;
  POSTHORN_FACT("connection-opened", conn, side)
};
struct ConnectionFailed {
  ConnId conn;
  ConnectFailure why;
  POSTHORN_FACT("connection-failed", conn, why)
};
/// The connection is gone as `side` sees it.
struct ConnectionClosed {
  ConnId conn;
  Side side;
  CloseReason why;
  POSTHORN_FACT("connection-closed", conn, side, why)
};
/// `side` put bytes on its direction of the stream; `offset` counts that direction from 0.
struct StreamWritten {
  ConnId conn;
  std::uint32_t offset;
  BlobId bytes;
  Side side;
  POSTHORN_FACT("stream-written", conn, offset, bytes, side)
};
/// A TCP segment is sent by `side`. Payload = stream bytes [offset, offset+length) of that
/// direction; `sequence` and `ack` are the absolute numbers on the wire.
struct SegmentSent {
  PacketId packet;
  ConnId conn;
  std::uint32_t sequence;
  std::uint32_t ack;
  std::uint32_t offset;
  std::uint16_t length;
  std::uint8_t flags;  ///< TcpFlag bits
  Side side;
  POSTHORN_FACT("segment-sent", packet, conn, sequence, ack, offset, length, flags, side)
};
struct DatagramSent {
  PacketId packet;
  HostId from;
  HostId to;
  BlobId bytes;
  std::uint16_t from_port;
  std::uint16_t to_port;
  TextId address = {};  ///< where it goes ("192.0.2.53"); none: the receiver's only one
  POSTHORN_FACT("datagram-sent", packet, from, to, bytes, from_port, to_port, address)
};
/// The packet enters `link`; it leaves it `travel` microseconds later (queueing included).
struct PacketHop {
  PacketId packet;
  LinkId link;
  HostId from;
  HostId to;
  std::uint32_t travel;
  POSTHORN_FACT("packet-hop", packet, link, from, to, travel)
};
struct PacketDelivered {
  PacketId packet;
  HostId host;
  POSTHORN_FACT("packet-delivered", packet, host)
};
/// corrupted: it arrived damaged, and its checksum told (RFC 9293 §3.1).
enum class DropReason : std::uint8_t {
  loss,
  link_down,
  host_down,
  no_route,
  corrupted,
  filtered,  ///< by a firewall
};
struct PacketDropped {
  PacketId packet;
  LinkId link;
  HostId host;  ///< where it was last
  DropReason why;
  POSTHORN_FACT("packet-dropped", packet, link, host, why)
};
/// A bad line made two of one: `packet` is a copy of `original`, on `link` like that.
struct PacketDuplicated {
  PacketId packet;
  PacketId original;
  LinkId link;
  POSTHORN_FACT("packet-duplicated", packet, original, link)
};
struct HostPower {
  HostId host;
  bool up;
  POSTHORN_FACT("host-power", host, up)
};
struct LinkPower {
  LinkId link;
  bool up;
  POSTHORN_FACT("link-power", link, up)
};

enum class FaultKind : std::uint8_t {
  power_cut,
  shut_down,
  service_stopped,
  slow,
  disk_full,
  wrong_clock,
  link_cut,
  bad_line,
  partition,
  dns,
  wrong_record,
  listener,
  port_blocked,
  mailbox_full,
  user_unknown,
  sender_rejected,
  size_limited,
  greylisting,
  rate_limited,
};
/// Something goes wrong. `fault` counts from 1; `host` or `link` is none where it has none.
struct FaultBegan {
  std::uint32_t fault;
  HostId host;
  LinkId link;
  TextId detail;  ///< "smtp", "before-final-reply 11m", "loss 10%"; none for some kinds
  FaultKind kind;
  POSTHORN_FACT("fault-began", fault, host, link, detail, kind)
};
/// ... and is over: everything is again as it was.
struct FaultEnded {
  std::uint32_t fault;
  HostId host;
  LinkId link;
  TextId detail;
  FaultKind kind;
  POSTHORN_FACT("fault-ended", fault, host, link, detail, kind)
};

/// A program from outside of the world appears as a host of its own (a real client of `serve`, a
/// person at a console). `host` is the next number after the scene's hosts.
struct HostJoined {
  HostId host;
  TextId name;     ///< "outside-1"
  TextId address;  ///< the real one
  POSTHORN_FACT("host-joined", host, name, address)
};

// ---- conversations -----------------------------------------------------------------------

/// A command, reply, or run of content: stream bytes [begin, begin+length) that `speaker`
/// wrote. Recorded once when spoken (flow sent) and once when understood (flow received).
struct Line {
  ConnId conn;
  std::uint32_t begin;
  std::uint32_t length;
  TextId verb;  ///< "EHLO", "250", "+OK", "FETCH"; none for content
  TextId rule;  ///< "RFC 5321 §4.1.1.2"; none where no rule applies
  NoteKind kind;
  Side speaker;
  Flow flow;
  POSTHORN_FACT("line", conn, begin, length, verb, rule, kind, speaker, flow)
};
/// On `link` somebody put `bytes` in place of those from `offset` on in what `side` wrote, in this
/// packet. The other end hears what was put there.
struct StreamAltered {
  ConnId conn;
  std::uint32_t offset;
  BlobId bytes;
  PacketId packet;
  LinkId link;
  Side side;
  POSTHORN_FACT("stream-altered", conn, offset, bytes, packet, link, side)
};
/// `side` of the connection speaks TLS from here on: what its session says and hears stands in
/// plain-written, what crosses the network in stream-written.
struct TlsStarted {
  ConnId conn;
  Side side;
  POSTHORN_FACT("tls-started", conn, side)
};
/// A message of the handshake, or an alert, as `side` sees it.
struct TlsMessage {
  ConnId conn;
  TextId name;     ///< "ClientHello"
  TextId details;  ///< "key share: x25519", a line for each
  Side side;
  Flow flow;
  POSTHORN_FACT("tls-message", conn, name, details, side, flow)
};
struct TlsEstablished {
  ConnId conn;
  TextId version;  ///< "TLSv1.3"
  TextId cipher;
  TextId verdict;  ///< what the client thinks of the server's certificate; none at the server
  Side side;
  POSTHORN_FACT("tls-established", conn, version, cipher, verdict, side)
};
struct TlsFailed {
  ConnId conn;
  TextId reason;
  Side side;
  POSTHORN_FACT("tls-failed", conn, reason, side)
};
/// A line of an SSLKEYLOGFILE: with it a capture can be read.
struct TlsSecret {
  ConnId conn;
  TextId line;
  POSTHORN_FACT("tls-secret", conn, line)
};
/// What `side` said under TLS. `offset` counts what its session said, in clear and sealed.
struct PlainWritten {
  ConnId conn;
  std::uint32_t offset;
  BlobId bytes;
  Side side;
  POSTHORN_FACT("plain-written", conn, offset, bytes, side)
};
/// A resolver on `host` begins to look a name up.
struct DnsAsked {
  HostId host;
  std::uint32_t query;
  TextId question;  ///< "MX kaede.example"
  POSTHORN_FACT("dns-asked", host, query, question)
};
enum class DnsOutcome : std::uint8_t { ok, no_data, no_such_name, timeout, server_failure };
struct DnsAnswered {
  HostId host;
  std::uint32_t query;
  TextId question;
  TextId answer;  ///< "10 mail.kaede.example", one record a line
  DnsOutcome outcome;
  bool from_cache;
  POSTHORN_FACT("dns-answered", host, query, question, answer, outcome, from_cache)
};
struct DnsCached {
  HostId host;
  TextId question;
  TextId answer;
  std::uint32_t ttl;  ///< seconds
  POSTHORN_FACT("dns-cached", host, question, answer, ttl)
};

// ---- servers (MSA, MTA, MDA) -------------------------------------------------------------

/// `host` took responsibility for the record's message.
struct QueueAccepted {
  HostId host;
  QueueId entry;
  TextId sender;      ///< reverse-path without <>; none for a null reverse-path
  TextId recipients;  ///< forward-paths, comma-separated
  BlobId content;
  POSTHORN_FACT("queue-accepted", host, entry, sender, recipients, content)
};
/// Attempt number `attempt` (from 1) to hand the entry to `target` ("mail.kaede.example").
struct QueueAttempt {
  HostId host;
  QueueId entry;
  std::uint32_t attempt;
  TextId target;
  POSTHORN_FACT("queue-attempt", host, entry, attempt, target)
};
enum class RecipientOutcome : std::uint8_t { delivered, relayed, deferred, failed, passed_on };
struct RecipientResult {
  HostId host;
  QueueId entry;
  TextId recipient;
  TextId reply;  ///< the SMTP reply or our own words
  RecipientOutcome outcome;
  POSTHORN_FACT("recipient-result", host, entry, recipient, reply, outcome)
};
/// The entry stays in the queue; next try `wait` seconds from now.
struct QueueDeferred {
  HostId host;
  QueueId entry;
  TextId reason;
  std::uint32_t wait;
  POSTHORN_FACT("queue-deferred", host, entry, reason, wait)
};
/// The entry left the queue: every recipient is settled.
struct QueueReleased {
  HostId host;
  QueueId entry;
  POSTHORN_FACT("queue-released", host, entry)
};
/// A non-delivery report about the message `about` was written; the record's message is it.
struct BounceCreated {
  HostId host;
  QueueId entry;
  MessageId about;
  TextId recipient;
  POSTHORN_FACT("bounce-created", host, entry, about, recipient)
};
enum class ReportKind : std::uint8_t { failed, delayed, delivered, relayed, expanded };
/// Another report about the message `about` was written (RFC 3464): it waits, it arrived, it went
/// on. The record's message is the report.
struct ReportCreated {
  HostId host;
  QueueId entry;
  MessageId about;
  TextId recipient;
  ReportKind kind;
  POSTHORN_FACT("report-created", host, entry, about, recipient, kind)
};

// ---- mailboxes ---------------------------------------------------------------------------

struct LoginDecided {
  HostId host;
  ConnId conn;
  TextId account;
  bool accepted;
  POSTHORN_FACT("login-decided", host, conn, account, accepted)
};
struct MailboxStored {
  HostId host;
  TextId account;  ///< "ben@kaede.example"
  TextId mailbox;  ///< "INBOX"
  std::uint32_t uid;
  BlobId content;
  POSTHORN_FACT("mailbox-stored", host, account, mailbox, uid, content)
};
struct MailboxFlags {
  HostId host;
  TextId account;
  TextId mailbox;
  std::uint32_t uid;
  TextId flags;  ///< "\Seen \Answered", space-separated
  POSTHORN_FACT("mailbox-flags", host, account, mailbox, uid, flags)
};
struct MailboxExpunged {
  HostId host;
  TextId account;
  TextId mailbox;
  std::uint32_t uid;
  POSTHORN_FACT("mailbox-expunged", host, account, mailbox, uid)
};

// ---- the end -----------------------------------------------------------------------------

/// Nothing more will happen, or the time limit came.
struct RunEnded {
  bool quiet;  ///< true: no event was left; false: stopped by the limit
  POSTHORN_FACT("run-ended", quiet)
};

using Fact =
    std::variant<ActBegan, StepReached, NarrationShown, ComposeOpened, SendPressed,
                 MessageSubmitted, ClientProblem, FetchStarted, InboxReceived, FetchFinished,
                 MessageDisplayed, InboxRemoved, InboxGone, InboxSeen, ConnectionOpening,
                 ConnectionOpened, ConnectionFailed, ConnectionClosed, StreamWritten, SegmentSent,
                 DatagramSent, PacketHop, PacketDelivered, PacketDropped, PacketDuplicated,
                 HostPower, LinkPower, FaultBegan, FaultEnded, HostJoined, Line, StreamAltered,
                 TlsStarted, TlsMessage, TlsEstablished, TlsFailed, TlsSecret, PlainWritten,
                 DnsAsked, DnsAnswered, DnsCached, QueueAccepted, QueueAttempt, RecipientResult,
                 QueueDeferred, QueueReleased, BounceCreated, ReportCreated, LoginDecided,
                 MailboxStored, MailboxFlags, MailboxExpunged, RunEnded>;
static_assert(sizeof(Fact) <= 28, "a fact is at most 24 bytes");

/// The kebab-case name of the fact ("segment-sent").
std::string_view name_of(const Fact& fact);

}  // namespace posthorn::trace
