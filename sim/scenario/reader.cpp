#include "sim/scenario/reader.hpp"

#include "sim/scenario/messages.hpp"

namespace posthorn::scenario {
namespace {

/// Relative, '/' between the parts, no ".." or empty part, nothing that another system would read
/// as a drive or a root.
bool stays_inside(std::string_view path) {
  if (path.empty() || path.size() > 512) return false;
  for (const char c : path)
    if (c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20) return false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

}  // namespace

void Reader::report(Position at, std::string message, std::string hint) {
  if (out_.size() < kMaxDiagnostics)
    out_.push_back({file_, at.line, at.column, std::move(message), std::move(hint)});
}

void Reader::mismatch(const json::Value& found, std::string_view expected, std::string_view hint) {
  report(found.at, fill(say::expected, {expected, json::describe(found)}), std::string(hint));
}

bool Reader::require(const json::Value& value, json::Kind kind, std::string_view expected,
                     std::string_view hint) {
  if (value.kind == kind) return true;
  mismatch(value, expected, hint);
  return false;
}

std::shared_ptr<const std::string> Reader::open(const json::Value& path) {
  if (!require(path, json::Kind::string, "a path", say::leaves_folder_hint)) return nullptr;
  if (!stays_inside(path.text)) {
    report(path.at, fill(say::leaves_folder, {quoted(path.text)}),
           std::string(say::leaves_folder_hint));
    return nullptr;
  }
  const auto bytes = files_(path.text);
  if (bytes.ok()) return *bytes;
  report(path.at, fill(say::no_file, {quoted(path.text), bytes.error().message}));
  return nullptr;
}

}  // namespace posthorn::scenario
