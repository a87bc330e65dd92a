#include "dms/base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

#include "dms/base/digest.h"
#include "dms/base/random.h"

namespace dms {
namespace {

TEST(Bytes, HexRoundTrips) {
  const std::string bytes("\x00\x7f\x80\xff", 4);
  EXPECT_EQ(to_hex(bytes), "007f80ff");
  EXPECT_EQ(from_hex("007F80ff"), bytes);
  EXPECT_FALSE(from_hex("0").has_value());
  EXPECT_FALSE(from_hex("0g").has_value());
  EXPECT_FALSE(from_hex(" 0").has_value());
}

TEST(Bytes, Base64urlMatchesTheStandardsVectors) {
  const std::pair<std::string, std::string> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
}

TEST(Bytes, Base64urlIsStrict) {
  for (const std::string text : {"Zg==", "Zh", "Z", "Zm9v\n", "Zm+v", "Zm/v", "Zm9vY"}) {
    EXPECT_FALSE(from_base64url(text).has_value()) << text;
  }
}

TEST(Bytes, Base64urlRoundTripsRandomBytes) {
  for (std::size_t size = 0; size < 100; ++size) {
    const std::string bytes = random_bytes(size);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
}

TEST(Bytes, BigEndianKeepsTheOrderOfNumbers) {
  std::string previous;
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256},
        std::uint64_t{1} << 63U, std::numeric_limits<std::uint64_t>::max()}) {
    std::string key;
    append_big_endian(key, value);
    EXPECT_EQ(key.size(), 8U);
    EXPECT_LT(previous, key);
    EXPECT_EQ(read_big_endian_64(key), value);
    previous = key;
  }
  std::string key;
  append_big_endian(key, std::uint32_t{0x01020304});
  EXPECT_EQ(to_hex(key), "01020304");
  EXPECT_EQ(read_big_endian_32(key + "rest"), 0x01020304U);
  EXPECT_FALSE(read_big_endian_64(key).has_value());
}

TEST(Bytes, ComparesInConstantTimeByContent) {
  EXPECT_TRUE(equal_constant_time("abc", "abc"));
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_FALSE(equal_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_constant_time("abc", "ab"));
}

TEST(Digest, MatchesTheStandardsVectors) {
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, IsTheSameInPieces) {
  Sha256 hash;
  hash.update("a");
  hash.update("");
  Sha256 moved = std::move(hash);
  moved.update("bc");
  EXPECT_EQ(moved.finish(), sha256("abc"));
}

TEST(Digest, ReadsBackItsForms) {
  const Sha256Digest digest = sha256("abc");
  EXPECT_EQ(Sha256Digest::from_hex(digest.hex()), digest);
  EXPECT_EQ(Sha256Digest::from_raw(digest.raw()), digest);
  EXPECT_FALSE(Sha256Digest::from_hex("ba78").has_value());
  EXPECT_FALSE(Sha256Digest::from_raw("abc").has_value());
}

}  // namespace
}  // namespace dms
