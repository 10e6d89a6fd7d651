// CAPA (RFC 2449 §5), LANG and UTF8 (RFC 6856).
#include "protocols/pop3/capabilities.hpp"
#include "protocols/pop3/commands.hpp"

namespace posthorn::pop3 {

void ServerCommands::capa() {
  std::string body;
  for (const std::string& line : capabilities(self.config_, self.secured_)) body += line + "\r\n";
  self.multiline(self.say(Say::capabilities), body, rule);
}

/// In which language the server talks from now on; without an argument, which ones there are.
void ServerCommands::lang() {
  if (args.empty()) {
    std::string body;
    for (const LanguageEntry& each : languages)
      body.append(each.tag).append(" ").append(each.name).append("\r\n");
    return self.multiline(self.say(Say::languages_follow), body, rule);
  }
  const auto language = find_language(args);
  if (!language) return self.err("", Say::unknown_language, rule);
  self.language_ = *language;
  self.ok(std::string(tag_of(*language)) + " " + self.say(Say::language_chosen), rule);
}

/// Names and passwords are octets to us in any case; messages are given as they are stored.
void ServerCommands::utf8() {
  self.utf8_ = true;
  self.ok(Say::utf8_on, {}, rule);
}

}  // namespace posthorn::pop3
