#include "sim/net/attacker.hpp"

#include <algorithm>

namespace posthorn::net {
namespace {

/// Where in a server's line the offer stands; npos if it is not such a line.
std::size_t offer_in(std::string_view line, std::string_view& word) {
  word = "STARTTLS";
  if (line == "250-STARTTLS" || line == "250 STARTTLS") return 4;
  if (line.starts_with("* CAPABILITY ") || line.starts_with("* OK [CAPABILITY "))
    return line.find(" STARTTLS") == std::string_view::npos ? std::string_view::npos
                                                            : line.find(" STARTTLS") + 1;
  word = "STLS";
  return line == word ? 0 : std::string_view::npos;
}

}  // namespace

std::optional<std::string> without_tls_offer(std::string_view payload) {
  std::optional<std::string> out;
  for (std::size_t at = 0; at < payload.size();) {
    const std::size_t end = std::min(payload.find("\r\n", at), payload.size());
    std::string_view word;
    const std::size_t offer = offer_in(payload.substr(at, end - at), word);
    if (offer != std::string_view::npos) {
      if (!out) out.emplace(payload);
      out->replace(at + offer, word.size(), word.size(), 'X');
    }
    at = end + 2;
  }
  return out;
}

}  // namespace posthorn::net
