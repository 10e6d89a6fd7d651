// The interface's words and the explanations, in Japanese and English, at three levels.
//
// They are data: text/interface.txt and text/explanations/*.txt, compiled in, and a teacher's own
// folder on top of them (load_folder). docs/TEXTS.md describes the files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace posthorn::texts {

/// A word of the interface ("play"). The key itself if it is unknown (tests see to it that
/// none is).
std::string_view say(std::string_view key, Lang lang);

/// For whom something is explained.
enum class Level : std::uint8_t { office, student, admin };
inline constexpr std::size_t kLevels = 3;

struct Explanation {
  LocalText title;
  LocalText text;           ///< for students; stands in for a level that has no words of its own
  LocalText office, admin;  ///< the analogy of the post office; what an administrator wants to know
  [[nodiscard]] const LocalText& at(Level level) const {
    const LocalText& wanted = level == Level::office  ? office
                              : level == Level::admin ? admin
                                                      : text;
    return wanted.empty() ? text : wanted;
  }
};

/// The explanation of a record: the most specific entry that exists for it.
const Explanation& explain(const trace::Trace& trace, const trace::Record& record);
/// What a header field is for ("Received"; case does not matter); the entry header.any for a field
/// that has no words of its own. nullptr only if there is not even that.
const Explanation* explain_header(std::string_view field);
/// A field of a TLS handshake message, and what it is for (entry tls-field.key-share). `words` is
/// nullptr for a field that nobody has described.
struct TlsField {
  std::string name;   ///< "key share"
  std::string value;  ///< "x25519"
  const Explanation* words = nullptr;
};
std::vector<TlsField> tls_fields(const trace::Trace& trace, const trace::TlsMessage& message);
/// "ClientHello"; an alert with what it says: "Alert: close_notify".
std::string tls_title(const trace::Trace& trace, const trace::TlsMessage& message);
/// Why something failed, as the trace says it in English; the Japanese is the same where we know no
/// better (what a server said).
LocalText reason(std::string_view english);
/// What is wrong with a scenario, or how to mend it (scenario::Diagnostic::message and hint).
LocalText diagnostic(std::string_view english);
/// The lines of scenario::to_text(Diagnostic) in a language; other lines stay as they are.
std::string diagnostics(std::string_view lines, Lang lang);
/// What a scenario promises, or what came of it (scenario::ExpectationResult::what and why).
LocalText expectation(std::string_view english);
/// The keys that explain() tries, most specific first.
std::vector<std::string> explanation_keys(const trace::Trace& trace, const trace::Record& record);

// ---- the texts as data -------------------------------------------------------------------

struct TextEntry {
  std::string key;
  LocalText title, text, office, admin;
};
/// Every entry, once; what a folder changed is changed. For tests and glyph collection.
const std::vector<TextEntry>& interface_texts();
const std::vector<TextEntry>& explanation_texts();

/// A file as it was compiled in: "interface.txt", "explanations/smtp.txt".
struct DataFile {
  std::string_view name, content;
};
std::span<const DataFile> built_in_files();
/// Errors of a complete data file, one a line; empty when it is well formed.
std::string check_texts(std::string_view file);

/// Puts the *.txt of a folder (and of its subfolders) over the built-in texts: a field that stands
/// there replaces ours, a key that we do not have is added. interface.txt holds words of the
/// interface, every other file explanations. Returns what is wrong, one "file:line: …" a line; the
/// lines that are right count all the same. Before anything is explained.
std::string load_folder(const std::string& folder);

/// Whether explain(), explain_header() or tls_fields() could ever ask for this key: the words that
/// a protocol uses are open, everything else is known.
bool can_be_asked_for(std::string_view key);

}  // namespace posthorn::texts
