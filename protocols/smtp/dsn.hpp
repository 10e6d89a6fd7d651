// What a sender wants to be told about a message's way: the parameters of RFC 3461. The reports
// themselves (RFC 3464) are messages, and the host's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace posthorn::smtp {

/// NOTIFY= of one recipient (RFC 3461 §4.1). All false: NEVER.
struct Notify {
  bool success = false;
  bool failure = false;
  bool delay = false;

  [[nodiscard]] bool never() const { return !success && !failure && !delay; }
  friend bool operator==(const Notify&, const Notify&) = default;
};
/// "NEVER", or "SUCCESS,FAILURE,DELAY" in any order and case, each once.
[[nodiscard]] std::optional<Notify> parse_notify(std::string_view value);
[[nodiscard]] std::string to_string(const Notify& notify);

/// RET= (RFC 3461 §4.3): how much of the message comes back in a report of failure.
enum class ReturnContent : std::uint8_t { unsaid, full, headers };
[[nodiscard]] std::optional<ReturnContent> parse_return(std::string_view value);

/// xtext (RFC 3461 §4): "+2B" for "+", "+3D" for "=", and for all that is not printable ASCII.
[[nodiscard]] std::optional<std::string> decode_xtext(std::string_view text);
[[nodiscard]] std::string encode_xtext(std::string_view text);

/// An address of any alphabet in ASCII (utf-8-addr-xtext, RFC 6533 §3): "\x{611B}@kaede.example".
[[nodiscard]] std::string encode_utf8_address(std::string_view address);
/// Also where UTF-8 stands in it as it is (utf-8-addr-unitext).
[[nodiscard]] std::optional<std::string> decode_utf8_address(std::string_view text);

/// ORCPT= (RFC 3461 §4.2): "rfc822;" and xtext, or "utf-8;" with the encoding of RFC 6533 §3. Gives
/// it decoded: "rfc822;ben@kaede.example".
[[nodiscard]] std::optional<std::string> parse_original_recipient(std::string_view value);
/// The way back, always ASCII.
[[nodiscard]] std::string encode_original_recipient(std::string_view original);

}  // namespace posthorn::smtp
