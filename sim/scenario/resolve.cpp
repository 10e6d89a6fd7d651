#include "sim/scenario/resolve.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "sim/scenario/checks.hpp"
#include "sim/scenario/defaults.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/scenario/tables.hpp"
#include "sim/scenario/zones.hpp"
#include "sim/trace/facts.hpp"

namespace posthorn::scenario {
namespace {

/// One step of a way through the tree: a key or an index.
struct Hop {
  std::string_view key;
  std::size_t index = 0;
  Hop(const char* k) : key(k) {}
  Hop(std::string_view k) : key(k) {}
  Hop(std::size_t i) : index(i) {}
};

/// Where the deepest existing part of the way stands.
Position place(const json::Value& root, std::initializer_list<Hop> way) {
  const json::Value* value = &root;
  for (const Hop& hop : way) {
    const json::Value* next = nullptr;
    if (!hop.key.empty())
      next = value->find(hop.key);
    else if (hop.index < value->items.size())
      next = &value->items[hop.index];
    if (next == nullptr) break;
    value = next;
  }
  return value->at;
}

class Resolver {
 public:
  Resolver(Reader& reader, const json::Value& root, Scenario& scenario)
      : reader_(reader), root_(root), s_(scenario) {}

  void run() {
    check_names();
    check_links();
    check_domains();
    fill_roles(s_);
    check_homes();
    check_hosts();
    check_resolution();
    check_ids();
    check_story();
    check_narration();
    check_expectations();
    if (reader_.clean()) check_ways();  // else the missing name was told already
    for (const std::size_t i : fill_addresses(s_))
      report(place(root_, {"hosts", i}), std::string(say::no_addresses));
    if (reader_.clean()) check_zones();
    std::stable_sort(s_.story.begin(), s_.story.end(),
                     [](const Act& a, const Act& b) { return a.at < b.at; });
  }

 private:
  void report(Position at, std::string message, std::string hint = {}) {
    reader_.report(at, std::move(message), std::move(hint));
  }
  void report(Position at, std::optional<Problem> problem) {
    if (problem) report(at, std::move(problem->message), std::move(problem->hint));
  }

  // ---- known names
  [[nodiscard]] std::vector<std::string> domain_names() const {
    std::vector<std::string> names;
    for (const Domain& domain : s_.domains)
      if (!domain.name.empty()) names.push_back(domain.name);
    return names;
  }
  /// The host; nullptr after a report, or if the name is empty.
  const Host* host(const std::string& name, Position at) {
    if (name.empty() || reader_.full()) return nullptr;
    report(at, host_problem(s_, name));
    return find_host(std::as_const(s_), name);
  }
  bool account(const std::string& address, Position at) {
    if (address.empty() || reader_.full() || find_account(s_, address) != nullptr) return true;
    if (!accounts_unclear(address)) report(at, account_problem(s_, address));
    return false;
  }
  /// An account of that domain has no name, which was said already: it may be this one.
  [[nodiscard]] bool accounts_unclear(const std::string& address) const {
    const Domain* domain = find_domain(s_, domain_of(address));
    return domain != nullptr &&
           std::ranges::any_of(domain->accounts, [](const Account& a) { return a.name.empty(); });
  }
  /// Its list of services was said to be wrong: what it lacks only follows from that.
  [[nodiscard]] bool services_unclear(const Host& server) const {
    const auto i = static_cast<std::size_t>(&server - s_.hosts.data());
    const json::Value* list = root_.find("hosts")->items[i].find("services");
    if (list == nullptr) return false;
    return list->kind != json::Kind::array ||
           std::ranges::any_of(list->items, [](const json::Value& item) {
             return std::ranges::none_of(
                 kServices, [&](const auto& known) { return known.name == item.text; });
           });
  }
  void serves(const Host* server, Service service, Position at) {
    if (server != nullptr && !services_unclear(*server))
      report(at, service_problem(*server, service));
  }

  // ---- names that must be unique
  struct Unique {
    std::map<std::string, Position> seen;
  };
  void once(Unique& unique, std::string_view what, const std::string& name, Position at) {
    if (name.empty()) return;
    const auto [first, added] = unique.seen.emplace(name, at);
    if (!added)
      report(at, fill(say::same_name, {what, quoted(name)}),
             fill(say::first_is_at,
                  {std::to_string(first->second.line), std::to_string(first->second.column)}));
  }
  void check_names() {
    Unique hosts, ips, domains;
    for (std::size_t i = 0; i < s_.hosts.size(); ++i) {
      once(hosts, "the host", s_.hosts[i].name, place(root_, {"hosts", i, "name"}));
      for (std::size_t k = 0; k < s_.hosts[i].addresses.size(); ++k)
        if (s_.hosts[i].addresses[k] != IpAddress{})
          once(ips, "the address", s_.hosts[i].addresses[k].to_string(),
               place(root_, {"hosts", i, "addresses", k}));
    }
    for (std::size_t i = 0; i < s_.domains.size(); ++i) {
      once(domains, "the domain", s_.domains[i].name, place(root_, {"domains", i, "name"}));
      Unique accounts;
      for (std::size_t k = 0; k < s_.domains[i].accounts.size(); ++k)
        once(accounts, "the account", s_.domains[i].accounts[k].name,
             place(root_, {"domains", i, "accounts", k, "name"}));
      for (std::size_t k = 0; k < s_.domains[i].aliases.size(); ++k)
        once(accounts, "the name", s_.domains[i].aliases[k].name,
             place(root_, {"domains", i, "aliases", k, "name"}));
      for (std::size_t k = 0; k < s_.domains[i].lists.size(); ++k)
        once(accounts, "the name", s_.domains[i].lists[k].name,
             place(root_, {"domains", i, "lists", k, "name"}));
    }
  }

  void check_links() {
    Unique pairs;
    for (std::size_t i = 0; i < s_.links.size(); ++i) {
      const Link& link = s_.links[i];
      host(link.a, place(root_, {"links", i, "between", std::size_t{0}}));
      host(link.b, place(root_, {"links", i, "between", std::size_t{1}}));
      if (link.a.empty() || link.b.empty()) continue;
      const Position at = place(root_, {"links", i, "between"});
      if (link.a == link.b)
        report(at, fill(say::self_link, {quoted(link.a)}));
      else
        once(pairs, "the link", std::min(link.a, link.b) + " - " + std::max(link.a, link.b), at);
    }
  }

  // ---- domains
  void check_domains() {
    for (std::size_t i = 0; i < s_.domains.size(); ++i) {
      const Domain& domain = s_.domains[i];
      for (std::size_t k = 0; k < domain.mx.size(); ++k) {
        const Position at = place(root_, {"domains", i, "mx", k, "host"});
        const Host* server = host(domain.mx[k].host, at);
        if (server != nullptr && !server->offers(Service::smtp) && !services_unclear(*server))
          report(at, fill(say::mx_needs_smtp, {quoted(server->name)}),
                 std::string(say::lacks_service_hint));
      }
      if (!domain.accepts_mail && !domain.mx.empty())
        report(place(root_, {"domains", i, "accepts_mail"}),
               fill(say::mx_and_none, {quoted(domain.name)}), std::string(say::mx_and_none_hint));
      check_records(domain, i);
      if (!domain.catch_all.empty())
        account(domain.catch_all + "@" + domain.name, place(root_, {"domains", i, "catch_all"}));
      host(domain.home, place(root_, {"domains", i, "home"}));
      const Position at = place(root_, {"domains", i, "name_server"});
      serves(host(domain.name_server, at), Service::dns, at);
    }
  }
  void check_records(const Domain& domain, std::size_t i) {
    const auto origin = dns::Name::parse(domain.name);
    for (std::size_t k = 0; k < domain.records.size(); ++k) {
      const ExtraRecord& extra = domain.records[k];
      const auto at = [&](const char* key) {
        return place(root_, {"domains", i, "records", k, key});
      };
      const auto owner = dns::Name::parse(extra.name);
      if (!extra.name.empty() && (!owner || (origin && !owner->is_at_or_below(*origin))))
        report(at("name"), fill(say::not_in_domain, {quoted(extra.name), quoted(domain.name)}));
      const auto type = dns::parse_record_type(extra.type);
      if (!type || extra.value.empty()) continue;
      if (const auto data = dns::parse_rdata(*type, extra.value); !data)
        report(at("value"), data.error().message);
    }
  }
  /// What only shows when all records stand together: a CNAME beside others, ...
  void check_zones() {
    const auto plan = make_plan(s_);
    for (const std::string& problem : plan->zone_problems)
      report(place(root_, {"domains"}), problem);
  }
  /// After the defaults: every domain with accounts has a home that takes mail.
  void check_homes() {
    for (std::size_t i = 0; i < s_.domains.size(); ++i) {
      const Domain& domain = s_.domains[i];
      if (domain.accounts.empty() || domain.name.empty()) continue;
      const json::Value* list = root_.find("domains");
      if (domain.home.empty() && list->items[i].find("mx") == nullptr)
        report(place(root_, {"domains", i}), fill(say::no_home, {quoted(domain.name)}),
               std::string(say::no_home_hint));
      const Host* home = find_host(std::as_const(s_), domain.home);
      if (home != nullptr && list->items[i].find("home") != nullptr &&
          !home->offers(Service::lmtp) && !home->offers(Service::smtp))
        report(place(root_, {"domains", i, "home"}),
               fill(say::home_takes_no_mail, {quoted(home->name)}),
               std::string(say::home_takes_no_mail_hint));
    }
  }

  // ---- hosts
  void check_hosts() {
    for (std::size_t i = 0; i < s_.hosts.size(); ++i) {
      const Host& h = s_.hosts[i];
      const json::Value& tree = root_.find("hosts")->items[i];
      if (h.has_certificate() && !tls::available())
        report(place(tree, {"tls"}), fill(say::no_tls, {quoted(h.name)}),
               std::string(say::no_tls_hint));
      check_tls(h, tree);
      if (h.user.empty()) {
        if (tree.find("client") != nullptr && tree.find("user") == nullptr)
          report(place(tree, {"client"}), fill(say::client_without_user, {quoted(h.name)}));
        continue;
      }
      if (!h.services.empty())
        report(place(tree, {"services"}), fill(say::user_and_services, {quoted(h.name)}));
      if (account(h.user, place(tree, {"user"}))) check_client(h, tree);
    }
  }
  /// A slip in a name would send in clear what shall not go in clear.
  void check_tls(const Host& h, const json::Value& tree) {
    if (h.tls.required && !h.has_certificate())
      report(place(tree, {"tls", "required"}), fill(say::tls_without_offer, {quoted(h.name)}),
             std::string(say::tls_without_offer_hint));
    for (std::size_t i = 0; i < h.tls.require_to.size(); ++i)
      if (const std::string& name = h.tls.require_to[i];
          !name.empty() && find_domain(s_, name) == nullptr)
        report(place(tree, {"tls", "require_to", i}), fill(say::no_such_domain, {quoted(name)}),
               suggest(name, domain_names(), say::domains_are));
  }
  void check_client(const Host& h, const json::Value& tree) {
    const Position submission = place(tree, {"client", "submission"});
    if (sends(h.user))
      serves(host(h.client.submission, submission), h.client.sends_to(), submission);
    if (h.client.reads == Reads::none) return;
    const Position incoming = place(tree, {"client", "incoming"});
    serves(host(h.client.incoming, incoming), h.client.fetches_from(), incoming);
  }
  [[nodiscard]] bool sends(const std::string& who) const {
    for (const Act& act : s_.story)
      if (act.who == who &&
          (std::holds_alternative<Send>(act.what) || std::holds_alternative<Reply>(act.what)))
        return true;
    return false;
  }

  void check_resolution() {
    const bool anybody = std::any_of(s_.hosts.begin(), s_.hosts.end(),
                                     [](const Host& h) { return h.offers(Service::dns); });
    if (s_.name_resolution == NameResolution::iterative && !anybody)
      report(place(root_, {"name_resolution"}), std::string(say::nothing_to_walk),
             std::string(say::no_dns_hint));
    add_root_servers(s_);
  }

  // ---- the story
  static std::string id_of(const Act& act) {
    if (const auto* send = std::get_if<Send>(&act.what)) return send->id;
    if (const auto* reply = std::get_if<Reply>(&act.what)) return reply->id;
    return {};
  }
  void check_ids() {
    Unique ids;
    for (std::size_t i = 0; i < s_.story.size(); ++i) {
      const std::string key = std::holds_alternative<Send>(s_.story[i].what) ? "send" : "reply";
      const std::string id = id_of(s_.story[i]);
      once(ids, "the id", id, place(root_, {"story", i, std::string_view(key), "id"}));
      if (!id.empty()) ids_.push_back(id);
    }
    Unique faults;
    for (std::size_t i = 0; i < s_.story.size(); ++i)
      if (const auto* trouble = std::get_if<Trouble>(&s_.story[i].what))
        once(faults, "the id", trouble->id, place(root_, {"story", i, "fault", "id"}));
    for (const auto& [id, where] : faults.seen) faults_.push_back(id);
  }
  void check_story() {
    for (std::size_t i = 0; i < s_.story.size(); ++i) {
      const Act& act = s_.story[i];
      if (act.at > s_.limit)
        report(place(root_, {"story", i, "at"}),
               fill(say::after_limit, {format_duration(s_.limit)}),
               fill(say::after_limit_hint, {format_duration(act.at + std::chrono::hours(24))}));
      if (std::holds_alternative<Break>(act.what))
        check_target(std::get<Break>(act.what), i, "break");
      else if (std::holds_alternative<Repair>(act.what))
        check_repair(std::get<Repair>(act.what), i);
      else if (std::holds_alternative<Trouble>(act.what))
        check_fault(std::get<Trouble>(act.what), i);
      else
        check_person(act, i);
      if (const auto* read = std::get_if<Read>(&act.what)) check_which(read->which, i, "read");
      if (const auto* reply = std::get_if<Reply>(&act.what)) check_which(reply->which, i, "reply");
      if (const auto* gone = std::get_if<Delete>(&act.what)) check_which(gone->which, i, "delete");
    }
  }
  void check_person(const Act& act, std::size_t i) {
    const json::Value& tree = root_.find("story")->items[i];
    if (tree.kind != json::Kind::object || tree.find("at") == nullptr) return;
    if (tree.find("who") == nullptr) {
      if (is_readable(tree)) report_missing(reader_, tree, "story item", "who");
      return;
    }
    const Position at = place(tree, {"who"});
    if (act.who.empty() || !account(act.who, at)) return;
    const Host* client = find_client(s_, act.who, act.on);
    if (client == nullptr && !act.on.empty() && find_client(s_, act.who, {}) != nullptr)
      return report(place(tree, {"on"}),
                    fill(say::not_their_client, {quoted(act.on), quoted(act.who)}));
    if (client == nullptr)
      return report(at, fill(say::no_client, {quoted(act.who)}),
                    fill(say::no_client_hint, {quoted(act.who)}));
    if (std::holds_alternative<Fetch>(act.what) && client->client.reads == Reads::none)
      report(at, fill(say::reads_nothing, {quoted(act.who)}),
             fill(say::reads_nothing_hint, {quoted(client->name)}));
    if (const auto* send = std::get_if<Send>(&act.what)) check_crossing(act, *send, i);
  }
  /// An item without any action was reported already.
  static bool is_readable(const json::Value& tree) {
    for (const char* key : {"send", "fetch", "read", "reply", "delete"})
      if (tree.find(key) != nullptr) return true;
    return false;
  }
  void check_crossing(const Act& act, const Send& send, std::size_t i) {
    for (const Host& h : s_.hosts)
      if (h.offers(Service::dns)) return;
    for (const auto* list : {&send.to, &send.cc, &send.bcc})
      for (const std::string& recipient : *list)
        if (!recipient.empty() && domain_of(recipient) != domain_of(act.who))
          return report(place(root_, {"story", i, "send"}),
                        fill(say::no_dns, {quoted(domain_of(recipient))}),
                        std::string(say::no_dns_hint));
  }
  template <class Target>
  void check_target(const Target& target, std::size_t i, std::string_view key) {
    host(target.host, place(root_, {"story", i, key, "host"}));
    const Position at = place(root_, {"story", i, key, "link"});
    const bool known = host(target.link_a, at) != nullptr && host(target.link_b, at) != nullptr;
    if (known) check_link(target.link_a, target.link_b, at);
  }
  void check_repair(const Repair& repair, std::size_t i) {
    check_target(repair, i, "repair");
    if (!repair.fault.empty() &&
        std::find(faults_.begin(), faults_.end(), repair.fault) == faults_.end())
      report(place(root_, {"story", i, "repair", "fault"}),
             fill(say::no_such_fault, {quoted(repair.fault)}), suggest(repair.fault, faults_, ""));
  }
  void check_fault(const Trouble& fault, std::size_t i) {
    if (reader_.full()) return;
    for (FaultProblem& problem : fault_problems(s_, fault)) {
      if (was_told(fault, problem)) continue;
      const Position at = problem.key.empty()
                              ? fault.where
                              : place(root_, {"story", i, "fault", std::string_view(problem.key)});
      report(at, std::move(problem.message), std::move(problem.hint));
    }
  }
  /// It only follows from something else that is wrong.
  [[nodiscard]] bool was_told(const Trouble& fault, const FaultProblem& problem) const {
    if (problem.lacking != nullptr) return services_unclear(*problem.lacking);
    if (const auto* f = std::get_if<FullMailbox>(&fault.what)) return accounts_unclear(f->address);
    if (const auto* f = std::get_if<UnknownUser>(&fault.what)) return accounts_unclear(f->address);
    const auto* wrong = std::get_if<WrongRecord>(&fault.what);
    return wrong != nullptr && problem.key == "value" && wrong->value.empty();
  }
  void check_line(const std::string& a, const std::string& b, Position at) {
    host(a, at);
    host(b, at);
    check_link(a, b, at);
  }
  void check_link(const std::string& a, const std::string& b, Position at) {
    report(at, link_problem(s_, a, b));
  }
  void check_which(const std::string& which, std::size_t i, std::string_view key) {
    if (which.empty() || reader_.full() || std::find(ids_.begin(), ids_.end(), which) != ids_.end())
      return;
    report(place(root_, {"story", i, key, "which"}), fill(say::no_such_id, {quoted(which)}),
           ids_.empty() ? std::string(say::no_ids) : suggest(which, ids_, say::ids_are));
  }

  // ---- narration and expectations
  void check_narration() {
    for (std::size_t i = 0; i < s_.narration.size(); ++i)
      if (s_.narration[i].act && *s_.narration[i].act >= s_.story.size())
        report(place(root_, {"narration", i, "act"}),
               fill(say::no_such_act, {std::to_string(s_.story.size())}));
    // `act` counts the file's order; the story is about to be sorted.
    std::vector<std::size_t> order(s_.story.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return s_.story[a].at < s_.story[b].at; });
    for (Narration& narration : s_.narration)
      if (narration.act)
        narration.act = static_cast<std::uint32_t>(
            std::find(order.begin(), order.end(), *narration.act) - order.begin());
  }
  /// Whom aliases, lists and forwarding name, and these themselves.
  static void add_named(const Domain& domain, std::vector<std::string>& known) {
    const auto add = [&](const std::vector<std::string>& more) {
      known.insert(known.end(), more.begin(), more.end());
    };
    for (const Alias& alias : domain.aliases) {
      known.push_back(alias.name + "@" + domain.name);
      add(alias.to);
    }
    for (const MailingList& list : domain.lists) {
      known.push_back(list.name + "@" + domain.name);
      add(list.members);
    }
    for (const Account& account : domain.accounts) add(account.forward);
  }
  void recipient(const std::string& address, Position at) {
    if (address.empty() || reader_.full() || find_account(s_, address) != nullptr) return;
    std::vector<std::string> known = account_addresses(s_);
    for (const Domain& domain : s_.domains) add_named(domain, known);
    for (const Act& act : s_.story) {
      const auto* send = std::get_if<Send>(&act.what);
      if (send == nullptr) continue;
      if (send->eml) return;  // its recipients stand in the message
      for (const auto* list : {&send->to, &send->cc, &send->bcc})
        known.insert(known.end(), list->begin(), list->end());
    }
    if (std::find(known.begin(), known.end(), address) == known.end())
      report(at, fill(say::unknown_recipient, {quoted(address)}), suggest(address, known, ""));
  }
  void check_expectations() {
    for (std::size_t i = 0; i < s_.expect.size(); ++i) {
      const auto at = [&](const char* key) { return place(root_, {"expect", i, key}); };
      const auto& what = s_.expect[i].what;
      if (const auto* e = std::get_if<ExpectMailbox>(&what)) account(e->address, at("mailbox"));
      if (const auto* e = std::get_if<ExpectDisplayed>(&what)) account(e->address, at("displayed"));
      if (const auto* e = std::get_if<ExpectOverheard>(&what)) check_line(e->a, e->b, at("on"));
      if (const auto* e = std::get_if<ExpectSealed>(&what)) check_line(e->a, e->b, at("on"));
      if (const auto* e = std::get_if<ExpectNotDelivered>(&what))
        recipient(e->address, at("not_delivered"));
      if (const auto* e = std::get_if<ExpectAttempts>(&what))
        recipient(e->recipient, at("attempts"));
      if (const auto* e = std::get_if<ExpectBounced>(&what)) {
        recipient(e->recipient, at("bounced"));
        account(e->address, at("to"));
      }
      if (const auto* e = std::get_if<ExpectOrder>(&what)) check_order(*e, i);
    }
  }
  void check_order(const ExpectOrder& order, std::size_t i) {
    const std::vector<std::string> known = fact_names();
    for (std::size_t k = 0; k < order.facts.size(); ++k) {
      const std::string name = order.facts[k].substr(0, order.facts[k].find(':'));
      if (!name.empty() && std::find(known.begin(), known.end(), name) == known.end())
        report(place(root_, {"expect", i, "order", k}), fill(say::no_such_fact, {quoted(name)}),
               suggest(name, known, ""));
    }
  }
  template <std::size_t... I>
  static std::vector<std::string> names_of(std::index_sequence<I...>) {
    return {std::string(std::variant_alternative_t<I, trace::Fact>::kName)...};
  }
  static std::vector<std::string> fact_names() {
    return names_of(std::make_index_sequence<std::variant_size_v<trace::Fact>>());
  }

  // ---- ways through the network
  void check_ways() {
    const Reachability network(s_);
    const auto way = [&](const std::string& from, const std::string& to, Position at) {
      if (find_host(std::as_const(s_), from) == nullptr ||
          find_host(std::as_const(s_), to) == nullptr || network.reaches(from, to))
        return;
      report(at, fill(say::unreachable, {quoted(from), quoted(to)}),
             fill(say::unreachable_hint, {quoted(from), quoted(to)}));
    };
    for (std::size_t i = 0; i < s_.hosts.size(); ++i) {
      const Host& h = s_.hosts[i];
      if (h.user.empty() || find_account(s_, h.user) == nullptr) continue;
      const Position at = place(root_, {"hosts", i, "name"});
      way(h.name, h.client.submission, at);
      if (h.client.incoming != h.client.submission) way(h.name, h.client.incoming, at);
    }
    for (std::size_t i = 0; i < s_.domains.size(); ++i) {
      const Domain& domain = s_.domains[i];
      if (domain.accounts.empty()) continue;
      way(domain.home, domain.name_server, place(root_, {"domains", i, "name"}));
    }
  }

  Reader& reader_;
  const json::Value& root_;
  Scenario& s_;
  std::vector<std::string> ids_, faults_;
};

}  // namespace

Reachability::Reachability(const Scenario& scenario)
    : scenario_(scenario), island_(scenario.hosts.size()) {
  std::iota(island_.begin(), island_.end(), std::size_t{0});
  for (const Link& link : scenario.links) {
    const std::size_t a = island(link.a), b = island(link.b);
    if (a == island_.size() || b == island_.size()) continue;
    for (std::size_t& i : island_)
      if (i == std::max(a, b)) i = std::min(a, b);
  }
}

std::size_t Reachability::island(std::string_view host) const {
  for (std::size_t i = 0; i < scenario_.hosts.size(); ++i)
    if (scenario_.hosts[i].name == host) return island_[i];
  return island_.size();
}

bool Reachability::reaches(std::string_view from, std::string_view to) const {
  const std::size_t a = island(from);
  return a != island_.size() && a == island(to);
}

void resolve(Reader& reader, const json::Value& root, Scenario& scenario) {
  Resolver(reader, root, scenario).run();
}

}  // namespace posthorn::scenario
