#include "export/mail_files.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <tuple>

#include "protocols/mail/date.hpp"
#include "sim/trace/snapshot.hpp"

namespace posthorn::exporting {
namespace {

/// The stage at the moment asked for, and what it does not tell: since when, and from whom.
struct Moment {
  explicit Moment(const trace::Trace& trace) : snapshot(trace.scene()) {}

  trace::Snapshot snapshot;
  std::map<std::tuple<std::uint32_t, std::string, std::string, std::uint32_t>, Instant> stored;
  std::map<std::pair<HostId, QueueId>, Instant> queued;
  std::map<std::pair<HostId, std::uint32_t>, Instant> fetched;
  std::map<MessageId, std::string> senders;
};

Moment moment_at(const trace::Trace& trace, std::optional<Instant> time) {
  Moment moment(trace);
  const std::size_t end = time ? trace.position_after(*time) : trace.size();
  for (std::uint32_t id = 1; id <= end; ++id) {
    const trace::Record& record = trace[RecordId{id}];
    fold(moment.snapshot, trace, RecordId{id});
    if (const auto* kept = std::get_if<trace::MailboxStored>(&record.fact)) {
      moment.stored[{kept->host.value, std::string(trace.text(kept->account)),
                     std::string(trace.text(kept->mailbox)), kept->uid}] = record.at;
    } else if (const auto* taken = std::get_if<trace::QueueAccepted>(&record.fact)) {
      moment.queued[{taken->host, taken->entry}] = record.at;
      moment.senders[record.message] = trace.text(taken->sender);
    } else if (const auto* got = std::get_if<trace::InboxReceived>(&record.fact)) {
      moment.fetched[{got->host, got->item}] = record.at;
    }
  }
  return moment;
}

class Collector {
 public:
  Collector(const trace::Trace& trace, const Options& options)
      : trace_(trace), options_(options), moment_(moment_at(trace, options.at.time)) {}

  std::vector<KeptMessage> collect() {
    const auto& hosts = trace_.scene().hosts;
    for (std::uint32_t id = 1; id <= hosts.size(); ++id) {
      if (!options_.at.host.empty() && hosts[id - 1].name != options_.at.host) continue;
      add_boxes(HostId{id});
      if (options_.at.host.empty()) continue;  // the same letter once, unless a host is asked for
      add_queue(HostId{id});
      add_inbox(HostId{id});
    }
    return std::move(messages_);
  }

 private:
  void add(HostId host, Instant since, MessageId message, std::string flags, BlobId content) {
    const auto& numbers = options_.selection.messages;
    if (!numbers.empty() &&
        std::ranges::none_of(numbers, [&](auto& span) { return span.contains(message.value); }))
      return;
    const auto sender = moment_.senders.find(message);
    messages_.push_back({since, message, trace_.scene().host(host).name,
                         sender == moment_.senders.end() ? "" : sender->second, std::move(flags),
                         trace_.blob(content)});
  }

  void add_boxes(HostId host) {
    for (const auto& [name, kept] : moment_.snapshot.host(host).boxes) {
      if (!options_.at.mailbox.empty() && name.first != options_.at.mailbox) continue;
      for (const trace::BoxMessage& message : kept) {
        const auto since = moment_.stored.find({host.value, name.first, name.second, message.uid});
        add(host, since == moment_.stored.end() ? Instant{} : since->second, message.message,
            std::string(trace_.text(message.flags)), message.content);
      }
    }
  }

  void add_queue(HostId host) {
    if (!options_.at.mailbox.empty()) return;
    for (const trace::QueueItem& item : moment_.snapshot.host(host).queue)
      add(host, moment_.queued[{host, item.entry}], item.message, "", item.content);
  }

  void add_inbox(HostId host) {
    if (!options_.at.mailbox.empty()) return;
    for (const trace::InboxItem& item : moment_.snapshot.host(host).screen.inbox)
      add(host, moment_.fetched[{host, item.item}], item.message, item.seen ? "\\Seen" : "",
          item.content);
  }

  const trace::Trace& trace_;
  const Options& options_;
  Moment moment_;
  std::vector<KeptMessage> messages_;
};

std::chrono::sys_seconds date_of(const trace::Trace& trace, Instant at) {
  return trace.scene().epoch +
         std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch());
}

/// "Mon Apr  6 00:00:04 2026", UTC (RFC 4155 appendix A).
std::string asctime_of(std::chrono::sys_seconds date) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const mail::CivilTime civil = mail::to_civil({date, 0});
  const auto two = [](int value, char fill) {
    std::string text = std::to_string(value);
    return text.size() < 2 ? fill + text : text;
  };
  return std::string(days[static_cast<std::size_t>(civil.weekday)]) + " " +
         months[static_cast<std::size_t>(civil.month - 1)] + " " + two(civil.day, ' ') + " " +
         two(civil.hour, '0') + ":" + two(civil.minute, '0') + ":" + two(civil.second, '0') + " " +
         std::to_string(civil.year);
}

/// CRLF becomes LF: in files, the line end is the machine's.
std::string with_lf(std::string_view content) {
  std::string out;
  out.reserve(content.size());
  for (std::size_t i = 0; i < content.size(); ++i)
    if (content[i] != '\r' || i + 1 == content.size() || content[i + 1] != '\n') out += content[i];
  return out;
}

/// A line that begins like a separator, or like a quoted one, gets one more ">" (mboxrd).
std::string quote_mbox(std::string_view content) {
  std::string out;
  const std::string text = with_lf(content);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t begin = line.find_first_not_of('>');
    if (begin != std::string_view::npos && line.substr(begin).starts_with("From ")) out += '>';
    out += line;
    out += '\n';
  }
  return out;
}

/// D F R S T: the order of the letters is fixed, too (Maildir's info ":2,").
std::string maildir_info(std::string_view flags) {
  constexpr std::pair<std::string_view, char> kLetters[] = {{"\\Draft", 'D'},
                                                            {"\\Flagged", 'F'},
                                                            {"\\Answered", 'R'},
                                                            {"\\Seen", 'S'},
                                                            {"\\Deleted", 'T'}};
  std::string info = ":2,";
  for (const auto& [flag, letter] : kLetters)
    if (flags.find(flag) != std::string_view::npos) info += letter;
  return info;
}

}  // namespace

Result<std::vector<KeptMessage>> messages_at(const trace::Trace& trace, const Options& options) {
  const trace::Scene& scene = trace.scene();
  if (!options.at.host.empty() &&
      std::ranges::find(scene.hosts, options.at.host, &trace::SceneHost::name) == scene.hosts.end())
    return Error{"there is no host \"" + options.at.host + "\""};
  if (!options.at.mailbox.empty() &&
      std::ranges::find(scene.accounts, options.at.mailbox, &trace::SceneAccount::address) ==
          scene.accounts.end())
    return Error{"there is no mailbox \"" + options.at.mailbox + "\""};
  Selection others = options.selection;
  others.messages.clear();
  if (!others.empty())
    return Error{"messages are chosen by --at HOST, MAILBOX or TIME and --only message=N"};
  return Collector(trace, options).collect();
}

Result<bool> write_eml(const trace::Trace& trace, const Options& options, std::ostream& out) {
  const auto messages = messages_at(trace, options);
  if (!messages) return messages.error();
  if (messages->empty()) return Error{"there is no message there at that time"};
  if (messages->size() > 1) {
    std::string numbers;
    for (const KeptMessage& message : *messages)
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(message.message.value);
    return Error{std::to_string(messages->size()) + " messages are there (" + numbers +
                 "): choose one with --only message=N and --at, or write an mbox"};
  }
  out << *messages->front().content;
  return true;
}

Result<bool> write_mbox(const trace::Trace& trace, const Options& options, std::ostream& out) {
  const auto messages = messages_at(trace, options);
  if (!messages) return messages.error();
  for (const KeptMessage& message : *messages)
    out << "From " << (message.sender.empty() ? "MAILER-DAEMON" : message.sender) << " "
        << asctime_of(date_of(trace, message.since)) << "\n"
        << quote_mbox(*message.content) << "\n";
  return true;
}

Result<std::vector<MaildirFile>> maildir_files(const trace::Trace& trace, const Options& options) {
  const auto messages = messages_at(trace, options);
  if (!messages) return messages.error();
  std::vector<MaildirFile> files;
  for (const KeptMessage& message : *messages) {
    std::string host = message.host;
    std::ranges::replace(host, '/', '_');
    std::ranges::replace(host, ':', '_');
    const std::string info = maildir_info(message.flags);
    const auto date = date_of(trace, message.since).time_since_epoch().count();
    files.push_back({(info.ends_with(',') ? "new/" : "cur/") + std::to_string(date) + ".M" +
                         std::to_string(message.message.value) + "Q" +
                         std::to_string(files.size() + 1) + "." + host +
                         (info.ends_with(',') ? "" : info),
                     with_lf(*message.content)});
  }
  return files;
}

}  // namespace posthorn::exporting
