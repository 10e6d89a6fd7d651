// Address lists of header fields (RFC 5322 §3.4 and §4.4), read with charity.
#include <algorithm>

#include "protocols/mail/address.hpp"
#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/header.hpp"

namespace posthorn::mail {
namespace {

constexpr std::size_t kMaxMailboxes = 10'000;

enum class Kind { end, word, quoted, literal, comment, special };

struct Token {
  Kind kind = Kind::end;
  std::string text;     ///< a quoted string's or comment's content, unescaped
  bool spaced = false;  ///< white space (or a comment) stood before it
  [[nodiscard]] bool is(char c) const { return kind == Kind::special && text[0] == c; }
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    Token token;
    while (at_ < text_.size() && (is_space(text_[at_]) || is_ctl(text_[at_]))) {
      token.spaced = true;
      ++at_;
    }
    if (at_ >= text_.size()) return token;
    const char c = text_[at_];
    if (c == '"') {
      token.kind = Kind::quoted;
      token.text = quoted();
    } else if (c == '(') {
      token.kind = Kind::comment;
      token.text = comment();
    } else if (c == '[') {
      token.kind = Kind::literal;
      token.text = literal();
    } else if (is_special(c)) {
      token.kind = Kind::special;
      token.text = std::string(1, c);
      ++at_;
    } else {
      token.kind = Kind::word;
      token.text = word();
    }
    return token;
  }

 private:
  static bool is_special(char c) {
    return std::string_view("<>@,;:.").find(c) != std::string_view::npos;
  }

  std::string quoted() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_];
    }
    at_ = std::min(at_ + 1, text_.size());
    return out;
  }

  std::string comment() {
    std::string out;
    std::size_t depth = 1;
    for (++at_; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        out += text_[++at_];
        continue;
      }
      if (c == '(') ++depth;
      if (c == ')' && --depth == 0) break;
      out += c;
    }
    at_ = std::min(at_ + 1, text_.size());
    return out;
  }

  std::string literal() {
    const std::size_t begin = at_;
    const std::size_t close = text_.find_first_of("],>", at_);
    const bool closed = close != std::string_view::npos && text_[close] == ']';
    at_ = closed ? close + 1 : std::min(close, text_.size());
    std::string out(text_.substr(begin, at_ - begin));
    std::erase_if(out, is_space);  // RFC 5322 §3.4.1 lets a literal be folded
    return out;
  }

  /// An atom; or an encoded-word, even if it holds characters that it should not.
  std::string word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && !is_special(text_[at_]) &&
           text_[at_] != '"' && text_[at_] != '(' && text_[at_] != '[') {
      const std::string_view window = text_.substr(at_, 1000);
      const std::size_t coded = encoded_word_length(window);
      // Spaces and commas inside are wrong and sent all the same; what looks like an address is
      // one, and the word was never ended.
      const bool spaced = window.substr(0, coded).find(' ') != window.npos;
      const bool compact =
          window.substr(0, coded).find_first_of(spaced ? "\t\"<>@" : "\t\"<>") == window.npos;
      at_ += coded > 0 && compact ? coded : 1;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

using Tokens = std::vector<Token>;

/// A phrase as its writer meant it: words with the spaces between them.
std::string phrase(const Tokens& tokens, std::size_t begin, std::size_t end) {
  std::string out;
  for (std::size_t i = begin; i < end; ++i) {
    if (tokens[i].spaced && !out.empty()) out += ' ';
    out += tokens[i].text;
  }
  return out;
}

std::string squeezed(const Tokens& tokens, std::size_t begin, std::size_t end) {
  std::string out;
  for (std::size_t i = begin; i < end; ++i) out += tokens[i].text;
  return out;
}

void set_name(Mailbox& mailbox, const std::string& raw) {
  mailbox.raw_name = raw;
  mailbox.display_name = decode_encoded_words(raw);
  std::replace_if(mailbox.display_name.begin(), mailbox.display_name.end(), is_ctl, ' ');
}

/// Reads "local@domain" from the tokens; words that cannot belong to it become the name.
Mailbox from_words(const Tokens& tokens) {
  Mailbox mailbox;
  std::size_t at = tokens.size();
  while (at > 0 && !tokens[at - 1].is('@')) --at;
  if (at == 0) {
    mailbox.local_part = repair_utf8(phrase(tokens, 0, tokens.size()));
    return mailbox;
  }
  const std::size_t sign = at - 1;
  // Obsolete addresses have spaces around their dots; other spaces end the address.
  const auto ends_before = [&](std::size_t i) {
    return tokens[i].spaced && !tokens[i].is('.') && !tokens[i - 1].is('.');
  };
  std::size_t begin = sign, end = std::min(sign + 2, tokens.size());
  while (begin > 0 && (begin == sign || !ends_before(begin))) --begin;
  while (end < tokens.size() && !ends_before(end)) ++end;
  mailbox.domain = repair_utf8(squeezed(tokens, sign + 1, end));
  mailbox.local_part = repair_utf8(squeezed(tokens, begin, sign));
  if (begin > 0)
    set_name(mailbox, phrase(tokens, 0, begin));
  else if (end < tokens.size())
    set_name(mailbox, phrase(tokens, end, tokens.size()));
  return mailbox;
}

class ListParser {
 public:
  explicit ListParser(std::string_view text) : lexer_(text) { advance(); }

  std::vector<Address> parse() {
    std::vector<Address> list;
    while (token_.kind != Kind::end && mailboxes_ < kMaxMailboxes) {
      if (token_.is(',') || token_.is(';')) {
        advance();
        continue;
      }
      read_entry(list);
    }
    return list;
  }

 private:
  void advance() { token_ = lexer_.next(); }

  [[nodiscard]] bool at_end_of_entry() const {
    return token_.kind == Kind::end || token_.is(',') || token_.is(';');
  }

  /// A mailbox, or with its colon the beginning of a group.
  void read_entry(std::vector<Address>& list) {
    Tokens words;
    const Mailbox mailbox = read_mailbox(words, true);
    if (token_.is(':')) {
      list.push_back(read_group(words));
    } else if (!(mailbox == Mailbox{})) {
      list.push_back({false, {}, {}, {mailbox}});
      ++mailboxes_;
    }
  }

  Address read_group(const Tokens& name) {
    Address group;
    group.is_group = true;
    group.raw_group_name = phrase(name, 0, name.size());
    group.group_name = decode_encoded_words(group.raw_group_name);
    ++mailboxes_;  // empty groups count as well
    advance();
    while (token_.kind != Kind::end && !token_.is(';') && mailboxes_ < kMaxMailboxes) {
      Tokens words;
      if (token_.is(',')) {
        advance();
        continue;
      }
      Mailbox mailbox = read_mailbox(words, false);
      if (mailbox == Mailbox{}) continue;
      group.mailboxes.push_back(std::move(mailbox));
      ++mailboxes_;
    }
    if (token_.is(';')) advance();
    return group;
  }

  /// Up to the end of the entry, or to the colon of a group (then `words` is its name).
  Mailbox read_mailbox(Tokens& words, bool group_allowed) {
    Mailbox mailbox;
    std::string comment;  // before or behind an address: the name of its owner (RFC 822 §A.1.4)
    std::size_t comment_at = 0;
    bool angle = false;
    for (; !at_end_of_entry(); advance()) {
      if (token_.kind == Kind::comment) {
        if (comment.empty() || comment_at < words.size()) comment = token_.text;
        comment_at = words.size();
      } else if (token_.is(':') && group_allowed && !angle && !has_at(words)) {
        return {};
      } else if (token_.is('<') && !angle) {
        angle = true;
        mailbox = read_angle();
        if (!token_.is('>')) break;
      } else if (!angle) {
        words.push_back(token_);
      }
    }
    if (!angle) mailbox = from_words(words);
    if (angle && !words.empty()) set_name(mailbox, phrase(words, 0, words.size()));
    const bool inside = comment_at > 0 && comment_at < words.size();
    if (mailbox.raw_name.empty() && !comment.empty() && !inside && !mailbox.domain.empty())
      set_name(mailbox, comment);
    return mailbox;
  }

  static bool has_at(const Tokens& words) {
    return std::any_of(words.begin(), words.end(), [](const Token& t) { return t.is('@'); });
  }

  /// From "<" to ">" (which it leaves as the current token), with an obsolete route before. The
  /// entry ends in any case where the next person begins.
  Mailbox read_angle() {
    Tokens words;
    std::string route;
    for (advance(); token_.kind != Kind::end && !token_.is('>'); advance()) {
      if (token_.kind == Kind::comment || token_.is('<')) continue;  // "<<" is a slip
      if (at_end_of_entry() && has_at(words) && !words[0].is('@')) break;
      if (token_.is(':') && !words.empty() && words[0].is('@')) {
        route = squeezed(words, 0, words.size());
        words.clear();
        continue;
      }
      words.push_back(token_);
    }
    Mailbox mailbox = from_words(words);
    if (!mailbox.display_name.empty()) {  // spaces inside the brackets: all of it is local part
      mailbox.local_part = repair_utf8(mailbox.raw_name) + " " + mailbox.local_part;
      mailbox.raw_name.clear();
      mailbox.display_name.clear();
    }
    mailbox.route = route;
    return mailbox;
  }

  Lexer lexer_;
  Token token_;
  std::size_t mailboxes_ = 0;
};

}  // namespace

std::vector<Address> parse_address_list(std::string_view field_body) {
  const std::string text = unfold(field_body);
  return ListParser(text).parse();
}

std::vector<Mailbox> parse_mailboxes(std::string_view field_body) {
  std::vector<Mailbox> all;
  std::vector<Address> list = parse_address_list(field_body);
  for (Address& address : list)
    for (Mailbox& mailbox : address.mailboxes) all.push_back(std::move(mailbox));
  return all;
}

}  // namespace posthorn::mail
