#include "protocols/core/result.hpp"

#include <memory>

#include "tests/support/catch.hpp"

using posthorn::Error;
using posthorn::Result;

namespace {
Result<int> half(int number) {
  if (number % 2 != 0) return Error{"odd"};
  return number / 2;
}
}  // namespace

TEST_CASE("A Result holds a value or an error") {
  const auto good = half(4);
  REQUIRE(good.ok());
  CHECK(*good == 2);
  const auto bad = half(3);
  REQUIRE_FALSE(bad);
  CHECK(bad.error() == Error{"odd"});
}

TEST_CASE("A Result can hold what can only be moved") {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  std::unique_ptr<int> taken = *std::move(result);
  CHECK(*taken == 7);
}

TEST_CASE("Value and error may be of the same type family without confusion") {
  const Result<std::string, Error> text(std::string("fine"));
  CHECK(text.ok());
  CHECK(text->size() == 4);
  Result<std::string> changeable(std::string("a"));
  changeable->push_back('b');
  CHECK(changeable.value() == "ab");
}
