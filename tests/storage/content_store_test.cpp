// Writing and reading: what goes in comes out, of every size and in every piece, and nothing half.

#include <gtest/gtest.h>

#include <thread>

#include "content_harness.h"

namespace dms::storage {
namespace {

using ContentStoreTest = ContentTest;

ErrorCode code_of(const auto& result) {
  return result ? ErrorCode{} : result.error().code;
}

TEST_F(ContentStoreTest, KeepsFilesOfEverySizeAroundAChunk) {
  std::uint8_t number = 0;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{20'000}, mebibyte - 1, mebibyte, mebibyte + 1,
        2 * mebibyte, 3 * mebibyte + 17, 4 * mebibyte, 9 * mebibyte + 1}) {
    const std::string bytes = make_bytes(size, size + 1);
    const auto staged = harness_.stage(bytes);
    ASSERT_TRUE(staged) << size;
    EXPECT_EQ(staged->id(), (ContentId{tenant_domain, sha256(bytes), size}));
    ASSERT_TRUE(harness_.name(*staged, make_owner(++number)));
    EXPECT_EQ(harness_.read_all(staged->id()), bytes) << size;
    EXPECT_EQ(harness_.manifest(staged->id()).placement,
              size <= mebibyte ? Placement::small : Placement::large);
  }
  harness_.reopen();
  for (const std::size_t size : {std::size_t{0}, mebibyte, mebibyte + 1, 9 * mebibyte + 1}) {
    const std::string bytes = make_bytes(size, size + 1);
    EXPECT_EQ(harness_.read_all({tenant_domain, sha256(bytes), size}), bytes) << size;
  }
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentStoreTest, DoesNotCareInWhatPiecesBytesArrive) {
  const std::string bytes = make_bytes(3 * mebibyte + 5, 1);
  for (const std::size_t piece : {std::size_t{999'983}, 2 * mebibyte + 1, bytes.size()}) {
    const auto staged = harness_.stage(bytes, {make_uuid_v7(harness_.clock.now())}, piece);
    ASSERT_TRUE(staged);
    EXPECT_EQ(harness_.read_all(staged->id()), bytes) << piece;
  }
}

TEST_F(ContentStoreTest, KeepsSmallFilesBackForTheCommitThatNamesThem) {
  std::uint8_t number = 0;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{20'000}, std::size_t{65'536}}) {
    const std::string bytes = make_bytes(size, size + 1);
    const auto staged = harness_.stage_for_commit(bytes);
    ASSERT_TRUE(staged) << size;
    EXPECT_EQ(code_of(harness_.content->read(staged->id())), ErrorCode::not_found) << size;
    EXPECT_EQ(harness_.count_records(tag_intent), 0U);
    ASSERT_TRUE(harness_.name(*staged, make_owner(++number)));
    EXPECT_EQ(harness_.read_all(staged->id()), bytes) << size;
    ASSERT_TRUE(harness_.name(*staged, make_owner(++number))) << "a second owner";
  }
  EXPECT_EQ(harness_.count_chunks(Family::content), 3U) << "nothing twice, and none for no bytes";
  harness_.reopen();
  EXPECT_EQ(harness_.verify().contents, 4U);
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentStoreTest, WritesAtOnceWhatIsTooLargeToBeKeptBack) {
  const std::string bytes = make_bytes(65'537, 1);
  const auto staged = harness_.stage_for_commit(bytes);
  ASSERT_TRUE(staged);
  EXPECT_EQ(harness_.read_all(staged->id()), bytes);
  EXPECT_EQ(harness_.count_records(tag_intent), 1U);
}

TEST_F(ContentStoreTest, StoresEqualFilesThatWereKeptBackOnce) {
  const std::string bytes = make_bytes(20'000, 1);
  const auto first = harness_.stage_for_commit(bytes);
  const auto second = harness_.stage_for_commit(bytes);
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(harness_.name(*second, make_owner(2)));
  EXPECT_TRUE(harness_.name(*first, make_owner(1)));
  EXPECT_EQ(harness_.count_chunks(Family::content), 1U);

  const std::string others = make_bytes(20'000, 2);
  const auto kept = harness_.stage_for_commit(others);
  const auto written = harness_.stage(others);
  ASSERT_TRUE(kept && written);
  EXPECT_TRUE(harness_.name(*kept, make_owner(3)));
  EXPECT_TRUE(harness_.name(*written, make_owner(4)));
  EXPECT_EQ(harness_.count_chunks(Family::content), 2U) << "the one that was written";
  EXPECT_EQ(harness_.count_records(tag_intent), 0U);
  EXPECT_EQ(harness_.read_all(first->id()), bytes);
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentStoreTest, KeepsNothingOfWhatNoCommitCameFor) {
  {
    const auto staged = harness_.stage_for_commit(make_bytes(20'000, 1));
    ASSERT_TRUE(staged);
    const auto failed = harness_.serial_writer.run_serial([&](PendingBatch& batch) -> Result<void> {
      batch.set_save_point();
      EXPECT_TRUE(harness_.content->apply_named(batch, *staged, make_owner(1)));
      batch.roll_back();
      return {};
    });
    EXPECT_TRUE(failed) << "a commit that was refused after it";
    EXPECT_EQ(harness_.count_chunks(Family::content), 0U);
    EXPECT_TRUE(harness_.name(*staged, make_owner(2))) << "the next one still has it";
    ASSERT_TRUE(harness_.release(staged->id(), make_owner(2)));
    EXPECT_EQ(harness_.sweep(), 0U) << "still staged";
    EXPECT_TRUE(harness_.name(*staged, make_owner(3)));
    ASSERT_TRUE(harness_.release(staged->id(), make_owner(3)));
  }
  EXPECT_EQ(harness_.sweep(), 20'000U);
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentStoreTest, ReadsAnyRange) {
  const std::string bytes = make_bytes(3 * mebibyte + 100, 1);
  const ContentId id = harness_.file(bytes, make_owner(1));
  const auto reader = harness_.content->read(id);
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->id(), id);
  struct Range {
    std::uint64_t offset;
    std::size_t length;
  };
  for (const Range range :
       {Range{0, 1}, Range{mebibyte - 1, 2}, Range{mebibyte, 10}, Range{2 * mebibyte - 5, mebibyte},
        Range{3 * mebibyte + 99, 1}, Range{3 * mebibyte, 1000}, Range{17, 0}, Range{100, 70'000}}) {
    EXPECT_EQ((*reader)->read(range.offset, range.length), bytes.substr(range.offset, range.length))
        << range.offset;
  }
  EXPECT_EQ((*reader)->read(bytes.size(), 10), "") << "at the end";
  EXPECT_EQ((*reader)->read(~0ULL, 10), "") << "beyond the end";
  EXPECT_EQ((*reader)->read(5, 3 * mebibyte), bytes.substr(5, mebibyte)) << "1 MiB at most";
}

TEST_F(ContentStoreTest, ServesOneReaderToManyThreads) {
  const std::string bytes = make_bytes(4 * mebibyte, 1);
  const ContentId id = harness_.file(bytes, make_owner(1));
  const auto reader = harness_.content->read(id);
  ASSERT_TRUE(reader);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < 60; ++i) {
        const std::size_t offset = (i * 777'777 + thread * 1'234'567) % bytes.size();
        const auto read = (*reader)->read(offset, 50'000);
        if (!read || *read != bytes.substr(offset, 50'000)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(ContentStoreTest, RefusesToReadWhatIsNotThere) {
  const ContentId id = harness_.file("hello", make_owner(1));
  ContentId other = id;
  other.size = 6;
  EXPECT_EQ(code_of(harness_.content->read(other)), ErrorCode::not_found) << "another size";
  other = id;
  other.domain = {make_owner(7)};
  EXPECT_EQ(code_of(harness_.content->read(other)), ErrorCode::not_found) << "another domain";
  other = id;
  other.sha256 = sha256("other");
  EXPECT_EQ(code_of(harness_.content->read(other)), ErrorCode::not_found) << "another digest";
}

TEST_F(ContentStoreTest, RefusesFilesAboveTheLimitAndKeepsNothingOfThem) {
  harness_.options.content_size_max = 9 * mebibyte;
  harness_.reopen();
  EXPECT_TRUE(harness_.stage(make_bytes(9 * mebibyte, 1))) << "the limit itself is allowed";
  const std::size_t files = harness_.count_large_files();
  auto writer = harness_.content->write(tenant_domain);
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->append(make_bytes(9 * mebibyte, 2)));
  EXPECT_EQ(code_of((*writer)->append("x")), ErrorCode::too_large);
  EXPECT_EQ(code_of((*writer)->append("x")), ErrorCode::too_large) << "and so every later call";
  EXPECT_EQ(code_of((*writer)->finish()), ErrorCode::too_large);
  EXPECT_EQ(harness_.count_staging_files(), 0U);
  EXPECT_GT(harness_.sweep(), 0U) << "at once, without the day's delay";
  EXPECT_EQ(harness_.count_large_files(), files);
}

TEST_F(ContentStoreTest, RefusesToWriteBelowTheDiskReserve) {
  harness_.disk_reserve_bytes = 1ULL << 60U;
  harness_.reopen();
  EXPECT_EQ(code_of(harness_.content->write(tenant_domain)), ErrorCode::storage_full);
  // A disk that fills up while an upload runs.
  ContentCore core(*harness_.database, harness_.clock, harness_.log, harness_.metrics,
                   harness_.options, 1);
  const auto small = std::move(*make_content_writer(core, tenant_domain));
  ASSERT_TRUE(small->append("hello"));
  EXPECT_EQ(code_of(small->finish()), ErrorCode::storage_full);
  const auto large = std::move(*make_content_writer(core, tenant_domain));
  EXPECT_EQ(code_of(large->append(make_bytes(2 * mebibyte, 1))), ErrorCode::storage_full);
  EXPECT_EQ(harness_.count_records(tag_intent), 0U);
  EXPECT_EQ(harness_.count_staging_files(), 0U);
}

TEST_F(ContentStoreTest, LeavesNothingOfAWriterThatIsDestroyedAtAnyPoint) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, mebibyte, mebibyte + 1,
                                 4 * mebibyte, 5 * mebibyte + 1, 9 * mebibyte}) {
    auto writer = harness_.content->write(tenant_domain);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(make_bytes(size, 3)));
    writer->reset();
    EXPECT_EQ(harness_.count_staging_files(), 0U) << size;
    EXPECT_EQ(harness_.count_records(tag_intent), 0U) << size;
    EXPECT_EQ(harness_.count_records(tag_manifest), 0U) << size;
    EXPECT_EQ(harness_.problems(), std::vector<std::string>{}) << size;
    harness_.sweep();
    EXPECT_EQ(harness_.count_chunks(Family::content), 0U) << size;
    EXPECT_EQ(harness_.count_chunks(Family::content_large), 0U) << size;
    EXPECT_EQ(harness_.count_records(tag_erasure), 0U) << size;
  }
}

TEST_F(ContentStoreTest, RefusesAWriterUsedAfterItsEnd) {
  auto writer = harness_.content->write(tenant_domain);
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->append("hello"));
  ASSERT_TRUE((*writer)->finish());
  EXPECT_EQ(code_of((*writer)->append("x")), ErrorCode::internal);
  EXPECT_EQ(code_of((*writer)->finish()), ErrorCode::internal);
}

TEST_F(ContentStoreTest, NeverUsesANumberTwice) {
  std::uint64_t highest = 0;
  for (std::uint64_t round = 1; round <= 4; ++round) {
    const auto staged = harness_.stage(make_bytes(10 + round % 2 * 2 * mebibyte, round));
    ASSERT_TRUE(staged);
    const Manifest manifest = harness_.manifest(staged->id());
    EXPECT_GT(manifest.runs.front().first, highest);
    highest = manifest.runs.back().first + manifest.runs.back().count - 1;
    harness_.reopen();
  }
}

TEST_F(ContentStoreTest, ReservesNumbersInBlocksSoThatSmallFilesWaitForNoDisk) {
  ASSERT_TRUE(harness_.stage("first"));
  const auto mark = [&] {
    return harness_.database->get(Family::content_meta, high_water_key())->value_or("none");
  };
  const std::string before = mark();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(harness_.stage(std::to_string(i)));
  EXPECT_EQ(mark(), before);
}

TEST_F(ContentStoreTest, ReadsButDoesNotWriteWhenOpenedReadOnly) {
  const ContentId id = harness_.file("hello", make_owner(1));
  const ContentId large = harness_.file(make_bytes(2 * mebibyte, 1), make_owner(1));
  harness_.access = Database::Access::read_only;
  harness_.reopen();
  EXPECT_EQ(harness_.read_all(id), "hello");
  EXPECT_EQ(harness_.read_all(large), make_bytes(2 * mebibyte, 1));
  EXPECT_EQ(code_of(harness_.content->write(tenant_domain)), ErrorCode::unavailable);
  EXPECT_EQ(code_of(harness_.content->sweep()), ErrorCode::unavailable);
  EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
}

TEST_F(ContentStoreTest, TellsOfAChunkThatIsMissingOrOfTheWrongLength) {
  const ContentId id = harness_.file(make_bytes(2 * mebibyte, 1), make_owner(1));
  const std::uint64_t number = chunk_number(harness_.manifest(id).runs, 1);
  ASSERT_TRUE(
      harness_.database->put(Family::content_large, chunk_key(number), "short", Durability::wal));
  auto reader = harness_.content->read(id);
  ASSERT_TRUE(reader);
  EXPECT_TRUE((*reader)->read(0, 100)) << "the first chunk is whole";
  EXPECT_EQ(code_of((*reader)->read(mebibyte, 100)), ErrorCode::corrupt);
  rocksdb::WriteBatch batch;
  batch.Delete(harness_.database->handle(Family::content_large), chunk_key(number));
  ASSERT_TRUE(harness_.database->write(batch, Durability::wal));
  EXPECT_EQ(code_of((*reader)->read(mebibyte, 100)), ErrorCode::corrupt);
}

TEST_F(ContentStoreTest, RefusesToNameWhatWasStagedBeforeReopening) {
  const auto staged = harness_.stage("hello");
  ASSERT_TRUE(staged);
  harness_.reopen();
  EXPECT_EQ(code_of(harness_.name(*staged, make_owner(1))), ErrorCode::unavailable);
  EXPECT_TRUE(harness_.name(staged->id(), make_owner(1))) << "by its id it may be named";
}

TEST_F(ContentStoreTest, RefusesToNameWhatIsNotStored) {
  EXPECT_EQ(code_of(harness_.name(ContentId{tenant_domain, sha256("x"), 1}, make_owner(1))),
            ErrorCode::not_found);
  EXPECT_EQ(harness_.count_records(tag_ref), 0U);
}

TEST_F(ContentStoreTest, ClearsTheStagingFolderWhenOpened) {
  harness_.close();
  std::filesystem::create_directories(harness_.path / "staging");
  const std::string left = harness_.path / "staging" / "17.sst";
  std::fclose(std::fopen(left.c_str(), "w"));
  harness_.open();
  EXPECT_EQ(harness_.count_staging_files(), 0U);
}

}  // namespace
}  // namespace dms::storage
