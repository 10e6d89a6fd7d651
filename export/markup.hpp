// Small helpers for what is written as XML or HTML.
#pragma once

#include <string>
#include <string_view>

#include "sim/trace/ids.hpp"

namespace posthorn::exporting {

/// Safe between tags and in quoted attributes.
std::string escape_markup(std::string_view text);
/// About how wide a text is in a monospace font, in widths of "m": Japanese counts twice.
std::size_t columns(std::string_view text);
/// "#0072b2": the protocol's colour on a light ground; from Okabe and Ito, darkened until text in
/// it can be read (WCAG AA).
std::string_view colour_of(Protocol protocol);

}  // namespace posthorn::exporting
