#include "protocols/smtp/command.hpp"

#include <array>

#include "protocols/mail/ascii.hpp"

namespace posthorn::smtp {

namespace {

struct VerbEntry {
  std::string_view name;
  Verb verb;
  std::string_view rule;
};

constexpr std::array verbs = {
    VerbEntry{"HELO", Verb::helo, "RFC 5321 §4.1.1.1"},
    VerbEntry{"EHLO", Verb::ehlo, "RFC 5321 §4.1.1.1"},
    VerbEntry{"LHLO", Verb::lhlo, "RFC 2033 §4.1"},
    VerbEntry{"AUTH", Verb::auth, "RFC 4954 §4"},
    VerbEntry{"MAIL", Verb::mail, "RFC 5321 §4.1.1.2"},
    VerbEntry{"RCPT", Verb::rcpt, "RFC 5321 §4.1.1.3"},
    VerbEntry{"DATA", Verb::data, "RFC 5321 §4.1.1.4"},
    VerbEntry{"BDAT", Verb::bdat, "RFC 3030 §2"},
    VerbEntry{"RSET", Verb::rset, "RFC 5321 §4.1.1.5"},
    VerbEntry{"VRFY", Verb::vrfy, "RFC 5321 §4.1.1.6"},
    VerbEntry{"EXPN", Verb::expn, "RFC 5321 §4.1.1.7"},
    VerbEntry{"HELP", Verb::help, "RFC 5321 §4.1.1.8"},
    VerbEntry{"NOOP", Verb::noop, "RFC 5321 §4.1.1.9"},
    VerbEntry{"QUIT", Verb::quit, "RFC 5321 §4.1.1.10"},
    VerbEntry{"STARTTLS", Verb::starttls, "RFC 3207 §4"},
    VerbEntry{"ETRN", Verb::not_implemented, "RFC 1985 §5"},
    VerbEntry{"TURN", Verb::not_implemented, "RFC 5321 §F.1"},
    VerbEntry{"SEND", Verb::not_implemented, "RFC 5321 §F.6"},
    VerbEntry{"SOML", Verb::not_implemented, "RFC 5321 §F.6"},
    VerbEntry{"SAML", Verb::not_implemented, "RFC 5321 §F.6"},
};

constexpr std::size_t max_name = 16;
constexpr std::size_t max_parameters = 32;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

Refusal syntax(std::string text, std::string_view enhanced = "5.5.4",
               std::string_view rule = "RFC 5321 §4.1.2") {
  return {501, enhanced, std::move(text), rule};
}

/// Length of "<...>" at the front of `text`, minding quoted strings; 0 if it is not closed.
std::size_t path_length(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '>' && !quoted) {
      return i + 1;
    }
  }
  return 0;
}

/// esmtp-keyword: a letter or digit, then letters, digits and hyphens.
bool is_keyword(std::string_view text) {
  if (text.empty() || !mail::is_alnum(text.front())) return false;
  for (const char c : text)
    if (!mail::is_alnum(c) && c != '-') return false;
  return true;
}

std::optional<Refusal> parse_parameters(std::string_view text, std::vector<Parameter>& out) {
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    const std::size_t equals = word.find('=');
    const std::string keyword = upper(word.substr(0, equals));
    if (!is_keyword(keyword) || equals + 1 == word.size())
      return syntax("Malformed parameter", "5.5.4");
    for (const Parameter& earlier : out)
      if (earlier.keyword == keyword) return syntax("Parameter given twice: " + keyword);
    if (out.size() == max_parameters) return syntax("Too many parameters");
    Parameter parameter{keyword, std::nullopt};
    if (equals != std::string_view::npos) parameter.value = std::string(word.substr(equals + 1));
    out.push_back(std::move(parameter));
  }
  return std::nullopt;
}

}  // namespace

Command parse_command(std::string_view line) {
  while (!line.empty() && mail::is_wsp(line.back())) line.remove_suffix(1);
  const std::string_view word = line.substr(0, line.find(' '));
  Command command{Verb::unknown, upper(word.substr(0, max_name)), {}};
  for (char& c : command.name)
    if (mail::is_ctl(c) || mail::is_8bit(c)) c = '?';
  if (word.size() < line.size()) command.argument = line.substr(word.size() + 1);
  if (word.size() > max_name) return command;
  for (const VerbEntry& entry : verbs)
    if (entry.name == command.name) command.verb = entry.verb;
  return command;
}

std::string_view rule_of(Verb verb) {
  for (const VerbEntry& entry : verbs)
    if (entry.verb == verb && verb != Verb::not_implemented) return entry.rule;
  return "RFC 5321 §4.2.4";
}

Result<PathArgument, Refusal> parse_path_argument(std::string_view argument,
                                                  std::string_view prefix) {
  const bool sender = prefix == "FROM:";
  const std::string_view bad_address = sender ? "5.1.7" : "5.1.3";
  if (!mail::iequals(argument.substr(0, prefix.size()), prefix))
    return syntax("Syntax: " + std::string(sender ? "MAIL FROM:<address>" : "RCPT TO:<address>"));
  argument.remove_prefix(prefix.size());
  if (!argument.empty() && argument.front() == ' ')
    return syntax("No space is allowed after the colon", "5.5.4", "RFC 5321 §3.3");
  if (argument.empty() || argument.front() != '<')
    return syntax("The address must stand in angle brackets", bad_address);
  const std::size_t length = path_length(argument);
  if (length == 0) return syntax("The closing '>' is missing", bad_address);
  auto path = Path::parse(argument.substr(0, length));
  if (!path) return syntax("Bad address: " + path.error().message, bad_address);
  argument.remove_prefix(length);
  if (!argument.empty() && argument.front() != ' ')
    return syntax("A space must follow the address");
  PathArgument out{std::move(path).value(), {}};
  if (auto refusal = parse_parameters(argument, out.parameters)) return std::move(*refusal);
  return out;
}

}  // namespace posthorn::smtp
