#include "protocols/pop3/capabilities.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"
#include "protocols/pop3/server.hpp"
#include "protocols/pop3/text.hpp"

namespace posthorn::pop3 {

namespace {

struct Capability {
  std::string_view tag;
  std::string_view rule;
  /// What stands behind the tag; nullopt: it is not offered.
  std::optional<std::string> (*arguments)(const ServerConfig&, bool secured);
};

std::optional<std::string> nothing(const ServerConfig&, bool) { return ""; }
/// RFC 2595 §2.1, §4: what cannot be used is not offered.
bool may_log_in(const ServerConfig& config, bool secured) { return secured || !config.require_tls; }
std::optional<std::string> user(const ServerConfig& config, bool secured) {
  if (!may_log_in(config, secured) || !sasl::allow_password(config.mechanisms)) return std::nullopt;
  return "";
}
std::optional<std::string> stls(const ServerConfig& config, bool secured) {
  if (!config.offer_starttls || secured) return std::nullopt;
  return "";
}
std::optional<std::string> mechanisms(const ServerConfig& config, bool secured) {
  if (config.mechanisms.empty() || !may_log_in(config, secured)) return std::nullopt;
  return sasl::list_of(config.mechanisms);
}
std::optional<std::string> login_delay(const ServerConfig& config, bool) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(config.login_delay).count();
  if (seconds <= 0) return std::nullopt;
  return std::to_string(seconds);
}
std::optional<std::string> never(const ServerConfig&, bool) { return "NEVER"; }
std::optional<std::string> in_names_too(const ServerConfig&, bool) { return "USER"; }
std::optional<std::string> posthorn_itself(const ServerConfig&, bool) { return "Posthorn"; }

constexpr Capability known[] = {
    {"USER", "RFC 2449 §6.2", user},
    {"STLS", "RFC 2595 §4", stls},
    {"SASL", "RFC 5034 §3", mechanisms},
    {"TOP", "RFC 2449 §6.1", nothing},
    {"UIDL", "RFC 2449 §6.8", nothing},
    {"PIPELINING", "RFC 2449 §6.6", nothing},
    {"RESP-CODES", "RFC 2449 §6.4", nothing},
    {"AUTH-RESP-CODE", "RFC 3206 §6", nothing},
    {"LOGIN-DELAY", "RFC 2449 §6.5", login_delay},
    {"EXPIRE", "RFC 2449 §6.7", never},
    {"UTF8", "RFC 6856 §2", in_names_too},
    {"LANG", "RFC 6856 §3", nothing},
    {"IMPLEMENTATION", "RFC 2449 §6.9", posthorn_itself},
};

}  // namespace

std::vector<std::string> capabilities(const ServerConfig& config, bool secured) {
  std::vector<std::string> lines;
  for (const Capability& capability : known) {
    const auto arguments = capability.arguments(config, secured);
    if (!arguments) continue;
    lines.emplace_back(capability.tag);
    if (!arguments->empty()) lines.back() += " " + *arguments;
  }
  return lines;
}

void Offer::add(std::string_view line) { lines_.emplace_back(line); }

const std::string* Offer::find(std::string_view tag) const {
  const auto found = std::find_if(lines_.begin(), lines_.end(), [&](std::string_view line) {
    return mail::iequals(word(line), tag);
  });
  return found == lines_.end() ? nullptr : &*found;
}

bool Offer::has(std::string_view tag, std::string_view wanted) const {
  const std::string* line = find(tag);
  if (line == nullptr) return false;
  std::string_view rest = *line;
  word(rest);
  for (std::string_view each = word(rest); !each.empty(); each = word(rest))
    if (mail::iequals(each, wanted)) return true;
  return false;
}

}  // namespace posthorn::pop3
