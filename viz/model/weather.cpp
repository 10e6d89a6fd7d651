#include "viz/model/weather.hpp"

#include <algorithm>

namespace posthorn::viz {
namespace {

using trace::HostKind;
using trace::SceneHost;

bool offers(const SceneHost& host, std::string_view service) {
  return std::ranges::find(host.services, service) != host.services.end();
}

/// What lets people in to their mailboxes there; "" for nothing.
std::string mailbox_service(const SceneHost& host) {
  for (const char* service : {"imap", "imaps", "pop3", "pop3s"})
    if (offers(host, service)) return service;
  return {};
}

void at_mail_server(const SceneHost& host, std::vector<Mishap>& out) {
  const std::string& name = host.name;
  if (offers(host, "smtp")) {
    out.push_back({"smtp-stopped", "stop smtp host " + name});
    out.push_back({"smtp-blocked", "block smtp host " + name});
    out.push_back({"slow", "slow before-final-reply host " + name + " delay 11m"});
    out.push_back({"greylist", "greylist " + name + " delay 5m"});
  }
  if (const std::string service = mailbox_service(host); !service.empty())
    out.push_back({"mailbox-stopped", "stop " + service + " host " + name});
  out.push_back({"disk", "disk_full " + name});
  out.push_back({"clock", "wrong_clock " + name + " ahead 1d"});
}

void at_name_server(const SceneHost& host, std::vector<Mishap>& out) {
  out.push_back({"dns-silent", "dns silent host " + host.name});
  out.push_back({"dns-failing", "dns server-failure host " + host.name});
  out.push_back({"dns-unknown", "dns no-such-name host " + host.name});
}

}  // namespace

std::vector<Mishap> mishaps_of(const trace::Scene& scene, const Spot& place) {
  std::vector<Mishap> out;
  if (place.host && place.host.value <= scene.hosts.size()) {
    const SceneHost& host = scene.host(place.host);
    out.push_back({"power", "power_cut " + host.name});
    if (host.kind == HostKind::mail_server) at_mail_server(host, out);
    if (offers(host, "dns")) at_name_server(host, out);
  } else if (place.link && place.link.value <= scene.links.size()) {
    const trace::SceneLink& link = scene.link(place.link);
    const std::string ends = scene.host(link.a).name + " " + scene.host(link.b).name;
    out.push_back({"cut", "cut " + ends});
    out.push_back({"loss", "bad_line " + ends + " loss 0.2"});
    out.push_back({"corruption", "bad_line " + ends + " corruption 0.2"});
    out.push_back({"listener", "listen " + ends});
    out.push_back({"stripper", "listen " + ends + " strip_starttls true"});
  }
  return out;
}

const std::vector<Lasting>& lastings() {
  using std::chrono::hours;
  static const std::vector<Lasting> known = {{"lasting.10s", "10s", std::chrono::seconds(10)},
                                             {"lasting.10m", "10m", std::chrono::minutes(10)},
                                             {"lasting.2h", "2h", hours(2)},
                                             {"lasting.6d", "6d", hours(24 * 6)},
                                             {"lasting.ever", "", {}}};
  return known;
}

}  // namespace posthorn::viz
