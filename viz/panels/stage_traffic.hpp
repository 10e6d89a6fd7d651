// What moves on the stage: open connections, packets and letters on the links.
#pragma once

#include "viz/panels/stage_map.hpp"

namespace posthorn::viz {
/// The pictures of what is under way, around a point: the letter itself, a line of a conversation,
/// a question to the directory, a packet without words.
enum class Parcel : std::uint8_t { letter, line, question, empty };
void draw_parcel(ImDrawList* list, Parcel parcel, ImVec2 at, ImU32 color);
void draw_links(const Model& model, const StageMap& map);
/// Their middles can be clicked: the tap then listens there.
void tap_links(const Model& model, const StageMap& map, Commands& commands);
/// What is wrong just now: a sign at the host or the link, with its detail in short.
void draw_faults(const Model& model, const StageMap& map);
void draw_connections(const Model& model, const StageMap& map);
/// Each packet by itself, or, where there are too many to tell apart, as counted bundles.
void draw_flights(const Model& model, const StageMap& map);
}  // namespace posthorn::viz
