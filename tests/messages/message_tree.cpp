// Prints how we read messages, one JSON line a file, for comparison with other readers. Its own
// program: the differential test is written in Python, where the other readers are.
//
//     message_tree FILE...
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "protocols/mail/message.hpp"

using namespace posthorn;

namespace {

nlohmann::ordered_json describe(const mail::Message& message, const mail::Part& part) {
  nlohmann::ordered_json out = {{"type", part.media_type()}};
  if (const std::string name = part.filename(); !name.empty()) out["filename"] = name;
  if (part.children.empty()) {
    const bool text = part.type == "text";
    out["size"] = mail::decoded_bytes(message, part).size();
    if (text) out["text"] = mail::decoded_text(message, part);
    return out;
  }
  for (const mail::Part& child : part.children) out["parts"].push_back(describe(message, child));
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const mail::Message message = mail::parse_message(bytes);
    nlohmann::ordered_json out = {{"file", argv[i]}, {"subject", mail::subject(message)}};
    out["from"] = nlohmann::json::array();
    for (const mail::Mailbox& mailbox : mail::from(message))
      out["from"].push_back({mailbox.display_name, mailbox.address()});
    out["tree"] = describe(message, message.root);
    std::cout << out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  }
  return 0;
}
