// Multiparts and messages that are not as RFC 2046 wants them: the best tree, and no byte lost.
#include "protocols/mail/message.hpp"
#include "tests/protocols/mail/tree_check.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

/// The tree as text with the bodies of its leaves: "multipart/mixed(text/plain{one} ...)".
std::string shape(const Message& message, const Part& part) {
  std::string out = part.media_type();
  if (part.children.empty()) return out + "{" + std::string(part.body.of(message.text())) + "}";
  out += "(";
  for (const Part& child : part.children)
    out += (out.back() == '(' ? "" : " ") + shape(message, child);
  return out + ")";
}

struct Row {
  const char* what;
  const char* head;  ///< of Content-Type
  const char* body;  ///< with \n for CRLF
  const char* tree;
};

const Row kRows[] = {
    {"preamble and epilogue are no parts", "multipart/mixed; boundary=x",
     "pre\n--x\n\none\n--x--\nepi\n--x\n\nno\n", "multipart/mixed(text/plain{one})"},
    {"no end: the last part takes the rest", "multipart/mixed; boundary=x",
     "--x\n\none\n--x\n\ntwo\n", "multipart/mixed(text/plain{one} text/plain{two\n})"},
    {"an end without a beginning is no delimiter of parts", "multipart/mixed; boundary=x",
     "one\n--x--\n", "multipart/mixed{one\n--x--\n}"},
    {"no boundary parameter", "multipart/mixed", "--x\n\none\n--x--\n",
     "multipart/mixed{--x\n\none\n--x--\n}"},
    {"a boundary that never comes", "multipart/mixed; boundary=y", "--x\n\none\n--x--\n",
     "multipart/mixed{--x\n\none\n--x--\n}"},
    {"a boundary in two pieces of RFC 2231", "multipart/mixed; boundary*0=ab; boundary*1=cd",
     "--abcd\n\none\n--abcd--\n", "multipart/mixed(text/plain{one})"},
    {"a boundary that should have been quoted", "multipart/mixed; boundary=a=b/c:d?e",
     "--a=b/c:d?e\n\none\n--a=b/c:d?e--\n", "multipart/mixed(text/plain{one})"},
    {"quotes and all that may stand in a boundary", "multipart/mixed; boundary=\"'()+_,-./:=? x\"",
     "--'()+_,-./:=? x\n\none\n--'()+_,-./:=? x--\n", "multipart/mixed(text/plain{one})"},
    {"an encoded-word as a boundary is none", "multipart/mixed; boundary=\"=?UTF-8?Q?x?=\"",
     "--=?UTF-8?Q?x?=\n\none\n--=?UTF-8?Q?x?=--\n", "multipart/mixed(text/plain{one})"},
    {"blanks behind the delimiters", "multipart/mixed; boundary=x", "--x \t\n\none\n--x--  \n",
     "multipart/mixed(text/plain{one})"},
    {"boundaries are compared with regard to case", "multipart/mixed; boundary=x",
     "--X\n\none\n--x\n\ntwo\n--x--\n", "multipart/mixed(text/plain{two})"},
    {"a delimiter does not begin in the middle of a line", "multipart/mixed; boundary=x",
     "--x\n\none --x\n --x\n>--x\n--x--\n", "multipart/mixed(text/plain{one --x\n --x\n>--x})"},
    {"the outer boundary begins like the inner", "multipart/mixed; boundary=x",
     "--x\nContent-Type: multipart/alternative; boundary=x-1\n\n--x-1\n\none\n--x-1--\n--x\n\ntwo\n"
     "--x--\n",
     "multipart/mixed(multipart/alternative(text/plain{one}) text/plain{two})"},
    {"the inner boundary begins like the outer", "multipart/mixed; boundary=x-1",
     "--x-1\nContent-Type: multipart/alternative; boundary=x\n\n--x\n\none\n--x--\n--x-1\n\ntwo\n"
     "--x-1--\n",
     "multipart/mixed(multipart/alternative(text/plain{one}) text/plain{two})"},
    {"the inner boundary is the outer one", "multipart/mixed; boundary=x",
     "--x\nContent-Type: multipart/alternative; boundary=x\n\n--x\n\none\n--x--\n--x--\n",
     "multipart/mixed(multipart/alternative{} text/plain{one})"},
    {"the inner multipart is never closed", "multipart/mixed; boundary=o",
     "--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\none\n--o\n\ntwo\n--o--\n",
     "multipart/mixed(multipart/alternative(text/plain{one}) text/plain{two})"},
    {"the outer multipart is never closed", "multipart/mixed; boundary=o",
     "--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\none\n--i--\n",
     "multipart/mixed(multipart/alternative(text/plain{one}))"},
    {"a part whose header has no end", "multipart/mixed; boundary=x",
     "--x\nContent-Type: text/html\n--x\n\ntwo\n--x--\n",
     "multipart/mixed(text/html{} text/plain{two})"},
    {"a part that forgot its empty line", "multipart/mixed; boundary=x", "--x\none\n--x--\n",
     "multipart/mixed(text/plain{one})"},
    {"nothing but delimiters", "multipart/mixed; boundary=x", "--x\n--x\n--x--\n",
     "multipart/mixed(text/plain{} text/plain{})"},
    {"an encoding that a multipart must not have",
     "multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64", "--x\n\none\n--x--\n",
     "multipart/mixed(text/plain{one})"},
    {"a message in a message", "message/rfc822", "Subject: in\n\none\n",
     "message/rfc822(text/plain{one\n})"},
    {"a message without any field", "message/rfc822", "\none\n",
     "message/rfc822(text/plain{one\n})"},
    {"a message that is nothing", "message/rfc822", "", "message/rfc822(text/plain{})"},
    {"a message in base64 stays whole", "message/rfc822\nContent-Transfer-Encoding: base64",
     "U3ViamVjdDogeA0K\n", "message/rfc822{U3ViamVjdDogeA0K\n}"},
    {"a message of RFC 6532", "message/global", "Subject: \xe3\x81\x82\n\none",
     "message/global(text/plain{one})"},
    {"a digest's parts are messages", "multipart/digest; boundary=x",
     "--x\n\nSubject: a\n\none\n--x\nSubject: b\n\ntwo\n--x--\n",
     "multipart/digest(message/rfc822(text/plain{one}) message/rfc822(text/plain{two}))"},
    {"a type that is none", "multipart mixed; boundary=x", "--x\n\none\n--x--\n",
     "text/plain{--x\n\none\n--x--\n}"},
};

std::string with_ends(std::string_view text, std::string_view end) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string(end) : std::string(1, c);
  return out;
}

}  // namespace

TEST_CASE("Broken multiparts, with every kind of line end") {
  for (const std::string_view end : {"\r\n", "\n"})
    for (const Row& row : kRows) {
      INFO(row.what);
      const std::string bytes =
          with_ends("Content-Type: " + std::string(row.head) + "\n\n" + row.body, end);
      const Message message = parse_message(bytes);
      CHECK(shape(message, message.root) == with_ends(row.tree, end));
      CHECK(tree_faults(message) == "");
      // However much is missing at the end, there is a tree, and its bytes are all.
      for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        const Message part = parse_message(std::string_view(bytes).substr(0, cut));
        CHECK(tree_faults(part) == "");
        (void)best_text(part);
        (void)attachments(part);
      }
    }
}

TEST_CASE("Line ends that no RFC knows") {
  struct Ends {
    const char* what;
    const char* bytes;
    const char* text;
  };
  const Ends rows[] = {
      {"a CR too many", "A: b\r\r\n\r\r\none\r\r\n", "one\n\n"},
      {"mixed", "A: b\n\r\none\r\ntwo\nthree\rfour", "one\ntwo\nthree\nfour"},
      {"an end of CR alone", "A: b\r\n\r\none\r", "one\n"},
      {"CR before CRLF in the body", "A: b\r\n\r\none\r\r\r\ntwo", "one\n\n\ntwo"},
      {"LF CR", "A: b\r\n\r\none\n\rtwo", "one\n\ntwo"},
  };
  for (const Ends& row : rows) {
    INFO(row.what);
    const Message message = parse_message(row.bytes);
    CHECK(best_text(message) == row.text);
    CHECK(tree_faults(message) == "");
  }
  // A multipart whose every line has a CR too many is divided all the same.
  const Message odd = parse_message(
      "Content-Type: multipart/mixed; boundary=x\r\r\n\r\r\n--x\r\r\n\r\r\none\r\r\n--x--\r\r\n");
  REQUIRE(odd.root.children.size() == 1);
  CHECK(best_text(odd) == "one\n");
  CHECK(tree_faults(odd) == "");
}

TEST_CASE("Bodies whose encoding is broken") {
  struct Body {
    const char* what;
    const char* encoding;
    const char* body;
    const char* text;
  };
  const Body rows[] = {
      {"base64 without padding", "base64", "44GC\r\nIQ\r\n", "あ!"},
      {"base64 on lines of odd lengths", "base64", "4\r\n4G\r\nC\r\n", "あ"},
      {"base64 with junk between", "base64", "> 44GC\r\n", "あ"},
      {"base64 that was never encoded", "base64", "", ""},
      {"quoted-printable in lower case", "quoted-printable", "=e3=81=82", "あ"},
      {"a soft line break with blanks behind", "quoted-printable", "a= \t\r\nb", "ab"},
      {"blanks that a relay added", "quoted-printable", "a  \r\nb", "a\nb"},
      {"an equals sign at the end of all", "quoted-printable", "a=", "a"},
      {"equals signs that code nothing", "quoted-printable", "1+1=2 =X", "1+1=2 =X"},
      {"raw 8-bit in quoted-printable", "quoted-printable", "\xe3\x81\x82=21", "あ!"},
      {"an encoding nobody knows", "x-mystery", "=41", "=41"},
      {"an encoding in quotes", "\"base64\"", "44GC", "あ"},
      {"an encoding with a comment", "(why) base64 (not)", "44GC", "あ"},
      {"an encoding that is a charset", "utf-8", "\xe3\x81\x82", "あ"},
  };
  for (const Body& row : rows) {
    INFO(row.what);
    const Message message =
        parse_message("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " +
                      std::string(row.encoding) + "\r\n\r\n" + row.body);
    CHECK(best_text(message) == row.text);
    CHECK(tree_faults(message) == "");
  }
}
