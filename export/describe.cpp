// One sentence about each kind of fact, in both languages.
#include "export/describe_fault.hpp"
#include "export/transcript.hpp"
#include "protocols/dns/message.hpp"
#include "protocols/mail/charset.hpp"

namespace posthorn::exporting {
namespace {

struct Describe {
  const trace::Trace& trace;
  Lang lang;

  [[nodiscard]] std::string text(TextId id) const { return printable(trace.text(id)); }
  /// Why something failed, in Japanese.
  [[nodiscard]] std::string reason(TextId id) const {
    return printable(texts::reason(trace.text(id)).ja);
  }
  [[nodiscard]] const std::string& host(HostId id) const {
    static const std::string nobody = "?";
    return id ? trace.scene().host(id).name : nobody;
  }
  [[nodiscard]] std::string link(LinkId id) const {
    const trace::SceneLink& l = trace.scene().link(id);
    return host(l.a) + " – " + host(l.b);
  }
  [[nodiscard]] std::string say(std::string en, std::string ja) const {
    return lang == Lang::ja ? std::move(ja) : std::move(en);
  }

  template <class Fact>
  [[nodiscard]] std::string fault(const Fact& f, bool begins) const {
    const std::string where = f.link ? link(f.link) : host(f.host);
    return describe_fault(f.kind, begins, where, text(f.detail), lang);
  }

  template <class Detail>
  std::string operator()(const Detail&) const {
    return {};
  }

  std::string operator()(const trace::ComposeOpened& f) const {
    return say(host(f.host) + ": a new message to " + text(f.to) + ", “" + text(f.subject) + "”",
               host(f.host) + ": " + text(f.to) + " あての新しいメール「" + text(f.subject) + "」");
  }
  std::string operator()(const trace::SendPressed& f) const {
    return say(host(f.host) + ": Send is pressed", host(f.host) + ": 送信ボタンを押しました");
  }
  std::string operator()(const trace::MessageSubmitted& f) const {
    return say(host(f.host) + ": the sending server has taken the message over",
               host(f.host) + ": 送信サーバーがメールを引き受けました");
  }
  std::string operator()(const trace::ClientProblem& f) const {
    return say(host(f.host) + ": problem: " + text(f.problem),
               host(f.host) + ": 問題が起きました: " + reason(f.problem));
  }
  std::string operator()(const trace::FetchStarted& f) const {
    const std::string how = f.protocol == Protocol::imap ? "IMAP" : "POP3";
    return say(host(f.host) + ": asks for new mail by " + how,
               host(f.host) + ": " + how + " で新着メールを確認します");
  }
  std::string operator()(const trace::InboxReceived& f) const {
    return say(host(f.host) + ": message " + std::to_string(f.item) + " is in the inbox",
               host(f.host) + ": 受信トレイに " + std::to_string(f.item) + " 通目が届きました");
  }
  std::string operator()(const trace::FetchFinished& f) const {
    return say(host(f.host) + ": " + std::to_string(f.received) + " new",
               host(f.host) + ": 新着 " + std::to_string(f.received) + " 通");
  }
  std::string operator()(const trace::MessageDisplayed& f) const {
    return say(host(f.host) + ": displays message " + std::to_string(f.item),
               host(f.host) + ": " + std::to_string(f.item) + " 通目を表示しました");
  }
  std::string operator()(const trace::InboxRemoved& f) const {
    return say(host(f.host) + ": deletes message " + std::to_string(f.item),
               host(f.host) + ": " + std::to_string(f.item) + " 通目を削除しました");
  }
  std::string operator()(const trace::InboxGone& f) const {
    return say(host(f.host) + ": message " + std::to_string(f.item) + " is gone from the server",
               host(f.host) + ": " + std::to_string(f.item) + " 通目はサーバーから消えていました");
  }
  std::string operator()(const trace::InboxSeen& f) const {
    return say(host(f.host) + ": message " + std::to_string(f.item) +
                   (f.seen ? " is read already" : " is unread again"),
               host(f.host) + ": " + std::to_string(f.item) +
                   (f.seen ? " 通目は既読でした" : " 通目は未読に戻っていました"));
  }
  std::string operator()(const trace::ConnectionFailed& f) const {
    const trace::ConnectionOpening* who = trace.connection(f.conn);
    const std::string from = who != nullptr ? host(who->client) : "?";
    const std::string to = who != nullptr ? host(who->server) : "?";
    switch (f.why) {
      case trace::ConnectFailure::refused:
        return say(to + " refuses the connection from " + from,
                   to + " は " + from + " からの接続を断りました");
      case trace::ConnectFailure::timed_out:
        return say(to + " does not answer " + from, to + " から " + from + " へ応答がありません");
      case trace::ConnectFailure::unreachable:
        break;
    }
    return say("there is no way from " + from + " to " + to,
               from + " から " + to + " への経路がありません");
  }
  std::string operator()(const trace::ConnectionClosed& f) const {
    if (f.why == trace::CloseReason::orderly) return {};
    const std::string number = std::to_string(f.conn.value);
    return say("connection " + number + " broke", "接続 " + number + " が切れました");
  }
  [[nodiscard]] std::string connection(ConnId id, Side side) const {
    const trace::ConnectionOpening* who = trace.connection(id);
    const HostId here = who == nullptr         ? HostId{}
                        : side == Side::client ? who->client
                                               : who->server;
    return host(here) + ": ";
  }
  std::string operator()(const trace::StreamAltered& f) const {
    const std::string where = link(f.link);
    return say(where + ": an attacker crosses the offer of TLS out",
               where + ": 攻撃者がTLSの案内を塗りつぶしました");
  }
  std::string operator()(const trace::TlsMessage& f) const {
    if (f.flow != Flow::sent) return {};
    return connection(f.conn, f.side) + "TLS " + printable(texts::tls_title(trace, f));
  }
  std::string operator()(const trace::TlsEstablished& f) const {
    const std::string how = text(f.version) + ", " + text(f.cipher);
    if (f.side == Side::server) return {};
    const std::string verdict = text(f.verdict);
    return say(
        connection(f.conn, f.side) + "sealed by " + how + "; certificate: " + verdict,
        connection(f.conn, f.side) + how + " で封をしました(証明書: " + reason(f.verdict) + ")");
  }
  std::string operator()(const trace::TlsFailed& f) const {
    return say(connection(f.conn, f.side) + "TLS failed: " + text(f.reason),
               connection(f.conn, f.side) + "TLSが成立しませんでした: " + reason(f.reason));
  }
  std::string operator()(const trace::HostJoined& f) const {
    return say(text(f.name) + " connects from outside (" + text(f.address) + ")",
               text(f.name) + " が外部から接続しました(" + text(f.address) + ")");
  }
  std::string operator()(const trace::HostPower& f) const {
    return f.up ? say(host(f.host) + " is up again", host(f.host) + " が復旧しました")
                : say(host(f.host) + " is down", host(f.host) + " が停止しました");
  }
  std::string operator()(const trace::LinkPower& f) const {
    return f.up
               ? say("link " + link(f.link) + " is up again",
                     "回線 " + link(f.link) + " が復旧しました")
               : say("link " + link(f.link) + " is down", "回線 " + link(f.link) + " が切れました");
  }
  std::string operator()(const trace::FaultBegan& f) const { return fault(f, true); }
  std::string operator()(const trace::FaultEnded& f) const { return fault(f, false); }
  std::string operator()(const trace::PacketDropped& f) const {
    if (f.why != trace::DropReason::corrupted) return {};
    const std::string number = std::to_string(f.packet.value);
    return say(host(f.host) + ": packet " + number + " is damaged, its checksum is wrong",
               host(f.host) + ": パケット " + number + " は壊れています(チェックサム不一致)");
  }
  std::string operator()(const trace::DnsAsked& f) const {
    return say(host(f.host) + ": DNS? " + text(f.question),
               host(f.host) + ": DNSに質問 " + text(f.question));
  }
  /// Of datagrams only those that lead on to another server: what was asked and what came of it is
  /// told by the asker.
  std::string operator()(const trace::DatagramSent& f) const {
    const auto message = dns::decode(*trace.blob(f.bytes));
    const auto on = message ? dns::referral(*message) : std::nullopt;
    if (!on) return {};
    const std::string zone = printable(on->zone), servers = printable(on->servers);
    return say(host(f.from) + ": DNS: does not know; for " + zone + " ask " + servers,
               host(f.from) + ": DNSの答え 知りません。" + zone + " のことは " + servers +
                   " に聞いてください");
  }
  std::string operator()(const trace::DnsAnswered& f) const {
    std::string answer;
    for (const char c : text(f.answer)) answer += c == '\n' ? std::string("; ") : std::string(1, c);
    switch (f.outcome) {
      case trace::DnsOutcome::ok:
        break;
      case trace::DnsOutcome::no_data:
        answer = say("no such record", "そのレコードはありません");
        break;
      case trace::DnsOutcome::no_such_name:
        answer = say("no such name (NXDOMAIN)", "その名前はありません(NXDOMAIN)");
        break;
      case trace::DnsOutcome::timeout:
        answer = say("no answer", "応答なし");
        break;
      case trace::DnsOutcome::server_failure:
        answer = say("failure", "失敗(SERVFAIL)");
        break;
    }
    const std::string cached = f.from_cache ? say(" (from the cache)", "(キャッシュより)") : "";
    return say(host(f.host) + ": DNS: " + text(f.question) + " is " + answer + cached,
               host(f.host) + ": DNSの答え " + text(f.question) + " → " + answer + cached);
  }
  std::string operator()(const trace::QueueAccepted& f) const {
    const std::string entry = "Q" + std::to_string(f.entry.value);
    return say(host(f.host) + ": takes responsibility, queue entry " + entry + " for " +
                   text(f.recipients),
               host(f.host) + ": メールを引き受け、キューに入れました " + entry + "(宛先 " +
                   text(f.recipients) + ")");
  }
  std::string operator()(const trace::QueueAttempt& f) const {
    const std::string n = std::to_string(f.attempt);
    return say(host(f.host) + ": delivery attempt " + n + ", to " + text(f.target),
               host(f.host) + ": 配送 " + n + " 回目、相手は " + text(f.target));
  }
  std::string operator()(const trace::RecipientResult& f) const {
    const std::string to = text(f.recipient), reply = text(f.reply);
    switch (f.outcome) {
      case trace::RecipientOutcome::delivered:
        return say(host(f.host) + ": delivered to the mailbox of " + to,
                   host(f.host) + ": " + to + " のメールボックスに入れました");
      case trace::RecipientOutcome::relayed:
        return say(host(f.host) + ": handed over for " + to + " (" + reply + ")",
                   host(f.host) + ": " + to + " あてを引き渡しました(" + reply + ")");
      case trace::RecipientOutcome::deferred:
        return say(host(f.host) + ": not yet for " + to + " (" + reply + ")",
                   host(f.host) + ": " + to + " あてはまだ届けられません(" + reply + ")");
      case trace::RecipientOutcome::passed_on:
        return say(host(f.host) + ": " + to + " stands for others (" + reply + ")",
                   host(f.host) + ": " + to + " は別の宛先を指します(" + reply + ")");
      case trace::RecipientOutcome::failed:
        break;
    }
    return say(host(f.host) + ": failed for " + to + " (" + reply + ")",
               host(f.host) + ": " + to + " あては配送できません(" + reply + ")");
  }
  std::string operator()(const trace::QueueDeferred& f) const {
    const std::string wait = std::to_string(f.wait);
    return say(
        host(f.host) + ": Q" + std::to_string(f.entry.value) + " waits " + wait + " s",
        host(f.host) + ": Q" + std::to_string(f.entry.value) + " は " + wait + " 秒後に再送します");
  }
  std::string operator()(const trace::QueueReleased& f) const {
    return say(host(f.host) + ": Q" + std::to_string(f.entry.value) + " leaves the queue",
               host(f.host) + ": Q" + std::to_string(f.entry.value) + " がキューから出ました");
  }
  std::string operator()(const trace::BounceCreated& f) const {
    return say(host(f.host) + ": writes a non-delivery report about " + text(f.recipient),
               host(f.host) + ": " + text(f.recipient) + " への不達通知を書きました");
  }
  std::string operator()(const trace::ReportCreated& f) const {
    const std::string to = host(f.host) + ": ";
    switch (f.kind) {
      case trace::ReportKind::delayed:
        return say(to + "tells the sender that the letter to " + text(f.recipient) + " still waits",
                   to + text(f.recipient) + " へのメールがまだ届いていないと差出人に知らせます");
      case trace::ReportKind::delivered:
        return say(to + "tells the sender that " + text(f.recipient) + " has the letter",
                   to + text(f.recipient) + " にメールが届いたと差出人に知らせます");
      case trace::ReportKind::expanded:
        return say(to + "tells the sender that " + text(f.recipient) + " stands for several",
                   to + text(f.recipient) + " は複数の宛先を表すと差出人に知らせます");
      default:
        return say(to + "tells the sender that the letter to " + text(f.recipient) + " went on",
                   to + text(f.recipient) + " へのメールを次へ渡したと差出人に知らせます");
    }
  }
  std::string operator()(const trace::LoginDecided& f) const {
    return f.accepted ? say(host(f.host) + ": " + text(f.account) + " is logged in",
                            host(f.host) + ": " + text(f.account) + " のログインを認めました")
                      : say(host(f.host) + ": login of " + text(f.account) + " refused",
                            host(f.host) + ": " + text(f.account) + " のログインを断りました");
  }
  std::string operator()(const trace::MailboxStored& f) const {
    return say(host(f.host) + ": " + text(f.account) + " " + text(f.mailbox) + " has message UID " +
                   std::to_string(f.uid),
               host(f.host) + ": " + text(f.account) + " の " + text(f.mailbox) + " に UID " +
                   std::to_string(f.uid) + " を保存しました");
  }
  std::string operator()(const trace::MailboxFlags& f) const {
    return say(
        host(f.host) + ": flags of UID " + std::to_string(f.uid) + " are (" + text(f.flags) + ")",
        host(f.host) + ": UID " + std::to_string(f.uid) + " のフラグは(" + text(f.flags) + ")");
  }
  std::string operator()(const trace::MailboxExpunged& f) const {
    return say(
        host(f.host) + ": UID " + std::to_string(f.uid) + " is removed from " + text(f.mailbox),
        host(f.host) + ": " + text(f.mailbox) + " から UID " + std::to_string(f.uid) +
            " を削除しました");
  }
  std::string operator()(const trace::RunEnded& f) const {
    return f.quiet ? say("Nothing more happens.", "これで終わりです。")
                   : say("The time limit is reached.", "制限時間になりました。");
  }
};

}  // namespace

std::string describe(const trace::Trace& trace, const trace::Record& record, Lang lang) {
  return std::visit(Describe{trace, lang}, record.fact);
}

std::string printable(std::string_view bytes) {
  std::string out;
  for (const char c : mail::repair_utf8(bytes)) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x20 && u != 0x7f)
      out += c;
    else if (c == '\n' || c == '\t')
      out += c;
    else {
      constexpr char digits[] = "0123456789abcdef";
      out += "\\x";
      out += digits[u >> 4];
      out += digits[u & 15];
    }
  }
  return out;
}

std::string one_line(std::string_view bytes) {
  std::string line = printable(bytes);
  for (char& c : line)
    if (c == '\n' || c == '\t') c = ' ';
  return line;
}

}  // namespace posthorn::exporting
