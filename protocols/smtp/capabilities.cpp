#include "protocols/smtp/capabilities.hpp"

#include <algorithm>
#include <charconv>

#include "protocols/mail/ascii.hpp"

namespace posthorn::smtp {

namespace {

std::string_view take_word(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

std::optional<std::uint64_t> parse_number(std::string_view word) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc{} && end == word.data() + word.size() ? std::optional(number)
                                                                  : std::nullopt;
}

void take_size(Capabilities& out, std::string_view argument) {
  out.size = true;
  const auto octets = parse_number(take_word(argument));
  // RFC 1870 §4: zero means that there is no fixed limit.
  if (octets.value_or(0) > 0) out.max_size = octets;
}

/// "RCPTMAX=100 MAILMAX=5": what we do not know is nothing to us (RFC 9422 §4).
void take_limits(Capabilities& out, std::string_view argument) {
  constexpr std::string_view key = "RCPTMAX=";
  for (std::string_view word = take_word(argument); !word.empty(); word = take_word(argument)) {
    if (!mail::iequals(word.substr(0, key.size()), key)) continue;
    const auto limit = parse_number(word.substr(key.size()));
    if (limit && *limit > 0) out.max_recipients = limit;
  }
}

void take_auth(Capabilities& out, std::string_view argument) {
  for (std::string_view word = take_word(argument); !word.empty(); word = take_word(argument)) {
    std::string upper(word);
    for (char& c : upper)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!out.offers_auth(upper)) out.auth_mechanisms.push_back(std::move(upper));
  }
}

void take_keyword(Capabilities& out, std::string_view line) {
  const std::string_view keyword = take_word(line);
  const auto is = [keyword](std::string_view name) { return mail::iequals(keyword, name); };
  if (is("PIPELINING")) out.pipelining = true;
  if (is("8BITMIME")) out.eight_bit_mime = true;
  if (is("SMTPUTF8")) out.smtputf8 = true;
  if (is("ENHANCEDSTATUSCODES")) out.enhanced_status_codes = true;
  if (is("CHUNKING")) out.chunking = true;
  if (is("DSN")) out.dsn = true;
  if (is("STARTTLS")) out.starttls = true;
  if (is("SIZE")) take_size(out, line);
  if (is("AUTH")) take_auth(out, line);
  if (is("LIMITS")) take_limits(out, line);
}

}  // namespace

bool Capabilities::offers_auth(std::string_view mechanism) const {
  return std::find(auth_mechanisms.begin(), auth_mechanisms.end(), mechanism) !=
         auth_mechanisms.end();
}

Capabilities parse_capabilities(const Reply& reply, bool extended) {
  Capabilities out;
  out.extended = extended;
  if (reply.lines.empty()) return out;
  std::string_view first = reply.lines.front();
  out.server_name = take_word(first);
  if (!extended) return out;
  for (std::size_t i = 1; i < reply.lines.size(); ++i) {
    take_keyword(out, reply.lines[i]);
    out.lines.push_back(reply.lines[i]);
  }
  return out;
}

}  // namespace posthorn::smtp
