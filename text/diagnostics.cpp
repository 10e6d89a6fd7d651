// What is wrong with a scenario, in Japanese. The loader says it in English; its sentences
// (scenario/messages.hpp) and the kinds of things that they speak of stand here beside ours.
#include <algorithm>
#include <array>

#include "sim/scenario/messages.hpp"
#include "text/patterns.hpp"
#include "text/text.hpp"

namespace posthorn::texts {
namespace {

namespace in_english = scenario::say;

constexpr auto kSentences = std::to_array<Sentence>({
    // the file
    {in_english::cannot_open, "ファイルを読めません: {}"},
    {in_english::too_big, "ファイルが大きすぎます: {} バイト(上限は {} バイト)"},
    {in_english::too_many, "誤りが多すぎるので、残りは省きます"},
    {"there is no such file", "そのようなファイルはありません"},
    {"it is not a file", "ファイルではありません"},
    {"it cannot be opened", "開けません"},
    {"it is larger than {} octets", "{} バイトを超えています"},
    {"it leads out of the scenario's folder", "シナリオのフォルダーの外を指しています"},

    // JSON
    {in_english::comment, "JSONにはコメントを書けません"},
    {in_english::comment_hint,
     "消してください。残したい説明は、学ぶ人にも見える \"summary\" か \"narration\" に書けます"},
    {in_english::trailing_comma, "{} の前にコンマがあります"},
    {in_english::trailing_comma_hint,
     "JSONのコンマは二つの項目の間にだけ置けます。このコンマを消してください"},
    {in_english::missing_comma, "{} の前にコンマがありません"},
    {in_english::missing_comma_hint, "項目の間はコンマで区切ります"},
    {in_english::duplicate_key, "キー {} が同じオブジェクトの中に二つあります"},
    {in_english::duplicate_key_hint, "一つめは {} 行 {} 文字めです"},
    {in_english::bad_utf8, "正しいUTF-8ではありません"},
    {in_english::bad_utf8_hint, "ファイルをUTF-8で保存してください"},
    {in_english::bad_escape, "{} というエスケープはありません"},
    {in_english::bad_escape_hint,
     "JSONで使えるのは \\\" \\\\ \\/ \\b \\f \\n \\r \\t と、\\u に続く4桁の16進数です"},
    {in_english::control_character, "文字列の中に制御文字があります"},
    {in_english::control_hint, "改行は \\n、タブは \\t と書きます"},
    {in_english::open_string, "文字列がその行で閉じていません"},
    {in_english::open_string_hint, "閉じる \" が抜けています"},
    {in_english::single_quotes, "文字列が ' で囲まれています"},
    {in_english::single_quotes_hint, "JSONの文字列は \" で囲みます"},
    {in_english::bare_word, "{} はJSONの値ではありません"},
    {in_english::bare_word_hint, "文字列なら \" で囲みます: {}"},
    {in_english::bare_key, "キー {} が \" で囲まれていません"},
    {in_english::wide_sign_hint, "これは全角の記号です。JSONでは半角の {} を使います"},
    {in_english::wide_space_hint,
     "これは全角の空白か、改行しない空白です。JSONでは半角の空白を使います"},
    {in_english::bad_number, "{} はJSONの数ではありません"},
    {in_english::too_deep, "入れ子が {} 段より深くなっています"},
    {in_english::after_end, "終わりの後ろに何かあります: {}"},
    {in_english::never_closed, "{2} 行 {3} 文字めで開いた {1} が閉じていません"},

    // shape
    {in_english::unknown_key, "{2}に {1} というキーはありません"},
    {in_english::keys_are, "使えるキーは {} です"},
    {in_english::did_you_mean, "{} のことでしょうか"},
    {in_english::missing_one_of, "{}には、することが書かれていません。{} のどれか一つが要ります"},
    {in_english::two_of, "{}に {} と {} の両方があります。一度に書けるのは一つだけです"},
    {in_english::two_of_hint, "項目を二つに分けてください"},
    {in_english::too_many_items, "項目が多すぎます: {} 個(上限は {} 個)"},
    {in_english::list_hint, "角かっこに入れてください: [ {} ]"},
    {in_english::no_keys_hint, "キーはありません。{} と書きます"},
    {in_english::no_quotes_hint, "数には \" を付けません: {}"},
    {in_english::fraction_hint, "百分率ではなく、割合で書きます: {}"},
    {in_english::version_hint, "ファイルの初めに \"posthorn\": 1 と書きます"},
    {in_english::after_limit, "実行が終わる {} より後になっています"},
    {in_english::after_limit_hint, "\"limit\" を長くしてください: \"{}\""},
    {in_english::too_few_items, "空のリストです。少なくとも一つは要ります"},
    {in_english::wrong_version,
     "このファイルは形式 {} で書かれています。このプログラムが読めるのは形式1です"},
    {in_english::out_of_range, "{} は範囲の外です。ここに書けるのは{}です"},
    {in_english::expected, "ここに書けるのは{}ですが、{}があります"},

    // values
    {in_english::duration, "時間の長さ"},
    {in_english::duration_hint,
     "数と単位で書きます: \"250us\"、\"8ms\"、\"1.5s\"、\"20m\"、\"2h\"、\"3d\""},
    {in_english::unit_hint, "単位を付けてください: \"{}ms\"、\"{}s\"、\"{}m\" など"},
    {in_english::clock_hint, "時刻ではなく、始まりからの時間を書きます: \"90s\"、\"20m\"、\"2h\""},
    {in_english::rate, "回線の速さ"},
    {in_english::rate_hint,
     "数と単位で書きます: \"56kbit/s\"、\"100Mbit/s\"、\"1Gbit/s\"。または \"unlimited\""},
    {in_english::host_name, "ホスト名"},
    {in_english::host_name_hint,
     "英小文字、数字、ハイフンを、点で区切って書きます: \"mail.kaede.example\""},
    {in_english::dns_name, "DNSで調べられる名前"},
    {in_english::dns_name_hint,
     "ホスト名か、部分の前に下線の付いた名前です: \"_25._tcp.mail.kaede.example\""},
    {in_english::address, "メールアドレス"},
    {in_english::address_hint, "名前、@、ドメインの順に書きます: \"aiko@sakura.example\""},
    {in_english::local_part, "アドレスの @ より前の部分"},
    {in_english::local_part_hint, "使えるのは英数字と . _ + - です: \"aiko\""},
    {in_english::ip, "IPアドレス"},
    {in_english::ip_hint, "\"192.0.2.10\" や \"2001:db8::10\" のように書きます"},
    {in_english::date, "日付と時刻"},
    {in_english::date_hint,
     "\"2026-04-06\"、\"2026-04-06T09:30:00Z\"、\"2026-04-06T09:30:00+09:00\" のように書きます"},
    {in_english::offset, "UTCとの時差"},
    {in_english::offset_hint, "\"+09:00\" や \"-05:30\" のように書きます"},
    {in_english::base64, "Base64のテキスト"},
    {in_english::identifier, "短い名前"},
    {in_english::identifier_hint, "英数字とハイフンで書きます: \"first-letter\""},
    {in_english::text_or_file, "文字列か { \"file\": \"パス\" } "},
    {in_english::both_languages, "文字列か { \"en\": \"…\", \"ja\": \"…\" } "},
    {in_english::leaves_folder, "パス {} がシナリオのフォルダーの外に出ています"},
    {in_english::leaves_folder_hint,
     "シナリオと同じ場所か、その下のファイルを書きます: \"letters/report.eml\""},
    {in_english::no_file, "{} を読めません: {}"},
    {in_english::record_type, "レコードの種類"},
    {in_english::record_type_hint,
     "A、AAAA、MX、CNAME、NS、TXT、PTR、SRV、TLSA のどれか。ほかは番号で書きます: \"TYPE257\""},
    {in_english::link_shape, "つなぐ二つのホストのリスト"},

    // meaning
    {"the host {} is there twice", "ホスト {} が二つあります"},
    {"the address {} is there twice", "アドレス {} が二つあります"},
    {"the domain {} is there twice", "ドメイン {} が二つあります"},
    {"the account {} is there twice", "アカウント {} が二つあります"},
    {"the name {} is there twice", "名前 {} が二つあります"},
    {"the link {} is there twice", "回線 {} が二つあります"},
    {"the id {} is there twice", "ID {} が二つあります"},
    {in_english::same_name, "{} {} が二つあります"},
    {in_english::first_is_at, "一つめは {} 行 {} 文字めです"},
    {in_english::no_such_host, "{} というホストはありません"},
    {in_english::no_such_account, "{} というアカウントはありません"},
    {in_english::no_such_account_hint, "アカウントは \"domains\" に書きます。今あるのは {} です"},
    {in_english::no_such_domain, "{} というドメインはありません"},
    {in_english::domains_are, "ドメインは {} です"},
    {in_english::tls_without_offer,
     "{} はメールとパスワードをTLSでだけ受け取りますが、TLSを案内していません"},
    {in_english::tls_without_offer_hint,
     "\"offer\": true も書くか、\"submissions\"、\"imaps\"、\"pop3s\" のどれかを加えてください"},
    {in_english::hosts_are, "ホストは {} です"},
    {in_english::self_link, "{} が自分自身につながれています"},
    {in_english::no_such_link, "{} と {} の間に回線はありません"},
    {in_english::mx_needs_smtp, "MXのホスト {} に \"smtp\" のサービスがありません"},
    {in_english::lacks_service, "{} には {} のサービスがありません"},
    {in_english::lacks_service_hint, "そのホストの \"services\" に加えてください"},
    {in_english::no_home, "{} のメールボックスを置くサーバーがありません"},
    {in_english::no_home_hint,
     "ドメインに \"mx\" を書くか、\"home\" でサーバーの名前を書いてください"},
    {in_english::home_takes_no_mail, "{} はメールボックスを置きますが、メールを受け取れません"},
    {in_english::home_takes_no_mail_hint,
     "そのホストの \"services\" に \"lmtp\" か \"smtp\" を加えてください"},
    {in_english::no_client, "{} のメールクライアントがありません"},
    {in_english::no_client_hint,
     "\"user\": {} と \"client\": { \"reads\": \"imap\" } を持つホストを加えてください"},
    {in_english::reads_nothing,
     "{} はメールを取りに行けません。クライアントに読む方法が書かれていません"},
    {in_english::reads_nothing_hint,
     "ホスト {} に \"client\": { \"reads\": \"imap\" }(または \"pop3\")と書いてください"},
    {in_english::user_and_services,
     "{} に \"user\" と \"services\" の両方があります。ホストはメールクライアントかサーバーの"
     "どちらかです"},
    {in_english::no_tls, "{} はTLSを使いますが、このposthornはTLSなしで作られています"},
    {in_english::no_tls_hint, "-DPOSTHORN_TLS=ON を付けて作り直してください"},
    {in_english::client_without_user, "{} には \"client\" がありますが、\"user\" がありません"},
    {in_english::not_their_client, "{} は {} のメールクライアントではありません"},
    {in_english::unreachable, "{} から {} へつながる回線がありません"},
    {in_english::unreachable_hint,
     "\"links\" に { \"between\": [{}, {}] } を加えるか、ほかのホストを通る道を作ってください"},
    {in_english::no_dns,
     "このメールは別のドメインへ行きますが、{} を調べるための \"dns\" を持つホストがありません"},
    {in_english::no_dns_hint,
     "{ \"name\": \"ns.example\", \"services\": [\"dns\"] } のようなホストと、"
     "そこへの回線を加えてください"},
    {in_english::nothing_to_walk,
     "名前をルートから探すことになっていますが、\"dns\" を持つホストがありません"},
    {in_english::not_in_domain, "{} はドメイン {} の中の名前ではありません"},
    {in_english::mx_and_none, "{} には \"mx\" があるのに、メールを受け取らないことになっています"},
    {in_english::mx_and_none_hint,
     "どちらかを消してください。null MXはそれだけで置くものです(RFC 7505 §3)"},
    {in_english::no_such_id, "\"id\" が {} の \"send\" や \"reply\" はありません"},
    {in_english::ids_are, "\"id\" は {} です"},
    {in_english::no_ids, "まず \"send\" に \"id\" を付けてください"},
    {in_english::no_such_fact, "トレースに {} という名前の出来事はありません"},
    {in_english::no_such_act, "story の項目は {} 個です(1から数えます)"},
    {in_english::when_missing,
     "narration には、いつ見せるかを \"at\"、\"step\"、\"act\" のどれかで書きます"},
    {in_english::unknown_recipient, "{} はアカウントでも、story に出てくる宛先でもありません"},
    {in_english::no_addresses, "このホストに付けられる例示用のアドレスが残っていません"},
    {in_english::eml_alone, "{} は \"eml\" と一緒には書けません"},
    {in_english::eml_alone_hint, "それはファイルの中のメールにもう書いてあります"},
    {in_english::one_target, "\"host\" か \"link\" のどちらか一つを書きます"},
    {in_english::one_repair, "\"host\"、\"link\"、\"fault\" のどれか一つを書きます"},
    {in_english::no_such_fault, "\"id\" が {} の \"fault\" はありません"},
    {in_english::one_clock, "時計の狂いは \"ahead\" か \"behind\" のどちらか一つです"},
    {in_english::nothing_wrong,
     "この回線には悪いところがありません。\"loss\"、\"duplication\"、\"reordering\"、"
     "\"corruption\" のどれかを書きます"},
    {in_english::bad_record, "{} は正しい{}レコードではありません: {}"},
    {in_english::one_content,
     "添付ファイルには \"text\"、\"base64\"、\"file\" のどれか一つが要ります"},
    {"{}: a CNAME stands alone at its name (RFC {})",
     "{}: CNAMEは、その名前のただ一つのレコードでなければなりません(RFC {})"},
    {"a record of type {} holds {}: {}", "{}レコードに書けるのは{}です: {}"},
    {"a record of type {} holds {}", "{}レコードに書けるのは{}です"},
    {"a preference and a host", "優先度とホスト"},
    {"an IPv4 address", "IPv4アドレス"},
    {"an IPv6 address", "IPv6アドレス"},
    {"priority, weight, port and host", "優先度、重み、ポート、ホスト"},
    {"its octets", "そのバイト列"},
    {"a domain name", "ドメイン名"},
    {"an empty label in a domain name", "ドメイン名に空の部分があります"},
    {"a label longer than 63 octets in a domain name",
     "ドメイン名に63バイトを超える部分があります"},
    {"a domain name longer than 255 octets", "ドメイン名が255バイトを超えています"},
    {"write false", "false と書きます"},
    {"{}: no mail address; write e.g. {}", "{} はメールアドレスではありません。例: {}"},
    {in_english::missing_key, "{}に {} がありません"},

    // what is meant, and what is found
    {"a whole number from {} to {}", "{}から{}までの整数"},
    {"a number from {} to {}", "{}から{}までの数"},
    {"a list of two numbers from 0 to 1", "0から1までの数二つのリスト"},
    {"an object with the keys of {}", "{}のオブジェクト"},
    {"an object with one of the keys {}", "キー {} のどれか一つを持つオブジェクト"},
    {"a text in double quotes", "\" で囲んだ文字列"},
    {"a path in double quotes", "\" で囲んだパス"},
    {"a path", "パス"},
    {"true or false", "true か false "},
    {"the end of the file", "ファイルの終わり"},
    {"a stray byte", "余分なバイト"},
    {"the number {}", "数 {} "},
    {"the text {}", "文字列 {} "},
    {"a list", "リスト"},
    {"an object", "オブジェクト"},
    {"this story item", "この story の項目"},
    {"story item", "story の項目"},
    {"expectation", "expect の項目"},
    {in_english::one_of, " {} のどれか"},

    // lists of names
    {"\"{}\", {}", "\"{}\"、{}"},
    {"\"{}\" and {}", "\"{}\" と {}"},
    {"\"{}\" or {}", "\"{}\" か {}"},
    {"'{}' or {}", "'{}' か {}"},
});

}  // namespace

LocalText diagnostic(std::string_view english) { return in_both(kSentences, english); }

std::string diagnostics(std::string_view lines, Lang lang) {
  if (lang != Lang::ja) return std::string(lines);
  constexpr std::string_view kError = ": error: ", kHint = "  hint: ";
  std::string out;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    const std::size_t at = line.starts_with(' ') ? std::string_view::npos : line.find(kError);
    if (line.starts_with(kHint))
      out += "  ヒント: " + diagnostic(line.substr(kHint.size())).ja;
    else if (at != std::string_view::npos)
      out += std::string(line.substr(0, at + 1)) +
             " 誤り: " + diagnostic(line.substr(at + kError.size())).ja;
    else
      out += line.starts_with("    ") ? std::string(line) : diagnostic(line).ja;  // of the file
    out += '\n';
  }
  return out;
}

}  // namespace posthorn::texts
