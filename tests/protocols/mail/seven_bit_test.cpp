// Messages for servers without 8BITMIME (RFC 6152 §3).
#include "protocols/mail/seven_bit.hpp"

#include "protocols/mail/message.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::mail;

namespace {

bool is_ascii(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

}  // namespace

TEST_CASE("text becomes quoted-printable and reads the same") {
  const std::string letter =
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: 8bit\r\nSubject: hi\r\n\r\n花見 = 桜\r\n.\r\n";
  const auto out = to_seven_bit(letter);
  REQUIRE(out.ok());
  CHECK(is_ascii(*out));
  CHECK(out->find("Content-Transfer-Encoding: quoted-printable\r\nSubject: hi\r\n\r\n") !=
        std::string::npos);
  CHECK(best_text(parse_message(*out)) == best_text(parse_message(letter)));
}

TEST_CASE("parts that need it are encoded, the others stay byte for byte") {
  const std::string image("\x89PNG\r\n\x1a\r\n\xff\x00", 11);
  const std::string letter =
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
      "Content-Transfer-Encoding: 8bit\r\n\r\npreamble\r\n--b\r\n\r\nplain = ascii\r\n--b\r\n"
      "Content-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\xe9\r\n--b\r\n"
      "Content-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n" +
      image + "\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n桜\r\n--b--\r\nend\r\n";
  const auto out = to_seven_bit(letter);
  REQUIRE(out.ok());
  CHECK(is_ascii(*out));
  CHECK(out->find("\r\n--b\r\n\r\nplain = ascii\r\n--b\r\n") != std::string::npos);
  const Message before = parse_message(letter), after = parse_message(*out);
  REQUIRE(after.root.children.size() == 4);
  CHECK(after.root.encoding == TransferEncoding::seven_bit);
  for (std::size_t i : {0u, 1u, 2u}) {
    INFO(i);
    CHECK(decoded_bytes(after, after.root.children[i]) ==
          decoded_bytes(before, before.root.children[i]));
  }
  CHECK(decoded_text(after, after.root.children[3].children[0]) == "桜");
}

TEST_CASE("a letter without MIME becomes text of an unknown charset (RFC 1428)") {
  const auto out = to_seven_bit("Subject: old\r\n\r\ncaf\xe9\r\n");
  REQUIRE(out.ok());
  CHECK(*out ==
        "Subject: old\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9\r\n");
}

TEST_CASE("what may not be changed is refused, and what needs no change stays") {
  CHECK_FALSE(to_seven_bit("Subject: 花見\r\n\r\nhi\r\n").ok());
  CHECK_FALSE(to_seven_bit("MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n"
                           "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n桜\r\n--b--\r\n")
                  .ok());
  CHECK_FALSE(to_seven_bit("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                           "桜\r\n--b\r\n\r\nhi\r\n--b--\r\n")
                  .ok());
  const std::string plain = "Subject: hi\r\n\r\nhello\r\n";
  CHECK(*to_seven_bit(plain) == plain);
}

TEST_CASE("a body that stands where a header should be keeps its place") {
  const auto out = to_seven_bit("caf\xe9 without a header\r\n");
  REQUIRE(out.ok());
  CHECK(*out ==
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9 without a header\r\n");
}

TEST_CASE("what claims to be encoded, but is not quite, is not encoded twice") {
  const std::string fields =
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n";
  const auto quoted = to_seven_bit(
      fields + "Content-Transfer-Encoding: quoted-printable\r\n\r\ncaf\xe9 =3D caf=E9\r\n");
  REQUIRE(quoted.ok());
  CHECK(best_text(parse_message(*quoted)) == "café = café\n");
  const auto image = to_seven_bit(
      "MIME-Version: 1.0\r\nContent-Type: image/png\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\niVBO\xffRw==\r\n");
  REQUIRE(image.ok());
  const Message read = parse_message(*image);
  CHECK(decoded_bytes(read, read.root) == "\x89PNG");
  CHECK_FALSE(to_seven_bit(fields + "Content-Transfer-Encoding: x-uuencode\r\n\r\n\xe9\r\n").ok());
}

TEST_CASE("a charset that was told without MIME-Version is not forgotten") {
  const auto out = to_seven_bit(
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n桜\r\n");
  REQUIRE(out.ok());
  CHECK(out->find("unknown-8bit") == std::string::npos);
  CHECK(best_text(parse_message(*out)) == "桜\n");
}
