// GETQUOTA, GETQUOTAROOT, SETQUOTA (RFC 9208). An account with limits has one
// quota root, named ""; others have none.
#include "protocols/imap/execution.hpp"

namespace posthorn::imap {

namespace {

/// RFC 9208 §5.1: storage is counted in units of 1024 octets.
std::uint64_t in_units(std::uint64_t octets) { return (octets + 1023) / 1024; }

bool is_limited(const mail::Quota& quota) { return quota.octets || quota.messages; }

std::string quota_line(const mail::Quota& quota, const mail::Usage& usage) {
  std::string resources;
  if (quota.octets)
    resources = "STORAGE " + std::to_string(in_units(usage.octets)) + " " +
                std::to_string(in_units(*quota.octets));
  if (quota.messages)
    resources += (resources.empty() ? "MESSAGE " : " MESSAGE ") + std::to_string(usage.messages) +
                 " " + std::to_string(*quota.messages);
  return "QUOTA \"\" (" + resources + ")";
}

}  // namespace

void Execution::get_quota() {
  const auto root = args.space() ? args.astring() : std::nullopt;
  if (!root || !args.at_end()) return bad("GETQUOTA needs the name of a quota root");
  const mail::Quota quota = store.quota(self.account_);
  if (!root->empty() || !is_limited(quota)) return no("[NONEXISTENT] there is no such quota root");
  self.untagged(quota_line(quota, store.usage(self.account_)), "QUOTA");
  ok();
}

void Execution::get_quota_root() {
  const auto name = only_mailbox();
  if (!name) return;
  if (store.find(self.account_, *name) == nullptr)
    return no("[NONEXISTENT] there is no such mailbox");
  const mail::Quota quota = store.quota(self.account_);
  const bool limited = is_limited(quota);
  self.untagged("QUOTAROOT " + wire_name(*name) + (limited ? " \"\"" : ""), "QUOTAROOT");
  if (limited) self.untagged(quota_line(quota, store.usage(self.account_)), "QUOTA");
  ok();
}

/// QUOTASET is not announced: limits are the operator's.
void Execution::set_quota() { no("[NOPERM] quotas are set by the operator"); }

}  // namespace posthorn::imap
