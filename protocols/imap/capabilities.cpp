#include "protocols/imap/capabilities.hpp"

#include <algorithm>
#include <cstdint>

#include "protocols/imap/server.hpp"

namespace posthorn::imap {

namespace {

enum class When : std::uint8_t {
  always,
  before_login,
  after_login,
  before_tls,      ///< where it is offered
  no_password,     ///< where TLS is required and not there yet, or only AUTHENTICATE is wanted
  ready_to_login,  ///< before the login, unless TLS is missing
};

struct Capability {
  std::string_view name;
  When when;
  std::string_view rule;
};

constexpr Capability known[] = {
    {"IMAP4rev1", When::always, "RFC 3501"},
    {"IMAP4rev2", When::always, "RFC 9051"},
    {"LITERAL+", When::always, "RFC 7888"},
    {"ID", When::always, "RFC 2971"},
    {"ENABLE", When::always, "RFC 5161"},
    {"STARTTLS", When::before_tls, "RFC 3501 §6.2.1"},
    {"LOGINDISABLED", When::no_password, "RFC 3501 §6.2.3"},
    {"SASL-IR", When::before_login, "RFC 4959"},
    {"AUTH=", When::ready_to_login, "RFC 3501 §6.2.2"},  // and a mechanism; one for each
    {"IDLE", When::after_login, "RFC 2177"},
    {"NAMESPACE", When::after_login, "RFC 2342"},
    {"CHILDREN", When::after_login, "RFC 3348"},
    {"UNSELECT", When::after_login, "RFC 3691"},
    {"UIDPLUS", When::after_login, "RFC 4315"},
    {"MOVE", When::after_login, "RFC 6851"},
    {"ESEARCH", When::after_login, "RFC 4731"},
    {"SEARCHRES", When::after_login, "RFC 5182"},
    {"LIST-EXTENDED", When::after_login, "RFC 5258"},
    {"LIST-STATUS", When::after_login, "RFC 5819"},
    {"STATUS=SIZE", When::after_login, "RFC 8438"},
    {"SPECIAL-USE", When::after_login, "RFC 6154"},
    {"CREATE-SPECIAL-USE", When::after_login, "RFC 6154"},
    {"BINARY", When::after_login, "RFC 3516"},
    {"CONDSTORE", When::after_login, "RFC 7162"},
    {"QUOTA", When::after_login, "RFC 9208"},
    {"QUOTA=RES-STORAGE", When::after_login, "RFC 9208"},
    {"QUOTA=RES-MESSAGE", When::after_login, "RFC 9208"},
    {"UTF8=ACCEPT", When::after_login, "RFC 6855"},
    {"APPENDLIMIT=", When::after_login, "RFC 7889"},  // and how many octets
};

constexpr std::string_view to_enable[] = {"CONDSTORE", "IMAP4REV2", "UTF8=ACCEPT"};

}  // namespace

std::string capabilities(bool logged_in, bool secured, const ServerConfig& config) {
  const bool tls_missing = config.require_tls && !secured;
  const auto applies = [&](When when) {
    switch (when) {
      case When::always:
        return true;
      case When::before_login:
        return !logged_in;
      case When::after_login:
        return logged_in;
      case When::before_tls:
        return !logged_in && !secured && config.offer_starttls;
      case When::no_password:
        return !logged_in && (tls_missing || !sasl::allow_password(config.mechanisms));
      case When::ready_to_login:
        return !logged_in && !tls_missing;
    }
    return false;
  };
  std::string words;
  for (const Capability& capability : known) {
    if (!applies(capability.when)) continue;
    std::string word(capability.name);
    if (word == "AUTH=") word = sasl::list_of(config.mechanisms, word);
    if (word == "APPENDLIMIT=") word += std::to_string(config.max_message);
    if (!word.empty()) words.append(words.empty() ? "" : " ").append(word);
  }
  return words;
}

bool can_be_enabled(std::string_view capability) {
  return std::find(std::begin(to_enable), std::end(to_enable), capability) != std::end(to_enable);
}

}  // namespace posthorn::imap
