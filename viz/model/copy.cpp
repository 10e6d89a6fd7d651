#include "viz/model/copy.hpp"

#include <algorithm>

#include "text/text.hpp"
#include "viz/model/decode.hpp"

namespace posthorn::viz {

using namespace trace;

std::string line_to_copy(const Model& model, RecordId id) {
  if (!id) return {};
  const Trace& trace = *model.trace;
  const Fact& fact = trace[id].fact;
  if (const auto* line = std::get_if<Line>(&fact)) {
    std::string text = trace.line_text(*line);
    std::erase(text, '\r');
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  if (std::holds_alternative<SegmentSent>(fact) || std::holds_alternative<DatagramSent>(fact))
    return packet_summary(trace, id);
  if (has_row(trace, id)) return transcript_row(trace, id).text.in(model.lang());
  return texts::explain(trace, trace[id]).title.in(model.lang());
}

std::string line_to_copy(const Model& model) { return line_to_copy(model, model.focus()); }

std::string letter_to_copy(const Model& model) {
  const auto& stations = model.stations.of(model.letter());
  if (stations.empty()) return {};
  const RecordId here =
      model.stations.last(model.letter(), std::max(model.head.count, stations.front().value));
  std::string text = *model.trace->blob(content_in((*model.trace)[here].fact));
  std::erase(text, '\r');
  return text;
}

}  // namespace posthorn::viz
