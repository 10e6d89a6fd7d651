#include "app/live/hand.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <asio/read_until.hpp>
#include <csignal>
#include <iostream>

namespace posthorn::app {

void Hand::listen() {
  // Not to a file or /dev/null: epoll cannot wait for those, and nobody types there.
  struct stat kind {};
  const bool typed =
      ::fstat(STDIN_FILENO, &kind) == 0 && (isatty(STDIN_FILENO) != 0 || S_ISFIFO(kind.st_mode));
  if (!typed) return;
  std::signal(SIGTTIN, SIG_IGN);  // in the background of a terminal nobody types to us
  asio::error_code error;
  input_.assign(::dup(STDIN_FILENO), error);
  if (!error) read();
}

void Hand::close() {
  asio::error_code ignored;
  input_.close(ignored);
}

void Hand::read() {
  asio::async_read_until(input_, asio::dynamic_buffer(typed_, kMaxLine), '\n',
                         [this](asio::error_code error, std::size_t size) {
                           if (error) return close();
                           obey(typed_.substr(0, size - 1));
                           typed_.erase(0, size);
                           read();
                         });
}

void Hand::obey(const std::string& line) {
  if (line.find_first_not_of(" \t\r") == std::string::npos) return;
  const world::ByHand done = server_.world().obey(line);
  if (!done.understood)
    std::cerr << (lang_ == Lang::ja
                      ? "fault … で障害を起こし、repair … で直し、faults で一覧を表示します\n"
                      : "say \"fault …\", \"repair …\" or \"faults\"\n");
  for (const LocalText& words : done.answer) std::cerr << words.in(lang_) << "\n";
  server_.pump();
}

}  // namespace posthorn::app
