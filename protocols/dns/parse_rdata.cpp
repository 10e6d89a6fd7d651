// Record contents as people write them, in the zone file's way (RFC 1035 §5.1, RFC 3597 §5).
#include <charconv>
#include <optional>

#include "protocols/dns/record.hpp"

namespace posthorn::dns {
namespace {

/// Takes the next word off the text; empty when there is none.
std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

/// Whole words of one text; remembers whether all of them could be read.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  template <class Number>
  Number number() {
    const std::string_view word = next_word(text_);
    Number value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    good_ = good_ && error == std::errc{} && end == word.data() + word.size();
    return value;
  }
  Name name() {
    const std::string_view word = next_word(text_);
    const Result<Name> parsed = Name::parse(word);
    good_ = good_ && !word.empty() && parsed.ok();
    return parsed.ok() ? *parsed : Name();
  }
  std::string_view word() { return next_word(text_); }
  /// All words were good, and there are no more.
  [[nodiscard]] bool done() { return good_ && next_word(text_).empty(); }

 private:
  std::string_view text_;
  bool good_ = true;
};

template <class Data>
std::optional<Rdata> if_done(Words& words, Data data) {
  if (!words.done()) return std::nullopt;
  return data;
}

std::optional<Rdata> read_address(std::string_view text, bool v6) {
  const auto address = IpAddress::parse(text);
  if (!address || address->v6 != v6) return std::nullopt;
  if (v6) return Aaaa{*address};
  return A{*address};
}

/// One character-string in quotes, with its escapes; false if it does not end.
bool read_quoted(std::string_view& text, std::string& out) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out.size() <= 255;
    }
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) return false;
    const std::string_view digits = text.substr(i, 3);
    const bool decimal =
        digits.size() == 3 && digits.find_first_not_of("0123456789") == digits.npos;
    unsigned value = 0;
    if (decimal) std::from_chars(digits.data(), digits.data() + 3, value);
    if (value > 255) return false;
    if (decimal) i += 2;
    out += decimal ? static_cast<char>(value) : text[i];
  }
  return false;
}

/// Quoted strings; or, for convenience, one text without quotes, cut into strings as need be.
std::optional<Rdata> read_txt(std::string_view text) {
  Txt txt;
  if (!text.starts_with('"')) {
    for (std::size_t at = 0; at == 0 || at < text.size(); at += 255)
      txt.strings.emplace_back(text.substr(at, 255));
    return txt;
  }
  while (!text.empty()) {
    if (text.front() != '"' || !read_quoted(text, txt.strings.emplace_back())) return std::nullopt;
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return txt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Octets written as hexadecimal digits, in as many words as one likes.
std::optional<std::string> read_hex(Words& words) {
  std::string digits, octets;
  for (std::string_view word = words.word(); !word.empty(); word = words.word()) digits += word;
  if (digits.size() % 2 != 0 || !words.done()) return std::nullopt;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    octets += static_cast<char>(high << 4 | low);
  }
  return octets;
}

/// RFC 6698 §2.2
std::optional<Rdata> read_tlsa(Words words) {
  Tlsa tlsa;
  for (std::uint8_t* field : {&tlsa.usage, &tlsa.selector, &tlsa.matching})
    *field = words.number<std::uint8_t>();
  auto data = read_hex(words);
  if (!data || data->empty()) return std::nullopt;
  tlsa.data = std::move(*data);
  return tlsa;
}

/// RFC 3597 §5: \# 4 c0000201
std::optional<Rdata> read_unknown(RecordType type, Words words) {
  if (words.word() != "\\#") return std::nullopt;
  const auto size = words.number<std::uint16_t>();
  auto octets = read_hex(words);
  if (!octets || octets->size() != size) return std::nullopt;
  return Unknown{type, std::move(*octets)};
}

std::optional<Rdata> read(RecordType type, std::string_view text) {
  Words words(text);
  switch (type) {
    case RecordType::a:
    case RecordType::aaaa:
      return read_address(text, type == RecordType::aaaa);
    case RecordType::ns:
      return if_done(words, Ns{words.name()});
    case RecordType::cname:
      return if_done(words, Cname{words.name()});
    case RecordType::ptr:
      return if_done(words, Ptr{words.name()});
    case RecordType::mx: {
      const auto preference = words.number<std::uint16_t>();
      return if_done(words, Mx{preference, words.name()});
    }
    case RecordType::srv: {
      Srv srv;
      for (std::uint16_t* field : {&srv.priority, &srv.weight, &srv.port})
        *field = words.number<std::uint16_t>();
      srv.target = words.name();
      return if_done(words, srv);
    }
    case RecordType::tlsa:
      return read_tlsa(words);
    case RecordType::soa: {
      Soa soa;
      soa.primary = words.name();
      soa.mailbox = words.name();
      for (std::uint32_t* field :
           {&soa.serial, &soa.refresh, &soa.retry, &soa.expire, &soa.minimum})
        *field = words.number<std::uint32_t>();
      return if_done(words, soa);
    }
    case RecordType::txt:
      return read_txt(text);
    default:
      return read_unknown(type, words);
  }
}

const char* shape_of(RecordType type) {
  switch (type) {
    case RecordType::a:
      return "an IPv4 address: 192.0.2.25";
    case RecordType::aaaa:
      return "an IPv6 address: 2001:db8::25";
    case RecordType::mx:
      return "a preference and a host: 10 mail.kaede.example";
    case RecordType::srv:
      return "priority, weight, port and host: 0 1 143 mail.kaede.example";
    case RecordType::tlsa:
      return "usage, selector, matching type and hexadecimal digits: 3 1 1 0d6fce...";
    case RecordType::soa:
      return "two names and five numbers";
    case RecordType::txt:
      return "a text, or strings in double quotes";
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr:
      return "a name: mail.kaede.example";
    default:
      return "its octets: \\# 4 c0000219 (RFC 3597)";
  }
}

}  // namespace

Result<Rdata> parse_rdata(RecordType type, std::string_view text) {
  if (std::optional<Rdata> data = read(type, text)) return std::move(*data);
  return Error{std::string("a record of type ") + to_string(type) + " holds " + shape_of(type)};
}

}  // namespace posthorn::dns
