// Bad weather: faults begin and end, and the world obeys those that hold now. What a host or link
// is like is worked out afresh from all of them, so that two that overlap cannot undo each other.
#include <algorithm>

#include "sim/scenario/defaults.hpp"
#include "sim/scenario/fault_words.hpp"
#include "sim/world/doing.hpp"

namespace posthorn::world {
namespace {

/// From the last word that a server says to the moment when its power goes.
constexpr Duration kGoodbyeTime = std::chrono::milliseconds(500);

std::uint32_t ppm(double part) { return static_cast<std::uint32_t>(part * 1e6 + 0.5); }

bool joins(const trace::SceneLink& link, HostId a, HostId b) {
  return (link.a == a && link.b == b) || (link.a == b && link.b == a);
}

/// trace::FaultKind names the alternatives of scenario::Fault in their order.
trace::FaultKind kind_of(const scenario::Fault& fault) {
  using What = scenario::Fault::What;
  constexpr trace::FaultKind kinds[] = {
      trace::FaultKind::power_cut,       trace::FaultKind::shut_down,
      trace::FaultKind::service_stopped, trace::FaultKind::slow,
      trace::FaultKind::disk_full,       trace::FaultKind::wrong_clock,
      trace::FaultKind::link_cut,        trace::FaultKind::bad_line,
      trace::FaultKind::partition,       trace::FaultKind::dns,
      trace::FaultKind::wrong_record,    trace::FaultKind::listener,
      trace::FaultKind::port_blocked,    trace::FaultKind::mailbox_full,
      trace::FaultKind::user_unknown,    trace::FaultKind::sender_rejected,
      trace::FaultKind::size_limited,    trace::FaultKind::greylisting,
      trace::FaultKind::rate_limited};
  static_assert(std::size(kinds) == std::variant_size_v<What>);
  return kinds[fault.what.index()];
}

}  // namespace

std::uint32_t World::intervene(trace::Trace& trace, Instant now, const Intervention& what) {
  advance(trace, now);
  return Doing(*this, trace).intervene(what);
}

bool World::has_fault(std::string_view id) const {
  return !id.empty() &&
         std::ranges::any_of(faults_, [&](const auto& item) { return item.second.id == id; });
}

std::uint32_t World::Doing::intervene(const Intervention& what) {
  trace_.set_cause({});
  set_message({});
  std::uint32_t number = 0;
  if (const auto* fault = std::get_if<scenario::Fault>(&what)) {
    if (!w_.has_fault(fault->id)) number = begin_fault(*fault);
  } else if (const auto* broken = std::get_if<scenario::Break>(&what)) {
    break_or_repair(broken->host, broken->link_a, broken->link_b, false);
  } else if (const auto* repaired = std::get_if<scenario::Repair>(&what)) {
    if (!repaired->fault.empty()) end_fault(repaired->fault);
    break_or_repair(repaired->host, repaired->link_a, repaired->link_b, true);
  } else {
    end_fault(std::get<std::uint32_t>(what));
  }
  settle();
  return number;
}

// ---- beginning and end ---------------------------------------------------------------------

std::uint32_t World::Doing::begin_fault(scenario::Fault fault) {
  scenario::fill_host(plan().scenario, fault);
  for (const std::string& name : scenario::hosts_of(fault))
    if (!plan().find(name)) return 0;
  const std::uint32_t number = ++w_.last_fault_;
  w_.faults_.emplace(number, fault);
  const trace::Scope scope(trace_);
  trace_.append_as_cause(now(), fact_of<trace::FaultBegan>(number, fault));
  if (fault.lasts) put(now() + *fault.lasts, FaultDue{number});
  refresh(fault);
  return number;
}

void World::Doing::end_fault(std::uint32_t number) {
  const auto found = w_.faults_.find(number);
  if (found == w_.faults_.end()) return;
  const scenario::Fault fault = std::move(found->second);
  w_.faults_.erase(found);
  const trace::Scope scope(trace_);
  trace_.append_as_cause(now(), fact_of<trace::FaultEnded>(number, fault));
  refresh(fault);
}

void World::Doing::end_fault(const std::string& id) {
  for (const auto& [number, fault] : w_.faults_)
    if (fault.id == id) return end_fault(number);
}

template <class Fact>
Fact World::Doing::fact_of(std::uint32_t number, const scenario::Fault& fault) {
  const std::vector<std::string> hosts = scenario::hosts_of(fault);
  Fact fact{number, {}, {}, trace_.intern(scenario::detail_of(fault)), kind_of(fault)};
  const bool line = std::holds_alternative<scenario::CutLink>(fault.what) ||
                    std::holds_alternative<scenario::BadLine>(fault.what) ||
                    std::holds_alternative<scenario::Listener>(fault.what);
  if (!line) {
    fact.host = plan().find(hosts.front());
    return fact;
  }
  const HostId a = plan().find(hosts[0]), b = plan().find(hosts[1]);
  for (std::size_t i = 0; i < plan().scene.links.size(); ++i)
    if (joins(plan().scene.links[i], a, b)) fact.link = LinkId{static_cast<std::uint32_t>(i + 1)};
  return fact;
}

void World::Doing::break_or_repair(const std::string& host, const std::string& a,
                                   const std::string& b, bool up) {
  if (!host.empty()) {
    const HostId id = plan().find(host);
    if (!id) return;
    up ? (void)w_.broken_hosts_.erase(id) : (void)w_.broken_hosts_.insert(id);
    return refresh_host(id);
  }
  const HostId from = plan().find(a), to = plan().find(b);
  for (std::size_t i = 0; i < plan().scene.links.size(); ++i) {
    const LinkId id{static_cast<std::uint32_t>(i + 1)};
    if (!joins(plan().scene.links[i], from, to)) continue;
    up ? (void)w_.broken_links_.erase(id) : (void)w_.broken_links_.insert(id);
  }
  refresh_links();
}

// ---- what follows from it --------------------------------------------------------------------

void World::Doing::refresh(const scenario::Fault& fault) {
  struct Refresh {
    Doing& doing;
    HostId host(const std::string& name) const { return doing.plan().find(name); }
    void operator()(const scenario::PowerCut& f) const { doing.refresh_host(host(f.host)); }
    void operator()(const scenario::ShutDown& f) const { doing.refresh_host(host(f.host)); }
    void operator()(const scenario::StopService& f) const { doing.refresh_host(host(f.host)); }
    void operator()(const scenario::Slow& f) const { doing.resume_all(host(f.host)); }
    void operator()(const scenario::WrongClock& f) const { doing.refresh_clock(host(f.host)); }
    void operator()(const scenario::CutLink&) const { doing.refresh_links(); }
    void operator()(const scenario::BadLine&) const { doing.refresh_links(); }
    void operator()(const scenario::Partition&) const { doing.refresh_links(); }
    void operator()(const scenario::Listener&) const { doing.refresh_links(); }
    void operator()(const scenario::BadDns& f) const { doing.refresh_name_server(host(f.host)); }
    void operator()(const scenario::WrongRecord& f) const {
      doing.refresh_name_server(host(f.host));
      doing.refresh_cache(f);
    }
    void operator()(const scenario::BlockPort& f) const { doing.refresh_firewall(host(f.host)); }
    void operator()(const scenario::DiskFull& f) const { refuse(f.host); }
    void operator()(const scenario::FullMailbox& f) const { refuse(f.host); }
    void operator()(const scenario::UnknownUser& f) const { refuse(f.host); }
    void operator()(const scenario::RejectSender& f) const { refuse(f.host); }
    void operator()(const scenario::SizeLimit& f) const { refuse(f.host); }
    void operator()(const scenario::Greylist& f) const { refuse(f.host); }
    void operator()(const scenario::Throttle& f) const { refuse(f.host); }
    void refuse(const std::string& name) const { doing.refresh_refusals(host(name)); }
  };
  std::visit(Refresh{*this}, fault.what);
}

void World::Doing::refresh_host(HostId id) {
  bool cut = w_.broken_hosts_.contains(id), shut = false;
  for (const auto& [number, fault] : w_.faults_) {
    if (const auto* f = std::get_if<scenario::PowerCut>(&fault.what))
      cut = cut || plan().find(f->host) == id;
    if (const auto* f = std::get_if<scenario::ShutDown>(&fault.what))
      shut = shut || plan().find(f->host) == id;
  }
  if (cut || (!shut && !w_.closing_.contains(id))) {
    w_.closing_.erase(id);
    set_power(id, !cut);
  } else if (!shut) {  // it is switched on again before it was off
    w_.closing_.erase(id);
    set_power(id, false);
    set_power(id, true);
  } else if (w_.net_.host_up(id) && w_.closing_.insert(id).second) {
    put(now() + kGoodbyeTime, PowerOff{id});
  }
  close_services(id);
}

void World::Doing::handle(const PowerOff& off) {
  if (w_.closing_.erase(off.host) > 0) set_power(off.host, false);
}

bool World::Doing::is_off(HostId id) const {
  return !w_.net_.host_up(id) || w_.closing_.contains(id);
}

void World::Doing::set_power(HostId id, bool up) {
  if (!id || w_.net_.host_up(id) == up) return;
  w_.net_.set_host_up(net_, id, up);
  if (!up) forget(id);
  Host& host = at(id);
  if (host.mail_server) host.mail_server->handle_power(*this, up);
  if (host.mail_client) host.mail_client->handle_power(*this, up);
}

bool World::Doing::is_stopped(HostId id, std::uint16_t port) const {
  return std::ranges::any_of(w_.faults_, [&](const auto& item) {
    const auto* stop = std::get_if<scenario::StopService>(&item.second.what);
    return stop != nullptr && plan().find(stop->host) == id &&
           scenario::port_of(stop->service) == port;
  });
}

/// Ports answer or refuse as the faults say; whoever is connected to a stopped one is told so.
void World::Doing::close_services(HostId id) {
  const bool closing = w_.closing_.contains(id);
  for (const auto& [service, name, port, spoken] : scenario::kServices) {
    if (!plan().host(id).offers(service)) continue;
    const bool open = !closing && !is_stopped(id, port);
    if (open && (service != scenario::Service::dns || at(id).name_server))
      w_.net_.listen(id, port);
    else
      w_.net_.close_listener(id, port);
  }
  for (auto& [key, here] : w_.ends_) {
    if (here.host != id || here.gone) continue;
    const bool ours = key.second == Side::server && is_stopped(id, here.port);
    if (closing || ours) say_goodbye(key.first, key.second, here);
  }
  if (!closing) return;
  forget(id);
  if (at(id).mail_server) at(id).mail_server->handle_power(*this, false);
  if (at(id).mail_client) at(id).mail_client->handle_power(*this, false);
}

/// RFC 5321 §3.8: 421, RFC 3501 §7.1.5: BYE; then the connection is closed. POP3 just closes it.
void World::Doing::say_goodbye(ConnId conn, Side side, End& here) {
  // A slow server says what it owes before it goes: the reply belongs to the letter that it held.
  const trace::Scope scope(trace_);
  if (here.hold.on) set_message(here.hold.message);
  cancel(here.hold.resume);
  here.hold = {};
  const bool shaking_hands = here.tls && !here.tls->established();  // nobody could hear it
  if (auto* session = std::get_if<smtp::ServerSession>(&here.session);
      session != nullptr && !shaking_hands) {
    session->go_away(now());
    drain(conn, side);
  } else if (auto* imap = std::get_if<imap::Server>(&here.session)) {
    imap->go_away();
    drain(conn, side);
  }
  shutdown(conn, side, here);
  let_go(conn, side, here);
}

void World::Doing::refresh_links() {
  for (std::size_t i = 0; i < plan().scene.links.size(); ++i) {
    const LinkId id{static_cast<std::uint32_t>(i + 1)};
    const trace::SceneLink& link = plan().scene.links[i];
    bool up = !w_.broken_links_.contains(id);
    net::LinkWeather weather;
    bool stripped = false;
    for (const auto& [number, fault] : w_.faults_) {
      if (const auto* cut = std::get_if<scenario::CutLink>(&fault.what))
        up = up && !joins(link, plan().find(cut->a), plan().find(cut->b));
      if (const auto* island = std::get_if<scenario::Partition>(&fault.what)) {
        const auto inside = [&](HostId host) {
          return std::ranges::any_of(island->hosts,
                                     [&](const auto& name) { return plan().find(name) == host; });
        };
        up = up && inside(link.a) == inside(link.b);
      }
      if (const auto* tap = std::get_if<scenario::Listener>(&fault.what))
        stripped = stripped ||
                   (tap->strip_starttls && joins(link, plan().find(tap->a), plan().find(tap->b)));
      const auto* bad = std::get_if<scenario::BadLine>(&fault.what);
      if (bad == nullptr || !joins(link, plan().find(bad->a), plan().find(bad->b))) continue;
      weather.loss_ppm = std::max(weather.loss_ppm, ppm(bad->loss));
      weather.duplication_ppm = std::max(weather.duplication_ppm, ppm(bad->duplication));
      weather.reordering_ppm = std::max(weather.reordering_ppm, ppm(bad->reordering));
      weather.corruption_ppm = std::max(weather.corruption_ppm, ppm(bad->corruption));
    }
    w_.net_.set_link_up(net_, id, up);
    w_.net_.set_link_weather(id, weather);
    w_.net_.set_link_strips_tls(id, stripped);
  }
}

void World::Doing::refresh_clock(HostId id) {
  Duration error{};
  for (const auto& [number, fault] : w_.faults_)
    if (const auto* clock = std::get_if<scenario::WrongClock>(&fault.what))
      if (plan().find(clock->host) == id) error += clock->ahead - clock->behind;
  at(id).clock_error = error;
}

void World::Doing::refresh_firewall(HostId id) {
  for (const auto& known : scenario::kServices) {
    const auto blocks = [&](const auto& item) {
      const auto* f = std::get_if<scenario::BlockPort>(&item.second.what);
      return f != nullptr && f->service == known.service && plan().find(f->host) == id;
    };
    w_.net_.set_port_blocked(id, known.port, std::ranges::any_of(w_.faults_, blocks));
  }
}

namespace {

/// Of several the strictest counts.
struct AddRefusal {
  host::ServerTrouble& sum;
  void operator()(const scenario::DiskFull&) const { sum.disk_full = true; }
  void operator()(const scenario::FullMailbox& f) const { sum.full.insert(f.address); }
  void operator()(const scenario::UnknownUser& f) const { sum.closed.insert(f.address); }
  void operator()(const scenario::RejectSender& f) const { sum.rejected.push_back(f.sender); }
  void operator()(const scenario::SizeLimit& f) const {
    sum.max_size = std::min(sum.max_size.value_or(f.octets), f.octets);
  }
  void operator()(const scenario::Greylist& f) const {
    sum.greylist = std::max(sum.greylist.value_or(f.delay), f.delay);
  }
  void operator()(const scenario::Throttle& f) const {
    if (!sum.rate_limit || f.messages < sum.rate_limit->messages)
      sum.rate_limit = scenario::RateLimit{f.messages, f.per};
  }
  template <class Other>
  void operator()(const Other&) const {}
};

}  // namespace

void World::Doing::refresh_refusals(HostId id) {
  if (!at(id).mail_server) return;
  host::ServerTrouble sum;
  for (const auto& [number, fault] : w_.faults_)
    if (plan().find(scenario::hosts_of(fault).front()) == id)
      std::visit(AddRefusal{sum}, fault.what);
  at(id).mail_server->set_trouble(sum);
}

// ---- names -----------------------------------------------------------------------------------

namespace {

std::optional<dns::Record> record_of(const scenario::WrongRecord& wrong) {
  const auto name = dns::Name::parse(wrong.name);
  const auto type = dns::parse_record_type(wrong.type);
  if (!name || !type) return std::nullopt;
  const auto data = dns::parse_rdata(*type, wrong.value);
  if (!data) return std::nullopt;
  return dns::Record{*name, wrong.ttl, *data};
}

std::optional<dns::BadAnswer> bad_answer_of(const scenario::BadDns& bad) {
  const auto name = bad.name.empty() ? dns::Name() : dns::Name::parse(bad.name);
  if (!name) return std::nullopt;
  switch (bad.trouble) {
    case scenario::DnsTrouble::silent:
      return dns::BadAnswer{*name, std::nullopt};
    case scenario::DnsTrouble::no_such_name:
      return dns::BadAnswer{*name, dns::Rcode::name_error};
    case scenario::DnsTrouble::server_failure:
      return dns::BadAnswer{*name, dns::Rcode::server_failure};
    case scenario::DnsTrouble::lame:
      return dns::BadAnswer{*name, dns::Rcode::refused};
  }
  return std::nullopt;
}

}  // namespace

/// A name server knows its troubles itself, so that it answers alike by UDP and on every stream;
/// the sessions have copies of it.
void World::Doing::refresh_name_server(HostId id) {
  Host& host = at(id);
  if (!host.name_server) return;
  std::vector<dns::Trouble> troubles;
  for (const auto& [number, fault] : w_.faults_) {
    const auto* wrong = std::get_if<scenario::WrongRecord>(&fault.what);
    if (wrong != nullptr && plan().find(wrong->host) == id)
      if (auto record = record_of(*wrong)) troubles.emplace_back(std::move(*record));
    const auto* bad = std::get_if<scenario::BadDns>(&fault.what);
    if (bad != nullptr && plan().find(bad->host) == id)
      if (auto answer = bad_answer_of(*bad)) troubles.emplace_back(std::move(*answer));
  }
  host.name_server->set_troubles(std::move(troubles));
  for (auto& [key, here] : w_.ends_)
    if (auto* session = std::get_if<dns::ServerSession>(&here.session);
        session != nullptr && here.host == id)
      session->set_server(*host.name_server);
}

/// What the name server says to a datagram; empty for nothing.
std::string World::Doing::answer_dns(HostId id, std::string_view question) {
  if (is_off(id) || is_stopped(id, dns::kPort)) return {};
  return at(id).name_server->respond(question);
}

/// A wrong record in a cache is put there once, and flushed when the fault is over. Those that a
/// name server spread stay in caches for as long as their TTL says.
void World::Doing::refresh_cache(const scenario::WrongRecord& wrong) {
  const HostId id = plan().find(wrong.host);
  Host& host = at(id);
  if (host.name_server || !host.resolver) return;
  host.resolver->clear_cache();
  for (const auto& [number, fault] : w_.faults_) {
    const auto* other = std::get_if<scenario::WrongRecord>(&fault.what);
    if (other == nullptr || plan().find(other->host) != id) continue;
    if (const auto record = record_of(*other)) host.resolver->put_into_cache(now(), *record);
  }
  resolvers_.insert(id);
}

}  // namespace posthorn::world
