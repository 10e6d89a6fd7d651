#include "sim/scenario/fault_tables.hpp"

namespace posthorn::scenario {
namespace {

constexpr Need kRequired = Need::required;
constexpr Need kOptional = Need::optional;
const FormText kHost{Form::host};
const FormText kAddress{Form::address};

template <class Part>
void begin(Trouble& fault) {
  fault.what.emplace<Part>();
}

/// A key that every one of `Part`'s faults needs: the host that it happens to.
template <class Part>
Field<Trouble> at_host(std::string key, std::string description) {
  return part<Trouble>(std::move(key), &Part::host, kHost, kRequired, std::move(description));
}
template <class Part>
Field<Trouble> at_link(std::string key, std::string description) {
  return {std::move(key), kRequired, std::move(description),
          [](Reader& r, const json::Value& v, Trouble& fault) {
            auto& line = std::get<Part>(fault.what);
            HostPair{}.read(r, v, line.a, line.b);
          },
          [] { return HostPair{}.schema(); }};
}
Field<Trouble> probability(std::string key, double BadLine::*member, std::string description) {
  return part<Trouble>(std::move(key), member, Fraction{}, kOptional, std::move(description));
}

const std::vector<Field<Trouble>>& common() {
  static const std::vector<Field<Trouble>> fields = {
      {"for", kOptional, "How long it lasts. Default: until a repair.",
       [](Reader& r, const json::Value& v, Trouble& fault) {
         DurationText{}.read(r, v, fault.lasts);
       },
       [] { return DurationText{}.schema(); }},
      {"id", kOptional, "A name by which a repair refers to it.",
       [](Reader& r, const json::Value& v, Trouble& fault) {
         FormText{Form::identifier}.read(r, v, fault.id);
       },
       [] { return FormText{Form::identifier}.schema(); }},
  };
  return fields;
}

Choice<Trouble> slow_choice() {
  return {
      {part<Trouble>("slow", &Slow::point,
                     Word<HangPoint>{{{"greeting", HangPoint::greeting},
                                      {"after-rcpt", HangPoint::after_rcpt},
                                      {"inside-data", HangPoint::inside_data},
                                      {"before-final-reply", HangPoint::before_final_reply}}},
                     kRequired, "Where in the dialogue this SMTP server is slow."),
       at_host<Slow>("host", "The server."),
       part<Trouble>("delay", &Slow::delay, DurationText{}, kOptional,
                     "How long it takes each time. Default: it hangs until the fault is over.")},
      begin<Slow>};
}
Choice<Trouble> line_choice() {
  return {{at_link<BadLine>("bad_line", "The link between these two hosts is bad."),
           probability("loss", &BadLine::loss, "Part of the packets that is lost."),
           probability("duplication", &BadLine::duplication, "... that arrives twice."),
           probability("reordering", &BadLine::reordering, "... that others overtake."),
           probability("corruption", &BadLine::corruption,
                       "... that arrives damaged, which the checksum tells.")},
          begin<BadLine>};
}
Choice<Trouble> listener_choice() {
  return {{at_link<Listener>("listen", "Somebody listens to the link between these two hosts."),
           part<Trouble>("strip_starttls", &Listener::strip_starttls, Flag{}, kOptional,
                         "Whether it also takes the offer of STARTTLS (STLS) out of what servers "
                         "say, so that everything stays in clear. Default: false.")},
          begin<Listener>};
}
Choice<Trouble> dns_choice() {
  return {{part<Trouble>("dns", &BadDns::trouble,
                         Word<DnsTrouble>{{{"no-such-name", DnsTrouble::no_such_name},
                                           {"server-failure", DnsTrouble::server_failure},
                                           {"silent", DnsTrouble::silent},
                                           {"lame", DnsTrouble::lame}}},
                         kRequired, "How this name server answers."),
           at_host<BadDns>("host", "The name server."),
           part<Trouble>("name", &BadDns::name, FormText{Form::dns_name}, kOptional,
                         "For this name and all below it. Default: for all names.")},
          begin<BadDns>};
}
Choice<Trouble> record_choice() {
  return {{part<Trouble>("wrong_record", &WrongRecord::name, AnyText{}, kRequired,
                         "The name of a record that is wrong or out of date."),
           at_host<WrongRecord>("host",
                                "A name server that says so, or a server that has it in its cache "
                                "of names."),
           part<Trouble>("type", &WrongRecord::type, RecordTypeText{}, kRequired, "Its type."),
           part<Trouble>("value", &WrongRecord::value, AnyText{}, kRequired,
                         "Its data, as in a zone file."),
           part<Trouble>("ttl", &WrongRecord::ttl, DurationText{}, kOptional,
                         "How long it may be kept. Default: 1h.")},
          begin<WrongRecord>};
}
Choice<Trouble> clock_choice() {
  return {{at_host<WrongClock>("wrong_clock", "The clock of this host is wrong."),
           part<Trouble>("ahead", &WrongClock::ahead, DurationText{}, kOptional, "It is fast."),
           part<Trouble>("behind", &WrongClock::behind, DurationText{}, kOptional, "It is slow.")},
          begin<WrongClock>};
}

// ---- what a server refuses for a while
Choice<Trouble> full_choice() {
  return {{part<Trouble>("full_mailbox", &FullMailbox::address, kAddress, kRequired,
                         "This account's mailbox has no room left.")},
          begin<FullMailbox>};
}
Choice<Trouble> unknown_choice() {
  return {{part<Trouble>("unknown_user", &UnknownUser::address, kAddress, kRequired,
                         "This account is closed: its server knows nobody of that name.")},
          begin<UnknownUser>};
}
Choice<Trouble> reject_choice() {
  return {{part<Trouble>("reject_sender", &RejectSender::sender, AnyText{}, kRequired,
                         "An address or a domain from which nothing is taken."),
           at_host<RejectSender>("host", "The server that refuses.")},
          begin<RejectSender>};
}
Choice<Trouble> size_choice() {
  return {{at_host<SizeLimit>("size_limit", "This server refuses large messages."),
           part<Trouble>("octets", &SizeLimit::octets, Integer{1, 1'000'000'000}, kRequired,
                         "The largest message that it takes.")},
          begin<SizeLimit>};
}
Choice<Trouble> greylist_choice() {
  return {{at_host<Greylist>("greylist", "This server asks strangers to come back later."),
           part<Trouble>("delay", &Greylist::delay, DurationText{}, kRequired,
                         "After what time it takes their mail.")},
          begin<Greylist>};
}
Choice<Trouble> throttle_choice() {
  return {{at_host<Throttle>("rate_limit", "This server takes only so much from one client."),
           part<Trouble>("messages", &Throttle::messages, Integer{1, 1'000'000}, kRequired,
                         "How many messages."),
           part<Trouble>("per", &Throttle::per, DurationText{}, kRequired, "In what time.")},
          begin<Throttle>};
}

const std::vector<Choice<Trouble>>& choices() {
  static const std::vector<Choice<Trouble>> all = {
      {{at_host<PowerCut>("power_cut", "This host loses its power.")}, begin<PowerCut>},
      {{at_host<ShutDown>("shut_down", "This host is switched off in good order.")},
       begin<ShutDown>},
      {{part<Trouble>("stop", &StopService::service, Word<Service>{service_words()}, kRequired,
                      "This service ends; its port refuses connections."),
        at_host<StopService>("host", "The server.")},
       begin<StopService>},
      slow_choice(),
      {{at_host<DiskFull>("disk_full", "This mail server has no room left.")}, begin<DiskFull>},
      clock_choice(),
      {{at_link<CutLink>("cut", "The link between these two hosts is cut.")}, begin<CutLink>},
      line_choice(),
      {{part<Trouble>("partition", &Partition::hosts, ListOf<FormText>{kHost, 512, 1}, kRequired,
                      "These hosts are cut off from all others.")},
       begin<Partition>},
      dns_choice(),
      record_choice(),
      listener_choice(),
      {{part<Trouble>("block", &BlockPort::service, Word<Service>{service_words()}, kRequired,
                      "A firewall throws away what comes to the port of this service."),
        at_host<BlockPort>("host", "The server.")},
       begin<BlockPort>},
      full_choice(),
      unknown_choice(),
      reject_choice(),
      size_choice(),
      greylist_choice(),
      throttle_choice(),
  };
  return all;
}

const Choices<Trouble> kFault{"fault", common, choices};

}  // namespace

const Choices<Trouble>& fault_table() { return kFault; }

}  // namespace posthorn::scenario
