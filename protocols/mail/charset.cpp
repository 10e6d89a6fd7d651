#include "protocols/mail/charset.hpp"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "protocols/mail/ascii.hpp"

namespace posthorn::mail {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

using Names = std::pair<std::string_view, std::string_view>;
// What mail calls a charset, and what we (and iconv) call it. Shift_JIS, the Chinese and Korean
// ones and Latin-1 are widened to supersets: real senders use those characters under the old names.
constexpr std::array<Names, 39> kNames = {{{"UTF8", "UTF-8"},
                                           {"UTF-8", "UTF-8"},
                                           {"UNICODE-1-1-UTF-8", "UTF-8"},
                                           {"ASCII", "US-ASCII"},
                                           {"US-ASCII", "US-ASCII"},
                                           {"ANSI_X3.4-1968", "US-ASCII"},
                                           {"ISO646-US", "US-ASCII"},
                                           {"SHIFT_JIS", "CP932"},
                                           {"SHIFT-JIS", "CP932"},
                                           {"SJIS", "CP932"},
                                           {"X-SJIS", "CP932"},
                                           {"MS_KANJI", "CP932"},
                                           {"WINDOWS-31J", "CP932"},
                                           {"CSWINDOWS31J", "CP932"},
                                           {"EUCJP", "EUC-JP"},
                                           {"X-EUC-JP", "EUC-JP"},
                                           {"X-EUC", "EUC-JP"},
                                           {"ISO2022JP", "ISO-2022-JP"},
                                           {"CSISO2022JP", "ISO-2022-JP"},
                                           {"ISO-2022-JP-MS", "ISO-2022-JP"},
                                           {"CP50220", "ISO-2022-JP"},
                                           {"CP50221", "ISO-2022-JP"},
                                           {"CP50222", "ISO-2022-JP"},
                                           {"MS932", "CP932"},
                                           {"X-MS-CP932", "CP932"},
                                           {"LATIN1", "ISO-8859-1"},
                                           {"LATIN-1", "ISO-8859-1"},
                                           {"ISO8859-1", "ISO-8859-1"},
                                           {"ISO_8859-1", "ISO-8859-1"},
                                           {"ISO8859_1", "ISO-8859-1"},
                                           {"L1", "ISO-8859-1"},
                                           {"WINDOWS-1252", "CP1252"},
                                           {"ANSI", "CP1252"},
                                           {"KS_C_5601-1987", "CP949"},
                                           {"KSC5601", "CP949"},
                                           {"EUC-KR", "CP949"},
                                           {"UNICODE-1-1-UTF-7", "UTF-7"},
                                           {"GB2312", "GB18030"},
                                           {"GBK", "GB18030"}}};

/// Owns one conversion descriptor.
class Converter {
 public:
  Converter(const std::string& to, const std::string& from)
      : handle_(iconv_open(to.c_str(), from.c_str())) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (usable()) iconv_close(handle_);
  }

  [[nodiscard]] bool usable() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  /// Converts as much of `in` as goes, which it shortens; 0, or EILSEQ or EINVAL at its front.
  int run(std::string_view& in, std::string& out) {
    std::array<char, 4096> buffer;
    while (!in.empty()) {
      char* from = const_cast<char*>(in.data());  // iconv's prototype; it does not write there
      std::size_t from_left = in.size();
      char* to = buffer.data();
      std::size_t to_left = buffer.size();
      errno = 0;
      const std::size_t result = iconv(handle_, &from, &from_left, &to, &to_left);
      const int error = result == static_cast<std::size_t>(-1) ? errno : 0;
      out.append(buffer.data(), buffer.size() - to_left);
      in.remove_prefix(in.size() - from_left);
      if (error != 0 && error != E2BIG) return error;
    }
    return 0;
  }

  /// Back to the initial shift state.
  void finish(std::string& out) {
    std::array<char, 64> buffer;
    char* to = buffer.data();
    std::size_t to_left = buffer.size();
    iconv(handle_, nullptr, nullptr, &to, &to_left);
    out.append(buffer.data(), buffer.size() - to_left);
  }

 private:
  iconv_t handle_;
};

/// Only names made of these reach iconv, whose "//" suffixes, "", "CHAR" and the like depend on
/// the machine or its locale.
bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > 40) return false;
  if (name == "CHAR" || name == "WCHAR_T" || name == "INTERNAL") return false;
  for (const char c : name)
    if (!is_alnum(c) && std::string_view("-_.:+").find(c) == std::string_view::npos) return false;
  return true;
}

/// Latin-1 as it is sent: where ISO 8859-1 has control characters that nobody uses, Windows-1252
/// has quotation marks, dashes and the Euro sign, under either name.
std::string latin1_to_utf8(std::string_view bytes) {
  constexpr std::array<char16_t, 32> windows = {
      0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const unsigned point = byte >= 0x80 && byte < 0xA0 ? windows[byte - 0x80] : byte;
    const auto push = [&](unsigned octet) { out += static_cast<char>(octet); };
    if (point < 0x80)
      push(point);
    else if (point < 0x800)
      push(0xC0 | point >> 6), push(0x80 | (point & 63));
    else
      push(0xE0 | point >> 12), push(0x80 | ((point >> 6) & 63)), push(0x80 | (point & 63));
  }
  return out;
}

/// Whether 8-bit bytes would only be legal in some other charset than the declared one.
bool is_guessed(std::string_view charset) {
  return charset.empty() || charset == "US-ASCII" || charset == "UNKNOWN-8BIT" ||
         charset == "X-UNKNOWN";
}

enum class Outcome { unusable, clean, damaged };

Outcome decode_with(std::string_view bytes, const std::string& charset, std::string& out) {
  Converter converter("UTF-8", charset);
  if (!converter.usable()) return Outcome::unusable;
  out.clear();
  out.reserve(bytes.size() + bytes.size() / 2);
  Outcome outcome = Outcome::clean;
  while (const int error = converter.run(bytes, out)) {
    outcome = Outcome::damaged;
    out += kReplacement;
    if (error == EINVAL || bytes.empty()) break;  // a character cut off at the end
    bytes.remove_prefix(1);
  }
  converter.finish(out);
  return outcome;
}

/// A shift of ISO 2022, and to which set of characters.
struct Shift {
  enum class Set { ascii, kana, kanji, more_kanji };
  std::string_view escape;
  Set set;
};
constexpr std::array<Shift, 12> kShifts = {{{"\x1b$B", Shift::Set::kanji},
                                            {"\x1b$@", Shift::Set::kanji},
                                            {"\x1b$(B", Shift::Set::kanji},
                                            {"\x1b$(@", Shift::Set::kanji},
                                            {"\x1b$(D", Shift::Set::more_kanji},  // JIS X 0212
                                            {"\x1b(I", Shift::Set::kana},
                                            {"\x0e", Shift::Set::kana},  // SO, of JIS X 0201
                                            {"\x0f", Shift::Set::ascii},
                                            {"\x1b(B", Shift::Set::ascii},
                                            {"\x1b(J", Shift::Set::ascii},
                                            {"\x1b(H", Shift::Set::ascii},
                                            {"\x1b&@", Shift::Set::ascii}}};

/// The shift at the start of the bytes, or nullptr.
const Shift* read_shift(std::string_view bytes) {
  for (const Shift& shift : kShifts)
    if (bytes.starts_with(shift.escape)) return &shift;
  return nullptr;
}

/// ISO-2022-JP written as EUC-JP, with all that senders put in although RFC 1468 does not:
/// half-width kana (shifted to, or as 8-bit bytes) and the characters of JIS X 0212.
std::string iso2022jp_to_euc(std::string_view bytes) {
  using Set = Shift::Set;
  Set set = Set::ascii;
  std::size_t place = 0;  // in a character of two bytes
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (const Shift* shift = read_shift(bytes.substr(at)); shift != nullptr) {
      set = shift->set;
      place = 0;
      at += shift->escape.size() - 1;
    } else if (is_8bit(c)) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0xA1 && byte <= 0xDF) out += '\x8e';
      out += c;
    } else if (set == Set::ascii || c <= ' ') {
      out += c;
      place = 0;
      if (c == '\n') set = Set::ascii;  // RFC 1468: a line starts and ends in ASCII
    } else {
      if (set == Set::kana) out += '\x8e';
      if (set == Set::more_kanji && place++ % 2 == 0) out += '\x8f';
      out += static_cast<char>(c | '\x80');
    }
  }
  return out;
}

bool has_shifts(std::string_view bytes) {
  return bytes.find("\x1b$") != std::string_view::npos ||
         bytes.find("\x1b(I") != std::string_view::npos;
}

/// 8-bit text without any shift that is said to be ISO-2022-JP: of the charsets that Japanese mail
/// is written in, the one that it fits. Shift_JIS takes nearly everything, so it comes last.
std::string mislabelled_japanese(std::string_view bytes) {
  std::string out(bytes);
  if (is_valid_utf8(bytes)) return out;
  if (decode_with(bytes, "EUC-JP-MS", out) != Outcome::clean) decode_with(bytes, "CP932", out);
  return out;
}

std::string iso2022jp_to_utf8(std::string_view bytes) {
  std::string out;
  if (!is_ascii(bytes) && !has_shifts(bytes)) return mislabelled_japanese(bytes);
  // glibc lets shifts that it does not know through as text, without an error.
  if (decode_with(bytes, "ISO-2022-JP", out) == Outcome::clean &&
      out.find_first_of("\x1b\x0e") == std::string::npos)
    return out;
  decode_with(iso2022jp_to_euc(bytes), "EUC-JP-MS", out);
  return out;
}

/// Text without a charset, or with a wrong one. Older Japanese mail shifts to ISO-2022-JP by its
/// escapes alone.
std::string guess_to_utf8(std::string_view bytes) {
  if (!is_valid_utf8(bytes)) return latin1_to_utf8(bytes);
  return is_ascii(bytes) && has_shifts(bytes) ? iso2022jp_to_utf8(bytes) : std::string(bytes);
}

/// false if the charset is unknown. Where the charset's own table fails, its vendors' superset is
/// tried: mail labelled ISO-2022-JP or EUC-JP often holds characters such as a circled 1.
bool decode(std::string_view bytes, const std::string& charset, std::string& out) {
  if (charset == "ISO-8859-1") return out = latin1_to_utf8(bytes), true;
  if (charset == "ISO-2022-JP") return out = iso2022jp_to_utf8(bytes), true;
  const Outcome outcome = decode_with(bytes, charset, out);
  if (outcome == Outcome::damaged && charset == "EUC-JP") decode_with(bytes, "EUC-JP-MS", out);
  return outcome != Outcome::unusable;
}

/// How many bytes from `at` are a valid character, or the longest valid beginning of one
/// (Unicode's "maximal subpart"); `whole` says which. At least 1.
std::size_t utf8_step(std::string_view bytes, std::size_t at, bool& whole) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  whole = lead < 0x80;
  if (whole || lead < 0xC2 || lead > 0xF4) return 1;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned low = 0x80, high = 0xBF;  // limits of the second byte: RFC 3629 §4
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= bytes.size()) return i;
    const auto byte = static_cast<unsigned char>(bytes[at + i]);
    if (byte < low || byte > high) return i;
    low = 0x80, high = 0xBF;
  }
  whole = true;
  return length;
}

}  // namespace

std::string canonical_charset(std::string_view name) {
  name = trim(name);
  while (name.starts_with('\'') || name.starts_with('"')) name.remove_prefix(1);
  while (name.ends_with('\'') || name.ends_with('"')) name.remove_suffix(1);
  std::string upper(name);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  for (const auto& [alias, canonical] : kNames)
    if (upper == alias) return std::string(canonical);
  return upper;
}

bool is_known_charset(std::string_view name) {
  const std::string charset = canonical_charset(name);
  if (charset == "UTF-8" || charset == "US-ASCII") return true;
  return is_plain_name(charset) && Converter("UTF-8", charset).usable();
}

std::string to_utf8(std::string_view bytes, std::string_view charset_name) {
  const std::string charset = canonical_charset(charset_name);
  if (charset == "UTF-8") return repair_utf8(bytes);
  if (is_guessed(charset) || !is_plain_name(charset)) return guess_to_utf8(bytes);
  std::string out;
  if (!decode(bytes, charset, out)) return guess_to_utf8(bytes);
  return repair_utf8(out);
}

std::optional<std::string> from_utf8(std::string_view utf8, std::string_view charset_name) {
  const std::string charset = canonical_charset(charset_name);
  if (!is_valid_utf8(utf8)) return std::nullopt;
  if (charset == "UTF-8") return std::string(utf8);
  if (charset == "US-ASCII")
    return is_ascii(utf8) ? std::optional(std::string(utf8)) : std::nullopt;
  if (!is_plain_name(charset)) return std::nullopt;
  // ESC, SO and SI of the text itself would be read as shifts.
  if (charset.starts_with("ISO-2022") && utf8.find_first_of("\x1b\x0e\x0f") != utf8.npos)
    return std::nullopt;
  Converter converter(charset, "UTF-8");
  if (!converter.usable()) return std::nullopt;
  std::string out;
  std::string_view rest = utf8;
  if (converter.run(rest, out) != 0) return std::nullopt;
  converter.finish(out);
  return out;
}

std::size_t ascii_run(std::string_view bytes, std::size_t at) {
  const std::size_t begin = at;
  for (std::uint64_t eight = 0; at + sizeof eight <= bytes.size(); at += sizeof eight) {
    std::memcpy(&eight, bytes.data() + at, sizeof eight);
    if ((eight & 0x8080808080808080u) != 0) break;
  }
  while (at < bytes.size() && !is_8bit(bytes[at])) ++at;
  return at - begin;
}

bool is_ascii(std::string_view bytes) { return ascii_run(bytes, 0) == bytes.size(); }

std::size_t utf8_length_at(std::string_view bytes, std::size_t at) {
  if (at >= bytes.size()) return 0;
  bool whole = false;
  const std::size_t length = utf8_step(bytes, at, whole);
  return whole ? length : 0;
}

bool is_valid_utf8(std::string_view bytes) {
  bool whole = true;
  for (std::size_t at = ascii_run(bytes, 0); at < bytes.size() && whole; at += ascii_run(bytes, at))
    at += utf8_step(bytes, at, whole);
  return whole;
}

std::string repair_utf8(std::string_view bytes) {
  if (is_valid_utf8(bytes)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    bool whole = false;
    const std::size_t length = utf8_step(bytes, at, whole);
    out += whole ? bytes.substr(at, length) : kReplacement;
    at += length;
  }
  return out;
}

}  // namespace posthorn::mail
