#include "protocols/mail/compose.hpp"

#include <set>

#include "protocols/mail/charset.hpp"
#include "protocols/mail/message.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

Draft first_letter() {
  Draft draft;
  draft.from = {{"愛子", "aiko", "sakura.example"}};
  draft.to = {{"Ben", "ben", "kaede.example"}};
  draft.subject = "はじめてのメール";
  draft.text = "ベンさん、\nこんにちは。\n\n愛子\n";
  draft.date = from_civil({2026, 4, 6, 9, 0, 0, 0}, 540).value();
  draft.message_id = "1.1@sakura.example";
  return draft;
}

/// What RFC 5322 asks of every line.
void check_lines(const std::string& bytes) {
  const std::size_t body = bytes.find("\r\n\r\n");
  REQUIRE(body != std::string::npos);
  CHECK(bytes.ends_with("\r\n"));
  CHECK(is_ascii(bytes));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == '\n') REQUIRE((at > 0 && bytes[at - 1] == '\r'));
    if (bytes[at] == '\r') REQUIRE(bytes.substr(at, 2) == "\r\n");
  }
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = bytes.find("\r\n", begin);
    REQUIRE(end - begin <= (begin < body ? 78u : 998u));
    begin = end + 2;
  }
}

std::string with_final_lf(std::string text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text;
}

}  // namespace

TEST_CASE("The first letter") {
  CHECK(compose(first_letter()) ==
        "Date: Mon, 6 Apr 2026 09:00:00 +0900\r\n"
        "From: =?UTF-8?B?5oSb5a2Q?= <aiko@sakura.example>\r\n"
        "To: Ben <ben@kaede.example>\r\n"
        "Subject: =?UTF-8?B?44Gv44GY44KB44Gm44Gu44Oh44O844Or?=\r\n"
        "Message-ID: <1.1@sakura.example>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "44OZ44Oz44GV44KT44CBDQrjgZPjgpPjgavjgaHjga/jgIINCg0K5oSb5a2QDQo=\r\n");
}

TEST_CASE("The same in ISO-2022-JP, which is seven bits wide") {
  Draft draft = first_letter();
  draft.charset = WireCharset::iso2022jp;
  const std::string bytes = compose(draft);
  check_lines(bytes);
  CHECK(bytes.find("charset=iso-2022-jp\r\nContent-Transfer-Encoding: 7bit\r\n") !=
        std::string::npos);
  CHECK(bytes.find("Subject: =?ISO-2022-JP?B?") != std::string::npos);
  const Message message = parse_message(bytes);
  CHECK(best_text(message) == draft.text);
  CHECK(subject(message) == draft.subject);
  draft.text += "😀";  // not in ISO-2022-JP
  CHECK(best_text(parse_message(compose(draft))) == draft.text);
}

TEST_CASE("Text takes the plainest encoding that holds it") {
  const auto encoding_of = [](const std::string& text) {
    Draft draft = first_letter();
    draft.text = text;
    const Message message = parse_message(compose(draft));
    CHECK(with_final_lf(best_text(message)) == with_final_lf(text));
    return std::string(to_string(message.root.encoding));
  };
  CHECK(encoding_of("Hello\n") == "7bit");
  CHECK(encoding_of("") == "7bit");
  CHECK(encoding_of("no final line end") == "7bit");
  CHECK(encoding_of("Grüße aus dem schönen München, wo es heute regnet\n") == "quoted-printable");
  CHECK(encoding_of("Grüße aus dem schönen München, kein Zeilenende") == "quoted-printable");
  CHECK(encoding_of("こんにちは\n") == "base64");
  CHECK(encoding_of(std::string(2000, 'x')) == "quoted-printable");
  CHECK(encoding_of(".\n..\nFrom me\n") == "7bit");
}

TEST_CASE("Attachments, a Japanese name among them") {
  Draft draft = first_letter();
  std::string all_bytes;
  for (int i = 0; i < 256; ++i) all_bytes += static_cast<char>(i);
  draft.attachments = {{"報告書（最終版）.pdf", "application/pdf", all_bytes},
                       {"notes.txt", "", "plain\n"},
                       {"quo\"te\\.bin", "", ""}};
  const std::string bytes = compose(draft);
  check_lines(bytes);
  CHECK(bytes.find("filename*0*=UTF-8''%E5%A0%B1%E5%91%8A") != std::string::npos);
  CHECK(bytes.find("name=\"=?UTF-8?B?5aCx5ZGK5pu4") != std::string::npos);
  const Message message = parse_message(bytes);
  CHECK(best_text(message) == draft.text);
  const auto files = attachments(message);
  REQUIRE(files.size() == 3);
  CHECK(files[0].filename == "報告書（最終版）.pdf");
  CHECK(files[0].bytes == all_bytes);
  CHECK(files[1].content_type == "text/plain");
  CHECK(files[1].bytes == "plain\n");
  CHECK(files[2].filename == ".bin");  // what looks like a folder is cut off on reading
  CHECK(files[2].bytes.empty());
}

TEST_CASE("Long filenames continue over several lines") {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "長い名前";
  name += ".txt";
  Draft draft = first_letter();
  draft.attachments = {{name, "", "x"}, {std::string(200, 'a') + ".txt", "", "y"}};
  const std::string bytes = compose(draft);
  check_lines(bytes);
  for (std::size_t begin = 0; begin < bytes.size(); begin = bytes.find("\r\n", begin) + 2)
    REQUIRE(bytes.find("\r\n", begin) - begin <= 78);
  const auto files = attachments(parse_message(bytes));
  REQUIRE(files.size() == 2);
  CHECK(files[0].filename == name);
  CHECK(files[1].filename == std::string(200, 'a') + ".txt");
}

TEST_CASE("Text and HTML are alternatives, inside a mixed message if files come along") {
  Draft draft = first_letter();
  draft.html = "<p>こんにちは</p>";
  draft.attachments = {{"a.txt", "", "x"}};
  const Message message = parse_message(compose(draft));
  REQUIRE(message.root.subtype == "mixed");
  CHECK(message.root.children[0].subtype == "alternative");
  CHECK(message.root.children[0].children.size() == 2);
  CHECK(best_text(message) == draft.text);
  CHECK(attachments(message).size() == 1);
}

TEST_CASE("The boundary occurs nowhere in the content") {
  Draft draft = first_letter();
  draft.text = "ascii";
  draft.attachments = {{"a.txt", "", "x"}};
  const auto boundary_of = [](const std::string& bytes) {
    return std::string(parse_message(bytes).root.content_type.parameter("boundary").value());
  };
  const std::string first = boundary_of(compose(draft));
  CHECK(boundary_of(compose(draft)) == first);
  draft.text = "--" + first + "\n--" + first + "--\n";
  const Message message = parse_message(compose(draft));
  CHECK(boundary_of(compose(draft)) != first);
  CHECK(best_text(message) == draft.text);
  draft.message_id = "2@sakura.example";
  CHECK(boundary_of(compose(draft)) != first);
}

TEST_CASE("Blind copies are never written") {
  Draft draft = first_letter();
  draft.to.clear();
  draft.bcc = {{"", "secret", "x.example"}};
  const std::string bytes = compose(draft);
  CHECK(bytes.find("secret") == std::string::npos);
  CHECK(bytes.find("To: undisclosed-recipients:;\r\n") != std::string::npos);
}

TEST_CASE("Replies say what they answer") {
  Draft draft = first_letter();
  draft.in_reply_to = "<0@kaede.example>";
  for (int i = 0; i < 10; ++i)
    draft.references.push_back("<" + std::to_string(i) + "@kaede.example>");
  const std::string bytes = compose(draft);
  check_lines(bytes);
  CHECK(references(parse_message(bytes)) == draft.references);
  CHECK(reply_subject("Hello") == "Re: Hello");
  CHECK(reply_subject("Re: Hello") == "Re: Hello");
  CHECK(reply_subject("RE: re[2]: Hello") == "Re: Hello");
  CHECK(reply_subject("Re：返信: 会議") == "Re: 会議");
  CHECK(reply_subject("Report") == "Re: Report");
  CHECK(reply_subject("Re[") == "Re: Re[");
  CHECK(reply_subject("") == "Re: ");
}

TEST_CASE("No field can be smuggled in") {
  Draft draft = first_letter();
  const std::string evil = "x\r\nBcc: evil@x.example\r\n\r\nbody";
  draft.subject = evil;
  draft.from = {{evil, evil, evil}};
  draft.to = {{"", evil, "x.example"}};
  draft.message_id = draft.in_reply_to = draft.user_agent = evil;
  draft.references = {evil};
  draft.attachments = {{evil, evil, "x"}, {"a.txt", "text/plain\r\nBcc: x", "x"}};
  const Message message = parse_message(compose(draft));
  const std::set<std::string> known = {"Date",         "From",        "To",         "Subject",
                                       "Message-ID",   "In-Reply-To", "References", "User-Agent",
                                       "MIME-Version", "Content-Type"};
  for (const HeaderField& field : message.root.header.fields) {
    INFO(field.name);
    CHECK(known.count(field.name) == 1);
  }
  REQUIRE(message.root.children.size() == 3);
  for (const Part& part : message.root.children) CHECK(part.header.find("Bcc") == nullptr);
}

TEST_CASE("An attached message stays a message; one with 8-bit bytes travels as octets") {
  Draft draft = first_letter();
  draft.attachments = {{"a.eml", "", "Subject: a\r\n\r\nascii\r\n"},
                       {"b.eml", "", "Subject: b\r\n\r\ncaf\xe9\r\n"}};
  const std::string bytes = compose(draft);
  check_lines(bytes);
  const Message message = parse_message(bytes);
  CHECK(message.root.children[1].is_message());
  CHECK(message.root.children[1].body.of(bytes) == "Subject: a\r\n\r\nascii\r\n");
  CHECK(message.root.children[2].media_type() == "application/octet-stream");
  CHECK(attachments(message)[1].bytes == draft.attachments[1].bytes);
}
