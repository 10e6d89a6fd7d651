#include <array>

#include "tls/certificate.hpp"

namespace posthorn::tls {

std::string_view to_string(Verdict verdict) {
  constexpr std::array<std::string_view, 10> names = {"not asked for",
                                                      "valid",
                                                      "expired",
                                                      "not yet valid",
                                                      "wrong name",
                                                      "self-signed",
                                                      "unknown issuer",
                                                      "not valid",
                                                      "as its TLSA record says",
                                                      "not what its TLSA record says"};
  return names[static_cast<std::size_t>(verdict)];
}

}  // namespace posthorn::tls
