// Whether a scenario kept its promises, in Japanese. scenario/expect.cpp says it in English.
#include <array>

#include "text/patterns.hpp"
#include "text/text.hpp"

namespace posthorn::texts {
namespace {

constexpr auto kSentences = std::to_array<Sentence>({
    // what was promised
    {"the mailbox of {} holds {}", "{} のメールボックスにメールがあること: {}"},
    {"the letter to {} came back to {}", "{} あてのメールが {} に戻ってくること"},
    {"no letter of the story arrives at {}", "story のメールが {} に一通も届かないこと"},
    {"{} for {}", "{2} あて: {1}"},
    {"whoever listens to {} – {} reads {}", "{} と {} の間で盗聴すると {} と読めること"},
    {"whoever listens to {} – {} cannot read {}", "{} と {} の間で盗聴しても {} とは読めないこと"},
    {"the screen of {} shows {}", "{} の画面に{}が出ること"},

    // what came of it
    {"it holds {}, {} seen, {}", "あるのは {}、うち既読 {} 通: {}"},
    {"it holds {}, {} seen", "あるのは {}、うち既読 {} 通"},
    {"the non-delivery report reached the mailbox", "不達通知がメールボックスに届きました"},
    {"no server wrote a non-delivery report about it", "不達通知を書いたサーバーはありません"},
    {"a report was written, but it did not reach that mailbox",
     "不達通知は書かれましたが、そのメールボックスには届いていません"},
    {"{} letters arrived", "{} 通届きました"},
    {"{} letter arrived", "{} 通届きました"},
    {"there were {}", "{} 回でした"},
    {"they came in this order", "この順に起きました"},
    {"{} did not happen after {}", "{2} の後に {1} が起きていません"},
    {"{} did not happen", "{} が起きていません"},
    {"it stands in connection {}", "接続 {} にそう書いてあります"},
    {"no readable packet there says so", "そこを通る読めるパケットには、そう書いてありません"},
    {"it showed nothing", "何も出ませんでした"},
    {"it showed {}", "出たのは {} です"},

    // their parts
    {"{}, one with the subject {}", "{}、件名が {} のものを含む"},
    {"{}, {} of them seen", "{}、うち既読 {} 通"},
    {"{} messages", "{} 通"},
    {"{} message", "{} 通"},
    {"messages", "一通以上"},
    {"{} delivery attempts", "配送の試み {} 回"},
    {"{} delivery attempt", "配送の試み {} 回"},
    {"a letter", "メール"},
    {"the letter {}", "メール {} "},
    {"{}, then {}", "{} の次に {}"},
});

}  // namespace

LocalText expectation(std::string_view english) { return in_both(kSentences, english); }

}  // namespace posthorn::texts
