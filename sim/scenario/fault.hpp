// Bad weather: what can go wrong in a world, as plain values. Each holds for a while ("for"), or
// until a story item repairs it by its id, and then everything is as it was before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/core/time.hpp"
#include "sim/scenario/services.hpp"

namespace posthorn::scenario {

// ---- hosts
/// From one instant to the next: what was under way is gone, what was acknowledged is not.
struct PowerCut {
  std::string host;
};
/// In order: sessions are told (421), connections closed, then it is off.
struct ShutDown {
  std::string host;
};
/// The program at a port has ended; connections there are refused.
struct StopService {
  Service service = Service::smtp;
  std::string host;
};
/// Where in an SMTP dialogue a server is slow.
enum class HangPoint : std::uint8_t {
  greeting,            ///< connected, but no 220 comes
  after_rcpt,          ///< no answer to RCPT
  inside_data,         ///< it stops reading in the middle of the content
  before_final_reply,  ///< it has the message, and takes long to say so (RFC 1047)
};
struct Slow {
  HangPoint point = HangPoint::greeting;
  std::string host;
  Duration delay{};  ///< 0: it hangs until the fault is over
};
/// Nothing more can be stored: 452 4.3.1.
struct DiskFull {
  std::string host;
};
/// Its dates are wrong.
struct WrongClock {
  std::string host;
  Duration ahead{}, behind{};  ///< one of the two
};

/// A firewall stands before a port: what comes there is thrown away, and nobody is told.
struct BlockPort {
  Service service = Service::smtp;
  std::string host;
};

// ---- what a server refuses for a while, beside what its settings say
/// This mailbox has no room left, its neighbours have: 452 4.2.2.
struct FullMailbox {
  std::string address;
  std::string host;  ///< keeps it; fill_host() in defaults.hpp knows which
};
/// The account is closed: 550 5.1.1, and nobody logs in. What is in the mailbox stays.
struct UnknownUser {
  std::string address;
  std::string host;  ///< as above
};
/// Nothing is taken from this address or domain: 550 5.7.1.
struct RejectSender {
  std::string sender;
  std::string host;
};
/// Larger messages are refused: 552 5.3.4.
struct SizeLimit {
  std::string host;
  std::uint64_t octets = 0;
};
/// Strangers are told to come back after this time: 451 4.7.1.
struct Greylist {
  std::string host;
  Duration delay{};
};
/// So many messages in so much time from one client: then 450 4.7.1.
struct Throttle {
  std::string host;
  std::uint64_t messages = 0;
  Duration per{};
};

// ---- lines
struct CutLink {
  std::string a, b;
};
/// Each a probability for a packet, on top of the link's own loss.
struct BadLine {
  std::string a, b;
  double loss = 0, duplication = 0, reordering = 0;
  double corruption = 0;  ///< a bit is wrong; the checksum tells
};
/// Somebody has tapped the line. Nothing goes wrong by that alone: it only matters who can read.
struct Listener {
  std::string a, b;
  bool strip_starttls = false;  ///< takes the offer of TLS out of what servers say
};
/// Every link between these hosts and all others is cut.
struct Partition {
  std::vector<std::string> hosts;
};

// ---- names
enum class DnsTrouble : std::uint8_t {
  no_such_name,    ///< NXDOMAIN
  server_failure,  ///< SERVFAIL
  silent,          ///< no answer at all
  lame,            ///< REFUSED: a delegation leads here, but nobody here knows the zone
};
struct BadDns {
  DnsTrouble trouble = DnsTrouble::silent;
  std::string host;  ///< a name server
  std::string name;  ///< this name and all below; "" for all names
};
/// A record that is not, or no longer, true: in a name server's answers, or in the cache of a host
/// that looks names up.
struct WrongRecord {
  std::string name, type, value;
  std::uint32_t ttl = 3600;  ///< seconds
  std::string host;
};

struct Fault {
  using What = std::variant<PowerCut, ShutDown, StopService, Slow, DiskFull, WrongClock, CutLink,
                            BadLine, Partition, BadDns, WrongRecord, Listener, BlockPort,
                            FullMailbox, UnknownUser, RejectSender, SizeLimit, Greylist, Throttle>;
  What what;
  std::optional<Duration> lasts;  ///< none: until it is repaired
  std::string id;                 ///< the name by which a repair refers to it
};

}  // namespace posthorn::scenario
