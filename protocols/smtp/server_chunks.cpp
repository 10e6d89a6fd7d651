// BDAT on the server's side (RFC 3030 §2): content in counted chunks.
//
// Whatever is wrong with a BDAT, its octets must be read and thrown away, or they would be taken
// for commands. That is why they are counted off before anything is answered.
#include <charconv>
#include <utility>

#include "protocols/mail/ascii.hpp"
#include "protocols/smtp/server.hpp"

namespace posthorn::smtp {

namespace {

constexpr std::string_view bdat_rule = "RFC 3030 §2";

struct BdatArgument {
  std::uint64_t octets = 0;  ///< 0 where there is no number
  bool last = false;
  bool well_formed = false;
};

/// "<octets>" or "<octets> LAST".
BdatArgument parse_bdat(std::string_view text) {
  BdatArgument out;
  const bool led = !text.empty() && !mail::is_wsp(text.front());
  while (!text.empty() && mail::is_wsp(text.front())) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, out.octets);
  if (error == std::errc::invalid_argument) return out;
  if (error == std::errc::result_out_of_range) out.octets = UINT64_MAX;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  out.last = text.size() > 1 && text.front() == ' ' && mail::iequals(text.substr(1), "LAST");
  out.well_formed = led && (text.empty() || out.last);
  return out;
}

}  // namespace

std::optional<Refusal> ServerSession::on_bdat(const Command& command) {
  const BdatArgument argument = parse_bdat(command.argument);
  chunk_ = Chunk{argument.octets, argument.last, {}};
  if (!argument.well_formed) {
    give_chunk_up({501, "5.5.4", "Syntax: BDAT octets [LAST]", bdat_rule});
    refuse(*chunk_->refusal);
    if (closed()) return std::nullopt;  // one error too many
  } else if (find_transition(state_, ServerInput::bdat) == nullptr) {
    chunk_->refusal = state_ == ServerState::mail
                          ? no_valid_recipients(bdat_rule)
                          : Refusal{503, "5.5.1", "Bad sequence of commands", bdat_rule};
  } else if (argument.octets > config_.max_size - (chunks_ ? chunks_->size() : 0)) {
    refuse_large_chunk();
  } else {
    move(ServerInput::bdat);
    if (!chunks_) chunks_.emplace(config_.max_size);
  }
  if (chunk_->refusal && heard_) {
    heard_->kind = NoteKind::violation;
    heard_->rule = bdat_rule;
  }
  note_heard();
  content_begin_ = input_.position();
  if (chunk_->left == 0) finish_chunk(content_begin_);
  return std::nullopt;
}

/// The caller answers at once, since it may be long until its octets have come; they are thrown
/// away. The transaction is over: half a message must not be taken for one.
void ServerSession::give_chunk_up(Refusal refusal) {
  heard_->kind = NoteKind::violation;  // first: what is dropped is told behind the command
  heard_->rule = refusal.rule;
  drop_transaction();
  move(ServerInput::rset);
  chunk_->refusal = std::move(refusal);
  chunk_->answered = true;
}

void ServerSession::refuse_large_chunk() {
  const std::size_t recipients = envelope_.recipients.size();
  give_chunk_up({552, "5.3.4", "The message is too large", "RFC 1870 §6.2"});
  for (std::size_t i = 0; i < (config_.lmtp && chunk_->last ? recipients : 1); ++i)
    reply(chunk_->refusal->code, chunk_->refusal->enhanced, chunk_->refusal->text,
          chunk_->refusal->rule);
}

void ServerSession::read_chunk() {
  const std::string_view bytes = input_.raw().substr(0, chunk_->left);
  if (!chunk_->refusal) chunks_->feed(bytes);
  chunk_->left -= bytes.size();
  input_.consume(bytes.size());
  if (chunk_->left == 0) finish_chunk(content_begin_);
}

void ServerSession::finish_chunk(std::uint64_t begin) {
  const Chunk chunk = *std::exchange(chunk_, std::nullopt);
  const std::uint64_t size = input_.position() - begin;
  if (chunk.refusal || !chunk.last) {
    if (size > 0) {
      out_.note(chunk.refusal ? NoteKind::violation : NoteKind::content, Flow::received, begin,
                input_.position(), "", bdat_rule);
    }
    if (chunk.answered) return;
    if (chunk.refusal) return refuse(*chunk.refusal);
    move(ServerInput::chunk_end);
    if (size > 0) --idle_commands_;
    return reply(250, "2.0.0", std::to_string(size) + " octets received", bdat_rule);
  }
  ChunkReader reader = *std::exchange(chunks_, std::nullopt);
  reader.finish();
  finish_content({reader.take_content(), reader.bare_cr_or_lf(), reader.too_large(),
                  reader.forgotten(), begin},
                 bdat_rule);
}

}  // namespace posthorn::smtp
