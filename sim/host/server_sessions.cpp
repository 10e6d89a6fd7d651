#include "sim/host/server_sessions.hpp"

#include <algorithm>

namespace posthorn::host {
namespace {

using sasl::Mechanism;
using scenario::Service;

/// A limit that the scenario sets takes the place of the protocol's own.
template <class Value, class Target>
void set(const std::optional<Value>& limit, Target& target) {
  if (limit) target = static_cast<Target>(*limit);
}

/// What makes challenges differ from session to session.
std::string fresh_nonce(Context& ctx, HostId id) { return std::to_string(ctx.random(id).next()); }

std::vector<Mechanism> without_apop(std::vector<Mechanism> mechanisms) {
  std::erase(mechanisms, Mechanism::apop);
  return mechanisms;
}

smtp::ServerConfig smtp_config(Context& ctx, HostId id, Service service) {
  const scenario::Host& host = ctx.plan().host(id);
  smtp::ServerConfig config;
  const Service spoken = scenario::spoken_at(service);
  if (spoken == Service::submission) {
    config = smtp::ServerConfig::for_submission(host.name);
    config.mechanisms = without_apop(host.auth);
    config.nonce = fresh_nonce(ctx, id) + ".";
  }
  config.hostname = host.name;
  config.lmtp = service == Service::lmtp;
  config.offer_starttls = host.tls.offer;
  config.require_tls = host.tls.required;
  config.secured = scenario::implicit_tls(service);
  config.max_size = host.max_message_size;
  using scenario::SmtpExtension;
  const auto has = [&host](SmtpExtension what) {
    return std::ranges::count(host.without, what) == 0;
  };
  config.offer_ehlo = has(SmtpExtension::ehlo) || spoken != Service::smtp;  // AUTH needs it
  config.offer_pipelining = has(SmtpExtension::pipelining);
  config.offer_size = has(SmtpExtension::size);
  config.offer_8bitmime = has(SmtpExtension::eight_bit_mime);
  config.offer_smtputf8 = has(SmtpExtension::smtputf8);
  config.offer_chunking = has(SmtpExtension::chunking) && config.offer_ehlo;
  // By LMTP each recipient's answer tells what became of it: the client reports (RFC 2033 §4.2).
  config.offer_dsn = has(SmtpExtension::dsn) && !config.lmtp;
  config.offer_limits = has(SmtpExtension::limits);
  config.offer_expn = has(SmtpExtension::expn);
  set(host.limits.max_errors, config.max_errors);
  set(host.limits.max_recipients, config.max_recipients);
  set(host.limits.smtp_idle_commands, config.max_idle_commands);
  set(host.limits.smtp_command, config.command_timeout);
  set(host.limits.smtp_data, config.data_timeout);
  return config;
}

pop3::ServerConfig pop3_config(Context& ctx, HostId id, Service service) {
  const scenario::Host& host = ctx.plan().host(id);
  const scenario::Limits& limits = host.limits;
  pop3::ServerConfig config;
  config.hostname = host.name;
  config.nonce = fresh_nonce(ctx, id);
  config.mechanisms = without_apop(host.auth);
  config.offer_apop = config.mechanisms.size() < host.auth.size();
  config.offer_starttls = host.tls.offer;
  config.require_tls = host.tls.required;
  config.secured = scenario::implicit_tls(service);
  set(limits.pop3_idle, config.idle_timeout);
  set(limits.pop3_preauth, config.login_timeout);
  set(limits.pop3_login_delay, config.login_delay);
  set(limits.pop3_line, config.max_line);
  set(limits.max_output, config.max_output);
  set(limits.max_commands_before_login, config.max_early_commands);
  set(limits.max_errors, config.max_bad_commands);
  set(limits.max_failed_logins, config.max_failed_logins);
  return config;
}

imap::ServerConfig imap_config(Context& ctx, HostId id, Service service) {
  const scenario::Host& host = ctx.plan().host(id);
  const scenario::Limits& limits = host.limits;
  imap::ServerConfig config;
  config.hostname = host.name;
  config.epoch = ctx.plan().scenario.start;
  config.nonce = fresh_nonce(ctx, id);
  config.mechanisms = without_apop(host.auth);
  config.offer_starttls = host.tls.offer;
  config.require_tls = host.tls.required;
  config.secured = scenario::implicit_tls(service);
  config.max_message = host.max_message_size;
  set(limits.imap_idle, config.idle_timeout);
  set(limits.imap_preauth, config.login_timeout);
  set(limits.imap_line, config.max_line);
  set(limits.imap_literal, config.max_literal);
  set(limits.imap_response, config.max_response);
  set(limits.imap_mailboxes, config.max_mailboxes);
  set(limits.imap_messages, config.max_messages);
  set(limits.imap_keywords, config.max_keywords);
  set(limits.imap_keyword, config.max_keyword);
  set(limits.imap_search_keys, config.max_search_keys);
  set(limits.imap_search_octets, config.max_search_octets);
  set(limits.max_output, config.max_output);
  set(limits.max_commands_before_login, config.max_early_commands);
  set(limits.max_errors, config.max_bad_commands);
  set(limits.max_failed_logins, config.max_failed_logins);
  return config;
}

}  // namespace

std::optional<Session> open_session(Context& ctx, HostId id, Service service,
                                    std::optional<std::uint64_t> max_size) {
  switch (scenario::spoken_at(service)) {
    case Service::smtp:
    case Service::submission:
    case Service::lmtp: {
      smtp::ServerConfig config = smtp_config(ctx, id, service);
      if (max_size) config.max_size = std::min<std::size_t>(config.max_size, *max_size);
      return smtp::ServerSession(std::move(config), ctx.now());
    }
    case Service::pop3: {
      pop3::Server server(pop3_config(ctx, id, service));
      server.handle_connect(ctx.now());
      return server;
    }
    case Service::imap: {
      imap::Server server(imap_config(ctx, id, service));
      server.handle_connect(ctx.now());
      return server;
    }
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace posthorn::host
