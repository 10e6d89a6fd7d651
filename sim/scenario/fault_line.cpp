#include "sim/scenario/fault_line.hpp"

#include <algorithm>
#include <charconv>

#include "sim/scenario/defaults.hpp"
#include "sim/scenario/fault_tables.hpp"
#include "sim/scenario/fault_words.hpp"

namespace posthorn::scenario {
namespace {

using Words = std::vector<std::string>;

Words split(std::string_view line) {
  Words words;
  while (!line.empty()) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
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

/// The JSON value that these words stand for.
std::string value_of(const std::string& key, const Words& words) {
  if (key == "value" || key == "wrong_record") {  // "10 mail.kaede.example" is one text
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return json_string(text);
  }
  const auto one = [](const std::string& word) {
    return is_number(word) || word == "true" || word == "false" ? word : json_string(word);
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

Result<bool> check_places(const Fault& fault, const Scenario& scenario) {
  Words known;
  for (const Host& host : scenario.hosts) known.push_back(host.name);
  const Words hosts = hosts_of(fault);
  for (const std::string& name : hosts) {
    if (name.empty()) return Error{"there is no such account"};
    if (find_host(scenario, name) == nullptr)
      return as_error(fill(say::no_such_host, {quoted(name)}),
                      suggest(name, known, say::hosts_are));
  }
  const bool line = std::holds_alternative<CutLink>(fault.what) ||
                    std::holds_alternative<BadLine>(fault.what) ||
                    std::holds_alternative<Listener>(fault.what);
  if (line && std::ranges::none_of(scenario.links, [&](const Link& link) {
        return (link.a == hosts[0] && link.b == hosts[1]) ||
               (link.a == hosts[1] && link.b == hosts[0]);
      }))
    return Error{fill(say::no_such_link, {quoted(hosts[0]), quoted(hosts[1])})};
  return true;
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
  if (const auto known = check_places(trouble, scenario); !known) return known.error();
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
