// Letters into a world of two domains, and what lies in its mailboxes afterwards.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocols/mail/message.hpp"
#include "sim/trace/snapshot.hpp"
#include "tests/support/worlds.hpp"

namespace posthorn::tests {

/// The mail servers of two_domains().
inline constexpr std::uint32_t kSakura = 2, kKaede = 5;

inline scenario::Act send_to(std::string address, Duration when = 0s) {
  return act(when, "aiko@sakura.example", letter({std::move(address)}, "hello", "A line.\n"));
}

using Subjects = std::vector<std::string>;

/// Subjects of the messages in a mailbox at the end of the run.
inline Subjects inbox(const trace::Trace& trace, std::uint32_t host, const std::string& account) {
  const trace::Snapshot end = trace::Keyframes(trace).at(trace, trace.size());
  Subjects subjects;
  for (const auto& [name, messages] : end.host(HostId{host}).boxes)
    if (name.first == account)
      for (const trace::BoxMessage& message : messages)
        subjects.push_back(mail::subject(mail::parse_message(trace.blob(message.content))));
  return subjects;
}

}  // namespace posthorn::tests
