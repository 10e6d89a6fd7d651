#include "sim/host/gatekeeper.hpp"

#include <algorithm>

#include "sim/scenario/plan.hpp"

namespace posthorn::host {

using scenario::lower;

smtp::Decision Gatekeeper::judge_sender(const scenario::Host& rules, Instant now,
                                        const IpAddress& client, const smtp::Path& sender) {
  for (const std::string& unwanted : rules.reject_senders)
    if (lower(unwanted) == lower(sender.mailbox()) || lower(unwanted) == lower(sender.domain))
      return smtp::Decision::refuse(550, "5.7.1", sender.to_string() + " is not welcome here");
  if (!rules.rate_limit) return smtp::Decision::accept();
  if (arrivals_.size() >= kMaxRemembered) arrivals_.clear();
  std::deque<Instant>& seen = arrivals_[client];
  while (!seen.empty() && seen.front() + rules.rate_limit->per <= now) seen.pop_front();
  if (seen.size() >= rules.rate_limit->messages)
    return smtp::Decision::refuse(450, "4.7.1", "Too much mail from you; come back later");
  seen.push_back(now);
  return smtp::Decision::accept();
}

smtp::Decision Gatekeeper::judge_recipient(const scenario::Host& rules, Instant now,
                                           const IpAddress& client, const smtp::Path& sender,
                                           const smtp::Path& recipient) {
  if (rules.greylist == Duration{}) return smtp::Decision::accept();
  if (first_seen_.size() >= kMaxRemembered) first_seen_.clear();
  const auto [found, stranger] = first_seen_.emplace(
      Triplet{client, lower(sender.mailbox()), lower(recipient.mailbox())}, now);
  if (now >= found->second + rules.greylist) return smtp::Decision::accept();
  return smtp::Decision::refuse(451, "4.7.1", "We do not know you yet; come back in a while");
}

}  // namespace posthorn::host
