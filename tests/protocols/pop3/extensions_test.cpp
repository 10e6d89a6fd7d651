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
  testing::Talk<Server, ServerEvent> talk{Server{}, store};
  talk.connect();
  talk.feed("UTF8\r\nUSER 愛子\r\nPASS hanami\r\nRETR 1\r\nQUIT\r\n", 0);
  CHECK(talk.sent.find("+OK " + std::to_string(letter.size()) + " octets\r\n" + letter + ".\r\n") !=
        std::string::npos);
}

TEST_CASE("POP3: who does not say UTF8 gets ASCII headers (RFC 6856 §4, RFC 6858)", "[pop3]") {
  const std::string greeting = "S: +OK pop3.example POP3 server ready <posthorn@pop3.example>\n";
  const std::string letter =
      "From: 愛子 <愛子@さくら.example>\r\n"
      "To: Ben <ben@kaede.example>, 友達 <t@kaede.example>\r\n"
      "Message-ID: <花@sakura.example>\r\n"
      "Subject: 花見\r\n"
      "\r\n"
      "こんにちは\r\n";
  const std::string without = R"(C: USER 愛子
S: +OK password, please
C: PASS hanami
S: +OK maildrop locked and ready, 1 messages
C: STAT
S: +OK 1 231
C: LIST 1
S: +OK 1 231
C: TOP 1 0
S: +OK top of message follows
S: From: =?UTF-8?B?5oSb5a2QIDzmhJvlrZBA44GV44GP44KJLmV4YW1wbGU+?=
S:  <invalid@internationalized-address.invalid>
S: To: Ben <ben@kaede.example>,
S:  =?UTF-8?B?5Y+L6YGU?= <t@kaede.example>
S: Subject: =?UTF-8?B?6Iqx6KaL?=
S: 
S: .
C: RETR 1
S: +OK 231 octets
S: From: =?UTF-8?B?5oSb5a2QIDzmhJvlrZBA44GV44GP44KJLmV4YW1wbGU+?=
S:  <invalid@internationalized-address.invalid>
S: To: Ben <ben@kaede.example>,
S:  =?UTF-8?B?5Y+L6YGU?= <t@kaede.example>
S: Subject: =?UTF-8?B?6Iqx6KaL?=
S: 
S: こんにちは
S: .
C: UIDL 1
S: +OK 1 1.1
C: DELE 1
S: +OK message 1 will be deleted at QUIT
C: QUIT
S: +OK pop3.example says goodbye
)";
  const mail::MailStore after =
      testing::run_script<Server, ServerEvent>(Server{}, one_letter(letter), greeting + without);
  CHECK(after.find("愛子", "INBOX")->messages.empty());  // the original went with its surrogate
  // What is 7-bit in its header, or no UTF-8, is nothing that a surrogate could make better.
  for (const std::string plain :
       {"Subject: =?UTF-8?B?6Iqx6KaL?=\r\n\r\n花見\r\n", "Subject: caf\xe9\r\n\r\nx\r\n"}) {
    mail::MailStore store = one_letter(plain);
    testing::Talk<Server, ServerEvent> talk{Server{}, store};
    talk.connect();
    talk.feed("USER 愛子\r\nPASS hanami\r\nRETR 1\r\nQUIT\r\n", 0);
    CHECK(talk.sent.find(" octets\r\n" + plain + ".\r\n") != std::string::npos);
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
