#include "console/awaited.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "protocols/imap/framing.hpp"
#include "protocols/mail/ascii.hpp"
#include "protocols/smtp/command.hpp"

namespace posthorn::console {

namespace {

using scenario::Service;

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

/// A continuation request. POP3's "+OK" is none.
bool is_plus(std::string_view line) { return line == "+" || line.starts_with("+ "); }

}  // namespace

// --- the person ---

void Awaited::said(std::string_view bytes) {
  while (!bytes.empty()) {
    if (what_ == What::octets) {
      const auto here = static_cast<std::size_t>(std::min<std::uint64_t>(missing_, bytes.size()));
      bytes.remove_prefix(here);
      missing_ -= here;
      if (missing_ == 0) end_octets();
      continue;
    }
    const std::size_t end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    line_ += bytes.substr(0, end);
    bytes.remove_prefix(end);
    if (!line_.ends_with('\n')) return;
    const bool whole = line_.ends_with("\r\n");
    const bool bare_lf_counts = spoken_ == Service::pop3 || spoken_ == Service::imap;
    if (!whole && !bare_lf_counts) continue;  // RFC 5321 §2.3.8
    line_.resize(line_.size() - (whole ? 2 : 1));
    end_line(std::exchange(line_, {}));
  }
}

void Awaited::end_line(std::string_view line) {
  switch (what_) {
    case What::letter:
      if (line == ".") what_ = What::command;
      return;
    case What::answer:
      what_ = What::command;
      unanswered_ = true;  // there may be another question: name, then password
      return;
    case What::idle_end:  // anything else is refused, which will be heard
      if (mail::iequals(line, "DONE")) what_ = on_plus_ = What::command;
      return;
    case What::rest:
      return go_on_with_imap_line(line);
    case What::octets:
    case What::command:
      break;
  }
  begin_command(line);
}

void Awaited::begin_command(std::string_view line) {
  on_plus_ = What::command;
  if (spoken_ == Service::imap) return begin_imap_command(line);
  if (spoken_ != Service::pop3) return begin_smtp_command(line);
  if (!mail::iequals(first_word(line), "AUTH")) return;
  on_plus_ = What::answer;
  unanswered_ = true;
}

void Awaited::begin_smtp_command(std::string_view line) {
  const smtp::Command command = smtp::parse_command(line);
  if (command.verb == smtp::Verb::auth || command.verb == smtp::Verb::data) unanswered_ = true;
  if (command.verb != smtp::Verb::bdat) return;
  std::uint64_t count = 0;
  const char* const end = command.argument.data() + command.argument.size();
  const auto parsed = std::from_chars(command.argument.data(), end, count);
  if (parsed.ec == std::errc::invalid_argument) return;
  begin_octets(parsed.ec == std::errc{} ? count : UINT64_MAX);
}

void Awaited::begin_imap_command(std::string_view line) {
  const std::string_view tag = first_word(line);
  const std::string_view verb = first_word(line.substr(std::min(tag.size() + 1, line.size())));
  tag_ = std::string(tag) + " ";
  if (mail::iequals(verb, "AUTHENTICATE")) {
    on_plus_ = What::answer;
    unanswered_ = true;
  } else if (mail::iequals(verb, "IDLE")) {
    on_plus_ = What::idle_end;
  }
  go_on_with_imap_line(line);
}

void Awaited::go_on_with_imap_line(std::string_view line) {
  what_ = What::command;
  const auto literal = imap::announced_literal(line);
  if (!literal) return;
  granted_ = !literal->synchronising;
  begin_octets(literal->size);
}

void Awaited::begin_octets(std::uint64_t count) {
  what_ = What::octets;
  missing_ = count;
  if (count == 0) end_octets();
}

void Awaited::end_octets() { what_ = spoken_ == Service::imap ? What::rest : What::command; }

// --- the server ---

void Awaited::heard(std::string_view line) {
  unanswered_ = false;
  if (spoken_ == Service::imap) return heard_imap(line);
  if (spoken_ == Service::pop3) return heard_pop3(line);
  heard_smtp(line);
}

void Awaited::heard_smtp(std::string_view line) {
  if (line.starts_with("354")) {
    what_ = What::letter;
  } else if (line.starts_with("334")) {
    what_ = What::answer;
  } else if (what_ == What::octets) {
    // A server that knows no BDAT does not count its octets; one that refuses it does.
    if (line.starts_with("500") || line.starts_with("502")) what_ = What::command;
  } else {
    what_ = What::command;
  }
}

/// Only behind AUTH: a letter that is fetched may have lines that begin with "+", too.
void Awaited::heard_pop3(std::string_view line) {
  what_ = is_plus(line) ? on_plus_ : What::command;
}

void Awaited::heard_imap(std::string_view line) {
  if (is_plus(line)) {
    if (what_ == What::octets)
      granted_ = true;
    else if (what_ == What::command)
      what_ = on_plus_;
    return;
  }
  const bool answered = line.starts_with(tag_) && tag_.size() > 1;
  if (!answered && !line.starts_with("* BAD")) return;
  on_plus_ = What::command;
  if (what_ != What::octets || !granted_) what_ = What::command;
}

}  // namespace posthorn::console
