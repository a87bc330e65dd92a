// Verification can fail: each kind of damage is planted straight into the database and must be
// told.

#include "storage/verify.h"

#include <thread>

#include "storage/journal.h"
#include "storage/key_codec.h"
#include "storage/reads_chain.h"
#include "storage/tenant_folder.h"
#include "storage/walk.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

class VerifyTest : public StoreTest {
 protected:
  void SetUp() override {
    open();
    NoteRecord record = note("a", "Alpha");
    record.topic = "blue";
    value_of(put(record));
    for (int i = 0; i < 3; ++i) value_of(append(event("note.made", R"({"n":1})")));
    for (int i = 0; i < 3; ++i) {
      value_of(store_->append_read({"content.read", Uuid{}, Uuid{}, std::nullopt}));
    }
    store_.reset();
    clock_.advance(std::chrono::hours(24));
    open();  // seals the reads
    while (store_->journal_head().sequence < 4) std::this_thread::yield();
    expect_clean();
    open_raw();
  }
  void open_raw() {
    store_.reset();
    folder_ = value_of(TenantFolder::open(folder(), TenantFolder::Ownership::exclusive));
    Database::Options database_options;
    database_options.folder = folder_->database_path();
    database_options.log = &log_;
    database_ = value_of(Database::open(database_options));
  }
  void put_raw(Family family, const std::string& key, const std::string& value) {
    value_of(database_->put(family, key, value, Durability::wal));
  }
  void erase_raw(Family family, const std::string& key) {
    rocksdb::WriteBatch batch;
    batch.Delete(database_->handle(family), key);
    value_of(database_->write(batch, Durability::wal));
  }
  std::string get_raw(Family family, const std::string& key) {
    return value_of(database_->get(family, key)).value();
  }
  std::vector<std::string> problems() {
    const VerifyControl control;
    VerifyReport report;
    Walk walk(control, report);
    value_of(verify_database(*database_, walk, report));
    return report.problems;
  }
  // That something is told, and that it is about `what`.
  void expect_told(const std::string& what) {
    const std::vector<std::string> told = problems();
    ASSERT_FALSE(told.empty());
    EXPECT_NE(told.front().find(what), std::string::npos) << told.front();
  }

  // The reads are gone, and an event says that those through `day` were dropped.
  void drop_reads(std::uint32_t day) {
    database_.reset();
    folder_.reset();
    open();
    const Date through{std::chrono::sys_days(std::chrono::days(day))};
    value_of(append(event(std::string(reads_dropped_kind),
                          R"({"through":")" + format_date(through) + R"("})")));
    open_raw();
    for (std::uint64_t i = 1; i <= 3; ++i) erase_raw(Family::reads, read_entry_key(first_day, i));
  }

  static std::string told_missing(std::uint64_t sequence) {
    return "journal entry " + std::to_string(sequence) +
           ": its detail is gone, and nothing tells that it was erased";
  }
  Uuid object_of(std::uint64_t sequence) {
    return decode_envelope(get_raw(Family::journal, sequence_key(sequence)))->object;
  }
  void append_next(const std::string& kind, const Uuid& object,
                   std::optional<Uuid> parent = std::nullopt) {
    database_.reset();
    folder_.reset();
    open();
    Event next = event(kind);
    next.object = object;
    next.parent = parent;
    value_of(append(next));
    open_raw();
  }

  const std::uint32_t first_day = day_of(dms::test::FakeClock::default_start());
  std::unique_ptr<TenantFolder> folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(VerifyTest, CountsWhatItWalks) {
  VerifyReport report;
  const VerifyControl control;
  Walk walk(control, report);
  value_of(verify_database(*database_, walk, report));
  EXPECT_EQ(report.records, 1U);
  EXPECT_EQ(report.journal_entries, 4U);
  EXPECT_EQ(report.problems, std::vector<std::string>());
}

TEST_F(VerifyTest, TellsHowFarItIsAboutOnceASecond) {
  using std::chrono::steady_clock;
  VerifyReport report;
  std::vector<std::uint64_t> told;
  VerifyControl control;
  control.progress = [&](const VerifyReport& at) { told.push_back(at.records); };
  const auto begun = steady_clock::now();
  Walk walk(control, report);
  while (told.size() < 2 && steady_clock::now() < begun + std::chrono::seconds(60)) {
    ++report.records;
    value_of(walk.step());
  }
  ASSERT_EQ(told.size(), 2U);
  EXPECT_GT(told[0], 0U);
  EXPECT_GT(told[1], told[0]) << "what the walk has counted by then";
  EXPECT_GE(steady_clock::now() - begun, std::chrono::seconds(2)) << "no oftener";
}

TEST_F(VerifyTest, TellsARecordThatIsNotJson) {
  put_raw(Family::records, record_key("note", "b"), "{");
  expect_told("record");
}

TEST_F(VerifyTest, TellsAnIndexEntryWithoutItsRecord) {
  erase_raw(Family::records, record_key("note", "a"));
  expect_told("absent record");
}

TEST_F(VerifyTest, TellsAChangedEnvelope) {
  std::string bytes = get_raw(Family::journal, sequence_key(2));
  bytes[12] = static_cast<char>(bytes[12] ^ 1);
  put_raw(Family::journal, sequence_key(2), bytes);
  expect_told("journal entry 3: does not name the one before");
}

TEST_F(VerifyTest, TellsAChangedLastEnvelope) {
  std::string bytes = get_raw(Family::journal, sequence_key(4));
  bytes[12] = static_cast<char>(bytes[12] ^ 1);
  put_raw(Family::journal, sequence_key(4), bytes);
  expect_told("not where the last group ended");
}

TEST_F(VerifyTest, TellsAMissingEnvelope) {
  erase_raw(Family::journal, sequence_key(2));
  expect_told("3 follows 1");
}

TEST_F(VerifyTest, TellsAChangedDetail) {
  std::string bytes = get_raw(Family::journal_detail, sequence_key(2));
  bytes.back() = ']';
  put_raw(Family::journal_detail, sequence_key(2), bytes);
  expect_told("journal entry 2: detail does not match");
}

TEST_F(VerifyTest, TellsAnEntryThatIsNotFoundByItsObject) {
  const auto envelope = decode_envelope(get_raw(Family::journal, sequence_key(2)));
  erase_raw(Family::journal_objects, object_key(envelope->object, 2));
  expect_told("not found by object");
}

TEST_F(VerifyTest, TellsAnEntryUnderAStrangersObject) {
  put_raw(Family::journal_objects, object_key(Uuid{{7}}, 2), "");
  expect_told("wrong entry");
}

TEST_F(VerifyTest, TellsAMissingRead) {
  erase_raw(Family::reads, read_entry_key(day_of(dms::test::FakeClock::default_start()), 2));
  expect_told("does not follow the one before");
}

TEST_F(VerifyTest, TellsTwoSwappedEnvelopes) {
  const std::string second = get_raw(Family::journal, sequence_key(2));
  put_raw(Family::journal, sequence_key(2), get_raw(Family::journal, sequence_key(3)));
  put_raw(Family::journal, sequence_key(3), second);
  expect_told("journal entry 2: unreadable");
}

TEST_F(VerifyTest, TellsACutEnd) {
  erase_raw(Family::journal, sequence_key(4));
  expect_told("ends at 3, not where the last group ended");
}

// Without a look at anything but the chain of reads, the change would be sound.
TEST_F(VerifyTest, TellsAReadOfASealedDayThatWasChangedWithItsChain) {
  const std::uint32_t day = day_of(dms::test::FakeClock::default_start());
  auto second = decode_read_entry(get_raw(Family::reads, read_entry_key(day, 2)));
  second->event.actor.bytes[0] ^= 1;
  const std::string bytes = encode_read_entry(*second);
  put_raw(Family::reads, read_entry_key(day, 2), bytes);
  auto third = decode_read_entry(get_raw(Family::reads, read_entry_key(day, 3)));
  third->previous = sha256(bytes);
  put_raw(Family::reads, read_entry_key(day, 3), encode_read_entry(*third));
  const std::vector<std::string> told = problems();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told.front().find("not what was sealed"), std::string::npos) << told.front();
}

TEST_F(VerifyTest, TellsASealedDayThatIsGone) {
  const std::uint32_t day = day_of(dms::test::FakeClock::default_start());
  for (std::uint64_t i = 1; i <= 3; ++i) erase_raw(Family::reads, read_entry_key(day, i));
  expect_told("gone");
}

TEST_F(VerifyTest, ADayThatWasDroppedIsNoDamage) {
  drop_reads(first_day);
  EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(VerifyTest, WhatAKillLeftOfADroppedDayIsNoDamage) {
  const std::string third = get_raw(Family::reads, read_entry_key(first_day, 3));
  drop_reads(first_day);
  put_raw(Family::reads, read_entry_key(first_day, 3), third);
  EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(VerifyTest, ADroppedDayExcusesNoLaterOne) {
  drop_reads(first_day - 1);
  expect_told("gone");
}

TEST_F(VerifyTest, TellsADropWhoseDetailWasErased) {
  drop_reads(first_day);
  erase_raw(Family::journal_detail, sequence_key(5));
  expect_told("dropped nothing");
}

// The one after must name the end of what was dropped.
TEST_F(VerifyTest, TellsAFirstReadThatFollowsSomethingElse) {
  drop_reads(first_day);
  ReadEntry entry;
  entry.day = first_day + 1;
  entry.number = 1;
  entry.event = {"content.read", Uuid{}, Uuid{}, std::nullopt};
  put_raw(Family::reads, read_entry_key(entry.day, 1), encode_read_entry(entry));
  expect_told("does not follow the one before");
}

TEST_F(VerifyTest, TellsASealWhoseDetailWasErased) {
  ASSERT_EQ(decode_envelope(get_raw(Family::journal, sequence_key(4)))->kind, reads_sealed_kind);
  erase_raw(Family::journal_detail, sequence_key(4));
  expect_told("journal entry 4: a seal of nothing");
}

TEST_F(VerifyTest, TellsADetailThatIsGoneThoughNothingTellsOfItsErasure) {
  erase_raw(Family::journal_detail, sequence_key(2));
  EXPECT_EQ(problems(), std::vector<std::string>{told_missing(2)});
}

TEST_F(VerifyTest, ADetailThatWasErasedIsNoDamage) {
  append_next("user.details_erased", object_of(2));
  append_next("file.erased", object_of(3));
  erase_raw(Family::journal_detail, sequence_key(2));
  erase_raw(Family::journal_detail, sequence_key(3));
  EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(VerifyTest, AnErasureOfDetailsExcusesNoLaterOne) {
  append_next("user.details_erased", object_of(2));
  append_next("note.made", object_of(2));
  erase_raw(Family::journal_detail, sequence_key(6));
  EXPECT_EQ(problems(), std::vector<std::string>{told_missing(6)});
}

TEST_F(VerifyTest, AnErasureExcusesNoOthers) {
  append_next("file.erased", object_of(2));
  erase_raw(Family::journal_detail, sequence_key(3));
  EXPECT_EQ(problems(), std::vector<std::string>{told_missing(3)});
}

TEST_F(VerifyTest, WhatTellsOfAnErasureIsNeverErased) {
  append_next("user.details_erased", object_of(2));
  append_next("user.details_erased", object_of(2));
  append_next("file.erased", object_of(3));
  erase_raw(Family::journal_detail, sequence_key(5));
  erase_raw(Family::journal_detail, sequence_key(7));
  EXPECT_EQ(problems(), (std::vector<std::string>{told_missing(5), told_missing(7)}));
}

// What belongs to an object goes with it, but for documents and dossiers: they may lie elsewhere.
TEST_F(VerifyTest, AnErasureTellsOfWhatBelongsToTheObject) {
  const Uuid whole = object_of(2);
  append_next("step.done", object_of(3), whole);
  append_next("document.filed", object_of(3), whole);
  append_next("file.erased", whole);
  erase_raw(Family::journal_detail, sequence_key(5));
  EXPECT_EQ(problems(), std::vector<std::string>());
  erase_raw(Family::journal_detail, sequence_key(6));
  EXPECT_EQ(problems(), std::vector<std::string>{told_missing(6)});
}

TEST_F(VerifyTest, TellsAReadMissingAtTheEndOfASealedSegment) {
  erase_raw(Family::reads, read_entry_key(day_of(dms::test::FakeClock::default_start()), 3));
  expect_told("not what was sealed");
}

}  // namespace
}  // namespace dms::storage::test
