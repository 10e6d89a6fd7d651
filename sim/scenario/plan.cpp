#include "sim/scenario/plan.hpp"

#include <algorithm>
#include <set>

#include "sim/scenario/defaults.hpp"
#include "sim/scenario/fault_words.hpp"
#include "sim/scenario/zones.hpp"
#include "tls/authority.hpp"
#include "tls/engine.hpp"

namespace posthorn::scenario {
namespace {

/// Documentation addresses (RFC 5737): 192.0.2.0/24, then 198.51.100.0/24, 203.0.113.0/24.
std::vector<std::vector<IpAddress>> assign_addresses(const Scenario& scenario) {
  std::set<IpAddress> taken;
  for (const Host& host : scenario.hosts)
    for (const IpAddress& address : host.addresses) taken.insert(address);
  std::vector<std::vector<IpAddress>> all;
  unsigned next = 0;
  auto fresh = [&] {
    for (;; ++next) {
      const auto last = static_cast<std::uint8_t>(next % 250 + 1);
      const unsigned net = next / 250;
      const IpAddress address = net == 0   ? IpAddress::v4(192, 0, 2, last)
                                : net == 1 ? IpAddress::v4(198, 51, 100, last)
                                           : IpAddress::v4(203, 0, 113, last);
      if (net > 2 || taken.insert(address).second) return address;
    }
  };
  for (const Host& host : scenario.hosts)
    all.push_back(host.addresses.empty() ? std::vector{fresh()} : host.addresses);
  return all;
}

// ---- the scene -----------------------------------------------------------------------------

trace::HostKind kind_of(const Host& host) {
  if (!host.user.empty()) return trace::HostKind::client;
  if (host.services.empty()) return trace::HostKind::router;
  for (const Service service : host.services)
    if (service != Service::dns) return trace::HostKind::mail_server;
  return trace::HostKind::name_server;
}

trace::SceneHost scene_host(const Plan& plan, std::size_t index) {
  const Host& host = plan.scenario.hosts[index];
  trace::SceneHost out;
  out.name = host.name;
  out.label = host.label;
  out.kind = kind_of(host);
  for (const Service service : host.services) out.services.emplace_back(service_name(service));
  out.user = lower(host.user);
  out.reads = host.client.reads == Reads::imap   ? "imap"
              : host.client.reads == Reads::pop3 ? "pop3"
                                                 : "";
  out.addresses = plan.addresses[index];
  out.position = host.position;
  if (!host.user.empty()) {
    out.domain = lower(domain_of(host.user));
    if (const PlannedAccount* account = plan.account(host.user); account && out.label.empty())
      out.label = account->display;
  }
  const HostId id{static_cast<std::uint32_t>(index + 1)};
  for (const Domain& domain : plan.scenario.domains) {
    const auto relays = plan.relays.find(domain.name);
    const bool serves = plan.homes.at(domain.name) == id ||
                        (relays != plan.relays.end() && std::ranges::count(relays->second, id));
    if (out.domain.empty() && out.kind == trace::HostKind::mail_server && serves)
      out.domain = domain.name;
  }
  if (out.label.empty()) out.label = {host.name, host.name};
  return out;
}

LocalText describe(const Act& act) {
  struct Describe {
    const std::string& who;
    LocalText operator()(const Send& send) const {
      const std::string to = send.to.empty() ? "" : send.to.front();
      return {who + " writes to " + to, who + " が " + to + " へメールを書きます"};
    }
    LocalText operator()(const Fetch&) const {
      return {who + " fetches mail", who + " がメールを受信します"};
    }
    LocalText operator()(const Read&) const {
      return {who + " reads a message", who + " がメールを読みます"};
    }
    LocalText operator()(const Reply&) const { return {who + " replies", who + " が返信します"}; }
    LocalText operator()(const Delete&) const {
      return {who + " deletes a message", who + " がメールを削除します"};
    }
    LocalText operator()(const Break& b) const {
      const std::string what = b.host.empty() ? b.link_a + " – " + b.link_b : b.host;
      return {what + " goes down", what + " が止まります"};
    }
    LocalText operator()(const Repair& r) const {
      const std::string what = !r.fault.empty() ? r.fault
                               : r.host.empty() ? r.link_a + " – " + r.link_b
                                                : r.host;
      return {what + " comes back", what + " が復旧します"};
    }
    LocalText operator()(const Trouble& trouble) const { return scenario::describe(trouble); }
  };
  return std::visit(Describe{act.who}, act.what);
}

trace::Scene make_scene(const Plan& plan) {
  const Scenario& s = plan.scenario;
  trace::Scene scene;
  scene.title = s.title;
  scene.summary = s.summary;
  scene.seed = s.seed;
  scene.epoch = s.start;
  scene.utc_offset = s.utc_offset;
  for (std::size_t i = 0; i < s.hosts.size(); ++i) scene.hosts.push_back(scene_host(plan, i));
  for (const Link& link : s.links)
    scene.links.push_back({plan.find(link.a), plan.find(link.b), link.latency, link.bandwidth});
  for (const auto& [address, account] : plan.accounts)
    scene.accounts.push_back({address, account.display, account.home});
  for (const Narration& n : s.narration)
    scene.narration.push_back({n.step, n.title, n.text, n.notes});
  for (const Act& act : s.story) scene.acts.push_back(describe(act));
  return scene;
}

/// Certificates for those who offer TLS. Who obeys TLSA records has to know TLS even where nobody
/// offers it.
void certify(Plan& plan) {
  const Scenario& s = plan.scenario;
  const bool anybody = std::ranges::any_of(
      s.hosts, [](const Host& host) { return host.has_certificate() || host.tls.dane; });
  if (!anybody || !tls::available()) return;
  const tls::Authority authority(s.seed, s.start);
  plan.root = authority.root();
  plan.root_pem = authority.root_pem();
  for (std::size_t i = 0; i < s.hosts.size(); ++i)
    if (const Host& host = s.hosts[i]; host.has_certificate()) {
      const std::string& claimed = host.tls.certificate_name;
      plan.identities[HostId{static_cast<std::uint32_t>(i + 1)}] =
          authority.issue(lower(claimed.empty() ? host.name : claimed), host.tls.certificate);
    }
}

std::vector<IpAddress> root_servers(const Plan& plan) {
  const HostId root = plan.find(root_server_name(plan.scenario));
  if (!root) return {};  // nobody offers dns at all
  return {plan.addresses[root.value - 1].front()};
}

void place_domains(Plan& plan) {
  for (Domain& domain : plan.scenario.domains) {
    domain.name = lower(domain.name);
    const auto best = std::ranges::min_element(domain.mx, {}, &Mx::preference);
    if (domain.home.empty() && best != domain.mx.end()) domain.home = best->host;
    plan.homes[domain.name] = plan.find(domain.home);
    for (const Mx& mx : domain.mx)
      if (const HostId host = plan.find(mx.host)) plan.relays[domain.name].push_back(host);
    for (const Account& account : domain.accounts) {
      const std::string address = lower(account.name) + "@" + domain.name;
      plan.accounts[address] = {address, account.password, account.display, plan.homes[domain.name],
                                account};
    }
    for (const Alias& alias : domain.aliases)
      plan.aliases[lower(alias.name) + "@" + domain.name] = alias.to;
    for (const MailingList& list : domain.lists)
      plan.lists[lower(list.name) + "@" + domain.name] = list;
    if (!domain.catch_all.empty())
      plan.catch_alls[domain.name] = lower(domain.catch_all) + "@" + domain.name;
  }
}

/// A server of submission that keeps no mailboxes is there for the domains that its name lies in,
/// and for those where somebody's mail client is set up to use it.
void place_submitters(Plan& plan) {
  for (std::size_t i = 0; i < plan.scenario.hosts.size(); ++i) {
    const Host& host = plan.scenario.hosts[i];
    const HostId id{static_cast<std::uint32_t>(i + 1)};
    if (!host.offers(Service::submission) && !host.offers(Service::submissions)) continue;
    for (const Domain& domain : plan.scenario.domains) {
      const bool used = std::ranges::any_of(plan.scenario.hosts, [&](const Host& other) {
        return lower(domain_of(other.user)) == domain.name &&
               plan.find(other.client.submission) == id;
      });
      if (used || is_in_domain(lower(host.name), domain.name))
        plan.submitters[domain.name].push_back(id);
    }
  }
}

void know_all_zones(Plan& plan) {
  for (const auto& [server, served] : plan.zones) {
    const IpAddress address = plan.addresses[server.value - 1].front();
    plan.name_servers.push_back(address);
    for (const auto& zone : served) plan.known_zones[zone->origin()].push_back(address);
  }
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

HostId Plan::find(std::string_view host_name) const {
  const auto found = host_ids.find(lower(host_name));
  return found == host_ids.end() ? HostId{} : found->second;
}

namespace {

/// Equal but for the case of ASCII letters. `wanted` is in lower case already.
bool is_same(std::string_view text, std::string_view wanted) {
  return text.size() == wanted.size() &&
         std::equal(text.begin(), text.end(), wanted.begin(), [](char a, char b) {
           return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b);
         });
}

}  // namespace

HostId Plan::client_of(std::string_view address, std::string_view host) const {
  const std::string wanted = lower(address), named = lower(host);
  if (wanted.empty()) return {};
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i)
    if (is_same(scenario.hosts[i].user, wanted) &&
        (named.empty() || is_same(scenario.hosts[i].name, named)))
      return HostId{static_cast<std::uint32_t>(i + 1)};
  return {};
}

const PlannedAccount* Plan::account(std::string_view address) const {
  const auto found = accounts.find(lower(address));
  return found == accounts.end() ? nullptr : &found->second;
}

std::shared_ptr<const Plan> make_plan(Scenario scenario) {
  auto plan = std::make_shared<Plan>();
  plan->scenario = std::move(scenario);
  add_root_servers(plan->scenario);
  for (std::size_t i = 0; i < plan->scenario.hosts.size(); ++i)
    plan->host_ids[lower(plan->scenario.hosts[i].name)] = HostId{static_cast<std::uint32_t>(i + 1)};
  plan->addresses = assign_addresses(plan->scenario);
  place_domains(*plan);
  place_submitters(*plan);
  certify(*plan);
  Zones zones = make_zones(*plan);
  plan->zones = std::move(zones.by_server);
  plan->zone_problems = std::move(zones.problems);
  if (plan->scenario.name_resolution == NameResolution::iterative)
    plan->name_servers = root_servers(*plan);
  else
    know_all_zones(*plan);
  plan->scene = make_scene(*plan);
  return plan;
}

}  // namespace posthorn::scenario
