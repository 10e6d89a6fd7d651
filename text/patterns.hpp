// English sentences with holes, and their Japanese: for what programs say in English with names and
// figures in it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/trace/scene.hpp"

namespace posthorn::texts {

/// "{}" stands for anything, which is put into the Japanese in the same order; there "{2}" takes
/// the second whatever the order.
struct Sentence {
  std::string_view en, ja;
};

/// The Japanese of the first sentence that fits all of `english`, with what stood in its holes
/// translated by the same sentences; nullopt if none fits.
std::optional<std::string> translate(std::span<const Sentence> sentences, std::string_view english);
/// As it is, and translated; where no sentence fits, the same twice.
LocalText in_both(std::span<const Sentence> sentences, std::string_view english);

}  // namespace posthorn::texts
