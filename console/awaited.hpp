// What a server takes the next octets for: a command, or something that it asked for.
//
// Hears both sides of a dialogue and follows their framing (RFC 5321 §4.1.1.4, RFC 3030 §2,
// RFC 3501 §4.3, RFC 2177), so that a letter and a password are known for what they are, and where
// they end. Not for DNS, which has no lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/scenario/services.hpp"

namespace posthorn::console {

class Awaited {
 public:
  enum class What : std::uint8_t {
    command,
    letter,   ///< lines until a lone dot (DATA)
    octets,   ///< a counted number of them (BDAT, an IMAP literal)
    rest,     ///< of an IMAP command, behind a literal
    answer,   ///< one line (AUTH, AUTHENTICATE)
    idle_end  ///< the DONE behind IDLE
  };
  explicit Awaited(scenario::Service spoken) : spoken_(spoken) {}

  [[nodiscard]] What what() const { return what_; }
  /// A letter or a password may come now. A server may be slow to ask, and a person quick to type.
  [[nodiscard]] bool is_private() const { return what_ != What::command || unanswered_; }

  /// To the server, whole lines or not.
  void said(std::string_view bytes);
  /// A line of the server's, without its line end.
  void heard(std::string_view line);

 private:
  void end_line(std::string_view line);
  void begin_command(std::string_view line);
  void begin_smtp_command(std::string_view line);
  void begin_imap_command(std::string_view line);
  void go_on_with_imap_line(std::string_view line);
  void begin_octets(std::uint64_t count);
  void end_octets();
  void heard_smtp(std::string_view line);
  void heard_pop3(std::string_view line);
  void heard_imap(std::string_view line);

  scenario::Service spoken_;
  What what_ = What::command;
  What on_plus_ = What::command;  ///< what a "+" of the server asks for, by the last command
  bool unanswered_ = false;       ///< nothing was heard since a command that lets the server ask
  bool granted_ = false;          ///< octets: they are read even if the command is refused
  std::uint64_t missing_ = 0;     ///< octets that are still to come
  std::string tag_;               ///< IMAP: of the last command, with the space behind it
  std::string line_;              ///< said, and not yet complete
};

}  // namespace posthorn::console
