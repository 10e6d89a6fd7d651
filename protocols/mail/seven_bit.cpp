#include "protocols/mail/seven_bit.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/message.hpp"

namespace posthorn::mail {

namespace {

bool has_8bit(std::string_view text) { return std::any_of(text.begin(), text.end(), is_8bit); }
bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

/// What must not stay in a message.
struct Aim {
  bool (*is_in)(std::string_view text);
  std::string name;
  bool readable;                ///< text stays half readable: quoted-printable
  std::string_view containers;  ///< the transfer encoding of what holds encoded parts
};
const Aim& no_8bit() {
  static const Aim aim{has_8bit, "8-bit bytes", true, "7bit"};
  return aim;
}
const Aim& no_nul() {
  static const Aim aim{has_nul, "NUL", false, "8bit"};
  return aim;
}

struct Edit {
  ByteRange range;
  std::string replacement;
};

class Converter {
 public:
  Converter(std::string_view message, const Aim& aim)
      : aim_(aim), message_(parse_message(message)) {}

  Result<std::string> run() {
    visit(message_.root, /*in_mime=*/!message_.root.header.value("MIME-Version").empty());
    if (problem_) return *problem_;
    std::string out = apply();
    if (aim_.is_in(out)) return Error{aim_.name + " outside of every part"};
    return out;
  }

 private:
  void visit(const Part& part, bool in_mime) {
    if (problem_ || !aim_.is_in(of(part.range()))) return;
    if (aim_.is_in(of(part.header.range))) return fail(aim_.name + " in a header");
    if (is_global(part)) return encode(part, in_mime);
    if (part.type == "multipart" && (part.subtype == "signed" || part.subtype == "encrypted"))
      return fail("a part is signed or encrypted");
    if (part.children.empty()) return encode(part, in_mime);
    name_encoding(part, aim_.containers, /*add=*/false);
    for (const Part& child : part.children) {
      const bool attached = part.is_message();
      visit(child, attached ? !child.header.value("MIME-Version").empty() : true);
    }
  }

  /// message/global and its kin: UTF-8 in their headers, and encoded as a whole (RFC 6532 §3.7).
  static bool is_global(const Part& part) {
    return part.type == "message" && part.subtype.starts_with("global");
  }

  void encode(const Part& part, bool in_mime) {
    // May not be encoded (RFC 2045 §6.4).
    if (part.type == "multipart" || (part.type == "message" && !is_global(part)))
      return fail(aim_.name + " in a part that cannot be divided");
    const bool encoded = part.encoding == TransferEncoding::base64 ||
                         part.encoding == TransferEncoding::quoted_printable;
    if (encoded && !aim_.readable) return fail(aim_.name + " in an encoded part");
    if (part.encoding == TransferEncoding::unknown || part.encoding == TransferEncoding::uuencode)
      return fail(aim_.name + " in a part with an unknown transfer encoding");
    const bool text = aim_.readable && part.type == "text";
    // Fields first: where no empty line parts them from the body, both edits stand in one place.
    if (!in_mime)
      describe(part);
    else
      name_encoding(part, text ? "quoted-printable" : "base64", /*add=*/true);
    edits_.push_back({part.body, encoded_body(part, text)});
  }

  /// A body that claims to be encoded and holds 8-bit bytes all the same is decoded before, so that
  /// it is not encoded twice.
  [[nodiscard]] std::string encoded_body(const Part& part, bool text) const {
    const std::string bytes = decoded_bytes(message_, part);
    if (text) return quoted_printable_encode(bytes);
    std::string encoded = base64_encode_lines(bytes);
    const bool ended = of(part.body).ends_with("\r\n");
    if (!ended && encoded.ends_with("\r\n")) encoded.resize(encoded.size() - 2);
    return encoded;
  }

  /// For text that came without MIME-Version: a charset that the sender did not tell is unknown
  /// (RFC 1428 §3); fields that are there already stay, as nearly every reader obeys them.
  void describe(const Part& part) {
    std::string fields = "MIME-Version: 1.0\r\n";
    if (part.header.find("Content-Type") == nullptr)
      fields += "Content-Type: text/plain; charset=unknown-8bit\r\n";
    const bool text = aim_.readable && part.type == "text";
    const std::string_view encoding = text ? "quoted-printable" : "base64";
    if (part.header.find("Content-Transfer-Encoding") == nullptr)
      fields += "Content-Transfer-Encoding: " + std::string(encoding) + "\r\n";
    else
      name_encoding(part, encoding, /*add=*/false);
    add_fields(part, std::move(fields));
  }

  void name_encoding(const Part& part, std::string_view encoding, bool add) {
    const std::string field = "Content-Transfer-Encoding: " + std::string(encoding) + "\r\n";
    if (const HeaderField* old = part.header.find("Content-Transfer-Encoding"))
      edits_.push_back({old->range, field});
    else if (add)
      add_fields(part, field);
  }

  /// Before the empty line that ends the header.
  void add_fields(const Part& part, std::string fields) {
    const auto& known = part.header.fields;
    const std::size_t at = known.empty() ? part.header.range.begin : known.back().range.end;
    if (!part.header.ended) fields += "\r\n";
    edits_.push_back({{at, at}, std::move(fields)});
  }

  std::string apply() {
    std::stable_sort(edits_.begin(), edits_.end(),
                     [](const Edit& a, const Edit& b) { return a.range.begin < b.range.begin; });
    std::string out;
    std::size_t at = 0;
    for (const Edit& edit : edits_) {
      out += message_.text().substr(at, edit.range.begin - at);
      out += edit.replacement;
      at = edit.range.end;
    }
    out += message_.text().substr(at);
    return out;
  }

  [[nodiscard]] std::string_view of(ByteRange range) const { return range.of(message_.text()); }
  void fail(std::string why) {
    if (!problem_) problem_ = Error{std::move(why)};
  }

  const Aim& aim_;
  Message message_;
  std::vector<Edit> edits_;
  std::optional<Error> problem_;
};

}  // namespace

Result<std::string> to_seven_bit(std::string_view message) {
  if (!has_8bit(message)) return std::string(message);
  return Converter(message, no_8bit()).run();
}

Result<std::string> without_nul(std::string_view message) {
  if (!has_nul(message)) return std::string(message);
  return Converter(message, no_nul()).run();
}

}  // namespace posthorn::mail
