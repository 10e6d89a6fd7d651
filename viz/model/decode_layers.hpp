// The layers of a frame, one function each. Reads any octets: what is too short ends the reading,
// what is left over is a field of its own.
#pragma once

#include "viz/model/decode.hpp"

namespace posthorn::viz {

class LayerReader {
 public:
  LayerReader(std::string_view frame, std::vector<Field>& out) : frame_(frame), out_(out) {}

  /// Ethernet, IPv4 or IPv6, TCP or UDP.
  void network();
  /// A DNS message; `length`: with the two octets in front that TCP needs (RFC 1035 §4.2.2).
  void dns(bool length);
  /// TLS records; one that began in an earlier packet is only octets.
  void tls();
  /// Commands and replies, a line each.
  void lines(Protocol protocol, bool replies);
  /// A piece of a letter; `header`: it begins among the header fields.
  void letter(bool header);
  /// What nobody has read.
  void finish();

 private:
  [[nodiscard]] std::uint32_t left() const {
    return static_cast<std::uint32_t>(frame_.size()) - at_;
  }
  [[nodiscard]] std::uint32_t number(std::uint32_t at, int octets) const;
  /// A field of the next octets; returns its index.
  std::size_t add(int depth, LocalText label, std::string value, std::uint32_t octets,
                  LocalText hint = {});
  /// A field around what follows; close() ends it where the reader then stands.
  std::size_t open(int depth, LocalText label, std::string value = {}, LocalText hint = {});
  void close(std::size_t index) { out_[index].end = at_; }

  bool ethernet();
  bool ipv4();
  bool ipv6();
  void tcp(std::uint32_t end);
  void tcp_options(std::uint32_t end);
  void udp(std::uint32_t end);
  void hello(std::uint32_t end);
  void hello_extension(std::uint32_t end, bool client);
  void dns_question(std::uint32_t message);
  bool dns_record(std::uint32_t message, const LocalText& section);

  std::string_view frame_;
  std::vector<Field>& out_;
  std::uint32_t at_ = 0;
  std::uint32_t ip_begin_ = 0;  ///< for the pseudo header
  bool v6_ = false;
  bool more_ = true;  ///< the layers so far made sense
};

/// "ClientHello", or "sealed, 120 octets".
std::string tls_summary(std::string_view bytes);
/// "MX? kaede.example", or "MX kaede.example: 2 answers".
std::string dns_summary(std::string_view message);
/// A name at `at` of a message; compression pointers are followed, at most 64 labels. `used`: the
/// octets it takes there. "" if it makes no sense.
std::string dns_name(std::string_view message, std::uint32_t at, std::uint32_t& used);

}  // namespace posthorn::viz
