// The keyboard: which key gives which command. The help overlay lists the same keys.
#pragma once

#include <utility>
#include <vector>

#include "viz/model/model.hpp"

namespace posthorn::viz {

/// The commands of the keys pressed in this frame; none while somebody types into a field.
void read_keys(const Model& model, Commands& commands);

/// For the help: the keys' caps, and the interface word that says what they do.
struct KeyHelp {
  const char* caps;
  const char* word;
};
const std::vector<KeyHelp>& key_help();

}  // namespace posthorn::viz
