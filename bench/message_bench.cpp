// How fast messages are read. Prints one line: megabytes, and megabytes a second for the tree alone
// and for everything that a reader is shown. message_bench.py runs it beside other readers.
//
//     message_bench FILE-OR-FOLDER...
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "protocols/mail/message.hpp"

namespace {

using namespace posthorn;
using Contents = std::vector<std::shared_ptr<const std::string>>;

/// Octets a second, going over all messages for at least one second.
double rate(const Contents& messages,
            const std::function<std::size_t(const mail::Message&)>& read) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  double octets = 0, seconds = 0;
  std::size_t sum = 0;
  while (seconds < 1) {
    for (const auto& content : messages) {
      sum += read(mail::parse_message(content));
      octets += static_cast<double>(content->size());
    }
    seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  if (sum == 0) std::fprintf(stderr, "nothing was read\n");
  return octets / seconds;
}

std::size_t show(const mail::Message& message) {
  std::size_t sum = mail::subject(message).size() + mail::best_text(message).size();
  for (const mail::Attachment& attachment : mail::attachments(message)) sum += attachment.size;
  return sum + mail::from(message).size();
}

/// The files that are named, and all below the folders that are.
std::vector<std::string> files(int argc, char** argv) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      names.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(argv[i]))
      if (entry.is_regular_file()) names.push_back(entry.path().string());
  }
  return names;
}

}  // namespace

int main(int argc, char** argv) {
  Contents messages;
  double octets = 0;
  for (const std::string& name : files(argc, argv)) {
    std::ifstream in(name, std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "message_bench: cannot read %s\n", name.c_str());
      return 2;
    }
    messages.push_back(std::make_shared<const std::string>(std::istreambuf_iterator<char>(in),
                                                           std::istreambuf_iterator<char>()));
    octets += static_cast<double>(messages.back()->size());
  }
  if (octets == 0) {
    std::fprintf(stderr, "usage: message_bench FILE-OR-FOLDER...\n");
    return 2;
  }
  const double tree =
      rate(messages, [](const mail::Message& message) { return message.root.body_lines + 1; });
  std::printf("%.3f %.3f %.3f\n", octets / 1e6, tree / 1e6, rate(messages, show) / 1e6);
}
