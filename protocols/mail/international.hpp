// Names and passwords beyond ASCII, in the one form in which they can be compared (libidn2; libidn
// for SASLprep).
#pragma once

#include <string>
#include <string_view>

namespace posthorn::mail {

/// A domain as DNS knows it: lower case, labels beyond ASCII as A-labels (RFC 5890 §2.3.2.1):
/// "Bücher.example" is "xn--bcher-kva.example". What cannot be written so is only lower case.
[[nodiscard]] std::string ascii_domain(std::string_view domain);

/// A user name or password by SASLprep (RFC 4013): composed and decomposed letters, full-width and
/// half-width ones, and all kinds of spaces are the same. What it forbids stays as it is.
[[nodiscard]] std::string prepared(std::string_view text);

}  // namespace posthorn::mail
