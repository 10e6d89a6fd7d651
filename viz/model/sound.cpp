#include "viz/model/sound.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace posthorn::viz {
namespace {

using namespace trace;

void put(std::string& out, std::uint32_t value, int octets) {
  for (int i = 0; i < octets; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
}

/// Of a scale without half-tones (C D E G A), so that nothing clashes.
constexpr double kC = 523.25, kE = 659.26, kG = 783.99, kHighC = 1046.5;

std::vector<double> notes_of(Sound sound) {
  switch (sound) {
    case Sound::sent:
      return {kC, kG};
    case Sound::taken:
      return {kC};
    case Sound::stored:
      return {kG};
    case Sound::shown:
      return {kE, kG, kHighC};
    case Sound::waits:
      return {kG, kE};
    case Sound::returned:
      return {kG, kE, kC};
  }
  return {};
}

/// A bell: quickly there, slowly gone.
double bell(double frequency, double seconds) {
  constexpr double kAttack = 0.008, kDecay = 7;
  const double rise = std::min(1.0, seconds / kAttack), fall = std::exp(-kDecay * seconds);
  const double angle = 2 * std::numbers::pi * frequency * seconds;
  return rise * fall * (std::sin(angle) + 0.3 * std::sin(2 * angle));
}

}  // namespace

std::optional<Sound> sound_of(const Fact& fact) {
  if (std::holds_alternative<SendPressed>(fact)) return Sound::sent;
  if (std::holds_alternative<QueueAccepted>(fact)) return Sound::taken;
  if (std::holds_alternative<MailboxStored>(fact)) return Sound::stored;
  if (std::holds_alternative<MessageDisplayed>(fact)) return Sound::shown;
  if (std::holds_alternative<QueueDeferred>(fact)) return Sound::waits;
  if (std::holds_alternative<BounceCreated>(fact) || std::holds_alternative<ClientProblem>(fact))
    return Sound::returned;
  return std::nullopt;
}

std::optional<Sound> sound_between(const Trace& trace, std::uint32_t from, std::uint32_t to) {
  std::optional<Sound> best;
  for (std::uint32_t id = from + 1;
       id <= std::min<std::uint32_t>(to, static_cast<std::uint32_t>(trace.size())); ++id)
    if (const auto one = sound_of(trace[RecordId{id}].fact)) best = std::max(best, one);
  return best;
}

std::string wav_of(Sound sound) {
  constexpr double kApart = 0.11, kLong = 0.55, kLoud = 0.22;
  const std::vector<double> notes = notes_of(sound);
  const double length = kApart * static_cast<double>(notes.size() - 1) + kLong;
  const auto samples = static_cast<std::uint32_t>(length * kSampleRate);
  std::string out = "RIFF";
  put(out, 36 + samples * 2, 4);
  out += "WAVEfmt ";
  put(out, 16, 4);
  put(out, 1, 2);  // PCM
  put(out, 1, 2);  // channels
  put(out, kSampleRate, 4);
  put(out, kSampleRate * 2, 4);
  put(out, 2, 2);
  put(out, 16, 2);
  out += "data";
  put(out, samples * 2, 4);
  for (std::uint32_t i = 0; i < samples; ++i) {
    const double at = static_cast<double>(i) / kSampleRate;
    double sum = 0;
    for (std::size_t n = 0; n < notes.size(); ++n) {
      const double since = at - kApart * static_cast<double>(n);
      if (since >= 0) sum += bell(notes[n], since);
    }
    const double wave = std::clamp(sum * kLoud, -1.0, 1.0);
    put(out, static_cast<std::uint16_t>(static_cast<std::int16_t>(std::lround(wave * 32000))), 2);
  }
  return out;
}

}  // namespace posthorn::viz
