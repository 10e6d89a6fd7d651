// What the menu for saving offers, and what a click there asks for.
#pragma once

#include <string_view>
#include <vector>

#include "viz/model/model.hpp"

namespace posthorn::viz {

/// Model::save_what.
enum SaveWhat : int { save_all, save_talk, save_letter, save_host, save_time };

/// The names of all forms, as `posthorn export --format` has them.
std::vector<std::string_view> forms_to_save();
/// Pictures and films: a matter of the program around the window, and of some time.
bool is_picture(std::string_view form);
/// The host that is chosen, or that the focused record is about; none if there is none.
HostId host_to_save(const Model& model);
/// The looped span if there is one; else all until now.
std::pair<Instant, Instant> time_to_save(const Model& model);
/// What is selected, in the words of the export room, as far as the form knows parts.
Export what_to_save(const Model& model, std::string_view form);

}  // namespace posthorn::viz
