// Every word exists in both languages, and every event of the story is explained.
#include <set>

#include "tests/support/catch.hpp"
#include "text/text.hpp"

using namespace posthorn;
using namespace posthorn::texts;

TEST_CASE("the data files are well formed and name no key twice") {
  for (const DataFile& file : built_in_files()) {
    INFO(file.name);
    CHECK(check_texts(file.content) == "");
  }
  for (const auto* table : {&interface_texts(), &explanation_texts()}) {
    std::set<std::string> keys;
    for (const TextEntry& entry : *table) {
      INFO(entry.key);
      CHECK(keys.insert(entry.key).second);
    }
  }
}

TEST_CASE("explanations have a title in both languages") {
  for (const TextEntry& entry : explanation_texts()) {
    INFO(entry.key);
    CHECK_FALSE(entry.title.en.empty());
    CHECK_FALSE(entry.title.ja.empty());
  }
}

TEST_CASE("mistakes in a data file are reported with their line") {
  CHECK(check_texts("[a]\nen: x\n") == "line 1: entry 'a' needs ja\n");
  CHECK(check_texts("[a]\nfr: x\nen: x\nja: y\n").find("line 2: expected") == 0);
  CHECK(check_texts("[a]\n x\nen: x\nja: y\n") == "line 2: nothing to continue\n");
}

TEST_CASE("a reply that no entry names is explained by its class") {
  trace::Trace t{trace::Scene{}};
  t.append({}, trace::ConnectionOpening{ConnId{1}, HostId{1}, HostId{2}, 1, 25, Protocol::smtp});
  t.append(
      {},
      trace::Line{ConnId{1}, 0, 3, t.intern("299"), {}, NoteKind::reply, Side::server, Flow::sent});
  CHECK(explain(t, t[RecordId{2}]).title.en == "2…: success");
}
