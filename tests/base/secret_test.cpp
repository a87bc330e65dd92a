#include "dms/base/secret.h"

#include <gtest/gtest.h>

#include <cstring>
#include <new>
#include <ostream>
#include <type_traits>

namespace dms {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

// The bytes an object leaves behind: it lives in a buffer that outlives it.
struct Remains {
  alignas(Secret) unsigned char bytes[sizeof(Secret)] = {};
  bool contain(std::string_view needle) const {
    // Read as volatile: the compiler knows that the object's lifetime has ended.
    const volatile unsigned char* begin = bytes;
    return std::string(begin, begin + sizeof(bytes)).find(needle) != std::string::npos;
  }
};

TEST(Secret, LeavesNothingBehindWhenDestroyed) {
  Remains remains;
  auto* secret = new (remains.bytes) Secret(std::string("hunter2hunter"));
  ASSERT_TRUE(remains.contain("hunter2")) << "the text is short enough to lie in the object";
  secret->~Secret();
  EXPECT_FALSE(remains.contain("unter"));
}

TEST(Secret, LeavesNothingBehindWhenMovedOrOverwritten) {
  Remains remains;
  auto* secret = new (remains.bytes) Secret(std::string("hunter2hunter"));
  const Secret moved = std::move(*secret);
  EXPECT_EQ(moved.expose(), "hunter2hunter");
  EXPECT_FALSE(remains.contain("unter"));
  *secret = moved;
  EXPECT_TRUE(remains.contain("unter"));
  *secret = Secret(std::string("x"));
  EXPECT_FALSE(remains.contain("unter"));
  EXPECT_EQ(secret->expose(), "x");
  secret->~Secret();
}

TEST(Secret, SurvivesAssignmentToItself) {
  Secret secret(std::string(100, 's'));
  Secret& alias = secret;
  secret = alias;
  EXPECT_EQ(secret.expose(), std::string(100, 's'));
  EXPECT_TRUE(Secret().empty());
}

}  // namespace
}  // namespace dms
