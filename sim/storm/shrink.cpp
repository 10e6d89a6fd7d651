#include "sim/storm/shrink.hpp"

#include <algorithm>

#include "sim/scenario/fault_words.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/write.hpp"

namespace posthorn::storm {
namespace {

using scenario::Scenario;

class Shrinker {
 public:
  Shrinker(Scenario scenario, const Fails& fails, int budget)
      : best_(std::move(scenario)), fails_(fails), budget_(budget) {}

  Scenario run() {
    bool smaller = true;
    while (smaller && budget_ > 0) {
      smaller = shrink_list([](Scenario & s) -> auto& { return s.story; });
      smaller |= shrink_recipients();
      smaller |= shrink_hosts();
      smaller |= shrink_domains();
      smaller |= shrink_list([](Scenario & s) -> auto& { return s.links; });
      smaller |= simplify();
    }
    return best_;
  }

 private:
  /// Takes `candidate` if it still fails.
  bool take(Scenario candidate) {
    if (budget_-- <= 0) return false;
    const auto no_files = [](const std::string&) -> Result<std::shared_ptr<const std::string>> {
      return Error{"there are no files"};
    };
    scenario::LoadResult loaded =
        scenario::load_text(scenario::write_scenario(candidate), "shrunk.json", no_files);
    if (!loaded.ok() || !fails_(*loaded.scenario)) return false;
    best_ = std::move(candidate);
    return true;
  }
  template <class Change>
  bool change(Change&& how) {
    Scenario candidate = best_;
    if (!how(candidate)) return false;
    return take(std::move(candidate));
  }

  /// Leaves out runs of items: halves at first, single ones at last (ddmin).
  template <class List>
  bool shrink_list(List&& list) {
    bool smaller = false;
    for (std::size_t run = std::max<std::size_t>(list(best_).size() / 2, 1);; run /= 2) {
      for (std::size_t at = 0; at < list(best_).size();) {
        const bool gone = change([&](Scenario& s) {
          auto& items = list(s);
          const auto first = items.begin() + static_cast<std::ptrdiff_t>(at);
          const auto length = std::min(run, items.size() - at);
          items.erase(first, first + static_cast<std::ptrdiff_t>(length));
          return true;
        });
        smaller |= gone;
        if (!gone) at += run;
      }
      if (run <= 1) return smaller;
    }
  }

  bool shrink_recipients() {
    bool smaller = false;
    for (std::size_t i = 0; i < best_.story.size(); ++i)
      if (const auto* send = std::get_if<scenario::Send>(&best_.story[i].what))
        for (std::size_t n = send->to.size(); n-- > 0;)
          smaller |= change([&](Scenario& s) {
            auto& to = std::get<scenario::Send>(s.story[i].what).to;
            if (n >= to.size() || to.size() < 2) return false;
            to.erase(to.begin() + static_cast<std::ptrdiff_t>(n));
            return true;
          });
    return smaller;
  }

  /// A host goes with its links, its place among the mail exchangers and what happens to it.
  bool shrink_hosts() {
    bool smaller = false;
    for (std::size_t i = best_.hosts.size(); i-- > 0;)
      smaller |= change([&](Scenario& s) {
        const std::string name = s.hosts[i].name;
        const std::string user = s.hosts[i].user;
        s.hosts.erase(s.hosts.begin() + static_cast<std::ptrdiff_t>(i));
        std::erase_if(s.links, [&](const auto& l) { return l.a == name || l.b == name; });
        for (scenario::Domain& domain : s.domains)
          std::erase_if(domain.mx, [&](const auto& mx) { return mx.host == name; });
        std::erase_if(s.story, [&](const auto& act) {
          return (!user.empty() && act.who == user) || happens_to(act, name);
        });
        return true;
      });
    return smaller;
  }
  static bool happens_to(const scenario::Act& act, const std::string& host) {
    const auto* trouble = std::get_if<scenario::Trouble>(&act.what);
    if (trouble == nullptr) return false;
    const auto hosts = scenario::hosts_of(*trouble);
    return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
  }

  /// A domain goes with its servers and people.
  bool shrink_domains() {
    bool smaller = false;
    for (std::size_t i = best_.domains.size(); i-- > 0;) {
      smaller |= change([&](Scenario& s) {
        s.domains.erase(s.domains.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
      });
      if (i >= best_.domains.size()) continue;
      const auto domain = [i](Scenario& s) -> scenario::Domain& { return s.domains[i]; };
      smaller |= shrink_list([&](Scenario & s) -> auto& { return domain(s).accounts; });
      smaller |= shrink_list([&](Scenario & s) -> auto& { return domain(s).aliases; });
      smaller |= shrink_list([&](Scenario & s) -> auto& { return domain(s).lists; });
    }
    return smaller;
  }

  /// Whatever is special becomes usual.
  bool simplify() {
    bool simpler = false;
    for (std::size_t i = 0; i < best_.hosts.size(); ++i) {
      const auto usual = [&](auto scenario::Host::*member) {
        simpler |= change([&](Scenario& s) {
          const auto plain = scenario::Host().*member;
          if (s.hosts[i].*member == plain) return false;
          s.hosts[i].*member = plain;
          return true;
        });
      };
      usual(&scenario::Host::retry);
      usual(&scenario::Host::give_up);
      usual(&scenario::Host::without);
      usual(&scenario::Host::greylist);
      usual(&scenario::Host::max_connections);
    }
    for (std::size_t i = 0; i < best_.links.size(); ++i)
      simpler |= change([&](Scenario& s) {
        const scenario::Link usual;
        scenario::Link& link = s.links[i];
        if (link.loss == 0 && link.bandwidth == usual.bandwidth && link.latency == usual.latency)
          return false;
        link = {link.a, link.b};
        return true;
      });
    for (std::size_t i = 0; i < best_.story.size(); ++i)
      simpler |= change([&](Scenario& s) {
        auto* send = std::get_if<scenario::Send>(&s.story[i].what);
        if (send == nullptr || send->text == "x\n") return false;
        send->text = "x\n";
        return true;
      });
    return simpler;
  }

  Scenario best_;
  const Fails& fails_;
  int budget_;
};

}  // namespace

Scenario shrink(Scenario scenario, const Fails& fails, int budget) {
  return Shrinker(std::move(scenario), fails, budget).run();
}

}  // namespace posthorn::storm
