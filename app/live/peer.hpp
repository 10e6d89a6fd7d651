// One real connection: moves bytes between a socket and the world.
#pragma once

#include <asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "app/live/server.hpp"

namespace posthorn::app {

class Peer : public std::enable_shared_from_this<Peer> {
 public:
  Peer(LiveServer& server, asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& remote,
       const Endpoint& endpoint);

  /// Greets, or hangs up if nobody answers in the world. While the port is blocked the client hears
  /// nothing: then it is started again later.
  void start();
  /// Works on what the client has said, if its port was blocked.
  void go_on();
  /// What the world says to this program.
  void say(world::OutsideOutput output);
  /// Hangs up at once.
  void drop(trace::CloseReason why);

 private:
  void read();
  void feed();
  void write();
  void linger();
  [[nodiscard]] bool gave_up();
  [[nodiscard]] bool blocked() const;
  [[nodiscard]] bool held_back();
  [[nodiscard]] bool full() const { return outgoing_.size() + under_way_.size() > kMaxOutgoing; }

  /// While this much waits to be read by the program, nothing that it says is worked on.
  static constexpr std::size_t kMaxOutgoing = 256 * 1024;

  static constexpr std::size_t kBuffer = 16 * 1024;

  LiveServer& server_;
  asio::ip::tcp::socket socket_;
  asio::ip::tcp::endpoint remote_;
  const Endpoint& endpoint_;
  std::string name_;
  ConnId conn_;
  std::unique_ptr<char[]> buffer_{new char[kBuffer]};  ///< not cleared: that would cost as much
  std::string_view incoming_;                          ///< read into buffer_ and not yet worked on
  std::string outgoing_;                               ///< said, and not yet given to the socket
  std::string under_way_;                              ///< given to the socket
  bool reading_ = false, writing_ = false, feeding_ = false;
  bool held_ = false;       ///< its port is blocked, and it may have said something
  bool peer_done_ = false;  ///< it sends no more
  bool eof_told_ = false;   ///< and the world knows
  bool we_done_ = false;    ///< the session is over
  bool dropped_ = false;
};

}  // namespace posthorn::app
