// IMAP scripts: the letters they are about, and how they run.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "protocols/imap/capabilities.hpp"
#include "protocols/imap/server.hpp"
#include "protocols/mail/date.hpp"
#include "tests/protocols/pop3/dialogue.hpp"

namespace posthorn::testing {

using ImapTalk = Talk<imap::Server, imap::ServerEvent>;

inline constexpr const char* plain_letter =
    "Date: Mon, 6 Apr 2026 09:00:00 +0900\r\n"
    "From: Aiko <aiko@sakura.example>\r\n"
    "To: ben@kaede.example, Chie <chie@kaede.example>\r\n"
    "Subject: =?UTF-8?B?44GT44KT44Gr44Gh44Gv?=\r\n"
    "Message-ID: <1@sakura.example>\r\n"
    "\r\n"
    "Hello Ben\r\n";

inline constexpr const char* mixed_letter =
    "From: Ben <ben@kaede.example>\r\n"
    "Subject: report\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"b\"\r\n"
    "\r\n"
    "--b\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "\r\n"
    "see below\r\n"
    "--b\r\n"
    "Content-Type: message/rfc822\r\n"
    "\r\n"
    "Subject: inner\r\n"
    "\r\n"
    "inside\r\n"
    "--b--\r\n";

inline std::chrono::sys_seconds day(int number) {
  return mail::from_civil({2026, 4, number, 12, 0, 0, 0}, 0)->instant;
}

inline mail::MailStore two_mails() {
  mail::MailStore store;
  store.add_account("ben");
  (void)store.deliver("ben", std::make_shared<const std::string>(plain_letter), day(6), 11);
  (void)store.deliver("ben", std::make_shared<const std::string>(mixed_letter), day(8), 12);
  return store;
}

inline imap::Server imap_server() {
  imap::ServerConfig config;
  config.epoch = day(10);
  return imap::Server(config);
}

// In scripts $BEFORE and $AFTER stand for the capabilities before and after the login.
inline constexpr const char* imap_greeting =
    "S: * OK [CAPABILITY $BEFORE] imap.example IMAP ready\n";

inline constexpr const char* imap_login =
    "S: * OK [CAPABILITY $BEFORE] imap.example IMAP ready\n"
    "C: a LOGIN ben hanami\n"
    "S: a OK [CAPABILITY $AFTER] logged in\n";

inline constexpr const char* imap_selected =
    "S: * OK [CAPABILITY $BEFORE] imap.example IMAP ready\n"
    "C: a LOGIN ben hanami\n"
    "S: a OK [CAPABILITY $AFTER] logged in\n"
    "C: b SELECT inbox\n"
    "S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n"
    "S: * 2 EXISTS\n"
    "S: * 2 RECENT\n"
    "S: * OK [UNSEEN 1] first unseen message\n"
    "S: * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] flags are kept\n"
    "S: * OK [UIDVALIDITY 1] UIDs are valid\n"
    "S: * OK [UIDNEXT 3] predicted next UID\n"
    "S: * OK [HIGHESTMODSEQ 3] number of the last change\n"
    "S: b OK [READ-WRITE] SELECT completed\n";

inline std::string with_capabilities(std::string script) {
  const auto fill_in = [&script](std::string_view word, const std::string& text) {
    for (std::size_t at = script.find(word); at != std::string::npos; at = script.find(word, at))
      script.replace(at, word.size(), text);
  };
  fill_in("$BEFORE", imap::capabilities(false, false, imap::ServerConfig{}));
  fill_in("$AFTER", imap::capabilities(true, false, imap::ServerConfig{}));
  return script;
}

/// Returns the store as the script leaves it.
inline mail::MailStore run_imap(std::string_view beginning, std::string_view script,
                                const mail::MailStore& store = two_mails()) {
  return run_script<imap::Server, imap::ServerEvent>(
      imap_server(), store, with_capabilities(std::string(beginning) + std::string(script)));
}

}  // namespace posthorn::testing
