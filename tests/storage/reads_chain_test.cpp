// The chain of reads: segments by day, their seals, their fsync without anybody's asking.

#include "storage/reads_chain.h"

#include <fcntl.h>
#include <unistd.h>

#include <thread>

#include "storage/acknowledged.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

class ReadsChainTest : public StoreTest {
 protected:
  void SetUp() override { open(); }
  void read(int times = 1) {
    for (int i = 0; i < times; ++i) {
      value_of(store_->append_read({"content.read", Uuid{{1}}, Uuid{{2}}, std::nullopt}));
    }
  }
  // Waits until the journal has `count` entries, and returns the last.
  JournalEntry wait_for_event(std::uint64_t sequence) {
    while (store_->journal_head().sequence < sequence) std::this_thread::yield();
    return value_of(store_->read_journal(sequence - 1, 1)).at(0);
  }
  void next_day() { clock_.advance(std::chrono::hours(24)); }
};

TEST_F(ReadsChainTest, ADaysSegmentIsSealedByAnEventOfTheMainChain) {
  read(3);
  next_day();
  read();
  const JournalEntry sealed = wait_for_event(1);
  EXPECT_EQ(sealed.kind, reads_sealed_kind);
  EXPECT_EQ(sealed.object, store_->id());
  const std::optional<ReadSegment> segment = parse_seal_detail(sealed.detail.value_or(""));
  ASSERT_TRUE(segment);
  EXPECT_EQ(segment->entries, 3U);
  EXPECT_EQ(segment->day, day_of(dms::test::FakeClock::default_start()));
  EXPECT_EQ(segment->previous, Sha256Digest{});
  expect_clean();
}

TEST_F(ReadsChainTest, ADayThatEndedWhileTheStoreWasClosedIsSealedAtOpening) {
  read(2);
  store_.reset();
  next_day();
  open();
  EXPECT_EQ(wait_for_event(1).kind, reads_sealed_kind);
  reopen();
  EXPECT_EQ(store_->journal_head().sequence, 1U);  // once
  expect_clean();
}

TEST_F(ReadsChainTest, AClockThatGoesBackReopensNoSegment) {
  read();
  next_day();
  read();
  wait_for_event(1);
  clock_.advance(std::chrono::hours(-48));
  read();
  reopen();
  read();
  EXPECT_EQ(store_->journal_head().sequence, 1U);
  expect_clean();
}

TEST_F(ReadsChainTest, TheChainGoesOnAcrossReopening) {
  read(2);
  reopen();
  read(2);
  next_day();
  read();
  const JournalEntry sealed = wait_for_event(1);
  EXPECT_EQ(parse_seal_detail(sealed.detail.value_or(""))->entries, 4U);
  expect_clean();
}

TEST_F(ReadsChainTest, ReadsAreFsyncedWithoutACommit) {
  read();
  // The acknowledged file names what is on disk; the ticker brings it up to date.
  const auto noted = [&] {
    const auto folder_descriptor = ::open(folder().c_str(), O_RDONLY | O_DIRECTORY);
    const auto said = value_of(AcknowledgedFile::read(folder_descriptor));
    ::close(folder_descriptor);
    return said->reads.number;
  };
  while (noted() < 1) std::this_thread::yield();
}

class KeptReadsTest : public ReadsChainTest {
 protected:
  // Three days of reads, and one of today; all days but today's are sealed.
  void read_for_days() {
    for (int day = 0; day < 3; ++day) {
      read(2);
      next_day();
    }
    read();
    while (store_->journal_head().sequence < 3) std::this_thread::yield();
  }
  void keep_for(std::uint32_t days) {
    store_.reset();
    StoreOptions keeping = options();
    keeping.reads_kept_days = days;
    store_ = value_of(Store::open(environment_, keeping));
  }
  std::size_t count() { return value_of(store_->read_reads({}, 100)).size(); }
};

TEST_F(KeptReadsTest, WhatIsOlderThanItIsKeptIsDroppedAndTheDropIsInTheMainChain) {
  read_for_days();
  keep_for(1);  // today is the fourth day: the first two go
  const JournalEntry dropped = wait_for_event(4);
  EXPECT_EQ(dropped.kind, reads_dropped_kind);
  while (count() != 3) std::this_thread::yield();
  expect_clean();
  reopen();
  read();
  EXPECT_EQ(count(), 4U);
  EXPECT_EQ(store_->journal_head().sequence, 4U);  // once
  expect_clean();
}

TEST_F(KeptReadsTest, TheNewestSegmentStaysHoweverOldItIs) {
  read_for_days();
  clock_.advance(std::chrono::hours(24 * 400));
  keep_for(30);
  while (count() != 1) std::this_thread::yield();
  reopen();
  read();
  EXPECT_EQ(count(), 2U);
  expect_clean();
}

TEST_F(KeptReadsTest, WithoutALimitNothingIsDropped) {
  read_for_days();
  clock_.advance(std::chrono::hours(24 * 4000));
  keep_for(0);
  EXPECT_EQ(count(), 7U);
}

TEST_F(KeptReadsTest, ReadsAreListedNewestFirstInPages) {
  read_for_days();
  const auto first = value_of(store_->read_reads({}, 2));
  ASSERT_EQ(first.size(), 2U);
  EXPECT_GT(first[0].place, first[1].place);
  const auto second = value_of(store_->read_reads(first[1].place, 100));
  ASSERT_EQ(second.size(), 5U);
  EXPECT_LT(second[0].place, first[1].place);
}

TEST_F(ReadsChainTest, RefusesAnIllFormedKind) {
  EXPECT_EQ(code_of(store_->append_read({"", Uuid{}, Uuid{}, std::nullopt})), ErrorCode::internal);
}

ReadEntry sample_entry() {
  ReadEntry entry;
  entry.day = 20000;
  entry.number = 7;
  entry.time = from_unix_microseconds(5);
  entry.event = {"content.read", Uuid{{1}}, Uuid{{2}}, Uuid{{3}}};
  entry.previous.bytes[0] = 9;
  return entry;
}

void expect_round_trip(const ReadEntry& entry) {
  const std::string bytes = encode_read_entry(entry);
  const std::optional<ReadEntry> read = decode_read_entry(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(encode_read_entry(*read), bytes);
  EXPECT_EQ(read->event.on_behalf_of, entry.event.on_behalf_of);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_read_entry(std::string_view(bytes).substr(0, size))) << size;
  }
}

TEST(ReadEntryCodec, RoundTripsAndRefusesEverythingElse) {
  expect_round_trip(sample_entry());
}

TEST(ReadEntryCodec, AnOriginMakesItTheSecondFormat) {
  ReadEntry entry = sample_entry();
  EXPECT_EQ(encode_read_entry(entry).front(), '\x01');
  entry.event.address = "2001:db8::7";
  expect_round_trip(entry);
  entry.event.token = Uuid{{4}};
  expect_round_trip(entry);
  entry.event.address.clear();
  expect_round_trip(entry);
  std::string bytes = encode_read_entry(entry);
  EXPECT_EQ(bytes.front(), '\x02');
  EXPECT_EQ(decode_read_entry(bytes)->event.token, entry.event.token);
  bytes.front() = '\x01';
  EXPECT_FALSE(decode_read_entry(bytes)) << "the first format knows no tokens";
}

}  // namespace
}  // namespace dms::storage::test
