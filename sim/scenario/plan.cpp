#include "sim/scenario/plan.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace posthorn::scenario {
namespace {

std::string_view service_name(Service service) {
  switch (service) {
    case Service::smtp:
      return "smtp";
    case Service::submission:
      return "submission";
    case Service::pop3:
      return "pop3";
    case Service::imap:
      return "imap";
    case Service::dns:
      return "dns";
  }
  return "";
}

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

// ---- zones ---------------------------------------------------------------------------------

std::optional<dns::Name> name(std::string_view text) {
  auto parsed = dns::Name::parse(text);
  if (!parsed) return std::nullopt;
  return *parsed;
}

dns::Rdata address_data(const IpAddress& address) {
  if (address.v6) return dns::Aaaa{address};
  return dns::A{address};
}

/// The rdata of an ExtraRecord; nullopt if the value does not fit the type.
std::optional<dns::Rdata> extra_data(const ExtraRecord& record) {
  const auto type = dns::parse_record_type(record.type);
  if (!type) return std::nullopt;
  const auto target = name(record.value);
  switch (*type) {
    case dns::RecordType::a:
    case dns::RecordType::aaaa:
      if (const auto address = IpAddress::parse(record.value)) return address_data(*address);
      return std::nullopt;
    case dns::RecordType::cname:
      if (target) return dns::Cname{*target};
      return std::nullopt;
    case dns::RecordType::ns:
      if (target) return dns::Ns{*target};
      return std::nullopt;
    case dns::RecordType::ptr:
      if (target) return dns::Ptr{*target};
      return std::nullopt;
    case dns::RecordType::txt: {
      dns::Txt txt;
      for (std::size_t at = 0; at == 0 || at < record.value.size(); at += 255)
        txt.strings.push_back(record.value.substr(at, 255));
      return txt;
    }
    case dns::RecordType::mx: {
      std::uint16_t preference = 0;
      const char* end = record.value.data() + record.value.size();
      const auto [rest, error] = std::from_chars(record.value.data(), end, preference);
      const auto host = name(std::string_view(rest, end).substr(rest < end ? 1 : 0));
      if (error != std::errc{} || !host) return std::nullopt;
      return dns::Mx{preference, *host};
    }
    default:
      return std::nullopt;
  }
}

/// A zone in the making.
struct Draft {
  HostId server;
  std::uint32_t ttl = 300;
  std::vector<dns::Record> records;
};

class ZoneMaker {
 public:
  ZoneMaker(const Plan& plan) : plan_(plan) {
    for (std::size_t i = 0; i < plan.scenario.hosts.size(); ++i)
      if (plan.scenario.hosts[i].offers(Service::dns)) {
        default_server_ = HostId{static_cast<std::uint32_t>(i + 1)};
        break;
      }
  }

  std::map<HostId, std::vector<std::shared_ptr<const dns::Zone>>> make() {
    if (!default_server_) return {};
    for (const Domain& domain : plan_.scenario.domains) add_domain(domain);
    for (std::size_t i = 0; i < plan_.scenario.hosts.size(); ++i) add_host(i);
    std::map<HostId, std::vector<std::shared_ptr<const dns::Zone>>> zones;
    for (auto& [origin, draft] : drafts_) finish(origin, draft, zones[draft.server]);
    return zones;
  }

 private:
  void add_domain(const Domain& domain) {
    const auto origin = name(domain.name);
    if (!origin) return;
    const HostId server = plan_.find(domain.name_server);
    Draft& draft = drafts_[*origin];
    draft.server = server ? server : default_server_;
    draft.ttl = domain.ttl;
    for (const Mx& mx : domain.mx)
      if (const auto host = name(mx.host))
        draft.records.push_back({*origin, domain.ttl, dns::Mx{mx.preference, *host}});
    if (domain.mx.empty() && plan_.homes.contains(domain.name))  // RFC 5321 §5.1: implicit MX
      for (const IpAddress& address : plan_.addresses[plan_.homes.at(domain.name).value - 1])
        draft.records.push_back({*origin, domain.ttl, address_data(address)});
    for (const ExtraRecord& extra : domain.records)
      if (const auto owner = name(extra.name))
        if (const auto data = extra_data(extra))
          draft.records.push_back({*owner, extra.ttl, *data});
  }

  /// The host's address record in the closest zone, and its PTR record.
  void add_host(std::size_t index) {
    const std::string& host_name = plan_.scenario.hosts[index].name;
    const auto owner = name(host_name);
    if (!owner || owner->label_count() < 2) return;  // a bare name is not in the DNS
    Draft& draft = closest(*owner);
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

  Draft& closest(const dns::Name& owner) {
    for (dns::Name zone = owner; !zone.is_root(); zone = zone.parent())
      if (const auto found = drafts_.find(zone); found != drafts_.end()) return found->second;
    Draft& draft = drafts_[owner.parent()];
    draft.server = default_server_;
    return draft;
  }

  void finish(const dns::Name& origin, Draft& draft,
              std::vector<std::shared_ptr<const dns::Zone>>& zones) {
    const std::string& server_name = plan_.host(draft.server).name;
    const dns::Name primary = name(server_name).value_or(origin);
    draft.records.push_back({origin, draft.ttl, dns::Ns{primary}});
    dns::Soa soa;
    soa.primary = primary;
    soa.mailbox = origin.child("hostmaster") ? *origin.child("hostmaster") : origin;
    soa.minimum = draft.ttl;
    auto zone = dns::Zone::make(origin, soa, std::move(draft.records));
    if (zone) zones.push_back(std::make_shared<const dns::Zone>(std::move(*zone)));
  }

  const Plan& plan_;
  HostId default_server_;
  std::map<dns::Name, Draft> drafts_;
};

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
      const std::string what = r.host.empty() ? r.link_a + " – " + r.link_b : r.host;
      return {what + " comes back", what + " が復旧します"};
    }
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
  for (const Narration& n : s.narration) scene.narration.push_back({n.step, n.title, n.text});
  for (const Act& act : s.story) scene.acts.push_back(describe(act));
  return scene;
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
      plan.accounts[address] = {address, account.password, account.display,
                                plan.homes[domain.name]};
    }
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

HostId Plan::client_of(std::string_view address) const {
  const std::string wanted = lower(address);
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i)
    if (!scenario.hosts[i].user.empty() && lower(scenario.hosts[i].user) == wanted)
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
  for (std::size_t i = 0; i < plan->scenario.hosts.size(); ++i)
    plan->host_ids[lower(plan->scenario.hosts[i].name)] = HostId{static_cast<std::uint32_t>(i + 1)};
  plan->addresses = assign_addresses(plan->scenario);
  place_domains(*plan);
  plan->zones = ZoneMaker(*plan).make();
  for (const auto& [server, zones] : plan->zones)
    plan->name_servers.push_back(plan->addresses[server.value - 1].front());
  plan->scene = make_scene(*plan);
  return plan;
}

}  // namespace posthorn::scenario
