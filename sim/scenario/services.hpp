// The services that a server may offer, by name and port. The one table of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace posthorn::scenario {

enum class Service : std::uint8_t { smtp, submission, lmtp, pop3, imap, dns };

struct ServiceEntry {
  Service service;
  std::string_view name;
  std::uint16_t port;  ///< LMTP has no number of its own (RFC 2033 §5); 24 is the custom
};

inline constexpr std::array kServices = {
    ServiceEntry{Service::smtp, "smtp", 25},  ServiceEntry{Service::submission, "submission", 587},
    ServiceEntry{Service::lmtp, "lmtp", 24},  ServiceEntry{Service::pop3, "pop3", 110},
    ServiceEntry{Service::imap, "imap", 143}, ServiceEntry{Service::dns, "dns", 53},
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

}  // namespace posthorn::scenario
