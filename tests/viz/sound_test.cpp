// Soft notes for what happens: off by default, the same octets every time, silent on jumps.
#include "viz/model/sound.hpp"

#include <set>

#include "tests/support/catch.hpp"
#include "tests/viz/harness.hpp"
#include "viz/app/program.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

std::uint32_t number(const std::string& bytes, std::size_t at, int octets) {
  std::uint32_t value = 0;
  for (int i = octets - 1; i >= 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  return value;
}

/// A program around the demo that notes what it was to play.
struct Listener {
  explicit Listener(bool can_play = true) {
    Services services;
    services.play = [this, can_play](Sound sound) {
      heard.push_back(sound);
      return can_play;
    };
    program = std::make_unique<Program>(std::move(services), Settings(""), Preferences{},
                                        std::make_shared<const trace::Trace>(demo()), "", false);
    frame();
  }
  void frame(double seconds = 0.2) {
    headless.frame(program->shell());
    program->after_frame(seconds);
  }
  Model& model() { return program->model(); }

  Headless headless{1200, 700};
  std::vector<Sound> heard;
  std::unique_ptr<Program> program;
};

}  // namespace

TEST_CASE("every sound is a WAV file that begins and ends in silence and is never clipped") {
  std::set<std::string> all;
  for (int i = 0; i < kSounds; ++i) {
    const std::string wav = wav_of(static_cast<Sound>(i));
    CHECK(wav.substr(0, 4) == "RIFF");
    CHECK(wav.substr(8, 8) == "WAVEfmt ");
    CHECK(number(wav, 4, 4) == wav.size() - 8);
    CHECK(number(wav, 20, 2) == 1);
    CHECK(number(wav, 24, 4) == kSampleRate);
    CHECK(number(wav, 40, 4) == wav.size() - 44);
    int loudest = 0;
    for (std::size_t at = 44; at + 1 < wav.size(); at += 2)
      loudest = std::max(loudest, std::abs(static_cast<std::int16_t>(number(wav, at, 2))));
    CHECK(loudest > 3000);
    CHECK(loudest < 30000);
    CHECK(std::abs(static_cast<std::int16_t>(number(wav, 44, 2))) < 50);
    CHECK(std::abs(static_cast<std::int16_t>(number(wav, wav.size() - 2, 2))) < 1500);
    CHECK(wav == wav_of(static_cast<Sound>(i)));
    all.insert(wav);
  }
  CHECK(all.size() == static_cast<std::size_t>(kSounds));
}

TEST_CASE("a story that is played is heard, if somebody wants that") {
  Listener off;
  apply(off.model(), SetSpeed{1});
  apply(off.model(), Play{});
  for (int i = 0; i < 60; ++i) off.frame();
  CHECK(off.heard.empty());

  Listener on;
  apply(on.model(), ToggleSound{});
  apply(on.model(), SetSpeed{1});
  apply(on.model(), Play{});
  for (int i = 0; i < 60; ++i) on.frame();
  REQUIRE_FALSE(on.heard.empty());
  CHECK(on.heard.front() == Sound::sent);
  CHECK(on.heard.back() == Sound::shown);
}

TEST_CASE("time that is turned back is silent") {
  Listener on;
  apply(on.model(), ToggleSound{});
  apply(on.model(), SeekEnd{});
  on.frame();
  on.heard.clear();
  apply(on.model(), SeekStart{});
  on.frame();
  CHECK(on.heard.empty());
}

TEST_CASE("where nothing can play it is said, once") {
  Listener deaf(false);
  apply(deaf.model(), ToggleSound{});
  apply(deaf.model(), SetSpeed{1});
  apply(deaf.model(), Play{});
  for (int i = 0; i < 60; ++i) deaf.frame();
  CHECK(deaf.heard.size() == 1);
  CHECK(deaf.model().notice.find("aplay") != std::string::npos);
}
