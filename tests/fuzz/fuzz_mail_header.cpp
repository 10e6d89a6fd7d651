// Fields, parameters, encoded-words and transfer encodings: any bytes in, valid UTF-8 out, and
// what we write is what we read.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocols/mail/charset.hpp"
#include "protocols/mail/encoded_word.hpp"
#include "protocols/mail/header.hpp"
#include "protocols/mail/transfer_encoding.hpp"

extern const char* const posthorn_fuzz_seeds[];
const char* const posthorn_fuzz_seeds[] = {
    "Subject: =?UTF-8?Q?=E3=81?= =?UTF-8?Q?=82?=\r\n x\r\n\r\n",
    "Re: =?ISO-2022-JP?B?GyRCMCY7UhsoQg==?= (c)",
    "text/plain; charset=\"utf-8\"; name*0*=iso-2022-jp''%1B$B; name*1*=%30%26",
    "attachment; filename=\"=?Shift_JIS?B?grGC8Q==?=.txt\"",
    "はじめてのメール",
    " leading and trailing ",
    "soft=\r\nbreak=41 \t\r\n.\r\nFrom x",
    nullptr};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace posthorn::mail;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Header header = parse_header(text);
  for (const HeaderField& field : header.fields)
    if (!is_valid_utf8(decode_encoded_words(field.value))) std::abort();
  for (const Parameter& parameter : parse_parameterized(text).parameters)
    if (!is_valid_utf8(parameter.value)) std::abort();
  if (base64_decode(base64_encode_lines(text)) != text) std::abort();
  if (quoted_printable_decode(quoted_printable_encode(text)) != text) std::abort();
  (void)base64_decode(text);
  (void)quoted_printable_decode(text);

  std::string clean = repair_utf8(text);
  for (char& c : clean)
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  for (const WireCharset charset : {WireCharset::utf8, WireCharset::iso2022jp}) {
    const std::string written = encode_unstructured(clean, 9, charset);
    if (decode_encoded_words(unfold(written)) != clean) std::abort();
  }
  return 0;
}
