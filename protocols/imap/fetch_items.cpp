#include "protocols/imap/fetch_items.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"

namespace posthorn::imap {

namespace {

constexpr std::size_t max_items = 64;
constexpr std::size_t max_path = 100;

using Kind = FetchItem::Kind;
using What = Section::What;

/// The items that are one word.
struct Word {
  std::string_view name;
  Kind kind;
  What what;
  bool peek;
};
constexpr Word words[] = {
    {"FLAGS", Kind::flags, What::everything, true},
    {"UID", Kind::uid, What::everything, true},
    {"INTERNALDATE", Kind::internal_date, What::everything, true},
    {"RFC822.SIZE", Kind::size, What::everything, true},
    {"ENVELOPE", Kind::envelope, What::everything, true},
    {"BODY", Kind::body, What::everything, true},
    {"BODYSTRUCTURE", Kind::body_structure, What::everything, true},
    {"MODSEQ", Kind::change, What::everything, true},
    {"RFC822", Kind::section, What::everything, false},
    {"RFC822.HEADER", Kind::section, What::header, true},
    {"RFC822.TEXT", Kind::section, What::text, false},
};

std::optional<FetchItem> item_of_word(std::string_view name) {
  const auto* word = std::find_if(std::begin(words), std::end(words),
                                  [&](const Word& w) { return w.name == name; });
  if (word == std::end(words)) return std::nullopt;
  FetchItem item;
  item.kind = word->kind;
  item.name = std::string(name);
  item.section.what = word->what;
  item.peek = word->peek;
  return item;
}

bool parse_field_names(Parser& parser, std::vector<std::string>& fields) {
  if (!parser.space() || !parser.accept('(')) return false;
  do {
    auto name = parser.astring();
    if (!name) return false;
    fields.push_back(std::move(*name));
  } while (parser.space());
  return parser.accept(')');
}

/// After "[", up to and with "]".
bool parse_section(Parser& parser, Section& section) {
  bool more = !parser.accept(']');
  while (more && mail::is_digit(parser.peek())) {
    const auto number = parser.nz_number();
    if (!number || section.path.size() == max_path) return false;
    section.path.push_back(*number);
    more = parser.accept('.');
    if (!more && !parser.accept(']')) return false;
  }
  if (!more) return true;
  const auto word = parser.item_name();
  if (!word) return false;
  if (*word == "HEADER") {
    section.what = What::header;
  } else if (*word == "TEXT") {
    section.what = What::text;
  } else if (*word == "MIME" && !section.path.empty()) {
    section.what = What::mime;
  } else if (*word == "HEADER.FIELDS" || *word == "HEADER.FIELDS.NOT") {
    section.what = *word == "HEADER.FIELDS" ? What::fields : What::fields_not;
    if (!parse_field_names(parser, section.fields)) return false;
  } else {
    return false;
  }
  return parser.accept(']');
}

bool parse_partial(Parser& parser, FetchItem& item) {
  if (!parser.accept('<')) return true;
  const auto first = parser.number64();
  if (!first || !parser.accept('.')) return false;
  const auto count = parser.number64();
  if (!count || *count == 0 || !parser.accept('>')) return false;
  item.partial.emplace(*first, *count);
  item.name += "<" + std::to_string(*first) + ">";
  return true;
}

/// The items that name a section.
struct Bracketed {
  std::string_view name;
  Kind kind;
  std::string_view answer;
  bool peek;
};
constexpr Bracketed bracketed[] = {
    {"BODY", Kind::section, "BODY", false},
    {"BODY.PEEK", Kind::section, "BODY", true},
    {"BINARY", Kind::binary, "BINARY", false},
    {"BINARY.PEEK", Kind::binary, "BINARY", true},
    {"BINARY.SIZE", Kind::binary_size, "BINARY.SIZE", true},
};

std::optional<FetchItem> parse_item(Parser& parser) {
  const auto name = parser.item_name();
  if (!name) return std::nullopt;
  if (!parser.accept('[')) return item_of_word(*name);
  const auto* form = std::find_if(std::begin(bracketed), std::end(bracketed),
                                  [&](const Bracketed& b) { return b.name == *name; });
  if (form == std::end(bracketed)) return std::nullopt;
  FetchItem item;
  item.kind = form->kind;
  item.peek = form->peek;
  if (!parse_section(parser, item.section)) return std::nullopt;
  // RFC 3516 §4.2: BINARY takes part numbers only.
  if (item.kind != Kind::section && item.section.what != What::everything) return std::nullopt;
  item.name = std::string(form->answer) + "[" + item.section.to_string() + "]";
  if (item.kind != Kind::binary_size && !parse_partial(parser, item)) return std::nullopt;
  return item;
}

/// ALL, FAST and FULL stand alone.
std::optional<std::vector<FetchItem>> parse_macro(Parser& parser) {
  static constexpr std::string_view full[] = {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE",
                                              "BODY"};
  Parser ahead = parser;
  const auto word = ahead.keyword();
  const std::size_t count = word == "FAST" ? 3 : word == "ALL" ? 4 : word == "FULL" ? 5 : 0;
  if (count == 0) return std::nullopt;
  parser = ahead;
  std::vector<FetchItem> items;
  for (std::size_t i = 0; i < count; ++i) items.push_back(*item_of_word(full[i]));
  return items;
}

std::string selected_fields(const mail::Message& message, const mail::Header& header,
                            const Section& section) {
  std::string out;
  for (const mail::HeaderField& field : header.fields) {
    const bool named =
        std::any_of(section.fields.begin(), section.fields.end(),
                    [&](const std::string& f) { return mail::iequals(f, field.name); });
    if (named == (section.what == What::fields)) out += field.range.of(message.text());
  }
  return out + "\r\n";  // the empty line is part of the subset (RFC 3501 §6.4.5)
}

}  // namespace

std::string Section::to_string() const {
  static constexpr std::string_view names[] = {
      "", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME"};
  std::string out;
  for (std::uint32_t number : path) out += (out.empty() ? "" : ".") + std::to_string(number);
  if (what != What::everything && !out.empty()) out += ".";
  out += names[static_cast<std::size_t>(what)];
  if (what != What::fields && what != What::fields_not) return out;
  out += " (";
  for (const std::string& field : fields) {
    if (&field != &fields.front()) out += " ";
    out += astring(field);
  }
  return out + ")";
}

std::optional<std::vector<FetchItem>> parse_fetch_items(Parser& parser) {
  if (auto macro = parse_macro(parser)) return macro;
  std::vector<FetchItem> items;
  const bool list = parser.accept('(');
  do {
    auto item = parse_item(parser);
    if (!item || items.size() == max_items) return std::nullopt;
    items.push_back(std::move(*item));
  } while (list && parser.space());
  if (list && !parser.accept(')')) return std::nullopt;
  return items;
}

std::optional<std::string_view> section_bytes(const mail::Message& message, const Section& section,
                                              std::string& scratch) {
  const mail::Part* part = mail::find_part(message.root, section.path);
  if (part == nullptr) return std::nullopt;
  const std::string_view bytes = message.text();
  if (section.what == What::mime) return part->header.range.of(bytes);
  if (section.what == What::everything) return section.path.empty() ? bytes : part->body.of(bytes);
  if (!section.path.empty()) {  // HEADER and TEXT are those of an enclosed message
    if (!part->is_message()) return std::nullopt;
    part = &part->children.front();
  }
  if (section.what == What::header) return part->header.range.of(bytes);
  if (section.what == What::text) return part->body.of(bytes);
  scratch = selected_fields(message, part->header, section);
  return scratch;
}

}  // namespace posthorn::imap
