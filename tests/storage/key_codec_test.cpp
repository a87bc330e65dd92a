// Composite keys keep order and never run into one another.

#include "storage/key_codec.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "storage/table.h"

namespace dms::storage {
namespace {

using namespace std::string_literals;

TEST(KeyCodec, TextComponentsCompareOneAfterTheOther) {
  const std::vector<std::string> words = {"",      "\0"s,   "\0\0"s,    "\0\x01"s, "\0\xff"s,
                                          "\x01"s, "a",     "a\0"s,     "a\0b"s,   "a\x01"s,
                                          "ab",    "\xff"s, "\xff\xff"s};
  std::vector<std::pair<std::string, std::string>> pairs;
  std::vector<std::string> keys;
  for (const std::string& first : words) {
    for (const std::string& second : words) pairs.emplace_back(first, second);
  }
  std::sort(pairs.begin(), pairs.end());
  for (const auto& [first, second] : pairs) {
    keys.push_back(KeyBuilder().text(first).text(second).take());
  }
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end());
}

TEST(KeyCodec, AComponentIsAPrefixOfItsOwnKeysOnly) {
  const std::string prefix = KeyBuilder().text("a").take();
  EXPECT_TRUE(KeyBuilder().text("a").text("b").take().starts_with(prefix));
  EXPECT_FALSE(KeyBuilder().text("ab").text("b").take().starts_with(prefix));
  EXPECT_FALSE(KeyBuilder().text("a\0"s).text("b").take().starts_with(prefix));
}

TEST(KeyCodec, NumbersSortAsNumbers) {
  EXPECT_LT(KeyBuilder().number(9).take(), KeyBuilder().number(10).take());
  EXPECT_LT(KeyBuilder().number(255).take(), KeyBuilder().number(256).take());
}

TEST(KeyCodec, ThePrefixEndIsTheFirstKeyBehind) {
  EXPECT_EQ(prefix_end("ab"), "ac");
  EXPECT_EQ(prefix_end("a\xff\xff"), "b");
  EXPECT_LT(std::string("a\xff\xff\xff"), prefix_end("a\xff\xff"));
}

}  // namespace
}  // namespace dms::storage
