// RFC 5322 §4: what must not be written any more and must be read; and what was never allowed, and
// comes all the same.
#include "protocols/mail/date.hpp"
#include "protocols/mail/message.hpp"
#include "tests/protocols/mail/tree_check.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

std::string people(std::string_view field) {
  std::string out;
  for (const Mailbox& m : parse_mailboxes(field))
    out += "[" + m.display_name + "|" + m.local_part + "|" + m.domain + "]";
  return out;
}

std::string day(std::string_view text) {
  const auto date = parse_rfc5322(text);
  return date ? format_iso8601(*date) : "none";
}

struct Row {
  const char* what;
  const char* written;
  const char* read;
};

}  // namespace

TEST_CASE("Obsolete and broken addresses") {
  const Row rows[] = {
      {"comments everywhere (A.5)",
       "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "[Pete|pete|silly.test]"},
      {"comments around the dots", "a(1).(2)b @(3) c (4). d", "[|a.b|c.d]"},
      {"a nested comment with a quote", "Ben (\"a (b) \\\" c) <ben@x.example>",
       "[Ben|ben|x.example]"},
      {"folding white space around everything",
       " \r\n Ben\r\n\t<\r\n ben\r\n @\r\n x.example\r\n >", "[Ben|ben|x.example]"},
      {"a folded line of blanks alone (§4.2)", "Ben \r\n \t\r\n <ben@x.example>",
       "[Ben|ben|x.example]"},
      {"a route (§4.4)", "Mary <@a.test,@b.test:mary@x.test>", "[Mary|mary|x.test]"},
      {"a route with empty members", "<@a.test,,@b.test :mary@x.test>", "[|mary|x.test]"},
      {"a phrase with dots (§4.1)", "Joe Q. Public Jr. <joe@x.example>",
       "[Joe Q. Public Jr.|joe|x.example]"},
      {"a phrase that begins with a quoted string", "\"Dr. Joe\" Q. Public <joe@x.example>",
       "[Dr. Joe Q. Public|joe|x.example]"},
      {"empty members of a list", ",, a@x.example ,\r\n , b@y.example,",
       "[|a|x.example][|b|y.example]"},
      {"a quoted string among the words of a local part", "\"a b\".c.\"d\"@x.example",
       "[|a b.c.d|x.example]"},
      {"a domain literal that is folded", "a@[ 192.0.2.1\r\n ]", "[|a|[192.0.2.1]]"},
      {"control characters (§4.1)", "Be\x01n <ben@x.example>", "[Be n|ben|x.example]"},
      // From here on nothing was ever allowed.
      {"semicolons between people", "a@x.example; Ben <b@y.example>",
       "[|a|x.example][Ben|b|y.example]"},
      {"two angles", "<<a@x.example>>", "[|a|x.example]"},
      {"an angle that is not closed, and a list", "Ben <ben@x.example, c@y.example",
       "[Ben|ben|x.example][|c|y.example]"},
      {"a name behind the address", "ben@x.example Ben Kaede", "[Ben Kaede|ben|x.example]"},
      {"an address for a name", "ben@x.example <ben@x.example>", "[ben@x.example|ben|x.example]"},
      {"dots that no local part may have", "a..b.@docomo.example", "[|a..b.|docomo.example]"},
      {"an at sign in the name", "Ben @ Kaede <ben@x.example>", "[Ben @ Kaede|ben|x.example]"},
      {"a colon in the name makes a group", "Shop: news <n@x.example>", "[news|n|x.example]"},
      {"a quote that is not closed", "\"Ben <ben@x.example>", "[|Ben <ben@x.example>|]"},
      {"a comment that is not closed", "ben@x.example (Ben", "[Ben|ben|x.example]"},
      {"nothing between the angles", "Ben <>", "[Ben||]"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(people(row.written) == row.read);
  }
}

TEST_CASE("Obsolete and broken dates") {
  const Row rows[] = {
      {"the example of A.6.2", "21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"},
      {"the example of A.6.3", "Fri, 21 Nov 97 09(comment):   55  :  06 -0600",
       "1997-11-21T09:55:06-06:00"},
      {"comments and folds between all", "Fri(a)\r\n , (b) 21\r\n Nov(c) 1997 09:55:06(d) -0600(e)",
       "1997-11-21T09:55:06-06:00"},
      {"two digits below 50 (§4.3)", "21 Nov 49 09:55 -0600", "2049-11-21T09:55:00-06:00"},
      {"and from 50 on", "21 Nov 50 09:55 -0600", "1950-11-21T09:55:00-06:00"},
      {"three digits", "21 Nov 126 09:55 -0600", "2026-11-21T09:55:00-06:00"},
      {"Greenwich", "6 Apr 2026 09:00 UT", "2026-04-06T09:00:00Z"},
      {"eastern summer", "6 Apr 2026 09:00 edt", "2026-04-06T09:00:00-04:00"},
      {"pacific winter", "6 Apr 2026 09:00 PST", "2026-04-06T09:00:00-08:00"},
      {"a military zone says nothing", "6 Apr 2026 09:00 A", "2026-04-06T09:00:00Z"},
      {"nor does an unknown name", "6 Apr 2026 09:00 MEZ", "2026-04-06T09:00:00Z"},
      {"no comma", "Mon 6 Apr 2026 09:00:00 +0900", "2026-04-06T09:00:00+09:00"},
      {"no space after the comma", "Mon,6 Apr 2026 09:00:00 +0900", "2026-04-06T09:00:00+09:00"},
      {"no space before the zone", "Mon, 6 Apr 2026 09:00:00+0900", "2026-04-06T09:00:00+09:00"},
      {"a zone as in ISO 8601", "Mon, 6 Apr 2026 09:00:00 +09:00", "2026-04-06T09:00:00+09:00"},
      {"a day of the week in French", "Mar, 7 Apr 2026 09:00:00 +0200",
       "2026-04-07T09:00:00+02:00"},
      {"the order of C", "Mon Apr  6 09:00:00 2026", "2026-04-06T09:00:00Z"},
      {"the order of date(1)", "Mon Apr  6 09:00:00 JST 2026", "2026-04-06T09:00:00+09:00"},
      {"RFC 850", "Monday, 06-Apr-26 09:00:00 GMT", "2026-04-06T09:00:00Z"},
      {"hyphens, and the year in full", "6-Apr-2026 09:00:00 +0900", "2026-04-06T09:00:00+09:00"},
      {"hyphens that lead nowhere", "6--2026 09:00:00 +0900 x y", "none"},
      {"a leap second", "30 Jun 2015 23:59:60 +0000", "2015-07-01T00:00:00Z"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(day(row.written) == row.read);
  }
}

TEST_CASE("Obsolete and broken header sections") {
  struct Section {
    const char* what;
    const char* bytes;
    const char* subject;
    const char* text;
  };
  const Section sections[] = {
      {"white space before the colon (§4.5.8)", "Subject \t: hi\r\n\r\nbody", "hi", "body"},
      {"a fold that begins the value", "Subject:\r\n\thi\r\n\r\nbody", "hi", "body"},
      {"a fold of blanks alone", "Subject: a\r\n \r\n b\r\n\r\nbody", "a  b", "body"},
      {"a field twice: the first", "Subject: one\r\nSubject: two\r\n\r\nbody", "one", "body"},
      {"bare LF", "Subject: hi\nTo: x\n\nbody\n", "hi", "body\n"},
      {"a CR too many", "Subject: hi\r\r\nTo: x\r\r\n\r\r\nTo: body\r\r\n", "hi", "To: body\n\n"},
      {"CRLF and LF mixed", "Subject: hi\nTo: x\r\n\nTo: body\r\n", "hi", "To: body\n"},
      {"no empty line", "Subject: hi\r\nHere it begins\r\n", "hi", "Here it begins\n"},
      {"an mbox line first", "From ben Mon Apr  6\nSubject: hi\n\nbody", "hi", "body"},
      {"a line of dashes between fields", "X: y\r\n-----\r\nSubject: hi\r\n\r\nbody", "hi", "body"},
      {"no header at all", "\r\nSubject: body\r\n", "", "Subject: body\n"},
      {"a fold before any field", " folded\r\nSubject: hi\r\n\r\nbody", "hi", "body"},
      {"an empty value", "Subject:\r\n\r\nbody", "", "body"},
  };
  for (const Section& section : sections) {
    INFO(section.what);
    const Message message = parse_message(section.bytes);
    CHECK(subject(message) == section.subject);
    CHECK(best_text(message) == section.text);
    CHECK(tree_faults(message) == "");
  }
}
