// SEARCH (RFC 3501 §6.4.4), ESEARCH (RFC 4731) and saved results (RFC 5182).
#include <algorithm>
#include <utility>

#include "protocols/imap/execution.hpp"
#include "protocols/imap/message_cursor.hpp"

namespace posthorn::imap {

namespace {

using Hit = Execution::Hit;

/// RFC 4731 §3.2, RFC 5182 §2.4: what MIN or MAX alone name is all that counts.
std::vector<Hit> relevant(const SearchReturn& returns, const std::vector<Hit>& found) {
  const bool ends_only = (returns.min || returns.max) && !returns.all && !returns.count;
  if (!ends_only || found.empty()) return found;
  if (!returns.max) return {found.front()};
  if (!returns.min || found.size() == 1) return {found.back()};
  return {found.front(), found.back()};
}

}  // namespace

void Execution::search() {
  if (!args.space()) return bad("SEARCH needs a criterion");
  SearchRequest request;
  const auto problem = parse_search(args, self.config_.max_search_keys, request);
  // RFC 6855 §3: with UTF8=ACCEPT all is UTF-8, and nobody may say otherwise.
  if (request.names_charset && self.enabled_.utf8)
    return bad("no charset is named with UTF8=ACCEPT");
  if (problem) return refuse_search(*problem, request.returns && request.returns->save);
  if (request.asks_for_changes) self.enable_condstore(store);
  const std::vector<MailboxView::Entry>& entries = self.view_->entries;
  resolve_sets(request.key, static_cast<std::uint32_t>(entries.size()),
               entries.empty() ? 0 : entries.back().uid);
  const auto found = search_all(request);
  if (!found) return;
  answer_search(request, *found);
  ok();
}

void Execution::refuse_search(SearchProblem problem, bool saves) {
  if (problem == SearchProblem::syntax) return bad("the search criteria are malformed");
  if (saves) self.view_->saved.clear();  // RFC 5182 §2.1
  no(problem == SearchProblem::charset ? "[BADCHARSET (US-ASCII UTF-8 ISO-2022-JP)] unknown charset"
                                       : "[LIMIT] the search is too complex");
}

std::optional<std::vector<Hit>> Execution::search_all(const SearchRequest& request) {
  std::vector<Hit> found;
  std::uint64_t octets = 0;
  MessageCursor cursor(box());
  MailboxView& view = *self.view_;
  for (std::size_t i = 0; i < view.entries.size(); ++i) {
    const mail::StoredMessage* message = cursor.find(view.entries[i].uid);
    if (message == nullptr) continue;
    const bool saved = std::binary_search(view.saved.begin(), view.saved.end(), message->uid);
    SearchSubject subject(*message, static_cast<std::uint32_t>(i + 1), view.entries[i].recent,
                          saved);
    if (matches(request.key, subject)) found.push_back({i, message->changed});
    octets += subject.octets_read();
    if (octets <= self.config_.max_search_octets) continue;
    if (request.returns && request.returns->save) view.saved.clear();
    no("[LIMIT] that is too much to look through in one command");
    return std::nullopt;
  }
  return found;
}

void Execution::answer_search(const SearchRequest& request, const std::vector<Hit>& found) {
  std::optional<SearchReturn> returns = request.returns;
  if (!returns && self.enabled_.rev2) {  // RFC 9051 §6.4.4: SEARCH is SEARCH RETURN (ALL)
    returns.emplace();
    returns->all = true;
  }
  const std::vector<Hit> counting = returns ? relevant(*returns, found) : found;
  std::optional<std::uint64_t> greatest_change;
  if (request.asks_for_changes)
    for (const Hit& hit : counting)
      greatest_change = std::max(greatest_change.value_or(0), hit.changed);
  if (returns && returns->save) {
    self.view_->saved.clear();
    for (const Hit& hit : counting) self.view_->saved.push_back(self.view_->entries[hit.index].uid);
  }
  if (returns) return answer_extended(*returns, found, greatest_change);
  std::string text = "SEARCH";
  for (const Hit& hit : found)
    text += " " + std::to_string(uid ? self.view_->entries[hit.index].uid : hit.index + 1);
  if (greatest_change) text += " (MODSEQ " + std::to_string(*greatest_change) + ")";
  self.untagged(text, "SEARCH");
}

void Execution::answer_extended(const SearchReturn& returns, const std::vector<Hit>& found,
                                std::optional<std::uint64_t> greatest_change) {
  if (!returns.tells_anything()) return;  // only SAVE
  const auto number = [&](const Hit& hit) {
    return uid ? self.view_->entries[hit.index].uid : static_cast<std::uint32_t>(hit.index + 1);
  };
  std::string text = "ESEARCH (TAG " + quote(tag) + ")";
  if (uid) text += " UID";
  if (returns.min && !found.empty()) text += " MIN " + std::to_string(number(found.front()));
  if (returns.max && !found.empty()) text += " MAX " + std::to_string(number(found.back()));
  if (returns.all && !found.empty()) {
    SequenceSet all;
    for (const Hit& hit : found) all.append(number(hit));
    text += " ALL " + all.to_string();
  }
  if (returns.count) text += " COUNT " + std::to_string(found.size());
  if (greatest_change) text += " MODSEQ " + std::to_string(*greatest_change);
  self.untagged(text, "ESEARCH");
}

}  // namespace posthorn::imap
