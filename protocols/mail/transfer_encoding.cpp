#include "protocols/mail/transfer_encoding.hpp"

#include <array>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/header.hpp"

namespace posthorn::mail {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kHexDigits[] = "0123456789ABCDEF";
constexpr std::size_t kLineLimit = 76;  // RFC 2045 §6.7 (5) and §6.8

constexpr std::array<signed char, 256> make_reverse() {
  std::array<signed char, 256> table{};
  for (auto& entry : table) entry = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<signed char>(i);
  return table;
}
constexpr std::array<signed char, 256> kReverse = make_reverse();

int base64_value(char c) { return kReverse[static_cast<unsigned char>(c)]; }

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

/// Appends what is left of an incomplete group of `digits` base64 digits.
void flush_group(unsigned bits, unsigned digits, std::string& out) {
  if (digits >= 2) out += static_cast<char>((bits >> (digits * 6 - 8)) & 0xff);
  if (digits == 3) out += static_cast<char>((bits >> 2) & 0xff);
}

/// Whether the octet at `at` of this line (no line end in it) may stand as itself.
bool qp_literal(std::string_view line, std::size_t at, bool at_line_start) {
  const char c = line[at];
  if (is_wsp(c)) return at + 1 < line.size();  // never last on its line
  if (c == '=' || is_8bit(c) || is_ctl(c)) return false;
  if (!at_line_start) return true;
  if (c == '.') return false;                      // survives careless dot-stuffing
  return line.substr(at).substr(0, 5) != "From ";  // and mbox "From " quoting
}

void qp_encode_line(std::string_view line, std::string& out) {
  std::size_t column = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool literal = qp_literal(line, at, column == 0);
    const std::size_t width = literal ? 1 : 3;
    const std::size_t limit = at + 1 == line.size() ? kLineLimit : kLineLimit - 1;
    if (column + width > limit) {
      out += "=\r\n";
      column = 0;
      --at;  // again, now at the start of a line
      continue;
    }
    if (literal) {
      out += line[at];
    } else {
      const auto byte = static_cast<unsigned char>(line[at]);
      out += '=';
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 15];
    }
    column += width;
  }
}

/// Decodes one line without its line end; true if it ended in a soft break.
bool qp_decode_line(std::string_view line, std::string& out) {
  while (!line.empty() && is_wsp(line.back())) line.remove_suffix(1);
  const bool soft = !line.empty() && line.back() == '=';
  if (soft) line.remove_suffix(1);
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool coded = line[at] == '=' && at + 2 < line.size() && hex_value(line[at + 1]) >= 0 &&
                       hex_value(line[at + 2]) >= 0;
    if (!coded) {
      out += line[at];
      continue;
    }
    out += static_cast<char>(hex_value(line[at + 1]) * 16 + hex_value(line[at + 2]));
    at += 2;
  }
  return soft;
}

/// Space (or "`") is 0, "!" is 1, and so on to 63.
unsigned uu_value(char c) { return (static_cast<unsigned char>(c) - 32u) & 63; }

/// Four characters make three octets; `count` octets are meant.
void uudecode_line(std::string_view line, std::size_t count, std::string& out) {
  for (std::size_t at = 0; at + 1 < line.size() && count > 0; at += 4) {
    unsigned bits = 0;
    for (std::size_t i = at; i < at + 4; ++i)
      bits = bits << 6 | (i < line.size() ? uu_value(line[i]) : 0);
    for (int shift = 16; shift >= 0 && count > 0; shift -= 8, --count)
      out += static_cast<char>(bits >> shift & 0xff);
  }
}

}  // namespace

TransferEncoding parse_transfer_encoding(std::string_view field_body) {
  const std::string text = strip_comments(field_body);
  std::string_view name = trim(text);
  if (name.starts_with('"')) name.remove_prefix(1);  // wrong, and seen
  name = name.substr(0, name.find_first_of("\"; \t\r\n"));
  if (name.empty() || iequals(name, "7bit")) return TransferEncoding::seven_bit;
  if (iequals(name, "8bit")) return TransferEncoding::eight_bit;
  if (iequals(name, "binary")) return TransferEncoding::binary;
  if (iequals(name, "quoted-printable")) return TransferEncoding::quoted_printable;
  if (iequals(name, "base64")) return TransferEncoding::base64;
  for (const std::string_view known : {"x-uuencode", "uuencode", "x-uue"})
    if (iequals(name, known)) return TransferEncoding::uuencode;
  return TransferEncoding::unknown;
}

std::string_view to_string(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::seven_bit:
      return "7bit";
    case TransferEncoding::eight_bit:
      return "8bit";
    case TransferEncoding::binary:
      return "binary";
    case TransferEncoding::quoted_printable:
      return "quoted-printable";
    case TransferEncoding::base64:
      return "base64";
    case TransferEncoding::uuencode:
      return "x-uuencode";
    case TransferEncoding::unknown:
      break;
  }
  return "unknown";
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const unsigned bits =
        byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2);
    out += kAlphabet[bits >> 18];
    out += kAlphabet[(bits >> 12) & 63];
    out += at + 1 < bytes.size() ? kAlphabet[(bits >> 6) & 63] : '=';
    out += at + 2 < bytes.size() ? kAlphabet[bits & 63] : '=';
  }
  return out;
}

std::string base64_encode_lines(std::string_view bytes) {
  constexpr std::size_t bytes_per_line = kLineLimit / 4 * 3;
  std::string out;
  out.reserve((bytes.size() / bytes_per_line + 1) * (kLineLimit + 2));
  for (std::size_t at = 0; at < bytes.size(); at += bytes_per_line)
    out += base64_encode(bytes.substr(at, bytes_per_line)) + "\r\n";
  return out;
}

std::string base64_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  unsigned bits = 0, digits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    // Nearly all of it is whole groups of four.
    for (; digits == 0 && at + 4 <= text.size(); at += 4) {
      const int a = base64_value(text[at]), b = base64_value(text[at + 1]);
      const int c = base64_value(text[at + 2]), d = base64_value(text[at + 3]);
      if ((a | b | c | d) < 0) break;
      const char group[] = {static_cast<char>(a << 2 | b >> 4), static_cast<char>(b << 4 | c >> 2),
                            static_cast<char>(c << 6 | d)};
      out.append(group, sizeof group);
    }
    if (at == text.size()) break;
    if (text[at] == '=') {
      flush_group(bits, digits, out);
      bits = digits = 0;
      continue;
    }
    const int value = base64_value(text[at]);
    if (value < 0) continue;
    bits = bits << 6 | static_cast<unsigned>(value);
    if (++digits < 4) continue;
    out += static_cast<char>((bits >> 16) & 0xff);
    out += static_cast<char>((bits >> 8) & 0xff);
    out += static_cast<char>(bits & 0xff);
    bits = digits = 0;
  }
  flush_group(bits, digits, out);
  return out;
}

bool base64_decode_strict(std::string_view text, std::string& bytes) {
  bytes = base64_decode(text);
  return base64_encode(bytes) == text;
}

std::string quoted_printable_encode(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t end = text.find("\r\n");
    qp_encode_line(text.substr(0, end), out);
    if (end == std::string_view::npos) break;
    out += "\r\n";
    text.remove_prefix(end + 2);
  }
  return out;
}

std::string quoted_printable_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    const bool crlf = newline != std::string_view::npos && !line.empty() && line.back() == '\r';
    if (crlf) line.remove_suffix(1);
    const bool soft = qp_decode_line(line, out);
    if (newline == std::string_view::npos) break;
    if (!soft) out += crlf ? "\r\n" : "\n";
    text.remove_prefix(newline + 1);
  }
  return out;
}

std::string uudecode(std::string_view text) {
  std::size_t at = text.starts_with("begin ") ? 0 : text.find("\nbegin ");
  if (at == std::string_view::npos) return std::string(text);
  at = text.find('\n', at + 1);
  std::string out;
  while (at != std::string_view::npos && ++at < text.size()) {
    const std::size_t end = text.find('\n', at);
    std::string_view line = text.substr(at, end == std::string_view::npos ? end : end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line == "end" || uu_value(line[0]) == 0) break;
    uudecode_line(line.substr(1), uu_value(line[0]), out);
    at = end;
  }
  return out;
}

std::string decode_transfer(std::string_view body, TransferEncoding encoding) {
  if (encoding == TransferEncoding::base64) return base64_decode(body);
  if (encoding == TransferEncoding::quoted_printable) return quoted_printable_decode(body);
  if (encoding == TransferEncoding::uuencode) return uudecode(body);
  return std::string(body);
}

}  // namespace posthorn::mail
