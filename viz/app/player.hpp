// Plays short sounds through whatever program for that the desktop has.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "viz/model/sound.hpp"

namespace posthorn::viz {

class Player {
 public:
  Player() = default;
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  /// Begins to play and returns at once; false where no player is installed (pw-play, paplay,
  /// aplay) or nothing can be written for it to read.
  bool play(Sound sound);

 private:
  const std::string& file_of(Sound sound);
  void bury();

  std::string folder_;  ///< of our own; gone at the end
  std::map<Sound, std::string> files_;
  std::vector<int> children_;
};

}  // namespace posthorn::viz
