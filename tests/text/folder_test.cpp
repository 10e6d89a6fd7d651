// A teacher's own folder of texts. It changes the texts of this program, so this file puts back
// what it changed.
#include <filesystem>
#include <fstream>

#include "tests/support/catch.hpp"
#include "text/text.hpp"

using namespace posthorn;
using namespace posthorn::texts;

namespace {

class Folder {
 public:
  Folder() {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string load() const { return load_folder(path_.string()); }
  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_ = std::filesystem::temp_directory_path() / "posthorn-texts-test";
};

}  // namespace

TEST_CASE("a teacher's folder changes single fields and leaves the others") {
  const Explanation before = *explain_header("Subject");
  Folder folder;
  folder.write("mine.txt",
               "[header.subject]\n"
               "en: What Ms. Tanaka's class\n"
               " calls the heading\n");
  CHECK(folder.load() == "");
  CHECK(explain_header("Subject")->text.en == "What Ms. Tanaka's class calls the heading");
  CHECK(explain_header("Subject")->text.ja == before.text.ja);
  CHECK(explain_header("Subject")->admin == before.admin);

  folder.write("mine.txt", "[header.subject]\nen: " + before.text.en + "\n");
  CHECK(folder.load() == "");
  CHECK(explain_header("Subject")->text == before.text);
}

TEST_CASE("a translator's file has a language of its own, which takes the place of English") {
  const Explanation before = *explain_header("Subject");
  const std::string play(say("play", Lang::en));
  Folder folder;
  folder.write("explanations.txt",
               "# Traduction\n"
               "language: fr\n"
               "[header.subject]\n"
               "title.fr: Objet\n"
               "fr: De quoi parle la lettre.\n");
  folder.write("interface.txt", "language: fr\n[play]\nfr: Lecture\n");
  CHECK(folder.load() == "");
  CHECK(explain_header("Subject")->title.en == "Objet");
  CHECK(explain_header("Subject")->text.en == "De quoi parle la lettre.");
  CHECK(explain_header("Subject")->text.ja == before.text.ja);
  CHECK(explain_header("Subject")->admin == before.admin);  // not translated yet
  CHECK(say("play", Lang::en) == "Lecture");

  folder.write("explanations.txt",
               "[header.subject]\ntitle.en: " + before.title.en + "\nen: " + before.text.en + "\n");
  folder.write("interface.txt", "[play]\nen: " + play + "\n");
  CHECK(folder.load() == "");
  CHECK(explain_header("Subject")->text == before.text);

  folder.write("interface.txt", "language: français\n[play]\nfr: Lecture\n");
  const std::string errors = folder.load();
  CHECK(errors.find("interface.txt:1: a language has two or three small letters") !=
        std::string::npos);
  CHECK(errors.find("interface.txt:3: expected 'en: …'") != std::string::npos);
}

TEST_CASE("a folder adds entries for what only this class uses") {
  Folder folder;
  folder.write("headers/x-class.txt",
               "\xEF\xBB\xBF[header.x-class]\r\n"
               "title.en: X-Class\r\ntitle.ja: X-Class\r\n"
               "en: Our own field.\r\nja: わたしたちのヘッダーです。\r\n"
               "office.en: A club's sign.\r\noffice.ja: 会の印です。\r\n"
               "admin.en: Not registered.\r\nadmin.ja: 未登録です。\r\n");
  CHECK(folder.load() == "");
  CHECK(explain_header("X-Class")->text.ja == "わたしたちのヘッダーです。");
  CHECK(explain_header("X-Class")->at(Level::admin).en == "Not registered.");
}

TEST_CASE("interface.txt of a folder changes words of the interface") {
  const std::string play(say("play", Lang::en));
  Folder folder;
  folder.write("interface.txt", "[play]\nen: Go!\n");
  CHECK(folder.load() == "");
  CHECK(say("play", Lang::en) == "Go!");
  folder.write("interface.txt", "[play]\nen: " + play + "\n");
  CHECK(folder.load() == "");
}

TEST_CASE("mistakes in a folder are told with file and line, and the rest counts") {
  const std::string date = explain_header("Date")->text.en;
  Folder folder;
  folder.write("mine.txt",
               "en: stray\n"
               "[header.date]\n"
               "fr: Bonjour\n"
               "en: A day\n"
               "[smtp.comand.EHLO]\n"
               "en: a slip\n"
               "[header.x-half]\n"
               "title.en: Half\n");
  const std::string file = folder.path("mine.txt");
  const std::string errors = folder.load();
  INFO(errors);
  CHECK(errors.find(file + ":1: this stands under no [key]") != std::string::npos);
  CHECK(errors.find(file + ":3: expected 'en: …'") != std::string::npos);
  CHECK(errors.find(file + ":5: 'smtp.comand.EHLO' names nothing that Posthorn could show") !=
        std::string::npos);
  CHECK(errors.find(file + ":7: the new entry 'header.x-half' needs title.ja and ja") !=
        std::string::npos);
  CHECK(explain_header("Date")->text.en == "A day");
  CHECK(explain_header("X-Half")->title.en == "Another header field");
  folder.write("mine.txt", "[header.date]\nen: " + date + "\n");
  CHECK(folder.load() == "");
}

TEST_CASE("a folder that is not there is an error, not a crash") {
  CHECK(load_folder("/nowhere/at/all").find("/nowhere/at/all: ") == 0);
}
