// Verification finds each kind of damage: every test plants one and expects to be told.

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "content_harness.h"

namespace dms::storage {
namespace {

class ContentVerifyTest : public ContentTest {
 protected:
  void SetUp() override {
    small_ = harness_.file("hello", make_owner(1));
    large_ = harness_.file(make_bytes(5 * mebibyte, 1), make_owner(1));
    empty_ = harness_.file("", make_owner(1));
    staged_ = harness_.stage("staged")->id();
    ASSERT_EQ(harness_.problems(), std::vector<std::string>{});
  }

  void put(Family family, const std::string& key, std::string_view value) {
    ASSERT_TRUE(harness_.database->put(family, key, value, Durability::wal));
  }
  void erase(Family family, const std::string& key) {
    rocksdb::WriteBatch batch;
    batch.Delete(harness_.database->handle(family), key);
    ASSERT_TRUE(harness_.database->write(batch, Durability::wal));
  }
  std::string chunk_of(const ContentId& id, std::uint64_t index) {
    return chunk_key(chunk_number(harness_.manifest(id).runs, index));
  }
  // The one problem told, "" for none.
  std::string told() {
    const auto problems = harness_.problems();
    EXPECT_LE(problems.size(), 1U) << ::testing::PrintToString(problems);
    return problems.empty() ? "" : problems.front();
  }
  static bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  }

  ContentId small_, large_, empty_, staged_;
};

TEST_F(ContentVerifyTest, CountsWhatItRead) {
  const VerifyReport report = harness_.verify();
  EXPECT_EQ(report.contents, 4U);
  EXPECT_EQ(report.content_bytes, 5 + 5 * mebibyte + 6);
}

TEST_F(ContentVerifyTest, FindsAMissingChunk) {
  erase(Family::content, chunk_of(small_, 0));
  EXPECT_TRUE(holds(told(), "missing"));
}

TEST_F(ContentVerifyTest, FindsAMissingChunkOfALargeFile) {
  erase(Family::content_large, chunk_of(large_, 4));
  EXPECT_TRUE(holds(told(), "chunk 4: missing"));
}

TEST_F(ContentVerifyTest, FindsAChunkOfAnotherLength) {
  put(Family::content, chunk_of(small_, 0), "hell");
  EXPECT_TRUE(holds(told(), "4 bytes long"));
}

TEST_F(ContentVerifyTest, FindsOtherBytes) {
  put(Family::content, chunk_of(small_, 0), "hallo");
  EXPECT_TRUE(holds(told(), "other bytes"));
}

TEST_F(ContentVerifyTest, FindsARefToNothing) {
  const ContentKey nothing{.domain = tenant_domain, .sha256 = sha256("nothing")};
  put(Family::content_meta, ref_key(nothing, make_owner(9)), presence_value);
  EXPECT_TRUE(holds(told(), "not stored"));
}

TEST_F(ContentVerifyTest, FindsAManifestThatNothingWouldEverSweep) {
  erase(Family::content_meta, ref_key(content_key(small_), make_owner(1)));
  EXPECT_TRUE(holds(told(), "neither named nor marked"));
}

TEST_F(ContentVerifyTest, FindsAManifestOfOtherContent) {
  Manifest manifest = harness_.manifest(empty_);
  manifest.sha256 = sha256("x");
  put(Family::content_meta, manifest_key(content_key(empty_)), encode_manifest(manifest));
  EXPECT_TRUE(holds(told(), "another digest"));
}

TEST_F(ContentVerifyTest, FindsADamagedManifest) {
  put(Family::content_meta, manifest_key(content_key(empty_)), "damaged");
  const auto problems = harness_.problems();
  ASSERT_FALSE(problems.empty());
  EXPECT_TRUE(holds(problems.front(), "unknown format"));
}

TEST_F(ContentVerifyTest, FindsAChunkThatBelongsToNobody) {
  put(Family::content, chunk_key(4000), "lost");
  EXPECT_TRUE(holds(told(), "4000 to 4000 belong to nobody"));
}

TEST_F(ContentVerifyTest, FindsALargeFileThatBelongsToNobody) {
  for (const char tag : {tag_manifest, tag_ref}) {
    erase(Family::content_meta, tag == tag_ref ? ref_key(content_key(large_), make_owner(1))
                                               : manifest_key(content_key(large_)));
  }
  const auto problems = harness_.problems();
  ASSERT_FALSE(problems.empty());
  EXPECT_TRUE(holds(problems.front(), "belong to nobody"));
}

// RocksDB's own list of files counts no entries until they are read.
TEST_F(ContentVerifyTest, FindsALargeFileThatBelongsToNobodyAfterAStart) {
  erase(Family::content_meta, ref_key(content_key(large_), make_owner(1)));
  erase(Family::content_meta, manifest_key(content_key(large_)));
  harness_.reopen();
  const auto problems = harness_.problems();
  ASSERT_FALSE(problems.empty());
  EXPECT_TRUE(holds(problems.front(), "belong to nobody"));
}

// What was erased and not swept yet belongs to no content: nobody else reads it.
TEST_F(ContentVerifyTest, FindsADamagedTableOfChunksThatWaitForTheirEnd) {
  ASSERT_TRUE(harness_.stage(make_bytes(5 * mebibyte, 1)));  // is there already
  rocksdb::ColumnFamilyMetaData all;
  harness_.database->raw().GetColumnFamilyMetaData(harness_.database->handle(Family::content_large),
                                                   &all);
  const std::string table = all.levels.back().files.back().relative_filename;
  harness_.close();
  std::fstream file(harness_.path / "db" / table, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(mebibyte / 2);
  file.put('\0');
  file.put('\1');
  file.close();
  harness_.open();
  EXPECT_TRUE(holds(told(), "content_large"));
}

TEST_F(ContentVerifyTest, FindsAChunkOfTwoOwners) {
  Manifest manifest = harness_.manifest(small_);
  const ContentId other = harness_.file("other", make_owner(1));
  Manifest stolen = harness_.manifest(other);
  erase(Family::content, chunk_of(other, 0));
  stolen.runs = manifest.runs;
  put(Family::content_meta, manifest_key(content_key(other)), encode_manifest(stolen));
  const auto problems = harness_.problems();
  ASSERT_EQ(problems.size(), 2U) << "and the bytes are not those of the digest";
  EXPECT_TRUE(holds(problems[0], "belongs to two"));
}

TEST_F(ContentVerifyTest, FindsAHighWaterMarkBelowNumbersInUse) {
  put(Family::content_meta, high_water_key(), encode_number(2));
  EXPECT_TRUE(holds(told(), "high-water"));
}

TEST_F(ContentVerifyTest, FindsIllFormedRecords) {
  put(Family::content_meta, intent_key(5000), "damaged");
  EXPECT_TRUE(holds(told(), "ill-formed intent"));
  erase(Family::content_meta, intent_key(5000));
  put(Family::content_meta, erasure_key(5000), "damaged");
  EXPECT_TRUE(holds(told(), "ill-formed erasure"));
  erase(Family::content_meta, erasure_key(5000));
  put(Family::content_meta, "z", "");
  EXPECT_TRUE(holds(told(), "unknown record"));
}

TEST_F(ContentVerifyTest, IsCleanBesideUploadsAndSweeps) {
  std::atomic<bool> done{false};
  std::thread work([&] {
    for (std::uint64_t i = 0; i < 60; ++i) {
      const std::string bytes = make_bytes(i % 4 == 0 ? 2 * mebibyte : 3000, 100 + i);
      const ContentId id = harness_.file(bytes, make_owner(1));
      EXPECT_TRUE(harness_.release(id, make_owner(1)));
      if (i % 3 == 0) harness_.sweep();
    }
    done = true;
  });
  int rounds = 0;
  for (; !done; ++rounds) EXPECT_EQ(harness_.problems(), std::vector<std::string>{});
  work.join();
  EXPECT_GT(rounds, 3) << "else nothing ran side by side";
}

// What lies still while no server runs, or comes from an old backup, is no damage.
TEST_F(ContentVerifyTest, AnOldIntentIsNoDamageBeforeASweep) {
  harness_.clock.advance(std::chrono::hours(24 * 30));
  EXPECT_EQ(told(), "");
}

TEST_F(ContentVerifyTest, TellsAnIntentThatASweepShouldHaveTaken) {
  const std::string key = intent_key(harness_.manifest(staged_).intent);
  const std::string intent = *harness_.database->get(Family::content_meta, key).value();
  harness_.clock.advance(std::chrono::hours(25));
  ASSERT_TRUE(harness_.content->sweep());
  put(Family::content_meta, key, intent);
  EXPECT_EQ(told(), "") << "it may have been in use at that moment";
  harness_.clock.advance(std::chrono::hours(24));
  ASSERT_TRUE(harness_.content->sweep());
  EXPECT_EQ(told(), "") << "taken by the second";
  put(Family::content_meta, key, intent);
  EXPECT_TRUE(holds(told(), "still stands"));
  harness_.reopen();
  EXPECT_TRUE(holds(told(), "still stands"));
}

}  // namespace
}  // namespace dms::storage
