// Names of things in a world, as numbers that never change meaning. 0 is "none".
#pragma once

#include <compare>
#include <cstdint>

namespace posthorn {

template <class Tag>
struct Id {
  std::uint32_t value = 0;
  explicit operator bool() const { return value != 0; }
  friend auto operator<=>(const Id&, const Id&) = default;
};

using HostId = Id<struct HostTag>;        ///< 1-based index into Scene::hosts
using LinkId = Id<struct LinkTag>;        ///< 1-based index into Scene::links
using ConnId = Id<struct ConnTag>;        ///< one TCP connection
using PacketId = Id<struct PacketTag>;    ///< one TCP segment or UDP datagram on its way
using MessageId = Id<struct MessageTag>;  ///< one letter, the same from Send to mailbox
using QueueId = Id<struct QueueTag>;      ///< one entry in one server's queue
using RecordId = Id<struct RecordTag>;    ///< 1-based position in the trace
using TextId = Id<struct TextTag>;        ///< an interned string of the trace
using BlobId = Id<struct BlobTag>;        ///< a run of bytes of the trace

/// The two ends of a connection.
enum class Side : std::uint8_t { client, server };
constexpr Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

/// What a connection or datagram speaks, decided by the port it goes to.
enum class Protocol : std::uint8_t { none, smtp, submission, lmtp, pop3, imap, dns };

}  // namespace posthorn
