// Code points in and out of UTF-8 (RFC 3629). Whether a text is valid says charset.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace posthorn::mail {

/// The code point at `at`, which moves behind it; malformed bytes come out as U+FFFD, one at a
/// time.
[[nodiscard]] std::uint32_t next_code_point(std::string_view text, std::size_t& at);
/// `point` at most U+10FFFF.
void append_utf8(std::string& out, std::uint32_t point);

}  // namespace posthorn::mail
