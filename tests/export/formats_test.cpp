// Every form of a small trace beside a reviewed file, and what all forms have in common.
//
// After an intended change: POSTHORN_UPDATE_GOLDEN=1 build/dev/tests/test_export
#include "export/formats.hpp"

#include <sstream>

#include "sim/trace/trace_json.hpp"
#include "sim/trace/trace_schema.hpp"
#include "sim/world/world.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

/// One short letter to a recipient who is there and one who is not, without DNS packets of its own
/// interest: small enough to be read as a whole in every form.
trace::Trace letter_trace() {
  scenario::Scenario s = two_domains(scenario::Reads::pop3);
  s.story = {act(0s, "aiko@sakura.example",
                 letter({"ben@kaede.example"}, "花見 <3 & \"more\"", "From here\n.\n=SUM(A1)\n"))};
  return world::run_scenario(s);
}

std::string write(const trace::Trace& trace, std::string_view format,
                  const exporting::Options& options = {}) {
  std::ostringstream out;
  const auto written = exporting::format_named(format)->write(trace, options, out);
  INFO(format << ": " << (written ? "" : written.error().message));
  REQUIRE(written);
  return std::move(out).str();
}

/// An explanation in one line, though paper is narrow.
std::string unwrapped(std::string text) {
  const std::string fold = "\n             | ";
  for (std::size_t at = 0; (at = text.find(fold, at)) != std::string::npos;)
    text.replace(at, fold.size(), " ");
  return text;
}

exporting::Options only(const std::string& terms, Lang lang = Lang::en) {
  exporting::Options options;
  options.lang = lang;
  options.selection = *exporting::parse_selection(terms);
  return options;
}

}  // namespace

TEST_CASE("Each text form of one small letter has its reviewed file") {
  const trace::Trace trace = letter_trace();
  const auto golden = [&](const std::string& name, std::string_view format,
                          exporting::Options options) {
    check_golden(kSource / "tests/golden/export" / name, write(trace, format, options));
  };
  for (const Lang lang : {Lang::en, Lang::ja}) {
    const std::string ending = lang == Lang::ja ? ".ja" : ".en";
    const auto relay = only("protocol=smtp", lang);
    golden("letter" + ending + ".txt", "text", relay);
    golden("letter" + ending + ".md", "md", relay);
    golden("letter" + ending + ".mmd", "mermaid", relay);
    golden("letter" + ending + ".puml", "plantuml", relay);
    golden("letter" + ending + ".svg", "svg", relay);
    golden("letter" + ending + ".csv", "csv", relay);
  }
  exporting::Options plain = only("protocol=smtp");
  plain.plain = true;
  golden("letter.plain.txt", "text", plain);
  golden("letter.messages.csv", "csv-messages", {});
  golden("letter.deliveries.csv", "csv-deliveries", {});
  golden("letter.mbox", "mbox", {});
}

TEST_CASE("Things are explained to whom it was asked for, each of them once") {
  const trace::Trace trace = letter_trace();
  for (const Lang lang : {Lang::en, Lang::ja}) {
    exporting::Options options = only("protocol=smtp", lang);
    options.level = texts::Level::admin;
    const std::string ending = lang == Lang::ja ? ".ja" : ".en";
    check_golden(kSource / "tests/golden/export" / ("letter.admin" + ending + ".txt"),
                 write(trace, "text", options));
    check_golden(kSource / "tests/golden/export" / ("letter.admin" + ending + ".md"),
                 write(trace, "md", options));
  }
  const std::string office = "Good day, I am Mr. Sakura", admin = "address literal; receivers";
  for (const char* format : {"text", "md", "html", "pcapng"}) {
    INFO(format);
    exporting::Options options;
    options.level = texts::Level::office;
    const std::string to_office = unwrapped(write(trace, format, options));
    options.level = texts::Level::admin;
    const std::string to_admin = unwrapped(write(trace, format, options));
    CHECK(to_office.find(office) != std::string::npos);
    CHECK(to_admin.find(admin) != std::string::npos);
    const bool carries_all = std::string_view(format) == "html";  // its reader chooses
    CHECK((to_office.find(admin) != std::string::npos) == carries_all);
    if (!carries_all && std::string_view(format) != "pcapng")
      CHECK(to_admin.find(admin) == to_admin.rfind(admin));
  }
}

TEST_CASE("The same trace gives the same bytes in every form, and a saved one, too") {
  const trace::Trace trace = letter_trace();
  const auto saved = trace::read_json(write(trace, "ndjson"));
  REQUIRE(saved);
  for (const exporting::Format& format : exporting::formats()) {
    INFO(format.name);
    const std::string once = write(trace, format.name);
    CHECK(once == write(letter_trace(), format.name));
    CHECK(once == write(*saved, format.name));
    CHECK(once.empty() == (format.name == "keys"));  // nothing is sealed in this letter's world
  }
}

TEST_CASE("A selection narrows every form that takes one; a wrong host is an error in all") {
  const trace::Trace trace = letter_trace();
  for (const exporting::Format& format : exporting::formats()) {
    INFO(format.name);
    std::ostringstream out;
    CHECK(!format.write(trace, only("host=nobody"), out));
    if (format.name.find("json") != std::string_view::npos || format.name == "eml" ||
        format.name == "mbox" || format.name == "keys")
      continue;
    CHECK(!format.write(trace, only("message=99"), out));
    const std::string part = write(trace, format.name, only("time=99h.."));
    CHECK(part.size() < write(trace, format.name).size());
  }
}

TEST_CASE("An empty trace is written, too") {
  const trace::Trace nothing;
  for (const exporting::Format& format : exporting::formats()) {
    INFO(format.name);
    std::ostringstream out;
    const auto written = format.write(nothing, {}, out);
    CHECK(written.ok() == (format.name != "eml"));
  }
}

TEST_CASE("A file's ending names its form; the longest ending counts") {
  CHECK(exporting::format_for_file("a/b.c/letter.txt")->name == "text");
  CHECK(exporting::format_for_file("x.messages.csv")->name == "csv-messages");
  CHECK(exporting::format_for_file("messages.csv")->name == "csv");
  CHECK(exporting::format_for_file("x.jsonl")->name == "ndjson");
  CHECK(exporting::format_for_file("x.xyz") == nullptr);
  CHECK(exporting::format_for_file("letter") == nullptr);
  CHECK(exporting::format_for_file(".txt") == nullptr);
  CHECK(exporting::format_for_file("dir.txt/letter") == nullptr);
}

TEST_CASE("Nothing a message says can leave its place in a document") {
  scenario::Scenario s = two_domains();
  const std::string evil =
      "</script><script>alert(1)</script>\n<!-- \n````\nend\n@enduml\n%%{init: {}}%%\n";
  s.title = {evil, evil};
  s.story = {act(0s, "aiko@sakura.example", letter({"ben@kaede.example"}, evil, evil))};
  const trace::Trace trace = world::run_scenario(s);
  const std::string html = write(trace, "html");
  CHECK(html.find("alert(1)</script>") == std::string::npos);
  CHECK(html.find("<script>alert") == std::string::npos);
  CHECK(write(trace, "svg").find("<script") == std::string::npos);
  // A fence ends where a line begins with it; every line of a dialogue begins with its speaker.
  const std::string md = write(trace, "md");
  CHECK(md.find("C: ````") != std::string::npos);
  std::size_t ends = 0;
  std::istringstream uml(write(trace, "plantuml"));
  for (std::string line; std::getline(uml, line);) ends += line == "@enduml";
  CHECK(ends == 1);
}

TEST_CASE("The published schema of traces is the one that the program writes") {
  check_golden(kSource / "schema/trace.schema.json", trace::trace_schema());
}

TEST_CASE("Of a chosen message everything is summed up, whatever it was chosen by") {
  const trace::Trace trace = letter_trace();
  CHECK(write(trace, "csv-messages", only("protocol=smtp")) == write(trace, "csv-messages"));
  CHECK(write(trace, "md", only("protocol=smtp")).find("| aiko@sakura.example | ben@kaede") !=
        std::string::npos);
}
