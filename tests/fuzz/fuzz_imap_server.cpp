// An IMAP server fed with anything: the same conversation comes out however the input is cut. A
// second session watches by IDLE: what it is told must fit together.
#include <memory>

#include "protocols/imap/server.hpp"
#include "tests/fuzz/transcript.hpp"

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
    "a LOGIN ben x\r\nb SELECT INBOX (CONDSTORE)\r\nc IDLE\r\nDONE\r\nd UID MOVE 1 INBOX\r\n"
    "e STORE 1:* (UNCHANGEDSINCE 3) -FLAGS.SILENT \\Seen\r\nf FETCH 1 MODSEQ (CHANGEDSINCE 2)\r\n",
    "a LOGIN ben x\r\nb ENABLE IMAP4rev2 UTF8=ACCEPT\r\nc SELECT INBOX\r\n"
    "d SEARCH RETURN (SAVE MIN COUNT) OR $ UID 1:5\r\ne UID EXPUNGE $\r\nf FETCH $ (BINARY[1]<0.9>"
    " BINARY.SIZE[2])\r\n",
    "a LOGIN ben x\r\nb LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (% \"INBOX/*\") RETURN (STATUS "
    "(MESSAGES SIZE HIGHESTMODSEQ) CHILDREN)\r\nc CREATE &ZeVnLIqe- (USE (\\Sent))\r\n"
    "d GETQUOTAROOT INBOX\r\ne NAMESPACE\r\nf ID (\"a\" NIL)\r\ng UNSELECT\r\n",
    "a LOGIN ben x\r\nb APPEND INBOX UTF8 (~{3}\r\nabc)\r\nc APPEND INBOX ~{2+}\r\n\x01z\r\n"
    "d APPEND INBOX {99999999+}\r\n",
    "a AUTHENTICATE SCRAM-SHA-256 biwsbj1iZW4scj14\r\nYz1iaXdzLHI9eHBvc3Rob3JuMSxwPXg=\r\n*\r\n",
    "a AUTHENTICATE CRAM-MD5\r\nYmVuIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm\r\n"
    "b SELECT INBOX\r\nc FETCH 1:* FULL\r\nd SEARCH TEXT b NOT DELETED\r\n",
    nullptr};

namespace {

mail::MailStore some_mail() {
  mail::MailStore store;
  store.add_account("ben");
  const auto deliver = [&store](const char* text) {
    (void)store.deliver("ben", std::make_shared<const std::string>(text), {});
  };
  deliver("From: a\r\nTo: g:b@c,d;\r\n\r\nc\r\n");
  deliver(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n"
      "Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\ntwo\r\n--b--\r\n");
  store.set_quota("ben", {100'000, 50});
  return store;
}

imap::Server fresh() {
  imap::ServerConfig config;
  config.max_message = 2000;
  config.max_discard = 100'000;
  config.max_mailboxes = 20;
  config.max_keywords = 10;
  config.max_search_keys = 20;
  return imap::Server(config);
}

/// Counts messages as the client of this session does.
struct Watcher {
  std::uint64_t exists = 2;

  void hear(const std::string& text) {
    const std::size_t space = text.find(' ', 2);
    if (space == std::string::npos || text[0] != '*') return;
    const std::uint64_t number = std::strtoull(text.c_str() + 2, nullptr, 10);
    const std::string verb =
        text.substr(space + 1, text.find_first_of(" \r", space + 1) - space - 1);
    if (verb == "EXPUNGE") {
      if (number == 0 || number > exists) std::abort();
      --exists;
    } else if (verb == "EXISTS") {
      if (number < exists) std::abort();
      exists = number;
    } else if (verb == "FETCH" && (number == 0 || number > exists)) {
      std::abort();
    }
  }
};

sasl::Verdict check(const mail::LoginAsked& asked) {
  return asked.user == "ben" && asked.proof.mechanism() != sasl::Mechanism::scram_sha_256
             ? sasl::Verdict{true, {}}
             : asked.proof.check("hanami");
}

std::string converse(std::string_view input, fuzz::Cut cut) {
  mail::MailStore store = some_mail();
  imap::Server server = fresh();
  imap::Server idler = fresh();
  Watcher watcher;
  fuzz::Transcript heard;
  fuzz::Transcript overheard;
  const auto drain = [&store](imap::Server& session, fuzz::Transcript& to, Watcher* ear) {
    fuzz::drain(session, to, [&](const auto& out) {
      using Out = std::decay_t<decltype(out)>;
      if constexpr (std::is_same_v<Out, Transmit>)
        if (ear != nullptr) ear->hear(out.bytes);
      if constexpr (std::is_same_v<Out, imap::ServerEvent>) {
        const auto* asked = std::get_if<mail::LoginAsked>(&out);
        if (asked == nullptr) return;
        const sasl::Verdict verdict = check(*asked);
        session.decide_login({},
                             verdict.ok ? mail::LoginDecision::welcome("ben", verdict.last_words)
                                        : mail::LoginDecision::refuse(),
                             store);
      }
    });
  };
  idler.handle_connect({});
  idler.handle_bytes({}, "a LOGIN ben x\r\nb EXAMINE INBOX\r\nc IDLE\r\n", store);
  drain(idler, overheard, nullptr);
  server.handle_connect({});
  drain(server, heard, nullptr);
  fuzz::feed_in_pieces(input, cut, [&](std::string_view piece) {
    server.handle_bytes({}, piece, store);
    drain(server, heard, nullptr);
    idler.handle_store_changed({}, store);
    drain(idler, overheard, &watcher);
  });
  const mail::StoredMailbox* inbox = store.find("ben", "INBOX");
  if (inbox == nullptr || watcher.exists != inbox->messages.size()) std::abort();
  server.handle_eof({}, store);
  drain(server, heard, nullptr);
  if (heard.shutdowns() != 1) std::abort();
  return heard.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  fuzz::same_for_every_cut([input](fuzz::Cut cut) { return converse(input, cut); });
  return 0;
}
