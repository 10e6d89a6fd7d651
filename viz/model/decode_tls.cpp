// TLS records (RFC 8446 §5.1) as whoever has no key sees them.
#include <algorithm>

#include "viz/model/decode_layers.hpp"

namespace posthorn::viz {
namespace {

constexpr std::uint32_t kHeader = 5;
constexpr std::uint8_t kHandshake = 22;

struct RecordType {
  std::uint32_t number;
  LocalText name;
};
const RecordType* find_type(std::uint32_t number) {
  static const RecordType types[] = {
      {20, {"change cipher spec", "暗号方式の切り替え"}},
      {21, {"alert", "知らせ"}},
      {kHandshake, {"handshake", "ハンドシェイク"}},
      {23, {"application data (sealed)", "アプリケーションデータ(封印済み)"}}};
  const auto* found = std::ranges::find(types, number, &RecordType::number);
  return found == std::end(types) ? nullptr : found;
}

/// Of those that cross in clear.
std::string_view handshake_name(std::uint32_t type) {
  switch (type) {
    case 1:
      return "ClientHello";
    case 2:
      return "ServerHello";
    case 11:
      return "Certificate";
    case 12:
      return "ServerKeyExchange";
    case 14:
      return "ServerHelloDone";
    case 16:
      return "ClientKeyExchange";
    default:
      return "";
  }
}

std::uint32_t octet(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}
bool begins_record(std::string_view bytes) {
  return bytes.size() >= kHeader && find_type(octet(bytes, 0)) != nullptr && octet(bytes, 1) == 3;
}

}  // namespace

void LayerReader::tls() {
  while (left() > 0) {
    const std::string_view rest = frame_.substr(at_);
    if (!begins_record(rest)) {
      add(0, {"TLS, continued", "TLS(続き)"}, {}, left(),
          {"The rest of a record that began in an earlier packet. Without the key it says nothing.",
           "前のパケットから続く記録の残りです。鍵がなければ、何もわかりません。"});
      return;
    }
    const std::uint32_t length = std::min(number(at_ + 3, 2), left() - kHeader);
    const RecordType& type = *find_type(octet(rest, 0));
    const std::size_t layer = open(
        0, {"TLS record", "TLSの記録"}, std::to_string(length),
        {"What is under seal has a size and nothing else for those without the key (RFC 8446 §5).",
         "封をした中身は、鍵のない人には大きさしかわかりません(RFC 8446 §5)。"});
    add(1, {"Content type", "種類"}, type.name.en, 1);
    add(1, {"Version", "版"}, octet(rest, 2) == 1 ? "TLS 1.0 (legacy)" : "TLS 1.2 (legacy)", 2,
        {"For the sake of old boxes on the way it always says so; the true version is agreed "
         "inside.",
         "途中の古い機器のために、いつもこう書きます。本当の版は中で決めます。"});
    add(1, {"Length", "長さ"}, std::to_string(length), 2);
    const std::string_view name =
        type.number == kHandshake ? handshake_name(octet(rest, kHeader)) : std::string_view();
    if (length > 0 && (name == "ClientHello" || name == "ServerHello")) {
      const std::size_t message =
          open(1, {"Handshake message", "ハンドシェイクのメッセージ"}, std::string(name),
               {"Nothing is sealed yet: everybody on the way can read this.",
                "まだ封がないので、途中のだれでも読めます。"});
      const std::uint32_t end = at_ + length;
      hello(std::min(end, at_ + 4 + number(at_ + 1, 3)));
      close(message);
      if (at_ < end) add(1, {"More of the handshake", "ハンドシェイクの続き"}, {}, end - at_);
    } else if (length > 0)
      add(1,
          name.empty() ? LocalText{"Sealed octets", "封をした中身"}
                       : LocalText{"Handshake message", "ハンドシェイクのメッセージ"},
          std::string(name), length);
    close(layer);
  }
}

std::string tls_summary(std::string_view bytes) {
  std::string out;
  const std::size_t size = bytes.size();
  while (begins_record(bytes)) {
    const std::size_t length = octet(bytes, 3) * 256 + octet(bytes, 4);
    const std::string_view name =
        octet(bytes, 0) == kHandshake ? handshake_name(octet(bytes, kHeader)) : std::string_view();
    if (!name.empty()) out += (out.empty() ? "" : ", ") + std::string(name);
    bytes.remove_prefix(std::min(bytes.size(), kHeader + length));
  }
  return "TLS: " + (out.empty() ? "" : out + ", ") + std::to_string(size) + " octets";
}

}  // namespace posthorn::viz
