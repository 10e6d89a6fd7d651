// Whatever a person writes arrives as it was written: many drafts from one seed, composed and read.
#include "protocols/mail/charset.hpp"
#include "protocols/mail/compose.hpp"
#include "protocols/mail/message.hpp"
#include "tests/protocols/mail/tree_check.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed * 2654435769u + 1) {}

  std::size_t below(std::size_t limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(state_ >> 33) % limit;
  }

  std::string text(std::size_t most, bool one_line) {
    static const std::vector<std::string> pieces = {
        "a",  "Z",  " ", "  ", ".",  "=", "?",     "=?", "?=", "_", "\"", "\\",
        "(",  ")",  "<", ">",  ",",  ";", ":",     "@",  "é",  "ß", "あ", "愛",
        "子", "〜", "ｱ", "①",  "한", "😀", "From ", "--", "\t", "%", "'",  "*"};
    std::string out;
    for (std::size_t left = below(most + 1); left > 0; --left)
      out += !one_line && below(20) == 0 ? "\n" : pieces[below(pieces.size())];
    return out;
  }

  std::string bytes(std::size_t most) {
    std::string out;
    for (std::size_t left = below(most + 1); left > 0; --left)
      out += static_cast<char>(below(4) == 0 ? below(256) : "\r\n-a"[below(4)]);
    return out;
  }

 private:
  std::uint64_t state_;
};

/// A display name as a header field can hold it: without space at either end, or tabs.
std::string name(Chance& chance) {
  std::string out;
  for (const char c : chance.text(30, true)) out += c == '\t' ? 'x' : c;
  while (!out.empty() && out.front() == ' ') out.erase(0, 1);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

Draft random_draft(Chance& chance) {
  Draft draft;
  draft.charset = chance.below(2) == 0 ? WireCharset::utf8 : WireCharset::iso2022jp;
  draft.from = {{name(chance), "aiko", "sakura.example"}};
  for (std::size_t left = chance.below(5); left > 0; --left)
    draft.to.push_back({name(chance), "ben " + std::to_string(left), "kaede.example"});
  draft.subject = chance.text(120, true);
  draft.text = chance.text(chance.below(4) == 0 ? 3000 : 60, false);
  if (chance.below(3) == 0) draft.html = "<p>x</p>";
  for (std::size_t left = chance.below(3); left > 0; --left)
    draft.attachments.push_back(
        {"f" + chance.text(40, true) + ".bin", "application/x-test", chance.bytes(500)});
  draft.message_id = std::to_string(chance.below(1000)) + "@sakura.example";
  return draft;
}

/// The filename that a careful reader makes of the one sent: no folders, no control characters.
std::string expected_filename(std::string filename) {
  std::erase(filename, '\t');
  return filename.substr(filename.find_last_of("/\\") + 1);
}

void check_lines(const std::string& bytes) {
  const std::size_t body = bytes.find("\r\n\r\n");
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = bytes.find("\r\n", begin);
    REQUIRE(end != std::string::npos);
    REQUIRE(end - begin <= (begin < body ? 78u : 998u));
    begin = end + 2;
  }
}

}  // namespace

TEST_CASE("A thousand drafts arrive as they were written") {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    INFO("seed " << seed);
    Chance chance(seed);
    const Draft draft = random_draft(chance);
    const std::string bytes = compose(draft);
    INFO(bytes);
    REQUIRE(is_ascii(bytes));
    check_lines(bytes);
    const Message message = parse_message(bytes);
    REQUIRE(tree_faults(message) == "");
    REQUIRE(subject(message) == draft.subject);
    REQUIRE(from(message).at(0).display_name == draft.from[0].display_name);
    const std::vector<Mailbox> recipients = to(message);
    REQUIRE(recipients.size() == draft.to.size());
    for (std::size_t i = 0; i < recipients.size(); ++i) {
      REQUIRE(recipients[i].display_name == draft.to[i].display_name);
      REQUIRE(recipients[i].local_part == draft.to[i].local_part);
    }
    const std::string text = best_text(message);
    REQUIRE((text == draft.text || text == draft.text + "\n"));
    const std::vector<Attachment> files = attachments(message);
    REQUIRE(files.size() == draft.attachments.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
      REQUIRE(files[i].filename == expected_filename(draft.attachments[i].filename));
      REQUIRE(files[i].bytes == draft.attachments[i].bytes);
    }
  }
}
