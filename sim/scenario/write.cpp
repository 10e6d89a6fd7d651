#include "sim/scenario/write.hpp"

#include <nlohmann/json.hpp>

#include "sim/scenario/fault_words.hpp"
#include "sim/scenario/units.hpp"

namespace posthorn::scenario {
namespace {

using Json = nlohmann::ordered_json;

std::string text(Duration duration) { return format_duration(duration); }

Json texts(const std::vector<Duration>& list) {
  Json json = Json::array();
  for (const Duration one : list) json.push_back(text(one));
  return json;
}

Json to_json(const LocalText& local) { return {{"en", local.en}, {"ja", local.ja}}; }

constexpr const char* kExtensions[] = {"pipelining", "size",   "8bitmime", "smtputf8", "chunking",
                                       "dsn",        "limits", "expn",     "ehlo"};

constexpr const char* kClientTls[] = {"if-offered", "starttls", "implicit", "never"};
constexpr const char* kNotify[] = {"never", "success", "failure", "delay"};

Json to_json(const Host& host) {
  const Host usual;
  Json json = {{"name", host.name}};
  const bool named_after_itself = host.label.empty() || host.label == LocalText{host.name, {}};
  if (host.user.empty() && !named_after_itself) json["label"] = to_json(host.label);
  if (!host.user.empty()) {
    json["user"] = host.user;
    if (host.client.reads != Reads::none) {
      json["client"] = {{"reads", host.client.reads == Reads::imap ? "imap" : "pop3"}};
      if (!host.client.leave_on_server) json["client"]["leave_on_server"] = false;
    }
    if (host.client.tls != usual.client.tls)
      json["client"]["tls"] = kClientTls[static_cast<std::size_t>(host.client.tls)];
  }
  if (host.tls.offer) json["tls"] = {{"offer", true}};
  if (host.tls.required) json["tls"]["required"] = true;
  for (const Service service : host.services) json["services"].push_back(service_name(service));
  if (!host.retry.empty()) json["retry"] = texts(host.retry);
  if (host.give_up != usual.give_up) json["give_up"] = text(host.give_up);
  if (host.warn_after != usual.warn_after) json["warn_after"] = text(host.warn_after);
  for (const SmtpExtension one : host.without)
    json["without"].push_back(kExtensions[static_cast<std::size_t>(one)]);
  if (host.greylist > Duration{}) json["greylist"] = text(host.greylist);
  if (host.max_connections != usual.max_connections) json["max_connections"] = host.max_connections;
  if (host.max_message_size != usual.max_message_size)
    json["max_message_size"] = host.max_message_size;
  if (host.rate_limit)
    json["rate_limit"] = {{"messages", host.rate_limit->messages},
                          {"per", text(host.rate_limit->per)}};
  if (!host.reject_senders.empty()) json["reject_senders"] = host.reject_senders;
  return json;
}

Json to_json(const Account& account) {
  Json json = {{"name", account.name}, {"password", account.password}};
  if (!account.forward.empty()) json["forward"] = account.forward;
  if (account.keep_copy) json["keep_copy"] = true;
  if (account.vacation)
    json["vacation"] = {{"subject", account.vacation->subject}, {"text", account.vacation->text}};
  if (account.quota_messages > 0) json["quota_messages"] = account.quota_messages;
  return json;
}

Json to_json(const Domain& domain) {
  Json json = {{"name", domain.name}};
  for (const Mx& mx : domain.mx)
    json["mx"].push_back({{"preference", mx.preference}, {"host", mx.host}});
  if (!domain.home.empty()) json["home"] = domain.home;
  for (const Account& account : domain.accounts) json["accounts"].push_back(to_json(account));
  for (const Alias& alias : domain.aliases)
    json["aliases"].push_back({{"name", alias.name}, {"to", alias.to}});
  for (const MailingList& list : domain.lists)
    json["lists"].push_back(
        {{"name", list.name}, {"owner", list.owner}, {"members", list.members}});
  if (!domain.catch_all.empty()) json["catch_all"] = domain.catch_all;
  return json;
}

Json to_json(const Link& link) {
  const Link usual;
  Json json = {{"between", {link.a, link.b}}, {"latency", text(link.latency)}};
  if (link.bandwidth != usual.bandwidth)
    json["bandwidth"] =
        link.bandwidth == 0 ? "unlimited" : std::to_string(link.bandwidth) + "bit/s";
  if (link.jitter > Duration{}) json["jitter"] = text(link.jitter);
  if (link.loss > 0) json["loss"] = link.loss;
  return json;
}

// ---- the story -------------------------------------------------------------------------------

struct FaultWriter {
  Json operator()(const PowerCut& f) const { return {{"power_cut", f.host}}; }
  Json operator()(const ShutDown& f) const { return {{"shut_down", f.host}}; }
  Json operator()(const StopService& f) const {
    return {{"stop", service_name(f.service)}, {"host", f.host}};
  }
  Json operator()(const Slow& f) const {
    Json json = {{"slow", name_of(f.point)}, {"host", f.host}};
    if (f.delay > Duration{}) json["delay"] = text(f.delay);
    return json;
  }
  Json operator()(const DiskFull& f) const { return {{"disk_full", f.host}}; }
  Json operator()(const WrongClock& f) const {
    Json json = {{"wrong_clock", f.host}};
    if (f.ahead > Duration{}) json["ahead"] = text(f.ahead);
    if (f.behind > Duration{}) json["behind"] = text(f.behind);
    return json;
  }
  Json operator()(const CutLink& f) const { return {{"cut", Json::array({f.a, f.b})}}; }
  Json operator()(const BadLine& f) const {
    Json json = {{"bad_line", Json::array({f.a, f.b})}};
    if (f.loss > 0) json["loss"] = f.loss;
    if (f.duplication > 0) json["duplication"] = f.duplication;
    if (f.reordering > 0) json["reordering"] = f.reordering;
    if (f.corruption > 0) json["corruption"] = f.corruption;
    return json;
  }
  Json operator()(const Listener& f) const {
    Json json = {{"listen", Json::array({f.a, f.b})}};
    if (f.strip_starttls) json["strip_starttls"] = true;
    return json;
  }
  Json operator()(const Partition& f) const { return {{"partition", f.hosts}}; }
  Json operator()(const BadDns& f) const {
    Json json = {{"dns", name_of(f.trouble)}, {"host", f.host}};
    if (!f.name.empty()) json["name"] = f.name;
    return json;
  }
  Json operator()(const WrongRecord& f) const {
    return {{"wrong_record", f.name},
            {"host", f.host},
            {"type", f.type},
            {"value", f.value},
            {"ttl", std::to_string(f.ttl) + "s"}};
  }
  Json operator()(const BlockPort& f) const {
    return {{"block", service_name(f.service)}, {"host", f.host}};
  }
  Json operator()(const FullMailbox& f) const { return {{"full_mailbox", f.address}}; }
  Json operator()(const UnknownUser& f) const { return {{"unknown_user", f.address}}; }
  Json operator()(const RejectSender& f) const {
    return {{"reject_sender", f.sender}, {"host", f.host}};
  }
  Json operator()(const SizeLimit& f) const {
    return {{"size_limit", f.host}, {"octets", f.octets}};
  }
  Json operator()(const Greylist& f) const {
    return {{"greylist", f.host}, {"delay", text(f.delay)}};
  }
  Json operator()(const Throttle& f) const {
    return {{"rate_limit", f.host}, {"messages", f.messages}, {"per", text(f.per)}};
  }
};

template <class Target>
Json target(const Target& t) {
  if (!t.host.empty()) return {{"host", t.host}};
  return {{"link", Json::array({t.link_a, t.link_b})}};
}

struct ActWriter {
  Json& json;
  void operator()(const Send& send) const {
    Json& out = json["send"] = {{"to", send.to}, {"subject", send.subject}, {"text", send.text}};
    if (!send.cc.empty()) out["cc"] = send.cc;
    if (!send.bcc.empty()) out["bcc"] = send.bcc;
    if (!send.id.empty()) out["id"] = send.id;
    if (send.charset == Charset::iso2022jp) out["charset"] = "iso-2022-jp";
    for (const Notify one : send.notify)
      out["notify"].push_back(kNotify[static_cast<std::size_t>(one)]);
  }
  void operator()(const Fetch&) const { json["fetch"] = Json::object(); }
  void operator()(const Read& read) const { which("read", read.which); }
  void operator()(const Delete& gone) const { which("delete", gone.which); }
  void operator()(const Reply& reply) const {
    which("reply", reply.which);
    json["reply"]["text"] = reply.text;
    if (!reply.id.empty()) json["reply"]["id"] = reply.id;
  }
  void operator()(const Break& broken) const { json["break"] = target(broken); }
  void operator()(const Repair& repair) const {
    if (repair.fault.empty())
      json["repair"] = target(repair);
    else
      json["repair"] = {{"fault", repair.fault}};
  }
  void operator()(const Trouble& trouble) const {
    Json& out = json["fault"] = std::visit(FaultWriter{}, trouble.what);
    if (trouble.lasts) out["for"] = text(*trouble.lasts);
    if (!trouble.id.empty()) out["id"] = trouble.id;
  }
  void which(const char* key, const std::string& id) const {
    json[key] = Json::object();
    if (!id.empty()) json[key]["which"] = id;
  }
};

Json to_json(const Act& act) {
  Json json = {{"at", text(act.at)}};
  if (!act.who.empty()) json["who"] = act.who;
  if (!act.on.empty()) json["on"] = act.on;
  std::visit(ActWriter{json}, act.what);
  return json;
}

template <class Item>
std::string lines(const char* key, const std::vector<Item>& items) {
  std::string out = std::string("  \"") + key + "\": [";
  for (std::size_t i = 0; i < items.size(); ++i)
    out += (i == 0 ? "\n    " : ",\n    ") + to_json(items[i]).dump();
  return out + (items.empty() ? "]" : "\n  ]");
}

std::string date(std::chrono::sys_seconds at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day ymd(day);
  const std::chrono::hh_mm_ss time(at - day);
  const auto two = [](auto number) {
    const auto n = static_cast<unsigned>(number);
    return std::string(n < 10 ? "0" : "") + std::to_string(n);
  };
  return std::to_string(static_cast<int>(ymd.year())) + "-" +
         two(static_cast<unsigned>(ymd.month())) + "-" + two(static_cast<unsigned>(ymd.day())) +
         "T" + two(time.hours().count()) + ":" + two(time.minutes().count()) + ":" +
         two(time.seconds().count()) + "Z";
}

}  // namespace

std::string write_scenario(const Scenario& s) {
  std::string out = "{\n  \"posthorn\": 1,\n  \"title\": " + to_json(s.title).dump() +
                    ",\n  \"seed\": " + std::to_string(s.seed) + ",\n  \"start\": \"" +
                    date(s.start) + "\",\n  \"limit\": \"" + text(s.limit) + "\",\n";
  if (s.name_resolution == NameResolution::iterative)
    out += "  \"name_resolution\": \"iterative\",\n";
  return out + lines("hosts", s.hosts) + ",\n" + lines("domains", s.domains) + ",\n" +
         lines("links", s.links) + ",\n" + lines("story", s.story) + "\n}\n";
}

}  // namespace posthorn::scenario
