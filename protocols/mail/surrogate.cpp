#include "protocols/mail/surrogate.hpp"

#include <algorithm>
#include <array>

#include "protocols/mail/address.hpp"
#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/encoded_word.hpp"
#include "protocols/mail/message.hpp"
#include "protocols/mail/parameter_text.hpp"

namespace posthorn::mail {
namespace {

constexpr std::array<std::string_view, 12> kAddresses = {
    "From",        "Sender",        "Reply-To",  "To",        "Cc",         "Bcc",
    "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Bcc", "Resent-Reply-To"};
constexpr std::array<std::string_view, 5> kTexts = {"Subject", "Comments", "Content-Description",
                                                    "Organization", "Thread-Topic"};
constexpr std::array<std::string_view, 2> kParameters = {"Content-Type", "Content-Disposition"};

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view each) { return iequals(each, name); });
}

bool is_internationalized(std::string_view text) { return !is_ascii(text) && is_valid_utf8(text); }

/// RFC 6858 §2.1.
Mailbox without_utf8(const Mailbox& mailbox) {
  if (is_ascii(mailbox.local_part) && is_ascii(mailbox.domain))
    return {mailbox.display_name, mailbox.local_part, mailbox.domain};
  return {mailbox.display(), "invalid", "internationalized-address.invalid"};
}

std::string addresses(std::string_view value, std::size_t column) {
  std::string out;
  for (const Address& address : parse_address_list(value)) {
    if (!out.empty()) out += ",\r\n ";
    const std::size_t at = out.empty() ? column : 1;
    std::vector<Mailbox> mailboxes;
    for (const Mailbox& mailbox : address.mailboxes) mailboxes.push_back(without_utf8(mailbox));
    if (!address.is_group) {
      out += format_mailboxes(mailboxes, at);
      continue;
    }
    for (const std::string& word : encode_words(address.group_name, WireCharset::utf8, 76 - at))
      out += (out.ends_with("?=") ? "\r\n " : "") + word;
    out += ":";
    if (!mailboxes.empty()) out += "\r\n " + format_mailboxes(mailboxes, 1);
    out += ";";
  }
  return out;
}

std::string parameters(std::string_view value) {
  const ParameterizedValue parsed = parse_parameterized(value);
  std::string out = repair_utf8(parsed.value);
  for (const Parameter& parameter : parsed.parameters) {
    if (!is_ascii(parameter.name)) continue;
    out += is_ascii(parameter.value) ? quoted_parameter(parameter.name, parameter.value)
                                     : extended_parameter(parameter.name, parameter.value);
  }
  return out;
}

class Simplifier {
 public:
  explicit Simplifier(std::string_view bytes) : message_(parse_message(bytes)) {}

  std::optional<std::string> run() {
    visit(message_.root);
    if (!changed_) return std::nullopt;
    out_ += message_.text().substr(at_);
    return std::move(out_);
  }

 private:
  void visit(const Part& part) {
    for (const HeaderField& field : part.header.fields)
      if (is_internationalized(field.range.of(message_.text()))) replace(field);
    for (const Part& child : part.children) visit(child);
  }

  void replace(const HeaderField& field) {
    changed_ = true;
    out_ += message_.text().substr(at_, field.range.begin - at_);
    at_ = field.range.end;
    const std::string body = ascii_body(field);
    if (!body.empty() && is_ascii(body)) out_ += field.name + ": " + body + "\r\n";
  }

  /// Empty for a field that cannot be told (RFC 6858 §2.4).
  static std::string ascii_body(const HeaderField& field) {
    const std::size_t column = field.name.size() + 2;
    if (is_one_of(kAddresses, field.name)) return addresses(field.value, column);
    if (is_one_of(kParameters, field.name)) return parameters(field.value);
    if (is_one_of(kTexts, field.name) || iequals(field.name.substr(0, 2), "X-"))
      return encode_unstructured(decode_encoded_words(field.value), column);
    return {};
  }

  Message message_;
  std::string out_;
  std::size_t at_ = 0;  ///< up to where the message is written
  bool changed_ = false;
};

}  // namespace

std::optional<std::string> surrogate(std::string_view message) {
  if (is_ascii(message)) return std::nullopt;
  return Simplifier(message).run();
}

}  // namespace posthorn::mail
