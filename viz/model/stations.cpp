#include "viz/model/stations.hpp"

#include <algorithm>

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

RecordId Stations::last(MessageId message, std::uint32_t count) const {
  const auto& all = of(message);
  const auto next =
      std::partition_point(all.begin(), all.end(), [&](RecordId id) { return id.value <= count; });
  return next == all.begin() ? RecordId{} : *(next - 1);
}

}  // namespace posthorn::viz
