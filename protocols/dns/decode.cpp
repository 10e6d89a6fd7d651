// Reading messages. Everything is checked against the datagram's end; a compression pointer must
// lead to an earlier place than the labels it ends, so that no chain of pointers can loop.
#include "protocols/dns/message.hpp"

namespace posthorn::dns {
namespace {

/// A cursor over the datagram that remembers the first mistake; reading on after one is harmless.
class Reader {
 public:
  explicit Reader(std::string_view data) : data_(data), end_(data.size()) {}

  [[nodiscard]] bool failed() const { return error_ != nullptr; }
  [[nodiscard]] const char* error() const { return error_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return end_ - at_; }
  void fail(const char* why) {
    if (error_ == nullptr) error_ = why;
    at_ = end_;
  }

  std::uint8_t u8() {
    if (left() < 1) return fail("it ends in the middle"), std::uint8_t{0};
    return static_cast<std::uint8_t>(data_[at_++]);
  }
  std::uint16_t u16() {
    const unsigned high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16 | u16();
  }
  std::string bytes(std::size_t count) {
    if (left() < count) return fail("it ends in the middle"), std::string();
    at_ += count;
    return std::string(data_.substr(at_ - count, count));
  }
  Name name();

  /// Narrows the cursor to the next `count` octets; returns the former end for leave().
  std::size_t enter(std::size_t count) {
    const std::size_t outer = end_;
    if (left() < count)
      fail("it ends in the middle");
    else
      end_ = at_ + count;
    return outer;
  }
  void leave(std::size_t outer) {
    if (at_ != end_) fail("a record's length disagrees with its contents");
    end_ = outer;
    if (failed()) at_ = end_;
  }

 private:
  std::string_view data_;
  std::size_t at_ = 0;
  std::size_t end_;
  const char* error_ = nullptr;
};

/// Follows one name: labels, then perhaps a pointer to more of them, and so on.
class NameReader {
 public:
  NameReader(std::string_view data, std::size_t at, std::size_t end)
      : data_(data), cursor_(at), end_(end), run_(at) {}

  /// Null when all is well.
  const char* read() {
    for (;;) {
      if (cursor_ >= end_) return "a name leads outside";
      const auto length = static_cast<std::uint8_t>(data_[cursor_]);
      const char* error = nullptr;
      if ((length & 0xc0) == 0xc0) {
        error = follow_pointer();
      } else if (length > kMaxLabel) {
        error = "a label of an unknown kind";
      } else if (length == 0) {
        if (hops_ == 0) after_ = cursor_ + 1;
        return nullptr;
      } else {
        error = take_label(length);
      }
      if (error != nullptr) return error;
    }
  }
  [[nodiscard]] std::string_view wire() const { return wire_; }
  /// Where reading goes on behind the name.
  [[nodiscard]] std::size_t after() const { return after_; }

 private:
  const char* follow_pointer() {
    if (cursor_ + 2 > end_) return "a name leads outside";
    const unsigned high = static_cast<std::uint8_t>(data_[cursor_]) & 0x3fu;
    const std::size_t target = high << 8 | static_cast<std::uint8_t>(data_[cursor_ + 1]);
    if (target >= run_) return "a compression pointer does not lead backwards";
    if (hops_ == 0) after_ = cursor_ + 2;
    if (++hops_ > kMaxHops) return "too many compression pointers in a name";
    run_ = cursor_ = target;
    end_ = data_.size();  // what stands earlier is bounded by the datagram, not by this record
    return nullptr;
  }
  const char* take_label(std::size_t length) {
    if (cursor_ + 1 + length > end_) return "a name leads outside";
    if (wire_.size() + length + 2 > kMaxName) return "a domain name longer than 255 octets";
    wire_ += data_.substr(cursor_, 1 + length);
    cursor_ += 1 + length;
    return nullptr;
  }

  static constexpr int kMaxHops = kMaxName / 2;  ///< as many as a name can have labels
  std::string_view data_;
  std::size_t cursor_, end_;
  std::size_t run_;  ///< where the labels being read began: a pointer must go before that
  std::size_t after_ = 0;
  int hops_ = 0;
  std::string wire_;
};

Name Reader::name() {
  NameReader reader(data_, at_, end_);
  if (const char* error = reader.read(); error != nullptr) {
    fail(error);
    return {};
  }
  at_ = reader.after();
  return Name::from_wire(reader.wire()).value();
}

IpAddress read_address(Reader& reader, bool v6) {
  IpAddress address;
  address.v6 = v6;
  const std::string bytes = reader.bytes(v6 ? 16 : 4);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    address.bytes[i] = static_cast<std::uint8_t>(bytes[i]);
  return address;
}

Soa read_soa(Reader& reader) {
  Soa soa;
  soa.primary = reader.name();
  soa.mailbox = reader.name();
  for (std::uint32_t* field : {&soa.serial, &soa.refresh, &soa.retry, &soa.expire, &soa.minimum})
    *field = reader.u32();
  return soa;
}

Txt read_txt(Reader& reader) {
  Txt txt;
  while (reader.left() > 0) txt.strings.push_back(reader.bytes(reader.u8()));
  return txt;
}

Tlsa read_tlsa(Reader& reader, std::size_t length) {
  Tlsa tlsa;
  for (std::uint8_t* field : {&tlsa.usage, &tlsa.selector, &tlsa.matching}) *field = reader.u8();
  tlsa.data = reader.bytes(length < 3 ? 0 : length - 3);
  return tlsa;
}

Srv read_srv(Reader& reader) {
  Srv srv;
  for (std::uint16_t* field : {&srv.priority, &srv.weight, &srv.port}) *field = reader.u16();
  srv.target = reader.name();  // compressed by some, though RFC 2782 forbids it (RFC 3597 §4)
  return srv;
}

Rdata read_rdata(Reader& reader, RecordType type, std::uint16_t rr_class, std::size_t length) {
  if (rr_class != kClassIn) return Unknown{type, reader.bytes(length)};
  switch (type) {
    case RecordType::a:
      return A{read_address(reader, false)};
    case RecordType::aaaa:
      return Aaaa{read_address(reader, true)};
    case RecordType::ns:
      return Ns{reader.name()};
    case RecordType::cname:
      return Cname{reader.name()};
    case RecordType::ptr:
      return Ptr{reader.name()};
    case RecordType::mx: {
      const std::uint16_t preference = reader.u16();
      return Mx{preference, reader.name()};
    }
    case RecordType::txt:
      return read_txt(reader);
    case RecordType::srv:
      return read_srv(reader);
    case RecordType::tlsa:
      return read_tlsa(reader, length);
    case RecordType::soa:
      return read_soa(reader);
    default:
      return Unknown{type, reader.bytes(length)};
  }
}

Record read_record(Reader& reader) {
  Record record;
  record.name = reader.name();
  const auto type = static_cast<RecordType>(reader.u16());
  record.rr_class = reader.u16();
  record.ttl = reader.u32();
  // RFC 2181 §8: a TTL with the top bit set is read as zero. OPT uses the field for flags.
  if (record.ttl > 0x7fffffff && record.rr_class == kClassIn && type != RecordType::opt)
    record.ttl = 0;
  const std::size_t length = reader.u16();
  const std::size_t outer = reader.enter(length);
  record.data = read_rdata(reader, type, record.rr_class, length);
  reader.leave(outer);
  return record;
}

Header read_header(Reader& reader) {
  Header header;
  header.id = reader.u16();
  const unsigned flags = reader.u16();
  header.response = (flags & 0x8000) != 0;
  header.opcode = static_cast<Opcode>(flags >> 11 & 15);
  header.authoritative = (flags & 0x0400) != 0;
  header.truncated = (flags & 0x0200) != 0;
  header.recursion_desired = (flags & 0x0100) != 0;
  header.recursion_available = (flags & 0x0080) != 0;
  header.reserved = static_cast<std::uint8_t>(flags >> 4 & 7);
  header.rcode = static_cast<Rcode>(flags & 15);
  return header;
}

/// The counts are only a promise: nothing is reserved for them, and reading stops at the first
/// record that is not there.
void read_section(Reader& reader, std::size_t count, std::vector<Record>& records) {
  for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
    Record record = read_record(reader);
    if (!reader.failed()) records.push_back(std::move(record));
  }
}

/// RFC 6891 §6.1.3: OPT keeps its own fields where records have class and TTL.
void take_edns(Reader& reader, const Record& opt, Message& message) {
  if (message.edns) return reader.fail("a second OPT");
  if (!opt.name.is_root()) return reader.fail("an OPT that does not belong to the root");
  Edns edns;
  edns.udp_payload = opt.rr_class;
  edns.version = static_cast<std::uint8_t>(opt.ttl >> 16 & 0xff);
  edns.dnssec_ok = (opt.ttl & 0x8000) != 0;
  Reader options(std::get<Unknown>(opt.data).bytes);
  while (options.left() > 0) {
    EdnsOption option;
    option.code = options.u16();
    option.bytes = options.bytes(options.u16());
    edns.options.push_back(std::move(option));
  }
  if (options.failed()) return reader.fail("EDNS options that do not fit into their OPT");
  const unsigned high = opt.ttl >> 24;
  message.header.rcode =
      static_cast<Rcode>(high << 4 | static_cast<unsigned>(message.header.rcode));
  message.edns = std::move(edns);
}

void lift_edns(Reader& reader, Message& message) {
  for (const Record& record : message.additional)
    if (record.type() == RecordType::opt && !reader.failed()) take_edns(reader, record, message);
  std::erase_if(message.additional,
                [](const Record& record) { return record.type() == RecordType::opt; });
}

}  // namespace

Result<Header> decode_header(std::string_view datagram) {
  if (datagram.size() < 12) return Error{"a DNS message shorter than its header of 12 octets"};
  Reader reader(datagram);
  return read_header(reader);
}

Result<Message> decode(std::string_view datagram) {
  if (datagram.size() > kMaxMessage) return Error{"a DNS message longer than 65535 octets"};
  if (datagram.size() < 12) return Error{"a DNS message shorter than its header of 12 octets"};
  Reader reader(datagram);
  Message message;
  message.header = read_header(reader);
  const std::size_t questions = reader.u16(), answers = reader.u16();
  const std::size_t authority = reader.u16(), additional = reader.u16();
  for (std::size_t i = 0; i < questions && !reader.failed(); ++i) {
    Question question;
    question.name = reader.name();
    question.type = static_cast<RecordType>(reader.u16());
    question.rr_class = reader.u16();
    if (!reader.failed()) message.questions.push_back(std::move(question));
  }
  read_section(reader, answers, message.answers);
  read_section(reader, authority, message.authority);
  read_section(reader, additional, message.additional);
  if (!reader.failed()) lift_edns(reader, message);
  if (!reader.failed() && reader.left() > 0) reader.fail("octets are left over behind it");
  if (reader.failed()) return Error{std::string("a malformed DNS message: ") + reader.error()};
  return message;
}

}  // namespace posthorn::dns
