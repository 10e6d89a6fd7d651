#include "protocols/imap/search.hpp"

#include <algorithm>

#include "protocols/imap/fold_case.hpp"
#include "protocols/mail/ascii.hpp"
#include "protocols/mail/date.hpp"
#include "protocols/mail/encoded_word.hpp"

namespace posthorn::imap {

namespace {

using Kind = SearchKey::Kind;

/// Lower case as far as RFC 5051 and we care: see fold_case.
bool contains(std::string_view haystack, std::string_view needle) {
  return fold_case(haystack).find(needle) != std::string::npos;
}

bool header_matches(const mail::Header& header, const SearchKey& key) {
  return std::any_of(header.fields.begin(), header.fields.end(), [&](const mail::HeaderField& f) {
    return mail::iequals(f.name, key.name) &&
           (key.text.empty() || contains(mail::decode_encoded_words(f.value), key.text));
  });
}

void add_fields(const mail::Part& part, std::string& text) {
  for (const mail::HeaderField& field : part.header.fields)
    text += fold_case(field.name + ": " + mail::decode_encoded_words(field.value)) + '\0';
}

/// All but TEXT and MESSAGE may be left out (RFC 3501 §6.4.4). The header of a letter inside
/// belongs to the body of ours.
void add_body_text(const mail::Message& message, const mail::Part& part, std::string& text) {
  const bool is_message = part.type == "message";
  if ((part.type == "text" || is_message) && part.children.empty())
    text += fold_case(mail::decoded_text(message, part)) + '\0';
  for (const mail::Part& child : part.children) {
    if (is_message) add_fields(child, text);
    add_body_text(message, child, text);
  }
}

void add_header_text(const mail::Part& part, std::string& text) {
  add_fields(part, text);
  for (const mail::Part& child : part.children) add_header_text(child, text);
}

bool content_matches(const SearchKey& key, SearchSubject& subject) {
  if (key.kind == Kind::header) return header_matches(subject.header(), key);
  return subject.body_text().find(key.text) != std::string::npos ||
         (key.kind == Kind::text && subject.header_text().find(key.text) != std::string::npos);
}

/// The day on the calendar, "disregarding time and timezone" (RFC 3501 §6.4.4).
std::chrono::year_month_day day_of(const mail::DateTime& date) {
  return std::chrono::floor<std::chrono::days>(date.instant +
                                               std::chrono::minutes(date.offset_minutes));
}

bool date_matches(const SearchKey& key, SearchSubject& subject) {
  const bool sent =
      key.kind == Kind::sent_before || key.kind == Kind::sent_on || key.kind == Kind::sent_since;
  const auto date = sent ? subject.sent() : std::optional(subject.stored.internal_date);
  if (!date) return false;
  const std::chrono::year_month_day day = day_of(*date);
  if (key.kind == Kind::before || key.kind == Kind::sent_before) return day < key.date;
  if (key.kind == Kind::on || key.kind == Kind::sent_on) return day == key.date;
  return day >= key.date;
}

}  // namespace

const mail::Message& SearchSubject::message() {
  if (!message_) message_ = mail::parse_message(stored.content);
  return *message_;
}

const std::optional<mail::DateTime>& SearchSubject::sent() {
  if (!sent_) sent_ = mail::parse_rfc5322(header().value("Date"));
  return *sent_;
}

const mail::Header& SearchSubject::header() {
  if (!header_ && !message_) header_ = mail::parse_header(*stored.content);
  const mail::Header& header = message_ ? message_->root.header : *header_;
  octets_read_ += header.range.size();
  return header;
}

const std::string& SearchSubject::body_text() {
  if (!body_text_) add_body_text(message(), message().root, body_text_.emplace());
  octets_read_ += stored.content->size();
  return *body_text_;
}

const std::string& SearchSubject::header_text() {
  if (!header_text_) add_header_text(message().root, header_text_.emplace());
  octets_read_ += header_text_->size();
  return *header_text_;
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
      return key.set.contains(subject.stored.uid);
    case Kind::flag:
      return subject.stored.flags.has(key.flag);
    case Kind::keyword:
      return subject.stored.flags.has_keyword(key.name);
    case Kind::saved:
      return subject.saved;
    case Kind::recent:
      return subject.recent;
    case Kind::changed_since:
      return subject.stored.changed >= key.number;
    case Kind::larger:
      return subject.stored.content->size() > key.number;
    case Kind::smaller:
      return subject.stored.content->size() < key.number;
    case Kind::header:
    case Kind::body:
    case Kind::text:
      return content_matches(key, subject);
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
