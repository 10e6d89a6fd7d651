// The forms in which a trace can be written, as a table: the command line, its help and the
// viewer's menu are made from it.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "export/selection.hpp"
#include "protocols/core/result.hpp"
#include "sim/trace/trace.hpp"
#include "text/text.hpp"

namespace posthorn::exporting {

/// A point of view: "mail.kaede.example", "ben@kaede.example", a moment; any may be left open.
struct Place {
  std::string host;
  std::string mailbox;
  std::optional<Instant> time;
};

struct Options {
  Lang lang = Lang::en;
  Selection selection;
  bool plain = false;  ///< text: the bare dialogue
  Place at;
  /// For whom things are explained. Where that is not asked for, text and md explain nothing, and
  /// html and pcapng, which always do, speak to students.
  std::optional<texts::Level> level;

  bool with_keys = false;  ///< pcapng: the keys of TLS connections too

  [[nodiscard]] texts::Level reader() const { return level.value_or(texts::Level::student); }
};

/// Writes to the stream piece by piece; memory does not grow with what is written. Whether the
/// stream took everything is its owner's affair. Errors are about the options.
using Write = Result<bool> (*)(const trace::Trace&, const Options&, std::ostream&);

struct Format {
  std::string_view name;
  std::string_view endings;  ///< ".txt .text"
  std::string_view what;     ///< for the help
  Write write;
};

std::span<const Format> formats();
/// nullptr if there is none of that name, or with that ending.
const Format* format_named(std::string_view name);
const Format* format_for_file(std::string_view path);

}  // namespace posthorn::exporting
