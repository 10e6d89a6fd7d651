// The certificate authority of a world. Everything follows from the seed and the date: two worlds
// of one scenario have the same keys and the same certificates.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tls/certificate.hpp"

namespace posthorn::tls {

class Authority {
 public:
  /// `date`: when the world begins.
  Authority(std::uint64_t seed, std::chrono::sys_seconds date);

  /// Its own certificate, which every client of the world trusts.
  [[nodiscard]] const std::string& root() const { return root_; }  ///< DER
  [[nodiscard]] std::string root_pem() const;

  /// A certificate for `host`, or one that is wrong as asked for. The same question always gets
  /// the same answer.
  [[nodiscard]] std::shared_ptr<const Identity> issue(std::string_view host,
                                                      CertificateKind kind) const;

 private:
  std::uint64_t seed_;
  std::chrono::sys_seconds date_;
  std::string root_;
  std::string key_;  ///< DER
};

}  // namespace posthorn::tls
