// Several clients work on one mailbox at random, in the manner of Dovecot's imaptest. Each believes
// only what its server tells; in the end that must be the truth.
#include <optional>

#include "protocols/imap/syntax.hpp"
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t limit) {
    state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
    return state_ % limit;
  }

 private:
  std::uint64_t state_;
};

class Believer {
 public:
  explicit Believer(mail::MailStore& store, bool rev2) : store_(store) {
    server_.handle_connect({});
    say("a LOGIN ben hanami\r\n");
    if (rev2) say("b ENABLE IMAP4rev2 CONDSTORE\r\n");
    say("c SELECT INBOX\r\n");
  }

  void say(const std::string& command) {
    using_numbers_ = command.find(" FETCH ") != std::string::npos ||
                     command.find(" STORE ") != std::string::npos ||
                     command.find(" SEARCH ") != std::string::npos;
    using_numbers_ = using_numbers_ && command.find("UID") == std::string::npos;
    server_.handle_bytes({}, command, store_);
    hear();
    // What it changed in silence, a client must keep book of by itself; this one forgets.
    if (command.find(".SILENT") != std::string::npos)
      for (auto& flags : messages_) flags.reset();
  }
  void store_changed() {
    using_numbers_ = false;
    server_.handle_store_changed({}, store_);
    hear();
  }
  void act(Random& random) {
    const std::string number = std::to_string(random.below(messages_.size() + 1) + 1);
    const std::string set = number + (random.below(2) == 0 ? ":*" : "");
    const std::string uid = random.below(2) == 0 ? "UID " : "";
    static constexpr const char* flags[] = {"\\Seen", "\\Deleted", "\\Flagged", "$a", "$B", "$b"};
    const std::string flag = flags[random.below(6)];
    if (idling_) return idling_ = random.below(3) != 0, idling_ ? void() : say("DONE\r\n");
    switch (random.below(11)) {
      case 0:
        return say("x APPEND INBOX (" + flag + ") {6+}\r\nA: b\r\n\r\n");
      case 1:
        return say("x " + uid + "FETCH " + set + " FLAGS\r\n");
      case 2:
        return say("x " + uid + "FETCH " + set + " BODY[]\r\n");
      case 3:
      case 4:
        return say("x " + uid + "STORE " + set + " +FLAGS (" + flag + ")\r\n");
      case 5:
        return say("x " + uid + "STORE " + set + " -FLAGS.SILENT (" + flag + ")\r\n");
      case 6:
        return say(random.below(2) == 0 ? "x EXPUNGE\r\n" : "x UID EXPUNGE " + set + "\r\n");
      case 7:
        return say("x " + uid + (random.below(2) == 0 ? "MOVE " : "COPY ") + number + " INBOX\r\n");
      case 8:
        return say("x SEARCH UNDELETED $b\r\n");
      case 9:
        return say("x NOOP\r\n");
      default:
        idling_ = true;
        return say("x IDLE\r\n");
    }
  }
  void compare() {
    if (idling_) say("DONE\r\n");
    idling_ = false;
    say("x NOOP\r\n");
    const mail::StoredMailbox& box = *store_.find("ben", "INBOX");
    REQUIRE(messages_.size() == box.messages.size());
    for (std::size_t i = 0; i < messages_.size(); ++i)
      if (messages_[i]) CHECK(*messages_[i] == box.messages[i].flags.to_string());
  }

 private:
  void hear() {
    for (;;) {
      auto out = server_.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* bytes = std::get_if<Transmit>(&out)) believe(bytes->bytes);
      if (auto* event = std::get_if<imap::ServerEvent>(&out))
        if (auto* asked = std::get_if<mail::LoginAsked>(event))
          server_.decide_login({}, judge(*asked), store_);
    }
  }
  void believe(const std::string& line) {
    imap::Parser parser(line);
    if (!parser.accept_word("* ")) return;
    const auto number = parser.number();
    if (!number || !parser.space()) return;
    const auto verb = parser.keyword();
    if (verb == "EXISTS") {
      REQUIRE(*number >= messages_.size());
      messages_.resize(*number);
    } else if (verb == "EXPUNGE") {
      REQUIRE_FALSE(using_numbers_);
      REQUIRE((*number >= 1 && *number <= messages_.size()));
      messages_.erase(messages_.begin() + (*number - 1));
    } else if (verb == "FETCH") {
      REQUIRE((*number >= 1 && *number <= messages_.size()));
      const std::size_t flags = line.rfind("FLAGS ");
      if (flags == std::string::npos) return;
      imap::Parser list(std::string_view(line).substr(flags + 6));
      const auto found = list.flag_list(true);
      REQUIRE(found.has_value());
      messages_[*number - 1] = found->to_string();
    }
  }

  mail::MailStore& store_;
  imap::Server server_ = imap_server();
  std::vector<std::optional<std::string>> messages_;  ///< flags, where they have been told
  bool using_numbers_ = false;
  bool idling_ = false;
};

}  // namespace

TEST_CASE("IMAP: many sessions agree in the end", "[imap]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    mail::MailStore store = two_mails();
    std::vector<Believer> believers;
    for (int i = 0; i < 4; ++i) believers.emplace_back(store, i % 2 == 1);
    Random random(seed * 88172645463325252U);
    for (int step = 0; step < 150; ++step) {
      believers[random.below(believers.size())].act(random);
      for (Believer& believer : believers) believer.store_changed();
    }
    for (Believer& believer : believers) believer.compare();
  }
}
