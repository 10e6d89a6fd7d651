// The services that a server may offer, by name and port. The one table of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace posthorn::scenario {

enum class Service : std::uint8_t {
  smtp,
  submission,
  lmtp,
  pop3,
  imap,
  dns,
  submissions,  ///< this and the following: under TLS from the first octet on (RFC 8314)
  pop3s,
  imaps,
};

struct ServiceEntry {
  Service service;
  std::string_view name;
  std::uint16_t port;  ///< LMTP has no number of its own (RFC 2033 §5); 24 is the custom
  Service spoken;      ///< what is spoken there: imap at imaps
};

inline constexpr std::array kServices = {
    ServiceEntry{Service::smtp, "smtp", 25, Service::smtp},
    ServiceEntry{Service::submission, "submission", 587, Service::submission},
    ServiceEntry{Service::lmtp, "lmtp", 24, Service::lmtp},
    ServiceEntry{Service::pop3, "pop3", 110, Service::pop3},
    ServiceEntry{Service::imap, "imap", 143, Service::imap},
    ServiceEntry{Service::dns, "dns", 53, Service::dns},
    ServiceEntry{Service::submissions, "submissions", 465, Service::submission},
    ServiceEntry{Service::pop3s, "pop3s", 995, Service::pop3},
    ServiceEntry{Service::imaps, "imaps", 993, Service::imap},
};

constexpr std::string_view service_name(Service service) {
  for (const ServiceEntry& entry : kServices)
    if (entry.service == service) return entry.name;
  return "";
}

constexpr std::uint16_t port_of(Service service) {
  for (const ServiceEntry& entry : kServices)
    if (entry.service == service) return entry.port;
  return 0;
}

constexpr std::optional<Service> service_at(std::uint16_t port) {
  for (const ServiceEntry& entry : kServices)
    if (entry.port == port) return entry.service;
  return std::nullopt;
}

/// imap for imaps, and each of the others for itself.
constexpr Service spoken_at(Service service) {
  for (const ServiceEntry& entry : kServices)
    if (entry.service == service) return entry.spoken;
  return service;
}

/// TLS comes first there; nobody asks for it.
constexpr bool implicit_tls(Service service) { return spoken_at(service) != service; }

/// Where the same is spoken under TLS from the first octet on; the service itself if nowhere.
constexpr Service sealed(Service service) {
  for (const ServiceEntry& entry : kServices)
    if (entry.spoken == service && entry.service != service) return entry.service;
  return service;
}

/// The names, for tables of words.
inline std::vector<std::pair<std::string, Service>> service_words() {
  std::vector<std::pair<std::string, Service>> words;
  for (const ServiceEntry& entry : kServices) words.emplace_back(entry.name, entry.service);
  return words;
}

}  // namespace posthorn::scenario
