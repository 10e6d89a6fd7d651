#include "sim/world/by_hand.hpp"

#include <charconv>

#include "sim/scenario/fault_line.hpp"
#include "sim/scenario/fault_words.hpp"
#include "sim/scenario/units.hpp"

namespace posthorn::world {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

/// "3: mail.kaede.example becomes slow (before-final-reply 11m, for 15m)"
LocalText one_line(std::uint32_t number, const scenario::Fault& fault) {
  const LocalText words = scenario::describe(fault);
  const std::string head = std::to_string(number) + ": ";
  std::string detail = scenario::detail_of(fault);
  if (!fault.id.empty()) detail += (detail.empty() ? "" : ", ") + fault.id;
  const std::string lasts = fault.lasts ? scenario::format_duration(*fault.lasts) : "";
  const auto tail = [&](const std::string& time) {
    if (detail.empty() && time.empty()) return std::string();
    return " (" + detail + (detail.empty() || time.empty() ? "" : ", ") + time + ")";
  };
  return {head + words.en + tail(lasts.empty() ? "" : "for " + lasts),
          head + words.ja + tail(lasts.empty() ? "" : lasts + "間")};
}

ByHand begin(World& world, trace::Trace& trace, Instant now, std::string_view words) {
  if (words.empty()) {
    ByHand help{
        true, false, {{"fault, and what goes wrong:", "fault の後に、起こす障害を書きます。"}}};
    for (const std::string& form : scenario::fault_line_forms())
      help.answer.push_back({"  " + form, "  " + form});
    return help;
  }
  const auto fault = scenario::parse_fault_line(words, world.plan().scenario);
  if (!fault) return {true, false, {{fault.error().message, fault.error().message}}};
  if (world.has_fault(fault->id))
    return {true,
            false,
            {{"a fault has this id already: " + fault->id,
              "その ID の障害がすでにあります: " + fault->id}}};
  const std::uint32_t number = world.intervene(trace, now, *fault);
  if (number == 0) return {true, false, {{"nothing of that name is here", "その名前はありません"}}};
  return {true, true, {one_line(number, *fault)}};
}

ByHand end(World& world, trace::Trace& trace, Instant now, std::string_view which) {
  ByHand out{true, false, {}};
  const auto faults = world.faults();
  for (const auto& [number, fault] : faults) {
    const std::string name = std::to_string(number);
    if (which != "all" && which != name && (which.empty() || which != fault.id)) continue;
    world.intervene(trace, now, number);
    out.done = true;
    out.answer.push_back({name + ": it is over", name + ": 障害が終わりました"});
  }
  if (!out.done)
    out.answer.push_back(
        {"no such fault; \"faults\" lists them, \"repair all\" ends every one",
         "その障害はありません。faults で一覧を表示し、repair all で全部を直します"});
  return out;
}

ByHand list(const World& world) {
  ByHand out{true, true, {}};
  for (const auto& [number, fault] : world.faults()) out.answer.push_back(one_line(number, fault));
  if (out.answer.empty()) out.answer.push_back({"nothing is wrong", "障害はありません"});
  return out;
}

}  // namespace

ByHand obey(World& world, trace::Trace& trace, Instant now, std::string_view line) {
  line = trim(line);
  const std::string_view verb = line.substr(0, line.find(' '));
  const std::string_view rest = trim(line.substr(verb.size()));
  if (verb == "fault") return begin(world, trace, now, rest);
  if (verb == "repair") return end(world, trace, now, rest);
  if (verb == "faults") return list(world);
  return {};
}

}  // namespace posthorn::world
