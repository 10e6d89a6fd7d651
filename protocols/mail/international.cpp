#include "protocols/mail/international.hpp"

#define IDN2_SKIP_LIBIDN_COMPAT
#include <idn-free.h>
#include <idn2.h>
#include <stringprep.h>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"

namespace posthorn::mail {
namespace {

/// Puts what a library has found into `into`, and gives its memory back.
void take(bool found, char* text, void (*release)(void*), std::string& into) {
  if (found) into = text;
  if (text != nullptr) release(text);
}

}  // namespace

std::string ascii_domain(std::string_view domain) {
  std::string name(domain);
  if (!is_ascii(domain) && is_valid_utf8(domain)) {
    char* out = nullptr;
    const int status = idn2_to_ascii_8z(name.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    take(status == IDN2_OK, out, idn2_free, name);
  }
  for (char& c : name) c = to_lower(c);
  return name;
}

std::string prepared(std::string_view text) {
  std::string out(text);
  if (is_ascii(text) || !is_valid_utf8(text) || text.find('\0') != std::string_view::npos)
    return out;
  char* result = nullptr;
  const int status = stringprep_profile(out.c_str(), &result, "SASLprep",
                                        static_cast<Stringprep_profile_flags>(0));
  take(status == STRINGPREP_OK, result, idn_free, out);
  return out;
}

}  // namespace posthorn::mail
