#include "protocols/dns/zone.hpp"

#include "tests/protocols/dns/internet.hpp"
#include "tests/support/catch.hpp"

namespace posthorn::dns {
namespace {

using namespace testing;
using Kind = ZoneAnswer::Kind;

std::shared_ptr<const Zone> kaede() {
  return zone(
      "kaede.example",
      {ns("kaede.example", "ns.kaede.example"), mx("kaede.example", 10, "mail.kaede.example"),
       mx("kaede.example", 20, "mx.elsewhere.example"), a("ns.kaede.example", "192.0.2.53"),
       a("mail.kaede.example", "192.0.2.25"), aaaa("mail.kaede.example", "2001:db8::25"),
       cname("smtp.kaede.example", "mail.kaede.example"),
       cname("www.kaede.example", "web.elsewhere.example"),
       cname("loop1.kaede.example", "loop2.kaede.example"),
       cname("loop2.kaede.example", "loop1.kaede.example"),
       a("deep.empty.kaede.example", "192.0.2.77"),
       mx("*.guests.kaede.example", 10, "mail.kaede.example"),
       a("known.guests.kaede.example", "192.0.2.78"),
       ns("lab.kaede.example", "ns.lab.kaede.example"), a("ns.lab.kaede.example", "192.0.2.99")});
}

TEST_CASE("a name with records of the type") {
  const ZoneAnswer answer = kaede()->lookup(name("KAEDE.example"), RecordType::mx);
  CHECK(answer.kind == Kind::found);
  CHECK(answer.answers.size() == 2);
  CHECK(answer.authority.empty());
}

TEST_CASE("NODATA is not NXDOMAIN") {
  const auto nodata = kaede()->lookup(name("mail.kaede.example"), RecordType::mx);
  CHECK(nodata.kind == Kind::nodata);
  Record soa = kaede()->soa();
  soa.ttl = 60;  // for as long as "no" may be remembered (RFC 2308 §3)
  CHECK(nodata.authority == std::vector<Record>{soa});
  CHECK(kaede()->lookup(name("nobody.kaede.example"), RecordType::mx).kind == Kind::nxdomain);
  // There is something below it, so the name itself exists (RFC 8020).
  CHECK(kaede()->lookup(name("empty.kaede.example"), RecordType::a).kind == Kind::nodata);
}

TEST_CASE("CNAMEs are followed inside the zone") {
  const ZoneAnswer inside = kaede()->lookup(name("smtp.kaede.example"), RecordType::a);
  CHECK(inside.kind == Kind::found);
  REQUIRE(inside.answers.size() == 2);
  CHECK(to_text(inside.answers[0]) == "smtp.kaede.example 300 CNAME mail.kaede.example");
  CHECK(to_text(inside.answers[1]) == "mail.kaede.example 300 A 192.0.2.25");
  const ZoneAnswer outside = kaede()->lookup(name("www.kaede.example"), RecordType::a);
  CHECK(outside.kind == Kind::alias);
  CHECK(outside.target == name("web.elsewhere.example"));
  const ZoneAnswer itself = kaede()->lookup(name("www.kaede.example"), RecordType::cname);
  CHECK(itself.kind == Kind::found);
  CHECK(kaede()->lookup(name("loop1.kaede.example"), RecordType::a).kind == Kind::alias);
  CHECK(kaede()->lookup(name("smtp.kaede.example"), RecordType::txt).kind == Kind::nodata);
}

TEST_CASE("below a cut the zone only refers, with glue") {
  const ZoneAnswer answer = kaede()->lookup(name("printer.lab.kaede.example"), RecordType::a);
  CHECK(answer.kind == Kind::referral);
  REQUIRE(answer.authority.size() == 1);
  CHECK(to_text(answer.authority[0]) == "lab.kaede.example 3600 NS ns.lab.kaede.example");
  REQUIRE(answer.additional.size() == 1);
  CHECK(to_text(answer.additional[0]) == "ns.lab.kaede.example 300 A 192.0.2.99");
  CHECK(kaede()->lookup(name("lab.kaede.example"), RecordType::ns).kind == Kind::referral);
  CHECK(kaede()->lookup(name("kaede.example"), RecordType::ns).kind == Kind::found);
}

TEST_CASE("what is written below a cut is hidden by it") {
  const auto made = zone("kaede.example", {ns("lab.kaede.example", "ns.sakura.example"),
                                           ns("far.lab.kaede.example", "ns.momiji.example"),
                                           a("host.lab.kaede.example", "192.0.2.1")});
  for (const char* const host : {"host.lab.kaede.example", "x.far.lab.kaede.example"}) {
    const ZoneAnswer answer = made->lookup(name(host), RecordType::a);
    CHECK(answer.kind == Kind::referral);
    REQUIRE(answer.authority.size() == 1);
    CHECK(answer.authority[0].name == name("lab.kaede.example"));
  }
}

TEST_CASE("a wildcard stands for names that do not exist (RFC 4592)") {
  const ZoneAnswer answer = kaede()->lookup(name("aiko.guests.kaede.example"), RecordType::mx);
  CHECK(answer.kind == Kind::found);
  REQUIRE(answer.answers.size() == 1);
  CHECK(answer.answers[0].name == name("aiko.guests.kaede.example"));
  CHECK(kaede()->lookup(name("a.b.guests.kaede.example"), RecordType::mx).kind == Kind::found);
  CHECK(kaede()->lookup(name("aiko.guests.kaede.example"), RecordType::a).kind == Kind::nodata);
  // A name that exists is not covered, nor is what lies below it.
  CHECK(kaede()->lookup(name("known.guests.kaede.example"), RecordType::mx).kind == Kind::nodata);
  CHECK(kaede()->lookup(name("x.known.guests.kaede.example"), RecordType::mx).kind ==
        Kind::nxdomain);
}

TEST_CASE("the sample zone of RFC 4592 §2.2.1") {
  const auto txt = [](std::string_view owner, std::string_view text) {
    return Record{name(owner), 300, Txt{{std::string(text)}}};
  };
  const Record ssh{name("_ssh._tcp.host1.example"), 300, Srv{0, 0, 22, name("host1.example")}};
  const Record ssh2{name("_ssh._tcp.host2.example"), 300, Srv{0, 0, 22, name("host2.example")}};
  const auto example =
      zone("example",
           {ns("example", "ns.example.com"), txt("*.example", "this is a wildcard"),
            mx("*.example", 10, "host1.example"), txt("sub.*.example", "this is not a wildcard"),
            a("host1.example", "192.0.2.1"), ssh, ssh2, ns("subdel.example", "ns.example.com")});
  const auto kind = [&](std::string_view what, RecordType type) {
    return example->lookup(name(what), type).kind;
  };
  CHECK(kind("host3.example", RecordType::mx) == Kind::found);
  CHECK(kind("host3.example", RecordType::a) == Kind::nodata);
  CHECK(kind("foo.bar.example", RecordType::txt) == Kind::found);
  CHECK(kind("host1.example", RecordType::mx) == Kind::nodata);
  CHECK(kind("sub.*.example", RecordType::mx) == Kind::nodata);
  CHECK(kind("_telnet._tcp.host1.example", RecordType::srv) == Kind::nxdomain);
  CHECK(kind("host.subdel.example", RecordType::a) == Kind::referral);
  CHECK(kind("ghost.*.example", RecordType::mx) == Kind::nxdomain);
  CHECK(kind("*.example", RecordType::mx) == Kind::found);
}

TEST_CASE("a zone that cannot be is refused") {
  const auto why = [](Record record) {
    const auto made =
        Zone::make(name("kaede.example"), Soa{},
                   {cname("www.kaede.example", "h.kaede.example"), std::move(record)});
    return made.ok() ? std::string("accepted") : made.error().message;
  };
  CHECK(why(a("h.kaede.example", "192.0.2.1")) == "accepted");
  CHECK(why(a("h.sakura.example", "192.0.2.1")) ==
        "h.sakura.example 300 A 192.0.2.1: the name is not in the zone kaede.example");
  CHECK(why(a("www.kaede.example", "192.0.2.1")) ==
        "www.kaede.example 300 CNAME h.kaede.example: a CNAME stands alone at its name (RFC 1034 "
        "§3.6.2)");
  CHECK(why(cname("www.kaede.example", "i.kaede.example")) ==
        "www.kaede.example 300 CNAME h.kaede.example: a second CNAME at this name");
  CHECK(why({name("h.kaede.example"), 1, A{ip("2001:db8::1")}}) ==
        "h.kaede.example 1 A 2001:db8::1: an A record holds an IPv4 address");
  CHECK(why({name("kaede.example"), 1, Soa{}}).ends_with("a zone has one SOA only"));
}

TEST_CASE("of a set of records the shortest TTL counts for all (RFC 2181 §5.2)") {
  const auto made = zone("kaede.example", {mx("kaede.example", 10, "mail.kaede.example", 3600),
                                           mx("kaede.example", 30, "spare.kaede.example", 300),
                                           a("kaede.example", "192.0.2.25", 7200),
                                           mx("www.kaede.example", 10, "mail.kaede.example", 60)});
  const auto ttls = [&](std::string_view host, RecordType type) {
    std::vector<std::uint32_t> all;
    for (const Record& record : made->lookup(name(host), type).answers) all.push_back(record.ttl);
    return all;
  };
  CHECK(ttls("kaede.example", RecordType::mx) == std::vector<std::uint32_t>{300, 300});
  // Another type and another name are other sets.
  CHECK(ttls("kaede.example", RecordType::a) == std::vector<std::uint32_t>{7200});
  CHECK(ttls("www.kaede.example", RecordType::mx) == std::vector<std::uint32_t>{60});
}

}  // namespace
}  // namespace posthorn::dns
