// LANG and UTF8 (RFC 6856), PIPELINING (RFC 2449 §6.6), and answers in turns.
#include <algorithm>
#include <memory>

#include "protocols/pop3/server.hpp"
#include "tests/protocols/pop3/dialogue.hpp"

using namespace posthorn;
using pop3::Server;
using pop3::ServerEvent;

namespace {

mail::MailStore one_letter(const std::string& letter = "A: b\r\n\r\nc\r\n") {
  mail::MailStore store;
  store.add_account("愛子");
  (void)store.deliver("愛子", std::make_shared<const std::string>(letter), {});
  return store;
}

void run(std::string_view script) {
  testing::run_script<Server, ServerEvent>(
      Server{}, one_letter(),
      "S: +OK pop3.example POP3 server ready <posthorn@pop3.example>\n" + std::string(script));
}

}  // namespace

TEST_CASE("POP3: LANG lists the languages, and speaks them (RFC 6856 §3)", "[pop3]") {
  run(R"(C: LANG
S: +OK languages follow
S: i-default English (default)
S: en English
S: ja 日本語
S: .
C: LANG tlh
S: -ERR that language is not spoken here
C: LANG ja-JP
S: +OK ja これからは日本語で答えます
C: STAT
S: -ERR 先にログインしてください
C: UTF8
S: +OK UTF-8 で話せます
C: USER 愛子
S: +OK パスワードを送ってください
C: PASS hanabi
S: -ERR [AUTH] ユーザー名またはパスワードが違います
C: LANG *
S: +OK i-default English it is
C: USER 愛子
S: +OK password, please
C: PASS hanami
S: +OK maildrop locked and ready, 1 messages
C: LANG JA
S: +OK ja これからは日本語で答えます
C: DELE 1
S: +OK メッセージ 1 は QUIT のときに削除されます
C: LANG fr
S: -ERR その言語は話せません
C: RSET
S: +OK メールドロップにはメッセージが 1 通 (11 オクテット) あります
C: UTF8
S: -ERR すでにログインしています
C: QUIT
S: +OK pop3.example です。さようなら
)");
}

TEST_CASE("POP3: every sentence is there in both languages", "[pop3]") {
  for (int i = 0; i <= static_cast<int>(pop3::Say::enough); ++i) {
    const auto what = static_cast<pop3::Say>(i);
    const std::string en = say(pop3::Language::en, what);
    const std::string ja = say(pop3::Language::ja, what);
    CHECK(std::all_of(en.begin(), en.end(), [](char c) { return c >= ' ' && c < 127; }));
    CHECK(std::any_of(ja.begin(), ja.end(), [](char c) { return (c & 0x80) != 0; }));
    CHECK(std::count(en.begin(), en.end(), '%') == std::count(ja.begin(), ja.end(), '%'));
    CHECK(say(pop3::Language::i_default, what) == en);
  }
}

TEST_CASE("POP3: messages in UTF-8 are given as they are stored (RFC 6856 §2)", "[pop3]") {
  const std::string letter = "Subject: 花見\r\nFrom: 愛子@sakura.example\r\n\r\nこんにちは\r\n";
  mail::MailStore store = one_letter(letter);
  for (const std::string before : {"", "UTF8\r\n"}) {
    testing::Talk<Server, ServerEvent> talk{Server{}, store};
    talk.connect();
    talk.feed(before + "USER 愛子\r\nPASS hanami\r\nRETR 1\r\nQUIT\r\n", 0);
    CHECK(talk.sent.find(" octets\r\n" + letter + ".\r\n") != std::string::npos);
  }
}

TEST_CASE("POP3: very much at once is answered in turns", "[pop3]") {
  pop3::ServerConfig config;
  config.max_output = 1000;
  mail::MailStore store = one_letter(std::string(500, 'x'));
  Server server(config);
  server.handle_connect({});
  std::string commands = "USER 愛子\r\nPASS hanami\r\n";
  for (int i = 0; i < 100; ++i) commands += "RETR 1\r\n";
  server.handle_bytes({}, commands + "QUIT\r\n", store);
  std::size_t longest = 0;
  std::size_t turns = 0;
  std::string last;
  for (bool more = true; more; ++turns) {
    std::size_t turn = 0;
    for (;;) {
      auto out = server.poll();
      if (auto* bytes = std::get_if<Transmit>(&out)) turn += (last = bytes->bytes).size();
      if (auto* event = std::get_if<ServerEvent>(&out))
        if (auto* asked = std::get_if<mail::LoginAsked>(event))
          server.decide_login({}, testing::judge(*asked), store);
      if (auto* idle = std::get_if<Idle>(&out)) {
        more = idle->wake_at == Instant{};
        break;
      }
    }
    longest = std::max(longest, turn);
    server.handle_wakeup({}, store);
  }
  CHECK(turns > 20);
  CHECK(longest < 3000);
  CHECK(last == "+OK pop3.example says goodbye\r\n");
}
