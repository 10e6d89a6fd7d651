// The trace: everything that happened, in order. The only truth; see facts.hpp.
//
// Append-only. A record is 48 bytes; bytes and strings are stored once in tables. While a
// world runs, the trace also holds the *current* cause, message and step, which each append
// writes into its record: whoever handles an event sets them, everybody below just appends.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocols/core/time.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/scene.hpp"

namespace posthorn::trace {

struct Record {
  Instant at;
  RecordId cause;     ///< the record that made this one happen; none for the story itself
  MessageId message;  ///< the letter it belongs to; none where there is none
  Fact fact;
  std::uint8_t step = 0;  ///< primer step 1..5 of that message at this moment; 0 before Send
};
static_assert(sizeof(Record) <= 48);

using Blob = std::shared_ptr<const std::string>;

class Trace {
 public:
  Trace() = default;
  explicit Trace(Scene scene) : scene_(std::move(scene)) {}

  // ---- reading
  [[nodiscard]] const Scene& scene() const { return scene_; }
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] const Record& operator[](RecordId id) const { return records_[id.value - 1]; }
  [[nodiscard]] const std::vector<Record>& records() const { return records_; }
  [[nodiscard]] std::string_view text(TextId id) const;  ///< "" for none
  [[nodiscard]] const Blob& blob(BlobId id) const;       ///< empty string for none
  [[nodiscard]] std::size_t text_count() const { return texts_.size(); }
  [[nodiscard]] std::size_t blob_count() const { return blobs_.size(); }
  /// Stream bytes [begin, end) that `side` wrote on `conn`; what was never written is left out.
  [[nodiscard]] std::string stream(ConnId conn, Side side, std::uint64_t begin,
                                   std::uint64_t end) const;
  /// What `side` said: the same, but under TLS what was said and not what crossed the network.
  [[nodiscard]] std::string said(ConnId conn, Side side, std::uint64_t begin,
                                 std::uint64_t end) const;
  /// What the other end heard of it: the same, unless an attacker stood in between.
  [[nodiscard]] std::string heard(ConnId conn, Side side, std::uint64_t begin,
                                  std::uint64_t end) const;
  /// Whether the stream bytes at `offset` are TLS.
  [[nodiscard]] bool sealed(ConnId conn, Side side, std::uint64_t offset) const;
  /// What was said, for people: the octets; of a DNS message, which has no words, the meaning.
  [[nodiscard]] std::string line_text(const Line& line) const;
  /// Somebody on the way changed something of what this side said: the other end heard otherwise.
  [[nodiscard]] bool is_altered(ConnId conn, Side speaker) const {
    return altered_.contains({conn, speaker});
  }
  /// The opening record of a connection; nullptr if unknown.
  [[nodiscard]] const ConnectionOpening* connection(ConnId conn) const;
  /// First record later than `at`, as a 0-based position (== size() if none).
  [[nodiscard]] std::size_t position_after(Instant at) const;
  [[nodiscard]] Instant end_time() const {
    return records_.empty() ? Instant{} : records_.back().at;
  }
  /// Digest of scene-independent content: every record with its texts and bytes resolved.
  [[nodiscard]] std::uint64_t digest() const { return digest_; }

  // ---- writing
  /// From here on records, texts and bytes are counted but not kept, for worlds that run for
  /// months with nobody looking. What is there stays.
  void stop_keeping() { keeping_ = false; }
  [[nodiscard]] bool keeping() const { return keeping_; }
  TextId intern(std::string_view text);
  BlobId add_blob(Blob bytes);  ///< the same pointer gives the same id
  BlobId add_blob(std::string bytes) {
    return add_blob(std::make_shared<const std::string>(std::move(bytes)));
  }
  /// Append with the current cause, message and step. Times must not go backwards.
  RecordId append(Instant at, Fact fact);
  /// Append, and make the new record the cause of what follows.
  RecordId append_as_cause(Instant at, Fact fact) { return cause_ = append(at, std::move(fact)); }
  /// Append exactly this record (for readers).
  RecordId append_record(Record record);

  [[nodiscard]] RecordId cause() const { return cause_; }
  [[nodiscard]] MessageId message() const { return message_; }
  [[nodiscard]] std::uint8_t step() const { return step_; }
  void set_cause(RecordId cause) { cause_ = cause; }
  void set_message(MessageId message) { message_ = message; }
  void set_step(std::uint8_t step) { step_ = step; }

 private:
  struct Piece {
    std::uint64_t offset;
    BlobId bytes;
  };
  [[nodiscard]] std::string cut(const std::vector<Piece>& pieces, std::uint64_t begin,
                                std::uint64_t end) const;
  void index(const Record& record);
  /// How many bytes of a stream have been written.
  [[nodiscard]] std::uint64_t end_of(ConnId conn, Side side) const;
  void join(const HostJoined& joined);
  void digest(const Record& record);

  Scene scene_;
  std::vector<Record> records_;
  std::vector<std::shared_ptr<const std::string>> texts_;
  std::unordered_map<std::string_view, TextId> text_ids_;  ///< look-up only, never iterated
  std::vector<Blob> blobs_;
  std::unordered_map<const std::string*, BlobId> blob_ids_;  ///< look-up only, never iterated
  std::vector<std::uint64_t> text_digests_, blob_digests_;
  std::map<std::pair<ConnId, Side>, std::vector<Piece>> streams_, plain_, altered_;
  std::map<std::pair<ConnId, Side>, std::uint64_t> sealed_from_;
  std::map<ConnId, RecordId> openings_;
  std::uint64_t digest_ = 0x9e3779b97f4a7c15u;
  RecordId cause_;
  MessageId message_;
  std::uint8_t step_ = 0;
  bool keeping_ = true;
  std::uint32_t not_kept_ = 0;  ///< records since stop_keeping()
};

/// The connection that a fact is about; none for most.
ConnId conn_in(const Fact& fact);

/// Sets cause, message and step for a scope and puts the former ones back.
class Scope {
 public:
  explicit Scope(Trace& trace)
      : trace_(trace), cause_(trace.cause()), message_(trace.message()), step_(trace.step()) {}
  ~Scope() {
    trace_.set_cause(cause_);
    trace_.set_message(message_);
    trace_.set_step(step_);
  }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Trace& trace_;
  RecordId cause_;
  MessageId message_;
  std::uint8_t step_;
};

}  // namespace posthorn::trace
