// What CAPA says (RFC 2449 §5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace posthorn::pop3 {

struct ServerConfig;

/// One line each: "SASL CRAM-MD5 PLAIN". The same before and after the login, but not without and
/// with TLS.
std::vector<std::string> capabilities(const ServerConfig& config, bool secured);

/// On the client's side: the capabilities by tag.
class Offer {
 public:
  void add(std::string_view line);
  [[nodiscard]] bool has(std::string_view tag) const { return find(tag) != nullptr; }
  /// Whether `word` stands behind `tag`: offers("SASL", "PLAIN").
  [[nodiscard]] bool has(std::string_view tag, std::string_view word) const;

 private:
  [[nodiscard]] const std::string* find(std::string_view tag) const;
  std::vector<std::string> lines_;
};

}  // namespace posthorn::pop3
