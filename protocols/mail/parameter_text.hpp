// Parameters of Content-Type and Content-Disposition, written. Each begins with "; " and a fold.
#pragma once

#include <string>
#include <string_view>

namespace posthorn::mail {

/// name*=UTF-8''..., by RFC 2231 in as many pieces as it takes; no piece splits a character.
[[nodiscard]] std::string extended_parameter(std::string_view name, std::string_view utf8);
/// name="value"
[[nodiscard]] std::string quoted_parameter(std::string_view name, std::string_view ascii);

}  // namespace posthorn::mail
