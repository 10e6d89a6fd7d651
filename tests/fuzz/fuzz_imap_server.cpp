// An IMAP server fed with anything, at once and byte by byte: the same conversation comes out.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "protocols/imap/server.hpp"

using namespace posthorn;

extern const char* const posthorn_fuzz_seeds[] = {
    "a LOGIN ben x\r\nb SELECT INBOX\r\nc FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE BODY[])\r\n",
    "a LOGIN ben x\r\nb SELECT INBOX\r\nc UID STORE 1:2 +FLAGS (\\Deleted $a)\r\nd EXPUNGE\r\n",
    "a LOGIN {3+}\r\nben {1}\r\nx\r\nb APPEND INBOX (\\Seen) {5+}\r\nhello\r\nc SELECT INBOX\r\n",
    "a AUTHENTICATE PLAIN\r\nAGJlbgBoYW5hbWk=\r\nb CREATE a/b\r\nc LIST \"\" %\r\nd LSUB \"\" "
    "*\r\n",
    "a LOGIN ben x\r\nb SELECT INBOX\r\nc SEARCH OR (FROM a NOT SEEN) 1,2:* BODY \"x\" "
    "SINCE 1-Jan-2026\r\n",
    "a LOGIN ben x\r\nb EXAMINE INBOX\r\nc FETCH 2 (BODY[1.HEADER.FIELDS (A B)]<0.5> BODY[2.MIME] "
    "BODY.PEEK[TEXT] RFC822.HEADER)\r\n",
    "b RENAME INBOX x\r\nc STATUS x (MESSAGES UNSEEN)\r\nd COPY 1 x\r\ne CLOSE\r\nf DELETE x\r\n",
    nullptr};

namespace {

std::string converse(std::string_view input, std::size_t chunk) {
  mail::MailStore store;
  store.add_account("ben");
  store.deliver("ben", std::make_shared<const std::string>("From: a\r\nTo: g:b@c,d;\r\n\r\nc\r\n"),
                {});
  store.deliver("ben",
                std::make_shared<const std::string>(
                    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n"
                    "Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\ntwo\r\n--b--\r\n"),
                {});
  imap::Server server;
  std::string heard;
  const auto drain = [&] {
    for (;;) {
      auto out = server.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* bytes = std::get_if<Transmit>(&out)) heard += bytes->bytes;
      if (auto* note = std::get_if<Note>(&out)) {
        if (note->begin > note->end) std::abort();
        heard +=
            "[" + note->verb + std::to_string(note->begin) + "-" + std::to_string(note->end) + "]";
      }
      if (auto* event = std::get_if<imap::ServerEvent>(&out)) {
        heard += "<" + std::to_string(event->index()) + ">";
        if (std::holds_alternative<mail::LoginAsked>(*event))
          server.decide_login({}, true, store, "ben");
      }
    }
  };
  server.handle_connect({});
  drain();
  while (!input.empty()) {
    const std::string_view part = input.substr(0, chunk);
    input.remove_prefix(part.size());
    server.handle_bytes({}, part, store);
    drain();
  }
  server.handle_eof({}, store);
  drain();
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (converse(input, input.size() + 1) != converse(input, 1)) std::abort();
  return 0;
}
