// Small worlds, written as values, for tests of the world and of what reads its trace.
#pragma once

#include <string>
#include <utility>

#include "sim/scenario/scenario.hpp"

namespace posthorn::tests {

inline scenario::Host server(std::string name, std::vector<scenario::Service> services) {
  scenario::Host host;
  host.name = std::move(name);
  host.services = std::move(services);
  return host;
}

inline scenario::Host client(std::string name, std::string user, scenario::Reads reads) {
  scenario::Host host;
  host.name = std::move(name);
  host.user = std::move(user);
  host.client.reads = reads;
  return host;
}

inline scenario::Link link(std::string a, std::string b, Duration latency = 10ms, double loss = 0) {
  scenario::Link link;
  link.a = std::move(a);
  link.b = std::move(b);
  link.latency = latency;
  link.loss = loss;
  return link;
}

inline scenario::Domain domain(std::string name, std::string host,
                               std::vector<std::string> accounts) {
  scenario::Domain domain;
  domain.name = std::move(name);
  domain.mx.push_back({10, std::move(host)});
  for (std::string& account : accounts) {
    LocalText display{account, account};
    domain.accounts.push_back({account, account + "-secret", display});
  }
  return domain;
}

/// Aiko at sakura.example and Ben at kaede.example, each with a server; one name server.
inline scenario::Scenario two_domains(scenario::Reads reads = scenario::Reads::imap,
                                      double loss = 0) {
  using enum scenario::Service;
  scenario::Scenario s;
  s.title = {"Two domains", "二つのドメイン"};
  s.start = std::chrono::sys_days(std::chrono::year(2026) / 4 / 6);
  s.hosts = {client("aiko-laptop", "aiko@sakura.example", reads),
             server("mail.sakura.example", {submission, smtp, pop3, imap}),
             server("internet", {}),
             server("ns.example", {dns}),
             server("mail.kaede.example", {submission, smtp, pop3, imap}),
             client("ben-phone", "ben@kaede.example", reads)};
  s.domains = {domain("sakura.example", "mail.sakura.example", {"aiko"}),
               domain("kaede.example", "mail.kaede.example", {"ben"})};
  s.links = {link("aiko-laptop", "mail.sakura.example", 8ms, loss),
             link("mail.sakura.example", "internet", 15ms, loss),
             link("ns.example", "internet", 5ms, loss),
             link("mail.kaede.example", "internet", 40ms, loss),
             link("ben-phone", "mail.kaede.example", 25ms, loss)};
  return s;
}

inline scenario::Act act(Duration at, std::string who, decltype(scenario::Act::what) what) {
  scenario::Act act;
  act.at = at;
  act.who = std::move(who);
  act.what = std::move(what);
  return act;
}

inline scenario::Send letter(std::vector<std::string> to, std::string subject, std::string text) {
  scenario::Send send;
  send.to = std::move(to);
  send.subject = std::move(subject);
  send.text = std::move(text);
  return send;
}

}  // namespace posthorn::tests
