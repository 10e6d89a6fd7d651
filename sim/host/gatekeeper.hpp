// What a server makes strangers go through before it takes their mail: a list of senders that it
// does not want, a limit on how much one client may bring, and greylisting (RFC 6647).
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "protocols/core/ip_address.hpp"
#include "protocols/core/time.hpp"
#include "protocols/smtp/server.hpp"
#include "sim/scenario/scenario.hpp"

namespace posthorn::host {

/// What faults make of a server for a while, beside what its scenario says.
struct ServerTrouble {
  bool disk_full = false;
  std::set<std::string> full;             ///< accounts without room
  std::set<std::string> closed;           ///< accounts that are not there any more
  std::vector<std::string> rejected;      ///< senders: addresses or domains
  std::optional<std::uint64_t> max_size;  ///< octets
  std::optional<Duration> greylist;
  std::optional<scenario::RateLimit> rate_limit;
};

class Gatekeeper {
 public:
  void set_trouble(const ServerTrouble& trouble) { trouble_ = trouble; }
  [[nodiscard]] const ServerTrouble& trouble() const { return trouble_; }

  /// MAIL: may this client send (more) mail from this address?
  [[nodiscard]] smtp::Decision judge_sender(const scenario::Host& rules, Instant now,
                                            const IpAddress& client, const smtp::Path& sender);
  /// RCPT: has this client come back after it was asked to?
  [[nodiscard]] smtp::Decision judge_recipient(const scenario::Host& rules, Instant now,
                                               const IpAddress& client, const smtp::Path& sender,
                                               const smtp::Path& recipient);

 private:
  using Triplet = std::tuple<IpAddress, std::string, std::string>;  ///< client, sender, recipient

  static constexpr std::size_t kMaxRemembered = 100'000;  ///< of each; then the book starts afresh

  std::map<IpAddress, std::deque<Instant>> arrivals_;  ///< within the rate limit's time
  std::map<Triplet, Instant> first_seen_;
  ServerTrouble trouble_;
};

}  // namespace posthorn::host
