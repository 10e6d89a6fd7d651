// One IMAP command being carried out: its arguments, and the handlers of all commands.
#pragma once

#include <cstdint>
#include <optional>
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
  /// RFC 3501 §6.4.8: FETCH also has the form UID FETCH; UID EXPUNGE has a handler of its own.
  bool takes_uid = false;
  bool hides_expunges = false;  ///< RFC 3501 §7.4.1: no EXPUNGE while numbers are in use
};
const CommandRule* find_command(std::string_view verb);

/// Text of one response, and where in it message contents stand.
struct ResponseText {
  std::string text;
  std::vector<ByteRange> contents;
};

/// RFC 3501 section of an untagged response.
std::string_view response_rule(std::string_view verb);

struct ListRequest;
struct StatusRequest;

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

  // commands_session.cpp
  void capability();
  void noop();
  void logout();
  void id();
  void enable();
  void idle();
  // server_tls.cpp
  void starttls();
  // authentication.cpp
  void login();
  void authenticate();
  // command_select.cpp
  void select() { open(false); }
  void examine() { open(true); }
  void close();
  void unselect();
  // commands_mailbox.cpp
  void create();
  void remove();
  void rename();
  void subscribe();
  void unsubscribe();
  void status();
  void name_space();
  // command_list.cpp
  void list();
  void lsub();
  // commands_quota.cpp
  void get_quota();
  void get_quota_root();
  void set_quota();
  // command_append.cpp
  void append();
  // command_fetch.cpp
  void fetch();
  // command_store.cpp
  void store_flags();
  // command_search.cpp
  void search();
  // commands_copy.cpp
  void copy();
  void move();
  void expunge();

  // Answers. Each handler ends with one of these.
  void ok(const std::string& code = {});  ///< tells of updates, then "OK [code] FETCH completed"
  void ok_saying(const std::string& text);
  void no(const std::string& text);
  void refuse(const mail::StoreError& error);  ///< NO with the response code of RFC 5530
  void bad(const std::string& text);

  // Mailbox names. On the wire they are modified UTF-7, or UTF-8 once that is enabled.
  [[nodiscard]] std::string wire_name(std::string_view name) const;
  /// " mailbox". nullopt: `problem` (or why the name is none) was answered.
  std::optional<std::string> mailbox(std::string_view problem);
  std::optional<std::string> only_mailbox();  ///< the one argument " mailbox"
  bool refuse_too_many(std::string_view new_name, std::size_t fewer = 0);
  /// The mailbox if it can hold messages; else the refusal was answered.
  const mail::StoredMailbox* target(const std::string& name);

  // SELECT and EXAMINE
  void open(bool read_only);
  bool select_parameters();
  void describe(const mail::StoredMailbox& box, const MailboxView& view);
  void expunge_deleted(const SequenceSet* only);

  // LIST
  void list_all(const ListRequest& request);
  void list_selected(const mail::StoredMailbox& box);
  void put_status(const StatusRequest& request, const mail::StoredMailbox& box);

  // Messages of the selected mailbox.
  [[nodiscard]] const mail::StoredMailbox* box() const { return self.selected_box(store); }
  /// False, and the refusal was answered, where the mailbox is read-only or gone.
  bool writable();
  /// " sequence-set". nullopt: BAD was answered.
  std::optional<std::vector<std::size_t>> chosen_argument();
  /// Indexes into the view, ascending. nullopt: a sequence number was out of range.
  std::optional<std::vector<std::size_t>> chosen(SequenceSet set);
  [[nodiscard]] std::vector<std::size_t> saved_result() const;
  bool set_flags(std::size_t index, const mail::StoredMessage& message, const mail::Flags& flags);
  void missing_or_ok(bool missing, const std::string& code = {});
  bool too_many_keywords(const mail::StoredMailbox& box, const mail::Keywords& more) const;
  /// True, and NO was answered, where `into` cannot take so many messages with such keywords.
  bool refuse_overflow(const mail::StoredMailbox& into, std::size_t messages,
                       const mail::Keywords& keywords);

  // FETCH
  struct Fetching;
  bool fetch_one(std::size_t index, Fetching& job);
  bool look_at(std::size_t index, const mail::StoredMessage& message, const Fetching& job);
  bool put_item(ResponseText& out, const FetchItem& item, const mail::StoredMessage& message,
                bool recent);
  bool put_binary(ResponseText& out, const FetchItem& item, const mail::StoredMessage& message);
  const mail::Message& parsed(const mail::StoredMessage& message);
  void send(const ResponseText& response);

  // SEARCH
  struct Hit {
    std::size_t index = 0;      ///< in the view
    std::uint64_t changed = 0;  ///< StoredMessage::changed
  };
  void refuse_search(SearchProblem problem, bool saves);
  /// nullopt: it would have been too much work, and that was answered.
  std::optional<std::vector<Hit>> search_all(const SearchRequest& request);
  void answer_search(const SearchRequest& request, const std::vector<Hit>& found);
  void answer_extended(const SearchReturn& returns, const std::vector<Hit>& found,
                       std::optional<std::uint64_t> greatest_change);

  // COPY and MOVE
  void copy_or_move(bool moving);
};

}  // namespace posthorn::imap
