// How fast is the post? A world of many domains and letters, from Send to the mailbox, packets and
// all: messages and events per second, and memory per message. The trace is counted, not kept.
//
//     storm_bench [DOMAINS] [MESSAGES]        default: 1000 100000
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "sim/world/world.hpp"

namespace {

using namespace posthorn;

scenario::Scenario make_country(std::size_t domains, std::size_t messages) {
  using scenario::Service;
  scenario::Scenario s;
  s.title = {"A country", "ある国"};
  const auto link = [&](const std::string& a, const std::string& b) {
    scenario::Link out;
    out.a = a;
    out.b = b;
    out.bandwidth = 0;
    s.links.push_back(std::move(out));
  };
  const auto address = [](std::size_t n) {  // RFC 1918: more than the documentation ranges hold
    return IpAddress::v4(10, static_cast<std::uint8_t>(n >> 16), static_cast<std::uint8_t>(n >> 8),
                         static_cast<std::uint8_t>(n));
  };
  const auto host = [&](std::string name) -> scenario::Host& {
    scenario::Host& out = s.hosts.emplace_back();
    out.name = std::move(name);
    out.addresses = {address(s.hosts.size())};
    return out;
  };
  host("internet");
  host("ns.example").services = {Service::dns};
  link("ns.example", "internet");
  const auto domain_name = [](std::size_t i) { return "d" + std::to_string(i) + ".example"; };
  for (std::size_t i = 0; i < domains; ++i) {
    const std::string name = domain_name(i), mail = "mail." + name, user = "user@" + name;
    host(mail).services = {Service::submission, Service::smtp, Service::imap};
    scenario::Host& client = host("pc" + std::to_string(i));
    client.user = user;
    client.client.submission = client.client.incoming = mail;
    link(mail, "internet");
    link("pc" + std::to_string(i), mail);
    scenario::Domain domain;
    domain.name = name;
    domain.mx.push_back({10, mail});
    domain.home = mail;
    domain.name_server = "ns.example";
    domain.accounts.push_back({"user", "secret", {}});
    s.domains.push_back(std::move(domain));
  }
  for (std::size_t i = 0; i < messages; ++i) {
    scenario::Send send;
    send.to = {"user@" + domain_name((i * 7919 + 1) % domains)};
    send.subject = "letter";
    send.text = "A line.\n";
    scenario::Act act;
    act.at = std::chrono::milliseconds(i * 36);  // 100000 letters in an hour
    act.who = "user@" + domain_name(i % domains);
    act.what = std::move(send);
    s.story.push_back(std::move(act));
  }
  return s;
}

double resident_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t domains = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
  const std::size_t messages = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000;
  const auto plan = scenario::make_plan(make_country(domains, messages));
  trace::Trace trace(plan->scene);
  trace.stop_keeping();
  world::World world(plan);
  const double before = resident_megabytes();
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t events = 0;
  while (world.step(trace)) ++events;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::size_t arrived = 0;
  for (std::uint32_t i = 1; i <= plan->scenario.hosts.size(); ++i)
    if (const auto* server = world.mail_server(HostId{i}))
      for (const std::string& account : server->store().accounts())
        arrived += server->store().usage(account).messages;
  const double memory = resident_megabytes() - before;
  std::printf("%zu domains, %zu letters sent, %zu in mailboxes\n", domains, messages, arrived);
  std::printf("%llu events in %.2f s: %.0f events/s, %.0f messages/s\n",
              static_cast<unsigned long long>(events), took.count(),
              static_cast<double>(events) / took.count(),
              static_cast<double>(arrived) / took.count());
  std::printf("%.1f MB more at most: %.0f octets a message\n", memory,
              memory * 1024 * 1024 / static_cast<double>(arrived));
  return arrived == messages ? 0 : 1;
}
