// A short story written by hand: Aiko writes to Ben, the letter goes by SMTP, DNS and IMAP.
#pragma once

#include <string>

#include "sim/trace/trace.hpp"

namespace posthorn::viz::test {

class DemoTrace {
 public:
  static trace::Trace build() {
    DemoTrace demo;
    demo.compose();
    demo.submit();
    demo.look_up();
    demo.deliver();
    demo.fetch();
    demo.t_.append(demo.now_, trace::RunEnded{true});
    return std::move(demo.t_);
  }
  static constexpr HostId kAiko{1}, kSakura{2}, kDns{3}, kKaede{4}, kBen{5};

 private:
  DemoTrace() : t_(scene()) {
    letter_ = t_.add_blob(
        "From: =?UTF-8?B?5oSb5a2Q?= <aiko@sakura.example>\r\nTo: ben@kaede.example\r\n"
        "Subject: =?UTF-8?B?5p2l6YCx44Gu5Lya6K2w44Gr44Gk44GE44Gm?=\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "44GT44KT44Gr44Gh44Gv\r\n--b\r\nContent-Type: application/pdf; name=plan.pdf\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n");
  }
  static trace::Scene scene() {
    using trace::HostKind;
    trace::Scene s;
    s.title = {"The first letter", "はじめてのメール"};
    s.summary = {"Aiko writes to Ben. Follow her letter.",
                 "愛子さんがベンさんにメールを書きます。"};
    s.hosts = {{"aiko-laptop", {"Aiko", "愛子さん"}, HostKind::client, {}, "aiko@sakura.example"},
               {"mail.sakura.example",
                {"Sakura's server", "さくらのサーバー"},
                HostKind::mail_server,
                {"submission", "smtp"}},
               {"ns.example", {"Directory (DNS)", "住所録(DNS)"}, HostKind::name_server, {"dns"}},
               {"mail.kaede.example",
                {"Kaede's server", "かえでのサーバー"},
                HostKind::mail_server,
                {"smtp", "imap"}},
               {"ben-phone", {"Ben", "ベンさん"}, HostKind::client, {}, "ben@kaede.example"}};
    using std::chrono_literals::operator""ms;
    s.links = {
        {kAiko, kSakura, 8ms}, {kSakura, kDns, 10ms}, {kSakura, kKaede, 12ms}, {kKaede, kBen, 9ms}};
    return s;
  }

  void wait(int milliseconds) { now_ += std::chrono::milliseconds(milliseconds); }
  void step(std::uint32_t n) {
    t_.set_step(static_cast<std::uint8_t>(n));
    t_.append_as_cause(now_, trace::StepReached{n});
  }
  void open(std::uint32_t conn, HostId client, HostId server, std::uint16_t port, Protocol p) {
    conn_ = ConnId{conn};
    sent_[0] = sent_[1] = 0;
    t_.append_as_cause(now_, trace::ConnectionOpening{conn_, client, server, 49152, port, p});
    wait(16);
    t_.append_as_cause(now_, trace::ConnectionOpened{conn_, Side::client});
  }
  void say(Side side, NoteKind kind, const char* verb, std::string bytes, const char* rule = "") {
    std::uint32_t& offset = sent_[static_cast<int>(side)];
    const auto length = static_cast<std::uint32_t>(bytes.size());
    const TextId v = t_.intern(verb), r = t_.intern(rule);
    t_.append(now_, trace::StreamWritten{conn_, offset, t_.add_blob(std::move(bytes)), side});
    t_.append_as_cause(now_, trace::Line{conn_, offset, length, v, r, kind, side, Flow::sent});
    offset += length;
    hop(length);
  }
  void hop(std::uint32_t length) {
    const PacketId packet{++packets_};
    const trace::ConnectionOpening* who = t_.connection(conn_);
    t_.append(now_, trace::SegmentSent{packet, conn_, 1, 1, 0, static_cast<std::uint16_t>(length),
                                       trace::kAck, Side::client});
    t_.append(now_, trace::PacketHop{packet, LinkId{1}, who->client, who->server, 8000});
    wait(8);
    t_.append(now_, trace::PacketDelivered{packet, who->server});
  }
  void command(const char* verb, const char* line, const char* rule = "RFC 5321 §4.1.1") {
    say(Side::client, NoteKind::command, verb, std::string(line) + "\r\n", rule);
  }
  void reply(const char* verb, const char* line) {
    say(Side::server, NoteKind::reply, verb, std::string(line) + "\r\n", "RFC 5321 §4.2");
  }

  void compose() {
    t_.set_message(MessageId{1});
    t_.append_as_cause(now_, trace::ComposeOpened{kAiko, t_.intern("ben@kaede.example"),
                                                  t_.intern("来週の会議について"), letter_});
    wait(2000);
    t_.append_as_cause(now_, trace::SendPressed{kAiko});
    step(1);
  }
  void smtp_dialogue(bool login) {
    say(Side::server, NoteKind::greeting, "220", "220 mail.example ESMTP Posthorn\r\n",
        "RFC 5321 §4.3.1");
    command("EHLO", "EHLO aiko-laptop", "RFC 5321 §4.1.1.1");
    reply("250", "250-mail.example\r\n250-SIZE 25000000\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN");
    if (login) {
      command("AUTH", "AUTH PLAIN AGFpa29Ac2FrdXJhLmV4YW1wbGUAaGFuYW1p", "RFC 4954 §4");
      reply("235", "235 2.7.0 Authentication successful");
    }
    command("MAIL", "MAIL FROM:<aiko@sakura.example> SIZE=512", "RFC 5321 §4.1.1.2");
    reply("250", "250 2.1.0 Sender ok");
    command("RCPT", "RCPT TO:<ben@kaede.example>", "RFC 5321 §4.1.1.3");
    reply("250", "250 2.1.5 Recipient ok");
    command("DATA", "DATA", "RFC 5321 §4.1.1.4");
    reply("354", "354 End data with <CR><LF>.<CR><LF>");
    say(Side::client, NoteKind::content, "", *t_.blob(letter_) + ".\r\n", "RFC 5321 §4.5.2");
    reply("250", "250 2.0.0 Queued as 1");
    command("QUIT", "QUIT", "RFC 5321 §4.1.1.10");
    reply("221", "221 2.0.0 Bye");
  }
  void submit() {
    open(1, kAiko, kSakura, 587, Protocol::submission);
    step(2);
    smtp_dialogue(true);
    t_.append(now_, trace::MessageSubmitted{kAiko});
    t_.append_as_cause(now_,
                       trace::QueueAccepted{kSakura, QueueId{1}, t_.intern("aiko@sakura.example"),
                                            t_.intern("ben@kaede.example"), letter_});
  }
  void look_up() {
    step(3);
    const TextId question = t_.intern("MX kaede.example");
    t_.append_as_cause(now_, trace::DnsAsked{kSakura, 1, question});
    wait(20);
    t_.append_as_cause(now_,
                       trace::DnsAnswered{kSakura, 1, question, t_.intern("10 mail.kaede.example"),
                                          trace::DnsOutcome::ok, false});
    t_.append_as_cause(
        now_, trace::QueueAttempt{kSakura, QueueId{1}, 1, t_.intern("mail.kaede.example")});
  }
  void deliver() {
    open(2, kSakura, kKaede, 25, Protocol::smtp);
    smtp_dialogue(false);
    step(4);
    t_.append_as_cause(now_, trace::MailboxStored{kKaede, t_.intern("ben@kaede.example"),
                                                  t_.intern("INBOX"), 1, letter_});
    t_.append(now_, trace::QueueReleased{kSakura, QueueId{1}});
  }
  void fetch() {
    wait(18000);
    t_.append_as_cause(now_, trace::FetchStarted{kBen, Protocol::imap});
    step(5);
    open(3, kBen, kKaede, 143, Protocol::imap);
    say(Side::server, NoteKind::greeting, "OK", "* OK IMAP4rev1 ready\r\n", "RFC 3501 §7.1.1");
    command("LOGIN", "a1 LOGIN ben@kaede.example momiji", "RFC 3501 §6.2.3");
    say(Side::server, NoteKind::reply, "OK", "a1 OK LOGIN completed\r\n", "RFC 3501 §7.1.1");
    command("SELECT", "a2 SELECT INBOX", "RFC 3501 §6.3.1");
    say(Side::server, NoteKind::untagged, "EXISTS", "* 1 EXISTS\r\n", "RFC 3501 §7.3.1");
    say(Side::server, NoteKind::reply, "OK", "a2 OK [READ-WRITE] SELECT completed\r\n");
    command("FETCH", "a3 UID FETCH 1 (FLAGS BODY.PEEK[])", "RFC 3501 §6.4.5");
    say(Side::server, NoteKind::reply, "OK", "a3 OK FETCH completed\r\n");
    t_.append_as_cause(now_, trace::InboxReceived{kBen, 1, 1, letter_});
    t_.append(now_, trace::FetchFinished{kBen, 1});
    wait(1500);
    t_.append_as_cause(now_, trace::MessageDisplayed{kBen, 1});
  }

  trace::Trace t_;
  BlobId letter_;
  Instant now_{};
  ConnId conn_;
  std::uint32_t sent_[2] = {0, 0};
  std::uint32_t packets_ = 0;
};

}  // namespace posthorn::viz::test
