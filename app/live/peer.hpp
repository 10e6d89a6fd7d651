// One real connection: moves bytes between a socket and the world.
#pragma once

#include <array>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "app/live/server.hpp"

namespace posthorn::app {

class Peer : public std::enable_shared_from_this<Peer> {
 public:
  Peer(LiveServer& server, asio::ip::tcp::socket socket, const Endpoint& endpoint);

  /// Greets, or hangs up if nobody answers in the world.
  void start();
  /// What the world says to this program.
  void say(world::OutsideOutput output);
  /// Hangs up at once.
  void drop(trace::CloseReason why);

 private:
  void read();
  void feed();
  void write();
  void linger();
  [[nodiscard]] bool full() const { return outgoing_.size() + under_way_.size() > kMaxOutgoing; }

  /// While this much waits to be read by the program, nothing that it says is worked on.
  static constexpr std::size_t kMaxOutgoing = 256 * 1024;

  LiveServer& server_;
  asio::ip::tcp::socket socket_;
  asio::steady_timer linger_;
  Endpoint endpoint_;
  std::string name_;
  ConnId conn_;
  std::array<char, 16 * 1024> buffer_{};
  std::string incoming_;   ///< read and not yet worked on
  std::size_t used_ = 0;   ///< of incoming_
  std::string outgoing_;   ///< said, and not yet given to the socket
  std::string under_way_;  ///< given to the socket
  bool reading_ = false, writing_ = false, feeding_ = false;
  bool peer_done_ = false;  ///< it sends no more
  bool eof_told_ = false;   ///< and the world knows
  bool we_done_ = false;    ///< the session is over
  bool dropped_ = false;
};

}  // namespace posthorn::app
