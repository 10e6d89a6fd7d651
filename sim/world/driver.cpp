// The session driver: gives input to sessions and resolvers, drains their output, and records
// what they say about it.
#include "sim/world/doing.hpp"

namespace posthorn::world {
namespace {

constexpr std::uint16_t kResolverPort = 53053;  ///< where our resolvers send from

trace::DnsOutcome outcome_of(dns::Outcome outcome) {
  switch (outcome) {
    case dns::Outcome::ok:
      return trace::DnsOutcome::ok;
    case dns::Outcome::nodata:
      return trace::DnsOutcome::no_data;
    case dns::Outcome::nxdomain:
      return trace::DnsOutcome::no_such_name;
    case dns::Outcome::timeout:
      return trace::DnsOutcome::timeout;
    case dns::Outcome::servfail:
      return trace::DnsOutcome::server_failure;
  }
  return trace::DnsOutcome::server_failure;
}

std::string answer_text(const dns::Answer& answer) {
  std::string text;
  for (const dns::Record& record : answer.records)
    text += (text.empty() ? "" : "\n") + dns::to_text(record.data);
  return text;
}

template <class Part, class Event>
constexpr bool kCanHold = false;
template <class Part, class... Parts>
constexpr bool kCanHold<Part, std::variant<Parts...>> = (std::is_same_v<Part, Parts> || ...);

/// The event, if it is this one; nullptr also if the session has no such event.
template <class Part, class Event>
const Part* part_of(const Event& event) {
  if constexpr (kCanHold<Part, Event>)
    return std::get_if<Part>(&event);
  else
    return nullptr;
}

}  // namespace

// ---- sessions ------------------------------------------------------------------------------

void World::Doing::input(ConnId conn, Side side, End& end, std::string_view bytes) {
  if (!end.hold.on) hang(conn, side, end, scenario::HangPoint::inside_data);
  if (end.hold.on) {
    end.hold.bytes += bytes;
    return;
  }
  mail::MailStore* store = at(end.host).mail_server ? &at(end.host).mail_server->store() : nullptr;
  std::visit(
      [&](auto& session) {
        if constexpr (requires { session.handle_bytes(now(), bytes, *store); })
          session.handle_bytes(now(), bytes, *store);
        else
          session.handle_bytes(now(), bytes);
      },
      end.session);
}

void World::Doing::input_eof(End& end) {
  if (end.hold.on) {
    end.hold.eof = true;
    return;
  }
  mail::MailStore* store = at(end.host).mail_server ? &at(end.host).mail_server->store() : nullptr;
  std::visit(
      [&](auto& session) {
        if constexpr (requires { session.handle_eof(now(), *store); })
          session.handle_eof(now(), *store);
        else
          session.handle_eof(now());
      },
      end.session);
}

void World::Doing::handle(const SessionWake& wake) {
  End* here = end(wake.conn, wake.side);
  if (here == nullptr) return;
  here->wake.reset();
  if (here->unopened) return give_up_handshake(wake.conn, wake.side, *here);
  if (here->hold.on) return;  // whoever hangs does not look at the clock
  mail::MailStore* store =
      at(here->host).mail_server ? &at(here->host).mail_server->store() : nullptr;
  std::visit(
      [&](auto& session) {
        if constexpr (requires { session.handle_wakeup(now(), *store); })
          session.handle_wakeup(now(), *store);
        else
          session.handle_wakeup(now());
      },
      here->session);
  drain(wake.conn, wake.side);
}

void World::Doing::drain(ConnId conn, Side side) {
  if (End* here = end(conn, side))
    std::visit([&](auto& session) { drain_session(conn, side, *here, session); }, here->session);
}

/// Until Idle. Sent bytes go to the network after the notes about them, so that a packet's cause
/// is the command or reply that it carries.
template <class S>
void World::Doing::drain_session(ConnId conn, Side side, End& here, S& session) {
  std::string pending;
  auto flush = [&] {
    if (!pending.empty()) write(conn, side, here, std::move(pending));
    pending.clear();
  };
  while (!here.hold.on) {
    auto output = session.poll();
    if (auto* bytes = std::get_if<Transmit>(&output)) {
      flush();
      pending = std::move(bytes->bytes);
    } else if (const auto* note = std::get_if<Note>(&output)) {
      record_note(conn, side, *note);
    } else if (std::holds_alternative<Shutdown>(output)) {
      flush();
      shutdown(conn, side, here);
    } else if (const auto* idle = std::get_if<Idle>(&output)) {
      flush();
      if constexpr (std::is_same_v<S, imap::Server>)
        if (session.idling()) note_idler(conn, here.host);
      return set_wake(conn, side, here, here.connected ? idle->wake_at : std::nullopt);
    } else {
      flush();
      Host& host = at(here.host);
      std::visit(
          [&](auto&& out) {
            using Out = std::decay_t<decltype(out)>;
            if (part_of<TlsWanted>(out) != nullptr) return start_tls(conn, side, here);
            const auto* content = part_of<smtp::ContentReceived>(out);
            // A letter from outside is one that nobody in the world has seen yet.
            if (content != nullptr && here.outside) set_message({});
            if (const auto* asked = part_of<smtp::RecipientAsked>(out);
                asked != nullptr && hang(conn, side, here, scenario::HangPoint::after_rcpt)) {
              here.hold.asked = *asked;
              return;
            }
            if constexpr (requires { host.mail_server->handle_event(*this, conn, session, out); })
              if (host.mail_server) host.mail_server->handle_event(*this, conn, session, out);
            if constexpr (requires { host.mail_client->handle_event(*this, conn, session, out); })
              if (host.mail_client) host.mail_client->handle_event(*this, conn, session, out);
            if constexpr (std::is_same_v<Out, dns::StreamEvent>) hear(here.host, out);
            if (const auto* fetched = part_of<mail::MessageFetched>(out);
                fetched != nullptr && here.outside && fetched->tag != 0)
              reach(MessageId{fetched->tag}, 5);
            if (content != nullptr) hang(conn, side, here, scenario::HangPoint::before_final_reply);
          },
          output);
    }
  }
}

void World::Doing::note_idler(ConnId conn, HostId id) {
  Host& host = at(id);
  if (host.idling.empty()) host.store_changes = host.mail_server->store().changes();
  host.idling.insert(conn);
  w_.idle_hosts_.insert(id);
}

void World::Doing::record_note(ConnId conn, Side side, const Note& note) {
  const Side speaker = note.flow == Flow::sent ? side : other(side);
  const End* here = end(conn, side);
  // Behind a letter in the same octets the next one may begin, which has no number yet.
  if (here != nullptr && here->outside && note.flow == Flow::received && note.verb == "MAIL")
    set_message({});
  if (here != nullptr && here->outside && note.flow == Flow::received)
    append_line(conn, speaker, Flow::sent, note);  // nobody else can tell that it was said
  append_line(conn, speaker, note.flow, note);
}

void World::Doing::append_line(ConnId conn, Side speaker, Flow flow, const Note& note) {
  trace_.append_as_cause(now(), trace::Line{conn, static_cast<std::uint32_t>(note.begin),
                                            static_cast<std::uint32_t>(note.end - note.begin),
                                            trace_.intern(note.verb), trace_.intern(note.rule),
                                            note.kind, speaker, flow});
}

void World::Doing::write(ConnId conn, Side side, End& here, std::string bytes) {
  const std::uint32_t offset = here.said;
  here.said += static_cast<std::uint32_t>(bytes.size());
  if (!here.tls) return put_on_wire(conn, side, here, std::move(bytes));
  say_plain(conn, side, offset, bytes);
  if (const std::uint64_t number = here.tls->send(bytes); number != 0)
    here.spoken[number] = trace_.cause();
  pump_tls(conn, side, here);
}

void World::Doing::put_on_wire(ConnId conn, Side side, End& here, std::string bytes) {
  if (here.outside) return write_outside(conn, here, std::move(bytes));
  if (here.connected)
    w_.net_.send(net_, conn, side, std::make_shared<const std::string>(std::move(bytes)));
}

void World::Doing::set_wake(ConnId conn, Side side, End& here, std::optional<Instant> when) {
  if (here.wake == when) return;
  // A client from outside puts its time-out off with every line: the alarm that is set looks again.
  if (here.outside && here.wake && when && *here.wake < *when) return;
  if (here.wake) cancel(here.wake_event);
  here.wake = when;
  if (when) here.wake_event = put(std::max(*when, now()), SessionWake{conn, side});
}

// ---- resolvers -----------------------------------------------------------------------------

void World::Doing::drain_resolver(HostId id) {
  Host& host = at(id);
  for (;;) {
    dns::ResolverOutput output = host.resolver->poll();
    if (auto* send = std::get_if<dns::SendDatagram>(&output)) {
      const trace::Scope scope(trace_);
      enter_lookup(id, send->query);
      w_.net_.send_datagram(net_, id, kResolverPort, send->to, dns::kPort,
                            std::make_shared<const std::string>(std::move(send->bytes)));
    } else if (auto* order = std::get_if<dns::OpenStream>(&output)) {
      ask_by_tcp(id, std::move(*order));
    } else if (const auto* stored = std::get_if<dns::CacheStored>(&output)) {
      const std::string question = dns::to_string(stored->type) + " " + stored->name.to_string();
      trace_.append(now(), trace::DnsCached{
                               id, trace_.intern(question), trace_.intern(stored->summary),
                               static_cast<std::uint32_t>(stored->ttl / std::chrono::seconds(1))});
    } else if (const auto* answer = std::get_if<dns::Answered>(&output)) {
      answered(id, *answer);
    } else if (const auto* idle = std::get_if<Idle>(&output)) {
      if (host.resolver_wake != idle->wake_at) {
        if (host.resolver_wake) cancel(host.resolver_event);
        host.resolver_wake = idle->wake_at;
        if (idle->wake_at)
          host.resolver_event = put(std::max(*idle->wake_at, now()), ResolverWake{id});
      }
      return;
    }
  }
}

void World::Doing::enter_lookup(HostId id, dns::QueryId query) {
  const auto asked = w_.lookups_.find({id, query});
  if (asked == w_.lookups_.end()) return;
  trace_.set_cause(asked->second.first);
  set_message(asked->second.second);
}

void World::Doing::ask_by_tcp(HostId id, dns::OpenStream order) {
  const trace::Scope scope(trace_);
  enter_lookup(id, order.query);
  const IpAddress to = order.to;
  connect(id, to, dns::kPort,
          dns::ClientSession(std::move(order), at(id).resolver->config().timeout));
}

void World::Doing::hear(HostId id, const dns::StreamEvent& event) {
  dns::Resolver& resolver = *at(id).resolver;
  if (const auto* reply = std::get_if<dns::StreamReply>(&event))
    resolver.handle_stream_message(now(), reply->stream, reply->bytes);
  else
    resolver.handle_stream_failed(now(), std::get<dns::StreamFailed>(event).stream);
  resolvers_.insert(id);
}

void World::Doing::answered(HostId id, const dns::Answered& answered) {
  const trace::Scope scope(trace_);
  if (const auto asked = w_.lookups_.find({id, answered.query}); asked != w_.lookups_.end()) {
    set_message(asked->second.second);
    if (!trace_.cause()) trace_.set_cause(asked->second.first);
    w_.lookups_.erase(asked);
  }
  const dns::Answer& answer = answered.answer;
  const std::string question = dns::to_string(answer.type) + " " + answer.name.to_string();
  trace_.append_as_cause(
      now(), trace::DnsAnswered{id, static_cast<std::uint32_t>(answered.query.value),
                                trace_.intern(question), trace_.intern(answer_text(answer)),
                                outcome_of(answer.outcome), answer.from_cache});
  Host& host = at(id);
  if (host.mail_server) host.mail_server->handle_dns(*this, answered.query, answer);
  if (host.mail_client) host.mail_client->handle_dns(*this, answered.query, answer);
}

/// Power is cut: sessions and look-ups of the host are gone.
void World::Doing::forget(HostId id) {
  for (auto& [key, here] : w_.ends_) {
    if (here.host != id || here.gone) continue;
    let_go(key.first, key.second, here);
    if (here.outside) {  // its connection is no business of the network
      w_.output_.push_back({key.first, {}, OutsideOutput::End::reset});
      trace_.append(now(),
                    trace::ConnectionClosed{key.first, Side::client, trace::CloseReason::reset});
    }
  }
  std::erase_if(w_.lookups_, [&](const auto& item) { return item.first.first == id; });
  Host& host = at(id);
  if (!host.resolver) return;
  const dns::ResolverConfig config = host.resolver->config();
  host.resolver.emplace(config);
  cancel(host.resolver_event);
  host.resolver_wake.reset();
}

}  // namespace posthorn::world
