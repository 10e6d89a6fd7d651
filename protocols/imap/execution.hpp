// One IMAP command being carried out: its arguments, and the handlers of all commands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/imap/fetch_items.hpp"
#include "protocols/imap/search.hpp"
#include "protocols/imap/server.hpp"
#include "protocols/imap/syntax.hpp"

namespace posthorn::imap {

struct Execution;

/// A row of the command table: valid states, handler and the section that defines it.
struct CommandRule {
  std::string_view verb;
  std::uint8_t states;  ///< bits of ServerState: 1 << state
  void (Execution::*run)();
  std::string_view rule;
  bool hides_expunges = false;  ///< RFC 3501 §7.4.1: no EXPUNGE while numbers are in use
  bool takes_uid = false;       ///< has a UID form (RFC 3501 §6.4.8)
};
const CommandRule* find_command(std::string_view verb);

/// Text of one response, and where in it message contents stand.
struct ResponseText {
  std::string text;
  std::vector<ByteRange> contents;
};

/// "2:4,7" (RFC 4315 §4).
std::string uid_set(const std::vector<std::uint32_t>& uids);

/// RFC 3501 section of an untagged response.
std::string_view response_rule(std::string_view verb);

struct Execution {
  Server& self;
  mail::MailStore& store;
  Instant now;
  const Frame& frame;
  Parser args;  ///< behind the command's name
  std::string tag;
  std::string verb;  ///< "FETCH", "UID FETCH"
  const CommandRule& rule;
  bool uid = false;

  // Handlers: commands_session.cpp, commands_mailbox.cpp, commands_message.cpp.
  void capability();
  void noop();
  void logout();
  void login();
  void authenticate();
  void select() { open(false); }
  void examine() { open(true); }
  void create();
  void remove();
  void rename();
  void subscribe();
  void unsubscribe();
  void list();
  void lsub();
  void status();
  void append();
  void close();
  void expunge();
  void search();
  void fetch();
  void store_flags();
  void copy();
  // commands_extension.cpp
  void idle();
  void name_space();
  void identify();
  void unselect();
  void expunge_set();
  void move();

  // Answers. Each handler ends with one of these.
  void ok(const std::string& code = {});  ///< tells of updates, then "OK [code] FETCH completed"
  void no(const std::string& text);
  void bad(const std::string& text);

  // update.cpp
  void update(bool expunges_allowed);
  void tell_expunged(const mail::StoredMailbox* box);
  void tell_new(const mail::StoredMailbox& box);
  void tell_flags(const mail::StoredMailbox& box);

  // Helpers of the handlers.
  void open(bool read_only);
  std::optional<std::string> only_mailbox();  ///< the one argument " mailbox"
  /// " reference pattern" of LIST and LSUB, joined; empty: asks for the separator only.
  std::optional<std::string> pattern();
  [[nodiscard]] const mail::StoredMailbox* selected_box() const;
  /// Indexes into the view. nullopt: a sequence number was out of range (BAD was answered).
  std::optional<std::vector<std::size_t>> chosen(SequenceSet set);
  [[nodiscard]] std::string flags_of(const mail::StoredMessage& message, bool recent) const;
  void set_flags(std::size_t index, const mail::StoredMessage& message, const mail::Flags& flags);
  /// False when the message is gone.
  bool fetch_one(std::size_t index, const std::vector<FetchItem>& items, std::size_t& budget);
  void put_item(ResponseText& out, const FetchItem& item, const mail::StoredMessage& message,
                bool recent, std::optional<mail::Message>& parsed);
  void send(const ResponseText& response);
  /// What COPY and MOVE have in common. nullopt: refused, and answered.
  struct Copied {
    std::vector<std::uint32_t> from;  ///< UIDs
    std::string code;                 ///< "COPYUID ..."; empty if nothing was copied
  };
  std::optional<Copied> copy_messages(std::string_view what);
  [[nodiscard]] std::vector<std::uint32_t> marked_uids(const mail::StoredMailbox& box) const;
  void expunge_uids(const std::vector<std::uint32_t>& uids);
};

}  // namespace posthorn::imap
