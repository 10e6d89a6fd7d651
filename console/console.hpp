// A person who speaks to a server by hand, as with telnet, while the world around goes on.
//
// The console knows neither terminal nor window: typed lines go in, lines to be shown come out,
// each with its kind. Time is the caller's: a terminal follows the real clock, a script its own.
//
//     Console console(plan, *find_service(*plan, "mail.sakura.example:smtp"), Lang::en);
//     console.connect();
//     console.type("EHLO me.example");
//     for (const ConsoleLine& line : console.take_lines()) …
//
// A line that begins with "?" asks for an explanation, one that begins with "/" and a known word is
// for the console itself (see help()). Everything else goes to the server as it is, CRLF behind it.
// DNS has no lines: there a name and a type are typed, and the console speaks for the person.
// STARTTLS and STLS are commands like others; when the server agrees, the console goes over to TLS,
// and says what it thinks of the certificate.
// Inside of a letter, a literal or an answer to AUTH nearly every line is text. For the console are
// only its words that stand alone on their line, and those with arguments that are right: "/wait
// 2h".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/awaited.hpp"
#include "protocols/core/result.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/world/world.hpp"
#include "tls/engine.hpp"

namespace posthorn::console {

struct ConsoleLine {
  enum class Kind : std::uint8_t {
    server,       ///< what the server said, without its line end
    client,       ///< what was typed and went to the server
    news,         ///< what happened elsewhere in the world
    explanation,  ///< an answer to "?"
    local,        ///< the console itself
  };
  Kind kind;
  std::string text;  ///< one line, safe to print
  friend bool operator==(const ConsoleLine&, const ConsoleLine&) = default;
};

/// A service of a host, by the name "mail.sakura.example:smtp".
struct Service {
  HostId host;
  scenario::Service service;
};
/// A number may stand for the service ("mail.sakura.example:25"). The error, in that
/// language, lists what there is.
[[nodiscard]] Result<Service> find_service(const scenario::Plan& plan, std::string_view name,
                                           Lang lang = Lang::en);

class Console {
 public:
  Console(std::shared_ptr<const scenario::Plan> plan, Service service, Lang lang);

  // getters
  [[nodiscard]] const trace::Trace& trace() const { return trace_; }
  [[nodiscard]] Instant now() const { return now_; }
  /// The connection stands.
  [[nodiscard]] bool connected() const { return static_cast<bool>(conn_); }
  /// The person wants to go.
  [[nodiscard]] bool done() const { return done_; }
  /// What is typed now is what the server asked for, not a command: a letter, a literal, an answer.
  [[nodiscard]] bool in_text() const { return awaited_.what() != Awaited::What::command; }
  /// A line, before it is typed, may be kept for other sessions: no password, and of no letter.
  [[nodiscard]] bool may_be_remembered(std::string_view line) const;
  /// When something will happen in the world by itself; nullopt: never.
  [[nodiscard]] std::optional<Instant> next_at() const { return world_.next_at(); }

  // inputs
  void connect();
  /// One line as it was typed, without a line end.
  void type(std::string_view line);
  /// The clock shows `now`, which never goes back; the world follows.
  void advance(Instant now);
  /// The person has no more to say; the server may still answer.
  void end_of_input();
  void hang_up();

  /// Everything to be shown since the last call, in order.
  [[nodiscard]] std::vector<ConsoleLine> take_lines();

 private:
  // what is meant for the console itself (console_commands.cpp)
  bool obey(std::string_view line);
  void do_word(std::string_view word, std::string_view rest);
  [[nodiscard]] bool in_content() const;
  [[nodiscard]] bool counts_in_content(std::string_view line) const;
  [[nodiscard]] bool is_repairable(std::string_view which) const;
  void explain(std::string_view what);
  void help();
  void wait(std::string_view how_long);
  void send_raw(std::string_view text);
  void show_people();
  void show_queue();
  void show_boxes();
  void make_weather(std::string_view line);

  // DNS (console_dns.cpp)
  [[nodiscard]] bool is_dns() const { return service_.service == scenario::Service::dns; }
  void greet_dns();
  void ask_dns(std::string_view line);
  void hear_dns(std::string_view bytes);

  void tell_no_connection(std::uint16_t port);
  void send(std::string_view bytes);
  void collect();
  void take(const std::vector<world::OutsideOutput>& said);
  // TLS, once the person has said STARTTLS (STLS), or at once at ports where it comes first
  void begin_tls();
  void pump_tls();
  void hear_wire(std::string_view bytes);
  void hear(std::string_view bytes);
  void collect_news();
  [[nodiscard]] bool is_news(const trace::Record& record) const;
  void put(ConsoleLine::Kind kind, std::string_view text);
  void local(const std::string& en, const std::string& ja);

  std::shared_ptr<const scenario::Plan> plan_;
  Service service_;
  Lang lang_;
  world::World world_;
  trace::Trace trace_;
  ConnId conn_;
  ConnId last_conn_;  ///< also after its end, for explanations
  Instant now_{};
  std::optional<tls::Engine> tls_;
  bool tls_asked_ = false;  ///< the server's yes makes it begin
  std::string heard_;       ///< of the server, a line not yet complete
  std::size_t told_ = 0;    ///< records that were looked at for news
  Awaited awaited_;
  bool done_ = false;
  bool greeted_ = false;  ///< DNS: how to ask has been said
  std::vector<ConsoleLine> lines_;
};

}  // namespace posthorn::console
