#include "sim/net/tcp_endpoint.hpp"

namespace posthorn::net {

using trace::CloseReason;
using trace::kAck;
using trace::kFin;
using trace::kRst;
using trace::kSyn;

TcpEndpoint::TcpEndpoint(const TcpConfig& config, std::uint32_t initial_sequence)
    : config_(config),
      iss_(initial_sequence),
      peer_window_(config.receive_window),
      cwnd_(std::uint64_t{config.initial_window} * config.mss) {}

std::uint64_t TcpEndpoint::position(std::uint32_t sequence, std::uint32_t initial,
                                    std::uint64_t near) {
  const auto expected = initial + static_cast<std::uint32_t>(near);
  return near + static_cast<std::uint64_t>(
                    static_cast<std::int64_t>(static_cast<std::int32_t>(sequence - expected)));
}

std::uint64_t TcpEndpoint::received_bytes() const {
  const std::uint64_t fin = peer_fin_ && rcv_next_ > *peer_fin_ ? 1 : 0;
  return rcv_next_ == 0 ? 0 : rcv_next_ - 1 - fin;
}

// ---- input -----------------------------------------------------------------------------------

void TcpEndpoint::handle_segment(Instant now, const TcpSegment& segment) {
  if (state_ == TcpState::closed) return handle_listen(now, segment);
  if (state_ == TcpState::syn_sent) return handle_syn_sent(now, segment);
  if (segment.flags & kRst) return handle_reset(segment);
  if (segment.flags & kSyn) {
    // The peer did not get our answer to its SYN: give it again.
    if (state_ == TcpState::syn_received)
      send_from(now, 0);
    else
      ack_now();
    return;
  }
  handle_ack(now, segment);
  if (state_ == TcpState::closed || state_ == TcpState::syn_received) return;
  handle_data(now, segment);
  fill_window(now);
}

void TcpEndpoint::handle_timer(Instant now, TcpTimerKind kind) {
  switch (kind) {
    case TcpTimerKind::retransmit:
      retransmit_armed_ = false;
      if (state_ != TcpState::closed && una_ < max_) retransmission_timeout(now);
      break;
    case TcpTimerKind::delayed_ack:
      ack_armed_ = false;
      if (unacknowledged_ > 0) ack_now();
      break;
    case TcpTimerKind::time_wait:
      step(TcpInput::wait_over);
      break;
  }
}

void TcpEndpoint::handle_listen(Instant now, const TcpSegment& segment) {
  if ((segment.flags & (kSyn | kAck | kRst)) != kSyn) return;
  irs_ = segment.sequence;
  rcv_next_ = 1;
  peer_window_ = segment.window;
  step(TcpInput::syn);
  send_from(now, 0);
}

void TcpEndpoint::handle_syn_sent(Instant now, const TcpSegment& segment) {
  const bool answers = (segment.flags & kAck) && segment.ack == wire(1);
  if (!answers) return;
  if (segment.flags & kRst) {
    step(TcpInput::reset);
    return finish(CloseReason::reset, false);
  }
  if (!(segment.flags & kSyn)) return;
  irs_ = segment.sequence;
  rcv_next_ = 1;
  peer_window_ = segment.window;
  step(TcpInput::syn_ack);
  handle_new_ack(now, 1);
  outputs_.push_back(TcpOpened{});
  ack_now();
  fill_window(now);
}

void TcpEndpoint::handle_reset(const TcpSegment& segment) {
  // RFC 9293 §3.10.7.4: only a reset inside the window counts.
  const std::uint64_t at = position(segment.sequence, irs_, rcv_next_);
  if (at < rcv_next_ || at >= rcv_next_ + config_.receive_window) return;
  const bool was_open = is_synchronised(state_);
  const bool was_over = state_ == TcpState::time_wait;
  step(TcpInput::reset);
  if (!was_over) finish(CloseReason::reset, was_open);
}

void TcpEndpoint::handle_data(Instant now, const TcpSegment& segment) {
  const bool fin = segment.flags & kFin;
  const std::uint64_t begin = position(segment.sequence, irs_, rcv_next_);
  const std::uint64_t end = begin + segment.payload.length;
  if (segment.payload.length == 0 && !fin) return;
  const bool old = static_cast<std::int64_t>(begin) < 1 || end + fin <= rcv_next_;
  if (old || end > rcv_next_ + config_.receive_window) return ack_now();  // §3.10.7.4, first

  const bool in_order = begin <= rcv_next_ && reassembly_.empty();
  reassembly_.put(begin - 1, segment.payload);
  if (fin && !peer_fin_) peer_fin_ = end;
  deliver_ready();
  if (peer_fin_ == rcv_next_) {
    ++rcv_next_;
    ack_now();
    outputs_.push_back(TcpPeerClosed{});
    step(TcpInput::fin_received);
    if (state_ == TcpState::time_wait) enter_time_wait(now);
  } else if (in_order) {
    ack_soon(now);
  } else {
    ack_now();  // RFC 5681 §4.2: tell about a gap, and about its filling, at once
  }
}

void TcpEndpoint::deliver_ready() {
  while (auto bytes = reassembly_.take(rcv_next_ - 1)) {
    rcv_next_ += bytes->length;
    outputs_.push_back(TcpBytes{*std::move(bytes)});
  }
}

void TcpEndpoint::ack_soon(Instant now) {
  if (++unacknowledged_ >= 2) return ack_now();
  ack_armed_ = true;
  outputs_.push_back(TcpSetTimer{TcpTimerKind::delayed_ack, now + config_.delayed_ack});
}

void TcpEndpoint::ack_now() { send_control(kAck, next_); }

// ---- commands --------------------------------------------------------------------------------

void TcpEndpoint::connect(Instant now) {
  if (state_ != TcpState::closed || max_ > 0) return;
  step(TcpInput::active_open);
  send_from(now, 0);
}

void TcpEndpoint::send(Instant now, Bytes bytes) {
  if (fin_queued_ || state_ == TcpState::closed) return;
  buffer_.append(std::move(bytes));
  fill_window(now);
}

void TcpEndpoint::shutdown(Instant now) {
  if (fin_queued_ || state_ == TcpState::closed) return;
  fin_queued_ = true;
  fill_window(now);
}

void TcpEndpoint::abort() {
  if (state_ == TcpState::closed) return;
  const bool tell = state_ != TcpState::syn_sent && state_ != TcpState::time_wait;
  if (tell) send_control(kRst | kAck, max_);
  step(TcpInput::reset);
  disarm();
}

// ---- state -----------------------------------------------------------------------------------

void TcpEndpoint::step(TcpInput input) { state_ = next_state(state_, input); }

void TcpEndpoint::finish(CloseReason why, bool was_open) {
  disarm();
  outputs_.push_back(TcpEnded{why, was_open});
}

void TcpEndpoint::enter_time_wait(Instant now) {
  finish(CloseReason::orderly, true);
  outputs_.push_back(TcpSetTimer{TcpTimerKind::time_wait, now + config_.time_wait});
}

void TcpEndpoint::disarm() {
  if (retransmit_armed_) outputs_.push_back(TcpSetTimer{TcpTimerKind::retransmit, std::nullopt});
  if (ack_armed_) outputs_.push_back(TcpSetTimer{TcpTimerKind::delayed_ack, std::nullopt});
  retransmit_armed_ = ack_armed_ = false;
}

}  // namespace posthorn::net
