#include "text/library.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace posthorn::texts {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kInterface = "interface.txt";
constexpr std::uintmax_t kLargestFile = 4 << 20;

void put_over(LocalText& under, const LocalText& over) {
  for (const Language& language : kLanguages)
    if (!(over.*language.words).empty()) under.*language.words = over.*language.words;
}

Library built_in() {
  Library library;
  for (const DataFile& file : built_in_files())
    (file.name == kInterface ? library.words : library.explanations).put(parse_texts(file.content));
  library.index();
  return library;
}

/// Sorted, so that it does not depend on the machine which of two files wins.
std::vector<fs::path> text_files(const fs::path& folder, std::error_code& error) {
  std::vector<fs::path> files;
  fs::recursive_directory_iterator at(folder, error), end;
  for (; !error && at != end; at.increment(error))
    if (at->path().extension() == ".txt" && at->is_regular_file()) files.push_back(at->path());
  std::ranges::sort(files);
  return files;
}

/// Leaves out what cannot be used, and says why: a new key must be one that can be asked for, and
/// needs its words in every language, because nothing of ours stands in for them.
std::vector<Problem> judge(ParsedTexts& parsed, const Table& table, bool interface) {
  std::vector<Problem> problems = std::move(parsed.problems);
  const auto unusable = [&](const ParsedEntry& parsed_entry) {
    const auto& [entry, line] = parsed_entry;
    if (table.find(entry.key) != nullptr) return false;
    if (interface || !can_be_asked_for(entry.key)) {
      problems.push_back({line, "'" + entry.key + "' names nothing that Posthorn could show"});
      return true;
    }
    bool incomplete = false;
    for (const Language& language : kLanguages) {
      const std::string ending(language.ending);
      if (!(entry.text.*language.words).empty() && !(entry.title.*language.words).empty()) continue;
      problems.push_back(
          {line, "the new entry '" + entry.key + "' needs title." + ending + " and " + ending});
      incomplete = true;
    }
    return incomplete;
  };
  std::erase_if(parsed.entries, unusable);
  std::ranges::stable_sort(problems, {}, &Problem::line);
  return problems;
}

}  // namespace

void Table::put(const ParsedTexts& parsed) {
  for (const auto& [entry, line] : parsed.entries) {
    const auto [place, fresh] = places_.emplace(entry.key, entries_.size());
    if (fresh) {
      entries_.push_back(entry);
      continue;
    }
    TextEntry& under = entries_[place->second];
    put_over(under.title, entry.title);
    put_over(under.text, entry.text);
    put_over(under.office, entry.office);
    put_over(under.admin, entry.admin);
  }
}

const TextEntry* Table::find(std::string_view key) const {
  const auto found = places_.find(key);
  return found == places_.end() ? nullptr : &entries_[found->second];
}

void Library::index() {
  by_key.clear();
  for (const TextEntry& e : explanations.entries())
    by_key[e.key] = {e.title, e.text, e.office, e.admin};
}

Library& library() {
  static Library the_one = built_in();
  return the_one;
}

std::string load_folder(const std::string& folder) {
  std::error_code error;
  const std::vector<fs::path> files = text_files(folder, error);
  if (error) return folder + ": " + error.message() + "\n";
  if (files.empty()) return folder + ": there is no .txt file\n";
  std::string errors;
  for (const fs::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    if (!file || fs::file_size(path, error) > kLargestFile || error) {
      errors += path.string() + ": cannot be read, or is too large\n";
      continue;
    }
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    ParsedTexts parsed = parse_texts(content);
    const bool interface = path.filename() == kInterface;
    Table& table = interface ? library().words : library().explanations;
    for (const Problem& problem : judge(parsed, table, interface))
      errors += path.string() + ":" + std::to_string(problem.line) + ": " + problem.what + "\n";
    table.put(parsed);
  }
  library().index();
  return errors;
}

}  // namespace posthorn::texts
