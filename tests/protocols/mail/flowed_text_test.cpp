// RFC 3676: text/plain; format=flowed, as it is shown.
#include "protocols/mail/flowed_text.hpp"

#include "protocols/mail/message.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

TEST_CASE("Flowed lines become paragraphs") {
  struct Row {
    const char* what;
    const char* sent;
    const char* shown;
  };
  const Row rows[] = {
      {"a space at the end: the line goes on", "One \nparagraph.\nTwo.\n",
       "One paragraph.\nTwo.\n"},
      {"an empty line stays", "One \n\nTwo\n", "One \nTwo\n"},
      {"a stuffed space goes away (§4.4)", " From me\n >not quoted\n", "From me\n>not quoted\n"},
      {"quotes flow at their own depth (§4.5)", ">a \n> b\n>> c \n>>d\n", "> a b\n>> c d\n"},
      {"a paragraph ends where the depth changes", "> a \nb\n", "> a \nb\n"},
      {"the signature's dashes are fixed (§4.3)", "Bye \n-- \nAiko\n", "Bye \n-- \nAiko\n"},
      {"also inside of a quote", "> -- \n> Aiko\n", "> -- \n> Aiko\n"},
      {"the last line may lack its end", "a \nb", "a b"},
      {"and may promise more than there is", "a \n", "a \n"},
      {"nothing", "", ""},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(unflow(row.sent, false) == row.shown);
  }
  CHECK(unflow("花見に \n行こう\n", true) == "花見に行こう\n");
  CHECK(unflow("one  \ntwo\n", true) == "one two\n");
}

TEST_CASE("A reader sees paragraphs only where the sender said that they flow") {
  const auto shown = [](const std::string& parameters) {
    return best_text(parse_message("Content-Type: text/plain; charset=utf-8" + parameters +
                                   "\r\n\r\n花見に \r\n行こう\r\n"));
  };
  CHECK(shown("") == "花見に \n行こう\n");
  CHECK(shown("; format=fixed") == "花見に \n行こう\n");
  CHECK(shown("; Format=Flowed") == "花見に 行こう\n");
  CHECK(shown("; format=flowed; DelSp=Yes") == "花見に行こう\n");
  CHECK(shown("; delsp=yes") == "花見に \n行こう\n");
}
