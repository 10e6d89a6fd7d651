#include "sim/host/gatekeeper.hpp"

#include <algorithm>

#include "sim/scenario/plan.hpp"

namespace posthorn::host {

using scenario::lower;

namespace {

/// Whether the sender or its domain is among these.
bool names(const std::vector<std::string>& list, const smtp::Path& sender) {
  return std::ranges::any_of(list, [&](const std::string& one) {
    return lower(one) == lower(sender.mailbox()) || lower(one) == lower(sender.domain);
  });
}

}  // namespace

smtp::Decision Gatekeeper::judge_sender(const scenario::Host& rules, Instant now,
                                        const IpAddress& client, const smtp::Path& sender) {
  if (names(rules.reject_senders, sender) || names(trouble_.rejected, sender))
    return smtp::Decision::refuse(550, "5.7.1", sender.to_string() + " is not welcome here");
  const auto& limit = trouble_.rate_limit ? trouble_.rate_limit : rules.rate_limit;
  if (!limit) return smtp::Decision::accept();
  if (arrivals_.size() >= kMaxRemembered) arrivals_.clear();
  std::deque<Instant>& seen = arrivals_[client];
  while (!seen.empty() && seen.front() + limit->per <= now) seen.pop_front();
  if (seen.size() >= limit->messages)
    return smtp::Decision::refuse(450, "4.7.1", "Too much mail from you; come back later");
  seen.push_back(now);
  return smtp::Decision::accept();
}

smtp::Decision Gatekeeper::judge_recipient(const scenario::Host& rules, Instant now,
                                           const IpAddress& client, const smtp::Path& sender,
                                           const smtp::Path& recipient) {
  const Duration wait = trouble_.greylist.value_or(rules.greylist);
  if (wait == Duration{}) return smtp::Decision::accept();
  if (first_seen_.size() >= kMaxRemembered) first_seen_.clear();
  const auto [found, stranger] = first_seen_.emplace(
      Triplet{client, lower(sender.mailbox()), lower(recipient.mailbox())}, now);
  if (now >= found->second + wait) return smtp::Decision::accept();
  return smtp::Decision::refuse(451, "4.7.1", "We do not know you yet; come back in a while");
}

}  // namespace posthorn::host
