// DNS messages, octet by octet (RFC 1035 §4).
#include <algorithm>

#include "protocols/core/ip_address.hpp"
#include "viz/model/decode_layers.hpp"

namespace posthorn::viz {
namespace {

std::string type_name(std::uint32_t type) {
  static constexpr std::pair<std::uint32_t, const char*> kTypes[] = {
      {1, "A"},    {2, "NS"},    {5, "CNAME"}, {6, "SOA"},  {12, "PTR"},  {15, "MX"},
      {16, "TXT"}, {28, "AAAA"}, {33, "SRV"},  {41, "OPT"}, {52, "TLSA"}, {255, "ANY"}};
  for (const auto& [number, name] : kTypes)
    if (number == type) return name;
  return "TYPE" + std::to_string(type);
}

std::uint32_t read(std::string_view message, std::uint32_t at, int octets) {
  std::uint32_t value = 0;
  for (int i = 0; i < octets && at + static_cast<std::uint32_t>(i) < message.size(); ++i)
    value = value << 8 | static_cast<unsigned char>(message[at + static_cast<std::uint32_t>(i)]);
  return value;
}

std::string rcode_name(std::uint32_t code) {
  static constexpr const char* kNames[] = {"no error",     "format error",    "server failure",
                                           "no such name", "not implemented", "refused"};
  return code < 6 ? kNames[code] : std::to_string(code);
}

/// What the data of a record says; "" for types that we do not take apart.
std::string data_text(std::string_view message, std::uint32_t at, std::uint32_t length,
                      std::uint32_t type) {
  std::uint32_t used = 0;
  if ((type == 1 && length == 4) || (type == 28 && length == 16)) {
    IpAddress ip;
    ip.v6 = type == 28;
    for (std::uint32_t i = 0; i < length; ++i)
      ip.bytes[i] = static_cast<std::uint8_t>(read(message, at + i, 1));
    return ip.to_string();
  }
  if (type == 2 || type == 5 || type == 12) return dns_name(message, at, used);
  if (type == 15 && length > 2)
    return std::to_string(read(message, at, 2)) + " " + dns_name(message, at + 2, used);
  if (type == 33 && length > 6)
    return std::to_string(read(message, at, 2)) + " " + std::to_string(read(message, at + 2, 2)) +
           " " + std::to_string(read(message, at + 4, 2)) + " " + dns_name(message, at + 6, used);
  if (type == 16 && length > 1) return one_line(message.substr(at + 1, length - 1));
  if (type == 6) return dns_name(message, at, used) + " …";
  return std::to_string(length) + " octets";
}

}  // namespace

std::string dns_name(std::string_view message, std::uint32_t at, std::uint32_t& used) {
  std::string name;
  used = 0;
  bool jumped = false;
  for (int labels = 0; labels < 64; ++labels) {
    if (at >= message.size()) return {};
    const auto length = static_cast<unsigned char>(message[at]);
    if (length >= 0xC0) {  // a pointer to an earlier name
      if (!jumped) used += 2;
      const std::uint32_t target = read(message, at, 2) & 0x3FFF;
      if (target >= at) return {};  // forwards: it could go round for ever
      at = target;
      jumped = true;
      continue;
    }
    if (!jumped) used += 1u + length;
    if (length == 0) return name.empty() ? "." : name;
    if (length > 63 || at + 1 + length > message.size()) return {};
    name += (name.empty() ? "" : ".") + one_line(message.substr(at + 1, length));
    at += 1u + length;
  }
  return {};
}

std::string dns_summary(std::string_view message) {
  if (message.size() < 12) return "DNS";
  std::uint32_t used = 0;
  const std::string name = read(message, 4, 2) > 0 ? dns_name(message, 12, used) : "";
  const std::string type = name.empty() ? "" : type_name(read(message, 12 + used, 2)) + " ";
  if (!(read(message, 2, 1) & 0x80)) return type + "? " + name;
  const std::uint32_t code = read(message, 3, 1) & 15, answers = read(message, 6, 2);
  return type + name + " = " +
         (code != 0 ? rcode_name(code)
                    : std::to_string(answers) + (answers == 1 ? " answer" : " answers"));
}

void LayerReader::dns(bool length) {
  if (!more_ || left() < (length ? 14u : 12u)) return;
  const std::size_t layer =
      open(0, {"Domain Name System (DNS)", "DNS(ドメインネームシステム)"}, {},
           {"The directory of the Internet: names to addresses (RFC 1035).",
            "インターネットの住所録。名前からアドレスを調べます(RFC 1035)。"});
  if (length) add(1, {"Length", "長さ"}, std::to_string(number(at_, 2)), 2);
  const std::uint32_t message = at_;
  out_[layer].value = dns_summary(frame_.substr(message));
  const std::uint32_t flags = number(at_ + 2, 2);
  const std::uint32_t counts[] = {number(at_ + 4, 2), number(at_ + 6, 2), number(at_ + 8, 2),
                                  number(at_ + 10, 2)};
  add(1, {"Identification", "識別番号"}, std::to_string(number(at_, 2)), 2,
      {"The answer bears the question's number.", "答えには質問と同じ番号が付きます。"});
  std::string words = flags & 0x8000 ? "answer" : "question";
  if (flags & 0x0400) words += ", authoritative";
  if (flags & 0x0200) words += ", cut short";
  if (flags & 0x0100) words += ", please recurse";
  if (flags & 0x0080) words += ", recursion available";
  if (flags & 0x8000) words += ", " + rcode_name(flags & 15);
  add(1, {"Flags", "フラグ"}, words, 2);
  const LocalText names[] = {{"Questions", "質問の数"},
                             {"Answers", "答えの数"},
                             {"Authorities", "権威の数"},
                             {"Additional", "追加の数"}};
  for (int i = 0; i < 4; ++i) add(1, names[i], std::to_string(counts[i]), 2);
  for (std::uint32_t i = 0; i < counts[0] && left() > 0 && i < 64; ++i) dns_question(message);
  const LocalText sections[] = {{"Answer", "答え"}, {"Authority", "権威"}, {"Additional", "追加"}};
  for (int s = 0; s < 3; ++s)
    for (std::uint32_t i = 0; i < counts[s + 1] && i < 500; ++i)
      if (!dns_record(message, sections[s])) {
        close(layer);
        return;
      }
  close(layer);
}

void LayerReader::dns_question(std::uint32_t message) {
  const std::string_view all = frame_.substr(message);
  std::uint32_t used = 0;
  const std::string name = dns_name(all, at_ - message, used);
  if (used == 0 || name.empty()) return;
  const std::size_t field =
      open(1, {"Question", "質問"}, type_name(number(at_ + used, 2)) + "? " + name);
  add(2, {"Name", "名前"}, name, used);
  add(2, {"Type", "種類"}, type_name(number(at_, 2)), 2);
  add(2, {"Class", "クラス"}, number(at_, 2) == 1 ? "IN" : std::to_string(number(at_, 2)), 2);
  close(field);
}

bool LayerReader::dns_record(std::uint32_t message, const LocalText& section) {
  const std::string_view all = frame_.substr(message);
  std::uint32_t used = 0;
  const std::string name = dns_name(all, at_ - message, used);
  if (used == 0 || name.empty() || left() < used + 10) return false;
  const std::uint32_t type = number(at_ + used, 2), length = number(at_ + used + 8, 2);
  if (left() < used + 10 + length) return false;
  const std::uint32_t data = at_ + used + 10 - message;
  const std::string text = data_text(all, data, length, type);
  const std::size_t field = open(1, section, type_name(type) + " " + name + " = " + text);
  add(2, {"Name", "名前"}, name, used);
  add(2, {"Type", "種類"}, type_name(type), 2);
  add(2, {"Class", "クラス"}, number(at_, 2) == 1 ? "IN" : std::to_string(number(at_, 2)), 2);
  add(2, {"Time to live", "覚えておく時間"}, std::to_string(number(at_, 4)) + " s", 4,
      {"For so long whoever asked may remember the answer.",
       "尋ねた人は、この時間だけ答えを覚えておいてかまいません。"});
  add(2, {"Length of data", "データの長さ"}, std::to_string(length), 2);
  if (length > 0) add(2, {"Data", "データ"}, text, length);
  close(field);
  return true;
}

}  // namespace posthorn::viz
