#include "protocols/smtp/envelope.hpp"

#include <algorithm>

#include "protocols/mail/address.hpp"
#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"

namespace posthorn::smtp {

namespace {

constexpr std::size_t max_local = 64;  // RFC 5321 §4.5.3.1.1

bool is_dot_string(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '.' || mail::is_atext(c); });
}

/// A source route, "@a.example,@[192.0.2.1]:", is read and dropped: `text` moves behind it.
bool take_route(std::string_view& text) {
  while (!text.empty() && text.front() == '@') {
    text.remove_prefix(1);
    // The colons of an IPv6 literal are not the one that ends the route.
    const std::size_t bracket = !text.empty() && text.front() == '[' ? text.find(']') : 0;
    const std::size_t end = text.find_first_of(",:", std::min(bracket, text.size()));
    if (end == std::string_view::npos || !mail::is_valid_domain(text.substr(0, end))) return false;
    const bool last = text[end] == ':';
    text.remove_prefix(end + 1);
    if (last) return true;
  }
  return false;
}

/// Reads a quoted-string at the front of `text`, which moves behind it.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    if (c == '\\') {
      if (++i == text.size()) return std::nullopt;
      c = text[i];
    }
    if (mail::is_ctl(c)) return std::nullopt;
    out += c;
  }
  return std::nullopt;
}

std::optional<std::string> take_local(std::string_view& text) {
  if (!text.empty() && text.front() == '"') return take_quoted(text);
  const std::size_t at = std::min(text.find('@'), text.size());
  std::string local(text.substr(0, at));
  if (!is_dot_string(local)) return std::nullopt;
  text.remove_prefix(at);
  return local;
}

}  // namespace

std::string Path::mailbox() const {
  if (null()) return {};
  std::string out;
  if (is_dot_string(local)) {
    out = local;
  } else {
    out = "\"";
    for (const char c : local) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return domain.empty() ? out : out + "@" + domain;
}

std::string Path::to_string() const {
  std::string out = "<";  // not "<" + ...: gcc 12 sees a false overlap there (-Wrestrict)
  out += mailbox();
  out += '>';
  return out;
}

bool Path::non_ascii() const {
  return std::any_of(local.begin(), local.end(), mail::is_8bit) ||
         std::any_of(domain.begin(), domain.end(), mail::is_8bit);
}

bool Path::well_formed() const {
  const auto again = parse(to_string());
  return again.ok() && *again == *this;
}

Result<Path> Path::parse(std::string_view text) {
  if (!text.empty() && text.front() == '<') {
    if (text.back() != '>' || text.size() < 2) return Error{"the closing '>' is missing"};
    text = text.substr(1, text.size() - 2);
    if (text.empty()) return Path{};
  }
  if (!text.empty() && text.front() == '@' && !take_route(text))
    return Error{"the source route is malformed"};
  if (!mail::is_valid_utf8(text)) return Error{"not valid UTF-8"};
  auto local = take_local(text);
  if (!local) return Error{"the part before '@' is malformed"};
  if (local->size() > max_local) return Error{"the part before '@' is longer than 64 octets"};
  if (text.empty()) {
    if (!mail::iequals(*local, "postmaster")) return Error{"'@' and a domain are missing"};
    return Path{std::move(*local), {}};
  }
  text.remove_prefix(text.front() == '@' ? 1 : 0);
  if (!mail::is_valid_domain(text)) return Error{"the domain is malformed, or too long"};
  return Path{std::move(*local), std::string(text)};
}

}  // namespace posthorn::smtp
