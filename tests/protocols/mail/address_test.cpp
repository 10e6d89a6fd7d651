#include "protocols/mail/address.hpp"

#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

/// "name|local|domain" of every mailbox, groups as "name:( ... )".
std::string read(std::string_view field) {
  std::string out;
  const auto show = [&](const Mailbox& m) {
    out += "[" + m.display_name + "|" + m.local_part + "|" + m.domain + "]";
  };
  for (const Address& address : parse_address_list(field)) {
    if (address.is_group) out += address.group_name + ":(";
    for (const Mailbox& mailbox : address.mailboxes) show(mailbox);
    if (address.is_group) out += ")";
  }
  return out;
}

}  // namespace

TEST_CASE("Strict addresses of SMTP paths") {
  const auto plain = AddrSpec::parse("aiko@sakura.example");
  REQUIRE(plain);
  CHECK(plain->local == "aiko");
  CHECK(plain->domain == "sakura.example");
  const auto quoted = AddrSpec::parse("\"a b\\\"c@\"@sakura.example");
  REQUIRE(quoted);
  CHECK(quoted->local == "a b\"c@");
  CHECK(quoted->to_string() == "\"a b\\\"c@\"@sakura.example");
  CHECK(AddrSpec::parse("\"plain\"@x.example")->to_string() == "plain@x.example");
  CHECK(AddrSpec::parse("愛子@さくら.example")->local == "愛子");
  CHECK(AddrSpec::parse("x@[192.0.2.1]")->domain == "[192.0.2.1]");
  CHECK(AddrSpec::parse("x@[IPv6:2001:db8::1]"));
  CHECK(AddrSpec::parse("a+b.c!#$%&'*/=?^_`{|}~-@localhost"));
  CHECK(AddrSpec::parse("\"\"@x.example"));  // an empty quoted string is a local part
}

TEST_CASE("Addresses that no path may hold") {
  for (const char* wrong : {"",
                            "aiko",
                            "@sakura.example",
                            "aiko@",
                            "a..b@x.example",
                            ".a@x.example",
                            "a.@x.example",
                            "a b@x.example",
                            "<a@x.example>",
                            "a@x.example ",
                            "a@-x.example",
                            "a@x-.example",
                            "a@x..example",
                            "a@x.example.",
                            "a@x_y.example",
                            "a@b@c",
                            "\"a@x.example",
                            "\"a\"b@x.example",
                            "a@[192.0.2.256]",
                            "a@[2001:db8::1]",
                            "a@[IPv6:192.0.2.1]",
                            "a@[192.0.2.1",
                            "a@[]",
                            "a(c)@x.example",
                            "a@\xff.example",
                            "\xc3@x.example",
                            "\"a\nb\"@x.example"}) {
    INFO(wrong);
    CHECK_FALSE(AddrSpec::parse(wrong));
  }
  const std::string longest(64, 'a'), label(63, 'b');
  CHECK(AddrSpec::parse(longest + "@x.example"));
  CHECK_FALSE(AddrSpec::parse(longest + "a@x.example"));  // RFC 5321 §4.5.3.1.1
  CHECK(AddrSpec::parse("a@" + label + ".example"));
  CHECK_FALSE(AddrSpec::parse("a@" + label + "b.example"));
  CHECK_FALSE(AddrSpec::parse("a@" + label + "." + label + "." + label + "." + label + ".example"));
}

TEST_CASE("Address lists of RFC 5322, Appendix A") {
  CHECK(read("John Doe <jdoe@machine.example>") == "[John Doe|jdoe|machine.example]");
  CHECK(read("\"Joe Q. Public\" <john.q.public@example.com>") ==
        "[Joe Q. Public|john.q.public|example.com]");
  CHECK(read("Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>") ==
        "[Mary Smith|mary|x.test][|jdoe|example.org][Who?|one|y.test]");
  CHECK(read("<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>") ==
        "[|boss|nil.test][Giant; \"Big\" Box|sysservices|example.net]");
  CHECK(read("A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;") ==
        "A Group:([Ed Jones|c|a.test][|joe|where.test][John|jdoe|one.test])");
  CHECK(read("Undisclosed recipients:;") == "Undisclosed recipients:()");
  CHECK(read("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>") ==
        "[Pete|pete|silly.test]");
  CHECK(read("A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n"
             "         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end)") ==
        "A Group:([Chris Jones|c|public.example][|joe|example.org][John|jdoe|one.test])");
  CHECK(read("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;") ==
        "Hidden recipients:()");
}

TEST_CASE("Obsolete addresses") {
  CHECK(read("Joe Q. Public <john . q . public @ example . com>") ==
        "[Joe Q. Public|john.q.public|example.com]");
  CHECK(read("Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example") ==
        "[Mary Smith|mary|example.net][|jdoe|test.example]");
  const auto list = parse_mailboxes("Mary <@a.test,@b.test:mary@example.net>");
  REQUIRE(list.size() == 1);
  CHECK(list[0].route == "@a.test,@b.test");
  CHECK(read("aiko@sakura.example (Aiko Sakura)") == "[Aiko Sakura|aiko|sakura.example]");
}

TEST_CASE("Names beyond ASCII") {
  CHECK(read("=?UTF-8?B?5oSb5a2Q?= <aiko@sakura.example>") == "[愛子|aiko|sakura.example]");
  CHECK(read("=?ISO-2022-JP?B?GyRCMCY7UhsoQg==?= <a@b.example>") == "[愛子|a|b.example]");
  CHECK(read("\"=?UTF-8?Q?M=C3=BCller?=\" <m@x.example>") == "[Müller|m|x.example]");
  CHECK(read("=?UTF-8?Q?M=C3=BCller,_Eva?= <m@x.example>, b@y.example") ==
        "[Müller, Eva|m|x.example][|b|y.example]");
  CHECK(read("=?UTF-8?Q?a,b(c)?= <m@x.example>") == "[a,b(c)|m|x.example]");  // not allowed; sent
  CHECK(read("愛子 <愛子@さくら.example>") == "[愛子|愛子|さくら.example]");
  const auto raw = parse_mailboxes("=?UTF-8?B?5oSb5a2Q?= S. <aiko@sakura.example>");
  CHECK(raw[0].raw_name == "=?UTF-8?B?5oSb5a2Q?= S.");
  CHECK(raw[0].display_name == "愛子 S.");
}

TEST_CASE("Broken address lists give what can be saved") {
  CHECK(read("") == "");
  CHECK(read(",,;;") == "");
  CHECK(read("<>") == "");
  CHECK(read("Aiko <aiko@sakura.example") == "[Aiko|aiko|sakura.example]");
  CHECK(read("Aiko aiko@sakura.example") == "[Aiko|aiko|sakura.example]");
  CHECK(read("\"unclosed <a@b.example>") == "[|unclosed <a@b.example>|]");
  CHECK(read("nobody") == "[|nobody|]");
  CHECK(read("group: a@x.example, b@y.example") == "group:([|a|x.example][|b|y.example])");
  CHECK(read("a@[192.0.2.1], b@c") == "[|a|[192.0.2.1]][|b|c]");
  CHECK(parse_mailboxes(std::string(200'000, '(')).empty());
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "a@b,";
  CHECK(parse_mailboxes(many).size() == 10'000);
}

TEST_CASE("Mailboxes are written so that they can be read back") {
  const std::vector<Mailbox> all = {
      {"Aiko", "aiko", "sakura.example"},  {"Joe Q. Public", "joe", "x.example"},
      {"愛子", "aiko", "sakura.example"},  {"say \"hi\" \\o/", "a b", "x.example"},
      {"", "bare", "x.example"},           {"=?odd?=", "odd", "x.example"},
      {"comma, in name", "c", "x.example"}};
  for (const WireCharset charset : {WireCharset::utf8, WireCharset::iso2022jp}) {
    for (const Mailbox& mailbox : all) {
      const std::string written = format_mailbox(mailbox, charset);
      INFO(written);
      const auto read_back = parse_mailboxes(written);
      REQUIRE(read_back.size() == 1);
      CHECK(read_back[0].display_name == mailbox.display_name);
      CHECK(read_back[0].local_part == mailbox.local_part);
      CHECK(read_back[0].domain == mailbox.domain);
    }
    const auto list = parse_mailboxes(format_mailboxes(all, 4, charset));
    REQUIRE(list.size() == all.size());
    CHECK(list[2].display_name == "愛子");
  }
  CHECK(format_mailbox(all[0]) == "Aiko <aiko@sakura.example>");
  CHECK(format_mailbox(all[1]) == "\"Joe Q. Public\" <joe@x.example>");
  CHECK(format_mailbox(all[2]) == "=?UTF-8?B?5oSb5a2Q?= <aiko@sakura.example>");
  CHECK(all[2].display() == "愛子 <aiko@sakura.example>");
}

TEST_CASE("Long lists are folded") {
  std::vector<Mailbox> many(20, Mailbox{"愛子さん", "aiko", "sakura.example"});
  const std::string written = format_mailboxes(many, 4);
  std::size_t begin = 0;
  for (std::size_t end = 0; end < written.size(); begin = end + 2) {
    end = std::min(written.find("\r\n", begin), written.size());
    CHECK(end - begin <= 78);
  }
  CHECK(parse_mailboxes(written).size() == 20);
}
