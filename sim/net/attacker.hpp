// What an attacker on the line does to what crosses it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace posthorn::net {

/// The payload with the offers of STARTTLS (SMTP, IMAP) and STLS (POP3) crossed out, of the same
/// length, so that TCP notices nothing; nullopt if there is none. Only lines in which servers offer
/// things are touched: a letter that talks about STARTTLS is left alone.
std::optional<std::string> without_tls_offer(std::string_view payload);

}  // namespace posthorn::net
