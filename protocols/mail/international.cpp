#include "protocols/mail/international.hpp"

#define IDN2_SKIP_LIBIDN_COMPAT
#include <idn-free.h>
#include <idn2.h>
#include <stringprep.h>

#include <memory>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"

namespace posthorn::mail {
namespace {

/// The library gives its answers in memory of its own.
struct Release {
  void operator()(char* text) const { idn_free(text); }
};
using Owned = std::unique_ptr<char, Release>;

}  // namespace

std::string ascii_domain(std::string_view domain) {
  std::string name(domain);
  if (!is_ascii(domain) && is_valid_utf8(domain)) {
    char* out = nullptr;
    const int failed = idn2_to_ascii_8z(name.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (failed == IDN2_OK) name = out;
    if (out != nullptr) idn2_free(out);
  }
  for (char& c : name) c = to_lower(c);
  return name;
}

std::string prepared(std::string_view text) {
  std::string out(text);
  if (is_ascii(text) || !is_valid_utf8(text) || text.find('\0') != std::string_view::npos)
    return out;
  char* result = nullptr;
  const int failed = stringprep_profile(out.c_str(), &result, "SASLprep",
                                        static_cast<Stringprep_profile_flags>(0));
  const Owned owned(result);
  if (failed == STRINGPREP_OK) out = owned.get();
  return out;
}

}  // namespace posthorn::mail
