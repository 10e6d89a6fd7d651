#include "text/reader.hpp"

#include <algorithm>

namespace posthorn::texts {
namespace {

std::vector<std::string> split_keys(std::string_view keys) {
  std::vector<std::string> out;
  while (!keys.empty()) {
    const std::size_t space = keys.find(' ');
    if (space != 0) out.emplace_back(keys.substr(0, space));
    if (space == std::string_view::npos) break;
    keys.remove_prefix(space + 1);
  }
  return out;
}

/// "ja", "title.en", "admin.ja", and the same with `own`, the file's own language, which takes the
/// place of English; nullptr for anything else.
std::string* field_of(TextEntry& entry, std::string_view name, std::string_view own) {
  const std::size_t dot = name.rfind('.');
  const std::string_view ending = dot == std::string_view::npos ? name : name.substr(dot + 1);
  const std::string_view part = dot == std::string_view::npos ? "" : name.substr(0, dot);
  LocalText* text = part == "" && dot == std::string_view::npos ? &entry.text
                    : part == "title"                           ? &entry.title
                    : part == "office"                          ? &entry.office
                    : part == "admin"                           ? &entry.admin
                                                                : nullptr;
  if (text != nullptr && !own.empty() && ending == own) return &text->en;
  const auto* language = std::ranges::find(kLanguages, ending, &Language::ending);
  if (text == nullptr || language == std::end(kLanguages)) return nullptr;
  return &(text->*language->words);
}

class Reader {
 public:
  ParsedTexts read(std::string_view file) {
    if (file.starts_with("\xEF\xBB\xBF")) file.remove_prefix(3);  // some editors' byte order mark
    while (!file.empty()) {
      const std::size_t newline = file.find('\n');
      std::string_view text = file.substr(0, newline);
      if (text.ends_with('\r')) text.remove_suffix(1);
      ++number_;
      line(text);
      if (newline == std::string_view::npos) break;
      file.remove_prefix(newline + 1);
    }
    finish();
    return std::move(parsed_);
  }

 private:
  void line(std::string_view text) {
    if (text.empty() || text[0] == '#') return;
    if (text[0] == '[') return heading(text);
    if (text[0] == ' ') return continuation(text);
    const std::size_t colon = text.find(": ");
    if (parsed_.entries.empty() && keys_.empty() && text.starts_with(kOwn))
      return own_language(text.substr(kOwn.size()));
    field_ =
        colon == std::string_view::npos ? nullptr : field_of(entry_, text.substr(0, colon), own_);
    if (field_ == nullptr)
      return error("expected 'en: …', 'ja: …', or the same after 'title.', 'office.' or 'admin.'");
    if (keys_.empty()) {
      field_ = nullptr;
      return error("this stands under no [key]");
    }
    *field_ = text.substr(colon + 2);
  }
  void own_language(std::string_view code) {
    const bool letters = std::ranges::all_of(code, [](char c) { return c >= 'a' && c <= 'z'; });
    if (!letters || code.size() < 2 || code.size() > 3)
      return error("a language has two or three small letters: 'language: fr'");
    own_ = code;
  }
  void heading(std::string_view text) {
    finish();
    heading_ = number_;
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return error("the ']' is missing");
    keys_ = split_keys(text.substr(1, end - 1));
    if (keys_.empty()) error("a heading needs a key");
  }
  void continuation(std::string_view text) {
    if (field_ == nullptr) return error("nothing to continue");
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const bool ascii_end = !field_->empty() && static_cast<unsigned char>(field_->back()) < 0x80;
    if (ascii_end) *field_ += ' ';  // Japanese lines join without a space
    *field_ += text;
  }
  void finish() {
    for (const std::string& key : keys_) {
      entry_.key = key;
      parsed_.entries.push_back({entry_, heading_});
    }
    keys_.clear();
    entry_ = {};
    field_ = nullptr;
  }
  void error(std::string what) { parsed_.problems.push_back({number_, std::move(what)}); }

  static constexpr std::string_view kOwn = "language: ";
  ParsedTexts parsed_;
  std::string own_;  ///< the file's own language; "" for none
  std::vector<std::string> keys_;
  TextEntry entry_;
  std::string* field_ = nullptr;
  int number_ = 0, heading_ = 0;
};

}  // namespace

ParsedTexts parse_texts(std::string_view file) { return Reader().read(file); }

std::string check_texts(std::string_view file) {
  const ParsedTexts parsed = parse_texts(file);
  std::string out;
  const auto report = [&](int line, const std::string& what) {
    out += "line " + std::to_string(line) + ": " + what + "\n";
  };
  for (const Problem& problem : parsed.problems) report(problem.line, problem.what);
  for (const auto& [entry, line] : parsed.entries)
    for (const Language& language : kLanguages)
      if ((entry.text.*language.words).empty())
        report(line, "entry '" + entry.key + "' needs " + std::string(language.ending));
  return out;
}

}  // namespace posthorn::texts
