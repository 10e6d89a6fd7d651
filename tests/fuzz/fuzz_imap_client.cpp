// An IMAP client that a server tells anything: it ends with exactly one of Done and SessionFailed.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "protocols/imap/client.hpp"

using namespace posthorn;

extern const char* const posthorn_fuzz_seeds[] = {
    "* OK hi\r\na1 OK\r\n* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\na2 OK [READ-WRITE] x\r\n"
    "* 1 FETCH (UID 1 FLAGS (\\Seen $a) RFC822.SIZE 5 ENVELOPE (NIL \"a\" NIL))\r\na3 OK\r\n"
    "* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\na4 OK\r\na5 OK\r\n* 1 EXPUNGE\r\na6 OK\r\n* BYE\r\n"
    "a7 OK\r\n",
    "* OK [CAPABILITY IMAP4rev1 LITERAL+ UIDPLUS MOVE BINARY IDLE] hi\r\na1 OK\r\n* 2 EXISTS\r\n"
    "a2 OK\r\na3 OK\r\na4 OK [APPENDUID 1 2]\r\na5 OK\r\na6 OK\r\n* LIST (\\Sent) \"/\" "
    "&ZeVnLIqe-\r\na7 OK\r\na8 OK\r\na9 OK\r\n+ idling\r\n* 3 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))"
    "\r\na10 OK\r\n* BYE\r\na11 OK\r\n",
    "* PREAUTH hi\r\n+ go on\r\na1 NO wrong\r\na2 BAD {5}\r\n", "* BYE {5}\r\n", nullptr};

namespace {

template <class Client>
std::string listen(Client client, std::string_view input, std::size_t chunk) {
  std::string heard;
  int ends = 0;
  const auto drain = [&] {
    for (;;) {
      auto out = client.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* bytes = std::get_if<Transmit>(&out)) heard += bytes->bytes;
      if (auto* note = std::get_if<Note>(&out))
        heard +=
            "[" + note->verb + std::to_string(note->begin) + "-" + std::to_string(note->end) + "]";
      if (auto* event = std::get_if<imap::ClientEvent>(&out)) {
        heard += "<" + std::to_string(event->index()) + ">";
        if (auto* message = std::get_if<imap::MessageReceived>(event)) heard += *message->content;
        ends += std::holds_alternative<imap::Done>(*event) ||
                        std::holds_alternative<imap::SessionFailed>(*event)
                    ? 1
                    : 0;
      }
    }
  };
  drain();
  while (!input.empty()) {
    const std::string_view part = input.substr(0, chunk);
    input.remove_prefix(part.size());
    client.handle_bytes({}, part);
    drain();
  }
  client.handle_eof({});
  drain();
  if (ends != 1) std::abort();
  return heard;
}

imap::Client with_commands() {
  imap::Client client;
  client.handle_connect({});
  client.enqueue({}, imap::Login{"ben", "\"\xff\""});
  client.enqueue({}, imap::Select{});
  client.enqueue({}, imap::FetchNew{0, true});
  client.enqueue({}, imap::Append{"x", {}, std::make_shared<const std::string>("hello")});
  client.enqueue({}, imap::Expunge{1});
  client.enqueue({}, imap::Move{1, "花"});
  client.enqueue({}, imap::ListMailboxes{});
  client.enqueue({}, imap::Copy{1, "x"});
  client.enqueue({}, imap::CreateMailbox{"x"});
  client.enqueue({}, imap::Watch{});
  client.enqueue({}, imap::Logout{});
  return client;
}

imap::ImapClient reader(bool logs_out) {
  imap::ImapClient client({.user = "ben", .password = "\"x\""});
  client.handle_connect({});
  client.fetch_new({});
  client.mark_seen({}, 1);
  client.delete_message({}, 1);
  client.append({}, "x", std::make_shared<const std::string>("hello"));
  client.watch_mailbox({});
  if (logs_out) client.logout({});
  return client;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (listen(with_commands(), input, input.size() + 1) != listen(with_commands(), input, 1))
    std::abort();
  // The reader decides while it is polled: what it says depends on when it hears what.
  for (const bool logs_out : {true, false}) {
    listen(reader(logs_out), input, input.size() + 1);
    listen(reader(logs_out), input, 1);
  }
  return 0;
}
