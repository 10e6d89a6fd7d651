// The small texts of a scenario, and the suggestions for names.
#include "sim/scenario/units.hpp"

#include "sim/scenario/json.hpp"
#include "sim/scenario/names.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::scenario;

TEST_CASE("durations have a number and a unit") {
  CHECK(parse_duration("8ms") == Duration(8ms));
  CHECK(parse_duration("1.5s") == Duration(1500ms));
  CHECK(parse_duration("2h") == Duration(2h));
  CHECK(parse_duration("3d") == Duration(72h));
  CHECK(parse_duration("0.25m") == Duration(15s));
  CHECK(parse_duration("7ns") == Duration(7));
  for (const char* bad : {"", "8", "ms", "8 ms", "-1s", "1e3s", ".5s", "1.s", "1.5ns", "1.2.3s",
                          "99999999999999999999s", "4000d", "8MS"}) {
    INFO(bad);
    CHECK_FALSE(parse_duration(bad));
  }
}

TEST_CASE("bandwidths are bits per second") {
  CHECK(parse_rate("56kbit/s") == 56'000u);
  CHECK(parse_rate("1.5Mbit/s") == 1'500'000u);
  CHECK(parse_rate("10Gbit/s") == 10'000'000'000u);
  CHECK(parse_rate("unlimited") == 0u);
  for (const char* bad : {"", "0bit/s", "100", "100Mb", "100mbit/s", "-1bit/s", "9999999Gbit/s"}) {
    INFO(bad);
    CHECK_FALSE(parse_rate(bad));
  }
}

TEST_CASE("dates are a day, or a moment with its offset") {
  const auto day = std::chrono::sys_days{std::chrono::year{2026} / 4 / 6};
  CHECK(parse_date("2026-04-06") == std::chrono::sys_seconds(day));
  CHECK(parse_date("2026-04-06T09:30Z") == day + 9h + 30min);
  CHECK(parse_date("2026-04-06T09:30:15+09:00") == day + 30min + 15s);
  CHECK(parse_date("2024-02-29").has_value());
  for (const char* bad :
       {"", "2026-02-29", "2026-4-6", "2026-04-06T", "2026-04-06T24:00Z", "2026-04-06T09:30",
        "2026-04-06T09:30:60Z", "1969-01-01", "2026-04-06T09:30+19:00", "2026-04-06T09:30:15Zz"}) {
    INFO(bad);
    CHECK_FALSE(parse_date(bad));
  }
}

TEST_CASE("base64 is whole groups of four") {
  CHECK(parse_base64("aGFuYW1p") == "hanami");
  CHECK(parse_base64("aGFu\nYW1p\nIQ==") == "hanami!");
  CHECK(parse_base64("").value() == "");
  for (const char* bad : {"a", "aGF", "aG=u", "====", "a===", "aGFu!", "IQ==IQ=="}) {
    INFO(bad);
    CHECK_FALSE(parse_base64(bad));
  }
}

TEST_CASE("names are checked as the net checks them") {
  CHECK(is_host_name("mail.sakura.example"));
  CHECK(is_host_name("aiko-laptop"));
  for (const char* bad : {"", ".", "a..b", "-a", "a-", "a.", "Mail", "a_b", "桜"})
    CHECK_FALSE(is_host_name(bad));
  CHECK_FALSE(is_host_name(std::string(64, 'a')));
  CHECK(is_address("aiko+list@sakura.example"));
  CHECK(is_address("愛子@sakura.example"));  // RFC 6531
  for (const char* bad : {"", "@", "aiko", "aiko@", "@x", "a..b@x", "a b@x", "愛 子@x"})
    CHECK_FALSE(is_address(bad));
}

TEST_CASE("a suggestion is offered only when it is near") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("exmaple", "example") == 1);  // neighbours swapped
  CHECK(nearest("latencey", {"loss", "latency", "jitter"}) == "latency");
  CHECK(nearest("colour", {"name", "user"}).empty());
  CHECK(nearest("same", {"same"}).empty());
}

TEST_CASE("strings are read as RFC 8259 writes them") {
  const auto read = [](const std::string& text) {
    const auto parsed = json::parse(text, "x");
    REQUIRE(parsed.value);
    CHECK(parsed.diagnostics.empty());
    return parsed.value->text;
  };
  CHECK(read(R"("\u611b\u5b50 \ud83c\udf38 \"\\\/\b\f\n\r\t")") == "愛子 🌸 \"\\/\b\f\n\r\t");
  CHECK(read("\xef\xbb\xbf\"after a byte order mark\"") == "after a byte order mark");
  for (const char* bad : {R"("\ud83c")", R"("\udf38")", R"("\u12g4")", R"("\x")", "\"\xc0\x80\"",
                          "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "\"a\tb\""}) {
    INFO(bad);
    CHECK_FALSE(json::parse(bad, "x").diagnostics.empty());
  }
}

TEST_CASE("numbers are read as RFC 8259 writes them") {
  for (const char* good : {"0", "-1", "1.5", "1e3", "1E-3", "-0.25"}) {
    const auto parsed = json::parse(good, "x");
    INFO(good);
    CHECK(parsed.diagnostics.empty());
    CHECK(parsed.value->kind == json::Kind::number);
  }
  for (const char* bad : {"01", "+1", ".5", "1.", "1.e3", "-", "0x10", "1e999", "NaN"}) {
    INFO(bad);
    CHECK_FALSE(json::parse(bad, "x").diagnostics.empty());
  }
}

TEST_CASE("names that DNS can be asked for may have underscores before their parts") {
  for (const char* good : {"_25._tcp.mail.kaede.example", "_dmarc.kaede.example", "kaede.example"})
    CHECK(is_dns_name(good));
  for (const char* bad : {"", "_", "a_b.example", "__a.example", "_.example", "A.example", "a..b"})
    CHECK_FALSE(is_dns_name(bad));
}
