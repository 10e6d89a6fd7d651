// What Posthorn can say, read from its own sources: so that whoever teaches it a new word is told
// to explain it, and a key with a slip of the pen is found.
#pragma once

#include <regex>
#include <set>
#include <string>

#include "tests/support/golden.hpp"

namespace posthorn::tests {

/// Every first group of the pattern in the sources of a folder (or in one file).
inline std::set<std::string> words_in(const std::string& where, const std::string& pattern) {
  std::set<std::string> words;
  const std::regex wanted(pattern);
  const auto read = [&](const std::filesystem::path& file) {
    const std::string text = slurp(file);
    for (std::sregex_iterator at(text.begin(), text.end(), wanted), end; at != end; ++at)
      words.insert((*at)[1]);
  };
  const std::filesystem::path path = kSource / where;
  if (std::filesystem::is_regular_file(path)) read(path);
  if (std::filesystem::is_directory(path))
    for (const auto& entry : std::filesystem::directory_iterator(path))
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp")
        read(entry.path());
  return words;
}

struct KnownWords {
  std::set<std::string> smtp_verbs =
      words_in("protocols/smtp/command.cpp", R"#(VerbEntry\{"([A-Z]+)")#");
  std::set<std::string> pop3_verbs =
      words_in("protocols/pop3/command_table.cpp", R"#(\{"([A-Z0-9]+)", (?:true|false))#");
  std::set<std::string> imap_verbs = words_in("protocols/imap/command_table.cpp",
                                              R"#(\{"([A-Z]+)", (?:any|selected|[a-z_]*auth))#");
  std::set<std::string> imap_responses =
      words_in("protocols/imap/command_table.cpp", R"#(\{"([A-Z]+)",\s*"RFC)#");
  std::set<std::string> dns_rcodes =
      words_in("protocols/dns/message.cpp", R"#("([A-Z]{6,8})"(?=[,\}]))#");
  /// "550.5.1.1"
  std::set<std::string> smtp_codes = [] {
    std::set<std::string> codes;
    const std::string number = R"#(\b([245][0-9][0-9], "[0-9.]*)")#";
    for (const char* folder : {"protocols/smtp", "sim/host"})
      for (std::string code : words_in(folder, number))
        codes.insert(code.substr(0, 3) + "." + code.substr(6));
    return codes;
  }();
  std::set<std::string> imap_codes = words_in("protocols/imap", R"#(no\("\[([A-Z-]+)\])#");
  std::set<std::string> pop3_codes = words_in("protocols/pop3", R"#("\[([A-Z/-]+)\] ")#");
};

inline const KnownWords& known_words() {
  static const KnownWords words;
  return words;
}

}  // namespace posthorn::tests
