#include "protocols/mail/message.hpp"

#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

/// The tree as text: "multipart/mixed(text/plain message/rfc822(text/plain))".
std::string shape(const Part& part) {
  std::string out = part.media_type();
  if (part.children.empty()) return out;
  out += "(";
  for (const Part& child : part.children) out += (out.back() == '(' ? "" : " ") + shape(child);
  return out + ")";
}

std::string shape(std::string_view bytes) { return shape(parse_message(bytes).root); }

const std::string kNested =
    "From: a@x.example\r\n"
    "Content-Type: multipart/mixed; boundary=outer\r\n"
    "\r\n"
    "preamble\r\n"
    "--outer\r\n"
    "\r\n"
    "one\r\n"
    "two\r\n"
    "\r\n"
    "--outer  \r\n"
    "Content-Type: message/rfc822\r\n"
    "\r\n"
    "Subject: inner\r\n"
    "Content-Type: multipart/alternative; boundary=\"inner\"\r\n"
    "\r\n"
    "--inner\r\n"
    "Content-Type: text/plain\r\n"
    "\r\n"
    "plain\r\n"
    "--inner\r\n"
    "Content-Type: text/html\r\n"
    "\r\n"
    "<b>html</b>\r\n"
    "--inner--\r\n"
    "--outer\r\n"
    "Content-Type: image/png\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "iVBORw0KGgo=\r\n"
    "--outer--\r\n"
    "epilogue\r\n";

const Part* part(const Message& message, std::vector<std::uint32_t> path) {
  return find_part(message.root, path);
}

}  // namespace

TEST_CASE("A plain message") {
  const Message message = parse_message("Subject: hi\r\n\r\nHello\r\nworld\r\n");
  CHECK(shape(message.root) == "text/plain");
  CHECK(message.root.body.of(message.text()) == "Hello\r\nworld\r\n");
  CHECK(message.root.body_lines == 2);
  CHECK(message.root.header.range.of(message.text()) == "Subject: hi\r\n\r\n");
}

TEST_CASE("Parts of parts, and a message in a message") {
  const Message message = parse_message(kNested);
  CHECK(shape(message.root) ==
        "multipart/mixed(text/plain message/rfc822(multipart/alternative(text/plain text/html)) "
        "image/png)");
  const Part& first = message.root.children[0];
  CHECK(first.body.of(kNested) == "one\r\ntwo\r\n");  // the empty line before the delimiter is its
  CHECK(first.body_lines == 2);
  const Part& enclosed = message.root.children[1];
  CHECK(enclosed.children[0].range() == enclosed.body);
  CHECK(enclosed.children[0].header.value("Subject") == "inner");
  CHECK(enclosed.body.of(kNested).ends_with("--inner--"));
  CHECK(decoded_bytes(message, message.root.children[2]) == "\x89PNG\r\n\x1a\n");
}

TEST_CASE("Part numbers of RFC 3501 §6.4.5") {
  const Message message = parse_message(kNested);
  CHECK(part(message, {}) == &message.root);
  CHECK(part(message, {1}) == &message.root.children[0]);
  CHECK(part(message, {1, 1}) == nullptr);
  CHECK(part(message, {2})->is_message());
  CHECK(part(message, {2, 1})->body.of(kNested) == "plain");
  CHECK(part(message, {2, 2})->subtype == "html");
  CHECK(part(message, {3})->type == "image");
  CHECK(part(message, {4}) == nullptr);
  CHECK(part(message, {0}) == nullptr);

  const Message plain = parse_message("Subject: hi\r\n\r\nHello\r\n");
  CHECK(part(plain, {1}) == &plain.root);
  CHECK(part(plain, {1, 1}) == nullptr);
  CHECK(part(plain, {2}) == nullptr);

  const Message forwarded =
      parse_message("Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ntext\r\n");
  CHECK(part(forwarded, {1}) == &forwarded.root);
  CHECK(part(forwarded, {1, 1}) == &forwarded.root.children[0]);
  CHECK(part(forwarded, {1, 1, 1}) == nullptr);
}

TEST_CASE("Boundaries that are nearly the right ones") {
  CHECK(
      shape("Content-Type: multipart/mixed; boundary=ab\r\n\r\n--ab\r\n\r\n--abc\r\nx\r\n--ab-\r\n"
            "--ab--\r\n") == "multipart/mixed(text/plain)");
  // An outer delimiter ends an inner multipart that was never closed.
  CHECK(shape("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
              "Content-Type: multipart/mixed; boundary=ab\r\n\r\n--ab\r\n\r\nx\r\n--a\r\n\r\ny\r\n"
              "--a--\r\n") == "multipart/mixed(multipart/mixed(text/plain) text/plain)");
  CHECK(shape("Content-Type: multipart/mixed; boundary=\" a \"\r\n\r\n-- a\r\n\r\nx\r\n-- a--") ==
        "multipart/mixed(text/plain)");
  CHECK(shape("Content-Type: multipart/mixed; boundary=\"a \"\r\n\r\n--a \r\n\r\nx\r\n--a\r\ny\r\n"
              "--a --") == "multipart/mixed(text/plain)");
  CHECK(shape("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a and more\r\n\r\nx\r\n"
              "--a-- and more") == "multipart/mixed(text/plain)");
}

TEST_CASE("Multiparts that are none stay leaves") {
  for (const char* bytes :
       {"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\ny\r\n",
        "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\ny\r\n--\r\n",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\nno delimiter\r\n",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x--\r\n"}) {
    INFO(bytes);
    const Message message = parse_message(bytes);
    CHECK(shape(message.root) == "multipart/mixed");
    CHECK_FALSE(message.root.is_multipart());
    CHECK_FALSE(best_text(message).empty());  // its bytes are shown rather than nothing
  }
}

TEST_CASE("Empty and unfinished parts") {
  CHECK(
      shape("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n\r\n--x\r\n\r\nend") ==
      "multipart/mixed(text/plain text/plain text/plain)");
  CHECK(shape("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x") ==
        "multipart/mixed(text/plain)");
  CHECK(shape("Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nSubject: d\r\n\r\nt\r\n"
              "--x\r\nContent-Type: text/plain\r\n\r\nnot one\r\n--x--") ==
        "multipart/digest(message/rfc822(text/plain) text/plain)");
}

TEST_CASE("Content types that make no sense mean text/plain") {
  for (const char* type : {"text", "/", "text/", "plain text/x y", "a/b/c", "\"x\"/y"}) {
    INFO(type);
    CHECK(shape("Content-Type: " + std::string(type) + "\r\n\r\nx") == "text/plain");
  }
}

TEST_CASE("An encoded message is a leaf: its inside has no range in the original") {
  const Message message = parse_message(
      "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\nU3ViamVjdDogeA0K\r\n");
  CHECK(shape(message.root) == "message/rfc822");
  CHECK_FALSE(message.root.is_message());
  CHECK(attachments(message).at(0).bytes == "Subject: x\r\n");
}

TEST_CASE("Depth and number of parts are bounded, and bytes are not lost") {
  std::string deep;
  for (int i = 0; i < 100; ++i)
    deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" +
            std::to_string(i) + "\r\n";
  int depth = 0;
  const Message nested = parse_message(deep);
  for (const Part* at = &nested.root; !at->children.empty(); at = &at->children[0]) ++depth;
  CHECK(depth == 32);

  std::string wide = "Content-Type: multipart/mixed; boundary=x\r\n\r\n";
  for (int i = 0; i < 5000; ++i) wide += "--x\r\n\r\ny\r\n";
  const Message flat = parse_message(wide);
  CHECK(flat.root.children.size() <= 1000);
  CHECK(flat.root.children.size() > 900);
  CHECK(flat.root.children.back().body.end == wide.size());
}
