#include "dms/base/aead.h"

#include <gtest/gtest.h>

#include "dms/base/bytes.h"
#include "dms/base/random.h"

namespace dms {
namespace {

Secret secret_from_hex(std::string_view hex) {
  return Secret(from_hex(hex).value());
}

// RFC 5869, A.1 and A.3.
TEST(Hkdf, KnownAnswers) {
  const Secret key(std::string(22, '\x0b'));
  EXPECT_EQ(to_hex(hkdf_sha256(key, *from_hex("000102030405060708090a0b0c"),
                               *from_hex("f0f1f2f3f4f5f6f7f8f9"), 42)
                       .expose()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf_sha256(key, "", "", 42).expose()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

// The GCM specification (McGrew, Viega), test case 15.
TEST(SealedMessage, OpensAKnownAnswer) {
  const Secret key =
      secret_from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const std::string plain =
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
      "b525b16aedf5aa0de657ba637b391aafd255";
  const std::string sealed =
      "cafebabefacedbaddecaf888"
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056"
      "828838c5f61e6393ba7a0abcc9f662898015ad"
      "b094dac5d93471bdec1a502270e3cc6c";
  const auto opened = open_message(key, *from_hex(sealed), "");
  ASSERT_TRUE(opened);
  EXPECT_EQ(to_hex(opened->expose()), plain);
}

TEST(SealedMessage, OpensOnlyWhatWasSealed) {
  const Secret key(random_bytes(aead_key_bytes));
  const std::string sealed = seal_message(key, "geheim", "zweck");
  EXPECT_EQ(sealed.size(), aead_nonce_bytes + 6 + aead_tag_bytes);
  ASSERT_TRUE(open_message(key, sealed, "zweck"));
  EXPECT_EQ(open_message(key, sealed, "zweck")->expose(), "geheim");
  EXPECT_FALSE(open_message(key, sealed, "anderer"));
  EXPECT_FALSE(open_message(Secret(random_bytes(aead_key_bytes)), sealed, "zweck"));
  EXPECT_NE(seal_message(key, "geheim", "zweck"), sealed) << "a nonce came twice";
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(open_message(key, changed, "zweck")) << at;
    EXPECT_FALSE(open_message(key, sealed.substr(0, at), "zweck")) << at;
  }
}

class Segments : public testing::Test {
 protected:
  const Secret key{random_bytes(aead_key_bytes)};
  const std::string salt = random_bytes(SegmentCipher::salt_bytes);
  const SegmentCipher cipher{key, salt, "test"};
};

TEST_F(Segments, OpenInAnyOrderByWhoHasKeyAndSalt) {
  std::string first;
  std::string second;
  std::string empty;
  cipher.seal({.index = 0}, "erstes", first);
  cipher.seal({.index = 1, .is_last = true}, "zweites", second);
  cipher.seal({.index = 7}, "", empty);
  EXPECT_EQ(first.size(), 6 + aead_tag_bytes);
  const SegmentCipher other(key, salt, "test");
  std::string out = "davor ";
  ASSERT_TRUE(other.open({.index = 1, .is_last = true}, second, out));
  ASSERT_TRUE(other.open({.index = 7}, empty, out));
  ASSERT_TRUE(other.open({.index = 0}, first, out));
  EXPECT_EQ(out, "davor zweiteserstes");
}

TEST_F(Segments, OpenAtTheirPlaceOnly) {
  std::string sealed;
  cipher.seal({.index = 3}, "bytes", sealed);
  std::string out = "unberührt";
  EXPECT_FALSE(cipher.open({.index = 4}, sealed, out));
  EXPECT_FALSE(cipher.open({.index = 3, .is_last = true}, sealed, out));
  EXPECT_FALSE(SegmentCipher(key, salt, "anderes").open({.index = 3}, sealed, out));
  EXPECT_FALSE(SegmentCipher(key, random_bytes(SegmentCipher::salt_bytes), "test")
                   .open({.index = 3}, sealed, out));
  EXPECT_FALSE(SegmentCipher(Secret(random_bytes(aead_key_bytes)), salt, "test")
                   .open({.index = 3}, sealed, out));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 0x80);
    EXPECT_FALSE(cipher.open({.index = 3}, changed, out)) << at;
    EXPECT_FALSE(cipher.open({.index = 3}, sealed.substr(0, at), out)) << at;
  }
  EXPECT_EQ(out, "unberührt");
}

}  // namespace
}  // namespace dms
