#include "dms/signed_head.h"

#include <gtest/gtest.h>

#include <functional>

#include "dms/base/bytes.h"

namespace dms {
namespace {

SignedHead head(std::uint64_t sequence = 7) {
  SignedHead made;
  made.tenant = "musterbach";
  made.store = Uuid{{1, 2, 3}};
  made.sequence = sequence;
  made.hash.bytes[0] = 0xab;
  made.time = *parse_rfc3339("2026-11-29T08:00:00Z");
  sign_head(made, Secret(std::string(32, 'k')));
  return made;
}

// FOR EVER: what is signed. A change of this line makes every head that was sent elsewhere void.
TEST(SignedHead, TheSignedBytesNeverChange) {
  EXPECT_EQ(
      signed_part(head()),
      R"({"format":1,"tenant":"musterbach","store":"01020300-0000-0000-0000-000000000000",)"
      R"("sequence":7,"hash":"ab00000000000000000000000000000000000000000000000000000000000000",)"
      R"("time":"2026-11-29T08:00:00.000000Z",)"
      R"("public_key":"8320a51977d8c38ca8a4927c670df5821e449761945e15e9efb26a1509d230ea")");
  EXPECT_EQ(head_line(head()),
            signed_part(head()) + R"(,"signature":")" + head().signature + R"("})");
  EXPECT_TRUE(has_good_signature(head()));
  EXPECT_LT(head_line(head(~std::uint64_t{0})).size(), std::size_t{520});
}

TEST(SignedHead, EveryMemberIsSigned) {
  const auto holds = [](const std::function<void(SignedHead&)>& change) {
    SignedHead other = head();
    change(other);
    return has_good_signature(other);
  };
  EXPECT_TRUE(holds([](SignedHead&) {}));
  EXPECT_FALSE(holds([](SignedHead& other) { other.tenant = "nebenbach"; }));
  EXPECT_FALSE(holds([](SignedHead& other) { other.store.bytes[9] ^= 1; }));
  EXPECT_FALSE(holds([](SignedHead& other) { ++other.sequence; }));
  EXPECT_FALSE(holds([](SignedHead& other) { other.hash.bytes[31] ^= 1; }));
  EXPECT_FALSE(holds([](SignedHead& other) { other.time += std::chrono::seconds(1); }));
  EXPECT_FALSE(holds([](SignedHead& other) { other.public_key[0] ^= 1; }));
  EXPECT_FALSE(holds([](SignedHead& other) { other.signature = "00"; }));
}

TEST(SignedHead, IsReadOnlyAsItWasWritten) {
  const std::string line = head_line(head());
  ASSERT_TRUE(parse_head(line));
  EXPECT_EQ(head_line(*parse_head(line)), line);
  for (const std::string& other :
       {std::string(), line.substr(1), line.substr(0, line.size() - 1), line + " ", " " + line,
        "{\"format\": 1" + line.substr(11), "{\"format\":2" + line.substr(11),
        line.substr(0, line.size() - 1) + ",\"more\":1}", std::string("{}"),
        std::string(2000, '[')}) {
    EXPECT_FALSE(parse_head(other)) << other;
  }
  SignedHead nothing = head();
  nothing.sequence = 0;
  EXPECT_FALSE(parse_head(head_line(nothing)));
}

TEST(HeadFile, TellsTornFromDamaged) {
  const std::string one = head_line(head(1));
  const std::string two = head_line(head(2));
  const auto read = [](const std::string& text) { return parse_heads(text); };
  EXPECT_EQ(read("").lines.size(), 0U);
  EXPECT_EQ(read(one + "\n" + two + "\n").lines.size(), 2U);
  EXPECT_EQ(read(one + "\r\n\r\n" + two + "\r\n").lines.size(), 2U) << "as mail leaves it";
  EXPECT_EQ(read(one + "\n" + two).lines.size(), 2U) << "a whole head that lacks its end";

  const std::string torn = one + "\n" + two.substr(0, 100);
  EXPECT_EQ(read(torn).lines.size(), 1U);
  EXPECT_TRUE(read(torn).is_torn);
  EXPECT_EQ(read(torn).damaged, 0U);
  EXPECT_EQ(read(torn).whole_bytes, one.size() + 1);

  const HeadFile damaged = read(one + "\n" + two.substr(0, 100) + "\n" + two + "\nx\n");
  EXPECT_EQ(damaged.lines.size(), 2U);
  EXPECT_EQ(damaged.lines[1].number, 3U);
  EXPECT_EQ(damaged.damaged, 2U);
  EXPECT_EQ(damaged.first_damaged, 2U);
  EXPECT_FALSE(damaged.is_torn);
}

}  // namespace
}  // namespace dms
