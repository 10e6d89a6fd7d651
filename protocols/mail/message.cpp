#include "protocols/mail/message.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"

namespace posthorn::mail {
namespace {

constexpr int kMaxDepth = 32;
constexpr int kMaxParts = 1000;

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

/// Line ends: a part without one at its end counts as in the example of RFC 3501 §7.4.2.
std::uint32_t count_lines(std::string_view body) {
  return static_cast<std::uint32_t>(std::count(body.begin(), body.end(), '\n'));
}

/// A delimiter line of RFC 2046 §5.1.1.
struct Delimiter {
  std::size_t begin = 0;  ///< of the line end that belongs to it, or of its dashes
  std::size_t end = 0;    ///< one past its own line end
  bool close = false;
  bool found = false;
};

class Splitter {
 public:
  Splitter(std::string_view bytes, ByteRange body, std::string_view boundary)
      : bytes_(bytes), body_(body), dashed_("--" + std::string(boundary)), at_(body.begin) {}

  Delimiter next() {
    while (at_ < body_.end) {
      const std::size_t begin = at_;
      const std::size_t newline = bytes_.find('\n', at_);
      at_ = newline == std::string_view::npos || newline >= body_.end ? body_.end : newline + 1;
      Delimiter delimiter;
      if (!matches(bytes_.substr(begin, at_ - begin), delimiter.close)) continue;
      delimiter.begin = before_line_end(begin);
      delimiter.end = at_;
      delimiter.found = true;
      return delimiter;
    }
    return {};
  }

 private:
  bool matches(std::string_view line, bool& close) const {
    if (!line.starts_with(dashed_)) return false;
    line.remove_prefix(dashed_.size());
    close = line.starts_with("--");
    if (close) line.remove_prefix(2);
    // RFC 2046 §5.1.1 is content with the line's beginning; yet a boundary that only begins like
    // ours (outer "x", inner "x-1") is common, so that white space must follow.
    return line.empty() || is_space(line[0]);
  }

  /// Steps over the line end before `begin`, but not out of the body.
  [[nodiscard]] std::size_t before_line_end(std::size_t begin) const {
    if (begin > body_.begin && bytes_[begin - 1] == '\n') --begin;
    if (begin > body_.begin && bytes_[begin - 1] == '\r') --begin;
    return begin;
  }

  std::string_view bytes_;
  ByteRange body_;
  std::string dashed_;
  std::size_t at_;
};

class TreeParser {
 public:
  explicit TreeParser(std::string_view bytes) : bytes_(bytes) {}

  Part parse(ByteRange range, int depth, bool in_digest) {
    ++parts_;
    Part part;
    part.header = parse_header(bytes_, range);
    part.body = {part.header.range.end, range.end};
    read_fields(part, in_digest);
    const bool within_limits = depth < kMaxDepth && parts_ < kMaxParts;
    if (within_limits && part.type == "multipart")
      divide(part, depth);
    else if (within_limits && part.type == "message" &&
             (part.subtype == "rfc822" || part.subtype == "global"))
      enclose(part, depth);
    // Attachments are long, and nobody asks how many lines they have.
    const bool text = part.type == "text" || part.type == "message";
    if (text || (part.type == "multipart" && part.children.empty()))
      part.body_lines = count_lines(part.body.of(bytes_));
    return part;
  }

 private:
  static void read_fields(Part& part, bool in_digest) {
    part.encoding = parse_transfer_encoding(part.header.value("Content-Transfer-Encoding"));
    if (part.header.find("Content-Disposition") != nullptr)
      part.content_disposition = parse_parameterized(part.header.value("Content-Disposition"));
    if (in_digest) part.type = "message", part.subtype = "rfc822";  // RFC 2046 §5.1.5
    if (part.header.find("Content-Type") == nullptr) return;
    part.content_type = parse_parameterized(part.header.value("Content-Type"));
    const std::string_view value = part.content_type.value;
    const std::size_t slash = value.find('/');
    if (slash == std::string_view::npos || !is_token(value.substr(0, slash)) ||
        !is_token(value.substr(slash + 1))) {
      part.type = "text", part.subtype = "plain";  // RFC 2045 §5.2
      return;
    }
    part.type = std::string(value.substr(0, slash));
    part.subtype = std::string(value.substr(slash + 1));
  }

  static std::string_view boundary_of(const Part& part) {
    for (const auto& [name, value] : part.content_type.raw_parameters)
      if (name == "boundary") return value;
    return part.content_type.parameter("boundary").value_or(std::string_view());
  }

  void divide(Part& part, int depth) {
    std::string_view boundary = boundary_of(part);
    if (trim(boundary).empty()) return;
    Splitter splitter(bytes_, part.body, boundary);
    Delimiter from = splitter.next();
    if (!from.found && is_space(boundary.back())) {
      // Spaces at the end are against the grammar, and a relay may have cut them off.
      while (is_space(boundary.back())) boundary.remove_suffix(1);
      splitter = Splitter(bytes_, part.body, boundary);
      from = splitter.next();
    }
    const bool digest = part.subtype == "digest";
    while (from.found && !from.close) {
      // The last part that the limit allows runs to the end of the body.
      const Delimiter to = parts_ + 1 < kMaxParts ? splitter.next() : Delimiter{};
      // An empty part may have no line end of its own between two delimiters.
      const std::size_t end = to.found ? std::max(to.begin, from.end) : part.body.end;
      part.children.push_back(parse({from.end, end}, depth + 1, digest));
      from = to;
    }
  }

  void enclose(Part& part, int depth) {
    const bool encoded = part.encoding == TransferEncoding::base64 ||
                         part.encoding == TransferEncoding::quoted_printable ||
                         part.encoding == TransferEncoding::uuencode;
    if (!encoded) part.children.push_back(parse(part.body, depth + 1, false));
  }

  std::string_view bytes_;
  int parts_ = 0;
};

/// The part numbered `number` directly below a message (not below a multipart).
const Part* part_of_message(const Part& message, std::uint32_t number) {
  if (!message.is_multipart()) return number == 1 ? &message : nullptr;
  return number >= 1 && number <= message.children.size() ? &message.children[number - 1] : nullptr;
}

}  // namespace

Message parse_message(std::shared_ptr<const std::string> bytes) {
  Message message;
  message.bytes = bytes ? std::move(bytes) : std::make_shared<const std::string>();
  message.root = TreeParser(*message.bytes).parse({0, message.bytes->size()}, 0, false);
  return message;
}

Message parse_message(std::string_view bytes) {
  return parse_message(std::make_shared<const std::string>(bytes));
}

const Part* find_part(const Part& root, std::span<const std::uint32_t> path) {
  const Part* part = &root;
  bool as_message = true;  // a message's own number 1 is not one level down
  bool undivided = false;  // a multipart without parts has one below it: all of its body
  for (const std::uint32_t number : path) {
    if (as_message || part->is_multipart())
      part = part_of_message(*part, number);
    else if (part->is_message())
      part = part_of_message(part->children[0], number);
    else if (part->type == "multipart" && number == 1 && !undivided)
      undivided = true;
    else
      return nullptr;
    if (part == nullptr) return nullptr;
    as_message = false;
  }
  return part;
}

}  // namespace posthorn::mail
