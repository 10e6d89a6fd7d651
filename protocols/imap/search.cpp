#include "protocols/imap/search.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/date.hpp"
#include "protocols/mail/encoded_word.hpp"

namespace posthorn::imap {

namespace {

using Kind = SearchKey::Kind;

/// `needle` is in lower case already. Letters beyond ASCII are compared as they are.
bool contains(std::string_view haystack, std::string_view needle) {
  return mail::to_lower(haystack).find(needle) != std::string::npos;
}

bool header_matches(const mail::Header& header, const SearchKey& key) {
  for (const mail::HeaderField& field : header.fields)
    if (mail::iequals(field.name, key.name) &&
        (key.text.empty() || contains(mail::decode_encoded_words(field.value), key.text)))
      return true;
  return false;
}

/// The decoded text of every text part (and the headers of enclosed messages, for TEXT).
bool body_matches(const mail::Message& message, const mail::Part& part, const std::string& text) {
  if (part.type == "text" && contains(mail::decoded_text(message, part), text)) return true;
  return std::any_of(part.children.begin(), part.children.end(),
                     [&](const mail::Part& child) { return body_matches(message, child, text); });
}

bool any_header_matches(const mail::Part& part, const std::string& text) {
  for (const mail::HeaderField& field : part.header.fields)
    if (contains(field.name + ": " + mail::decode_encoded_words(field.value), text)) return true;
  return std::any_of(part.children.begin(), part.children.end(),
                     [&](const mail::Part& child) { return any_header_matches(child, text); });
}

bool content_matches(const SearchKey& key, const mail::Message& message) {
  if (key.kind == Kind::header) return header_matches(message.root.header, key);
  return body_matches(message, message.root, key.text) ||
         (key.kind == Kind::text && any_header_matches(message.root, key.text));
}

/// The day that the writer of the Date field saw on the calendar, "disregarding time and zone".
std::optional<std::chrono::year_month_day> sent_day(SearchSubject& subject) {
  const auto date = mail::parse_rfc5322(subject.message().root.header.value("Date"));
  if (!date) return std::nullopt;
  const mail::CivilTime civil = mail::to_civil(*date);
  return std::chrono::year_month_day(std::chrono::year(civil.year),
                                     std::chrono::month(static_cast<unsigned>(civil.month)),
                                     std::chrono::day(static_cast<unsigned>(civil.day)));
}

bool date_matches(const SearchKey& key, SearchSubject& subject) {
  const bool sent =
      key.kind == Kind::sent_before || key.kind == Kind::sent_on || key.kind == Kind::sent_since;
  const auto day = sent
                       ? sent_day(subject)
                       : std::optional(std::chrono::year_month_day(
                             std::chrono::floor<std::chrono::days>(subject.stored->internal_date)));
  if (!day) return false;
  if (key.kind == Kind::before || key.kind == Kind::sent_before) return *day < key.date;
  if (key.kind == Kind::on || key.kind == Kind::sent_on) return *day == key.date;
  return *day >= key.date;
}

}  // namespace

const mail::Message& SearchSubject::message() {
  if (!parsed) parsed = mail::parse_message(stored->content);
  return *parsed;
}

bool matches(const SearchKey& key, SearchSubject& subject) {
  const auto child_matches = [&](const SearchKey& child) { return matches(child, subject); };
  const std::vector<SearchKey>& children = key.children;
  switch (key.kind) {
    case Kind::all:
      return true;
    case Kind::any_of:
      return std::any_of(children.begin(), children.end(), child_matches);
    case Kind::all_of:
      return std::all_of(children.begin(), children.end(), child_matches);
    case Kind::none_of:
      return std::none_of(children.begin(), children.end(), child_matches);
    case Kind::sequence:
      return key.set.contains(subject.sequence);
    case Kind::uid:
      return key.set.contains(subject.stored->uid);
    case Kind::flag:
      return subject.stored->flags.has(key.flag);
    case Kind::keyword:
      return subject.stored->flags.has_keyword(key.name);
    case Kind::recent:
      return subject.recent;
    case Kind::larger:
      return subject.stored->content->size() > key.number;
    case Kind::smaller:
      return subject.stored->content->size() < key.number;
    case Kind::header:
    case Kind::body:
    case Kind::text:
      return content_matches(key, subject.message());
    default:
      return date_matches(key, subject);
  }
}

void resolve_sets(SearchKey& key, std::uint32_t largest_sequence, std::uint32_t largest_uid) {
  if (key.kind == Kind::sequence) key.set.resolve(largest_sequence);
  if (key.kind == Kind::uid) key.set.resolve(largest_uid);
  for (SearchKey& child : key.children) resolve_sets(child, largest_sequence, largest_uid);
}

}  // namespace posthorn::imap
