// Commands as a server reads them: the verb, then the grammar of its argument (RFC 5321 §4.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"
#include "protocols/smtp/envelope.hpp"

namespace posthorn::smtp {

enum class Verb : std::uint8_t {
  helo,
  ehlo,
  lhlo,
  auth,
  starttls,
  mail,
  rcpt,
  data,
  bdat,
  rset,
  noop,
  vrfy,
  expn,
  help,
  quit,
  not_implemented,  ///< known, but not by this server: ETRN, TURN, SEND, ...
  unknown,
};

struct Command {
  Verb verb = Verb::unknown;
  std::string name;      ///< upper case, at most 16 octets
  std::string argument;  ///< after the first space, without trailing white space
};

/// Never fails: what it does not know is Verb::unknown.
[[nodiscard]] Command parse_command(std::string_view line);
/// Where the verb is defined: "RFC 5321 §4.1.1.2".
[[nodiscard]] std::string_view rule_of(Verb verb);

/// Why a command was refused: the reply, and the rule that was broken.
struct Refusal {
  int code = 501;
  std::string_view enhanced;
  std::string text;
  std::string_view rule;
};

struct Parameter {
  std::string keyword;  ///< upper case
  std::optional<std::string> value;
};

/// "FROM:<path> KEY=value KEY ..." and "TO:<path> ...".
struct PathArgument {
  Path path;
  std::vector<Parameter> parameters;
};
/// `prefix` is "FROM:" or "TO:".
[[nodiscard]] Result<PathArgument, Refusal> parse_path_argument(std::string_view argument,
                                                                std::string_view prefix);

}  // namespace posthorn::smtp
