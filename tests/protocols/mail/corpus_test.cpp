// Every file of the public corpora, taken as a message whatever it is: reading never fails, and
// the ranges of the tree put together again are the original bytes.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "protocols/mail/charset.hpp"
#include "protocols/mail/message.hpp"
#include "tests/protocols/mail/tree_check.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> corpus_files() {
  std::vector<fs::path> folders = {fs::path(POSTHORN_SOURCE_DIR) / ".." / "shared" / "corpus"};
  if (const char* extra = std::getenv("POSTHORN_CORPUS")) folders.emplace_back(extra);
  std::vector<fs::path> files;
  for (const fs::path& folder : folders) {
    if (!fs::is_directory(folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("The corpora are read, and their bytes stay whole") {
  const std::vector<fs::path> files = corpus_files();
  if (files.empty()) WARN("no corpus beside the source tree: nothing read (set POSTHORN_CORPUS)");
  for (const fs::path& file : files) {
    INFO(file);
    const std::string bytes = contents(file);
    const Message message = parse_message(bytes);
    CHECK(*message.bytes == bytes);
    CHECK(tree_faults(message) == "");
    CHECK(is_valid_utf8(subject(message)));
    CHECK(is_valid_utf8(best_text(message)));
    for (const Mailbox& mailbox : from(message)) CHECK(is_valid_utf8(mailbox.display()));
    for (const Attachment& attachment : attachments(message))
      CHECK(is_valid_utf8(attachment.filename));
  }
}
