// The cast and the stage: what a trace must say before its first record, so that it can be
// shown and exported with nothing but itself.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/ip_address.hpp"
#include "protocols/core/time.hpp"
#include "sim/trace/ids.hpp"

namespace posthorn {

enum class Lang : std::uint8_t { en, ja };

/// One text in both languages. Either may be empty; in() then gives the other.
struct LocalText {
  std::string en, ja;
  [[nodiscard]] const std::string& in(Lang lang) const {
    const std::string& wanted = lang == Lang::ja ? ja : en;
    return wanted.empty() ? (lang == Lang::ja ? en : ja) : wanted;
  }
  [[nodiscard]] bool empty() const { return en.empty() && ja.empty(); }
  friend bool operator==(const LocalText&, const LocalText&) = default;
};

namespace trace {

enum class HostKind : std::uint8_t { client, mail_server, name_server, router };

struct SceneHost {
  std::string name;  ///< "mail.sakura.example"
  LocalText label;   ///< what the stage writes under it
  HostKind kind = HostKind::mail_server;
  std::vector<std::string> services;  ///< "submission", "smtp", "pop3", "imap", "dns"
  std::string user;                   ///< client: the address of the person who uses it
  std::string reads;                  ///< client: "imap", "pop3" or empty
  std::string domain;                 ///< the mail domain it belongs to; empty for none
  std::vector<IpAddress> addresses;
  std::optional<std::array<double, 2>> position;  ///< 0..1 of the stage, if the scenario says
  friend bool operator==(const SceneHost&, const SceneHost&) = default;
};

struct SceneLink {
  HostId a, b;
  Duration latency{};
  std::uint64_t bandwidth = 0;  ///< bits per second; 0 is unlimited
  friend bool operator==(const SceneLink&, const SceneLink&) = default;
};

struct SceneAccount {
  std::string address;  ///< "aiko@sakura.example"
  LocalText display;
  HostId home;  ///< the server that keeps the mailbox
  friend bool operator==(const SceneAccount&, const SceneAccount&) = default;
};

/// A text of the lesson, shown from a NarrationShown on.
struct SceneNarration {
  std::uint32_t step = 0;  ///< the primer step 1..5 it belongs to; 0 for none
  LocalText title, text;
  LocalText notes;  ///< for the speaker; shown on request only
  friend bool operator==(const SceneNarration&, const SceneNarration&) = default;
};

struct Scene {
  LocalText title, summary;
  std::uint64_t seed = 0;
  std::chrono::sys_seconds epoch{};  ///< the date at Instant{}
  int utc_offset = 0;                ///< minutes east of UTC
  std::vector<SceneHost> hosts;      ///< HostId 1 is hosts[0]
  std::vector<SceneLink> links;
  std::vector<SceneAccount> accounts;
  std::vector<SceneNarration> narration;
  std::vector<LocalText> acts;  ///< one line for each story item

  [[nodiscard]] const SceneHost& host(HostId id) const { return hosts.at(id.value - 1); }
  [[nodiscard]] const SceneLink& link(LinkId id) const { return links.at(id.value - 1); }
  friend bool operator==(const Scene&, const Scene&) = default;
};

}  // namespace trace
}  // namespace posthorn
