// The sending half of TcpEndpoint: windows, congestion (RFC 5681, RFC 6582), retransmission.
#include <algorithm>

#include "sim/net/tcp_endpoint.hpp"

namespace posthorn::net {

using trace::CloseReason;
using trace::kAck;
using trace::kFin;
using trace::kPsh;
using trace::kRst;
using trace::kSyn;

void TcpEndpoint::fill_window(Instant now) {
  if (!may_send(state_)) return;
  const std::uint64_t window = std::max<std::uint64_t>(std::min(cwnd_, peer_window_), config_.mss);
  while (next_ < end_position()) {
    const std::uint64_t chunk = buffer_.at(next_ - 1, config_.mss).length;
    if (next_ + chunk > una_ + window) break;
    send_from(now, next_);
  }
  if (fin_queued_ && max_ == end_position()) step(TcpInput::fin_sent);  // only the first time
}

void TcpEndpoint::send_from(Instant now, std::uint64_t position) {
  TcpSegment segment;
  std::uint64_t end = position + 1;
  if (position == 0) {
    segment.flags = state_ == TcpState::syn_sent ? kSyn : kSyn | kAck;
  } else {
    segment.payload = buffer_.at(position - 1, config_.mss);
    end = position + segment.payload.length;
    segment.flags = kAck;
    if (segment.payload.length > 0 && buffer_.write_ends_at(end - 1)) segment.flags |= kPsh;
    if (fin_queued_ && end - 1 == buffer_.end()) {
      segment.flags |= kFin;
      ++end;
    }
  }
  if (position < max_)
    timing_.reset();  // Karn: its acknowledgement would not say which sending it is for
  else if (!timing_)
    timing_ = Timing{position, now};
  next_ = std::max(next_, end);
  max_ = std::max(max_, end);
  emit(segment, position);
  if (!retransmit_armed_) arm_retransmit(now);
}

void TcpEndpoint::send_control(std::uint8_t flags, std::uint64_t position) {
  TcpSegment segment;
  segment.flags = flags;
  emit(segment, position);
}

void TcpEndpoint::emit(TcpSegment& segment, std::uint64_t position) {
  segment.sequence = wire(position);
  segment.window = config_.receive_window;
  segment.offset = static_cast<std::uint32_t>(
      position == 0 ? 0 : std::min<std::uint64_t>(position - 1, buffer_.end()));
  if (segment.flags & kAck) {
    segment.ack = irs_ + static_cast<std::uint32_t>(rcv_next_);
    unacknowledged_ = 0;
    if (ack_armed_) outputs_.push_back(TcpSetTimer{TcpTimerKind::delayed_ack, std::nullopt});
    ack_armed_ = false;
  }
  outputs_.push_back(TcpSend{std::move(segment)});
}

// ---- acknowledgements ------------------------------------------------------------------------

void TcpEndpoint::handle_ack(Instant now, const TcpSegment& segment) {
  if (!(segment.flags & kAck)) return;
  const std::uint64_t acked = position(segment.ack, iss_, una_);
  if (static_cast<std::int64_t>(acked - max_) > 0) {  // of what was never sent
    if (state_ != TcpState::syn_received) return ack_now();
    TcpSegment reset;  // the peer remembers another connection than we (RFC 9293 §3.5.1)
    reset.flags = kRst;
    reset.sequence = segment.ack;
    outputs_.push_back(TcpSend{std::move(reset)});
    return;
  }
  peer_window_ = segment.window;
  const bool bare = segment.payload.length == 0 && !(segment.flags & kFin);
  if (static_cast<std::int64_t>(acked - una_) > 0)
    handle_new_ack(now, acked);
  else if (acked == una_ && una_ < max_ && bare)
    handle_duplicate_ack(now);
}

void TcpEndpoint::handle_new_ack(Instant now, std::uint64_t acked) {
  const std::uint64_t newly = acked - una_;
  una_ = acked;
  next_ = std::max(next_, una_);
  attempts_ = 0;
  if (timing_ && acked > timing_->position) {
    rto_.measured(now - timing_->sent);
    timing_.reset();
  }
  buffer_.release(una_ - 1);
  if (una_ == max_)
    disarm_retransmit();
  else
    arm_retransmit(now);
  if (state_ == TcpState::syn_received) {
    step(TcpInput::ack_of_syn);
    outputs_.push_back(TcpOpened{});
    return;
  }
  if (is_synchronised(state_)) adjust_window(now, newly);
  if (fin_queued_ && una_ == end_position()) {
    step(TcpInput::ack_of_fin);
    if (state_ == TcpState::closed) finish(CloseReason::orderly, true);
    if (state_ == TcpState::time_wait) enter_time_wait(now);
  }
}

void TcpEndpoint::adjust_window(Instant now, std::uint64_t newly) {
  const std::uint64_t mss = config_.mss;
  if (!recover_) {
    duplicate_acks_ = 0;
    // RFC 5681 §3.1: slow start, then about one segment a round trip.
    cwnd_ +=
        cwnd_ < ssthresh_ ? std::min(newly, mss) : std::max<std::uint64_t>(1, mss * mss / cwnd_);
  } else if (una_ >= *recover_) {
    recover_.reset();
    duplicate_acks_ = 0;
    cwnd_ = ssthresh_;
  } else {  // RFC 6582 §3.2: a partial acknowledgement; the next gap begins here
    cwnd_ = std::max(mss, cwnd_ - std::min(cwnd_, newly) + mss);
    send_from(now, una_);
  }
}

void TcpEndpoint::handle_duplicate_ack(Instant now) {
  ++duplicate_acks_;
  if (recover_) {
    cwnd_ += config_.mss;  // another segment has left the network
  } else if (duplicate_acks_ == 3) {
    ssthresh_ = std::max<std::uint64_t>((max_ - una_) / 2, 2 * config_.mss);
    cwnd_ = ssthresh_ + 3 * config_.mss;
    recover_ = max_;
    send_from(now, una_);
  }
}

// ---- timeouts --------------------------------------------------------------------------------

void TcpEndpoint::retransmission_timeout(Instant now) {
  const bool shaking_hands = !is_synchronised(state_);
  if (++attempts_ >= (shaking_hands ? config_.syn_attempts : config_.data_attempts)) {
    step(TcpInput::give_up);
    return finish(CloseReason::timed_out, !shaking_hands);
  }
  rto_.back_off();
  ssthresh_ = std::max<std::uint64_t>((max_ - una_) / 2, 2 * config_.mss);
  cwnd_ = config_.mss;
  duplicate_acks_ = 0;
  recover_.reset();
  next_ = una_;  // go back: what follows is sent again as the window opens (RFC 5681 §3.1)
  send_from(now, una_);
}

void TcpEndpoint::arm_retransmit(Instant now) {
  retransmit_armed_ = true;
  outputs_.push_back(TcpSetTimer{TcpTimerKind::retransmit, now + rto_.timeout()});
}

void TcpEndpoint::disarm_retransmit() {
  if (retransmit_armed_) outputs_.push_back(TcpSetTimer{TcpTimerKind::retransmit, std::nullopt});
  retransmit_armed_ = false;
}

}  // namespace posthorn::net
