// An IMAP session on a mailbox of 100,000 messages: messages per second of FETCH and SEARCH beside
// the least that could be done, which is walking through the same messages as plain strings; and
// what a message costs in memory.
//
//     imap_bench [MESSAGES]
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocols/imap/server.hpp"

namespace posthorn::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Contents = std::vector<std::shared_ptr<const std::string>>;

/// Resident memory of this process, octets.
double resident() {
  std::ifstream statm("/proc/self/statm");
  double all = 0, pages = 0;
  statm >> all >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// 2 KiB, as letters are: a header with trace fields, and lines of text.
std::shared_ptr<const std::string> letter(std::size_t number) {
  const std::string id = std::to_string(number);
  std::string text =
      "Return-Path: <aiko@sakura.example>\r\n"
      "Received: from aiko-laptop ([192.0.2.10]) by mail.sakura.example with ESMTPA id Q" +
      id +
      ";\r\n Tue, 7 Apr 2026 10:00:01 +0900\r\n"
      "Date: Tue, 7 Apr 2026 10:00:01 +0900\r\n"
      "From: =?UTF-8?B?5oSb5a2Q?= <aiko@sakura.example>\r\n"
      "To: ben@kaede.example, Chika <chika@momo.example>\r\n"
      "Subject: letter number " +
      id + "\r\nMessage-ID: <" + id +
      "@sakura.example>\r\n"
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
  while (text.size() < 2048)
    text += "The cherry trees along the river are in bloom, come and see them.\r\n";
  return std::make_shared<const std::string>(std::move(text));
}

class Reader {
 public:
  explicit Reader(mail::MailStore& store) : store_(store), server_(config()) {
    server_.handle_connect({});
    octets_of("a LOGIN ben x\r\n");
  }
  /// Everything that the server answers, counted and thrown away.
  std::size_t octets_of(const std::string& command) {
    std::size_t octets = 0;
    server_.handle_bytes({}, command, store_);
    for (;;) {
      auto out = server_.poll();
      if (const auto* bytes = std::get_if<Transmit>(&out)) {
        octets += bytes->bytes.size();
        last_ = bytes->bytes;
      } else if (const auto* event = std::get_if<imap::ServerEvent>(&out)) {
        if (std::holds_alternative<mail::LoginAsked>(*event))
          server_.decide_login({}, mail::LoginDecision::welcome("ben"), store_);
      } else if (const auto* idle = std::get_if<Idle>(&out)) {
        if (idle->wake_at != Instant{}) return octets;
        server_.handle_wakeup({}, store_);  // it answers very much in turns
      }
    }
  }
  [[nodiscard]] bool completed() const { return last_.find(" OK ") != std::string::npos; }

 private:
  static imap::ServerConfig config() {
    imap::ServerConfig config;
    config.max_response = std::size_t{8} << 30;
    config.max_search_octets = std::uint64_t{1} << 40;
    return config;
  }
  mail::MailStore& store_;
  imap::Server server_;
  std::string last_;
};

/// Seconds, the best of three.
double best_of(const std::function<void()>& run) {
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto start = Clock::now();
    run();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

struct Job {
  const char* command;
  const char* peer;
  std::function<std::size_t(const Contents&)> plain;
};

std::size_t scan(const Contents& contents, std::string_view needle) {
  return static_cast<std::size_t>(std::count_if(
      contents.begin(), contents.end(),
      [needle](const auto& content) { return content->find(needle) != std::string::npos; }));
}
/// The part of each message that `size` tells, copied behind a line about it.
std::size_t copy(const Contents& contents, std::size_t (*size)(const std::string&)) {
  std::size_t octets = 0;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    std::string line = "* " + std::to_string(i + 1) + " FETCH (BODY[] {2048}\r\n";
    line.append(*contents[i], 0, size(*contents[i]));
    octets += line.size();
  }
  return octets;
}
std::size_t nothing(const std::string&) { return 0; }
std::size_t header(const std::string& text) { return text.find("\r\n\r\n") + 4; }
std::size_t whole(const std::string& text) { return text.size(); }

const std::vector<Job>& jobs() {
  static const std::vector<Job> all = {
      {"FETCH 1:* (UID FLAGS)", "a line each", [](const Contents& c) { return copy(c, nothing); }},
      {"FETCH 1:* (UID FLAGS RFC822.SIZE ENVELOPE)", "copy of the header",
       [](const Contents& c) { return copy(c, header); }},
      {"FETCH 1:* BODYSTRUCTURE", "copy of the message",
       [](const Contents& c) { return copy(c, whole); }},
      {"FETCH 1:* BODY.PEEK[HEADER]", "copy of the header",
       [](const Contents& c) { return copy(c, header); }},
      {"FETCH 1:* BODY.PEEK[]", "copy of the message",
       [](const Contents& c) { return copy(c, whole); }},
      {"SEARCH UNSEEN", "a line each", [](const Contents& c) { return copy(c, nothing); }},
      {"SEARCH SUBJECT \"number 777\"", "std::string::find",
       [](const Contents& c) { return scan(c, "number 777"); }},
      {"SEARCH BODY \"apple trees\"", "std::string::find",
       [](const Contents& c) { return scan(c, "apple trees"); }},
      {"SEARCH TEXT \"apple trees\"", "std::string::find",
       [](const Contents& c) { return scan(c, "apple trees"); }},
  };
  return all;
}

bool run(std::size_t messages) {
  Contents contents;
  for (std::size_t i = 0; i < messages; ++i) contents.push_back(letter(i));
  const auto per_message = [messages](double octets) {
    return octets / static_cast<double>(messages);
  };
  const double before = resident();
  mail::MailStore store;
  store.add_account("ben");
  for (const auto& content : contents) (void)store.deliver("ben", content, {});
  const double stored = resident();
  constexpr double many = 10;
  std::vector<Reader> readers;
  for (int i = 0; i < static_cast<int>(many); ++i)
    readers.emplace_back(store).octets_of("b SELECT INBOX\r\n");
  Reader& reader = readers.front();
  std::printf(
      "%zu messages of 2 KiB. Memory beside the content: %.0f octets a message in the "
      "store, %.0f more in each session\n\n",
      messages, per_message(stored - before), per_message(resident() - stored) / many);
  std::printf("%-44s %10s  %-20s %10s %8s\n", "", "messages/s", "beside", "messages/s", "time");
  bool good = true;
  for (const Job& job : jobs()) {
    const double ours =
        best_of([&] { reader.octets_of("c " + std::string(job.command) + "\r\n"); });
    good = good && reader.completed();
    std::size_t sum = 0;
    const double plain = best_of([&] { sum += job.plain(contents); });
    good = good && sum < ~std::size_t{0};  // it is used: no compiler may leave the work out
    const auto rate = [messages](double time) { return static_cast<double>(messages) / time; };
    std::printf("%-44s %10.0f  %-20s %10.0f %7.1fx\n", job.command, rate(ours), job.peer,
                rate(plain), ours / plain);
  }
  return good;
}

}  // namespace
}  // namespace posthorn::bench

int main(int argc, char** argv) {
  const std::size_t messages = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  return posthorn::bench::run(messages) ? 0 : 1;
}
