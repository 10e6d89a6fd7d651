// One end of a TCP connection: a sans-I/O state machine (RFC 9293, RFC 6298, RFC 5681, RFC 6582).
//
// A copyable value. Segments, timer expiries and commands come in; TcpOutputs come out of
// take_outputs() in order. Take them after every input.
//
// Numbering. Inside, everything is counted in 64-bit *positions* of one direction: the SYN has
// position 0, stream byte n has position 1 + n, the FIN has the position after the last byte.
// Only wire() and position() know the 32-bit sequence numbers, so nothing here ever wraps.
//
// Segments carry references to what was written; a segment never spans two writes, so no payload
// is ever copied.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/core/time.hpp"
#include "sim/net/net_event.hpp"
#include "sim/net/packet.hpp"
#include "sim/net/reassembly.hpp"
#include "sim/net/rto.hpp"
#include "sim/net/send_buffer.hpp"
#include "sim/net/tcp_state.hpp"

namespace posthorn::net {

struct TcpConfig {
  std::uint32_t mss = 1460;                  ///< payload octets of a segment; IPv6 uses 20 fewer
  std::uint32_t receive_window = 256 << 10;  ///< octets, constant: hosts read at once
  std::uint32_t initial_window = 10;         ///< segments (RFC 6928 §2)
  unsigned syn_attempts = 5;                 ///< SYNs before connect() fails: 1+2+4+8+16 = 31 s
  unsigned data_attempts = 8;   ///< sendings of one segment before the connection breaks
  Duration delayed_ack = 40ms;  ///< RFC 9293 §3.8.6.3 allows up to 500 ms
  Duration time_wait = 60s;     ///< twice the maximum segment lifetime
};

struct TcpSend {
  TcpSegment segment;
};
/// Arm the timer, replacing an earlier one of this kind; nullopt disarms it.
struct TcpSetTimer {
  TcpTimerKind kind = TcpTimerKind::retransmit;
  std::optional<Instant> at;
};
struct TcpOpened {};
struct TcpBytes {
  Bytes bytes;
};
struct TcpPeerClosed {};
/// The end: nothing follows but, perhaps, TIME-WAIT in silence.
struct TcpEnded {
  trace::CloseReason why = trace::CloseReason::orderly;
  bool was_open = true;  ///< false: the handshake was never completed
};
using TcpOutput = std::variant<TcpSend, TcpSetTimer, TcpOpened, TcpBytes, TcpPeerClosed, TcpEnded>;

class TcpEndpoint {
 public:
  TcpEndpoint(const TcpConfig& config, std::uint32_t initial_sequence);

  // ---- getters
  [[nodiscard]] TcpState state() const { return state_; }
  /// False after shutdown() and after the end.
  [[nodiscard]] bool can_write() const { return !fin_queued_ && state_ != TcpState::closed; }
  [[nodiscard]] std::uint64_t bytes_written() const { return buffer_.end(); }
  [[nodiscard]] std::uint64_t bytes_received() const { return received_bytes(); }
  [[nodiscard]] std::uint64_t congestion_window() const { return cwnd_; }
  [[nodiscard]] Duration retransmission_timeout() const { return rto_.timeout(); }

  // ---- input
  void handle_segment(Instant now, const TcpSegment& segment);
  void handle_timer(Instant now, TcpTimerKind kind);

  // ---- commands
  void connect(Instant now);
  void send(Instant now, Bytes bytes);
  void shutdown(Instant now);
  void abort();

  // ---- output
  [[nodiscard]] std::vector<TcpOutput> take_outputs() { return std::exchange(outputs_, {}); }

 private:
  // sending (tcp_sender.cpp)
  void fill_window(Instant now);
  void send_from(Instant now, std::uint64_t position);
  void send_control(std::uint8_t flags, std::uint64_t position);
  void emit(TcpSegment& segment, std::uint64_t position);
  void handle_ack(Instant now, const TcpSegment& segment);
  void handle_new_ack(Instant now, std::uint64_t acked);
  void adjust_window(Instant now, std::uint64_t newly);
  void handle_duplicate_ack(Instant now);
  void retransmission_timeout(Instant now);
  void arm_retransmit(Instant now);
  void disarm_retransmit();
  [[nodiscard]] std::uint64_t end_position() const {
    return 1 + buffer_.end() + (fin_queued_ ? 1 : 0);
  }

  // receiving and the rest (tcp_endpoint.cpp)
  void handle_listen(Instant now, const TcpSegment& segment);
  void handle_syn_sent(Instant now, const TcpSegment& segment);
  void handle_reset(const TcpSegment& segment);
  void handle_data(Instant now, const TcpSegment& segment);
  void deliver_ready();
  void ack_now();
  void ack_soon(Instant now);
  void step(TcpInput input);
  void finish(trace::CloseReason why, bool was_open);
  void enter_time_wait(Instant now);
  void disarm();
  [[nodiscard]] std::uint64_t received_bytes() const;

  [[nodiscard]] std::uint32_t wire(std::uint64_t position) const {
    return iss_ + static_cast<std::uint32_t>(position);
  }
  /// The position that is nearest to `near` among those with this sequence number.
  static std::uint64_t position(std::uint32_t sequence, std::uint32_t initial, std::uint64_t near);

  TcpConfig config_;
  TcpState state_ = TcpState::closed;
  std::vector<TcpOutput> outputs_;

  // sending
  std::uint32_t iss_;
  SendBuffer buffer_;
  std::uint64_t una_ = 0;   ///< first position not acknowledged
  std::uint64_t next_ = 0;  ///< next position to send
  std::uint64_t max_ = 0;   ///< one past the highest position ever sent
  bool fin_queued_ = false;
  std::uint64_t peer_window_;
  std::uint64_t cwnd_;
  std::uint64_t ssthresh_ = ~std::uint64_t{0};
  unsigned duplicate_acks_ = 0;
  std::optional<std::uint64_t> recover_;  ///< in fast recovery until this position is acknowledged
  unsigned attempts_ = 0;                 ///< timeouts in a row without progress
  RtoEstimator rto_;
  struct Timing {
    std::uint64_t position;
    Instant sent;
  };
  std::optional<Timing> timing_;  ///< the segment whose round trip is measured

  // receiving
  std::uint32_t irs_ = 0;
  std::uint64_t rcv_next_ = 0;
  std::optional<std::uint64_t> peer_fin_;  ///< position of the peer's FIN, once seen
  Reassembly reassembly_;
  unsigned unacknowledged_ = 0;  ///< segments received since our last ACK
  bool retransmit_armed_ = false, ack_armed_ = false;
};

}  // namespace posthorn::net
