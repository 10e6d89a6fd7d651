// A saved trace is the trace: read back it has the same digest and writes the same bytes.
#include "sim/trace/trace_json.hpp"

#include "sim/scenario/load.hpp"
#include "sim/world/world.hpp"
#include "tests/support/golden.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

std::string error_of(std::string_view text) {
  const auto read = trace::read_json(text);
  return read ? "no error" : read.error().message;
}

std::string small_trace() {
  trace::Scene scene;
  trace::SceneHost host;
  host.name = "pc";
  scene.hosts.push_back(host);
  trace::Trace trace(scene);
  trace.append(Instant{} + 1s, trace::SendPressed{HostId{1}});
  return trace::write_json(trace);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("Every shipped scenario's trace comes back byte for byte") {
  for (const auto& file : shipped_scenarios()) {
    const auto loaded = scenario::load_file(file.string());
    REQUIRE(loaded.ok());
    const trace::Trace trace = world::run_scenario(*loaded.scenario);
    const std::string text = trace::write_json(trace);
    CHECK(trace::looks_like_trace(text));
    const auto read = trace::read_json(text);
    INFO((read ? std::string() : read.error().message));
    REQUIRE(read);
    CHECK(read->digest() == trace.digest());
    CHECK(trace::write_json(*read) == text);
  }
}

TEST_CASE("A broken trace says where it is broken") {
  const std::string good = small_trace();
  REQUIRE(trace::read_json(good));
  CHECK(error_of("") != "no error");
  CHECK(error_of("{}") != "no error");
  CHECK(error_of(good.substr(0, good.size() / 2)) != "no error");
  const std::string unknown = error_of(replaced(good, "send-pressed", "send-prest"));
  CHECK(unknown.find("record 1") != std::string::npos);
  CHECK(unknown.find("send-prest") != std::string::npos);
  CHECK(error_of(replaced(good, "\"host\":1", "\"host\":7")).find("record 1") != std::string::npos);
}

TEST_CASE("Numbers of a trace are whole, and no larger than what they are for") {
  const auto complains = [](const std::string& before, const std::string& after) {
    return error_of(replaced(small_trace(), before, after)).find("number") != std::string::npos;
  };
  for (const std::string number : {"1.5", "1e99", "-1", "4294967297", "\"1\"", "true", "null"}) {
    INFO(number);
    CHECK(complains("\"host\":1", "\"host\":" + number));
    CHECK(complains("\"host\":1", "\"step\":" + number + ",\"host\":1"));
  }
  CHECK(complains("\"posthorn-trace\": 1", "\"posthorn-trace\": 1e99"));
  CHECK_FALSE(
      complains("\"posthorn-trace\": 1", "\"posthorn-trace\": 4294967297"));  // another kind
}

TEST_CASE("A trace that was changed by hand is noticed by its digest") {
  CHECK(error_of(replaced(small_trace(), "1000000000", "1000000001")).find("digest") !=
        std::string::npos);
}
