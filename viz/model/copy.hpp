// What Ctrl+C takes along: the line that is explained, or the letter that is followed.
#pragma once

#include <string>

#include "viz/model/model.hpp"

namespace posthorn::viz {

/// The octets of a line of dialogue; of a packet its summary, of any other event its row's words;
/// "" before anything has happened.
std::string line_to_copy(const Model& model);
/// The same of a certain record.
std::string line_to_copy(const Model& model, RecordId record);
/// The letter at the station where it is now, header and body as they cross the wire; "" for none.
std::string letter_to_copy(const Model& model);

}  // namespace posthorn::viz
