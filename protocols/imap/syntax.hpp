// The pieces of IMAP's grammar (RFC 3501 §9) that commands and responses are made of.
//
// A Parser walks over one frame's text. Its members return nullopt (or false) and leave the place
// unchanged where the text does not match. Strings are handed out decoded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/imap/sequence_set.hpp"
#include "protocols/mail/mail_flags.hpp"

namespace posthorn::imap {

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] std::size_t place() const { return at_; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] std::string_view since(std::size_t place) const {
    return text_.substr(place, at_ - place);
  }

  bool accept(char c);
  bool space() { return accept(' '); }
  /// The word, whatever its case, as a whole or as a beginning.
  bool accept_word(std::string_view word);
  /// Goes behind the next `c`; false (and stays) if there is none.
  bool skip_past(char c);

  std::optional<std::string> tag();
  std::optional<std::string> atom();
  /// An atom in upper case.
  std::optional<std::string> keyword();
  /// Letters, digits and dots in upper case: "RFC822.SIZE", "BODY.PEEK" before its bracket.
  std::optional<std::string> item_name();
  std::optional<std::string> string();  ///< quoted or literal
  std::optional<std::string> astring();
  std::optional<std::string> list_mailbox();   ///< astring with wildcards
  std::optional<std::string_view> literal();   ///< a view into the frame: APPEND copies it once
  std::optional<std::string_view> literal8();  ///< "~{5}": may hold NUL (RFC 3516 §7)
  std::optional<std::uint32_t> number();
  std::optional<std::uint32_t> nz_number();
  std::optional<std::uint64_t> number64();  ///< below 2^63 (RFC 7162 §7, RFC 9051 §9)
  std::optional<SequenceSet> sequence_set();
  /// "(\Seen $Label)"; \Recent is dropped where `recent_allowed`, otherwise an error.
  std::optional<mail::Flags> flag_list(bool recent_allowed = false);
  /// STORE also takes flags without parentheses.
  std::optional<mail::Flags> flags_bare();
  /// Skips one value of any kind: a parenthesised list, string, NIL, atom or BODY[...] name.
  bool skip_value();

 private:
  bool flag(mail::Flags& flags, bool recent_allowed);
  template <class Accepts>
  std::optional<std::string> run_of(Accepts accepts);
  std::optional<std::string> quoted();

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_atom_char(char c);
std::string upper(std::string_view text);
/// A quoted string, or a literal where quoting cannot express the text.
std::string quote(std::string_view text);
/// NIL where there is nothing.
std::string nstring(std::optional<std::string_view> text);
/// "{n}" CRLF and the bytes.
std::string literal(std::string_view bytes);
/// An atom where that is possible, else quote()d.
std::string astring(std::string_view text);
/// The same where strings may hold UTF-8 (RFC 6855 §3, RFC 9051 §4.3).
std::string utf8_astring(std::string_view text);

}  // namespace posthorn::imap
