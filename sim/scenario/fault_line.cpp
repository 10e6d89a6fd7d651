#include "sim/scenario/fault_line.hpp"

#include <algorithm>
#include <charconv>

#include "sim/scenario/checks.hpp"
#include "sim/scenario/defaults.hpp"
#include "sim/scenario/fault_tables.hpp"
#include "sim/scenario/fault_words.hpp"

namespace posthorn::scenario {
namespace {

using Words = std::vector<std::string>;

/// A word ends at white space. One that begins with a quotation mark goes on at least to the other.
std::size_t word_size(std::string_view line) {
  std::size_t i = 0;
  if (line.starts_with('"'))
    for (++i; i < line.size() && line[i] != '"'; ++i)
      if (line[i] == '\\') ++i;
  return std::min(line.find_first_of(" \t", i), line.size());
}

Words split(std::string_view line) {
  Words words;
  while (!line.empty()) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    const std::size_t size = word_size(line);
    words.emplace_back(line.substr(0, size));
    line.remove_prefix(size);
  }
  return words;
}

/// The keys of the fault that begins with `first`, that one first; none if there is no such fault.
Words keys_of(std::string_view first) {
  Words keys;
  for (const auto& choice : fault_table().table()) {
    if (choice.fields.front().key != first) continue;
    for (const auto& field : choice.fields) keys.push_back(field.key);
    for (const auto& field : fault_table().common()) keys.push_back(field.key);
  }
  return keys;
}

bool is_number(const std::string& word) {
  double number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc{} && end == word.data() + word.size();
}

/// The JSON value that these words stand for. Words in quotes are JSON as they are; but several of
/// them are the strings of a TXT record.
std::string value_of(const std::string& key, const Words& words) {
  const auto is_quoted = [](const std::string& word) { return word.starts_with('"'); };
  if (words.size() == 1 && key != "partition" && is_quoted(words.front())) return words.front();
  if (key == "value" || key == "wrong_record") {  // "10 mail.kaede.example" is one text
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return json_string(text);
  }
  const auto one = [&](const std::string& word) {
    const bool is_json = is_number(word) || is_quoted(word) || word == "true" || word == "false";
    return is_json ? word : json_string(word);
  };
  if (words.size() == 1 && key != "partition") return one(words.front());
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "[" : ",") + one(word);
  return list.empty() ? json_string("") : list + "]";
}

std::string to_json(const Words& words, const Words& keys) {
  std::string text;
  for (std::size_t i = 0; i < words.size();) {
    const std::string& key = words[i++];
    Words values;
    while (i < words.size() && (values.empty() || std::ranges::count(keys, words[i]) == 0))
      values.push_back(words[i++]);
    text += (text.empty() ? "{" : ",") + json_string(key) + ":" + value_of(key, values);
  }
  return text + "}";
}

Error as_error(const std::string& message, const std::string& hint) {
  return Error{hint.empty() ? message : message + "; " + hint};
}

/// The same as for a fault in a file; nullopt if it can happen.
std::optional<Error> objection(const Scenario& scenario, const Fault& fault) {
  for (const std::string& name : hosts_of(fault))
    if (name.empty()) return Error{"there is no such account"};
  const std::vector<FaultProblem> problems = fault_problems(scenario, fault);
  if (!problems.empty()) return as_error(problems.front().message, problems.front().hint);
  for (const Act& act : scenario.story) {
    const auto* known = std::get_if<Trouble>(&act.what);
    if (known != nullptr && !fault.id.empty() && known->id == fault.id)
      return Error{fill(say::same_name, {"the id", quoted(fault.id)})};
  }
  return std::nullopt;
}

}  // namespace

Result<Fault> parse_fault_line(std::string_view line, const Scenario& scenario) {
  const Words words = split(line);
  Words firsts;
  for (const auto& choice : fault_table().table()) firsts.push_back(choice.fields.front().key);
  if (words.empty()) return Error{"a fault is one of " + listed(firsts)};
  const Words keys = keys_of(words.front());
  if (keys.empty())
    return as_error("there is no fault " + quoted(words.front()),
                    suggest(words.front(), firsts, "faults are {}"));
  const json::ParseResult parsed = json::parse(to_json(words, keys), "");
  std::vector<Diagnostic> problems = parsed.diagnostics;
  Trouble trouble;
  const FileReader no_files = [](const std::string&) -> Result<std::shared_ptr<const std::string>> {
    return Error{"there are no files"};
  };
  if (parsed.value) {
    Reader reader("", no_files, problems);
    fault_table().read(reader, *parsed.value, trouble);
  }
  if (!problems.empty()) return as_error(problems.front().message, problems.front().hint);
  fill_host(scenario, trouble);
  if (auto wrong = objection(scenario, trouble)) return std::move(*wrong);
  return Fault(trouble);
}

std::vector<std::string> fault_line_forms() {
  std::vector<std::string> forms;
  for (const auto& choice : fault_table().table()) {
    std::string form;
    for (const auto& field : choice.fields) {
      const bool needed = field.need == Need::required;
      form += (form.empty() ? "" : " ") + std::string(needed ? "" : "[") + field.key + " …" +
              (needed ? "" : "]");
    }
    forms.push_back(form + " [for …]");
  }
  return forms;
}

}  // namespace posthorn::scenario
