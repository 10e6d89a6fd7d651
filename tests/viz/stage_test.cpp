// The stage: cards keep apart for 2 to 40 hosts, and connections follow the links.
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"
#include "text/text.hpp"
#include "viz/model/layout.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::texts;
using namespace posthorn::viz::test;

namespace {

/// Domains of a server and up to three people each, around one router and one name server.
trace::Scene scene_of(std::size_t hosts) {
  trace::Scene scene;
  const auto add = [&](std::string name, trace::HostKind kind, std::string domain) {
    trace::SceneHost host;
    host.label = {name, name};
    host.name = std::move(name);
    host.kind = kind;
    host.domain = std::move(domain);
    if (kind == trace::HostKind::client) host.user = host.name + "@" + host.domain;
    scene.hosts.push_back(std::move(host));
  };
  add("internet", trace::HostKind::router, "");
  add("ns.example", trace::HostKind::name_server, "");
  for (std::size_t town = 0; scene.hosts.size() < hosts; ++town) {
    const std::string domain = "town" + std::to_string(town) + ".example";
    add("mail." + domain, trace::HostKind::mail_server, domain);
    for (int person = 0; person < 3 && scene.hosts.size() < hosts; ++person)
      add("pc" + std::to_string(person) + "." + domain, trace::HostKind::client, domain);
  }
  scene.hosts.resize(hosts);
  for (std::uint32_t i = 2; i <= hosts; ++i) scene.links.push_back({HostId{1}, HostId{i}, 5ms, 0});
  return scene;
}

std::vector<Mark> cards() {
  std::vector<Mark> found;
  for (const Mark& mark : marks())
    if (mark.name.rfind("host:", 0) == 0) found.push_back(mark);
  return found;
}

void check_apart(const std::vector<Mark>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i + 1; k < all.size(); ++k) {
      INFO(all[i].name << " and " << all[k].name);
      const bool apart = all[i].max.x <= all[k].min.x || all[k].max.x <= all[i].min.x ||
                         all[i].max.y <= all[k].min.y || all[k].max.y <= all[i].min.y;
      CHECK(apart);
    }
}

}  // namespace

TEST_CASE("Cards of 2 to 40 hosts never overlap and never leave the stage") {
  for (const std::size_t hosts : {2u, 3u, 6u, 9u, 14u, 20u, 27u, 33u, 40u}) {
    INFO(hosts << " hosts");
    const trace::Trace trace(scene_of(hosts));
    Harness h(1600, 900, trace);
    const std::vector<Mark> all = cards();
    REQUIRE(all.size() == hosts);
    check_apart(all);
    const Mark& stage = h.find("panel-stage");
    for (const Mark& card : all) {
      CHECK(card.min.x >= stage.min.x);
      CHECK(card.max.x <= stage.max.x);
      CHECK(card.min.y >= stage.min.y);
      CHECK(card.max.y <= stage.max.y);
    }
  }
}

TEST_CASE("Cards of the shipped scenarios keep apart, with the mail program open and without") {
  for (const char* name : {"first-letter", "two-mailboxes", "mx-fallback"}) {
    const trace::Trace& trace = lesson(name);
    for (const auto& [width, height] : {std::pair{1280, 720}, std::pair{1920, 1080}}) {
      Harness h(width, height, trace);
      INFO(name << " " << width << "x" << height);
      check_apart(cards());
      h.press(Key::end);
      check_apart(cards());
    }
  }
}

TEST_CASE("The scenario's positions say where hosts stand") {
  trace::Scene scene = scene_of(4);
  scene.hosts[0].position = {{0.0, 0.0}};
  scene.hosts[1].position = {{1.0, 0.0}};
  scene.hosts[2].position = {{0.0, 1.0}};
  scene.hosts[3].position = {{1.0, 1.0}};
  const StageLayout layout = lay_out(scene);
  CHECK(layout.hosts[0][0] < layout.hosts[1][0]);
  CHECK(layout.hosts[0][1] < layout.hosts[2][1]);
  CHECK(layout.hosts[3][0] == layout.hosts[1][0]);
}

TEST_CASE("A connection is drawn along the links that are up") {
  trace::Scene scene = scene_of(4);  // 1 is in the middle of a star
  scene.links.push_back({HostId{2}, HostId{3}, 1ms, 0});
  std::vector<bool> up(scene.links.size(), true);
  CHECK(way_between(scene, up, HostId{2}, HostId{4}) ==
        std::vector<HostId>{HostId{2}, HostId{1}, HostId{4}});
  CHECK(way_between(scene, up, HostId{2}, HostId{3}) == std::vector<HostId>{HostId{2}, HostId{3}});
  up.back() = false;
  CHECK(way_between(scene, up, HostId{2}, HostId{3}) ==
        std::vector<HostId>{HostId{2}, HostId{1}, HostId{3}});
  up.assign(up.size(), false);
  CHECK(way_between(scene, up, HostId{2}, HostId{3}) == std::vector<HostId>{HostId{2}, HostId{3}});
}

TEST_CASE("The mail program opens for the writer, steps aside, and opens for the reader") {
  const trace::Trace& trace = lesson("first-letter");
  Harness h(1600, 900, trace);
  CHECK(find_mark("client-window") != nullptr);
  CHECK(find_mark("send") != nullptr);
  h.click("send");
  h.click("step-4");  // the letter is between the servers, and then in the mailbox
  CHECK(find_mark("client-window") == nullptr);
  CHECK(find_mark("send") == nullptr);
  h.press(Key::end);
  CHECK(find_mark("client-window") != nullptr);
}

TEST_CASE("Every event of the shipped scenarios is explained in both languages") {
  for (const auto& file : tests::shipped_scenarios()) {
    const trace::Trace& trace = lesson(file.stem().string());
    for (const trace::Record& record : trace.records()) {
      const auto words = explain(trace, record);
      INFO(file.stem().string() << ": " << explanation_keys(trace, record).front());
      CHECK(words.title.en != "An event");
      CHECK_FALSE(words.title.ja.empty());
      CHECK_FALSE(words.text.en.empty());
      CHECK_FALSE(words.text.ja.empty());
    }
  }
}
