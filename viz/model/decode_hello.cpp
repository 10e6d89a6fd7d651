// ClientHello and ServerHello (RFC 8446 §4.1): the part of a handshake that everybody on the way
// can read, octet by octet.
#include <algorithm>

#include "tls/handshake.hpp"
#include "viz/model/decode_layers.hpp"

namespace posthorn::viz {
namespace {

constexpr std::uint32_t kServerNameType = 0, kKeyShareType = 51, kVersionsType = 43;

LocalText why(std::uint32_t extension) {
  switch (extension) {
    case kServerNameType:
      return {"Whom the client wants. Everybody on the way can read it.",
              "話したい相手の名前です。途中のだれでも読めます。"};
    case kKeyShareType:
      return {"The public half of a key; the secret half stays at home.",
              "公開してよい鍵の半分です。秘密の半分は外に出ません。"};
    case kVersionsType:
      return {"The versions that are really meant.", "本当に話せるバージョンです。"};
    default:
      return {};
  }
}

std::string octets(std::uint32_t count) { return std::to_string(count); }

}  // namespace

/// Up to `end`: type, length, and what the hello says.
void LayerReader::hello(std::uint32_t end) {
  const bool client = number(at_, 1) == 1;
  const auto rest = [&] { return end - std::min(at_, end); };
  const auto counted = [&](int width, LocalText label, std::string value, LocalText hint = {}) {
    const std::uint32_t length =
        std::min(number(at_, width) + static_cast<std::uint32_t>(width), rest());
    add(2, std::move(label), std::move(value), length, std::move(hint));
  };
  add(2, {"Message", "メッセージ"}, client ? "ClientHello" : "ServerHello", std::min(1u, rest()));
  add(2, {"Length", "長さ"}, octets(number(at_, 3)), std::min(3u, rest()));
  add(2, {"Version (legacy)", "バージョン(旧式)"}, tls::version_text(number(at_, 2)),
      std::min(2u, rest()),
      {"Always TLS 1.2; the extension supported_versions tells the truth.",
       "いつもTLS 1.2と書きます。本当の版は拡張supported_versionsにあります。"});
  add(2, {"Random", "乱数"}, "", std::min(32u, rest()),
      {"Fresh for each connection; it goes into every key.",
       "接続ごとに新しい値で、すべての鍵の材料になります。"});
  counted(1, {"Session ID (legacy)", "セッションID(旧式)"}, octets(number(at_, 1)));
  const std::string_view suites =
      client ? frame_.substr(std::min<std::size_t>(at_ + 2, end),
                             std::min(number(at_, 2), rest() - std::min(2u, rest())))
             : frame_.substr(std::min(at_, end), std::min(2u, rest()));
  const LocalText name = client ? LocalText{"Cipher suites", "暗号方式の候補"}
                                : LocalText{"Cipher suite", "選ばれた暗号方式"};
  if (client)
    counted(2, name, tls::cipher_suites_text(suites));
  else
    add(2, name, tls::cipher_suites_text(suites), std::min(2u, rest()));
  if (client)
    counted(1, {"Compression", "圧縮"}, "none");
  else
    add(2, {"Compression", "圧縮"}, "none", std::min(1u, rest()));
  if (rest() >= 2) add(2, {"Length of extensions", "拡張の長さ"}, octets(number(at_, 2)), 2);
  while (rest() >= 4) hello_extension(end, client);
  if (rest() > 0) add(2, {"Cut off", "途中まで"}, "", rest());
}

void LayerReader::hello_extension(std::uint32_t end, bool client) {
  const std::uint32_t type = number(at_, 2);
  const std::uint32_t length = std::min(number(at_ + 2, 2), end - at_ - 4);
  const tls::DescribedExtension told =
      tls::describe_extension(type, frame_.substr(at_ + 4, length), client);
  const std::string value = told.value.empty() ? told.name : told.name + ": " + told.value;
  add(2, {"Extension", "拡張"}, value, length + 4, why(type));
}

}  // namespace posthorn::viz
