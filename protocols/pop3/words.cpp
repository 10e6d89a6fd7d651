#include "protocols/pop3/words.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"

namespace posthorn::pop3 {

namespace {

struct Sentence {
  Say what;
  std::string_view en;
  std::string_view ja;
};

constexpr std::array sentences = {
    Sentence{Say::password_please, "password, please", "パスワードを送ってください"},
    Sentence{Say::user_first, "USER first", "先に USER を送ってください"},
    Sentence{Say::wrong_password, "user name or password is wrong",
             "ユーザー名またはパスワードが違います"},
    Sentence{Say::may_not_act_for_others, "nobody acts for others here",
             "他の人の代わりにはなれません"},
    Sentence{Say::cannot_check_now, "the password cannot be checked just now",
             "いまはパスワードを確かめられません"},
    Sentence{Say::no_maildrop, "there is no maildrop for this user",
             "このユーザーのメールドロップがありません"},
    Sentence{Say::in_use, "another session has locked the maildrop",
             "別のセッションがメールドロップを使っています"},
    Sentence{Say::too_soon, "the last login was less than % seconds ago",
             "前回のログインから % 秒たっていません"},
    Sentence{Say::opened, "maildrop locked and ready, % messages",
             "メールドロップを開きました。メッセージは % 通です"},
    Sentence{Say::unknown_mechanism, "that mechanism is not offered here",
             "その認証方式は使えません"},
    Sentence{Say::not_base64, "the answer is not base64", "応答が base64 ではありません"},
    Sentence{Say::malformed_answer, "the answer is not one of this mechanism",
             "この認証方式の応答ではありません"},
    Sentence{Say::answer_too_long, "the answer is too long", "応答が長すぎます"},
    Sentence{Say::cancelled, "authentication cancelled", "認証を取りやめました"},
    Sentence{Say::empty_answer_expected, "an empty answer was expected",
             "ここでは空の応答を送ってください"},
    Sentence{Say::begin_tls, "begin TLS now", "TLS を始めてください"},
    Sentence{Say::tls_already, "TLS is active already", "すでに TLS です"},
    Sentence{Say::tls_first, "no login in clear: STLS first",
             "平文ではログインできません。先に STLS を送ってください"},
    Sentence{Say::use_auth, "no USER and PASS here: AUTH",
             "USER と PASS は使えません。AUTH を使ってください"},
    Sentence{Say::nothing_done, "nothing done", "何もしませんでした"},
    Sentence{Say::listing, "% messages (% octets)", "メッセージ % 通 (% オクテット)"},
    Sentence{Say::unique_ids, "unique-ids follow", "一意な識別子の一覧です"},
    Sentence{Say::octets, "% octets", "% オクテットです"},
    Sentence{Say::top_follows, "top of message follows", "メッセージの先頭です"},
    Sentence{Say::will_be_deleted, "message % will be deleted at QUIT",
             "メッセージ % は QUIT のときに削除されます"},
    Sentence{Say::maildrop_has, "maildrop has % messages (% octets)",
             "メールドロップにはメッセージが % 通 (% オクテット) あります"},
    Sentence{Say::no_such_message, "no such message", "そのメッセージはありません"},
    Sentence{Say::already_deleted, "that message is deleted", "そのメッセージは削除されています"},
    Sentence{Say::no_number, "the number of lines is no number", "行数が数字ではありません"},
    Sentence{Say::goodbye, "% says goodbye", "% です。さようなら"},
    Sentence{Say::capabilities, "capabilities follow", "機能の一覧です"},
    Sentence{Say::languages_follow, "languages follow", "言語の一覧です"},
    Sentence{Say::language_chosen, "English it is", "これからは日本語で答えます"},
    Sentence{Say::unknown_language, "that language is not spoken here", "その言語は話せません"},
    Sentence{Say::utf8_on, "UTF-8 is welcome", "UTF-8 で話せます"},
    Sentence{Say::log_in_first, "log in first", "先にログインしてください"},
    Sentence{Say::already_logged_in, "already logged in", "すでにログインしています"},
    Sentence{Say::argument_missing, "argument missing", "引数が足りません"},
    Sentence{Say::too_many_arguments, "too many arguments", "引数が多すぎます"},
    Sentence{Say::unknown_command, "unknown command", "そのコマンドはありません"},
    Sentence{Say::line_too_long, "line too long", "行が長すぎます"},
    Sentence{Say::enough, "that is enough for now; try again later",
             "誤りが多すぎます。時間をおいてやり直してください"},
};

/// The table is in the order of the enumeration: a sentence is found by its place.
constexpr bool in_order() {
  for (std::size_t i = 0; i < sentences.size(); ++i)
    if (static_cast<std::size_t>(sentences[i].what) != i) return false;
  return sentences.size() == static_cast<std::size_t>(Say::enough) + 1;
}
static_assert(in_order());

}  // namespace

std::optional<Language> find_language(std::string_view range) {
  if (range == "*") return Language::i_default;
  // RFC 4647 §3.4, look-up: "ja-JP" is content with "ja".
  for (;;) {
    const auto* found = std::find_if(languages.begin(), languages.end(), [&](const auto& entry) {
      return mail::iequals(entry.tag, range);
    });
    if (found != languages.end()) return found->language;
    const std::size_t hyphen = range.rfind('-');
    if (hyphen == std::string_view::npos) return std::nullopt;
    range = range.substr(0, hyphen);
  }
}

std::string_view tag_of(Language language) {
  return languages[static_cast<std::size_t>(language)].tag;
}

std::string say(Language language, Say what, const std::vector<std::string>& values) {
  const Sentence& sentence = sentences[static_cast<std::size_t>(what)];
  std::string out;
  auto value = values.begin();
  for (const char c : language == Language::ja ? sentence.ja : sentence.en) {
    if (c == '%' && value != values.end())
      out += *value++;
    else
      out += c;
  }
  return out;
}

}  // namespace posthorn::pop3
