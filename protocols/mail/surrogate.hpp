// For readers without UTF-8 in headers: a message as RFC 6858 simplifies it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace posthorn::mail {

/// The message with ASCII headers, those of parts and of attached messages included; bodies stay as
/// they are. nullopt: no header holds UTF-8, and the message is its own surrogate.
///
/// Texts become encoded-words, parameters RFC 2231. An address beyond ASCII becomes one that is
/// invalid, and is told in the name; what can be told in no other way is left out. Raw 8-bit that
/// is no UTF-8 is no internationalized mail but a slip of the sender's, and stays.
[[nodiscard]] std::optional<std::string> surrogate(std::string_view message);

}  // namespace posthorn::mail
