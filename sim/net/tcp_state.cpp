#include "sim/net/tcp_state.hpp"

#include <array>

namespace posthorn::net {
namespace {

using S = TcpState;
using I = TcpInput;

constexpr std::string_view kOpen = "RFC 9293 §3.5";
constexpr std::string_view kClose = "RFC 9293 §3.6";
constexpr std::string_view kReset = "RFC 9293 §3.5.3";
constexpr std::string_view kGiveUp = "RFC 9293 §3.8.3";

constexpr TcpTransition kTransitions[] = {
    {S::closed, I::active_open, S::syn_sent, kOpen},
    {S::closed, I::syn, S::syn_received, kOpen},
    {S::syn_sent, I::syn_ack, S::established, kOpen},
    {S::syn_received, I::ack_of_syn, S::established, kOpen},

    {S::established, I::fin_sent, S::fin_wait_1, kClose},
    {S::established, I::fin_received, S::close_wait, kClose},
    {S::close_wait, I::fin_sent, S::last_ack, kClose},
    {S::last_ack, I::ack_of_fin, S::closed, kClose},
    {S::fin_wait_1, I::ack_of_fin, S::fin_wait_2, kClose},
    {S::fin_wait_1, I::fin_received, S::closing, kClose},
    {S::fin_wait_2, I::fin_received, S::time_wait, kClose},
    {S::closing, I::ack_of_fin, S::time_wait, kClose},
    {S::time_wait, I::wait_over, S::closed, kClose},

    {S::syn_sent, I::reset, S::closed, kReset},
    {S::syn_received, I::reset, S::closed, kReset},
    {S::established, I::reset, S::closed, kReset},
    {S::fin_wait_1, I::reset, S::closed, kReset},
    {S::fin_wait_2, I::reset, S::closed, kReset},
    {S::close_wait, I::reset, S::closed, kReset},
    {S::closing, I::reset, S::closed, kReset},
    {S::last_ack, I::reset, S::closed, kReset},
    {S::time_wait, I::reset, S::closed, kReset},

    {S::syn_sent, I::give_up, S::closed, kGiveUp},
    {S::syn_received, I::give_up, S::closed, kGiveUp},
    {S::established, I::give_up, S::closed, kGiveUp},
    {S::fin_wait_1, I::give_up, S::closed, kGiveUp},
    {S::close_wait, I::give_up, S::closed, kGiveUp},
    {S::closing, I::give_up, S::closed, kGiveUp},
    {S::last_ack, I::give_up, S::closed, kGiveUp},
};

constexpr std::array<std::string_view, 10> kStates = {
    "closed",     "syn-sent",   "syn-received", "established", "fin-wait-1",
    "fin-wait-2", "close-wait", "closing",      "last-ack",    "time-wait"};
constexpr std::array<std::string_view, 10> kInputs = {
    "active open",  "SYN",        "SYN-ACK", "ACK of SYN", "FIN sent",
    "FIN received", "ACK of FIN", "reset",   "give up",    "wait over"};

}  // namespace

std::span<const TcpTransition> tcp_transitions() { return kTransitions; }

TcpState next_state(TcpState from, TcpInput input) {
  for (const TcpTransition& transition : kTransitions)
    if (transition.from == from && transition.input == input) return transition.to;
  return from;
}

std::string_view name_of(TcpState state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view name_of(TcpInput input) { return kInputs[static_cast<std::size_t>(input)]; }

bool is_synchronised(TcpState state) {
  return state != S::closed && state != S::syn_sent && state != S::syn_received;
}

bool may_send(TcpState state) {
  return state == S::established || state == S::close_wait || state == S::fin_wait_1 ||
         state == S::closing || state == S::last_ack;
}

}  // namespace posthorn::net
