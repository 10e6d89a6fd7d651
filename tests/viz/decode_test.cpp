// Packets taken apart: every octet of every packet of every lesson has a name.
#include <algorithm>
#include <random>

#include "sim/scenario/load.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"
#include "viz/model/decode.hpp"
#include "viz/model/decode_layers.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

std::string value_of(const Decoded& packet, const std::string& label) {
  for (const Field& field : packet.fields)
    if (field.label.en == label) return field.value;
  return "there is no " + label;
}

/// The first packet whose summary begins so.
Decoded packet_that_says(const trace::Trace& trace, const std::string& start) {
  for (const PacketRow& row : packet_rows(trace))
    if (packet_summary(trace, row.record).rfind(start, 0) == 0)
      return decode_packet(trace, row.record);
  FAIL("no packet says " << start);
  return {};
}

}  // namespace

TEST_CASE("Every octet of every packet of every lesson belongs to a field") {
  for (const auto& file : tests::shipped_scenarios()) {
    const trace::Trace& trace = lesson(file.stem().string());
    const std::vector<PacketRow> rows = packet_rows(trace);
    const std::size_t stride = std::max<std::size_t>(1, rows.size() / 600);
    for (std::size_t i = 0; i < rows.size(); i += stride) {
      const PacketRow& row = rows[i];
      const Decoded packet = decode_packet(trace, row.record);
      INFO(file.stem().string() << " record " << row.record.value);
      REQUIRE(packet.frame.size() >= 42);
      std::uint32_t covered = 0;
      for (const Field& field : packet.fields) {
        REQUIRE(field.begin <= field.end);
        REQUIRE(field.end <= packet.frame.size());
        CHECK_FALSE(field.bad);
        CHECK_FALSE(field.label.en.empty());
        CHECK_FALSE(field.label.ja.empty());
        if (field.depth != 0) continue;
        CHECK(field.begin == covered);  // the layers stand one behind the other
        covered = field.end;
      }
      CHECK(covered == packet.frame.size());
      CHECK_FALSE(packet_summary(trace, row.record).empty());
    }
  }
}

TEST_CASE("The fields say what the packet says") {
  const trace::Trace& trace = lesson("first-letter");
  const Decoded greeting = packet_that_says(trace, "220 mail.kaede.example");
  CHECK(value_of(greeting, "Source port") == "25");
  CHECK(value_of(greeting, "Source address") == "198.51.100.10");
  CHECK(value_of(greeting, "Flags") == "ACK, PSH");
  CHECK(value_of(greeting, "Code") == "220");
  CHECK(value_of(greeting, "Text") == " mail.kaede.example ESMTP Posthorn");
  const Decoded syn = packet_that_says(trace, "SYN");
  CHECK(value_of(syn, "Option: largest segment") == "1460");
  CHECK(value_of(syn, "Option: window scale") == "× 8");
  const Decoded question = packet_that_says(trace, "MX ? kaede.example");
  CHECK(value_of(question, "Question") == "MX? kaede.example");
  CHECK(value_of(question, "Destination port") == "53");
  const Decoded answer = packet_that_says(trace, "MX kaede.example = 1 answer");
  CHECK(value_of(answer, "Answer") == "MX kaede.example = 10 mail.kaede.example");
  const Decoded letter = packet_that_says(trace, "Received: from aiko-laptop");
  CHECK(value_of(letter, "Subject").rfind(" =?UTF-8?B?", 0) == 0);
}

TEST_CASE("What a handshake says in clear is told field by field") {
  const trace::Trace& sealed = lesson("sealed");
  const auto extension = [](const Decoded& packet, const std::string& name) {
    for (const Field& field : packet.fields)
      if (field.label.en == "Extension" && field.value.starts_with(name)) return field.value;
    return "there is no " + name;
  };
  const Decoded client = packet_that_says(sealed, "TLS: ClientHello");
  CHECK(value_of(client, "Message") == "ClientHello");
  CHECK(value_of(client, "Version (legacy)") == "TLS 1.2");
  CHECK(value_of(client, "Cipher suites").starts_with("TLS_AES_256_GCM_SHA384, "));
  CHECK(extension(client, "server_name") == "server_name: mail.sakura.example");
  CHECK(extension(client, "supported_versions") == "supported_versions: TLS 1.3, TLS 1.2");
  CHECK(extension(client, "key_share").starts_with("key_share: x25519 "));
  const Decoded server = packet_that_says(sealed, "TLS: ServerHello");
  CHECK(value_of(server, "Cipher suite") == "TLS_AES_256_GCM_SHA384");
  CHECK(extension(server, "supported_versions") == "supported_versions: TLS 1.3");
  CHECK(extension(server, "key_share").starts_with("key_share: x25519 "));
}

TEST_CASE("An octet's field is the deepest one around it") {
  const trace::Trace& trace = lesson("first-letter");
  const Decoded packet = packet_that_says(trace, "EHLO aiko-laptop");
  const std::size_t at = packet.frame.find("aiko-laptop");
  const int found = field_at(packet.fields, static_cast<std::uint32_t>(at));
  REQUIRE(found >= 0);
  CHECK(packet.fields[static_cast<std::size_t>(found)].label.en == "Arguments");
  CHECK(field_at(packet.fields, static_cast<std::uint32_t>(packet.frame.size())) == -1);
}

TEST_CASE("Lost packets and those that are sent again are known") {
  scenario::LoadResult loaded =
      scenario::load_file((tests::kSource / "scenarios/first-letter.json").string());
  REQUIRE(loaded.ok());
  for (scenario::Link& link : loaded.scenario->links) link.loss = 0.15;
  const trace::Trace trace = world::run_scenario(*loaded.scenario);
  std::size_t lost = 0, again = 0;
  for (const PacketRow& row : packet_rows(trace)) {
    lost += row.fate == Fate::lost;
    again += row.again;
  }
  CHECK(lost > 3);
  CHECK(again > 0);
}

TEST_CASE("Any octets can be taken apart") {
  std::mt19937 random(7);
  const trace::Trace& trace = lesson(GENERATE(as<std::string>(), "first-letter", "sealed"));
  const auto rows = packet_rows(trace);
  for (int round = 0; round < 3000; ++round) {
    std::string frame = decode_packet(trace, rows[random() % rows.size()].record).frame;
    for (std::size_t i = random() % 12; i > 0; --i)
      frame[random() % frame.size()] = static_cast<char>(random());
    frame.resize(random() % (frame.size() + 1));
    const auto protocol = static_cast<Protocol>(random() % 7);
    for (const Field& field : decode_frame(frame, protocol, random() % 2 == 0)) {
      REQUIRE(field.begin <= field.end);
      REQUIRE(field.end <= frame.size());
    }
  }
}

TEST_CASE("A name that points at itself, forwards, or nowhere makes no sense and no harm") {
  std::uint32_t used = 0;
  CHECK(dns_name(std::string("\xC0\x00", 2), 0, used).empty());
  CHECK(dns_name(std::string("\xC0\x05", 2), 0, used).empty());
  CHECK(dns_name(std::string("\x05"
                             "ab",
                             3),
                 0, used)
            .empty());
  CHECK(dns_name("", 0, used).empty());
  CHECK(dns_name(std::string("\x01\x61\x00", 3), 0, used) == "a");
  CHECK(used == 3);
}

TEST_CASE("The packet view marks the octets of a field, and the field of an octet") {
  const trace::Trace& trace = lesson("first-letter");
  Harness h(1600, 900, trace);
  apply(h.model, SeekTime{Instant{} + 2s});
  apply(h.model, SetView{View::packets});
  h.model.tall_dock = true;
  h.headless.frame();
  h.headless.frame();
  REQUIRE(find_mark("field-0") != nullptr);
  REQUIRE(find_mark("field-1") != nullptr);
  const Image before = h.headless.picture();
  h.click("field-1");  // pinned: it stays marked when the pointer leaves
  h.headless.frame();
  CHECK(h.headless.picture().pixels != before.pixels);
  const Mark first = h.find("octets-first");
  inject_mouse_position(first.min.x + (first.max.x - first.min.x) * 0.15f,
                        (first.min.y + first.max.y) / 2);
  h.headless.frame();
  h.headless.frame();
  CHECK(h.headless.picture().pixels != before.pixels);
  std::string packet;
  for (const Mark& m : marks())
    if (packet.empty() && m.name.rfind("packet-", 0) == 0) packet = m.name;
  h.click(packet);
  const auto index = static_cast<std::size_t>(std::stoul(packet.substr(7)));
  CHECK(h.model.selection.record == packet_rows(trace)[index].record);
}
