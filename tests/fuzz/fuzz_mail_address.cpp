// Address lists never fail; what a strict address prints, it reads back as the same address.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocols/mail/address.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/date.hpp"

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {
    "aiko@sakura.example",
    "\"a b\"@[192.0.2.1]",
    "x@[IPv6:2001:db8::1]",
    "=?UTF-8?B?5oSb5a2Q?= <aiko@sakura.example>, \"Q. P\" <q@x.example>",
    "A Group(c):Chris <@a.test,@b.test:c@(h)public.example>,joe@x;",
    "Undisclosed recipients:;",
    "Fri, 21 Nov 1997 09:55:06 -0600 (comment)",
    "06-Apr-2026 09:00:00 +0900",
    "2026-04-06T09:00:00+09:00",
    nullptr};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace posthorn::mail;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto spec = AddrSpec::parse(text); spec && AddrSpec::parse(spec->to_string()) != spec)
    std::abort();
  const std::vector<Mailbox> mailboxes = parse_mailboxes(text);
  for (const Mailbox& mailbox : mailboxes)
    if (!is_valid_utf8(mailbox.display())) std::abort();
  const std::string written = format_mailboxes(mailboxes, 6);
  for (std::size_t at = written.find("\r\n"); at != std::string::npos;
       at = written.find("\r\n", at + 2))
    if (at + 2 >= written.size() || written[at + 2] != ' ') std::abort();  // a new line begins
  if (const auto date = parse_rfc5322(text); date && parse_rfc5322(format_rfc5322(*date)) != date)
    std::abort();
  if (const auto date = parse_imap(text); date && parse_imap(format_imap(*date)) != date)
    std::abort();
  (void)parse_imap_date(text);
  (void)parse_iso8601(text);
  return 0;
}
