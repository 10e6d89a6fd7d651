// From sequence sets to messages of the selected mailbox, as its client knows them.
#include <algorithm>
#include <utility>

#include "protocols/imap/execution.hpp"

namespace posthorn::imap {

namespace {

using Entries = std::vector<MailboxView::Entry>;

/// The index of the first entry whose UID is not smaller.
std::size_t index_of(const Entries& entries, std::uint32_t uid) {
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), uid,
                       [](const MailboxView::Entry& e, std::uint32_t u) { return e.uid < u; });
  return static_cast<std::size_t>(found - entries.begin());
}

}  // namespace

bool Execution::writable() {
  if (self.view_->read_only) {
    no("[READ-ONLY] the mailbox is open for reading only");
    return false;
  }
  if (box() != nullptr) return true;
  no("[NONEXISTENT] the mailbox was deleted");
  return false;
}

std::optional<std::vector<std::size_t>> Execution::chosen_argument() {
  auto set = args.space() ? args.sequence_set() : std::nullopt;
  if (set) return chosen(std::move(*set));
  bad(verb + " needs a sequence set");
  return std::nullopt;
}

std::optional<std::vector<std::size_t>> Execution::chosen(SequenceSet set) {
  if (set.is_saved_result()) return saved_result();
  const Entries& entries = self.view_->entries;
  const auto count = static_cast<std::uint32_t>(entries.size());
  const std::uint32_t greatest_uid = entries.empty() ? 0 : entries.back().uid;
  if (entries.empty() && set.has_star()) return std::vector<std::size_t>();  // "1:*" of nothing
  set.resolve(uid ? greatest_uid : count);
  std::vector<std::size_t> indexes;
  for (const auto& [first, last] : set.ranges()) {
    if (!uid && (first == 0 || last > count)) {
      bad("there is no message of that number");
      return std::nullopt;
    }
    const std::size_t begin = uid ? index_of(entries, first) : first - 1;
    for (std::size_t i = begin; i < count && (uid ? entries[i].uid : i + 1) <= last; ++i)
      indexes.push_back(i);
  }
  return indexes;
}

/// "$": those of the saved messages that are still there (RFC 5182 §2.1).
std::vector<std::size_t> Execution::saved_result() const {
  const Entries& entries = self.view_->entries;
  std::vector<std::size_t> indexes;
  for (const std::uint32_t saved : self.view_->saved) {
    const std::size_t i = index_of(entries, saved);
    if (i < entries.size() && entries[i].uid == saved) indexes.push_back(i);
  }
  return indexes;
}

/// A message that somebody else expunged still has its number. RFC 2180 §4.1.2: the command does
/// what can be done, and fails; with UIDs it is simply not there.
void Execution::missing_or_ok(bool missing, const std::string& code) {
  // RFC 7162 §3.1.3: which ones failed the test is told even where others are gone.
  if (missing && !uid)
    return no("[" + (code.empty() ? "EXPUNGEISSUED" : code) +
              "] some of the messages no longer exist");
  ok(code);
}

}  // namespace posthorn::imap
