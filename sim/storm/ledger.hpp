// The law of the post: every accepted message is at every moment in exactly one server's
// responsibility (in two while an acknowledgement is under way, RFC 1047), and it ends as
// delivered, or reported to its sender, or in the postmaster's box. Nothing is lost.
//
// The ledger reads the trace and compares it with the world, after every event if one likes:
//
//     Ledger ledger;
//     while (world.step(trace))
//       if (auto breach = ledger.audit(trace, world)) ...
//     if (auto breach = ledger.close(trace, world)) ...
//
// A recipient leaves a queue entry only by a result, and every result must have its counterpart: a
// message in a mailbox, an entry at another server, or a report. So nothing can get lost between
// two entries; and when no entry is open any more, everything has arrived somewhere.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/world/world.hpp"

namespace posthorn::storm {

class Ledger {
 public:
  /// Takes in what is new in the trace. What is wrong, if anything is, in a sentence.
  std::optional<std::string> audit(const trace::Trace& trace, const world::World& world);
  /// The same after the last event: nothing may wait any more.
  std::optional<std::string> close(const trace::Trace& trace, const world::World& world);

  // getters
  [[nodiscard]] std::size_t accepted() const { return accepted_total_; }
  [[nodiscard]] std::size_t reports() const { return reports_; }
  /// Second copies of a letter in a mailbox, each after an acknowledgement that got lost.
  [[nodiscard]] std::size_t duplicates() const { return duplicates_; }

 private:
  using Letter = std::pair<MessageId, std::string>;  ///< message and recipient, lower case
  /// Another server has taken it; the one who gave it may not have heard so.
  struct Handed {
    ConnId conn;
    bool heard = false;
  };
  struct Entry {
    HostId host;
    MessageId message;
    bool report = false;                   ///< null reverse-path: lists send it to their owner
    std::multiset<std::string> waiting;    ///< recipients without a final result
    std::map<std::string, Handed> handed;  ///< ... that another server has by now
    std::vector<std::string> failed;       ///< ... whose failure was not reported yet
    std::set<std::string> quiet;           ///< ... about whose failure nobody wants to hear
  };
  /// The reply by which a server acknowledges what it has just accepted.
  struct Acknowledgement {
    bool said = false;
    std::uint32_t begin = 0;  ///< where it stands in the server's stream
  };

  void take(const trace::Trace& trace, const trace::Record& record);
  void accept(const trace::Trace& trace, const trace::QueueAccepted& fact,
              const trace::Record& record);
  void take_from(const trace::Trace& trace, HostId giver, ConnId conn, const Letter& letter);
  void note_carrier(const trace::Trace& trace, const trace::Record& record);
  [[nodiscard]] bool came_too_late(HostId giver, ConnId conn, const Letter& letter) const;
  void hear(const trace::Trace& trace, const trace::Line& line);
  /// The names of those that come by `conn`, or that one of our entries stands for, that are quiet.
  void note_quiet(Entry& entry, ConnId conn);
  /// True if LMTP brought the letter to where the mailboxes are, and this is what became of it.
  bool by_lmtp(const trace::Trace& trace, const trace::Record& record, HostId host);
  void settle(const trace::Trace& trace, const trace::RecipientResult& fact);
  void report(const trace::Trace& trace, const trace::BounceCreated& fact);
  void release(const trace::QueueReleased& fact);
  void store(const trace::Trace& trace, const trace::MailboxStored& fact,
             const trace::Record& record);
  /// The giver starts anew. If it never heard that somebody has the letter, a second copy is born.
  void start_anew(Entry& entry, const std::string& recipient);
  void count_holders(const Letter& letter);
  void compare(const world::World& world, bool mailboxes);
  void complain(std::string what);

  std::size_t read_ = 0;                  ///< records so far
  const scenario::Plan* plan_ = nullptr;  ///< of the world of this audit
  std::optional<std::string> breach_;
  std::map<QueueId, Entry> open_;
  std::map<HostId, std::size_t> open_at_, stored_at_;
  std::map<ConnId, Acknowledgement> acknowledgements_;
  std::map<Letter, std::size_t> lost_acks_;  ///< how often it has doubled
  std::map<MessageId, std::size_t> lost_acks_of_;
  std::set<MessageId> multiplied_;          ///< by aliases, lists, forwarding: some may come twice
  std::map<ConnId, std::size_t> contents_;  ///< the record with the last content said there
  std::map<std::pair<HostId, Letter>, std::size_t> settled_;  ///< ... that ended somebody's duty
  std::set<Letter> submitted_;                                ///< by mail clients
  std::set<MessageId> known_;                                 ///< accepted by anybody
  std::map<std::pair<HostId, MessageId>, int> local_;  ///< mailboxes not yet matched by "delivered"
  std::map<std::pair<HostId, MessageId>, int> spawned_;
  /// The recipients of the last entry that a server made of this letter itself.
  std::map<std::pair<HostId, MessageId>, std::set<std::string>> last_spawn_;
  std::map<ConnId, QueueId> carries_;                      ///< what a server sends there
  std::map<std::pair<HostId, MessageId>, int> by_lmtp_;    ///< giver: deliveries not yet answered
  std::map<ConnId, std::set<std::string>> quiet_;          ///< RCPT with NOTIFY, without FAILURE
  std::set<std::pair<HostId, MessageId>> quiet_messages_;  ///< some recipient of theirs is quiet
  std::map<Letter, std::size_t> copies_;  ///< message and account: how many in the mailbox
  std::size_t accepted_total_ = 0, reports_ = 0, duplicates_ = 0;
};

}  // namespace posthorn::storm
