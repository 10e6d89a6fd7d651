#include "protocols/mail/mail_flags.hpp"

#include <algorithm>
#include <utility>

#include "protocols/mail/ascii.hpp"

namespace posthorn::mail {

namespace {

constexpr std::pair<SpecialUse, std::string_view> special_uses[] = {
    {SpecialUse::archive, "\\Archive"}, {SpecialUse::drafts, "\\Drafts"},
    {SpecialUse::junk, "\\Junk"},       {SpecialUse::sent, "\\Sent"},
    {SpecialUse::trash, "\\Trash"},
};

void append_word(std::string& text, std::string_view word) {
  text.append(text.empty() ? "" : " ").append(word);
}

}  // namespace

bool KeywordLess::operator()(std::string_view a, std::string_view b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return to_lower(x) < to_lower(y); });
}

const Keywords::Set& Keywords::set() const {
  static const Set none;
  return set_ == nullptr ? none : *set_;
}

Keywords::Set& Keywords::own() {
  if (set_ == nullptr || set_.use_count() > 1) set_ = std::make_shared<Set>(set());
  return *set_;
}

const std::string& Keywords::learn(std::string_view keyword) {
  const auto known = set().find(keyword);
  return known != set().end() ? *known : *own().emplace(keyword).first;
}

void Keywords::erase(std::string_view keyword) {
  if (!contains(keyword)) return;
  Set& mine = own();
  mine.erase(mine.find(keyword));
}

bool Flags::has_keyword(std::string_view keyword) const { return keywords.contains(keyword); }

void Flags::add_keyword(std::string_view keyword) { keywords.learn(keyword); }

void Flags::remove_keyword(std::string_view keyword) { keywords.erase(keyword); }

void Flags::add(const Flags& others) {
  system = static_cast<std::uint8_t>(system | others.system);
  for (const std::string& keyword : others.keywords) add_keyword(keyword);
}

void Flags::remove(const Flags& others) {
  system = static_cast<std::uint8_t>(system & ~static_cast<unsigned>(others.system));
  for (const std::string& keyword : others.keywords) remove_keyword(keyword);
}

std::string Flags::to_string() const {
  static constexpr std::pair<SystemFlag, std::string_view> names[] = {
      {SystemFlag::answered, "\\Answered"}, {SystemFlag::flagged, "\\Flagged"},
      {SystemFlag::deleted, "\\Deleted"},   {SystemFlag::seen, "\\Seen"},
      {SystemFlag::draft, "\\Draft"},
  };
  std::string text;
  for (const auto& [flag, name] : names)
    if (has(flag)) append_word(text, name);
  for (const std::string& keyword : keywords) append_word(text, keyword);
  return text;
}

std::uint8_t special_use_of(std::string_view attribute) {
  for (const auto& [use, name] : special_uses)
    if (iequals(name, attribute)) return static_cast<std::uint8_t>(use);
  return 0;
}

std::string special_use_text(std::uint8_t uses) {
  std::string text;
  for (const auto& [use, name] : special_uses)
    if ((uses & static_cast<std::uint8_t>(use)) != 0) append_word(text, name);
  return text;
}

}  // namespace posthorn::mail
