#include "sim/scenario/fault_words.hpp"

#include "sim/scenario/units.hpp"

namespace posthorn::scenario {
namespace {

std::string percent(double part) {
  const auto tenths = static_cast<long>(part * 1000 + 0.5);
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text + "%";
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

struct Details {
  std::string operator()(const PowerCut&) const { return {}; }
  std::string operator()(const ShutDown&) const { return {}; }
  std::string operator()(const DiskFull&) const { return {}; }
  std::string operator()(const CutLink&) const { return {}; }
  std::string operator()(const StopService& f) const {
    return std::string(service_name(f.service));
  }
  std::string operator()(const Slow& f) const {
    return std::string(name_of(f.point)) +
           (f.delay > Duration{} ? " " + format_duration(f.delay) : "");
  }
  std::string operator()(const WrongClock& f) const {
    return f.ahead > Duration{} ? "+" + format_duration(f.ahead) : "-" + format_duration(f.behind);
  }
  std::string operator()(const BadLine& f) const {
    std::string text;
    const auto add = [&](double part, const char* what) {
      if (part > 0) text += (text.empty() ? "" : ", ") + std::string(what) + " " + percent(part);
    };
    add(f.loss, "loss");
    add(f.duplication, "duplication");
    add(f.reordering, "reordering");
    add(f.corruption, "corruption");
    return text;
  }
  std::string operator()(const Partition& f) const { return joined(f.hosts); }
  std::string operator()(const BadDns& f) const {
    return std::string(name_of(f.trouble)) + (f.name.empty() ? "" : " " + f.name);
  }
  std::string operator()(const WrongRecord& f) const {
    return f.name + " " + f.type + " " + f.value;
  }
  std::string operator()(const Listener& f) const { return f.strip_starttls ? "STARTTLS" : ""; }
  std::string operator()(const BlockPort& f) const { return std::string(service_name(f.service)); }
  std::string operator()(const FullMailbox& f) const { return f.address; }
  std::string operator()(const UnknownUser& f) const { return f.address; }
  std::string operator()(const RejectSender& f) const { return f.sender; }
  std::string operator()(const SizeLimit& f) const { return std::to_string(f.octets) + " B"; }
  std::string operator()(const Greylist& f) const { return format_duration(f.delay); }
  std::string operator()(const Throttle& f) const {
    return std::to_string(f.messages) + " / " + format_duration(f.per);
  }
};

struct Sentences {
  LocalText operator()(const PowerCut& f) const {
    return {f.host + " loses its power", f.host + " が停電します"};
  }
  LocalText operator()(const ShutDown& f) const {
    return {f.host + " is switched off", f.host + " を正しい手順で止めます"};
  }
  LocalText operator()(const StopService& f) const {
    const std::string what(service_name(f.service));
    return {f.host + ": " + what + " stops", f.host + " の " + what + " が止まります"};
  }
  LocalText operator()(const Slow& f) const {
    return {f.host + " becomes slow", f.host + " の応答が遅くなります"};
  }
  LocalText operator()(const DiskFull& f) const {
    return {f.host + " has no room left", f.host + " のディスクがいっぱいになります"};
  }
  LocalText operator()(const WrongClock& f) const {
    return {"the clock of " + f.host + " is wrong", f.host + " の時計がずれます"};
  }
  LocalText operator()(const CutLink& f) const {
    return {f.a + " – " + f.b + " is cut", f.a + " – " + f.b + " の回線が切れます"};
  }
  LocalText operator()(const BadLine& f) const {
    return {f.a + " – " + f.b + " becomes a bad line",
            f.a + " – " + f.b + " の回線が不安定になります"};
  }
  LocalText operator()(const Partition& f) const {
    return {joined(f.hosts) + " are cut off", joined(f.hosts) + " が孤立します"};
  }
  LocalText operator()(const BadDns& f) const {
    return {f.host + " answers questions badly", f.host + " がDNSに正しく答えなくなります"};
  }
  LocalText operator()(const WrongRecord& f) const {
    return {f.host + " has a wrong record of " + f.name,
            f.host + " に " + f.name + " の誤った記録が入ります"};
  }
  LocalText operator()(const Listener& f) const {
    return {"somebody listens to " + f.a + " – " + f.b, f.a + " – " + f.b + " が盗聴されます"};
  }
  LocalText operator()(const BlockPort& f) const {
    const std::string what(service_name(f.service));
    return {f.host + ": a firewall blocks " + what,
            f.host + " の " + what + " がファイアウォールでふさがれます"};
  }
  LocalText operator()(const FullMailbox& f) const {
    return {"the mailbox of " + f.address + " is full",
            f.address + " のメールボックスがいっぱいになります"};
  }
  LocalText operator()(const UnknownUser& f) const {
    return {"the account " + f.address + " is closed", f.address + " のアカウントがなくなります"};
  }
  LocalText operator()(const RejectSender& f) const {
    return {f.host + " takes nothing from " + f.sender,
            f.host + " が " + f.sender + " からのメールを断ります"};
  }
  LocalText operator()(const SizeLimit& f) const {
    return {f.host + " refuses large letters", f.host + " が大きなメールを断ります"};
  }
  LocalText operator()(const Greylist& f) const {
    return {f.host + " sends strangers away for a while",
            f.host + " がグレーリスティングを始めます"};
  }
  LocalText operator()(const Throttle& f) const {
    return {f.host + " takes only so many letters", f.host + " が受け取る数を制限します"};
  }
};

}  // namespace

std::string_view name_of(HangPoint point) {
  constexpr std::string_view names[] = {"greeting", "after-rcpt", "inside-data",
                                        "before-final-reply"};
  return names[static_cast<std::size_t>(point)];
}

std::string_view name_of(DnsTrouble trouble) {
  constexpr std::string_view names[] = {"no-such-name", "server-failure", "silent", "lame"};
  return names[static_cast<std::size_t>(trouble)];
}

LocalText describe(const Fault& fault) { return std::visit(Sentences{}, fault.what); }
std::string detail_of(const Fault& fault) { return std::visit(Details{}, fault.what); }

std::vector<std::string> hosts_of(const Fault& fault) {
  return std::visit(
      [](const auto& f) -> std::vector<std::string> {
        if constexpr (requires { f.hosts; })
          return f.hosts;
        else if constexpr (requires { f.a; })
          return {f.a, f.b};
        else
          return {f.host};
      },
      fault.what);
}

}  // namespace posthorn::scenario
