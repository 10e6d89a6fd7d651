// Any bytes are a message: the ranges of its tree are nested and put together again are the same
// bytes, everything read from it is valid UTF-8, and what is converted for 7-bit servers is ASCII.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocols/mail/charset.hpp"
#include "protocols/mail/message.hpp"
#include "protocols/mail/seven_bit.hpp"
#include "protocols/mail/surrogate.hpp"
#include "tests/protocols/mail/tree_check.hpp"

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {
    "From: a@x.example\r\nSubject: hi\r\n\r\nHello\r\n",
    "Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\n\r\none\r\n--b\r\n"
    "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ntext\r\n--b--\r\nepilogue",
    "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B0&;R\x1b(B\r\n",
    "Content-Type: text/html\r\nContent-Transfer-Encoding: "
    "quoted-printable\r\n\r\n<p>=41&#x41;</p>",
    "--b\r\n",
    "--b--\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Disposition: attachment; filename*0*=UTF-8''%E5; filename*1=\"x\"\r\n",
    "Content-Type: multipart/digest; boundary=\"b\"\r\n\r\n",
    "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n> a \r\n> b \r\n-- \r\n",
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=latin1\r\n\r\ncaf\xe9\r\n",
    "Content-Transfer-Encoding: 8bit\r\n",
    "Subject: =?iso-2022-jp?B?GyRC?= =?UTF-8?q?=e3?= =?UTF-8?B?44G?=\xb1\r\n",
    "Content-Type: text/plain; charset=iso-2022-jp\r\r\n\r\r\n\x1b$(D0!\x0e\x31\x0f\xb1\r\r\n",
    "Content-Type: text/plain charset=utf-7; name=a (1).b\r\nDate: Mon Apr  6 09 : 00 JST 2026\r\n",
    "To: \xe6\x84\x9b: \xc3\xa9 <\xc3\xa9@x.example>, b;\r\nReceived: \xc3\xa9\r\n",
    "From aiko Mon Apr  6 09:00:00 2026\nSubject : old\n\nbody\n",
    nullptr};

namespace {

/// Every leaf, also inside attached messages.
void read_leaves(const posthorn::mail::Message& message, const posthorn::mail::Part& part) {
  using namespace posthorn::mail;
  if (part.children.empty() && !is_valid_utf8(decoded_text(message, part))) std::abort();
  if (!is_valid_utf8(part.filename())) std::abort();
  for (const Part& child : part.children) read_leaves(message, child);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace posthorn::mail;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Message message = parse_message(bytes);
  if (!tree_faults(message).empty()) std::abort();
  if (!is_valid_utf8(best_text(message)) || !is_valid_utf8(subject(message))) std::abort();
  for (const Attachment& attachment : attachments(message))
    if (!is_valid_utf8(attachment.filename)) std::abort();
  read_leaves(message, message.root);
  if (const auto converted = to_seven_bit(bytes); converted.ok() && !is_ascii(*converted))
    std::abort();
  if (const auto simple = surrogate(bytes); simple && !tree_faults(parse_message(*simple)).empty())
    std::abort();
  (void)date(message);
  (void)references(message);
  const std::uint32_t path[] = {1, 2, 1};
  (void)find_part(message.root, path);
  return 0;
}
