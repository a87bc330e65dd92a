#include "dms/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace dms {
namespace {

Result<int> number(int value) {
  if (value < 0) return fail(ErrorCode::invalid, "negativ", "negative");
  return value;
}

Result<> check(int value) {
  DMS_TRY(number(value));
  return {};
}

Result<int> nested(int value) {
  const int inner = DMS_TRY(number(DMS_TRY(number(value)) - 1));
  DMS_TRY(check(inner));
  return inner;
}

Result<std::unique_ptr<int>> boxed(int value) {
  return std::make_unique<int>(DMS_TRY(number(value)));
}

Result<std::string> moved(int value) {
  const std::unique_ptr<int> box = DMS_TRY(boxed(value));
  return std::to_string(*box);
}

TEST(Result, TryYieldsTheValue) {
  EXPECT_EQ(nested(5).value(), 4);
  EXPECT_EQ(moved(7).value(), "7");
  EXPECT_TRUE(check(1).has_value());
}

TEST(Result, TryReturnsTheError) {
  const auto result = nested(0);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::invalid);
  EXPECT_EQ(result.error().message, (Message{"negativ", "negative"}));
  EXPECT_FALSE(moved(-1).has_value());
}

TEST(Error, NamesEveryCode) {
  EXPECT_EQ(to_string(ErrorCode::stale_version), "stale_version");
  EXPECT_EQ(to_string(ErrorCode::internal), "internal");
}

TEST(Error, KeepsTheOperatorsHintOutOfTheMessage) {
  const Error error = operator_error(ErrorCode::storage_full, "/secret/path: ENOSPC");
  EXPECT_EQ(error.hint, "/secret/path: ENOSPC");
  EXPECT_EQ(error.message.en.find("ENOSPC"), std::string::npos);
  EXPECT_NE(error.message.de.find("Speicherplatz"), std::string::npos);
}

TEST(Error, NamesTheFieldThatIsWrong) {
  const Error error = invalid_field("/subject", "fehlt", "is missing");
  EXPECT_EQ(error.code, ErrorCode::invalid);
  ASSERT_EQ(error.fields.size(), 1U);
  EXPECT_EQ(error.fields[0], (FieldError{"/subject", {"fehlt", "is missing"}}));
}

}  // namespace
}  // namespace dms
