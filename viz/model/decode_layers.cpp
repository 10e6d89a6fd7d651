#include "viz/model/decode_layers.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "export/wire.hpp"

namespace posthorn::viz {
namespace {

std::string hex(std::uint32_t value, int digits) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "0x%0*x", digits, value);
  return buffer;
}

constexpr std::uint8_t kTcp = 6, kUdp = 17;

}  // namespace

std::uint32_t LayerReader::number(std::uint32_t at, int octets) const {
  std::uint32_t value = 0;
  for (int i = 0; i < octets && at + static_cast<std::uint32_t>(i) < frame_.size(); ++i)
    value = value << 8 | static_cast<unsigned char>(frame_[at + static_cast<std::uint32_t>(i)]);
  return value;
}

std::size_t LayerReader::add(int depth, LocalText label, std::string value, std::uint32_t octets,
                             LocalText hint) {
  octets = std::min(octets, left());
  out_.push_back(
      {depth, std::move(label), std::move(value), at_, at_ + octets, false, std::move(hint)});
  at_ += octets;
  return out_.size() - 1;
}

std::size_t LayerReader::open(int depth, LocalText label, std::string value, LocalText hint) {
  out_.push_back({depth, std::move(label), std::move(value), at_, at_, false, std::move(hint)});
  return out_.size() - 1;
}

void LayerReader::network() {
  more_ = ethernet();
  if (!more_) return;
  const std::uint32_t type = number(12, 2);
  more_ = type == 0x0800 ? ipv4() : type == 0x86dd && ipv6();
}

bool LayerReader::ethernet() {
  if (left() < 14) return false;
  const auto mac = [&](std::uint32_t at) {
    char buffer[20];
    std::snprintf(buffer, sizeof buffer, "%02x:%02x:%02x:%02x:%02x:%02x", number(at, 1),
                  number(at + 1, 1), number(at + 2, 1), number(at + 3, 1), number(at + 4, 1),
                  number(at + 5, 1));
    return std::string(buffer);
  };
  const std::size_t layer =
      open(0, {"Ethernet", "イーサネット"}, {},
           {"From one device to the next on the same wire.", "同じ回線でとなりの機器へ運びます。"});
  add(1, {"To (next device)", "あて先(となりの機器)"}, mac(0), 6);
  add(1, {"From (this device)", "送り元(この機器)"}, mac(6), 6);
  const std::uint32_t type = number(12, 2);
  add(1, {"Carries", "中身"}, type == 0x0800 ? "IPv4" : type == 0x86dd ? "IPv6" : hex(type, 4), 2);
  close(layer);
  return true;
}

bool LayerReader::ipv4() {
  ip_begin_ = at_;
  const std::uint32_t header = (number(at_, 1) & 15) * 4;
  if (left() < 20 || header < 20 || header > left()) return false;
  const std::uint32_t total = number(at_ + 2, 2), protocol = number(at_ + 9, 1);
  const bool good = exporting::internet_checksum(frame_.substr(at_, header)) == 0;
  const auto address = [&](std::uint32_t at) {
    return std::to_string(number(at, 1)) + "." + std::to_string(number(at + 1, 1)) + "." +
           std::to_string(number(at + 2, 1)) + "." + std::to_string(number(at + 3, 1));
  };
  const std::size_t layer =
      open(0, {"Internet Protocol (IPv4)", "インターネットプロトコル(IPv4)"},
           address(at_ + 12) + " → " + address(at_ + 16),
           {"From computer to computer, across all networks between them (RFC 791).",
            "途中の網を越えて、コンピューターからコンピューターへ届けます(RFC 791)。"});
  add(1, {"Version, header length", "版とヘッダーの長さ"}, "4, " + std::to_string(header), 1);
  add(1, {"Class of service", "サービスの種類"}, std::to_string(number(at_, 1)), 1);
  add(1, {"Total length", "全体の長さ"}, std::to_string(total), 2);
  add(1, {"Identification", "識別番号"}, hex(number(at_, 2), 4), 2);
  add(1, {"Flags, fragment offset", "フラグ、断片の位置"},
      number(at_, 2) & 0x4000 ? "don't fragment" : hex(number(at_, 2), 4), 2);
  add(1, {"Time to live", "残りの中継回数"}, std::to_string(number(at_, 1)), 1,
      {"Every router takes one off; at zero the packet is thrown away.",
       "ルーターを通るたびに1減り、0になると捨てられます。"});
  add(1, {"Carries", "中身"},
      protocol == kTcp   ? "TCP"
      : protocol == kUdp ? "UDP"
                         : std::to_string(protocol),
      1);
  const std::size_t sum = add(1, {"Header checksum", "ヘッダーの検査値"},
                              hex(number(at_, 2), 4) + (good ? "  ✓" : "  ✗"), 2);
  out_[sum].bad = !good;
  add(1, {"Source address", "送信元アドレス"}, address(at_), 4);
  add(1, {"Destination address", "宛先アドレス"}, address(at_), 4);
  if (header > 20) add(1, {"Options", "オプション"}, {}, header - 20);
  close(layer);
  const std::uint32_t end = std::min<std::uint32_t>(ip_begin_ + std::max(total, header),
                                                    static_cast<std::uint32_t>(frame_.size()));
  if (protocol == kTcp) tcp(end);
  if (protocol == kUdp) udp(end);
  return protocol == kTcp || protocol == kUdp;
}

bool LayerReader::ipv6() {
  ip_begin_ = at_;
  v6_ = true;
  if (left() < 40) return false;
  const auto address = [&](std::uint32_t at) {
    IpAddress ip;
    ip.v6 = true;
    for (std::uint32_t i = 0; i < 16; ++i)
      ip.bytes[i] = static_cast<std::uint8_t>(number(at + i, 1));
    return ip.to_string();
  };
  const std::uint32_t protocol = number(at_ + 6, 1), length = number(at_ + 4, 2);
  const std::size_t layer =
      open(0, {"Internet Protocol (IPv6)", "インターネットプロトコル(IPv6)"},
           address(at_ + 8) + " → " + address(at_ + 24),
           {"From computer to computer, with addresses of 128 bits (RFC 8200).",
            "128ビットのアドレスで、コンピューターからコンピューターへ届けます(RFC 8200)。"});
  add(1, {"Version, class, flow", "版、種類、フロー"}, hex(number(at_, 4), 8), 4);
  add(1, {"Payload length", "中身の長さ"}, std::to_string(length), 2);
  add(1, {"Carries", "中身"},
      protocol == kTcp   ? "TCP"
      : protocol == kUdp ? "UDP"
                         : std::to_string(protocol),
      1);
  add(1, {"Hop limit", "残りの中継回数"}, std::to_string(number(at_, 1)), 1);
  add(1, {"Source address", "送信元アドレス"}, address(at_), 16);
  add(1, {"Destination address", "宛先アドレス"}, address(at_), 16);
  close(layer);
  const std::uint32_t end =
      std::min<std::uint32_t>(at_ + length, static_cast<std::uint32_t>(frame_.size()));
  if (protocol == kTcp) tcp(end);
  if (protocol == kUdp) udp(end);
  return protocol == kTcp || protocol == kUdp;
}

void LayerReader::tcp(std::uint32_t end) {
  const std::uint32_t header = (number(at_ + 12, 1) >> 4) * 4;
  if (end < at_ + 20 || header < 20 || at_ + header > end) {
    more_ = false;
    return;
  }
  const std::uint32_t begin = at_, flags = number(at_ + 13, 1);
  std::string names;
  const char* all[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
  for (int i : {1, 0, 2, 4, 3, 5})
    if (flags & (1u << i)) names += (names.empty() ? "" : ", ") + std::string(all[i]);
  const std::size_t layer = open(
      0, {"Transmission Control Protocol (TCP)", "TCP(伝送制御プロトコル)"},
      std::to_string(number(at_, 2)) + " → " + std::to_string(number(at_ + 2, 2)) +
          (names.empty() ? "" : "  [" + names + "]"),
      {"A stream between two programs: in order, complete, sent again when lost (RFC 9293).",
       "二つのプログラムを結ぶ流れ。順番どおり、欠けずに、失われたら送り直します(RFC 9293)。"});
  add(1, {"Source port", "送信元ポート"}, std::to_string(number(at_, 2)), 2);
  add(1, {"Destination port", "宛先ポート"}, std::to_string(number(at_, 2)), 2,
      {"Which service is meant: 25 SMTP, 587 submission, 110 POP3, 143 IMAP, 53 DNS.",
       "どのサービスか: 25はSMTP、587は投稿、110はPOP3、143はIMAP、53はDNS。"});
  add(1, {"Sequence number", "シーケンス番号"}, std::to_string(number(at_, 4)), 4,
      {"The place of the first octet in the stream.",
       "この先頭のオクテットが流れの何番目かを示します。"});
  add(1, {"Acknowledgement number", "確認応答番号"}, std::to_string(number(at_, 4)), 4,
      {"Everything before this has arrived.", "ここより前はすべて届いた、という意味です。"});
  add(1, {"Header length", "ヘッダーの長さ"}, std::to_string(header), 1);
  add(1, {"Flags", "フラグ"}, names, 1,
      {"SYN opens, FIN closes, RST breaks off, ACK acknowledges.",
       "SYNは開始、FINは終了、RSTは打ち切り、ACKは確認です。"});
  add(1, {"Window", "ウィンドウ"}, std::to_string(number(at_, 2)), 2,
      {"How much more the other side may send.", "相手があとどれだけ送ってよいかを示します。"});
  // The sum runs over the addresses, too.
  std::string sum(frame_.substr(ip_begin_ + (v6_ ? 8 : 12), v6_ ? 32 : 8));
  const std::uint32_t length = end - begin;
  for (const int shift : {24, 16, 8, 0}) sum += static_cast<char>((length >> shift) & 255);
  sum += std::string("\0\0\0\x06", 4);
  sum += frame_.substr(begin, length);
  const bool good = exporting::internet_checksum(sum) == 0;
  const std::size_t check =
      add(1, {"Checksum", "検査値"}, hex(number(at_, 2), 4) + (good ? "  ✓" : "  ✗"), 2);
  out_[check].bad = !good;
  add(1, {"Urgent pointer", "緊急ポインター"}, std::to_string(number(at_, 2)), 2);
  tcp_options(begin + header);
  close(layer);
}

void LayerReader::tcp_options(std::uint32_t end) {
  while (at_ < end) {
    const std::uint32_t kind = number(at_, 1);
    const std::uint32_t length = kind <= 1 ? 1 : std::max<std::uint32_t>(number(at_ + 1, 1), 2);
    const std::uint32_t size = std::min(length, end - at_);
    if (kind == 2 && size == 4)
      add(1, {"Option: largest segment", "オプション: 最大セグメント長"},
          std::to_string(number(at_ + 2, 2)), size);
    else if (kind == 3 && size == 3)
      add(1, {"Option: window scale", "オプション: ウィンドウの倍率"},
          "× " + std::to_string(1u << std::min(14u, number(at_ + 2, 1))), size);
    else if (kind <= 1)
      add(1, {"Option: filler", "オプション: 詰め物"}, {}, size);
    else
      add(1, {"Option", "オプション"}, std::to_string(kind), size);
  }
}

void LayerReader::udp(std::uint32_t end) {
  if (end < at_ + 8) {
    more_ = false;
    return;
  }
  const std::uint32_t begin = at_;
  const std::size_t layer =
      open(0, {"User Datagram Protocol (UDP)", "UDP(ユーザーデータグラムプロトコル)"},
           std::to_string(number(at_, 2)) + " → " + std::to_string(number(at_ + 2, 2)),
           {"A single message: quick, and nobody promises that it arrives (RFC 768).",
            "一回きりの短い連絡。速い代わりに、届く保証はありません(RFC 768)。"});
  add(1, {"Source port", "送信元ポート"}, std::to_string(number(at_, 2)), 2);
  add(1, {"Destination port", "宛先ポート"}, std::to_string(number(at_, 2)), 2);
  add(1, {"Length", "長さ"}, std::to_string(number(at_, 2)), 2);
  std::string sum(frame_.substr(ip_begin_ + (v6_ ? 8 : 12), v6_ ? 32 : 8));
  const std::uint32_t length = end - begin;
  for (const int shift : {24, 16, 8, 0}) sum += static_cast<char>((length >> shift) & 255);
  sum += std::string("\0\0\0\x11", 4);
  sum += frame_.substr(begin, length);
  const bool good = exporting::internet_checksum(sum) == 0;
  const std::size_t check =
      add(1, {"Checksum", "検査値"}, hex(number(at_, 2), 4) + (good ? "  ✓" : "  ✗"), 2);
  out_[check].bad = !good;
  close(layer);
}

void LayerReader::lines(Protocol protocol, bool replies) {
  if (!more_ || left() == 0) return;
  static const char* const kNames[] = {"?", "SMTP", "SMTP", "LMTP", "POP3", "IMAP", "DNS"};
  const std::size_t layer =
      open(0, {kNames[static_cast<int>(protocol)], kNames[static_cast<int>(protocol)]},
           std::to_string(left()) + " octets",
           {"What the two programs say to each other.", "二つのプログラムの会話です。"});
  while (left() > 0) {
    const std::size_t newline = frame_.find('\n', at_);
    const auto length =
        static_cast<std::uint32_t>(newline == std::string_view::npos ? left() : newline + 1 - at_);
    const std::string_view text = frame_.substr(at_, length);
    const std::size_t line = open(
        1, replies ? LocalText{"Reply", "返事"} : LocalText{"Command", "コマンド"}, one_line(text));
    // A reply's code may be glued to "-": 250-SIZE.
    const std::size_t end_of_word = text.find_first_of(replies ? " -\r\n" : " \r\n", 1);
    const auto word = static_cast<std::uint32_t>(std::min(end_of_word, text.size()));
    if (word > 0 && word < length) {
      add(2, replies ? LocalText{"Code", "番号"} : LocalText{"Word", "言葉"},
          one_line(text.substr(0, word)), word);
      const bool ends = length >= 2 && text.substr(length - 2) == "\r\n";
      const std::uint32_t rest = length - word - (ends ? 2 : 0);
      if (rest > 0)
        add(2, replies ? LocalText{"Text", "文"} : LocalText{"Arguments", "引数"},
            one_line(text.substr(word, rest)), rest);
      if (ends) add(2, {"End of line", "行の終わり"}, "CR LF", 2);
    } else {
      at_ += length;
    }
    close(line);
  }
  close(layer);
}

void LayerReader::letter(bool header) {
  if (!more_ || left() == 0) return;
  const std::size_t layer =
      open(0, {"The letter (Internet Message Format)", "手紙(インターネットメッセージ形式)"},
           std::to_string(left()) + " octets",
           {"Header fields, an empty line, the body (RFC 5322).",
            "ヘッダー、空行、本文の順に並びます(RFC 5322)。"});
  while (left() > 0) {
    const std::size_t newline = frame_.find('\n', at_);
    const auto length =
        static_cast<std::uint32_t>(newline == std::string_view::npos ? left() : newline + 1 - at_);
    const std::string_view text = frame_.substr(at_, length);
    if (header && (text == "\r\n" || text == "\n")) {
      header = false;
      add(1, {"Empty line: the header ends", "空行: ここでヘッダーが終わります"}, {}, length);
      continue;
    }
    if (text == ".\r\n") {
      add(1, {"The dot: the letter ends", "点だけの行: 手紙の終わりです"}, ".", length);
      continue;
    }
    const std::size_t colon = text.find(':');
    const bool folded = !text.empty() && (text.front() == ' ' || text.front() == '\t');
    if (!header)
      add(1, {"Body", "本文"}, one_line(text), length);
    else if (folded || colon == std::string_view::npos)
      add(1, {"… continued", "…続き"}, one_line(text), length);
    else
      add(1, {one_line(text.substr(0, colon)), one_line(text.substr(0, colon))},
          one_line(text.substr(colon + 1)), length);
  }
  close(layer);
}

void LayerReader::finish() {
  if (left() == 0) return;
  const std::size_t rest =
      add(0, {"Other octets", "そのほかのオクテット"}, std::to_string(left()), left());
  out_[rest].bad = !more_;
}

}  // namespace posthorn::viz
