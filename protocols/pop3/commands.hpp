// The commands of POP3: one handler each, and the table of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/pop3/server.hpp"

namespace posthorn::pop3 {

/// One command being carried out: what its handler may touch.
struct ServerCommands {
  Server& self;
  mail::MailStore& store;
  std::string_view args;
  std::string_view rule;

  // commands_authorization.cpp
  void user();
  void pass();
  void apop();
  void auth();
  // server_tls.cpp
  void stls();
  // commands_transaction.cpp
  void stat();
  void list();
  void uidl();
  void retr();
  void top();
  void dele();
  void noop();
  void rset();
  void quit();
  // commands_extension.cpp
  void capa();
  void lang();
  void utf8();

  struct Totals {
    std::uint64_t messages = 0;
    std::uint64_t octets = 0;
    /// As the sentences want them.
    [[nodiscard]] std::vector<std::string> texts() const {
      return {std::to_string(messages), std::to_string(octets)};
    }
  };
  [[nodiscard]] Totals totals() const;
  template <class Line>
  void listing(const std::string& status, Line line);
};

/// A row of the command table: where the command is valid, and where it is defined.
struct CommandRule {
  std::string_view verb;
  bool in_authorization;
  bool in_transaction;
  std::size_t min_words;
  std::size_t max_words;
  void (ServerCommands::*run)();
  std::string_view rule;
  bool shows_password = false;  ///< not to be said in clear where TLS is required
  bool says_password = false;   ///< as it is, which a server may not want at all
};
/// As max_words: the rest of the line is one argument, spaces and all.
constexpr std::size_t one_long_word = 9;

/// nullptr: no such command.
const CommandRule* find_command(std::string_view verb);

}  // namespace posthorn::pop3
