// The unchanging part of a world: everything a scenario fixes before time begins, resolved to
// ids, addresses and zones. Built once, shared by every copy of the World.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/dns/zone.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/units.hpp"
#include "sim/trace/scene.hpp"
#include "tls/certificate.hpp"

namespace posthorn::scenario {

struct PlannedAccount {
  std::string address;  ///< "aiko@sakura.example", lower case
  std::string password;
  LocalText display;
  HostId home;  ///< the server that keeps the mailbox
  Account settings = {};
};

struct Plan {
  Scenario scenario;
  trace::Scene scene;  ///< what the trace begins with
  std::map<std::string, HostId> host_ids;
  std::vector<std::vector<IpAddress>> addresses;            ///< by HostId - 1
  std::map<std::string, PlannedAccount> accounts;           ///< by address
  std::map<std::string, std::vector<std::string>> aliases;  ///< address -> what it stands for
  std::map<std::string, MailingList> lists;                 ///< by address
  std::map<std::string, std::string> catch_alls;            ///< mail domain -> address
  std::map<std::string, HostId> homes;                ///< mail domain -> server of its mailboxes
  std::map<std::string, std::vector<HostId>> relays;  ///< mail domain -> its MX hosts
  /// mail domain -> servers of submission beside its home where its users may log in
  std::map<std::string, std::vector<HostId>> submitters;
  /// Zones by the name server that is authoritative for them.
  std::map<HostId, std::vector<std::shared_ptr<const dns::Zone>>> zones;
  /// Of the servers that offer TLS; and whom everybody trusts (DER, PEM), if there is one.
  std::map<HostId, std::shared_ptr<const tls::Identity>> identities;
  std::string root, root_pem;
  std::vector<std::string> zone_problems;  ///< zones that cannot be, and why
  std::vector<IpAddress> name_servers;     ///< resolvers start here
  /// Direct resolution: who serves what, which every resolver knows.
  std::map<dns::Name, std::vector<IpAddress>> known_zones;
  std::map<std::string, std::vector<std::size_t>> sends;  ///< Send/Reply id -> story items

  [[nodiscard]] const Host& host(HostId id) const { return scenario.hosts[id.value - 1]; }
  [[nodiscard]] HostId find(std::string_view name) const;
  /// The client host of the person: the one named, or the first; none if nobody uses that address.
  [[nodiscard]] HostId client_of(std::string_view address, std::string_view host = {}) const;
  [[nodiscard]] const PlannedAccount* account(std::string_view address) const;
};

/// Takes a checked scenario (see scenario/load.hpp); what a loader would have refused is
/// repaired as well as possible here.
std::shared_ptr<const Plan> make_plan(Scenario scenario);

/// ASCII lower case: domains and, in Posthorn's servers, local parts are compared so.
std::string lower(std::string_view text);

}  // namespace posthorn::scenario
