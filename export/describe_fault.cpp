#include "export/describe_fault.hpp"

#include "text/patterns.hpp"

namespace posthorn::exporting {
namespace {

/// What happens when it begins and when it is over; {} is the place, [] the detail.
struct Sentences {
  const char *begins_en, *ends_en, *begins_ja, *ends_ja;
};

/// By trace::FaultKind.
constexpr Sentences kSentences[] = {
    {"{}: the power fails", "{}: there is power again", "{}: 停電しました", "{}: 電気が戻りました"},
    {"{}: is being switched off", "{}: is switched on again", "{}: 正しい手順で停止します",
     "{}: また起動しました"},
    {"{}: the service [] has stopped", "{}: the service [] runs again",
     "{}: サービス [] が止まりました", "{}: サービス [] がまた動き出しました"},
    {"{}: has become slow ([])", "{}: is as fast as usual ([])", "{}: 応答が遅くなりました([])",
     "{}: いつもの速さに戻りました([])"},
    {"{}: the disk is full", "{}: there is room on the disk again",
     "{}: ディスクがいっぱいになりました", "{}: ディスクに空きができました"},
    {"{}: the clock is wrong by []", "{}: the clock is right again", "{}: 時計が [] ずれました",
     "{}: 時計が正しくなりました"},
    {"{}: the line is cut", "{}: the line is repaired", "{}: 回線が切れました",
     "{}: 回線が直りました"},
    {"{}: the line is bad ([])", "{}: the line is good again", "{}: 回線が不安定です([])",
     "{}: 回線がよくなりました"},
    {"cut off from all others: []", "no longer cut off: []", "ほかから切り離されました: []",
     "またつながりました: []"},
    {"{}: answers DNS questions badly ([])", "{}: answers DNS questions well again ([])",
     "{}: DNSに正しく答えません([])", "{}: またDNSに正しく答えます([])"},
    {"{}: has a wrong record: []", "{}: the wrong record is gone: []",
     "{}: 誤ったDNSの記録があります: []", "{}: 誤った記録がなくなりました: []"},
    {"{}: somebody listens to this line", "{}: nobody listens any more",
     "{}: 回線が盗聴されています", "{}: 盗聴が終わりました"},
    {"{}: a firewall blocks []", "{}: the firewall lets [] through again",
     "{}: ファイアウォールが [] をふさぎました", "{}: ファイアウォールがまた [] を通します"},
    {"{}: the mailbox of [] is full", "{}: there is room in the mailbox of [] again",
     "{}: [] のメールボックスがいっぱいです", "{}: [] のメールボックスに空きができました"},
    {"{}: the account [] is closed", "{}: the account [] is open again",
     "{}: [] のアカウントがなくなりました", "{}: [] のアカウントがまた使えます"},
    {"{}: takes nothing from [] any more", "{}: takes mail from [] again",
     "{}: [] からのメールを断ります", "{}: また [] からのメールを受け取ります"},
    {"{}: refuses letters above []", "{}: takes large letters again ([])",
     "{}: [] を超えるメールを断ります", "{}: また大きなメールを受け取ります([])"},
    {"{}: sends strangers away for []", "{}: does not send strangers away any more",
     "{}: 知らない相手に「[] 後にまた」と言います", "{}: 知らない相手からもすぐに受け取ります"},
    {"{}: takes only so many letters from one client ([])", "{}: takes any number of letters again",
     "{}: 一つの相手から受け取る数を制限します([])", "{}: 受け取る数の制限をやめました"},
};

/// The details that have words in them, "loss 20%, corruption 1%": names and figures stay.
constexpr texts::Sentence kDetails[] = {
    {"{}, {}", "{}、{}"},
    {"{} {}", "{} {}"},
    {"loss", "損失"},
    {"duplication", "重複"},
    {"reordering", "順序の入れ替わり"},
    {"corruption", "破損"},
    {"greeting", "最初のあいさつ"},
    {"after-rcpt", "RCPTの後"},
    {"inside-data", "本文の途中"},
    {"before-final-reply", "最後の応答の前"},
    {"no-such-name", "「そんな名前はない」"},
    {"server-failure", "「失敗しました」"},
    {"silent", "無応答"},
    {"lame", "権限のないサーバー"},
};

std::string in_japanese(trace::FaultKind kind, const std::string& detail) {
  using enum trace::FaultKind;
  if (kind != bad_line && kind != slow && kind != dns) return detail;
  return texts::translate(kDetails, detail).value_or(detail);
}

std::string put_in(std::string text, std::string_view hole, const std::string& with) {
  if (const std::size_t at = text.find(hole); at != std::string::npos)
    text.replace(at, hole.size(), with);
  return text;
}

}  // namespace

std::string describe_fault(trace::FaultKind kind, bool begins, const std::string& where,
                           const std::string& detail, Lang lang) {
  const auto index = static_cast<std::size_t>(kind);
  if (index >= std::size(kSentences)) return {};
  const Sentences& words = kSentences[index];
  const char* text = lang == Lang::ja ? (begins ? words.begins_ja : words.ends_ja)
                                      : (begins ? words.begins_en : words.ends_en);
  return put_in(put_in(text, "{}", where), "[]",
                lang == Lang::ja ? in_japanese(kind, detail) : detail);
}

}  // namespace posthorn::exporting
