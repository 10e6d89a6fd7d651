// The parts of the replay (html.hpp) that are files of their own, compiled in.
#pragma once

#include <string_view>

namespace posthorn::exporting::replay {

extern const std::string_view css;
extern const std::string_view js;

}  // namespace posthorn::exporting::replay
