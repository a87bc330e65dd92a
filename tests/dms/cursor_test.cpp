// Cursors open only whole, unchanged, and where they were made for.

#include "dms/cursor.h"

#include <gtest/gtest.h>

#include "dms/base/bytes.h"

namespace dms::test {
namespace {

const CursorSealer sealer(Secret(std::string(32, 'k')));
const std::string place("dossier\0\x01\xFFplace", 15);

TEST(Cursor, ComesBackWhereItWasMadeFor) {
  const std::string cursor = sealer.seal("GET /dossiers", place);
  EXPECT_EQ(sealer.open("GET /dossiers", cursor), place);
  EXPECT_EQ(sealer.seal("GET /dossiers", place), cursor) << "not stable";
}

TEST(Cursor, TheEndIsEmptyBothWays) {
  EXPECT_EQ(sealer.seal("GET /dossiers", ""), "");
  EXPECT_EQ(sealer.open("GET /dossiers", ""), "");
}

TEST(Cursor, IsRefusedForAnotherPurposeOrTenant) {
  const std::string cursor = sealer.seal("GET /dossiers", place);
  for (const char* purpose : {"GET /dossierX", "GET /dossier", "GET /dossierss", ""}) {
    const auto opened = sealer.open(purpose, cursor);
    ASSERT_FALSE(opened) << purpose;
    EXPECT_EQ(opened.error().code, ErrorCode::invalid);
    EXPECT_EQ(opened.error().fields.front().pointer, "/cursor");
  }
  EXPECT_FALSE(CursorSealer(Secret(std::string(32, 'x'))).open("GET /dossiers", cursor));
}

TEST(Cursor, PurposeAndPlaceDoNotRunIntoEachOther) {
  EXPECT_FALSE(sealer.open("ab", sealer.seal("a", "bplace")));
  EXPECT_NE(sealer.seal("ab", "c").substr(2, 20), sealer.seal("a", "bc").substr(2, 20));
}

TEST(Cursor, EveryFlippedBitIsNoticed) {
  const auto bytes = from_base64url(sealer.seal("p", place));
  ASSERT_TRUE(bytes);
  for (std::size_t i = 0; i < bytes->size() * 8; ++i) {
    std::string changed = *bytes;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    EXPECT_FALSE(sealer.open("p", to_base64url(changed))) << i;
  }
}

TEST(Cursor, EveryShorterOneAndNonsenseIsRefused) {
  const auto bytes = from_base64url(sealer.seal("p", place));
  ASSERT_TRUE(bytes);
  for (std::size_t length = 1; length < bytes->size(); ++length) {
    EXPECT_FALSE(sealer.open("p", to_base64url(bytes->substr(0, length)))) << length;
  }
  EXPECT_FALSE(sealer.open("p", "nicht base64!"));
  EXPECT_FALSE(sealer.open("p", std::string(1U << 20U, 'A')));
}

}  // namespace
}  // namespace dms::test
