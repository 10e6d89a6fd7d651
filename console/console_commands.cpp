// What a person says to the console itself: questions, waiting, looking around.
#include <algorithm>
#include <array>

#include "console/console.hpp"
#include "export/transcript.hpp"
#include "sim/scenario/fault_line.hpp"
#include "sim/scenario/units.hpp"
#include "sim/world/by_hand.hpp"
#include "text/text.hpp"

namespace posthorn::console {

namespace {

using Kind = ConsoleLine::Kind;

constexpr auto kAlone = std::to_array<std::string_view>(
    {"/quit", "/help", "/eof", "/time", "/who", "/queue", "/boxes", "/faults"});
constexpr auto kWithArguments =
    std::to_array<std::string_view>({"/wait", "/raw", "/fault", "/repair"});
/// All that the protocols say in one word.
constexpr auto kCommandsOfOneWord = std::to_array<std::string_view>(
    {"EHLO", "HELO", "LHLO", "DATA", "RSET", "NOOP", "HELP", "QUIT", "STARTTLS", "CAPA", "STLS",
     "UTF8", "STAT", "LIST", "UIDL", "LANG", "DONE"});

bool stands_alone(std::string_view word) { return std::ranges::count(kAlone, word) != 0; }

std::string_view first_word(std::string_view line) { return line.substr(0, line.find(' ')); }

bool is_for_console(std::string_view line) {
  const std::string_view word = first_word(line);
  return line.starts_with("?") || stands_alone(word) ||
         std::ranges::count(kWithArguments, word) != 0;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// "\r", "\n", "\t", "\0", "\\" and "\xHH"; nullopt for anything else behind a backslash.
std::optional<std::string> unescape(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = static_cast<char>(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    constexpr std::string_view names = "rnt0\\";
    constexpr std::string_view values("\r\n\t\0\\", 5);
    if (const std::size_t at = names.find(text[i]); at != std::string_view::npos) {
      out += values[at];
    } else if (text[i] == 'x' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
               digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// A time that can pass.
std::optional<Duration> parse_wait(std::string_view text) {
  const auto duration = scenario::parse_duration(text);
  return duration && *duration > Duration{} ? duration : std::nullopt;
}

/// One sentence of parse_fault_line(); the loader's sentences are known, these three are its own.
std::string sentence_in_japanese(std::string_view english) {
  constexpr std::string_view no_fault = "there is no fault ", faults_are = "faults are ";
  if (english == "there is no such account") return "そのアカウントはありません";
  if (english.starts_with(no_fault))
    return std::string(english.substr(no_fault.size())) + " という障害はありません";
  if (english.starts_with(faults_are))
    return "障害は " + texts::diagnostic(english.substr(faults_are.size())).ja + " です";
  return texts::diagnostic(english).ja;
}

/// What is wrong with a typed fault, and how to mend it: "…; …".
std::string in_japanese(std::string_view english) {
  constexpr std::string_view between = "; ";
  const std::size_t end = std::min(english.find(between), english.size());
  std::string out = sentence_in_japanese(english.substr(0, end));
  if (end < english.size())
    out += "。" + sentence_in_japanese(english.substr(end + between.size()));
  return out;
}

}  // namespace

bool Console::may_be_remembered(std::string_view line) const {
  if (line.empty() || awaited_.is_private()) return false;
  if (is_dns()) return true;
  const bool ours = is_for_console(line);
  if (!conn_ && !ours) return false;  // meant for a server that may have asked for a password
  const std::string loud = upper(line);
  for (const char* secret : {"AUTH", "PASS ", "LOGIN", "APOP"})
    if (loud.find(secret) != std::string::npos) return false;
  // A word alone may be an answer that comes too late.
  return ours || loud.find(' ') != std::string::npos ||
         std::ranges::count(kCommandsOfOneWord, loud) != 0;
}

/// Whatever is typed now arrives somewhere; while the server is idle, only DONE does.
bool Console::in_content() const { return in_text() && awaited_.what() != Awaited::What::idle_end; }

/// True if the line was not for the server.
bool Console::obey(std::string_view line) {
  if (!is_for_console(line) || (in_content() && !counts_in_content(line))) return false;
  if (line.starts_with("?")) {
    explain(trim(line.substr(1)));
    return true;
  }
  const std::string word(first_word(line));
  const std::string_view rest = trim(line.substr(word.size()));
  if (stands_alone(word) && !rest.empty())
    local(word + " stands alone on its line", word + " は、後に何も付けずに書きます");
  else
    do_word(word, rest);
  return true;
}

/// In a letter people write what they like: "/time flies", "/wait for me". What is for the console
/// must leave no doubt.
bool Console::counts_in_content(std::string_view line) const {
  const std::string_view word = first_word(line);
  const std::string_view rest = trim(line.substr(word.size()));
  if (line == "?" || stands_alone(line) || line == "/fault") return true;
  if (word == "/wait") return parse_wait(rest).has_value();
  if (word == "/raw") return rest.find('\\') != std::string_view::npos && unescape(rest);
  if (word == "/fault") return scenario::parse_fault_line(rest, plan_->scenario).ok();
  return word == "/repair" && is_repairable(rest);
}

bool Console::is_repairable(std::string_view which) const {
  return which == "all" || std::ranges::any_of(world_.faults(), [&](const auto& fault) {
           return which == std::to_string(fault.first) ||
                  (!which.empty() && which == fault.second.id);
         });
}

void Console::do_word(std::string_view word, std::string_view rest) {
  if (word == "/quit") {
    hang_up();
    done_ = true;
  } else if (word == "/help") {
    help();
  } else if (word == "/wait") {
    wait(rest);
  } else if (word == "/raw") {
    send_raw(rest);
  } else if (word == "/eof") {
    end_of_input();
  } else if (word == "/time") {
    const std::string time = exporting::format_time(now_);
    local("this world is " + time + " old", "この世界の時計は " + time + " です");
  } else if (word == "/who") {
    show_people();
  } else if (word == "/queue") {
    show_queue();
  } else if (word == "/boxes") {
    show_boxes();
  } else {  // fault, faults, repair
    make_weather(std::string(word.substr(1)) + " " + std::string(rest));
  }
}

void Console::help() {
  local("Type commands of the protocol; Enter sends them. For the console itself:",
        "プロトコルのコマンドを打ち、Enterで送ります。このコンソールへの命令は次のとおりです。");
  local("  ?             explain the server's last answer     ? EHLO, ? 550   explain that",
        "  ?             サーバーの最後の応答を説明       ? EHLO、? 550   それを説明");
  local("  /wait 30m     let time pass                        /time           what time it is",
        "  /wait 30m     時間を進める                     /time           今の時刻");
  local("  /who          who has mailboxes here               /boxes          what lies in them",
        "  /who          ここにメールボックスのある人     /boxes          メールボックスの中身");
  local(
      "  /queue        letters that wait at this server     /raw a\\r\\nb     send exactly these "
      "bytes",
      "  /queue        このサーバーで待っているメール   /raw a\\r\\nb     "
      "このバイト列をそのまま送る");
  local("  /fault        what can go wrong, and how to say it /faults         what is wrong now",
        "  /fault        起こせる障害とその書き方         /faults         今ある障害");
  local("  /fault power_cut mail.kaede.example for 2h         /repair all     all is well again",
        "  /fault power_cut mail.kaede.example for 2h     /repair all     全部の障害を直す");
  local("  /eof          say nothing more                     /quit           hang up and leave",
        "  /eof          もう何も送らないと伝える         /quit           接続を切って終わる");
  local("STARTTLS (POP3: STLS) where it is offered: the console shakes hands by itself.",
        "STARTTLS(POP3ではSTLS)が案内されていれば、ハンドシェイクはコンソールが行います。");
  local(
      "Inside of a letter all else is text: \"/time\" is for the console, \"/time flies\" is not.",
      "本文の途中では、命令としてそのまま通じる行(/time など)のほかは、本文として送ります。");
}

/// "" asks for the server's last words, anything else for a command, a code or a keyword.
void Console::explain(std::string_view what) {
  const std::string word = upper(what);
  const trace::Record* found = nullptr;
  for (const trace::Record& record : trace_.records()) {
    const auto* line = std::get_if<trace::Line>(&record.fact);
    if (line == nullptr || line->conn != last_conn_ || line->flow != Flow::sent) continue;
    if (word.empty() ? line->speaker == Side::server : trace_.text(line->verb) == word)
      found = &record;
  }
  const texts::Explanation* text = found == nullptr ? nullptr : &texts::explain(trace_, *found);
  texts::Explanation from_table;
  if (text == nullptr && !word.empty()) {
    const scenario::Service service = scenario::spoken_at(service_.service);
    const std::string family = service == scenario::Service::dns    ? "dns"
                               : service == scenario::Service::pop3 ? "pop3"
                               : service == scenario::Service::imap ? "imap"
                                                                    : "smtp";
    for (const char* kind : {".command.", ".reply.", ".untagged.", ".greeting."})
      for (const texts::TextEntry& entry : texts::explanation_texts())
        if (text == nullptr && entry.key == family + kind + word) {
          from_table = {entry.title, entry.text};
          text = &from_table;
        }
  }
  if (text == nullptr)
    return word.empty() ? local("nothing to explain yet", "まだ説明するものがありません")
                        : local("there is no explanation of " + word, word + " の説明はありません");
  put(Kind::explanation, text->title.in(lang_));
  if (!text->text.in(lang_).empty()) put(Kind::explanation, text->text.in(lang_));
  if (found == nullptr) return;
  const auto& line = std::get<trace::Line>(found->fact);
  if (line.rule) put(Kind::explanation, "[" + std::string(trace_.text(line.rule)) + "]");
}

void Console::wait(std::string_view how_long) {
  const auto duration = parse_wait(how_long);
  if (!duration)
    return local("say how long: /wait 30s, /wait 2h",
                 "時間を書いてください。例: /wait 30s、/wait 2h");
  advance(now_ + *duration);
}

void Console::send_raw(std::string_view text) {
  const auto bytes = unescape(text);
  if (!bytes)
    return local("escapes are \\r \\n \\t \\0 \\\\ and \\x41",
                 "使える表記は \\r \\n \\t \\0 \\\\ \\x41 です");
  if (!conn_) return local("the connection is closed", "接続は切れています");
  put(Kind::client, text);
  send(*bytes);
}

/// Something goes wrong in this world, or is put right; the console's own server may be hit, too.
void Console::make_weather(std::string_view line) {
  const world::ByHand done = world::obey(world_, trace_, now_, line);
  for (const LocalText& words : done.answer) {
    const bool only_english = !done.done && words.en == words.ja && !words.en.starts_with(" ");
    local(words.en, only_english ? in_japanese(words.en) : words.ja);
  }
  collect();
}

void Console::show_people() {
  for (const auto& [address, account] : plan_->accounts)
    if (account.home == service_.host)
      local(address + ", password " + account.password,
            address + "(パスワード " + account.password + ")");
}

void Console::show_queue() {
  const host::MailServer* server = world_.mail_server(service_.host);
  if (server == nullptr || server->queue().empty())
    return local("the queue is empty", "キューは空です");
  for (const auto& [id, entry] : server->queue()) {
    std::string to;
    for (const host::QueueRecipient& recipient : entry.recipients)
      if (recipient.state != host::QueueRecipient::State::settled)
        to += " " + recipient.path.mailbox() +
              (recipient.reason.empty() ? "" : " (" + recipient.reason + ")");
    put(Kind::local,
        "Q" + std::to_string(id.value) + " <" + entry.envelope.reverse_path.mailbox() + "> →" + to);
  }
}

void Console::show_boxes() {
  const host::MailServer* server = world_.mail_server(service_.host);
  if (server == nullptr) return;
  for (const std::string& account : server->store().accounts()) {
    const std::string count = std::to_string(server->store().usage(account).messages);
    local(account + ": " + count + " messages", account + ": " + count + " 通");
  }
}

}  // namespace posthorn::console
