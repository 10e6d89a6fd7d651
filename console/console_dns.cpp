// DNS by hand: a person types a name and a type, the console makes the message of it (by TCP, where
// the trace notes questions and answers like lines), and shows the answer as dig would.
#include <algorithm>
#include <sstream>

#include "console/console.hpp"
#include "protocols/dns/message.hpp"
#include "protocols/dns/stream.hpp"

namespace posthorn::console {

namespace {

using Kind = ConsoleLine::Kind;

/// "kaede.example", "kaede.example MX" or "MX kaede.example"; the usual type is A.
std::optional<dns::Question> read_question(std::string_view line) {
  std::istringstream words{std::string(line)};
  std::optional<dns::Question> question;
  std::optional<dns::RecordType> type;
  for (std::string word; words >> word;) {
    const auto as_type = dns::parse_record_type(word);
    const auto name = dns::Name::parse(word);
    if (as_type.ok() && !type)
      type = *as_type;
    else if (name.ok() && !question)
      question = dns::Question{*name};
    else
      return std::nullopt;
  }
  if (question && type) question->type = *type;
  return question;
}

}  // namespace

void Console::greet_dns() {
  local("ask with a name and a type: kaede.example MX",
        "名前と種類で尋ねます。例: kaede.example MX");
}

void Console::ask_dns(std::string_view line) {
  const auto question = read_question(line);
  if (!question) return greet_dns();
  if (!conn_) connect();  // a server does not wait long for the next question (RFC 7766 §6.2.3)
  if (!conn_) return;
  put(Kind::client, line);
  const auto id = static_cast<std::uint16_t>(trace_.size() + 1);
  dns::Message query = dns::make_query(id, question->name, question->type);
  query.edns = dns::Edns{dns::kUdpPayload, 0, false, {}};
  send(dns::framed(dns::encode(query)));
}

/// Messages come behind two octets of length (RFC 1035 §4.2.2).
void Console::hear_dns(std::string_view bytes) {
  heard_ += bytes;
  while (heard_.size() >= 2) {
    const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(heard_[0]))
                                   << 8 |
                               static_cast<unsigned char>(heard_[1]);
    if (heard_.size() < 2 + length) return;
    const auto message = dns::decode(std::string_view(heard_).substr(2, length));
    heard_.erase(0, 2 + length);
    std::istringstream text(message.ok() ? dns::to_text(*message) : message.error().message);
    for (std::string answer; std::getline(text, answer);) put(Kind::server, answer);
  }
}

}  // namespace posthorn::console
