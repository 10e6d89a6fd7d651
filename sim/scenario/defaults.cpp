#include "sim/scenario/defaults.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "sim/scenario/units.hpp"

namespace posthorn::scenario {
namespace {

std::string home_of(const Scenario& scenario, const Domain& domain) {
  const auto best =
      std::min_element(domain.mx.begin(), domain.mx.end(),
                       [](const Mx& a, const Mx& b) { return a.preference < b.preference; });
  if (best != domain.mx.end()) return best->host;
  for (const Host& host : scenario.hosts)
    if (host.offers(Service::smtp) && is_in_domain(host.name, domain.name)) return host.name;
  return {};
}

/// Which of the three documentation nets a host gets: those of one domain stay together.
std::size_t net_of(const Scenario& scenario, const Host& host) {
  for (std::size_t i = 0; i < scenario.domains.size(); ++i) {
    const Domain& domain = scenario.domains[i];
    if (host.name == domain.home || is_in_domain(host.name, domain.name) ||
        domain_of(host.user) == domain.name)
      return i % 2;
  }
  return 2;
}

IpAddress v4_in(std::size_t net, unsigned last) {
  const auto byte = static_cast<std::uint8_t>(last);
  if (net == 0) return IpAddress::v4(192, 0, 2, byte);     // TEST-NET-1
  if (net == 1) return IpAddress::v4(198, 51, 100, byte);  // TEST-NET-2
  return IpAddress::v4(203, 0, 113, byte);                 // TEST-NET-3
}

IpAddress v6_in(std::size_t net, unsigned last) {
  IpAddress address;
  address.v6 = true;
  address.bytes = {0x20, 0x01, 0x0d, 0xb8};
  address.bytes[5] = static_cast<std::uint8_t>(net + 1);
  address.bytes[15] = static_cast<std::uint8_t>(last);
  return address;
}

}  // namespace

bool is_in_domain(std::string_view host, std::string_view domain) {
  return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                            host[host.size() - domain.size() - 1] == '.');
}

const Host* find_host(const Scenario& scenario, std::string_view name) {
  for (const Host& host : scenario.hosts)
    if (host.name == name) return &host;
  return nullptr;
}
Host* find_host(Scenario& scenario, std::string_view name) {
  return const_cast<Host*>(find_host(std::as_const(scenario), name));
}
const Domain* find_domain(const Scenario& scenario, std::string_view name) {
  for (const Domain& domain : scenario.domains)
    if (domain.name == name) return &domain;
  return nullptr;
}
const Account* find_account(const Scenario& scenario, std::string_view address) {
  const Domain* domain = find_domain(scenario, domain_of(address));
  const std::string_view name = address.substr(0, std::min(address.rfind('@'), address.size()));
  if (domain != nullptr)
    for (const Account& account : domain->accounts)
      if (account.name == name) return &account;
  return nullptr;
}
const Host* find_client(const Scenario& scenario, std::string_view address, std::string_view name) {
  for (const Host& host : scenario.hosts)
    if (!host.user.empty() && host.user == address && (name.empty() || host.name == name))
      return &host;
  return nullptr;
}

std::string server_for(const Scenario& scenario, const Domain& domain, Service service) {
  const Host* home = find_host(scenario, domain.home);
  if (home == nullptr || home->offers(service)) return domain.home;
  for (const Host& host : scenario.hosts)
    if (host.offers(service) && is_in_domain(host.name, domain.name)) return host.name;
  return domain.home;
}

void fill_host(const Scenario& scenario, Fault& fault) {
  const auto home = [&](const std::string& address) {
    if (find_account(scenario, address) == nullptr) return std::string();
    return find_domain(scenario, domain_of(address))->home;
  };
  if (auto* full = std::get_if<FullMailbox>(&fault.what)) full->host = home(full->address);
  if (auto* gone = std::get_if<UnknownUser>(&fault.what)) gone->host = home(gone->address);
}

void fill_roles(Scenario& scenario) {
  std::string name_server;
  for (const Host& host : scenario.hosts)
    if (name_server.empty() && host.offers(Service::dns)) name_server = host.name;
  for (Domain& domain : scenario.domains) {
    if (domain.home.empty()) domain.home = home_of(scenario, domain);
    if (domain.name_server.empty()) domain.name_server = name_server;
    for (Account& account : domain.accounts)
      if (account.display.empty()) account.display.en = account.name;
  }
  for (Host& host : scenario.hosts) {
    if (const Domain* domain = find_domain(scenario, domain_of(host.user))) {
      if (host.client.submission.empty())
        host.client.submission = server_for(scenario, *domain, host.client.sends_to());
      if (host.client.incoming.empty() && host.client.reads != Reads::none)
        host.client.incoming = server_for(scenario, *domain, host.client.fetches_from());
    }
    if (const Account* account = find_account(scenario, host.user); host.label.empty())
      host.label = account != nullptr ? account->display : LocalText{host.name, {}};
  }
  for (Act& act : scenario.story)
    if (auto* trouble = std::get_if<Trouble>(&act.what)) fill_host(scenario, *trouble);
}

std::vector<std::size_t> fill_addresses(Scenario& scenario) {
  constexpr unsigned kFirst = 10, kLast = 254;
  std::set<IpAddress> used;
  for (const Host& host : scenario.hosts) used.insert(host.addresses.begin(), host.addresses.end());
  std::vector<std::size_t> without;
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i) {
    Host& host = scenario.hosts[i];
    if (!host.addresses.empty()) continue;
    const std::size_t preferred = net_of(scenario, host);
    for (std::size_t n = 0; n < 3 && host.addresses.empty(); ++n) {
      const std::size_t net = (preferred + n) % 3;
      for (unsigned last = kFirst; last <= kLast && host.addresses.empty(); ++last) {
        if (used.contains(v4_in(net, last)) || used.contains(v6_in(net, last))) continue;
        host.addresses = {v4_in(net, last), v6_in(net, last)};
        used.insert(host.addresses.begin(), host.addresses.end());
      }
    }
    if (host.addresses.empty()) without.push_back(i);
  }
  return without;
}

}  // namespace posthorn::scenario
