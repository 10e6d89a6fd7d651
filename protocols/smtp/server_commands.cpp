// What the server does with each command.
#include <algorithm>
#include <charconv>
#include <utility>

#include "protocols/mail/address.hpp"
#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/smtp/server.hpp"

namespace posthorn::smtp {

namespace {

std::optional<ServerInput> input_of(Verb verb) {
  switch (verb) {
    case Verb::helo:
      return ServerInput::helo;
    case Verb::ehlo:
    case Verb::lhlo:
      return ServerInput::ehlo;
    case Verb::auth:
      return ServerInput::auth;
    case Verb::starttls:
      return ServerInput::starttls;
    case Verb::mail:
      return ServerInput::mail;
    case Verb::rcpt:
      return ServerInput::rcpt;
    case Verb::data:
      return ServerInput::data;
    case Verb::bdat:
      return ServerInput::bdat;
    case Verb::rset:
      return ServerInput::rset;
    case Verb::noop:
      return ServerInput::noop;
    case Verb::vrfy:
      return ServerInput::vrfy;
    case Verb::expn:
      return ServerInput::expn;
    case Verb::help:
      return ServerInput::help;
    case Verb::quit:
      return ServerInput::quit;
    case Verb::not_implemented:
    case Verb::unknown:
      break;
  }
  return std::nullopt;
}

bool fully_qualified(const Path& path) {
  return path.domain.empty() || path.domain.front() == '[' ||
         path.domain.find('.') != std::string::npos;
}

std::optional<std::uint64_t> parse_octets(const std::optional<std::string>& value) {
  if (!value || value->size() > 20) return std::nullopt;
  std::uint64_t octets = 0;
  const char* const last = value->data() + value->size();
  const auto [end, error] = std::from_chars(value->data(), last, octets);
  if (error == std::errc::result_out_of_range) return UINT64_MAX;
  return error == std::errc{} && end == last ? std::optional(octets) : std::nullopt;
}

Refusal bad_value(const Parameter& parameter, std::string_view rule) {
  return {501, "5.5.4", "Bad value of parameter " + parameter.keyword, rule};
}

Refusal unknown_parameter(const Parameter& parameter) {
  return {555, "5.5.4", "Parameter not recognized: " + parameter.keyword, "RFC 5321 §4.1.1.11"};
}

/// RFC 5321 §4.1.1.8: what this server knows.
std::string help_text(const ServerConfig& config, bool auth, bool starttls) {
  std::string out = config.lmtp ? "LHLO" : config.offer_ehlo ? "HELO EHLO" : "HELO";
  if (auth) out += " AUTH";
  if (starttls) out += " STARTTLS";
  out += " MAIL RCPT DATA";
  if (config.offer_chunking) out += " BDAT";
  out += " RSET NOOP VRFY";
  if (config.offer_expn) out += " EXPN";
  return out + " HELP QUIT";
}

/// It will stand in a header field of a report one day.
bool printable(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return mail::is_ctl(c) || mail::is_8bit(c); });
}

/// What a client may call itself: a domain or an address literal (RFC 5321 §4.1.3), ASCII
/// (RFC 6531 §3.7.1). Names that DNS would not know, such as "my_laptop", are taken all the same.
bool is_client_name(std::string_view name) {
  if (!name.empty() && name.front() == '[') return mail::is_valid_domain(name);
  if (name.empty() || name.size() > 255 || name.front() == '.') return false;
  return name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return mail::is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

/// "name" or "<name>", and for RFC 6531 §3.7.4.2 " SMTPUTF8" behind it.
struct Question {
  std::string_view name;
  bool smtputf8 = false;
};
Question parse_question(std::string_view argument) {
  Question out{argument, false};
  constexpr std::string_view flag = " SMTPUTF8";
  if (out.name.size() > flag.size() &&
      mail::iequals(out.name.substr(out.name.size() - flag.size()), flag)) {
    out.smtputf8 = true;
    out.name.remove_suffix(flag.size());
  }
  if (out.name.size() > 2 && out.name.front() == '<' && out.name.back() == '>')
    out.name = out.name.substr(1, out.name.size() - 2);
  return out;
}

/// RFC 3207 §4: what a server that wants TLS still answers without it.
bool allowed_in_clear(Verb verb) {
  return verb == Verb::noop || verb == Verb::helo || verb == Verb::ehlo || verb == Verb::lhlo ||
         verb == Verb::starttls || verb == Verb::quit || verb == Verb::help || verb == Verb::rset;
}

Reply hello_reply(const ServerConfig& config, bool extended, bool auth, bool starttls,
                  const std::string& client) {
  Reply reply{250, "", {config.hostname + " greets " + client}};
  if (!extended) return reply;
  if (config.offer_pipelining) reply.lines.emplace_back("PIPELINING");
  if (config.offer_size) reply.lines.push_back("SIZE " + std::to_string(config.max_size));
  if (config.offer_8bitmime) reply.lines.emplace_back("8BITMIME");
  if (config.offer_smtputf8) reply.lines.emplace_back("SMTPUTF8");
  if (config.offer_chunking) reply.lines.emplace_back("CHUNKING");
  if (config.offer_dsn) reply.lines.emplace_back("DSN");
  if (config.offer_limits)
    reply.lines.push_back("LIMITS RCPTMAX=" + std::to_string(config.max_recipients));
  if (starttls) reply.lines.emplace_back("STARTTLS");
  if (auth) reply.lines.push_back("AUTH " + sasl::list_of(config.mechanisms));
  reply.lines.emplace_back("ENHANCEDSTATUSCODES");
  reply.lines.emplace_back("HELP");
  return reply;
}

}  // namespace

std::optional<Refusal> ServerSession::out_of_order(const Command& command) const {
  if (state_ == ServerState::refused && command.verb != Verb::quit)
    return Refusal{503, "5.5.1", "No service here; only QUIT", "RFC 5321 §3.1"};
  if (command.verb == Verb::unknown)
    return Refusal{500, "5.5.2", "Command not recognized", "RFC 5321 §4.2.4"};
  if (command.verb == Verb::not_implemented)
    return Refusal{502, "5.5.1", "Command not implemented", "RFC 5321 §4.2.4"};
  const bool hello = command.verb == Verb::helo || command.verb == Verb::ehlo;
  if (config_.lmtp && hello)
    return Refusal{500, "5.5.1", "This is LMTP: say LHLO", "RFC 2033 §4.1"};
  if (!config_.lmtp && command.verb == Verb::lhlo)
    return Refusal{500, "5.5.1",
                   config_.offer_ehlo ? "This is not LMTP: say EHLO" : "This is not LMTP: say HELO",
                   "RFC 2033 §4.1"};
  if (command.verb == Verb::ehlo && !config_.offer_ehlo)
    return Refusal{502, "5.5.1", "Command not implemented", "RFC 5321 §3.2"};
  if (command.verb == Verb::bdat)  // in order or not, its octets must be read
    return config_.offer_chunking
               ? std::nullopt
               : std::optional(Refusal{502, "5.5.1", "Command not implemented", "RFC 5321 §4.2.4"});
  if (command.verb == Verb::starttls && !config_.offer_starttls)
    return Refusal{502, "5.5.1", "TLS is not offered", "RFC 3207 §4"};
  if (command.verb == Verb::starttls && secured_)
    return Refusal{503, "5.5.1", "TLS is active already", "RFC 3207 §4.2"};
  if (config_.require_tls && !secured_ && !allowed_in_clear(command.verb))
    return Refusal{530, "5.7.0", "Must issue a STARTTLS command first", "RFC 3207 §4"};
  if (command.verb == Verb::auth && !config_.offer_auth)
    return Refusal{502, "5.5.1", "Authentication is not offered", "RFC 4954 §3"};
  if (find_transition(state_, *input_of(command.verb)) != nullptr) return std::nullopt;
  std::string text = "Bad sequence of commands";
  if (state_ == ServerState::start)
    text = config_.lmtp ? "Say LHLO first" : "Say HELO or EHLO first";
  else if (command.verb == Verb::rcpt)
    text = "MAIL comes before RCPT";
  else if (command.verb == Verb::mail)
    text = "A transaction is open already";
  else if (command.verb == Verb::auth)
    text = "Not inside a transaction";
  else if (state_ == ServerState::mail && command.verb == Verb::data)
    return no_valid_recipients("RFC 5321 §4.1.1.4");
  return Refusal{503, "5.5.1", std::move(text), "RFC 5321 §4.1.4"};
}

/// RFC 2033 §4.2 insists on 503.
Refusal ServerSession::no_valid_recipients(std::string_view rule) const {
  return Refusal{config_.lmtp ? 503 : 554, "5.5.1", "No valid recipients", rule};
}

std::optional<Refusal> ServerSession::perform(const Command& command) {
  switch (command.verb) {
    case Verb::helo:
    case Verb::ehlo:
    case Verb::lhlo:
      return on_hello(command);
    case Verb::auth:
      return on_auth(command);
    case Verb::starttls:
      return on_starttls(command);
    case Verb::mail:
      return on_mail(command);
    case Verb::rcpt:
      return on_rcpt(command);
    case Verb::data:
      return on_data(command);
    case Verb::bdat:
      return on_bdat(command);
    case Verb::vrfy:
    case Verb::expn:
      return on_question(command);
    default:
      return on_other(command);
  }
}

std::optional<Refusal> ServerSession::on_hello(const Command& command) {
  const std::string& name = command.argument;
  if (!is_client_name(name))
    return Refusal{501, "5.5.4", "Syntax: " + command.name + " your-host-name",
                   "RFC 5321 §4.1.1.1"};
  const bool extended = command.verb != Verb::helo;
  drop_transaction();
  move(extended ? ServerInput::ehlo : ServerInput::helo);
  client_name_ = name;
  extended_ = extended;
  emit(HelloReceived{name, extended});
  send(hello_reply(config_, extended, offers_auth(), offers_starttls(), name), NoteKind::reply,
       "RFC 5321 §4.1.1.1");
  return std::nullopt;
}

std::optional<Refusal> ServerSession::check_path(const Path& path, bool smtputf8,
                                                 bool sender) const {
  if (path.non_ascii() && !smtputf8)
    return Refusal{553, "5.6.7", "A non-ASCII address needs SMTPUTF8", "RFC 6531 §3.5"};
  if (config_.submission && !fully_qualified(path))
    return Refusal{554, sender ? "5.1.7" : "5.1.3", "The domain must be fully qualified",
                   "RFC 6409 §4.2"};
  if (sender && path.domain.empty() && !path.null())
    return Refusal{501, "5.1.7", "The domain is missing", "RFC 5321 §4.1.2"};
  return std::nullopt;
}

Result<Envelope, Refusal> ServerSession::read_sender(const PathArgument& argument) const {
  Envelope envelope;
  envelope.reverse_path = argument.path;
  for (const Parameter& parameter : argument.parameters) {
    const std::string& key = parameter.keyword;
    if (!extended_) return unknown_parameter(parameter);
    if (key == "SIZE" && config_.offer_size) {
      envelope.declared_size = parse_octets(parameter.value);
      if (!envelope.declared_size) return bad_value(parameter, "RFC 1870 §3");
    } else if (key == "BODY" && config_.offer_8bitmime) {
      const std::string value = parameter.value.value_or("");
      envelope.eight_bit = mail::iequals(value, "8BITMIME");
      if (!envelope.eight_bit && !mail::iequals(value, "7BIT"))
        return bad_value(parameter, "RFC 6152 §2");
    } else if (key == "SMTPUTF8" && config_.offer_smtputf8) {
      if (parameter.value) return bad_value(parameter, "RFC 6531 §3.4");
      envelope.smtputf8 = true;
    } else if (key == "RET" && config_.offer_dsn) {
      const auto wanted = parse_return(parameter.value.value_or(""));
      if (!wanted) return bad_value(parameter, "RFC 3461 §4.3");
      envelope.return_content = *wanted;
    } else if (key == "ENVID" && config_.offer_dsn) {
      const auto id = decode_xtext(parameter.value.value_or(""));
      if (!id || id->empty() || parameter.value->size() > 100 || !printable(*id))
        return bad_value(parameter, "RFC 3461 §4.4");
      envelope.envelope_id = *id;
    } else if (key == "AUTH" && config_.offer_auth) {
      // Nobody is trusted with it; it must be right all the same.
      if (!parameter.value || !decode_xtext(*parameter.value))
        return bad_value(parameter, "RFC 4954 §5");
    } else {
      return unknown_parameter(parameter);
    }
  }
  return envelope;
}

std::optional<Refusal> ServerSession::on_mail(const Command& command) {
  if (config_.require_auth && authenticated_as_.empty())
    return Refusal{530, "5.7.0", "Authentication required", "RFC 6409 §4.3"};
  auto argument = parse_path_argument(command.argument, "FROM:");
  if (!argument) return argument.error();
  auto envelope = read_sender(*argument);
  if (!envelope) return envelope.error();
  if (auto refusal = check_path(argument->path, envelope->smtputf8, true)) return refusal;
  if (envelope->declared_size.value_or(0) > config_.max_size)
    return Refusal{552, "5.3.4", "The message is larger than this server takes", "RFC 1870 §6.1"};
  const SenderAsked event{argument->path, envelope->declared_size};
  ask({Asked::sender, std::move(envelope).value()}, event);
  return std::nullopt;
}

Result<Recipient, Refusal> ServerSession::read_recipient(const PathArgument& argument) const {
  Recipient recipient(argument.path);
  for (const Parameter& parameter : argument.parameters) {
    const std::string value = parameter.value.value_or("");
    if (extended_ && config_.offer_dsn && parameter.keyword == "NOTIFY") {
      recipient.notify = parse_notify(value);
      if (!recipient.notify) return bad_value(parameter, "RFC 3461 §4.1");
    } else if (extended_ && config_.offer_dsn && parameter.keyword == "ORCPT") {
      const auto original = parse_original_recipient(value);
      if (!original || value.size() > 500) return bad_value(parameter, "RFC 3461 §4.2");
      if (!mail::is_ascii(value) && !envelope_.smtputf8) return bad_value(parameter, "RFC 6533 §3");
      recipient.original = *original;
    } else {
      return unknown_parameter(parameter);
    }
  }
  return recipient;
}

std::optional<Refusal> ServerSession::on_rcpt(const Command& command) {
  auto argument = parse_path_argument(command.argument, "TO:");
  if (!argument) return argument.error();
  auto recipient = read_recipient(*argument);
  if (!recipient) return recipient.error();
  if (argument->path.null())
    return Refusal{501, "5.1.3", "The recipient is missing", "RFC 5321 §4.1.1.3"};
  if (auto refusal = check_path(argument->path, envelope_.smtputf8, false)) return refusal;
  if (envelope_.recipients.size() >= config_.max_recipients) {
    reply(452, "4.5.3", "Too many recipients", "RFC 5321 §4.5.3.1.10");
    return std::nullopt;
  }
  Envelope envelope = envelope_;
  envelope.recipients.push_back(*recipient);
  ask({Asked::recipient, std::move(envelope)}, RecipientAsked{*recipient});
  return std::nullopt;
}

std::optional<Refusal> ServerSession::on_data(const Command& command) {
  if (!command.argument.empty())
    return Refusal{501, "5.5.4", "DATA takes no argument", "RFC 5321 §4.1.1.4"};
  move(ServerInput::data);
  reply(354, "", "Send the message; end it with a dot on a line by itself", "RFC 5321 §4.1.1.4");
  content_begin_ = input_.position();
  content_.emplace(config_.max_size);
  return std::nullopt;
}

std::optional<Refusal> ServerSession::on_question(const Command& command) {
  const bool list = command.verb == Verb::expn;
  if (list && !config_.offer_expn)
    return Refusal{502, "5.5.1", "Lists are not shown", "RFC 5321 §7.3"};
  if (command.argument.empty())
    return Refusal{501, "5.5.4", "Syntax: " + command.name + " name", rule_of(command.verb)};
  const Question question = parse_question(command.argument);
  if (question.smtputf8 && !config_.offer_smtputf8)
    return Refusal{555, "5.5.4", "Parameter not recognized: SMTPUTF8", "RFC 5321 §4.1.1.11"};
  if (!question.smtputf8 && std::any_of(question.name.begin(), question.name.end(), mail::is_8bit))
    return Refusal{553, "5.6.7", "A non-ASCII name needs SMTPUTF8", "RFC 6531 §3.7.4.2"};
  Pending pending{list ? Asked::expand : Asked::verify};
  pending.smtputf8 = question.smtputf8;
  if (list)
    ask(std::move(pending), ExpandAsked{std::string(question.name)});
  else
    ask(std::move(pending), VerifyAsked{std::string(question.name)});
  return std::nullopt;
}

std::optional<Refusal> ServerSession::on_other(const Command& command) {
  const bool bare = command.verb == Verb::rset || command.verb == Verb::quit;
  if (bare && !command.argument.empty())
    return Refusal{501, "5.5.4", command.name + " takes no argument", rule_of(command.verb)};
  switch (command.verb) {
    case Verb::rset:
      drop_transaction();
      move(ServerInput::rset);
      reply(250, "2.0.0", "Reset", "RFC 5321 §4.1.1.5");
      break;
    case Verb::noop:
      reply(250, "2.0.0", "Nothing done", "RFC 5321 §4.1.1.9");
      break;
    case Verb::help:
      reply(214, "2.0.0", help_text(config_, offers_auth(), offers_starttls()),
            "RFC 5321 §4.1.1.8");
      break;
    case Verb::quit:
      reply(221, "2.0.0", config_.hostname + " closing the connection", "RFC 5321 §4.1.1.10");
      emit(Quit{});
      end_session(ServerInput::quit);
      break;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace posthorn::smtp
