// What the server says to people, in the languages that LANG offers (RFC 6856 §3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace posthorn::pop3 {

enum class Language : std::uint8_t {
  i_default,  ///< RFC 2277 §4.5: English that everybody understands; where a session begins
  en,
  ja,
};

struct LanguageEntry {
  Language language;
  std::string_view tag;   ///< RFC 5646
  std::string_view name;  ///< in the language itself, UTF-8
};
inline constexpr std::array languages = {
    LanguageEntry{Language::i_default, "i-default", "English (default)"},
    LanguageEntry{Language::en, "en", "English"},
    LanguageEntry{Language::ja, "ja", "日本語"},
};
/// The language that a basic language range (RFC 4647 §2.1) asks for; "*": the one that the server
/// prefers.
std::optional<Language> find_language(std::string_view range);
std::string_view tag_of(Language language);

enum class Say : std::uint8_t {
  // authorization
  password_please,
  user_first,
  wrong_password,
  may_not_act_for_others,
  cannot_check_now,
  no_maildrop,
  in_use,
  too_soon,
  opened,
  unknown_mechanism,
  not_base64,
  malformed_answer,
  answer_too_long,
  cancelled,
  empty_answer_expected,
  begin_tls,
  tls_already,
  tls_first,
  use_auth,
  // transaction
  nothing_done,
  listing,
  unique_ids,
  octets,
  top_follows,
  will_be_deleted,
  maildrop_has,
  no_such_message,
  already_deleted,
  no_number,
  goodbye,
  // extensions
  capabilities,
  languages_follow,
  language_chosen,
  unknown_language,
  utf8_on,
  // order and form
  log_in_first,
  already_logged_in,
  argument_missing,
  too_many_arguments,
  unknown_command,
  line_too_long,
  enough,  ///< keep it last
};

/// The sentence with each "%" replaced by the next of `values`.
std::string say(Language language, Say what, const std::vector<std::string>& values = {});

}  // namespace posthorn::pop3
