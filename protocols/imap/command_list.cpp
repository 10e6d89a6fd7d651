// LIST and LSUB: which mailboxes there are (RFC 3501 §6.3.8-9, RFC 5258, RFC 5819, RFC 6154).
#include <algorithm>
#include <set>
#include <utility>

#include "protocols/imap/execution.hpp"
#include "protocols/imap/list_request.hpp"
#include "protocols/imap/mailbox_name.hpp"

namespace posthorn::imap {

namespace {

using Names = std::vector<std::string>;

bool holds(const Names& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

/// In a sorted list those below a name follow the name and its '/'.
std::pair<Names::const_iterator, Names::const_iterator> below(const Names& sorted,
                                                              const std::string& name) {
  const auto first = std::lower_bound(sorted.begin(), sorted.end(), name + "/");
  const auto last = std::lower_bound(first, sorted.end(), name + "0");  // '0' follows '/'
  return {first, last};
}

void add_superiors(const std::string& name, std::set<std::string>& names) {
  for (std::size_t slash = name.find('/'); slash != std::string::npos;
       slash = name.find('/', slash + 1))
    names.insert(name.substr(0, slash));
}

/// `box` is nullptr where only a subscription knows of the name.
std::string attributes_of(const mail::StoredMailbox* box, bool has_children, bool subscribed) {
  std::string words = box == nullptr ? "\\NonExistent " : box->selectable ? "" : "\\Noselect ";
  words += has_children ? "\\HasChildren" : "\\HasNoChildren";
  if (subscribed) words += " \\Subscribed";
  if (box != nullptr && box->special_use != 0)
    words += " " + mail::special_use_text(box->special_use);
  return words;
}

/// All that one LIST needs to know of an account.
struct Listing {
  const mail::MailStore& store;
  const std::string& account;
  const ListRequest& request;
  bool utf8;
  Names existing;
  Names subscribed;
  Names matched = {};  ///< the candidates that the patterns match: each is compared once only

  [[nodiscard]] const mail::StoredMailbox* find(const std::string& name) const {
    return store.find(account, name);
  }
  /// Patterns are compared with names as the client sees them.
  [[nodiscard]] bool matches(const std::string& name) const {
    return request.matches(utf8 ? name : encode_mailbox_name(name));
  }
  [[nodiscard]] bool selects(const std::string& name) const {
    const mail::StoredMailbox* box = find(name);
    if (request.subscribed && !holds(subscribed, name)) return false;
    if (request.special_use) return box != nullptr && box->special_use != 0;
    return box != nullptr || request.subscribed;
  }
  /// RFC 5258 §3.5: some mailbox below is selected, but not matched by the pattern itself.
  [[nodiscard]] bool hides_selected(const std::string& name) const {
    const Names& candidates = request.subscribed ? subscribed : existing;
    const auto [first, last] = below(candidates, name);
    return std::any_of(first, last, [this](const std::string& inferior) {
      return selects(inferior) && !holds(matched, inferior);
    });
  }
  /// Every name that may be listed, levels above subscribed names included.
  [[nodiscard]] std::set<std::string> candidates() const {
    std::set<std::string> names(existing.begin(), existing.end());
    if (!request.subscribed) return names;
    for (const std::string& name : subscribed) {
      names.insert(name);
      add_superiors(name, names);
    }
    return names;
  }
  [[nodiscard]] std::string attributes(const std::string& name) const {
    const auto [first, last] = below(existing, name);
    return attributes_of(find(name), first != last,
                         request.tell_subscribed && holds(subscribed, name));
  }
};

/// RFC 5258 §4: which of the options made the names below count.
std::string child_info(const ListRequest& request) {
  std::string options = request.subscribed ? "\"SUBSCRIBED\"" : "";
  if (request.special_use) options += options.empty() ? "\"SPECIAL-USE\"" : " \"SPECIAL-USE\"";
  return " (\"CHILDINFO\" (" + options + "))";
}

std::string list_line(std::string_view verb, std::string_view attributes, const std::string& name) {
  return std::string(verb) + " (" + std::string(attributes) + ") \"/\" " + name;
}

}  // namespace

void Execution::list() {
  const auto request = args.space() ? parse_list_request(args) : std::nullopt;
  if (!request) return bad("the arguments of LIST are malformed");
  if (request->separator_only) {
    self.untagged(list_line("LIST", "\\Noselect", "\"\""), "LIST");
  } else {
    list_all(*request);
  }
  ok();
}

void Execution::list_all(const ListRequest& request) {
  Listing listing{store,
                  self.account_,
                  request,
                  self.enabled_.utf8_names(),
                  store.mailboxes(self.account_),
                  store.subscriptions(self.account_)};
  for (const std::string& name : listing.candidates())
    if (listing.matches(name)) listing.matched.push_back(name);
  for (const std::string& name : listing.matched) {
    const bool parent = request.recursive_match && listing.hides_selected(name);
    const bool selected = listing.selects(name);
    if (!parent && !selected) continue;
    std::string line = list_line("LIST", listing.attributes(name), wire_name(name));
    if (parent) line += child_info(request);
    self.untagged(line, "LIST");
    const mail::StoredMailbox* found = listing.find(name);
    // RFC 5819 §2: none for what is here only because of those below it.
    if (selected && request.status && found != nullptr && found->selectable)
      put_status(*request.status, *found);
  }
}

/// RFC 9051 §6.3.2: a client that opens a mailbox need not list it.
void Execution::list_selected(const mail::StoredMailbox& box) {
  const Names existing = store.mailboxes(self.account_);
  const auto [first, last] = below(existing, box.name);
  self.untagged(list_line("LIST", attributes_of(&box, first != last, false), wire_name(box.name)),
                "LIST");
}

void Execution::lsub() {
  const auto request = args.space() ? parse_lsub_request(args) : std::nullopt;
  if (!request) return bad("LSUB needs a reference and a pattern");
  const Listing listing{store,    self.account_,
                        *request, self.enabled_.utf8_names(),
                        {},       store.subscriptions(self.account_)};
  const bool by_level = request->patterns.front().find('%') != std::string::npos;
  std::set<std::string> superiors;
  for (const std::string& name : listing.subscribed) {
    if (listing.matches(name)) {
      self.untagged(list_line("LSUB", "", wire_name(name)), "LSUB");
    } else if (by_level) {
      add_superiors(name, superiors);
    }
  }
  // RFC 3501 §6.3.9: with '%', a level above a subscribed name that itself is not subscribed.
  for (const std::string& name : superiors)
    if (!holds(listing.subscribed, name) && listing.matches(name))
      self.untagged(list_line("LSUB", "\\Noselect", wire_name(name)), "LSUB");
  ok();
}

}  // namespace posthorn::imap
