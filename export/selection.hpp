// Which part of a trace somebody wants: a value that the exporters and the viewer share.
//
// Written as terms, all of which must hold. The values of a term are alternatives:
//
//     protocol=smtp,dns host=mail.kaede.example time=1s..5s
//
// Keys: connection, message and step (numbers, or spans "2..4"), host (names), protocol (smtp,
// submission, lmtp, pop3, imap, dns), time (spans "1s..5s", "10s..", "..2m").
//
// To a message belongs the whole transaction that brought it, from its MAIL on.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"
#include "sim/trace/trace.hpp"

namespace posthorn::exporting {

/// first..last, both included.
template <class T>
struct Span {
  T first{}, last{};
  [[nodiscard]] bool contains(const T& value) const { return first <= value && value <= last; }
  friend bool operator==(const Span&, const Span&) = default;
};

/// An empty list asks for nothing in particular.
struct Selection {
  std::vector<Span<std::uint32_t>> connections, messages, steps;
  std::vector<Span<Instant>> times;
  std::vector<std::string> hosts;
  std::vector<Protocol> protocols;

  [[nodiscard]] bool empty() const { return *this == Selection{}; }
  friend bool operator==(const Selection&, const Selection&) = default;
};

/// Errors name the term: "time=soon: write a span such as 1s..5s".
Result<Selection> parse_selection(std::string_view text);
/// The selection in the language that parse_selection() reads.
std::string to_string(const Selection& selection);

/// What a record is about, as far as it can be selected.
struct Subject {
  ConnId conn;
  Protocol protocol = Protocol::none;
  HostId hosts[2];
};

/// Answers for every record of a trace whether it is selected. Keeps references to the trace.
class Filter {
 public:
  explicit Filter(const trace::Trace& trace) : trace_(trace) {}
  /// Fails for a host, a connection or a message that is not in the trace.
  static Result<Filter> make(const trace::Trace& trace, Selection selection);

  [[nodiscard]] bool operator()(RecordId id) const;
  [[nodiscard]] bool everything() const { return selection_.empty(); }
  [[nodiscard]] Subject subject(const trace::Fact& fact) const;

 private:
  [[nodiscard]] Subject of_connection(ConnId conn) const;
  void note_packets();
  void adopt_transactions();

  const trace::Trace& trace_;
  Selection selection_;
  std::vector<HostId> hosts_;
  std::vector<RecordId> packets_;  ///< PacketId - 1 -> the record that sent it
  /// Records of no message that turned out to belong to one: see adopt_transactions().
  std::map<RecordId, MessageId> adopted_;
};

}  // namespace posthorn::exporting
