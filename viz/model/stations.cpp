#include "viz/model/stations.hpp"

#include <algorithm>
#include <string>

namespace posthorn::viz {

using namespace trace;

BlobId content_in(const Fact& fact) {
  return std::visit(
      [](const auto& f) -> BlobId {
        if constexpr (requires { f.content; }) return f.content;
        return {};
      },
      fact);
}

void Stations::grow(const Trace& trace) {
  for (; seen_ < trace.size(); ++seen_) {
    const Record& record = trace.records()[seen_];
    if (!record.message || !content_in(record.fact)) continue;
    if (record.message.value > by_message_.size()) by_message_.resize(record.message.value);
    by_message_[record.message.value - 1].push_back(RecordId{seen_ + 1});
  }
}

const std::vector<RecordId>& Stations::of(MessageId message) const {
  static const std::vector<RecordId> none;
  return message && message.value <= by_message_.size() ? by_message_[message.value - 1] : none;
}

/// Servers write their lines on top (RFC 5321 §4.4): where the content ends in that of an earlier
/// station, it came from there, the longest such one. Where lines were changed, the last in time.
RecordId Stations::before(const Trace& trace, MessageId message, RecordId station) const {
  const std::string& content = *trace.blob(content_in(trace[station].fact));
  RecordId found, former;
  std::size_t longest = 0;
  for (const RecordId id : of(message)) {
    if (id >= station) break;
    former = id;
    const std::string& earlier = *trace.blob(content_in(trace[id].fact));
    if (earlier.size() < longest || !content.ends_with(earlier)) continue;
    longest = earlier.size();
    found = id;
  }
  return found ? found : former;
}

RecordId Stations::last(MessageId message, std::uint32_t count) const {
  const auto& all = of(message);
  const auto next =
      std::partition_point(all.begin(), all.end(), [&](RecordId id) { return id.value <= count; });
  return next == all.begin() ? RecordId{} : *(next - 1);
}

}  // namespace posthorn::viz
