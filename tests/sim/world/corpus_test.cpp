// Real and broken messages through the whole world: SMTP in, POP3 and IMAP out, no byte lost.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "protocols/mail/compose.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> corpus_files() {
  const char* named = std::getenv("POSTHORN_CORPUS");
  const fs::path root = named != nullptr
                            ? fs::path(named)
                            : fs::path(POSTHORN_SOURCE_DIR) / ".." / "shared" / "corpus";
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(root, error))
    if (entry.path().extension() == ".eml" || entry.path().extension() == ".msg")
      files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("Every message of the corpus arrives byte for byte below its trace fields") {
  const std::vector<fs::path> files = corpus_files();
  if (files.empty()) {
    std::cout << "corpus_test: no corpus here, skipped\n";
    return;
  }
  const auto reads = GENERATE(scenario::Reads::pop3, scenario::Reads::imap);
  scenario::Scenario s = two_domains(reads);
  Duration when = 0s;
  for (const fs::path& file : files) {
    scenario::Send send;
    send.to = {"ben@kaede.example"};
    send.eml = std::make_shared<const std::string>(read(file));
    s.story.push_back(act(when, "aiko@sakura.example", send));
    when += 10s;
  }
  s.story.push_back(act(when + 1min, "ben@kaede.example", scenario::Fetch{}));
  const trace::Trace trace = world::run_scenario(s);
  std::vector<std::string> received;
  for (const trace::Record& record : trace.records()) {
    if (const auto* inbox = std::get_if<trace::InboxReceived>(&record.fact))
      received.push_back(*trace.blob(inbox->content));
    if (const auto* problem = std::get_if<trace::ClientProblem>(&record.fact))
      FAIL_CHECK(trace.text(problem->problem));
  }
  REQUIRE(received.size() == files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::string sent = mail::to_crlf(read(files[i]));
    if (sent.size() < 2 || sent.substr(sent.size() - 2) != "\r\n") sent += "\r\n";
    INFO(files[i].string());
    CHECK(received[i].ends_with(sent));
    CHECK(received[i].starts_with("Return-Path: <aiko@sakura.example>\r\n"));
  }
}
