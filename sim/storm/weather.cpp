#include "sim/storm/weather.hpp"

#include <algorithm>
#include <cassert>

#include "sim/engine/random.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/write.hpp"

namespace posthorn::storm {
namespace {

using namespace std::chrono_literals;
using scenario::Service;

constexpr const char* kNames[] = {"sakura", "kaede", "momo", "ume", "sugi", "matsu"};
constexpr const char* kPeople[] = {"aiko", "ben", "chika"};
constexpr Duration kStory = 36h;  ///< letters are sent and faults begin within this time

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(engine::Random(seed).split("storm")) {
    s_.seed = seed;
  }

  scenario::Scenario make() {
    const std::string number = std::to_string(s_.seed);
    s_.title = {"Storm " + number, "嵐 " + number};
    s_.start = std::chrono::sys_days(std::chrono::year(2026) / 4 / 6);
    s_.limit = 24h * 90;
    if (chance(25)) s_.name_resolution = scenario::NameResolution::iterative;
    sealed_ = tls::available() && chance(12);  // costs time, and changes little
    add_network();
    const std::size_t domains = 1 + below(4);
    for (std::size_t i = 0; i < domains; ++i) add_domain(kNames[i]);
    add_names_that_stand_for_others();
    add_letters();
    add_faults();
    std::stable_sort(s_.story.begin(), s_.story.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    return std::move(s_);
  }

 private:
  std::size_t below(std::size_t bound) { return random_.below(bound); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class List>
  const auto& pick(const List& list) {
    return list[below(std::size(list))];
  }
  Duration time_between(Duration low, Duration high) {
    return std::chrono::milliseconds(random_.between(low / 1ms, high / 1ms));
  }
  /// Mostly short, sometimes long: seconds to days.
  Duration some_time() {
    constexpr Duration kScales[] = {2s, 30s, 10min, 2h, 24h, 24h * 6};
    const Duration scale = pick(kScales);
    return time_between(scale / 4, scale);
  }
  std::string pick_host() { return pick(s_.hosts).name; }
  const scenario::Link& pick_link() { return pick(s_.links); }

  scenario::Host& add_host(std::string name) {
    scenario::Host host;
    host.name = std::move(name);
    return s_.hosts.emplace_back(std::move(host));
  }
  void join(std::string a, std::string b) {
    scenario::Link link;
    link.a = std::move(a);
    link.b = std::move(b);
    link.latency = time_between(1ms, 120ms);
    if (chance(20)) link.loss = 0.01 * static_cast<double>(below(6));
    if (chance(20)) link.bandwidth = 128'000;
    s_.links.push_back(std::move(link));
  }

  void add_network() {
    routers_.push_back(add_host("internet").name);
    if (chance(40)) {
      routers_.push_back(add_host("internet2").name);
      join(routers_[0], routers_[1]);
    }
    add_host("ns.example").services = {Service::dns};
    join("ns.example", routers_[0]);
  }

  void add_server(const std::string& name, std::vector<Service> services) {
    scenario::Host& host = add_host(name);
    host.services = std::move(services);
    if (chance(40)) host.retry = {1min, 5min, 30min, 3h};
    if (chance(20)) host.give_up = time_between(1h, 48h);
    if (chance(15)) host.without = {scenario::SmtpExtension::pipelining};
    if (chance(15)) host.without.push_back(scenario::SmtpExtension::dsn);
    if (chance(15)) host.greylist = time_between(1min, 20min);
    if (chance(10)) host.max_connections = 1 + below(3);
    if (chance(8)) host.max_message_size = 4000;
    if (chance(8)) host.rate_limit = scenario::RateLimit{1 + below(4), time_between(1min, 1h)};
    if (chance(15)) host.without.push_back(scenario::SmtpExtension::chunking);
    if (sealed_ && chance(60)) host.tls.offer = true;
    const std::size_t router = below(routers_.size());
    join(name, routers_[router]);
    if (routers_.size() > 1 && chance(25)) join(name, routers_[1 - router]);
    servers_.push_back(name);
  }

  void add_domain(const std::string& word) {
    scenario::Domain domain;
    domain.name = word + ".example";
    const std::string mail = "mail." + domain.name;
    const bool apart = chance(15);  // the mailboxes stand behind the MX (RFC 2033)
    if (apart) {
      const std::string mx = "mx." + domain.name;
      add_server(mx, {Service::smtp});
      domain.mx.push_back({10, mx});
      add_server(mail, {Service::submission, Service::lmtp, Service::pop3, Service::imap});
    } else {
      add_server(mail, {Service::submission, Service::smtp, Service::pop3, Service::imap});
      domain.mx.push_back({10, mail});
    }
    domain.home = mail;
    if (!apart && chance(30)) {
      const std::string backup = "mx2." + domain.name;
      add_server(backup, {Service::smtp});
      domain.mx.push_back({static_cast<std::uint16_t>(chance(80) ? 20 : 10), backup});
    }
    const std::size_t people = 1 + below(std::size(kPeople));
    for (std::size_t i = 0; i < people; ++i) {
      scenario::Account account;
      account.name = kPeople[i];
      account.password = "secret";
      const std::string address = account.name + "@" + domain.name;
      accounts_.push_back(address);
      if (chance(8)) account.quota_messages = 1 + below(3);
      if (chance(15)) account.vacation = scenario::Vacation{"Away", "I am away.\n"};
      domain.accounts.push_back(std::move(account));
      if (i > 0 && chance(50)) continue;
      scenario::Host& client = add_host(std::string(kPeople[i]) + "-" + word);
      client.user = address;
      client.client.reads = chance(50) ? scenario::Reads::imap : scenario::Reads::pop3;
      client.client.leave_on_server = chance(50);
      if (sealed_ && chance(20)) client.client.tls = scenario::ClientTls::starttls;
      writers_.push_back(address);
      join(std::string(kPeople[i]) + "-" + word, mail);
    }
    s_.domains.push_back(std::move(domain));
  }

  void add_names_that_stand_for_others() {
    for (scenario::Domain& domain : s_.domains) {
      if (chance(20)) {
        domain.aliases.push_back({"info", {pick(accounts_), pick(accounts_)}});
        others_.push_back("info@" + domain.name);
      }
      if (chance(15)) {
        domain.lists.push_back({"club", "", pick(accounts_), {pick(accounts_), pick(accounts_)}});
        others_.push_back("club@" + domain.name);
      }
      if (chance(10)) domain.accounts.front().forward = {pick(accounts_)};
      if (chance(10)) {
        domain.accounts.back().forward = {pick(accounts_), pick(accounts_)};
        domain.accounts.back().keep_copy = chance(50);
      }
      if (chance(10)) domain.catch_all = domain.accounts.front().name;
    }
    add_names_of_names();
    others_.push_back(accounts_.front().substr(0, accounts_.front().find('@')) + "+shop@" +
                      s_.domains.front().name);
    others_.push_back("postmaster@" + pick(s_.domains).name);
    others_.push_back("nobody@" + pick(s_.domains).name);
    others_.push_back("ben@nowhere.example");
  }

  /// Aliases of lists, lists of aliases, and rings of both.
  void add_names_of_names() {
    if (others_.empty() || !chance(40)) return;
    scenario::Domain& domain = s_.domains[below(s_.domains.size())];
    const std::string name = "all@" + domain.name;
    if (chance(50))
      domain.aliases.push_back({"all", {pick(others_), pick(accounts_)}});
    else
      domain.lists.push_back({"all", "", pick(others_), {pick(others_), pick(accounts_)}});
    others_.push_back(name);
    for (scenario::Domain& other : s_.domains)
      if (!other.aliases.empty() && chance(30)) other.aliases.front().to.push_back(name);
  }

  void act(Duration at, std::string who, decltype(scenario::Act::what) what) {
    scenario::Act act;
    act.at = at;
    act.who = std::move(who);
    act.what = std::move(what);
    s_.story.push_back(std::move(act));
  }

  void add_letters() {
    const std::size_t letters = 1 + below(10);
    for (std::size_t i = 0; i < letters; ++i) {
      scenario::Send send;
      const std::size_t recipients = chance(70) ? 1 : 2 + below(3);
      for (std::size_t n = 0; n < recipients; ++n) {
        const std::string to = chance(80) ? pick(accounts_) : pick(others_);
        if (std::find(send.to.begin(), send.to.end(), to) == send.to.end()) send.to.push_back(to);
      }
      send.subject = "letter " + std::to_string(i + 1);
      send.text = chance(80) ? "A line.\n" : long_text(1 + below(60));
      if (chance(25)) send.notify = some_notify();
      if (chance(10)) send.charset = scenario::Charset::iso2022jp;
      act(when(), pick(writers_), std::move(send));
    }
    const std::size_t fetches = below(5);
    for (std::size_t i = 0; i < fetches; ++i)
      act(time_between(0s, 24h * 9), pick(writers_), scenario::Fetch{});
    const std::size_t gone = below(3);
    for (std::size_t i = 0; i < gone; ++i)
      act(time_between(0s, 24h * 9), pick(writers_), scenario::Delete{});
  }
  /// RFC 3461 §4.1: nothing at all, or some of the three.
  std::vector<scenario::Notify> some_notify() {
    using scenario::Notify;
    if (chance(25)) return {Notify::never};
    std::vector<Notify> wanted;
    for (const Notify one : {Notify::success, Notify::failure, Notify::delay})
      if (chance(60)) wanted.push_back(one);
    return wanted;
  }
  /// Many things at the beginning, so that they meet; the others anywhere.
  Duration when() { return chance(60) ? time_between(0s, 20s) : time_between(0s, kStory); }
  static std::string long_text(std::size_t kilobytes) {
    std::string text;
    while (text.size() < kilobytes * 1024)
      text += "The wind blows, the rain falls, and the letter is still under way.\n";
    return text;
  }

  void add_faults() {
    const std::size_t faults = below(9);
    for (std::size_t i = 0; i < faults; ++i) {
      scenario::Trouble trouble;
      trouble.what = some_fault();
      trouble.lasts = some_time();
      act(when(), "", std::move(trouble));
    }
  }
  scenario::Fault::What some_fault() {
    const double part = 0.05 * static_cast<double>(1 + below(8));
    if (chance(30)) return some_refusal();
    switch (below(16)) {
      case 0:
      case 1:
        return scenario::PowerCut{pick_host()};
      case 2:
        return scenario::ShutDown{pick(servers_)};
      case 3:
        return scenario::StopService{some_service(), service_host_};
      case 14:
        return scenario::BlockPort{some_service(), service_host_};
      case 15: {
        const scenario::Link& link = pick_link();
        return scenario::Listener{link.a, link.b, chance(70)};
      }
      case 4:
      case 5: {
        const auto point = static_cast<scenario::HangPoint>(below(4));
        constexpr Duration kDelays[] = {0s, 20s, 6min, 11min, 11min};
        return scenario::Slow{point, pick(smtp_servers()), pick(kDelays)};
      }
      case 6:
        return scenario::DiskFull{pick(servers_)};
      case 7:
        return scenario::WrongClock{pick_host(), 3h, {}};
      case 8: {
        const scenario::Link& link = pick_link();
        return scenario::CutLink{link.a, link.b};
      }
      case 9:
      case 10: {
        const scenario::Link& link = pick_link();
        return scenario::BadLine{
            link.a, link.b, chance(60) ? part : 0, chance(50) ? part : 0, chance(50) ? part : 0,
            0.05};
      }
      case 11:
        return scenario::Partition{{pick_host(), pick(servers_)}};
      case 12: {
        const auto trouble = static_cast<scenario::DnsTrouble>(below(4));
        return scenario::BadDns{trouble, "ns.example", chance(50) ? "" : pick(s_.domains).name};
      }
      default:
        return scenario::WrongRecord{pick(s_.domains).name, "MX", "10 " + pick(servers_), 600,
                                     chance(50) ? "ns.example" : pick(servers_)};
    }
  }

  /// One that a server offers; service_host_ is that server.
  Service some_service() {
    service_host_ = chance(90) ? pick(servers_) : "ns.example";
    for (const scenario::Host& host : s_.hosts)
      if (host.name == service_host_) return chance(50) ? host.services[0] : pick(host.services);
    return Service::smtp;
  }
  std::vector<std::string> smtp_servers() const {
    std::vector<std::string> names;
    for (const scenario::Host& host : s_.hosts)
      if (host.offers(Service::smtp)) names.push_back(host.name);
    return names;
  }
  scenario::Fault::What some_refusal() {
    const std::string server = pick(smtp_servers());
    switch (below(6)) {
      case 0:
        return scenario::FullMailbox{pick(accounts_), ""};
      case 1:
        return scenario::UnknownUser{pick(accounts_), ""};
      case 2:
        return scenario::RejectSender{chance(50) ? pick(accounts_) : pick(s_.domains).name, server};
      case 3:
        return scenario::SizeLimit{server, 1000 + 1000 * below(20)};
      case 4:
        return scenario::Greylist{server, time_between(1min, 1h)};
      default:
        return scenario::Throttle{server, 1 + below(3), time_between(1min, 2h)};
    }
  }

  engine::Random random_;
  scenario::Scenario s_;
  bool sealed_ = false;  ///< some speak TLS here
  std::string service_host_;
  std::vector<std::string> routers_, servers_, accounts_, writers_, others_;
};

}  // namespace

/// By way of the file that it would be, so that a seed and its file are the same world.
scenario::Scenario make_weather(std::uint64_t seed) {
  const auto no_files = [](const std::string&) -> Result<std::shared_ptr<const std::string>> {
    return Error{"there are no files"};
  };
  const scenario::LoadResult loaded =
      scenario::load_text(scenario::write_scenario(Maker(seed).make()), "storm.json", no_files);
  assert(loaded.ok());
  return *loaded.scenario;
}

}  // namespace posthorn::storm
