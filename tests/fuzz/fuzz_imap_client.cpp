// An IMAP client that a server tells anything: it ends with exactly one of Done and SessionFailed.
#include <memory>

#include "protocols/imap/client.hpp"
#include "tests/fuzz/transcript.hpp"

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
    "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256] hi\r\n+ cj15eixzPXgsaT0x\r\na1 OK\r\n",
    "* OK [CAPABILITY AUTH=CRAM-MD5] hi\r\n+ PDFAeD4=\r\na1 OK\r\n* 2 EXISTS\r\na2 OK\r\n",
    "* PREAUTH hi\r\n+ go on\r\na1 NO wrong\r\na2 BAD {5}\r\n",
    "* BYE {5}\r\n",
    nullptr};

namespace {

template <class Client>
std::string listen(Client client, std::string_view input, fuzz::Cut cut) {
  fuzz::Transcript heard;
  int ends = 0;
  const auto drain = [&] {
    fuzz::drain(client, heard, [&](const imap::ClientEvent& event) {
      ends += std::holds_alternative<imap::Done>(event) ||
              std::holds_alternative<imap::SessionFailed>(event);
    });
  };
  drain();
  fuzz::feed_in_pieces(input, cut, [&](std::string_view piece) {
    client.handle_bytes({}, piece);
    drain();
  });
  client.handle_eof({});
  drain();
  if (ends != 1 || heard.shutdowns() != 1) std::abort();
  return heard.text();
}

const imap::Login by_password{"ben", "\"\xff\""};
const imap::Login by_proof{"ben", "x", sasl::all_mechanisms(), "y"};

imap::Client with_commands(imap::Login login) {
  imap::Client client;
  client.handle_connect({});
  client.enqueue({}, std::move(login));
  client.enqueue({}, imap::Select{});
  client.enqueue({}, imap::FetchKnown{7});
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
  client.list_known({});
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
  for (const imap::Login& login : {by_password, by_proof})
    fuzz::same_for_every_cut(
        [&](fuzz::Cut cut) { return listen(with_commands(login), input, cut); });
  // The reader decides while it is polled: what it says depends on when it hears what.
  for (const bool logs_out : {true, false})
    for (const fuzz::Cut cut : {fuzz::Cut::at_once, fuzz::Cut::random_pieces})
      listen(reader(logs_out), input, cut);
  return 0;
}
