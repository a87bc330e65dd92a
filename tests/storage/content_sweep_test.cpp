// Deduplication, leases and sweeping: what is used stays, what nobody names goes, down to the disk.

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <thread>

#include "content_harness.h"

namespace dms::storage {
namespace {

using ContentSweepTest = ContentTest;

constexpr std::size_t small_size = 20'000;
constexpr std::size_t large_size = 5 * mebibyte + 3;

// Whether a thread of this process sleeps, on a lock for instance.
bool is_waiting(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string stat;
  std::getline(file, stat);
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.compare(name_end, 3, ") S") == 0;
}

// ---- deduplication

TEST_F(ContentSweepTest, StoresEqualBytesOnceWithinADomain) {
  for (const std::size_t size : {small_size, large_size}) {
    const std::string bytes = make_bytes(size, size);
    const ContentId first = harness_.file(bytes, make_owner(1));
    const Manifest manifest = harness_.manifest(first);
    const ContentId second = harness_.file(bytes, make_owner(2));
    EXPECT_EQ(first, second);
    EXPECT_EQ(harness_.manifest(first), manifest) << "the first one's chunks are kept";
    EXPECT_EQ(harness_.read_all(first), bytes);
  }
  harness_.sweep();
  EXPECT_EQ(harness_.count_chunks(Family::content), 1U);
  EXPECT_EQ(harness_.count_chunks(Family::content_large), 6U) << "the second upload's are gone";
  EXPECT_EQ(harness_.count_records(tag_intent), 0U);
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentSweepTest, NeverSharesBytesBetweenDomains) {
  const std::string bytes = make_bytes(small_size, 1);
  const ContentId here = harness_.file(bytes, make_owner(1));
  const ContentId there = harness_.file(bytes, make_owner(2), {make_owner(77)});
  EXPECT_NE(harness_.manifest(here).runs, harness_.manifest(there).runs);
  ASSERT_TRUE(harness_.release(here, make_owner(1)));
  EXPECT_EQ(harness_.sweep(), small_size);
  EXPECT_FALSE(harness_.read_all(here));
  EXPECT_EQ(harness_.read_all(there), bytes);
}

TEST_F(ContentSweepTest, StoresOnceWhatManyUploadAtTheSameMoment) {
  const std::string small = make_bytes(small_size, 1);
  const std::string large = make_bytes(2 * mebibyte, 2);
  std::atomic<int> failures{0};
  std::vector<std::thread> uploads;
  for (std::uint8_t i = 0; i < 8; ++i) {
    uploads.emplace_back([&, i] {
      const auto staged = harness_.stage(i % 2 == 0 ? small : large);
      if (!staged || !harness_.name(*staged, make_owner(i))) ++failures;
    });
  }
  for (std::thread& upload : uploads) upload.join();
  EXPECT_EQ(failures, 0);
  harness_.sweep();
  EXPECT_EQ(harness_.count_records(tag_manifest), 2U);
  EXPECT_EQ(harness_.count_records(tag_ref), 8U);
  EXPECT_EQ(harness_.count_chunks(Family::content), 1U);
  EXPECT_EQ(harness_.count_chunks(Family::content_large), 2U);
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentSweepTest, UsesWhatAnotherUploadStagedAndKeepsItWhenThatOneGivesUp) {
  const std::string bytes = make_bytes(large_size, 1);
  std::optional<Result<StagedContent>> first = harness_.stage(bytes);
  ASSERT_TRUE(*first);
  const auto second = harness_.stage(bytes);
  ASSERT_TRUE(second);
  first.reset();
  harness_.a_day_passes();
  harness_.sweep();
  ASSERT_TRUE(harness_.name(*second, make_owner(2)));
  EXPECT_EQ(harness_.read_all(second->id()), bytes);
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

// ---- what stays

TEST_F(ContentSweepTest, KeepsWhatIsNamed) {
  const ContentId small = harness_.file(make_bytes(small_size, 1), make_owner(1));
  const ContentId large = harness_.file(make_bytes(large_size, 2), make_owner(1));
  const ContentId empty = harness_.file("", make_owner(1));
  harness_.a_day_passes();
  EXPECT_EQ(harness_.sweep(), 0U);
  EXPECT_EQ(harness_.read_all(small), make_bytes(small_size, 1));
  EXPECT_EQ(harness_.read_all(large), make_bytes(large_size, 2));
  EXPECT_EQ(harness_.read_all(empty), "");
}

TEST_F(ContentSweepTest, KeepsWhatOneOfTwoOwnersReleased) {
  const ContentId id = harness_.file(make_bytes(small_size, 1), make_owner(1));
  ASSERT_TRUE(harness_.name(id, make_owner(2)));
  ASSERT_TRUE(harness_.release(id, make_owner(1)));
  EXPECT_EQ(harness_.sweep(), 0U);
  EXPECT_EQ(harness_.read_all(id), make_bytes(small_size, 1));
  ASSERT_TRUE(harness_.release(id, make_owner(2)));
  EXPECT_EQ(harness_.sweep(), small_size);
  EXPECT_FALSE(harness_.read_all(id));
}

TEST_F(ContentSweepTest, KeepsWhatWasNamedAgainAfterItsRelease) {
  const ContentId id = harness_.file(make_bytes(small_size, 1), make_owner(1));
  ASSERT_TRUE(harness_.release(id, make_owner(1)));
  ASSERT_TRUE(harness_.name(id, make_owner(2)));
  EXPECT_EQ(harness_.sweep(), 0U);
  EXPECT_EQ(harness_.read_all(id), make_bytes(small_size, 1));
}

TEST_F(ContentSweepTest, KeepsWhatWasUploadedWithinADayEvenAfterARestart) {
  const ContentId small = harness_.stage(make_bytes(small_size, 1))->id();
  const ContentId large = harness_.stage(make_bytes(large_size, 2))->id();
  harness_.reopen();
  harness_.clock.advance(std::chrono::hours{23});
  EXPECT_EQ(harness_.sweep(), 0U);
  EXPECT_TRUE(harness_.read_all(small));
  EXPECT_TRUE(harness_.read_all(large));
}

TEST_F(ContentSweepTest, KeepsWhatIsStagedOrReadHoweverOld) {
  const auto staged = harness_.stage(make_bytes(small_size, 1));
  const ContentId id = harness_.file(make_bytes(large_size, 2), make_owner(1));
  auto reader = harness_.content->read(id);
  ASSERT_TRUE(reader);
  ASSERT_TRUE(harness_.release(id, make_owner(1)));
  harness_.a_day_passes();
  EXPECT_EQ(harness_.sweep(), 0U);
  EXPECT_EQ((*reader)->read(large_size - 5, 100), make_bytes(large_size, 2).substr(large_size - 5));
  EXPECT_TRUE(harness_.name(*staged, make_owner(1)));
  reader->reset();
  EXPECT_EQ(harness_.sweep(), large_size) << "as soon as the reader is done";
}

TEST_F(ContentSweepTest, KeepsAnUploadThatTakesLongerThanADay) {
  const std::string bytes = make_bytes(large_size, 1);
  auto writer = harness_.content->write(tenant_domain);
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->append(std::string_view(bytes).substr(0, large_size - 10)));
  EXPECT_EQ(harness_.count_large_files(), 1U) << "a run is ingested already";
  harness_.a_day_passes();
  EXPECT_EQ(harness_.sweep(), 0U);
  ASSERT_TRUE((*writer)->append(std::string_view(bytes).substr(large_size - 10)));
  const auto staged = (*writer)->finish();
  ASSERT_TRUE(staged);
  EXPECT_EQ(harness_.read_all(staged->id()), bytes);
}

// ---- what goes

TEST_F(ContentSweepTest, TakesWhatNobodyNamedForADay) {
  const ContentId small = harness_.stage(make_bytes(small_size, 1))->id();
  const ContentId large = harness_.stage(make_bytes(large_size, 2))->id();
  const ContentId empty = harness_.stage("")->id();
  harness_.a_day_passes();
  EXPECT_EQ(harness_.sweep(), small_size + large_size);
  for (const ContentId& id : {small, large, empty}) EXPECT_FALSE(harness_.read_all(id));
  EXPECT_EQ(harness_.count_chunks(Family::content), 0U);
  EXPECT_EQ(harness_.count_chunks(Family::content_large), 0U);
  EXPECT_EQ(harness_.count_records(tag_intent), 0U);
  EXPECT_EQ(harness_.count_records(tag_manifest), 0U);
  EXPECT_EQ(harness_.count_records(tag_erasure), 0U);
  EXPECT_EQ(harness_.sweep(), 0U);
}

TEST_F(ContentSweepTest, TakesWhatItsLastOwnerReleasedAtOnce) {
  const ContentId small = harness_.file(make_bytes(small_size, 1), make_owner(1));
  const ContentId large = harness_.file(make_bytes(large_size, 2), make_owner(1));
  ASSERT_TRUE(harness_.release(small, make_owner(1)));
  ASSERT_TRUE(harness_.release(large, make_owner(1)));
  EXPECT_EQ(harness_.sweep(), small_size + large_size);
  EXPECT_EQ(harness_.count_chunks(Family::content), 0U);
  EXPECT_EQ(harness_.count_large_files(), 0U) << "whole files go as files";
  EXPECT_EQ(harness_.count_records(tag_loss), 0U);
}

TEST_F(ContentSweepTest, TakesOneContentOutOfAFileThatHoldsSeveral) {
  const ContentId kept = harness_.file(make_bytes(large_size, 1), make_owner(1));
  const ContentId gone = harness_.file(make_bytes(large_size, 2), make_owner(1));
  const ContentId also_kept = harness_.file(make_bytes(large_size, 3), make_owner(1));
  ASSERT_TRUE(harness_.database->compact(Family::content_large, {chunk_key(0), chunk_key(~0ULL)}));
  ASSERT_LT(harness_.count_large_files(), 3U) << "the compaction has joined them";
  ASSERT_TRUE(harness_.release(gone, make_owner(1)));
  EXPECT_EQ(harness_.sweep(), large_size);
  EXPECT_EQ(harness_.count_chunks(Family::content_large), 12U);
  EXPECT_EQ(harness_.read_all(kept), make_bytes(large_size, 1));
  EXPECT_EQ(harness_.read_all(also_kept), make_bytes(large_size, 3));
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentSweepTest, ReportsSpaceOnlyWhenItHasLeftTheDisk) {
  const ContentId id = harness_.file(make_bytes(small_size, 1), make_owner(1));
  auto snapshot = harness_.database->snapshot();
  ASSERT_TRUE(harness_.release(id, make_owner(1)));
  EXPECT_EQ(harness_.sweep(), 0U) << "a snapshot still sees it";
  EXPECT_FALSE(harness_.read_all(id)) << "though nobody can read it";
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
  snapshot.reset();
  EXPECT_EQ(harness_.sweep(), small_size);
  EXPECT_EQ(harness_.count_chunks(Family::content), 0U);
}

TEST_F(ContentSweepTest, TakesManyAtOnce) {
  std::size_t bytes = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::size_t size = 1000 + i;
    ASSERT_TRUE(harness_.stage(make_bytes(size, i)));
    bytes += size;
    if (i % 3 == 0) harness_.file(make_bytes(500, 1000 + i), make_owner(1));
  }
  harness_.a_day_passes();
  EXPECT_EQ(harness_.sweep(), bytes);
  EXPECT_EQ(harness_.count_chunks(Family::content), 100U);
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentSweepTest, GoesOnWhereItWasKilled) {
  const ContentId id = harness_.file(make_bytes(large_size, 1), make_owner(1));
  ASSERT_TRUE(harness_.release(id, make_owner(1)));
  harness_.serial_writer.after_write = [] {
    return fail(operator_error(ErrorCode::unavailable, "killed"));
  };
  EXPECT_FALSE(harness_.content->sweep());
  harness_.serial_writer.after_write = [] { return Result<void>(); };
  harness_.reopen();
  EXPECT_EQ(harness_.count_records(tag_erasure), 1U) << "decided, not yet done";
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
  EXPECT_EQ(harness_.sweep(), large_size);
  EXPECT_EQ(harness_.count_chunks(Family::content_large), 0U);
}

TEST_F(ContentSweepTest, TakesNothingWhereItsGroupFails) {
  const ContentId id = harness_.file(make_bytes(small_size, 1), make_owner(1));
  ASSERT_TRUE(harness_.release(id, make_owner(1)));
  harness_.serial_writer.before_write = [&] {
    EXPECT_FALSE(harness_.content->read(id)) << "condemned: nobody may begin to read it";
    return fail(operator_error(ErrorCode::unavailable, "failed"));
  };
  EXPECT_FALSE(harness_.content->sweep());
  harness_.serial_writer.before_write = [] { return Result<void>(); };
  EXPECT_EQ(harness_.read_all(id), make_bytes(small_size, 1)) << "pardoned";
}

TEST_F(ContentSweepTest, LetsAnUploadOfWhatIsBeingTakenWaitAndStoreItAnew) {
  const std::string bytes = make_bytes(small_size, 1);
  const ContentId id = harness_.file(bytes, make_owner(1));
  const Manifest old = harness_.manifest(id);
  ASSERT_TRUE(harness_.release(id, make_owner(1)));
  auto writer = harness_.content->write(tenant_domain);
  ASSERT_TRUE(writer && (*writer)->append(bytes));
  std::optional<Result<StagedContent>> staged;
  std::atomic<pid_t> upload_id{0};
  std::thread upload;
  harness_.serial_writer.before_write = [&] {
    upload = std::thread([&] {
      upload_id = ::gettid();
      staged = (*writer)->finish();
    });
    while (!is_waiting(upload_id)) std::this_thread::yield();
    EXPECT_FALSE(staged);
    return Result<void>();
  };
  EXPECT_EQ(harness_.sweep(), small_size);
  harness_.serial_writer.before_write = [] { return Result<void>(); };
  upload.join();
  ASSERT_TRUE(staged && *staged);
  EXPECT_NE(harness_.manifest(id).runs, old.runs);
  ASSERT_TRUE(harness_.name(**staged, make_owner(2)));
  EXPECT_EQ(harness_.read_all(id), bytes);
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentSweepTest, ReleasesOnlyWhatWasNamed) {
  const ContentId id = harness_.file("hello", make_owner(1));
  ASSERT_TRUE(harness_.release(id, make_owner(2)));
  EXPECT_EQ(harness_.count_records(tag_loss), 0U);
  EXPECT_EQ(harness_.sweep(), 0U);
  EXPECT_EQ(harness_.read_all(id), "hello");
}

TEST_F(ContentSweepTest, LeavesADamagedRecordAloneAndSweepsTheOthers) {
  const ContentId damaged = harness_.file(make_bytes(small_size, 1), make_owner(1));
  const ContentId other = harness_.file(make_bytes(small_size, 2), make_owner(1));
  ASSERT_TRUE(harness_.database->put(Family::content_meta, manifest_key(content_key(damaged)),
                                     "damaged", Durability::wal));
  ASSERT_TRUE(harness_.release(damaged, make_owner(1)));
  ASSERT_TRUE(harness_.release(other, make_owner(1)));
  EXPECT_EQ(harness_.sweep(), small_size);
  EXPECT_FALSE(harness_.read_all(other));
  EXPECT_EQ(harness_.count_records(tag_manifest), 1U);
}

}  // namespace
}  // namespace dms::storage
