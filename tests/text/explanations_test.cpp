// Everything that can happen is explained to three kinds of readers in two languages.
#include <algorithm>
#include <set>

#include "protocols/mail/message.hpp"
#include "sim/scenario/load.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/text/known_words.hpp"
#include "text/text.hpp"

using namespace posthorn;
using namespace posthorn::texts;
using tests::known_words;

namespace {

constexpr std::size_t kLongestEnglish = 420, kLongestJapanese = 210;  // characters

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

const std::set<std::string>& keys() {
  static const std::set<std::string> all = [] {
    std::set<std::string> out;
    for (const TextEntry& entry : explanation_texts()) out.insert(entry.key);
    return out;
  }();
  return all;
}

/// The key of the entry that explains a record.
std::string key_for(const trace::Trace& trace, const trace::Record& record) {
  for (const std::string& key : explanation_keys(trace, record))
    if (keys().contains(key)) return key;
  return {};
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

trace::Trace run(const std::filesystem::path& scenario) {
  return world::run_scenario(*scenario::load_file(scenario.string()).scenario, {});
}

/// The letters of a trace, wherever they lie.
std::set<BlobId> letters(const trace::Trace& trace) {
  std::set<BlobId> out;
  for (const trace::Record& record : trace.records()) {
    if (const auto* f = std::get_if<trace::ComposeOpened>(&record.fact)) out.insert(f->content);
    if (const auto* f = std::get_if<trace::QueueAccepted>(&record.fact)) out.insert(f->content);
    if (const auto* f = std::get_if<trace::MailboxStored>(&record.fact)) out.insert(f->content);
    if (const auto* f = std::get_if<trace::InboxReceived>(&record.fact)) out.insert(f->content);
  }
  return out;
}

/// The names of all header fields of a letter: its own, those of its parts and of the letters
/// within it, and the fields of a report for machines (RFC 3464 §2.1).
void collect_fields(const mail::Message& message, const mail::Part& part,
                    std::set<std::string>& out) {
  for (const mail::HeaderField& field : part.header.fields) out.insert(lower(field.name));
  if (part.media_type() == "message/delivery-status") {
    const std::string_view body = part.body.of(message.text());
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t end = std::min(body.find('\n', at), body.size());
      const std::string_view line = body.substr(at, end - at);
      const std::size_t colon = line.find(':');
      if (!line.empty() && line[0] != ' ' && colon != std::string_view::npos)
        out.insert(lower(std::string(line.substr(0, colon))));
      at = end + 1;
    }
  }
  for (const mail::Part& child : part.children) collect_fields(message, child, out);
}

}  // namespace

TEST_CASE("every entry speaks at every level in both languages, and briefly") {
  for (const TextEntry& entry : explanation_texts())
    for (const LocalText* text : {&entry.title, &entry.text, &entry.office, &entry.admin}) {
      INFO(entry.key << ": " << text->en);
      CHECK_FALSE(text->en.empty());
      CHECK_FALSE(text->ja.empty());
      CHECK(characters(text->en) <= kLongestEnglish);
      CHECK(characters(text->ja) <= kLongestJapanese);
    }
}

TEST_CASE("the levels are not copies of each other") {
  for (const TextEntry& entry : explanation_texts()) {
    if (entry.key == "any") continue;
    INFO(entry.key);
    CHECK(entry.admin.en != entry.text.en);
    CHECK(entry.admin.ja != entry.text.ja);
    CHECK(entry.admin.en != entry.office.en);
    CHECK(entry.admin.ja != entry.office.ja);
  }
}

namespace {
template <std::size_t... I>
std::set<std::string> fact_names(std::index_sequence<I...>) {
  return {std::string(std::variant_alternative_t<I, trace::Fact>::kName)...};
}
}  // namespace

TEST_CASE("every kind of event is explained") {
  for (const std::string& name :
       fact_names(std::make_index_sequence<std::variant_size_v<trace::Fact>>{})) {
    if (name == trace::Line::kName) continue;  // by its words, below
    INFO(name);
    CHECK(keys().contains(name));
  }
}

TEST_CASE("every field of a TLS handshake has a name and a reason") {
  std::set<std::string> fields;
  for (const char* lesson : {"sealed", "forged-certificate"})
    for (const tls::Version version : {tls::Version::tls13, tls::Version::tls12}) {
      scenario::Scenario s =
          *scenario::load_file(std::string(POSTHORN_SOURCE_DIR "/scenarios/") + lesson + ".json")
               .scenario;
      for (scenario::Host& host : s.hosts) host.tls.version = version;
      const trace::Trace trace = world::run_scenario(s);
      for (const trace::Record& record : trace.records())
        if (const auto* message = std::get_if<trace::TlsMessage>(&record.fact)) {
          const std::vector<TlsField> told = tls_fields(trace, *message);
          INFO(trace.text(message->name));
          // A ServerHelloDone is the one message that has nothing in it.
          CHECK(told.empty() == (trace.text(message->name) == "ServerHelloDone"));
          for (const TlsField& field : told) {
            INFO(field.name << ": " << field.value);
            CHECK(field.words != nullptr);
            CHECK_FALSE(field.value.empty());
            fields.insert(field.name);
          }
        }
    }
  CHECK(fields.size() >= 19);
  for (const std::string& key : keys())  // and no words for a field that never comes
    if (key.starts_with("tls-field.")) {
      std::string name = key.substr(key.find('.') + 1);
      std::ranges::replace(name, '-', ' ');
      INFO(name);
      CHECK(fields.contains(name));
    }
}

TEST_CASE("every command that Posthorn knows is explained") {
  const auto& known = known_words();
  CHECK(known.smtp_verbs.size() >= 19);  // the patterns still find the tables
  CHECK(known.pop3_verbs.size() >= 16);
  CHECK(known.imap_verbs.size() >= 32);
  for (const auto& [family, verbs] : {std::pair{"smtp", &known.smtp_verbs},
                                      {"pop3", &known.pop3_verbs},
                                      {"imap", &known.imap_verbs}})
    for (const std::string& verb : *verbs) {
      INFO(family << " " << verb);
      CHECK(keys().contains(std::string(family) + ".command." + verb));
    }
}

TEST_CASE("every answer that Posthorn gives is explained") {
  const auto& known = known_words();
  CHECK(known.smtp_codes.size() >= 30);
  for (const std::string& code : known.smtp_codes) {
    INFO(code);
    CHECK(keys().contains("smtp.reply." + code.substr(0, 3)));
  }
  CHECK(known.imap_responses.size() >= 21);
  for (const std::string& word : known.imap_responses) {
    INFO(word);
    CHECK(keys().contains("imap.untagged." + word));
  }
  for (const char* word : {"OK", "NO", "BAD"})
    CHECK(keys().contains(std::string("imap.reply.") + word));
  CHECK(known.imap_codes.size() >= 9);
  for (const std::string& code : known.imap_codes) {
    INFO(code);
    CHECK(keys().contains("imap.reply.NO." + code));
  }
  CHECK(known.pop3_codes.size() >= 4);
  for (const std::string& code : known.pop3_codes) {
    INFO(code);
    CHECK(keys().contains("pop3.reply.-ERR." + code));
  }
  CHECK(known.dns_rcodes.size() >= 6);
  for (const std::string& code : known.dns_rcodes) {
    INFO(code);
    CHECK(keys().contains("dns.reply." + code));
  }
}

TEST_CASE("no entry waits for something that never happens") {
  const auto& known = known_words();
  // Words that our own servers do not say, but others to whom a real client or server talks do.
  const std::set<std::string> elsewhere = {"211", "251", "334", "354", "454",      "455", "521",
                                           "534", "538", "551", "556", "STARTTLS", "STLS"};
  const auto is_command = [&](std::string verb) {
    if (verb.starts_with("UID-")) verb.erase(0, 4);
    return known.smtp_verbs.contains(verb) || known.pop3_verbs.contains(verb) ||
           known.imap_verbs.contains(verb) || elsewhere.contains(verb) || verb == "content";
  };
  const auto is_code = [&](const std::string& code) {
    if (elsewhere.contains(code)) return true;
    return std::ranges::any_of(known.smtp_codes,
                               [&](const std::string& c) { return c.substr(0, 3) == code; });
  };
  for (const std::string& key : keys()) {
    INFO(key);
    CHECK(can_be_asked_for(key));
    const std::size_t kind_at = key.find('.');
    if (kind_at == std::string::npos) continue;
    const std::string family = key.substr(0, kind_at);
    if (family != "smtp" && family != "pop3" && family != "imap" && family != "dns") continue;
    const std::size_t word_at = key.find('.', kind_at + 1);
    if (word_at == std::string::npos) continue;
    const std::string kind = key.substr(kind_at + 1, word_at - kind_at - 1);
    const std::string rest = key.substr(word_at + 1);
    const std::string word = rest.substr(0, rest.find('.'));
    const std::string detail = rest.substr(std::min(word.size() + 1, rest.size()));
    if (family == "dns") {
      CHECK((kind == "reply" ? known.dns_rcodes.contains(word)
                             : word == "MX" || word == "A" || word == "AAAA"));
    } else if (kind == "command" || kind == "violation") {
      CHECK(is_command(word));
    } else if (family == "smtp" && kind != "continuation") {
      CHECK((is_code(word) || (word.size() == 3 && word.ends_with("xx"))));
      CHECK((detail.empty() || is_command(detail) || known.smtp_codes.contains(rest)));
    } else if (kind == "reply" || kind == "untagged") {
      const bool status = word == "OK" || word == "NO" || word == "BAD" || word == "+OK" ||
                          word == "-ERR" || known.imap_responses.contains(word);
      CHECK(status);
      const bool code =
          detail.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-/") == std::string::npos;
      CHECK((detail.empty() || is_command(detail) || code));
    }
  }
}

TEST_CASE("everything in the shipped scenarios is explained by an entry of its own") {
  for (const auto& file : tests::shipped_scenarios()) {
    const trace::Trace trace = run(file);
    std::set<std::string> general;
    for (const trace::Record& record : trace.records()) {
      const std::string key = key_for(trace, record);
      const Explanation& words = explain(trace, record);
      bool every_level = !words.title.en.empty() && !words.title.ja.empty();
      for (const Level level : {Level::office, Level::student, Level::admin})
        every_level = every_level && !words.at(level).en.empty() && !words.at(level).ja.empty();
      const auto* line = std::get_if<trace::Line>(&record.fact);
      // A line's own entry names its word: smtp.command.EHLO, not smtp.command.
      const bool has_word =
          line != nullptr && (line->kind == NoteKind::command || line->kind == NoteKind::reply ||
                              line->kind == NoteKind::untagged);
      const bool own = key != "any" && (line == nullptr || key.find('.') != std::string::npos) &&
                       (!has_word || std::ranges::count(key, '.') >= 2) &&
                       key.find("xx") == std::string::npos;
      if (!own || !every_level) general.insert(explanation_keys(trace, record).front());
    }
    std::string names;
    for (const std::string& key : general) names += key + " ";
    INFO(file.stem().string());
    CHECK(names == "");
  }
}

TEST_CASE("every header field of every letter in the shipped scenarios is explained") {
  std::set<std::string> fields;
  for (const auto& file : tests::shipped_scenarios()) {
    const trace::Trace trace = run(file);
    for (const BlobId letter : letters(trace)) {
      const mail::Message message = mail::parse_message(trace.blob(letter));
      collect_fields(message, message.root, fields);
    }
  }
  CHECK(fields.size() >= 20);
  CHECK(fields.contains("diagnostic-code"));
  for (const std::string& field : fields) {
    INFO(field);
    CHECK(keys().contains("header." + field));
  }
}

TEST_CASE("every header field that Posthorn writes is explained") {
  std::set<std::string> fields;
  for (const char* folder : {"protocols/mail", "sim/host"})
    fields.merge(tests::words_in(folder, R"#("([A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*): )#"));
  for (const char* no_field : {"Auto", "Name", "Ok", "Re"}) fields.erase(no_field);
  CHECK(fields.size() >= 15);
  for (const std::string& field : fields) {
    INFO(field);
    CHECK(keys().contains("header." + lower(field)));
  }
}

TEST_CASE("no header field is misspelt") {
  // Registered with IANA or widely used, and written by other programs than Posthorn.
  std::set<std::string> fields = {"any",
                                  "arc-authentication-results",
                                  "arc-message-signature",
                                  "arc-seal",
                                  "authentication-results",
                                  "bcc",
                                  "cc",
                                  "comments",
                                  "content-description",
                                  "content-disposition",
                                  "content-id",
                                  "content-language",
                                  "dkim-signature",
                                  "disposition-notification-to",
                                  "envelope-to",
                                  "importance",
                                  "in-reply-to",
                                  "keywords",
                                  "last-attempt-date",
                                  "list-archive",
                                  "list-owner",
                                  "list-subscribe",
                                  "list-unsubscribe-post",
                                  "priority",
                                  "received-spf",
                                  "references",
                                  "reply-to",
                                  "resent-cc",
                                  "resent-date",
                                  "resent-from",
                                  "resent-message-id",
                                  "resent-sender",
                                  "resent-to",
                                  "return-receipt-to",
                                  "sender",
                                  "x-class",
                                  "x-mailer",
                                  "x-original-to",
                                  "x-priority",
                                  "x-spam-flag",
                                  "x-spam-score",
                                  "x-spam-status"};
  for (const char* folder : {"protocols/mail", "sim/host"})
    for (const std::string& name :
         tests::words_in(folder, R"#(([A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*)(?:: |"))#"))
      fields.insert(lower(name));
  for (const std::string& key : keys())
    if (key.starts_with("header.")) {
      INFO(key);
      CHECK(fields.contains(key.substr(7)));
    }
}

TEST_CASE("a header field is found in any case, and an unknown one is explained in general") {
  REQUIRE(explain_header("Received") != nullptr);
  CHECK(explain_header("Received") == explain_header("RECEIVED"));
  CHECK(explain_header("Received")->title.en == "Received: a postmark");
  REQUIRE(explain_header("X-Nobody-Knows") != nullptr);
  CHECK(explain_header("X-Nobody-Knows")->title.en == "Another header field");
}

TEST_CASE("Why something failed is said in Japanese too") {
  CHECK(reason("the certificate is not accepted: unknown issuer").ja ==
        "証明書を認めません(発行者が不明)");
  CHECK(reason("the other end ended the handshake: unknown_ca").ja ==
        "相手がハンドシェイクをやめました(unknown_ca)");
  CHECK(reason("The certificate of mail.sakura.example is not valid: expired. "
               "The user says: go on all the same")
            .ja ==
        "mail.sakura.exampleの証明書に問題があります(期限切れ)"
        "。利用者は「それでも続ける」を選びました");
  CHECK(reason("mail.kaede.example did not answer").ja == "mail.kaede.exampleから返事がありません");
  CHECK(reason("mail.kaede.example did not answer").en == "mail.kaede.example did not answer");
  for (const char* as_it_is : {"", "550 5.1.1 No such user", "the certificate is not accepted: "})
    CHECK(reason(as_it_is).ja == as_it_is);
}
