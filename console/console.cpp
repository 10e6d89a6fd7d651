#include "console/console.hpp"

#include <algorithm>

#include "export/transcript.hpp"

namespace posthorn::console {

namespace {

using Kind = ConsoleLine::Kind;

std::string no_service(const scenario::Plan& plan, std::string_view name, Lang lang) {
  std::string list;
  for (const scenario::Host& host : plan.scenario.hosts)
    for (const scenario::Service service : host.services)
      list += "\n  " + host.name + ":" + std::string(scenario::service_name(service));
  const std::string asked = "\"" + std::string(name) + "\"";
  if (lang == Lang::ja)
    return asked + " というサービスはありません。" +
           (list.empty() ? "このシナリオにサービスはありません" : "あるのは次のものです" + list);
  return "there is no service " + asked + " to speak to" +
         (list.empty() ? "; this scenario has none" : "; there are" + list);
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// "STARTTLS", "STLS", "a1 STARTTLS".
bool asks_for_tls(std::string_view line) {
  const std::string command = upper(line);
  return command == "STARTTLS" || command == "STLS" || command.ends_with(" STARTTLS");
}

/// A server's yes to that: "220 ...", "+OK ...", "a1 OK ...".
bool agrees(std::string_view line) {
  return line.starts_with("220") || line.starts_with("+OK") ||
         (line.find(" OK") != std::string_view::npos && !line.starts_with("*"));
}

}  // namespace

Result<Service> find_service(const scenario::Plan& plan, std::string_view name, Lang lang) {
  const std::size_t colon = name.rfind(':');
  const std::string_view host_name = name.substr(0, colon);
  const HostId host = plan.find(host_name);
  if (colon != std::string_view::npos && host) {
    const std::string wanted = scenario::lower(name.substr(colon + 1));
    for (const scenario::Service service : plan.host(host).services)
      if (scenario::service_name(service) == wanted ||
          std::to_string(scenario::port_of(service)) == wanted)
        return Service{host, service};
  }
  return Error{no_service(plan, name, lang)};
}

Console::Console(std::shared_ptr<const scenario::Plan> plan, Service service, Lang lang)
    : plan_(plan),
      service_(service),
      lang_(lang),
      world_(plan),
      trace_(plan->scene),
      awaited_(scenario::spoken_at(service.service)) {}

// --- inputs ---

void Console::connect() {
  const world::Outside who{"outside-1", *IpAddress::parse("127.0.0.1"), 50000};
  const std::uint16_t port = scenario::port_of(service_.service);
  conn_ = world_.outside_connect(trace_, now_, who, service_.host, port);
  last_conn_ = conn_;
  awaited_ = Awaited(scenario::spoken_at(service_.service));
  if (!conn_) tell_no_connection(port);
  tls_.reset();
  if (conn_ && scenario::implicit_tls(service_.service)) begin_tls();
  if (conn_ && is_dns() && !greeted_) greet_dns();
  greeted_ = true;
  collect();
}

void Console::tell_no_connection(std::uint16_t port) {
  if (!world_.network().host_up(service_.host))
    return local("no answer: the host is down; in earnest one would wait for minutes",
                 "応答がありません。ホストが止まっています。本当なら何分も待たされます");
  if (world_.network().port_blocked(service_.host, port))
    return local("no answer: the port is blocked; in earnest one would wait for minutes",
                 "応答がありません。ポートがふさがれています。本当なら何分も待たされます");
  local("connection refused: nobody listens there", "接続を断られました。サービスが動いていません");
}

void Console::type(std::string_view line) {
  if (obey(line)) return;
  if (is_dns()) return ask_dns(line);
  if (!conn_)
    return local("the connection is closed; /quit leaves",
                 "接続は切れています。/quit で終わります");
  put(Kind::client, line);
  tls_asked_ = !in_text() && asks_for_tls(line);
  send(std::string(line) + "\r\n");
}

void Console::send(std::string_view bytes) {
  if (!is_dns()) awaited_.said(bytes);
  if (tls_) {
    tls_->send(bytes);
    pump_tls();
  } else {
    world_.outside_bytes(trace_, now_, conn_, bytes);
  }
  collect();
}

void Console::advance(Instant now) {
  now_ = std::max(now_, now);
  world_.advance(trace_, now_);
  collect();
}

void Console::end_of_input() {
  if (conn_) world_.outside_eof(trace_, now_, conn_);
  collect();
}

void Console::hang_up() {
  if (conn_) world_.outside_closed(trace_, now_, conn_, trace::CloseReason::orderly);
  conn_ = {};
  collect_news();
}

// --- what comes back ---

void Console::collect() {
  for (auto said = world_.take_output(); !said.empty(); said = world_.take_output()) take(said);
  collect_news();
}

void Console::take(const std::vector<world::OutsideOutput>& said) {
  for (const world::OutsideOutput& output : said) {
    if (output.conn != conn_) continue;
    hear_wire(output.bytes);
    if (output.end == world::OutsideOutput::End::none) continue;
    if (!heard_.empty()) put(Kind::server, std::exchange(heard_, {}));
    if (output.end == world::OutsideOutput::End::orderly)
      world_.outside_closed(trace_, now_, conn_, trace::CloseReason::orderly);
    conn_ = {};
    awaited_ = Awaited(scenario::spoken_at(service_.service));
    if (!is_dns()) local("the server closed the connection", "サーバーが接続を閉じました");
  }
}

void Console::hear_wire(std::string_view bytes) {
  if (!tls_) return hear(bytes);
  tls_->handle_wire(bytes);
  pump_tls();
}

void Console::begin_tls() {
  tls::EngineConfig config;
  config.role = tls::Role::client;
  config.seed = plan_->scenario.seed + trace_.size();
  config.root = plan_->root;
  config.server_name = plan_->host(service_.host).name;
  config.insist = false;  // a person can judge for themselves
  config.date =
      std::chrono::floor<std::chrono::seconds>(plan_->scenario.start + now_.time_since_epoch());
  tls_asked_ = false;
  tls_.emplace(std::move(config));
  pump_tls();
}

void Console::pump_tls() {
  while (auto output = tls_->poll()) {
    if (const auto* wire = std::get_if<tls::Wire>(&*output)) {
      if (conn_) world_.outside_bytes(trace_, now_, conn_, wire->bytes);
    } else if (const auto* plain = std::get_if<tls::Plain>(&*output)) {
      hear(plain->bytes);
    } else if (const auto* done = std::get_if<tls::Established>(&*output)) {
      const std::string how =
          done->version + ", " + done->cipher + ", " + std::string(tls::to_string(done->verdict));
      local("sealed: " + how, "封をしました: " + how);
    } else if (const auto* failed = std::get_if<tls::Failed>(&*output)) {
      local("TLS failed: " + failed->reason, "TLSが成立しません: " + failed->reason);
    }
  }
}

void Console::hear(std::string_view bytes) {
  if (is_dns()) return hear_dns(bytes);
  heard_ += bytes;
  for (std::size_t end = heard_.find("\r\n"); end != std::string::npos; end = heard_.find("\r\n")) {
    const std::string line = heard_.substr(0, end);
    heard_.erase(0, end + 2);
    put(Kind::server, line);
    awaited_.heard(line);
    if (tls_asked_ && !tls_ && agrees(line)) return begin_tls();
  }
}

void Console::collect_news() {
  for (; told_ < trace_.size(); ++told_) {
    const trace::Record& record = trace_.records()[told_];
    if (!is_news(record)) continue;
    const std::string text = exporting::describe(trace_, record, lang_);
    if (!text.empty()) put(Kind::news, exporting::format_time(record.at) + "  " + text);
  }
}

/// Milestones, not details: nobody can read every command of everybody and type as well.
bool Console::is_news(const trace::Record& record) const {
  return std::visit(
      [](const auto& fact) {
        using Fact = std::decay_t<decltype(fact)>;
        return std::is_same_v<Fact, trace::SendPressed> ||
               std::is_same_v<Fact, trace::QueueAccepted> ||
               std::is_same_v<Fact, trace::QueueAttempt> ||
               std::is_same_v<Fact, trace::RecipientResult> ||
               std::is_same_v<Fact, trace::QueueDeferred> ||
               std::is_same_v<Fact, trace::BounceCreated> ||
               std::is_same_v<Fact, trace::ReportCreated> ||
               std::is_same_v<Fact, trace::MailboxStored> ||
               std::is_same_v<Fact, trace::LoginDecided> ||
               std::is_same_v<Fact, trace::InboxReceived> ||
               std::is_same_v<Fact, trace::MessageDisplayed> ||
               std::is_same_v<Fact, trace::ClientProblem> ||
               std::is_same_v<Fact, trace::HostPower> || std::is_same_v<Fact, trace::LinkPower>;
      },
      record.fact);
}

std::vector<ConsoleLine> Console::take_lines() { return std::exchange(lines_, {}); }

void Console::put(Kind kind, std::string_view text) {
  lines_.push_back({kind, exporting::printable(text)});
}

void Console::local(const std::string& en, const std::string& ja) {
  put(Kind::local, lang_ == Lang::ja ? ja : en);
}

}  // namespace posthorn::console
