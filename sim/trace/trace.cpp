#include "sim/trace/trace.hpp"

#include <algorithm>
#include <cassert>
#include <type_traits>

#include "protocols/dns/message.hpp"

namespace posthorn::trace {
namespace {

const Blob kEmpty = std::make_shared<const std::string>();

/// A 64-bit mixer (the finaliser of splitmix64), so that equal prefixes stay distinguishable.
std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  std::uint64_t x = state ^ (value + 0x9e3779b97f4a7c15u + (state << 6) + (state >> 2));
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// FNV-1a: bytes of any length, the same on every machine.
std::uint64_t hash_bytes(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

std::string_view name_of(const Fact& fact) {
  return std::visit([](const auto& f) { return f.kName; }, fact);
}

std::string_view Trace::text(TextId id) const {
  return id.value == 0 || id.value > texts_.size() ? std::string_view() : *texts_[id.value - 1];
}

const Blob& Trace::blob(BlobId id) const {
  return id.value == 0 || id.value > blobs_.size() ? kEmpty : blobs_[id.value - 1];
}

TextId Trace::intern(std::string_view text) {
  if (text.empty() || !keeping_) return {};
  if (const auto found = text_ids_.find(text); found != text_ids_.end()) return found->second;
  texts_.push_back(std::make_shared<const std::string>(text));
  text_digests_.push_back(hash_bytes(text));
  const TextId id{static_cast<std::uint32_t>(texts_.size())};
  text_ids_.emplace(*texts_.back(), id);
  return id;
}

BlobId Trace::add_blob(Blob bytes) {
  if (!bytes || !keeping_) return {};
  const auto [place, added] = blob_ids_.try_emplace(bytes.get(), BlobId{});
  if (added) {
    blob_digests_.push_back(hash_bytes(*bytes));
    blobs_.push_back(std::move(bytes));
    place->second = BlobId{static_cast<std::uint32_t>(blobs_.size())};
  }
  return place->second;
}

RecordId Trace::append(Instant at, Fact fact) {
  return append_record(Record{at, cause_, message_, std::move(fact), step_});
}

RecordId Trace::append_record(Record record) {
  assert(records_.empty() || record.at >= records_.back().at);
  if (!keeping_) return RecordId{static_cast<std::uint32_t>(records_.size()) + ++not_kept_};
  digest(record);
  records_.push_back(std::move(record));
  index(records_.back());
  return RecordId{static_cast<std::uint32_t>(records_.size())};
}

void Trace::index(const Record& record) {
  if (const auto* written = std::get_if<StreamWritten>(&record.fact))
    streams_[{written->conn, written->side}].push_back({written->offset, written->bytes});
  else if (const auto* plain = std::get_if<PlainWritten>(&record.fact))
    plain_[{plain->conn, plain->side}].push_back({plain->offset, plain->bytes});
  else if (const auto* started = std::get_if<TlsStarted>(&record.fact))
    sealed_from_.emplace(std::pair{started->conn, started->side},
                         end_of(started->conn, started->side));
  else if (const auto* altered = std::get_if<StreamAltered>(&record.fact))
    altered_[{altered->conn, altered->side}].push_back({altered->offset, altered->bytes});
  else if (const auto* opening = std::get_if<ConnectionOpening>(&record.fact))
    openings_[opening->conn] = RecordId{static_cast<std::uint32_t>(records_.size())};
  else if (const auto* joined = std::get_if<HostJoined>(&record.fact))
    join(*joined);
}

/// The cast grows. A trace that is read back has its whole cast from the beginning.
void Trace::join(const HostJoined& joined) {
  if (joined.host.value != scene_.hosts.size() + 1) return;
  SceneHost host;
  host.name = text(joined.name);
  host.label = {host.name, host.name};
  host.kind = HostKind::client;
  if (const auto address = IpAddress::parse(text(joined.address)))
    host.addresses.push_back(*address);
  scene_.hosts.push_back(std::move(host));
}

void Trace::digest(const Record& record) {
  std::uint64_t d = digest_;
  d = mix(d, static_cast<std::uint64_t>(record.at.time_since_epoch().count()));
  d = mix(d, record.cause.value);
  d = mix(d, std::uint64_t{record.message.value} << 8 | record.step);
  d = mix(d, record.fact.index());
  auto field = [&](const char*, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<T, TextId>)
      d = mix(d, value ? text_digests_[value.value - 1] : 0);
    else if constexpr (std::is_same_v<T, BlobId>)
      d = mix(d, value ? blob_digests_[value.value - 1] : 0);
    else if constexpr (requires { value.value; })
      d = mix(d, value.value);
    else
      d = mix(d, static_cast<std::uint64_t>(value));
  };
  std::visit([&](const auto& fact) { fact.fields(fact, field); }, record.fact);
  digest_ = d;
}

std::string Trace::stream(ConnId conn, Side side, std::uint64_t begin, std::uint64_t end) const {
  const auto found = streams_.find({conn, side});
  return found == streams_.end() ? std::string() : cut(found->second, begin, end);
}

std::string Trace::said(ConnId conn, Side side, std::uint64_t begin, std::uint64_t end) const {
  const auto found = plain_.find({conn, side});
  if (found == plain_.end() || begin < found->second.front().offset)
    return stream(conn, side, begin, end);
  return cut(found->second, begin, end);
}

std::uint64_t Trace::end_of(ConnId conn, Side side) const {
  const auto found = streams_.find({conn, side});
  if (found == streams_.end()) return 0;
  return found->second.back().offset + blob(found->second.back().bytes)->size();
}

bool Trace::sealed(ConnId conn, Side side, std::uint64_t offset) const {
  const auto found = sealed_from_.find({conn, side});
  return found != sealed_from_.end() && offset >= found->second;
}

std::string Trace::heard(ConnId conn, Side side, std::uint64_t begin, std::uint64_t end) const {
  std::string bytes = said(conn, side, begin, end);
  const auto found = altered_.find({conn, side});
  if (found == altered_.end()) return bytes;
  const auto plain = plain_.find({conn, side});
  if (plain != plain_.end() && begin >= plain->second.front().offset) return bytes;
  for (const Piece& piece : found->second) {
    const std::string& put = *blob(piece.bytes);
    for (std::size_t i = 0; i < put.size(); ++i)
      if (piece.offset + i >= begin && piece.offset + i - begin < bytes.size())
        bytes[piece.offset + i - begin] = put[i];
  }
  return bytes;
}

std::string Trace::cut(const std::vector<Piece>& pieces, std::uint64_t begin,
                       std::uint64_t end) const {
  std::string bytes;
  auto piece = std::upper_bound(pieces.begin(), pieces.end(), begin,
                                [](std::uint64_t at, const Piece& p) { return at < p.offset; });
  if (piece != pieces.begin()) --piece;
  for (; piece != pieces.end() && piece->offset < end; ++piece) {
    const std::string& content = *blob(piece->bytes);
    const std::uint64_t from = std::max(begin, piece->offset) - piece->offset;
    const std::uint64_t to = std::min<std::uint64_t>(end - piece->offset, content.size());
    if (from < to) bytes.append(content, from, to - from);
  }
  return bytes;
}

std::string Trace::line_text(const Line& line) const {
  const std::uint64_t end = std::uint64_t{line.begin} + line.length;
  std::string bytes = line.flow == Flow::sent ? said(line.conn, line.speaker, line.begin, end)
                                              : heard(line.conn, line.speaker, line.begin, end);
  const ConnectionOpening* who = connection(line.conn);
  if (who == nullptr || who->protocol != Protocol::dns || bytes.size() < 2) return bytes;
  const auto message = dns::decode(std::string_view(bytes).substr(2));  // behind its length
  return message ? dns::summary(*message) : bytes;
}

const ConnectionOpening* Trace::connection(ConnId conn) const {
  const auto found = openings_.find(conn);
  return found == openings_.end() ? nullptr
                                  : std::get_if<ConnectionOpening>(&(*this)[found->second].fact);
}

ConnId conn_in(const Fact& fact) {
  return std::visit(
      [](const auto& f) -> ConnId {
        if constexpr (requires { f.conn; }) return f.conn;
        return {};
      },
      fact);
}

std::size_t Trace::position_after(Instant at) const {
  const auto after =
      std::upper_bound(records_.begin(), records_.end(), at,
                       [](Instant wanted, const Record& record) { return wanted < record.at; });
  return static_cast<std::size_t>(after - records_.begin());
}

}  // namespace posthorn::trace
