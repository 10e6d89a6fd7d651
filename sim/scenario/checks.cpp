#include "sim/scenario/checks.hpp"

#include <algorithm>

#include "protocols/dns/record.hpp"
#include "sim/scenario/defaults.hpp"
#include "sim/scenario/fault_words.hpp"
#include "sim/scenario/messages.hpp"
#include "sim/scenario/names.hpp"

namespace posthorn::scenario {

std::optional<Problem> host_problem(const Scenario& scenario, std::string_view name) {
  if (find_host(scenario, name) != nullptr) return std::nullopt;
  std::vector<std::string> known;
  for (const Host& host : scenario.hosts)
    if (!host.name.empty()) known.push_back(host.name);
  return Problem{fill(say::no_such_host, {quoted(name)}), suggest(name, known, say::hosts_are)};
}

std::optional<Problem> account_problem(const Scenario& scenario, std::string_view address) {
  if (find_account(scenario, address) != nullptr) return std::nullopt;
  return Problem{fill(say::no_such_account, {quoted(address)}),
                 suggest(address, account_addresses(scenario), say::no_such_account_hint)};
}

std::optional<Problem> service_problem(const Host& host, Service service) {
  if (host.offers(service)) return std::nullopt;
  return Problem{fill(say::lacks_service, {quoted(host.name), quoted(service_name(service))}),
                 std::string(say::lacks_service_hint)};
}

std::optional<Problem> link_problem(const Scenario& scenario, std::string_view a,
                                    std::string_view b) {
  if (a.empty() || b.empty()) return std::nullopt;
  if (find_host(scenario, a) == nullptr || find_host(scenario, b) == nullptr) return std::nullopt;
  for (const Link& link : scenario.links)
    if ((link.a == a && link.b == b) || (link.a == b && link.b == a)) return std::nullopt;
  return Problem{fill(say::no_such_link, {quoted(a), quoted(b)}), {}};
}

std::vector<std::string> account_addresses(const Scenario& scenario) {
  std::vector<std::string> addresses;
  for (const Domain& domain : scenario.domains)
    for (const Account& account : domain.accounts)
      if (!account.name.empty()) addresses.push_back(account.name + "@" + domain.name);
  return addresses;
}

namespace {

class FaultCheck {
 public:
  FaultCheck(const Scenario& scenario, const Fault& fault) : scenario_(scenario), fault_(fault) {}

  std::vector<FaultProblem> run() {
    for (const std::string& name : hosts_of(fault_)) {
      if (name.empty()) continue;
      add("", host_problem(scenario_, name));
      host_ = find_host(scenario_, name);
    }
    std::visit([this](const auto& what) { check(what); }, fault_.what);
    return std::move(found_);
  }

 private:
  void add(std::string key, std::optional<Problem> problem, const Host* lacking = nullptr) {
    if (problem) found_.push_back({std::move(*problem), std::move(key), lacking});
  }
  void serves(Service service, std::string key) {
    if (host_ != nullptr) add(std::move(key), service_problem(*host_, service), host_);
  }
  void has_account(const std::string& address, std::string key) {
    if (!address.empty()) add(std::move(key), account_problem(scenario_, address));
  }

  void check(const StopService& f) { serves(f.service, "stop"); }
  void check(const BlockPort& f) { serves(f.service, "block"); }
  void check(const Slow&) { serves(Service::smtp, "host"); }
  void check(const BadDns&) { serves(Service::dns, "host"); }
  void check(const RejectSender&) { serves(Service::smtp, "host"); }
  void check(const SizeLimit&) { serves(Service::smtp, "size_limit"); }
  void check(const Greylist&) { serves(Service::smtp, "greylist"); }
  void check(const Throttle&) { serves(Service::smtp, "rate_limit"); }
  void check(const FullMailbox& f) { has_account(f.address, "full_mailbox"); }
  void check(const UnknownUser& f) { has_account(f.address, "unknown_user"); }
  void check(const CutLink& f) { add("cut", link_problem(scenario_, f.a, f.b)); }
  void check(const Listener& f) { add("listen", link_problem(scenario_, f.a, f.b)); }
  void check(const BadLine& f) {
    add("bad_line", link_problem(scenario_, f.a, f.b));
    if (f.loss + f.duplication + f.reordering + f.corruption == 0)
      add("", Problem{std::string(say::nothing_wrong), {}});
  }
  void check(const WrongClock& f) {
    if ((f.ahead > Duration{}) == (f.behind > Duration{}))
      add("", Problem{std::string(say::one_clock), {}});
  }
  void check(const WrongRecord& f) {
    const auto type = dns::parse_record_type(f.type);
    if (!type) return;
    if (const auto data = dns::parse_rdata(*type, f.value); !data)
      add("value",
          Problem{fill(say::bad_record, {quoted(f.value), f.type, data.error().message}), {}});
  }
  template <class Other>
  void check(const Other&) {}

  const Scenario& scenario_;
  const Fault& fault_;
  const Host* host_ = nullptr;  ///< that it happens to
  std::vector<FaultProblem> found_;
};

}  // namespace

std::vector<FaultProblem> fault_problems(const Scenario& scenario, const Fault& fault) {
  return FaultCheck(scenario, fault).run();
}

}  // namespace posthorn::scenario
