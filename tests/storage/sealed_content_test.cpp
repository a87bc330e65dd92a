// Content that is sealed at rest: nothing of it lies in the clear, every changed byte is told,
// nothing is sealed twice alike, and what has no key any more says so.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "content_harness.h"
#include "fixed_content_keys.h"

namespace dms::storage {
namespace {

class SealedContentTest : public ::testing::Test {
 protected:
  // One chunk's bytes as they are stored.
  std::string stored_chunk(const ContentId& id, std::uint64_t index = 0) {
    rocksdb::PinnableSlice chunk;
    EXPECT_TRUE(read_stored_chunk(*harness_.database, harness_.manifest(id), index, chunk));
    return chunk.ToString();
  }
  void put_chunk(const ContentId& id, std::uint64_t index, std::string_view bytes) {
    const Manifest manifest = harness_.manifest(id);
    ASSERT_TRUE(harness_.database->put(chunk_family(manifest.placement),
                                       chunk_key(chunk_number(manifest.runs, index)), bytes,
                                       Durability::wal));
  }
  std::string told() {
    const auto problems = harness_.problems();
    EXPECT_LE(problems.size(), 1U) << ::testing::PrintToString(problems);
    return problems.empty() ? "" : problems.front();
  }
  ErrorCode error_of_reading(const ContentId& id) {
    const auto read = harness_.read_all(id);
    EXPECT_FALSE(read);
    return read ? ErrorCode::internal : read.error().code;
  }
  static bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  }

  const std::shared_ptr<FixedContentKeys> keys_ = std::make_shared<FixedContentKeys>();
  test::TempDir folder_;
  ContentHarness harness_{folder_.path(), keys_};
};

TEST_F(SealedContentTest, ReadsAsItWasWrittenWhateverItsSize) {
  for (const std::size_t size : {0UL, 1UL, 300'000UL, mebibyte - 1, mebibyte, mebibyte + 1,
                                 5 * mebibyte, 9 * mebibyte + 17}) {
    const std::string bytes = make_bytes(size, size + 1);
    const ContentId id = harness_.file(bytes, make_owner(1));
    EXPECT_EQ(id.sha256, sha256(bytes));
    EXPECT_EQ(harness_.read_all(id), bytes) << size;
    EXPECT_EQ(harness_.manifest(id).key_id, size == 0 ? 0U : 1U);
  }
  EXPECT_EQ(told(), "");
  EXPECT_EQ(harness_.verify().contents, 8U);
}

TEST_F(SealedContentTest, SealsWhatIsKeptBackForItsCommit) {
  const std::string bytes = make_bytes(30'000, 1);
  const auto staged = harness_.stage_for_commit(bytes);
  ASSERT_TRUE(staged);
  ASSERT_TRUE(harness_.name(*staged, make_owner(1)));
  EXPECT_EQ(harness_.manifest(staged->id()).key_id, 1U);
  EXPECT_EQ(stored_chunk(staged->id()).find(bytes.substr(0, 64)), std::string::npos);
  EXPECT_EQ(harness_.read_all(staged->id()), bytes);
  EXPECT_EQ(told(), "");
}

TEST_F(SealedContentTest, GivesRangesAcrossChunks) {
  const std::string bytes = make_bytes(3 * mebibyte + 5, 1);
  const ContentId id = harness_.file(bytes, make_owner(1));
  const auto reader = harness_.content->read(id);
  ASSERT_TRUE(reader);
  for (const std::size_t at :
       {0UL, 7UL, mebibyte - 3, mebibyte, 3 * mebibyte - 1, bytes.size() - 2}) {
    for (const std::size_t length : {1UL, 100UL, mebibyte}) {
      EXPECT_EQ((*reader)->read(at, length), bytes.substr(at, length)) << at << " " << length;
    }
  }
  EXPECT_EQ((*reader)->read(bytes.size(), 1), "");
}

TEST_F(SealedContentTest, LeavesNothingOfItInAnyFile) {
  const std::string secret = "Personalakte Erika Mustermann, Abmahnung vom 3. Mai";
  std::string large;
  while (large.size() < 2 * mebibyte) large += secret;
  harness_.file(secret, make_owner(1));
  harness_.file(large, make_owner(1));
  auto writer = harness_.content->write(tenant_domain);
  ASSERT_TRUE(writer && (*writer)->append(large));  // one on its way, in staging
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_FALSE(holds(bytes, "Erika Mustermann")) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 3U);
}

TEST_F(SealedContentTest, TellsEveryChangedByteOfAChunk) {
  const ContentId id = harness_.file("hello, town hall", make_owner(1));
  const std::string sealed = stored_chunk(id);
  ASSERT_EQ(sealed.size(), 16U + 16U);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 0x40);
    put_chunk(id, 0, changed);
    EXPECT_EQ(error_of_reading(id), ErrorCode::corrupt) << at;
    EXPECT_TRUE(holds(told(), "does not open")) << at;
  }
  put_chunk(id, 0, sealed);
  EXPECT_EQ(told(), "");
}

TEST_F(SealedContentTest, TellsChunksInEachOthersPlace) {
  const ContentId id = harness_.file(make_bytes(3 * mebibyte, 1), make_owner(1));
  const std::string first = stored_chunk(id, 0);
  put_chunk(id, 0, stored_chunk(id, 1));
  put_chunk(id, 1, first);
  EXPECT_EQ(error_of_reading(id), ErrorCode::corrupt);
  EXPECT_TRUE(holds(told(), "chunk 0: does not open"));
}

TEST_F(SealedContentTest, TellsAManifestThatWasShortened) {
  const ContentId id = harness_.file(make_bytes(3 * mebibyte, 1), make_owner(1));
  Manifest shorter = harness_.manifest(id);
  ASSERT_EQ(shorter.runs.size(), 1U);
  shorter.size = 2 * mebibyte;
  shorter.runs[0].count = 2;
  ASSERT_TRUE(harness_.database->put(Family::content_meta, manifest_key(content_key(id)),
                                     encode_manifest(shorter), Durability::wal));
  ContentId cut = id;
  cut.size = shorter.size;
  EXPECT_EQ(error_of_reading(cut), ErrorCode::corrupt) << "the second was not the last";
}

TEST_F(SealedContentTest, TellsAnotherContentsChunk) {
  const ContentId one = harness_.file("one content", make_owner(1));
  const ContentId other = harness_.file("other bytes", make_owner(1));
  put_chunk(one, 0, stored_chunk(other));
  EXPECT_EQ(error_of_reading(one), ErrorCode::corrupt);
}

TEST_F(SealedContentTest, SealsTheSameBytesInNoTwoWays) {
  const std::string bytes(100, 'a');
  const ContentId here = harness_.file(bytes, make_owner(1), {make_owner(7)});
  const ContentId there = harness_.file(bytes, make_owner(1), {make_owner(8)});
  EXPECT_NE(stored_chunk(here), stored_chunk(there));
  EXPECT_NE(harness_.manifest(here).salt, harness_.manifest(there).salt);
  EXPECT_EQ(harness_.count_records(tag_manifest), 2U) << "nothing is shared across domains";
  harness_.file(bytes, make_owner(2), {make_owner(7)});
  EXPECT_EQ(harness_.count_records(tag_manifest), 2U) << "within one it is";
}

// A copy of an older state gives out the same chunk numbers and knows the same keys.
TEST_F(SealedContentTest, RepeatsNoNonceWhenAnOlderStoreIsPutInPlace) {
  harness_.close();
  test::TempDir older;
  std::filesystem::copy(
      folder_.path(), older.path(),
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  harness_.open();
  ContentHarness again{older.path(), keys_};
  const std::string plain(64, '\0');
  const ContentId id = harness_.file(plain, make_owner(1));
  again.file(plain, make_owner(1));
  ASSERT_EQ(harness_.manifest(id).runs, again.manifest(id).runs);
  rocksdb::PinnableSlice other;
  ASSERT_TRUE(read_stored_chunk(*again.database, again.manifest(id), 0, other));
  EXPECT_NE(stored_chunk(id), other.ToString());
}

TEST_F(SealedContentTest, StandsBesideOlderContentInTheClear) {
  keys_->current = 0;
  const ContentId clear = harness_.file("filed before", make_owner(1));
  keys_->current = 1;
  const ContentId sealed = harness_.file("filed after", make_owner(1));
  keys_->current = 2;
  const ContentId rotated = harness_.file("filed later", make_owner(1));
  keys_->current = 0;
  EXPECT_EQ(harness_.manifest(clear).key_id, 0U);
  EXPECT_EQ(harness_.manifest(sealed).key_id, 1U);
  EXPECT_EQ(harness_.manifest(rotated).key_id, 2U);
  EXPECT_EQ(harness_.read_all(clear), "filed before");
  EXPECT_EQ(harness_.read_all(sealed), "filed after");
  EXPECT_EQ(harness_.read_all(rotated), "filed later");
  EXPECT_EQ(told(), "");
}

TEST_F(SealedContentTest, SaysWhenItsKeyWasDestroyed) {
  const KeyDomain dossier{make_owner(7)};
  const ContentId small = harness_.file("small", make_owner(1), dossier);
  const ContentId large = harness_.file(make_bytes(2 * mebibyte, 1), make_owner(1), dossier);
  harness_.file("another's", make_owner(1));
  keys_->destroyed = {{dossier, 1}};
  EXPECT_EQ(error_of_reading(small), ErrorCode::not_found);
  EXPECT_EQ(error_of_reading(large), ErrorCode::not_found);
  const VerifyReport report = harness_.verify();
  EXPECT_EQ(report.problems, std::vector<std::string>{});
  EXPECT_EQ(report.contents, 1U);
  EXPECT_EQ(report.destroyed_contents, 2U);
  const auto scrubbed = harness_.content->scrub(100 * mebibyte, {});
  ASSERT_TRUE(scrubbed);
  EXPECT_EQ(scrubbed->state.damaged, 0U);
  EXPECT_EQ(scrubbed->state.contents, 1U);
  put_chunk(small, 0, "short");
  EXPECT_TRUE(holds(told(), "5 bytes long")) << "its chunks are looked at nevertheless";
}

TEST_F(SealedContentTest, NamesAMissingKey) {
  const KeyDomain dossier{make_owner(7)};
  const ContentId id = harness_.file("sealed", make_owner(1), dossier);
  keys_->missing = {{dossier, 1}};
  const auto read = harness_.content->read(id);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(holds(read.error().hint, "key 00000001 of domain " + to_string(dossier.value)));
  EXPECT_TRUE(holds(told(), "key 00000001 of domain"));
  harness_.options.keys = nullptr;
  harness_.reopen();
  EXPECT_EQ(error_of_reading(id), ErrorCode::unavailable);
  EXPECT_TRUE(holds(told(), "is missing"));
}

// The same bytes uploaded once more must not be answered with a copy that nobody can read.
TEST_F(SealedContentTest, IsStoredAnewWhereTheKeyOfTheOldCopyIsMissing) {
  const std::string large = make_bytes(2 * mebibyte, 1);
  const ContentId small_id = harness_.file("small", make_owner(1));
  const ContentId large_id = harness_.file(large, make_owner(1));
  const auto unnamed = harness_.stage("unnamed");
  ASSERT_TRUE(unnamed);
  keys_->missing = {{tenant_domain, 1}};
  keys_->current = 2;
  harness_.file("small", make_owner(2));
  harness_.file(large, make_owner(2));
  harness_.file("unnamed", make_owner(2));
  EXPECT_EQ(harness_.read_all(small_id), "small");
  EXPECT_EQ(harness_.read_all(large_id), large);
  EXPECT_EQ(harness_.read_all(unnamed->id()), "unnamed");
  EXPECT_EQ(told(), "");
  harness_.a_day_passes();
  EXPECT_GE(harness_.sweep(), 2 * mebibyte + 7);
  EXPECT_EQ(harness_.count_chunks(Family::content_large), 2U);
  EXPECT_EQ(harness_.count_chunks(Family::content), 2U);
  EXPECT_EQ(told(), "");
}

TEST_F(SealedContentTest, GivesBackWhatItsChunksTook) {
  const ContentId id = harness_.file(make_bytes(2 * mebibyte + 1, 1), make_owner(1));
  ASSERT_TRUE(harness_.release(id, make_owner(1)));
  EXPECT_EQ(harness_.sweep(), 2 * mebibyte + 1 + 3 * seal_tag_bytes);
  EXPECT_EQ(harness_.count_chunks(Family::content_large), 0U);
}

}  // namespace
}  // namespace dms::storage
