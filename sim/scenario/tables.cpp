#include "sim/scenario/tables.hpp"

#include "sim/scenario/fault_tables.hpp"
#include "sim/scenario/limits_table.hpp"
#include "sim/scenario/tls_tables.hpp"

namespace posthorn::scenario {
namespace {

constexpr Need kRequired = Need::required;
constexpr Need kOptional = Need::optional;
const FormText kHost{Form::host};
const FormText kAddress{Form::address};
const FormText kId{Form::identifier};
const ListOf<FormText> kAddresses{kAddress, 100};

// ---- hosts -----------------------------------------------------------------------------------

const std::vector<std::pair<std::string, sasl::Mechanism>> kMechanisms = {
    {"plain", sasl::Mechanism::plain},
    {"login", sasl::Mechanism::login},
    {"cram-md5", sasl::Mechanism::cram_md5},
    {"scram-sha-256", sasl::Mechanism::scram_sha_256},
    {"apop", sasl::Mechanism::apop}};
const Word<sasl::Mechanism> kMechanism{kMechanisms};

const std::vector<Field<Client>>& client_fields() {
  static const std::vector<Field<Client>> fields = {
      field("reads", &Client::reads,
            Word<Reads>{{{"pop3", Reads::pop3}, {"imap", Reads::imap}, {"none", Reads::none}}},
            kOptional, "The protocol by which this mail client fetches mail."),
      field("submission", &Client::submission, kHost, kOptional,
            "The sending server. Default: the home of the user's domain."),
      field("incoming", &Client::incoming, kHost, kOptional,
            "The receiving server. Default: the home of the user's domain."),
      field("leave_on_server", &Client::leave_on_server, Flag{}, kOptional,
            "POP3: keep what was fetched on the server. Default: true."),
      field("delete_after", &Client::delete_after, DurationText{}, kOptional,
            "POP3: what is kept on the server is deleted at the first visit so long after it was "
            "fetched. Default: never."),
      field("auth", &Client::auth, kMechanism, kOptional,
            "How it proves to its servers who it is, where they offer that; apop is for POP3 only. "
            "Default: plain."),
      field("tls", &Client::tls,
            Word<ClientTls>{{{"if-offered", ClientTls::if_offered},
                             {"starttls", ClientTls::starttls},
                             {"implicit", ClientTls::implicit},
                             {"never", ClientTls::never}}},
            kOptional,
            "How it gets TLS: by STARTTLS where the server offers it, by STARTTLS or not at all, "
            "from the first octet on (ports 465, 993 and 995), or never. Default: if-offered."),
      field("certificates", &Client::certificates,
            Word<Certificates>{{{"insist", Certificates::insist},
                                {"warn", Certificates::warn},
                                {"accept", Certificates::accept}}},
            kOptional,
            "What it does when a server's certificate is not valid: end the session, tell its "
            "user, who goes on all the same, or nothing. Default: insist."),
  };
  return fields;
}
const Record<Client> kClient{"client", client_fields};
const Record<Limits> kLimits{"limits", limits_fields};

const std::vector<Field<RateLimit>>& rate_fields() {
  static const std::vector<Field<RateLimit>> fields = {
      field("messages", &RateLimit::messages, Integer{1, 1'000'000}, kRequired, "So many,"),
      field("per", &RateLimit::per, DurationText{}, kRequired, "in so much time."),
  };
  return fields;
}
const Record<RateLimit> kRate{"rate_limit", rate_fields};

const Record<HostTls> kTls{"tls", tls_fields};

const std::vector<Field<Host>>& host_fields() {
  static const std::vector<Field<Host>> fields = {
      field("name", &Host::name, kHost, kRequired, "The host's name, as DNS knows it."),
      field("label", &Host::label, Localised{}, kOptional, "What the stage writes under it."),
      field("user", &Host::user, kAddress, kOptional,
            "The person at this mail client. A host with neither user nor services is a router."),
      field("client", &Host::client, kClient, kOptional, "How the user's mail client is set up."),
      field(
          "services", &Host::services, ListOf<Word<Service>>{{service_words()}, kServices.size()},
          kOptional,
          "What this server answers to. lmtp: it keeps mailboxes for the domains whose home it is, "
          "and their MX hands mail over to it by LMTP."),
      field("addresses", &Host::addresses, ListOf<IpText>{{}, 8}, kOptional,
            "IP addresses. Default: one each of the documentation ranges (RFC 5737, RFC 3849)."),
      field("position", &Host::position, Place{}, kOptional,
            "Where it stands on the stage, [x, y] from 0 to 1 (left to right, top to bottom)."),
      field("retry", &Host::retry, ListOf<DurationText>{{}, 50}, kOptional,
            "Waits between delivery attempts; the last one repeats."),
      field("give_up", &Host::give_up, DurationText{}, kOptional,
            "How long a letter waits in the queue before it bounces. Default: 5d."),
      field("warn_after", &Host::warn_after, DurationText{}, kOptional,
            "How long a letter waits in the queue before its sender hears of it. Default: 4h."),
      field("without", &Host::without,
            ListOf<Word<SmtpExtension>>{{{{"pipelining", SmtpExtension::pipelining},
                                          {"size", SmtpExtension::size},
                                          {"8bitmime", SmtpExtension::eight_bit_mime},
                                          {"smtputf8", SmtpExtension::smtputf8},
                                          {"chunking", SmtpExtension::chunking},
                                          {"dsn", SmtpExtension::dsn},
                                          {"limits", SmtpExtension::limits},
                                          {"expn", SmtpExtension::expn},
                                          {"ehlo", SmtpExtension::ehlo}}},
                                        9},
            kOptional,
            "Extensions of SMTP that this server does not have; without ehlo its port 25 speaks "
            "as in 1982 (RFC 821). Default: it has all."),
      field("auth", &Host::auth, ListOf<Word<sasl::Mechanism>>{kMechanism, 5}, kOptional,
            "The ways in which users may prove who they are. Default: all."),
      field("greylist", &Host::greylist, DurationText{}, kOptional,
            "Strangers are asked to come back after this time. Default: 0s, which is not."),
      field("rate_limit", &Host::rate_limit, Maybe<Record<RateLimit>>{kRate}, kOptional,
            "How much mail one client may bring. Default: no limit."),
      field("reject_senders", &Host::reject_senders, ListOf<AnyText>{{}, 1000}, kOptional,
            "Addresses or domains from which no mail is taken."),
      field("tls", &Host::tls, kTls, kOptional, "How this server stands to TLS (RFC 3207)."),
      field("max_connections", &Host::max_connections, Integer{1, 1000}, kOptional,
            "How many connections at once it opens to one domain. Default: 20."),
      field("limits", &Host::limits, kLimits, kOptional, "What this server puts up with."),
      field("max_message_size", &Host::max_message_size, Integer{1000, 1'000'000'000}, kOptional,
            "Largest message that this server accepts, in octets. Default: 25000000."),
  };
  return fields;
}
const Record<Host> kHostRecord{"host", host_fields};

// ---- domains ---------------------------------------------------------------------------------

const std::vector<Field<Mx>>& mx_fields() {
  static const std::vector<Field<Mx>> fields = {
      field("preference", &Mx::preference, Integer{0, 65535}, kRequired,
            "The lowest number is tried first (RFC 5321 section 5.1)."),
      field("host", &Mx::host, kHost, kRequired, "A host that offers smtp."),
  };
  return fields;
}
const std::vector<Field<Vacation>>& vacation_fields() {
  static const std::vector<Field<Vacation>> fields = {
      field("subject", &Vacation::subject, AnyText{}, kOptional, "Default: \"Auto:\" and theirs."),
      field("text", &Vacation::text, TextOrFile{}, kRequired, "The answer."),
  };
  return fields;
}
const Record<Vacation> kVacation{"vacation", vacation_fields};

const std::vector<Field<Account>>& account_fields() {
  static const std::vector<Field<Account>> fields = {
      field("name", &Account::name, FormText{Form::local_part}, kRequired,
            "The part of the address before the @."),
      field("password", &Account::password, AnyText{}, kRequired, "What the mail client sends."),
      field("display", &Account::display, Localised{}, kOptional, "The person's name."),
      field("forward", &Account::forward, kAddresses, kOptional,
            "Mail for this account goes on to these addresses."),
      field("keep_copy", &Account::keep_copy, Flag{}, kOptional,
            "With forward: the mailbox keeps a copy. Default: false."),
      field("vacation", &Account::vacation, Maybe<Record<Vacation>>{kVacation}, kOptional,
            "Answer once to everybody who writes, as RFC 3834 wants it."),
      field("quota_octets", &Account::quota_octets, Integer{0, 1'000'000'000'000}, kOptional,
            "How much the mailbox holds. Default: 0, which is no limit."),
      field("quota_messages", &Account::quota_messages, Integer{0, 1'000'000'000}, kOptional,
            "How many messages the mailbox holds. Default: 0, which is no limit."),
  };
  return fields;
}
const std::vector<Field<Alias>>& alias_fields() {
  static const std::vector<Field<Alias>> fields = {
      field("name", &Alias::name, FormText{Form::local_part}, kRequired,
            "The part of the address before the @."),
      field("to", &Alias::to, kAddresses, kRequired, "The addresses that it stands for."),
  };
  return fields;
}
const Record<Alias> kAlias{"alias", alias_fields};

const std::vector<Field<MailingList>>& list_fields() {
  static const std::vector<Field<MailingList>> fields = {
      field("name", &MailingList::name, FormText{Form::local_part}, kRequired,
            "The part of the list's address before the @."),
      field("title", &MailingList::title, AnyText{}, kOptional, "What List-Id calls it."),
      field("owner", &MailingList::owner, kAddress, kRequired,
            "Who hears of members that cannot be reached."),
      field("members", &MailingList::members, ListOf<FormText>{kAddress, 10'000}, kRequired,
            "Everybody who gets what is written to the list."),
  };
  return fields;
}
const Record<MailingList> kList{"list", list_fields};

const std::vector<Field<ExtraRecord>>& dns_fields() {
  static const std::vector<Field<ExtraRecord>> fields = {
      field("name", &ExtraRecord::name, AnyText{}, kRequired, "The owner of the record."),
      field("type", &ExtraRecord::type, RecordTypeText{}, kRequired, "Its type."),
      field("value", &ExtraRecord::value, AnyText{}, kRequired,
            "Its data, as in a zone file: \"10 mail.sakura.example\"; of a type that has only a "
            "number, its octets: \"\\\\# 2 01ff\" (RFC 3597)."),
      field(
          "ttl", &ExtraRecord::ttl, DurationText{}, kOptional,
          "How long others may keep it. Default: the domain's ttl. Of several records of one name "
          "and type the shortest counts for all (RFC 2181 section 5.2)."),
  };
  return fields;
}
const Record<Mx> kMx{"mx", mx_fields};
const Record<Account> kAccount{"account", account_fields};
const Record<ExtraRecord> kDns{"record", dns_fields};

const std::vector<Field<Domain>>& domain_fields() {
  static const std::vector<Field<Domain>> fields = {
      field("name", &Domain::name, kHost, kRequired, "The part of addresses after the @."),
      field("mx", &Domain::mx, ListOf<Record<Mx>>{kMx, 16}, kOptional,
            "Which servers take mail for the domain. None: its A record is used."),
      field("accepts_mail", &Domain::accepts_mail, Flag{}, kOptional,
            "False: DNS says that nobody there takes mail (a null MX, RFC 7505). Default: true."),
      field("accounts", &Domain::accounts, ListOf<Record<Account>>{kAccount, kMaxAccounts},
            kOptional, "The people of the domain."),
      field("aliases", &Domain::aliases, ListOf<Record<Alias>>{kAlias, 1000}, kOptional,
            "Names that stand for other addresses."),
      field("lists", &Domain::lists, ListOf<Record<MailingList>>{kList, 100}, kOptional,
            "Mailing lists."),
      field("catch_all", &Domain::catch_all, FormText{Form::local_part}, kOptional,
            "The account that gets mail for names that do not exist."),
      field("home", &Domain::home, kHost, kOptional,
            "The server of the mailboxes. Default: the preferred MX."),
      field("name_server", &Domain::name_server, kHost, kOptional,
            "Who answers DNS questions about it. Default: the first host that offers dns."),
      field("ttl", &Domain::ttl, DurationText{}, kOptional,
            "How long others may keep its DNS records. Default: 5m."),
      field("records", &Domain::records, ListOf<Record<ExtraRecord>>{kDns, 200}, kOptional,
            "DNS records beside those that follow from hosts and mx."),
  };
  return fields;
}
/// Records that say nothing of it are kept as long as the domain's others.
void finish_domain(Reader&, const json::Value& value, Domain& domain) {
  const json::Value* list = value.find("records");
  for (std::size_t i = 0; i < domain.records.size(); ++i)
    if (list->items[i].find("ttl") == nullptr) domain.records[i].ttl = domain.ttl;
}
const Record<Domain> kDomain{"domain", domain_fields, finish_domain};

// ---- links, narration ------------------------------------------------------------------------

Field<Link> between_field() {
  return {
      "between", kRequired, "The two hosts that the link joins.",
      [](Reader& r, const json::Value& v, Link& link) { HostPair{}.read(r, v, link.a, link.b); },
      [] { return HostPair{}.schema(); }};
}
const std::vector<Field<Link>>& link_fields() {
  static const std::vector<Field<Link>> fields = {
      between_field(),
      field("latency", &Link::latency, DurationText{}, kOptional,
            "How long a bit travels, one way. Default: 10ms."),
      field("bandwidth", &Link::bandwidth, RateText{}, kOptional, "Default: 100Mbit/s."),
      field("jitter", &Link::jitter, DurationText{}, kOptional,
            "Up to so much is added to the latency, at random. Default: 0ms."),
      field("loss", &Link::loss, Fraction{}, kOptional,
            "The share of packets that get lost, 0 to 1. Default: 0."),
  };
  return fields;
}
const Record<Link> kLink{"link", link_fields};

/// The file counts story items from 1, as people do.
Field<Narration> act_field() {
  return {"act", kOptional, "Shown when this story item begins, counted from 1.",
          [](Reader& r, const json::Value& v, Narration& narration) {
            std::uint64_t act = 0;
            if (read_integer(r, v, 1, kMaxActs, act))
              narration.act = static_cast<std::uint32_t>(act - 1);
          },
          [] {
            return Integer{1, kMaxActs}.schema();
          }};
}
const std::vector<Field<Narration>>& narration_fields() {
  static const std::vector<Field<Narration>> fields = {
      field("at", &Narration::at, DurationText{}, kOptional, "Shown at this time."),
      field("step", &Narration::step, Integer{1, 5}, kOptional,
            "Shown when a letter reaches this of the five steps: 1 press Send, 2 to the sending "
            "server, 3 look up and deliver, 4 keep, 5 fetch and display."),
      act_field(),
      field("title", &Narration::title, Localised{}, kOptional, "A headline."),
      field("text", &Narration::text, Localised{}, kRequired, "One idea, in a few sentences."),
      field("notes", &Narration::notes, Localised{}, kOptional,
            "For the speaker: what to ask the class, what to point at. Shown on request only."),
  };
  return fields;
}
void finish_narration(Reader& reader, const json::Value& value, Narration&) {
  if (value.find("at") == nullptr && value.find("step") == nullptr && value.find("act") == nullptr)
    reader.report(value.at, std::string(say::when_missing));
}
const Record<Narration> kNarration{"narration", narration_fields, finish_narration};

// ---- the story -------------------------------------------------------------------------------

const std::vector<Field<Attachment>>& attachment_fields() {
  static const std::vector<Field<Attachment>> fields = {
      field("name", &Attachment::name, AnyText{}, kRequired, "The file name that readers see."),
      field("type", &Attachment::content_type, AnyText{}, kOptional,
            "Content type. Default: application/octet-stream, or text/plain for \"text\"."),
      field("text", &Attachment::bytes, TextBytes{}, kOptional, "The content, as text."),
      field("base64", &Attachment::bytes, Base64Bytes{}, kOptional, "The content, in base64."),
      field("file", &Attachment::bytes, FileBytes{}, kOptional,
            "The content, from a file beside or below the scenario."),
  };
  return fields;
}
void finish_attachment(Reader& reader, const json::Value& value, Attachment& attachment) {
  int contents = 0;
  for (const char* key : {"text", "base64", "file"}) contents += value.find(key) != nullptr;
  if (contents != 1) reader.report(value.at, std::string(say::one_content));
  if (attachment.content_type.empty())
    attachment.content_type =
        value.find("text") != nullptr ? "text/plain; charset=utf-8" : "application/octet-stream";
}
const Record<Attachment> kAttachment{"attachment", attachment_fields, finish_attachment};
const ListOf<Record<Attachment>> kAttachments{kAttachment, 20};

Field<Send> eml_field() {
  return {"eml", kOptional,
          "Send exactly the message in this file. \"to\" then gives the envelope; without it the "
          "message's own recipients are used.",
          [](Reader& r, const json::Value& v, Send& send) {
            send.eml = r.open(v);
            send.eml_name = v.text;
          },
          [] { return FileBytes{}.schema(); }};
}
const std::vector<Field<Send>>& send_fields() {
  static const std::vector<Field<Send>> fields = {
      field("to", &Send::to, kAddresses, kOptional, "Recipients."),
      field("cc", &Send::cc, kAddresses, kOptional, "Recipients of a copy."),
      field("bcc", &Send::bcc, kAddresses, kOptional, "Recipients of a copy that nobody sees."),
      field("subject", &Send::subject, AnyText{}, kOptional, "The subject."),
      field("text", &Send::text, TextOrFile{}, kOptional, "The letter itself."),
      field("attachments", &Send::attachments, kAttachments, kOptional, "Files that go with it."),
      field("charset", &Send::charset,
            Word<Charset>{{{"utf-8", Charset::utf8}, {"iso-2022-jp", Charset::iso2022jp}}},
            kOptional, "The character set of subject and text. Default: utf-8."),
      eml_field(),
      field("id", &Send::id, kId, kOptional, "A name by which later items refer to this letter."),
      field("notify", &Send::notify,
            ListOf<Word<Notify>>{{{{"never", Notify::never},
                                   {"success", Notify::success},
                                   {"failure", Notify::failure},
                                   {"delay", Notify::delay}}},
                                 3},
            kOptional,
            "When a report is to come back (RFC 3461). Default: not said, which means failure and "
            "delay."),
  };
  return fields;
}
void finish_send(Reader& reader, const json::Value& value, Send&) {
  if (value.find("eml") == nullptr) {
    for (const char* key : {"to", "subject", "text"})
      if (value.find(key) == nullptr) report_missing(reader, value, "send", key);
    return;
  }
  for (const json::Member& member : value.members)
    for (const char* key : {"cc", "bcc", "subject", "text", "attachments", "charset"})
      if (member.key == key)
        reader.report(member.at, fill(say::eml_alone, {quoted(key)}),
                      std::string(say::eml_alone_hint));
}
const Record<Send> kSend{"send", send_fields, finish_send};

template <class Part>
const std::vector<Field<Part>>& which_fields() {
  static const std::vector<Field<Part>> fields = {
      field("which", &Part::which, kId, kOptional,
            "The id of a send or reply. Default: the newest message in the inbox.")};
  return fields;
}
const std::vector<Field<Fetch>>& fetch_fields() {
  static const std::vector<Field<Fetch>> fields;
  return fields;
}
const std::vector<Field<Reply>>& reply_fields() {
  static const std::vector<Field<Reply>> fields = {
      field("which", &Reply::which, kId, kOptional,
            "The id of the letter to answer. Default: the newest message in the inbox."),
      field("text", &Reply::text, TextOrFile{}, kRequired, "The answer."),
      field("attachments", &Reply::attachments, kAttachments, kOptional, "Files that go with it."),
      field("id", &Reply::id, kId, kOptional, "A name by which later items refer to this letter."),
  };
  return fields;
}
const Record<Fetch> kFetch{"fetch", fetch_fields};
const Record<Read> kRead{"read", which_fields<Read>};
const Record<Reply> kReply{"reply", reply_fields};
const Record<Delete> kDelete{"delete", which_fields<Delete>};

template <class Target>
const std::vector<Field<Target>>& target_fields() {
  static const std::vector<Field<Target>> fields = {
      field("host", &Target::host, kHost, kOptional, "The host."),
      {"link", kOptional, "The link between these two hosts.",
       [](Reader& r, const json::Value& v, Target& t) {
         HostPair{}.read(r, v, t.link_a, t.link_b);
       },
       [] { return HostPair{}.schema(); }},
  };
  return fields;
}
template <class Target>
void finish_target(Reader& reader, const json::Value& value, Target&) {
  int targets = 0;
  for (const char* key : {"host", "link", "fault"}) targets += value.find(key) != nullptr;
  if (targets == 1) return;
  constexpr bool repairs = std::is_same_v<Target, Repair>;
  reader.report(value.at, std::string(repairs ? say::one_repair : say::one_target));
}
const std::vector<Field<Repair>>& repair_fields() {
  static const std::vector<Field<Repair>> fields = [] {
    std::vector<Field<Repair>> all = target_fields<Repair>();
    all.push_back(field("fault", &Repair::fault, kId, kOptional, "The id of a fault."));
    return all;
  }();
  return fields;
}
const Record<Break> kBreak{"break", target_fields<Break>, finish_target<Break>};
const Record<Repair> kRepair{"repair", repair_fields, finish_target<Repair>};

template <class Object, class Part>
void begin(Object& object) {
  object.what.template emplace<Part>();
}

const std::vector<Field<Act>>& act_common() {
  static const std::vector<Field<Act>> fields = {
      field("at", &Act::at, DurationText{}, kRequired, "When, counted from the start."),
      field("who", &Act::who, kAddress, kOptional,
            "The person who does it. Not for break, repair and fault."),
      field("on", &Act::on, kHost, kOptional,
            "At which of their mail clients, for somebody with several. Default: the first."),
  };
  return fields;
}
const std::vector<Choice<Act>>& act_choices() {
  static const std::vector<Choice<Act>> choices = {
      {{whole<Act, Send>("send", kSend, "Write a letter and press Send.")}, begin<Act, Send>},
      {{whole<Act, Fetch>("fetch", kFetch, "Ask the receiving server for new mail.")},
       begin<Act, Fetch>},
      {{whole<Act, Read>("read", kRead, "Open a letter in the inbox.")}, begin<Act, Read>},
      {{whole<Act, Reply>("reply", kReply, "Answer a letter.")}, begin<Act, Reply>},
      {{whole<Act, Delete>("delete", kDelete, "Delete a letter.")}, begin<Act, Delete>},
      {{whole<Act, Break>("break", kBreak, "Take a host or a link down.")}, begin<Act, Break>},
      {{whole<Act, Repair>("repair", kRepair, "Bring a host or a link up again, or end a fault.")},
       begin<Act, Repair>},
      {{whole<Act, Trouble>("fault", fault_table(), "Something goes wrong, until it is over.")},
       begin<Act, Trouble>},
  };
  return choices;
}
const Choices<Act> kAct{"story item", act_common, act_choices};

// ---- expectations ----------------------------------------------------------------------------

const std::vector<Field<Expectation>>& expect_common() {
  static const std::vector<Field<Expectation>> fields;
  return fields;
}
Choice<Expectation> mailbox_choice() {
  return {{part<Expectation>("mailbox", &ExpectMailbox::address, kAddress, kRequired,
                             "Whose mailbox on the server."),
           part<Expectation>("messages", &ExpectMailbox::messages, Integer{0, 1'000'000}, kOptional,
                             "How many messages stand in it."),
           part<Expectation>("seen", &ExpectMailbox::seen, Integer{0, 1'000'000}, kOptional,
                             "How many of them are marked as seen."),
           part<Expectation>("subject", &ExpectMailbox::subject, AnyText{}, kOptional,
                             "One of them has this subject.")},
          begin<Expectation, ExpectMailbox>};
}
template <class Part>
Field<Expectation> on_link() {
  return {"on", kRequired, "The link between these two hosts.",
          [](Reader& r, const json::Value& v, Expectation& expectation) {
            auto& line = std::get<Part>(expectation.what);
            HostPair{}.read(r, v, line.a, line.b);
          },
          [] { return HostPair{}.schema(); }};
}
const std::vector<Choice<Expectation>>& expect_choices() {
  static const std::vector<Choice<Expectation>> choices = {
      mailbox_choice(),
      {{part<Expectation>("bounced", &ExpectBounced::recipient, kAddress, kRequired,
                          "The letter to this address came back."),
        part<Expectation>("to", &ExpectBounced::address, kAddress, kRequired,
                          "Who got the non-delivery report.")},
       begin<Expectation, ExpectBounced>},
      {{part<Expectation>("not_delivered", &ExpectNotDelivered::address, kAddress, kRequired,
                          "No letter of the story arrived here.")},
       begin<Expectation, ExpectNotDelivered>},
      {{part<Expectation>("attempts", &ExpectAttempts::recipient, kAddress, kRequired,
                          "Servers tried to hand letters for this recipient on."),
        part<Expectation>("count", &ExpectAttempts::count, Integer{0, 1'000'000}, kRequired,
                          "How often, relays included.")},
       begin<Expectation, ExpectAttempts>},
      {{part<Expectation>("order", &ExpectOrder::facts, ListOf<AnyText>{{}, 100, 1}, kRequired,
                          "These facts happen in this order; each \"name\" or \"name:word\".")},
       begin<Expectation, ExpectOrder>},
      {{part<Expectation>("displayed", &ExpectDisplayed::address, kAddress, kRequired,
                          "This person's screen showed a letter."),
        part<Expectation>("subject", &ExpectDisplayed::subject, AnyText{}, kOptional,
                          "Its subject.")},
       begin<Expectation, ExpectDisplayed>},
      {{part<Expectation>("overheard", &ExpectOverheard::text, AnyText{}, kRequired,
                          "This text can be read by whoever listens to a link."),
        on_link<ExpectOverheard>()},
       begin<Expectation, ExpectOverheard>},
      {{part<Expectation>("sealed", &ExpectSealed::text, AnyText{}, kRequired,
                          "This text cannot be read by whoever listens to a link."),
        on_link<ExpectSealed>()},
       begin<Expectation, ExpectSealed>},
  };
  return choices;
}
const Choices<Expectation> kExpectation{"expectation", expect_common, expect_choices};

// ---- the whole -------------------------------------------------------------------------------

Field<Scenario> version_field() {
  return {"posthorn", kRequired, "The version of this format.",
          [](Reader& r, const json::Value& v, Scenario&) {
            if (v.kind == json::Kind::number && v.number != 1)
              r.report(v.at, fill(say::wrong_version, {v.text}));
            else
              r.require(v, json::Kind::number, "the number 1");
          },
          [] { return std::string(R"({"const":1})"); }};
}
Field<Scenario> schema_field() {
  return {"$schema", kOptional, "The schema by which editors complete this file.",
          [](Reader& r, const json::Value& v, Scenario&) {
            r.require(v, json::Kind::string, "a path in double quotes");
          },
          [] { return AnyText{}.schema(); }};
}
const std::vector<Field<Scenario>>& scenario_fields() {
  static const std::vector<Field<Scenario>> fields = {
      schema_field(),
      version_field(),
      field("title", &Scenario::title, Localised{}, kRequired, "The name of the lesson."),
      field("summary", &Scenario::summary, Localised{}, kOptional, "What it shows."),
      field("lesson", &Scenario::lesson, Integer{1, 999}, kOptional,
            "Its place in the teaching order of the shipped lessons."),
      field("seed", &Scenario::seed, Integer{0, 9007199254740991}, kOptional,
            "Decides everything that is left to chance. Default: 1."),
      field("start", &Scenario::start, DateText{}, kOptional,
            "The date at which the story begins. Default: 2026-04-06."),
      field("utc_offset", &Scenario::utc_offset, OffsetText{}, kOptional,
            "The local time of everybody. Default: +09:00."),
      field("limit", &Scenario::limit, DurationText{}, kOptional,
            "The run ends here at the latest. Default: 30d."),
      field(
          "name_resolution", &Scenario::name_resolution,
          Word<NameResolution>{
              {{"direct", NameResolution::direct}, {"iterative", NameResolution::iterative}}},
          kOptional,
          "How servers find the name server of a domain: \"direct\", they know it; \"iterative\", "
          "they ask a root server first, and follow referrals from there. Root and top-level "
          "servers are added to the hosts. Default: direct."),
      field("hosts", &Scenario::hosts, ListOf<Record<Host>>{kHostRecord, kMaxHosts, 1}, kRequired,
            "Mail clients, servers and routers."),
      field("domains", &Scenario::domains, ListOf<Record<Domain>>{kDomain, kMaxDomains}, kRequired,
            "Mail domains and their accounts."),
      field("links", &Scenario::links, ListOf<Record<Link>>{kLink, kMaxLinks}, kRequired,
            "Which hosts are joined."),
      field("narration", &Scenario::narration, ListOf<Record<Narration>>{kNarration, 500},
            kOptional, "Texts that accompany the lesson."),
      field("story", &Scenario::story, ListOf<Choices<Act>>{kAct, kMaxActs}, kRequired,
            "Who does what and when."),
      field("expect", &Scenario::expect, ListOf<Choices<Expectation>>{kExpectation, 1000},
            kOptional, "What must be true at the end."),
  };
  return fields;
}

}  // namespace

const Record<Scenario>& scenario_table() {
  static const Record<Scenario> record{"scenario", scenario_fields};
  return record;
}

std::vector<std::pair<std::string, std::string>> definitions() {
  std::vector<std::pair<std::string, std::string>> out;
  const auto add = [&](const auto&... records) {
    (out.emplace_back(definition_name(records.name), records.definition()), ...);
  };
  add(kHostRecord, kClient, kLimits, kRate, kTls, kDomain, kMx, kAccount, kVacation, kAlias, kList,
      kDns, kLink, kNarration, kAct, kSend, kFetch, kRead, kReply, kDelete, kBreak, kRepair,
      kAttachment, kExpectation, fault_table());
  return out;
}

}  // namespace posthorn::scenario
