#include "protocols/dns/message.hpp"

#include <array>

namespace posthorn::dns {
namespace {

/// "MX 10 a TTL 300, MX 20 b TTL 300 and 3 more": the whole list would not fit on a line.
std::string join(const std::vector<Record>& records) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t i = 0; i < records.size() && i < kShown; ++i)
    text += (i > 0 ? ", " : "") + summary(records[i]);
  if (records.size() > kShown) text += " and " + std::to_string(records.size() - kShown) + " more";
  return text;
}

std::string question_text(const Message& message) {
  if (message.questions.empty()) return "(no question)";
  const Question& question = message.questions.front();
  return to_string(question.type) + "? " + question.name.to_string();
}

void append_section(std::string& text, std::string_view title, const std::vector<Record>& records) {
  if (records.empty()) return;
  text += ";; ";
  text += title;
  text += '\n';
  for (const Record& record : records) text += to_text(record) + '\n';
}

std::string flags_text(const Header& header) {
  std::string text = header.response ? " qr" : "";
  if (header.authoritative) text += " aa";
  if (header.truncated) text += " tc";
  if (header.recursion_desired) text += " rd";
  if (header.recursion_available) text += " ra";
  return text;
}

}  // namespace

std::string to_string(Rcode rcode) {
  constexpr std::array<std::string_view, 6> kNames{"NOERROR",  "FORMERR", "SERVFAIL",
                                                   "NXDOMAIN", "NOTIMP",  "REFUSED"};
  if (rcode == Rcode::bad_version) return "BADVERS";
  const auto number = static_cast<std::size_t>(rcode);
  return number < kNames.size() ? std::string(kNames[number]) : "RCODE" + std::to_string(number);
}

Message make_query(std::uint16_t id, Name name, RecordType type, bool recursion_desired) {
  Message message;
  message.header.id = id;
  message.header.recursion_desired = recursion_desired;
  message.questions.push_back({std::move(name), type});
  return message;
}

std::optional<Referral> referral(const Message& message) {
  const Header& header = message.header;
  if (!header.response || header.authoritative || header.rcode != Rcode::no_error ||
      !message.answers.empty())
    return std::nullopt;
  std::optional<Referral> out;
  for (const Record& record : message.authority)
    if (const Ns* ns = std::get_if<Ns>(&record.data); ns != nullptr) {
      if (out)
        out->servers += ", " + ns->host.to_string();
      else
        out = Referral{record.name.to_string(), ns->host.to_string()};
    }
  return out;
}

std::string summary(const Message& message) {
  const Header& header = message.header;
  if (!header.response) return question_text(message);
  const std::string cut = header.truncated ? " (truncated)" : "";
  if (header.rcode != Rcode::no_error) return to_string(header.rcode) + cut;
  if (!message.answers.empty()) return join(message.answers) + cut;
  if (const auto on = referral(message))
    return "referral to " + on->zone + ": NS " + on->servers + cut;
  if (message.questions.empty()) return "empty answer" + cut;
  return "no " + to_string(message.questions.front().type) + " record" + cut;
}

std::string to_text(const Message& message) {
  std::string text = ";; id " + std::to_string(message.header.id) + ", opcode " +
                     std::to_string(static_cast<int>(message.header.opcode)) + ", " +
                     to_string(message.header.rcode) + ", flags" + flags_text(message.header) +
                     '\n';
  if (message.edns)
    text += ";; EDNS version " + std::to_string(message.edns->version) +
            (message.edns->dnssec_ok ? ", flags do" : "") + ", UDP " +
            std::to_string(message.edns->udp_payload) + '\n';
  for (const Question& question : message.questions)
    text += ";; question: " + question.name.to_string() + " " + to_string(question.type) + '\n';
  append_section(text, "answer", message.answers);
  append_section(text, "authority", message.authority);
  append_section(text, "additional", message.additional);
  return text;
}

}  // namespace posthorn::dns
