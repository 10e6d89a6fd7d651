#include "protocols/dns/name.hpp"

#include "tests/support/catch.hpp"

namespace posthorn::dns {
namespace {

Name name(std::string_view text) { return Name::parse(text).value(); }

TEST_CASE("a name is its labels, with or without the final dot") {
  CHECK(name("mail.kaede.example").labels() ==
        std::vector<std::string>{"mail", "kaede", "example"});
  CHECK(name("mail.kaede.example.") == name("mail.kaede.example"));
  CHECK(name("mail.kaede.example.").to_string() == "mail.kaede.example");
  CHECK(name(".").is_root());
  CHECK(name("").to_string() == ".");
  CHECK(name("a.b.c").label_count() == 3);
  CHECK(name("mail.kaede.example").parent() == name("kaede.example"));
  CHECK(name(".").parent() == name("."));
  CHECK(name("kaede.example").child("*").value().to_string() == "*.kaede.example");
}

TEST_CASE("names differ in more than case (RFC 4343)") {
  CHECK(name("Mail.KAEDE.example") == name("mail.kaede.EXAMPLE"));
  CHECK(name("Mail.KAEDE.example").to_string() == "Mail.KAEDE.example");
  CHECK(name("kaede.example") != name("kaede.examplf"));
  CHECK_FALSE(name("A.example") < name("a.example"));
  // '[' lies 32 below '{', like 'A' and 'a', but is no letter.
  CHECK(name("[.example") != name("{.example"));
}

TEST_CASE("canonical order sorts by labels from the right (RFC 4034 §6.1)") {
  const char* const sorted[] = {"example",         "a.example",      "yljkjljk.a.example",
                                "Z.a.example",     "zABC.a.EXAMPLE", "z.example",
                                "\\001.z.example", "*.z.example",    "\\200.z.example"};
  for (std::size_t i = 0; i + 1 < std::size(sorted); ++i) {
    CAPTURE(sorted[i], sorted[i + 1]);
    CHECK(name(sorted[i]) < name(sorted[i + 1]));
  }
}

TEST_CASE("being below a name is decided label by label") {
  CHECK(name("mail.kaede.example").is_at_or_below(name("kaede.EXAMPLE")));
  CHECK(name("kaede.example").is_at_or_below(name("kaede.example")));
  CHECK(name("kaede.example").is_at_or_below(name(".")));
  CHECK_FALSE(name("kaede.example").is_at_or_below(name("mail.kaede.example")));
  CHECK_FALSE(name("xkaede.example").is_at_or_below(name("kaede.example")));
  // The label "x\005kaede" ends with the very octets of "kaede.example" on the wire.
  CHECK_FALSE(name("x\\005kaede.example").is_at_or_below(name("kaede.example")));
}

TEST_CASE("limits: 63 octets a label, 255 a name") {
  CHECK(Name::parse(std::string(63, 'a')).ok());
  CHECK_FALSE(Name::parse(std::string(64, 'a')).ok());
  std::string longest;
  for (int i = 0; i < 127; ++i) longest += "a.";
  CHECK(Name::parse(longest).value().wire().size() + 1 == 255);
  CHECK_FALSE(Name::parse(longest + "a.").ok());
  CHECK_FALSE(Name::parse(longest).value().child("a").ok());
  CHECK_FALSE(Name::parse("a..b").ok());
  CHECK_FALSE(Name::parse(".a").ok());
}

TEST_CASE("escapes survive a round trip") {
  for (const char* const text : {"a\\.b.example", "\\000\\255.x", "back\\\\slash", "\\032"})
    CHECK(name(text).to_string() == text);
  CHECK(name("a\\.b.example").label_count() == 2);
  CHECK_FALSE(Name::parse("a\\").ok());
  CHECK_FALSE(Name::parse("a\\25").ok());
  CHECK_FALSE(Name::parse("a\\256").ok());
}

}  // namespace
}  // namespace posthorn::dns
