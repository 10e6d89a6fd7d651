#include "sim/scenario/zones.hpp"

#include <algorithm>
#include <set>

#include "sim/scenario/defaults.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/scenario/resolve.hpp"

namespace posthorn::scenario {
namespace {

std::optional<dns::Name> name(std::string_view text) {
  auto parsed = dns::Name::parse(text);
  if (!parsed) return std::nullopt;
  return *parsed;
}

dns::Rdata address_data(const IpAddress& address) {
  if (address.v6) return dns::Aaaa{address};
  return dns::A{address};
}

/// "example" of "sakura.example".
std::string_view top_level(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

std::string top_level_server(std::string_view tld) { return "a.nic." + std::string(tld); }

bool is_iterative(const Scenario& scenario) {
  return scenario.name_resolution == NameResolution::iterative;
}

/// The last labels of all domains and hosts, but not the names of hosts that have one label only.
std::set<std::string> top_levels(const Scenario& scenario) {
  std::set<std::string> tlds;
  for (const Domain& domain : scenario.domains)
    if (!domain.name.empty()) tlds.insert(lower(top_level(domain.name)));
  for (const Host& host : scenario.hosts)
    if (host.name.find('.') != std::string::npos) tlds.insert(lower(top_level(host.name)));
  return tlds;
}

/// RFC 6186 §3.1, RFC 8314 §5.1: where a mail client finds the servers of a domain.
constexpr std::pair<const char*, Service> kMailServices[] = {
    {"_submission._tcp", Service::submission},
    {"_imap._tcp", Service::imap},
    {"_pop3._tcp", Service::pop3},
    {"_submissions._tcp", Service::submissions},
    {"_imaps._tcp", Service::imaps},
    {"_pop3s._tcp", Service::pop3s}};

/// A zone in the making.
struct Draft {
  HostId server;
  std::uint32_t ttl = 300;
  std::vector<dns::Record> records;
};

class ZoneMaker {
 public:
  explicit ZoneMaker(const Plan& plan) : plan_(plan), scenario_(plan.scenario) {}

  Zones make() {
    default_server_ = choose_default_server();
    if (!default_server_) return {};
    if (is_iterative(scenario_)) add_top();
    for (const Domain& domain : scenario_.domains) add_domain(domain);
    for (std::size_t i = 0; i < scenario_.hosts.size(); ++i) add_host(i);
    for (const auto& [origin, draft] : drafts_) delegate(origin, draft.server);
    for (auto& [origin, draft] : drafts_) finish(origin, draft);
    return std::move(zones_);
  }

 private:
  /// The first name server that serves something else than the top of the tree.
  [[nodiscard]] HostId choose_default_server() const {
    std::set<std::string> top{root_server_name(scenario_)};
    for (const std::string& tld : top_levels(scenario_)) top.insert(top_level_server(tld));
    for (std::size_t i = 0; i < scenario_.hosts.size(); ++i)
      if (scenario_.hosts[i].offers(Service::dns) && !top.contains(scenario_.hosts[i].name))
        return HostId{static_cast<std::uint32_t>(i + 1)};
    return {};
  }

  void add_top() {
    constexpr std::uint32_t kDay = 86400;  // delegations change seldom
    drafts_[dns::Name()] = {plan_.find(root_server_name(scenario_)), kDay, {}};
    for (const std::string& tld : top_levels(scenario_))
      if (const auto origin = name(tld))
        drafts_[*origin] = {plan_.find(top_level_server(tld)), kDay, {}};
  }

  void add_domain(const Domain& domain) {
    const auto origin = name(domain.name);
    if (!origin) return;
    const HostId server = plan_.find(domain.name_server);
    Draft& draft = drafts_[*origin];
    draft.server = server ? server : default_server_;
    draft.ttl = domain.ttl;
    const auto add = [&](const dns::Name& owner, dns::Rdata data) {
      draft.records.push_back({owner, domain.ttl, std::move(data)});
    };
    for (const Mx& mx : domain.mx)
      if (const auto host = name(mx.host)) add(*origin, dns::Mx{mx.preference, *host});
    if (!domain.accepts_mail)
      add(*origin, dns::Mx{0, dns::Name()});                          // RFC 7505 §3
    else if (domain.mx.empty() && plan_.homes.contains(domain.name))  // RFC 5321 §5.1: implicit MX
      if (const HostId home = plan_.homes.at(domain.name))
        for (const IpAddress& address : plan_.addresses[home.value - 1])
          add(*origin, address_data(address));
    add_services(domain, draft);
    for (const ExtraRecord& extra : domain.records) add_extra(domain, extra, draft);
  }

  /// A target of "." says that a service is not offered (RFC 6186 §3.4).
  void add_services(const Domain& domain, Draft& draft) {
    if (find_host(scenario_, domain.home) == nullptr) return;
    for (const auto& [label, service] : kMailServices) {
      const auto owner = name(std::string(label) + "." + domain.name);
      const bool said = std::ranges::any_of(
          domain.records, [&](const ExtraRecord& extra) { return name(extra.name) == owner; });
      if (!owner || said) continue;
      const std::string server = server_for(scenario_, domain, service);
      const Host* host = find_host(scenario_, server);
      const auto target = name(server);
      dns::Srv srv;
      const bool offered = host != nullptr && host->offers(service) && target;
      if (!offered && implicit_tls(service)) continue;
      if (offered) srv = {0, 1, port_of(service), *target};
      draft.records.push_back({*owner, domain.ttl, srv});
    }
  }

  void add_extra(const Domain& domain, const ExtraRecord& extra, Draft& draft) {
    const auto owner = name(extra.name);
    const auto type = dns::parse_record_type(extra.type);
    if (!owner || !type) return;
    auto data = dns::parse_rdata(*type, extra.value);
    if (data)
      draft.records.push_back({*owner, extra.ttl, std::move(*data)});
    else
      zones_.problems.push_back(domain.name + ": " + data.error().message);
  }

  /// The host's address record in the closest zone, and its PTR record.
  void add_host(std::size_t index) {
    const Host& host = scenario_.hosts[index];
    const auto owner = name(host.name);
    if (!owner) return;
    if (owner->label_count() < 2 && !is_looked_up(host)) return;
    Draft& draft = closest(*owner);
    add_tlsa(index, draft);
    for (const IpAddress& address : plan_.addresses[index]) {
      draft.records.push_back({*owner, draft.ttl, address_data(address)});
      if (const auto reverse = name(address.reverse_name())) {
        dns::Name origin = reverse->parent();
        for (int up = 0; up < (address.v6 ? 15 : 0); ++up) origin = origin.parent();
        Draft& pointers = drafts_[origin];
        if (!pointers.server) pointers.server = default_server_;
        pointers.records.push_back({*reverse, pointers.ttl, dns::Ptr{*owner}});
      }
    }
  }

  /// RFC 7672 §3.1.3: usage 3, selector 1 and SHA-256 are what a mail server should publish.
  void add_tlsa(std::size_t index, Draft& draft) {
    const Host& host = scenario_.hosts[index];
    const auto owner = name("_25._tcp." + host.name);
    const auto identity = plan_.identities.find(HostId{static_cast<std::uint32_t>(index + 1)});
    if (!host.tls.publish_tlsa || !owner || identity == plan_.identities.end()) return;
    draft.records.push_back({*owner, draft.ttl, dns::Tlsa{3, 1, 1, identity->second->key_digest}});
  }

  /// A bare name is in the DNS only where somebody must find it: a server of mail, or one that a
  /// delegation from the root leads to.
  [[nodiscard]] bool is_looked_up(const Host& host) const {
    const bool iterative = is_iterative(scenario_);
    return std::ranges::any_of(
        host.services, [&](Service service) { return service != Service::dns || iterative; });
  }

  Draft& closest(const dns::Name& owner) {
    if (Draft* above = enclosing(owner)) return *above;
    Draft& draft = drafts_[owner.parent()];
    draft.server = default_server_;
    return draft;
  }
  /// The draft of the deepest zone that holds the name; null if there is none.
  Draft* enclosing(dns::Name zone) {
    for (;; zone = zone.parent()) {
      if (const auto found = drafts_.find(zone); found != drafts_.end()) return &found->second;
      if (zone.is_root()) return nullptr;
    }
  }

  [[nodiscard]] dns::Name primary_of(const dns::Name& origin, HostId server) const {
    return name(plan_.host(server).name).value_or(origin);
  }
  void add_glue(HostId server, const dns::Name& host, Draft& to) {
    for (const IpAddress& address : plan_.addresses[server.value - 1]) {
      dns::Record record{host, to.ttl, address_data(address)};
      if (!std::ranges::count(to.records, record)) to.records.push_back(std::move(record));
    }
  }

  /// The zone above says who serves this one; and where that server is, if its name lies inside,
  /// since otherwise nobody could find out (RFC 1034 §4.2.1).
  void delegate(const dns::Name& origin, HostId server) {
    const dns::Name primary = primary_of(origin, server);
    if (origin.is_root()) return add_glue(server, primary, drafts_.at(origin));
    Draft* above = enclosing(origin.parent());
    if (above == nullptr) return;
    above->records.push_back({origin, above->ttl, dns::Ns{primary}});
    if (primary.is_at_or_below(origin)) add_glue(server, primary, *above);
  }

  void finish(const dns::Name& origin, Draft& draft) {
    const dns::Name primary = primary_of(origin, draft.server);
    draft.records.push_back({origin, draft.ttl, dns::Ns{primary}});
    dns::Soa soa;
    soa.primary = primary;
    soa.mailbox = origin.child("hostmaster") ? *origin.child("hostmaster") : origin;
    soa.minimum = draft.ttl;
    auto zone = dns::Zone::make(origin, soa, std::move(draft.records));
    if (zone)
      zones_.by_server[draft.server].push_back(std::make_shared<const dns::Zone>(std::move(*zone)));
    else
      zones_.problems.push_back(zone.error().message);
  }

  const Plan& plan_;
  const Scenario& scenario_;
  HostId default_server_;
  std::map<dns::Name, Draft> drafts_;
  Zones zones_;
};

}  // namespace

Zones make_zones(const Plan& plan) { return ZoneMaker(plan).make(); }

std::string root_server_name(const Scenario& scenario) {
  const std::string first = scenario.domains.empty() ? "example" : scenario.domains.front().name;
  return "a.root-servers." + lower(top_level(first));
}

void add_name_server(Scenario& scenario) {
  const auto any_dns = [](const Host& host) { return host.offers(Service::dns); };
  const auto is_server = [](const Host& host) { return !host.services.empty(); };
  if (std::ranges::any_of(scenario.hosts, any_dns) ||
      std::ranges::count_if(scenario.hosts, is_server) < 2)
    return;
  Host added;
  added.name = "ns." + std::string(top_level(scenario.hosts.front().name));
  while (find_host(std::as_const(scenario), added.name) != nullptr) added.name = "x" + added.name;
  added.label = {"Name server", "ネームサーバー"};
  added.services = {Service::dns};
  scenario.hosts.push_back(added);
  for (std::size_t i = 0; i + 1 < scenario.hosts.size(); ++i) {
    const std::string& name = scenario.hosts[i].name;
    if (!is_server(scenario.hosts[i]) || Reachability(scenario).reaches(name, added.name)) continue;
    Link link;
    link.a = name;
    link.b = added.name;
    scenario.links.push_back(link);
  }
  for (Domain& domain : scenario.domains)
    if (domain.name_server.empty()) domain.name_server = added.name;
  fill_addresses(scenario);
}

void add_root_servers(Scenario& scenario) {
  if (!is_iterative(scenario)) return;
  const auto first = std::ranges::find_if(
      scenario.hosts, [](const Host& host) { return host.offers(Service::dns); });
  if (first == scenario.hosts.end()) return;
  // Where the first name server is linked, or else to itself.
  Link link;
  link.a = first->name;
  for (const Link& known : scenario.links)
    if (known.a == first->name || known.b == first->name) {
      link = known;
      if (link.a == first->name) link.a = known.b;
      break;
    }
  const auto beside = first->position;
  const std::set<std::string> tlds = top_levels(scenario);
  const double apart = tlds.size() == 1 ? 0.22 : 0.12;
  double shift = 0;
  const auto add = [&](const std::string& name, LocalText label) {
    if (find_host(std::as_const(scenario), name) != nullptr) return;
    Host host;
    host.name = name;
    host.label = std::move(label);
    host.services = {Service::dns};
    shift = shift < 0 ? -shift : -shift - apart;  // left, right, further left, ...
    if (beside) host.position = {{std::clamp((*beside)[0] + shift, 0.0, 1.0), (*beside)[1]}};
    scenario.hosts.push_back(std::move(host));
    link.b = name;
    scenario.links.push_back(link);
  };
  add(root_server_name(scenario), {"Root name server", "ルートサーバー"});
  for (const std::string& tld : tlds)
    add(top_level_server(tld), {"Name server of ." + tld, "." + tld + " のサーバー"});
}

}  // namespace posthorn::scenario
