// A file of 4 GiB goes in and comes out through a real Store, under the default limits.

#include <gtest/gtest.h>

#include <cstring>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "storage/store.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms::storage {
namespace {

constexpr std::uint64_t mebibyte = 1U << 20U;
constexpr std::uint64_t size = 4096 * mebibyte;

// Each mebibyte of the file says which it is, at its beginning; the rest is the same everywhere.
void mark(std::string& block, std::uint64_t index) {
  std::memcpy(block.data(), &index, sizeof(index));
}

TEST(ContentLarge, KeepsAFileOfFourGibibytes) {
  test::TempDir folder;
  test::FakeClock clock;
  NullLog log;
  MetricsRegistry metrics;
  StorageEnvironment environment({}, clock, log, metrics);
  StoreOptions options;
  options.folder = folder / "store";
  options.name = "large";
  options.disk_reserve_bytes = 1;
  auto store = Store::open(environment, options);
  ASSERT_TRUE(store) << store.error().hint;

  std::string block(mebibyte, 'x');
  Sha256 hash;
  auto writer = (*store)->write_content({});
  ASSERT_TRUE(writer);
  for (std::uint64_t index = 0; index < size / mebibyte; ++index) {
    mark(block, index);
    hash.update(block);
    ASSERT_TRUE((*writer)->append(block));
  }
  const auto staged = (*writer)->finish();
  ASSERT_TRUE(staged) << staged.error().hint;
  EXPECT_EQ(staged->id().size, size);
  EXPECT_EQ(staged->id().sha256, hash.finish());

  const auto reader = (*store)->read_content(staged->id());
  ASSERT_TRUE(reader);
  for (std::uint64_t index = 0; index < size / mebibyte; ++index) {
    mark(block, index);
    const auto read = (*reader)->read(index * mebibyte, mebibyte);
    ASSERT_TRUE(read && *read == block) << index;
  }
  EXPECT_EQ((*reader)->read(size - 3, 100), "xxx");
}

}  // namespace
}  // namespace dms::storage
