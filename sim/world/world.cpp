#include "sim/world/world.hpp"

#include <algorithm>

#include "sim/world/doing.hpp"

namespace posthorn::world {
World::World(const World&) = default;
World::World(World&&) noexcept = default;
World& World::operator=(const World&) = default;
World& World::operator=(World&&) noexcept = default;
World::~World() = default;

World::World(std::shared_ptr<const scenario::Plan> plan)
    : plan_(std::move(plan)), net_(plan_->scenario.seed) {
  const scenario::Scenario& s = plan_->scenario;
  const engine::Random random(s.seed);
  for (std::size_t i = 0; i < s.hosts.size(); ++i) {
    const HostId id{static_cast<std::uint32_t>(i + 1)};
    const scenario::Host& config = s.hosts[i];
    net_.add_host(id, plan_->addresses[i].front(), config.name);
    for (std::size_t n = 1; n < plan_->addresses[i].size(); ++n)
      net_.add_address(id, plan_->addresses[i][n]);
    Host host;
    host.random = random.split("host/" + config.name);
    for (const auto& [service, name, port, spoken] : scenario::kServices) {
      if (service == scenario::Service::dns) continue;  // see below
      if (!config.offers(service)) continue;
      net_.listen(id, port);
      if (!host.mail_server) host.mail_server.emplace(id, *plan_);
    }
    const auto zones = plan_->zones.find(id);
    if (zones != plan_->zones.end())
      host.name_server.emplace(zones->second);
    else if (config.offers(scenario::Service::dns))  // it refuses whatever it is asked
      host.name_server.emplace(std::vector<std::shared_ptr<const dns::Zone>>{});
    if (host.name_server) net_.listen(id, dns::kPort);
    if (!config.user.empty()) host.mail_client.emplace(id);
    if (host.mail_server || host.mail_client) {
      dns::ResolverConfig resolver;
      resolver.hints = plan_->name_servers;
      resolver.known_zones = plan_->known_zones;
      resolver.hints_know_all = s.name_resolution == scenario::NameResolution::direct;
      resolver.attempts = 4;  // a bad line needs more patience than the usual two
      resolver.seed = host.random.next();
      host.resolver.emplace(resolver);
    }
    hosts_.push_back(std::move(host));
  }
  for (std::size_t i = 0; i < s.links.size(); ++i) {
    const scenario::Link& link = s.links[i];
    net_.add_link({LinkId{static_cast<std::uint32_t>(i + 1)}, plan_->find(link.a),
                   plan_->find(link.b), link.latency, link.bandwidth, link.jitter,
                   static_cast<std::uint32_t>(link.loss * 1e6 + 0.5)});
  }
  narrated_.resize(s.narration.size());
  for (std::size_t i = 0; i < s.narration.size(); ++i)
    if (s.narration[i].at)
      queue_.schedule(Instant{} + *s.narration[i].at,
                      {{}, {}, NarrationDue{static_cast<std::uint32_t>(i)}});
  for (std::size_t i = 0; i < s.story.size(); ++i)
    queue_.schedule(Instant{} + s.story[i].at, {{}, {}, StoryAct{static_cast<std::uint32_t>(i)}});
}

std::optional<Instant> World::next_at() const {
  if (at_rest()) return std::nullopt;
  return queue_.next_at();
}

const host::MailServer* World::mail_server(HostId id) const {
  const Host& host = hosts_.at(id.value - 1);
  return host.mail_server ? &*host.mail_server : nullptr;
}

const host::MailClient* World::mail_client(HostId id) const {
  const Host& host = hosts_.at(id.value - 1);
  return host.mail_client ? &*host.mail_client : nullptr;
}

bool World::step(trace::Trace& trace) {
  if (ended_) return false;
  const Instant limit = Instant{} + plan_->scenario.limit;
  if (at_rest() || queue_.next_at() > limit) {
    ended_ = true;
    trace.set_cause({});
    trace.set_message({});
    trace.set_step(0);
    trace.append(now_, trace::RunEnded{at_rest()});
    return false;
  }
  run_next(trace);
  return true;
}

void World::run_next(trace::Trace& trace) {
  auto event = queue_.pop();
  now_ = event.key.at;
  if (is_housekeeping(event.payload)) --housekeeping_;
  Doing(*this, trace).run(event.payload);
}

void World::run_until(trace::Trace& trace, Instant until) {
  while (!queue_.empty() && queue_.next_at() <= until)
    if (!step(trace)) return;
}

trace::Trace run_scenario(const scenario::Scenario& scenario, const RunOptions& options) {
  scenario::Scenario chosen = scenario;
  if (options.seed) chosen.seed = *options.seed;
  if (options.until) chosen.limit = std::min(chosen.limit, *options.until);
  const auto plan = scenario::make_plan(std::move(chosen));
  trace::Trace trace(plan->scene);
  World world(plan);
  while (world.step(trace)) {
  }
  return trace;
}

}  // namespace posthorn::world
