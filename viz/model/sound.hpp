// Soft notes for what happens, for those who want them: off by default.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/trace/trace.hpp"

namespace posthorn::viz {

/// In the order of what is more worth hearing where several happen at once.
enum class Sound : std::uint8_t {
  sent,     ///< Send is pressed: two notes upwards
  taken,    ///< a server took the letter over: one low note
  stored,   ///< it is in a mailbox: one high note
  shown,    ///< its reader sees it: three notes upwards
  waits,    ///< it could not be delivered for now: two notes downwards
  returned  ///< it comes back: three notes downwards
};
inline constexpr int kSounds = 6;

/// What is heard of a fact; most are silent.
std::optional<Sound> sound_of(const trace::Fact& fact);
/// The one that counts most of those in (from, to]; none where nothing sounds.
std::optional<Sound> sound_between(const trace::Trace& trace, std::uint32_t from, std::uint32_t to);

/// A WAV file (RIFF, PCM, 16 bit, one channel, kSampleRate): the same octets every time.
std::string wav_of(Sound sound);
inline constexpr std::uint32_t kSampleRate = 22050;

}  // namespace posthorn::viz
