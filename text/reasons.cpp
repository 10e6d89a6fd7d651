// Why something failed, in Japanese: the trace has these sentences in English, as programs say
// them.
#include <array>

#include "text/patterns.hpp"
#include "text/text.hpp"

namespace posthorn::texts {
namespace {

constexpr std::array kSentences = {
    // what a client thinks of a certificate (tls::Verdict)
    Sentence{"valid", "有効"},
    Sentence{"expired", "期限切れ"},
    Sentence{"not yet valid", "まだ期間前"},
    Sentence{"wrong name", "名前が違う"},
    Sentence{"self-signed", "自己署名"},
    Sentence{"unknown issuer", "発行者が不明"},
    Sentence{"not valid", "無効"},
    Sentence{"as its TLSA record says", "TLSAレコードのとおり"},
    Sentence{"not what its TLSA record says", "TLSAレコードと違う"},
    // why there is no seal
    Sentence{"the certificate is not accepted: {}", "証明書を認めません({})"},
    Sentence{"the other end ended the handshake: {}", "相手がハンドシェイクをやめました({})"},
    Sentence{"the connection ended during the handshake", "ハンドシェイクの途中で接続が切れました"},
    Sentence{"time-out in the TLS handshake", "TLSのハンドシェイクが時間切れになりました"},
    Sentence{"the server does not offer TLS", "サーバーがTLSを案内していません"},
    Sentence{"the server does not start TLS", "サーバーがTLSを始めません"},
    Sentence{"somebody spoke in clear after {}", "{}の後に、だれかが平文で話しました"},
    // what a mail client tells its user
    Sentence{"The certificate of {} is not valid: {}. The user says: go on all the same",
             "{}の証明書に問題があります({})。利用者は「それでも続ける」を選びました"},
    Sentence{"The address of {} was not found", "{}のアドレスが見つかりません"},
    Sentence{"{} refused the connection", "{}が接続を断りました"},
    Sentence{"{} did not answer", "{}から返事がありません"},
    Sentence{"{} cannot be reached", "{}につながりません"},
};

}  // namespace

LocalText reason(std::string_view english) { return in_both(kSentences, english); }

}  // namespace posthorn::texts
