// The life of one end of a TCP connection, as data (RFC 9293 §3.3.2, Figure 5).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace posthorn::net {

enum class TcpState : std::uint8_t {
  closed,
  syn_sent,
  syn_received,
  established,
  fin_wait_1,
  fin_wait_2,
  close_wait,
  closing,
  last_ack,
  time_wait,
};

enum class TcpInput : std::uint8_t {
  active_open,   ///< connect(): SYN sent
  syn,           ///< SYN received by a listener: SYN-ACK sent
  syn_ack,       ///< SYN-ACK received: ACK sent
  ack_of_syn,    ///< our SYN-ACK was acknowledged
  fin_sent,      ///< everything was sent, and the FIN
  fin_received,  ///< all of the peer's bytes arrived, and its FIN
  ack_of_fin,    ///< our FIN was acknowledged
  reset,         ///< RST received or sent
  give_up,       ///< too many retransmissions
  wait_over,     ///< twice the maximum segment lifetime has passed
};

struct TcpTransition {
  TcpState from;
  TcpInput input;
  TcpState to;
  std::string_view rule;
};

/// All transitions. What is not listed does not change the state.
std::span<const TcpTransition> tcp_transitions();
TcpState next_state(TcpState from, TcpInput input);
std::string_view name_of(TcpState state);
std::string_view name_of(TcpInput input);

/// Has the handshake been completed, and the end not been reached?
bool is_synchronised(TcpState state);
/// May data and FIN still be (re)sent?
bool may_send(TcpState state);

}  // namespace posthorn::net
