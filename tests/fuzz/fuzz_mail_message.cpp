// Any bytes are a message: the tree covers them, and everything read from it is valid UTF-8.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocols/mail/charset.hpp"
#include "protocols/mail/message.hpp"
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
    nullptr};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace posthorn::mail;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Message message = parse_message(bytes);
  if (!tree_faults(message).empty()) std::abort();
  if (!is_valid_utf8(best_text(message)) || !is_valid_utf8(subject(message))) std::abort();
  for (const Attachment& attachment : attachments(message))
    if (!is_valid_utf8(attachment.filename)) std::abort();
  (void)date(message);
  (void)references(message);
  const std::uint32_t path[] = {1, 2, 1};
  (void)find_part(message.root, path);
  return 0;
}
