#include "protocols/mail/transfer_encoding.hpp"

#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

/// Deterministic bytes of every sort, line ends among them.
std::string sample(std::size_t size, unsigned seed) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525 + 1013904223;
    out += static_cast<char>(seed >> 24);
  }
  return out;
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0, begin = 0;
  for (std::size_t end = 0; end < text.size(); begin = end + 2) {
    end = std::min(text.find("\r\n", begin), text.size());
    longest = std::max(longest, end - begin);
  }
  return longest;
}

}  // namespace

TEST_CASE("base64, the vectors of RFC 4648 §10") {
  const char* vectors[][2] = {{"", ""},
                              {"f", "Zg=="},
                              {"fo", "Zm8="},
                              {"foo", "Zm9v"},
                              {"foob", "Zm9vYg=="},
                              {"fooba", "Zm9vYmE="},
                              {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    CHECK(base64_encode(plain) == coded);
    CHECK(base64_decode(coded) == plain);
  }
}

TEST_CASE("base64 is decoded with charity, or strictly") {
  CHECK(base64_decode("Zm9v\r\nYmFy") == "foobar");
  CHECK(base64_decode("Zm9vYg") == "foob");
  CHECK(base64_decode("Zg==Zg==") == "ff");
  CHECK(base64_decode("Z*m!9 v") == "foo");
  CHECK(base64_decode("Z") == "");
  CHECK(base64_decode("====") == "");
  std::string bytes;
  CHECK(base64_decode_strict("Zm9vYg==", bytes));
  CHECK(bytes == "foob");
  for (const char* wrong : {"Zm9vYg", "Zm9vYg=", "Zm9v Yg==", "Zh==", "Zm9vYg===", "*"}) {
    INFO(wrong);
    CHECK_FALSE(base64_decode_strict(wrong, bytes));
  }
}

TEST_CASE("base64 lines are 76 characters") {
  for (const std::size_t size : {0, 1, 56, 57, 58, 114, 1000}) {
    const std::string bytes = sample(size, 3), coded = base64_encode_lines(bytes);
    CHECK(longest_line(coded) <= 76);
    CHECK((coded.empty() || coded.ends_with("\r\n")));
    CHECK(base64_decode(coded) == bytes);
  }
}

TEST_CASE("quoted-printable as RFC 2045 §6.7 says") {
  CHECK(quoted_printable_encode("a=b") == "a=3Db");
  CHECK(quoted_printable_encode("caf\xc3\xa9\r\n") == "caf=C3=A9\r\n");
  CHECK(quoted_printable_encode("end \r\nend\t") == "end=20\r\nend=09");
  CHECK(quoted_printable_encode("lone\nand\r.") == "lone=0Aand=0D.");
  CHECK(quoted_printable_encode(".\r\nFrom here\r\nFromage") == "=2E\r\n=46rom here\r\nFromage");
  CHECK(quoted_printable_encode(std::string(76, 'a')) == std::string(76, 'a'));
  CHECK(quoted_printable_encode(std::string(77, 'a')) ==
        std::string(75, 'a') + "=\r\n" + std::string(2, 'a'));
}

TEST_CASE("quoted-printable is decoded with charity") {
  CHECK(quoted_printable_decode("a=3Db") == "a=b");
  CHECK(quoted_printable_decode("a=3db") == "a=b");
  CHECK(quoted_printable_decode("soft=\r\nbreak") == "softbreak");
  CHECK(quoted_printable_decode("soft=  \nbreak=") == "softbreak");
  CHECK(quoted_printable_decode("bad =ZZ and =4") == "bad =ZZ and =4");
  CHECK(quoted_printable_decode("padded   \r\nx\n") == "padded\r\nx\n");
}

TEST_CASE("quoted-printable keeps every byte, in lines of 76") {
  for (unsigned seed = 1; seed < 200; ++seed) {
    std::string bytes = sample(seed * 5, seed);
    if (seed % 2) {
      for (char& c : bytes) c = "ab =.\tF\xe3"[static_cast<unsigned char>(c) % 8];
      for (std::size_t at = 20; at + 1 < bytes.size(); at += 50) bytes.replace(at, 2, "\r\n");
    }
    const std::string coded = quoted_printable_encode(bytes);
    REQUIRE(longest_line(coded) <= 76);
    REQUIRE(quoted_printable_decode(coded) == bytes);
  }
}

TEST_CASE("uuencode, from before MIME") {
  const std::string text = "begin 644 a.txt\r\n+2&5L;&\\@0F5N+ H \r\n`\r\nend\r\nbehind\r\n";
  CHECK(uudecode(text) == "Hello Ben,\n");
  CHECK(uudecode("said first\n" + text) == "Hello Ben,\n");
  CHECK(uudecode("begin 644 a.txt\n+2&5L;&\\@0F5N+ H") ==
        "Hello Ben,\n");                                 // mailers cut blanks off
  CHECK(uudecode("begin 644 a.txt\nM2&5L\n") == "Hel");  // fewer than said
  CHECK(uudecode("begin 644 a.txt") == "");
  CHECK(uudecode("no such thing\n") == "no such thing\n");
}

TEST_CASE("The names of encodings") {
  CHECK(parse_transfer_encoding("") == TransferEncoding::seven_bit);
  CHECK(parse_transfer_encoding("BASE64") == TransferEncoding::base64);
  CHECK(parse_transfer_encoding(" quoted-printable (why not)") ==
        TransferEncoding::quoted_printable);
  CHECK(parse_transfer_encoding("8bit;") == TransferEncoding::eight_bit);
  CHECK(parse_transfer_encoding("X-UUencode") == TransferEncoding::uuencode);
  CHECK(parse_transfer_encoding("x-yencode") == TransferEncoding::unknown);
  CHECK(decode_transfer("=41", TransferEncoding::unknown) == "=41");
  CHECK(decode_transfer("=41", TransferEncoding::quoted_printable) == "A");
  for (const auto encoding :
       {TransferEncoding::seven_bit, TransferEncoding::binary, TransferEncoding::base64,
        TransferEncoding::quoted_printable, TransferEncoding::uuencode})
    CHECK(parse_transfer_encoding(to_string(encoding)) == encoding);
}
