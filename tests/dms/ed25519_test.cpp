#include "dms/ed25519.h"

#include <gtest/gtest.h>

#include "dms/base/bytes.h"

namespace dms {
namespace {

std::string raw(std::string_view hex) {
  return from_hex(hex).value_or("");
}

// RFC 8032, 7.1, tests 1 and 3.
struct Vector {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};
constexpr Vector vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"}};

TEST(Ed25519, SignsAsTheStandardSays) {
  for (const Vector& each : vectors) {
    const Secret seed(raw(each.seed));
    EXPECT_EQ(to_hex(ed25519_public_key(seed)), each.public_key);
    EXPECT_EQ(to_hex(ed25519_sign(seed, raw(each.message))), each.signature);
    EXPECT_TRUE(ed25519_verifies({raw(each.public_key), raw(each.signature)}, raw(each.message)));
  }
}

TEST(Ed25519, RefusesEveryOtherBit) {
  const std::string key = raw(vectors[1].public_key);
  const std::string signature = raw(vectors[1].signature);
  for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    std::string other = signature;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(ed25519_verifies({key, other}, raw("af82"))) << bit;
  }
  EXPECT_FALSE(ed25519_verifies({key, signature}, raw("af83")));
  EXPECT_FALSE(ed25519_verifies({key, signature.substr(1)}, raw("af82")));
  EXPECT_FALSE(ed25519_verifies({"", ""}, raw("af82")));
}

}  // namespace
}  // namespace dms
