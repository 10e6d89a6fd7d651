// BINARY (RFC 3516): contents behind their transfer encoding.
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

namespace {

mail::MailStore encoded_letter() {
  mail::MailStore store;
  store.add_account("ben");
  const char* letter =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n"
      "--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db\r\n"
      "--b\r\nContent-Type: application/x; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC"
      "\r\n--b\r\nContent-Transfer-Encoding: x-secret\r\n\r\n???\r\n--b--\r\n";
  (void)store.deliver("ben", std::make_shared<const std::string>(letter), day(6));
  return store;
}

std::string converse(const std::string& commands, mail::MailStore& store) {
  std::string said;
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{0}}) {
    mail::MailStore copy = store;
    ImapTalk talk{imap_server(), copy};
    talk.connect();
    talk.feed("a LOGIN ben hanami\r\nb SELECT INBOX\r\n", 0);
    const std::size_t before = talk.sent.size();
    talk.feed(commands, chunk);
    const std::string text = talk.sent.substr(before);
    CHECK((said.empty() || said == text));
    said = text;
    if (chunk == 0) store = std::move(copy);
  }
  return said;
}

}  // namespace

TEST_CASE("IMAP: BINARY undoes the transfer encoding", "[imap]") {
  mail::MailStore store = encoded_letter();
  CHECK(converse("c FETCH 1 (BINARY.PEEK[1] BINARY.SIZE[1] BINARY.PEEK[2]<1.5>)\r\n", store) ==
        "* 1 FETCH (BINARY[1] {5}\r\nhello BINARY.SIZE[1] 5 BINARY[2]<1> {2}\r\n=b)\r\n"
        "c OK FETCH completed\r\n");
  CHECK(converse("c FETCH 1 BINARY.PEEK[9]\r\n", store) ==
        "* 1 FETCH (BINARY[9] NIL)\r\nc OK FETCH completed\r\n");
  CHECK(converse("c FETCH 1 BINARY[TEXT]\r\n", store) ==
        "c BAD the items to fetch are malformed\r\n");
}

TEST_CASE("IMAP: what holds NUL is a literal8", "[imap]") {
  using namespace std::string_literals;
  mail::MailStore store = encoded_letter();
  CHECK(
      converse("c FETCH 1 BINARY[3]\r\n", store) ==
      "* 1 FETCH (BINARY[3] ~{3}\r\n\0\1\2 FLAGS (\\Seen \\Recent))\r\nc OK FETCH completed\r\n"s);
  CHECK(converse("c APPEND INBOX ~{3+}\r\n\0\1\2\r\n"s, store) ==
        "* 2 EXISTS\r\n* 1 RECENT\r\nc OK [APPENDUID 1 2] APPEND completed\r\n");
  // RFC 3516 §6: BODYSTRUCTURE and BODY tell of an encoding that every client can read.
  CHECK(*store.find("ben", "INBOX")->find(2)->content ==
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nAAEC");
  CHECK(converse("c FETCH 2 (BINARY.PEEK[1] BODY.PEEK[TEXT])\r\n", store) ==
        "* 2 FETCH (BINARY[1] ~{3}\r\n\0\1\2 BODY[TEXT] {4}\r\nAAEC)\r\nc OK FETCH completed\r\n"s);
  CHECK(converse("c APPEND INBOX {3+}\r\n\0\1\2\r\n"s, store) == "c BAD NUL needs a literal8\r\n");
}

TEST_CASE("IMAP: only what holds NUL is encoded, and nothing is lost", "[imap]") {
  using namespace std::string_literals;
  const auto stored = [](const std::string& message) {
    mail::MailStore store = encoded_letter();
    const std::string answer = converse(
        "c APPEND INBOX ~{" + std::to_string(message.size()) + "+}\r\n" + message + "\r\n", store);
    const mail::StoredMessage* found = store.find("ben", "INBOX")->find(2);
    return found != nullptr ? *found->content : answer;
  };
  const std::string begin =
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
      "Content-Transfer-Encoding: ";
  const std::string first =
      "\r\n\r\n--b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xc3\xa4\r\n"
      "--b\r\nContent-Type: image/x\r\nContent-Transfer-Encoding: ";
  CHECK(stored(begin + "binary" + first + "binary\r\n\r\n\0\1\2\r\n--b--\r\n"s) ==
        begin + "8bit" + first + "base64\r\n\r\nAAEC\r\n--b--\r\n");
  CHECK(stored("Subject: \0\r\n\r\nx"s) == "c NO [UNKNOWN-CTE] NUL in a header\r\n");
  CHECK(stored("MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\n\0AAEC"s) ==
        "c NO [UNKNOWN-CTE] NUL in an encoded part\r\n");
  CHECK(stored("MIME-Version: 1.0\r\nContent-Transfer-Encoding: x-own\r\n\r\n\0"s) ==
        "c NO [UNKNOWN-CTE] NUL in a part with an unknown transfer encoding\r\n");
}

TEST_CASE("IMAP: an unknown transfer encoding is said to be so", "[imap]") {
  mail::MailStore store = encoded_letter();
  CHECK(converse("c FETCH 1 (UID BINARY.PEEK[4])\r\n", store) ==
        "* 1 FETCH (UID 1)\r\nc NO [UNKNOWN-CTE] a transfer encoding is not known here\r\n");
  CHECK(converse("c FETCH 1 BINARY.SIZE[4]\r\n", store) ==
        "c NO [UNKNOWN-CTE] a transfer encoding is not known here\r\n");
}
