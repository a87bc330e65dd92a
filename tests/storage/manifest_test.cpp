// The strict parsers of the content store's binary records.

#include "storage/manifest.h"

#include <gtest/gtest.h>

#include "dms/base/bytes.h"
#include "storage/content_records.h"

namespace dms::storage {
namespace {

constexpr std::uint64_t mebi = 1U << 20U;

Manifest make_manifest() {
  return {.size = 5 * mebi + 7,
          .sha256 = sha256("abc"),
          .placement = Placement::large,
          .intent = 100,
          .runs = {{.first = 100, .count = 4}, {.first = 356, .count = 2}}};
}

bool is_corrupt(const Result<Manifest>& parsed) {
  return !parsed && parsed.error().code == ErrorCode::corrupt;
}

TEST(Manifest, SurvivesEncodingAndParsing) {
  const auto parsed = parse_manifest(encode_manifest(make_manifest()));
  ASSERT_TRUE(parsed) << parsed.error().hint;
  EXPECT_EQ(*parsed, make_manifest());
}

TEST(Manifest, HasTheLayoutThatIsOnDisk) {
  Manifest manifest = make_manifest();
  manifest.size = 1;
  manifest.placement = Placement::small;
  manifest.runs = {{.first = 0x0102030405060708, .count = 1}};
  EXPECT_EQ(to_hex(encode_manifest(manifest)),
            "01"                                                                // format
            "0000000000000001"                                                  // size
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  // sha256
            "00100000"                                                          // chunk size
            "00000000"                                                          // key id
            "01"                                                                // placement
            "0000000000000064"                                                  // intent
            "00000001"                                                          // runs
            "0102030405060708"
            "00000001");
}

TEST(Manifest, OfSealedContentHasAnotherFormat) {
  Manifest manifest = make_manifest();
  manifest.size = 1;
  manifest.key_id = 0x0A0B0C0D;
  manifest.salt = std::string(32, '\x5A');
  manifest.placement = Placement::small;
  manifest.runs = {{.first = 0x0102030405060708, .count = 1}};
  const std::string bytes = encode_manifest(manifest);
  EXPECT_EQ(to_hex(bytes),
            "02"                                                                // format
            "0000000000000001"                                                  // size
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  // sha256
            "00100000"                                                          // chunk size
            "0a0b0c0d"                                                          // key id
            "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"  // salt
            "01"                                                                // placement
            "0000000000000064"                                                  // intent
            "00000001"                                                          // runs
            "0102030405060708"
            "00000001");
  EXPECT_EQ(parse_manifest(bytes), manifest);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(is_corrupt(parse_manifest(bytes.substr(0, size)))) << size;
  }
}

TEST(Manifest, HasAKeyInTheSealedFormatAndOnlyThere) {
  std::string clear = encode_manifest(make_manifest());
  clear[48] = 3;  // key id
  EXPECT_TRUE(is_corrupt(parse_manifest(clear)));
  Manifest manifest = make_manifest();
  manifest.key_id = 3;
  manifest.salt = std::string(32, 's');
  std::string sealed = encode_manifest(manifest);
  ASSERT_EQ(parse_manifest(sealed), manifest);
  sealed[48] = 0;
  EXPECT_TRUE(is_corrupt(parse_manifest(sealed)));
}

TEST(Manifest, CountsWhatSealingAdds) {
  Manifest manifest = make_manifest();
  EXPECT_EQ(stored_size(manifest), manifest.size);
  EXPECT_EQ(stored_length(manifest, 0), mebi);
  manifest.key_id = 3;
  EXPECT_EQ(stored_size(manifest), manifest.size + 6 * 16);
  EXPECT_EQ(stored_length(manifest, 0), mebi + 16);
  EXPECT_EQ(stored_length(manifest, 5), 7U + 16);
  EXPECT_EQ(stored_length(manifest, 6), 0U);
}

TEST(Manifest, OfFourGibibytesIsSmallerThanFourKibibytes) {
  Manifest manifest = make_manifest();
  manifest.size = 4096 * mebi;
  manifest.runs.clear();
  for (std::uint64_t i = 0; i < 16; ++i) manifest.runs.push_back({1 + i * 1000, 256});
  EXPECT_LT(encode_manifest(manifest).size(), 4096U);
}

TEST(Manifest, IsRefusedWhereverItIsCutOffOrContinued) {
  const std::string bytes = encode_manifest(make_manifest());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(is_corrupt(parse_manifest(bytes.substr(0, size)))) << size;
  }
  EXPECT_TRUE(is_corrupt(parse_manifest(bytes + '\0')));
}

TEST(Manifest, IsRefusedWithAFieldOutOfRange) {
  const std::string bytes = encode_manifest(make_manifest());
  const auto with = [&](std::size_t at, char value) {
    std::string changed = bytes;
    changed[at] = value;
    return parse_manifest(changed);
  };
  EXPECT_TRUE(is_corrupt(with(0, 2))) << "format";
  EXPECT_TRUE(is_corrupt(with(44, 1))) << "chunk size";
  EXPECT_TRUE(is_corrupt(with(49, 0))) << "placement";
  EXPECT_TRUE(is_corrupt(with(49, 3))) << "placement";
  EXPECT_TRUE(is_corrupt(with(58, 127))) << "more runs than bytes";
}

TEST(Manifest, IsRefusedWhereItsRunsContradictEachOtherOrTheSize) {
  const auto with_runs = [](std::vector<ChunkRun> runs) {
    Manifest manifest = make_manifest();
    manifest.runs = std::move(runs);
    return parse_manifest(encode_manifest(manifest));
  };
  EXPECT_TRUE(with_runs({{100, 6}}));
  EXPECT_TRUE(is_corrupt(with_runs({{100, 5}}))) << "too few chunks";
  EXPECT_TRUE(is_corrupt(with_runs({{100, 7}}))) << "too many chunks";
  EXPECT_TRUE(is_corrupt(with_runs({}))) << "no chunks";
  EXPECT_TRUE(is_corrupt(with_runs({{100, 6}, {200, 0}}))) << "an empty run";
  EXPECT_TRUE(is_corrupt(with_runs({{100, 4}, {103, 2}}))) << "overlapping";
  EXPECT_TRUE(is_corrupt(with_runs({{200, 4}, {100, 2}}))) << "out of order";
  EXPECT_TRUE(is_corrupt(with_runs({{0, 6}}))) << "number 0 is never reserved";
  EXPECT_TRUE(is_corrupt(with_runs({{~0ULL - 2, 6}}))) << "beyond the last number";
  Manifest small = make_manifest();
  small.placement = Placement::small;
  EXPECT_TRUE(is_corrupt(parse_manifest(encode_manifest(small)))) << "small, six chunks";
}

TEST(Manifest, OfNothingHasNoRuns) {
  Manifest empty;
  empty.sha256 = sha256("");
  empty.intent = 9;
  const auto parsed = parse_manifest(encode_manifest(empty));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, empty);
}

TEST(Chunks, AreComputedFromTheSize) {
  EXPECT_EQ(chunk_count(0), 0U);
  EXPECT_EQ(chunk_count(1), 1U);
  EXPECT_EQ(chunk_count(mebi), 1U);
  EXPECT_EQ(chunk_count(mebi + 1), 2U);
  EXPECT_EQ(chunk_count(~0ULL), 1ULL << 44U);
  EXPECT_EQ(chunk_length(mebi + 1, 0), mebi);
  EXPECT_EQ(chunk_length(mebi + 1, 1), 1U);
  EXPECT_EQ(chunk_length(2 * mebi, 1), mebi);
  EXPECT_EQ(chunk_length(mebi, 1), 0U);
}

TEST(Chunks, AreFoundInTheirRun) {
  const std::vector<ChunkRun> runs{{100, 4}, {356, 2}};
  EXPECT_EQ(chunk_number(runs, 0), 100U);
  EXPECT_EQ(chunk_number(runs, 3), 103U);
  EXPECT_EQ(chunk_number(runs, 4), 356U);
  EXPECT_EQ(chunk_number(runs, 5), 357U);
  EXPECT_EQ(chunk_number(runs, 6), 0U);
}

TEST(Chunks, JoinTheRunTheyFollow) {
  std::vector<ChunkRun> runs;
  for (const std::uint64_t number : {7U, 8U, 9U, 20U, 21U}) append_chunk(runs, number);
  EXPECT_EQ(runs, (std::vector<ChunkRun>{{7, 3}, {20, 2}}));
  append_run(runs, {22, 10});
  append_run(runs, {40, 1});
  EXPECT_EQ(runs, (std::vector<ChunkRun>{{7, 3}, {20, 12}, {40, 1}}));
  std::vector<ChunkRun> full{{1, 0xFFFFFFFF}};
  append_chunk(full, 0x100000000);
  EXPECT_EQ(full.size(), 2U) << "a run's count has 32 bits";
}

TEST(ContentRecords, SurviveEncodingAndParsing) {
  ContentIntent intent{.time = from_unix_microseconds(1'700'000'000'000'001),
                       .domain = {make_uuid_v7(Instant{})},
                       .sha256 = std::nullopt,
                       .placement = Placement::large,
                       .runs = {{1, 256}, {300, 256}}};
  EXPECT_EQ(parse_intent(encode_intent(intent)), intent);
  intent.sha256 = sha256("abc");
  EXPECT_EQ(parse_intent(encode_intent(intent)), intent);
  const ContentErasure erasure{.bytes = 7, .placement = Placement::small, .runs = {{5, 1}}};
  EXPECT_EQ(parse_erasure(encode_erasure(erasure)), erasure);
}

TEST(ContentRecords, AreRefusedWhereverTheyAreCutOffOrContinued) {
  ContentIntent begun;
  begun.runs = {{1, 256}};
  const std::string intent = encode_intent(begun);
  ContentErasure decided;
  decided.runs = {{1, 1}};
  const std::string erasure = encode_erasure(decided);
  for (std::size_t size = 0; size < intent.size(); ++size) {
    EXPECT_FALSE(parse_intent(intent.substr(0, size))) << size;
  }
  for (std::size_t size = 0; size < erasure.size(); ++size) {
    EXPECT_FALSE(parse_erasure(erasure.substr(0, size))) << size;
  }
  EXPECT_FALSE(parse_intent(intent + '\0'));
  EXPECT_FALSE(parse_erasure(erasure + '\0'));
  EXPECT_FALSE(parse_number("1234567"));
  EXPECT_FALSE(parse_number("123456789"));
}

TEST(ContentRecords, KeysLeadBackToWhatTheyName) {
  const ContentKey content{.domain = {make_uuid_v7(Instant{})}, .sha256 = sha256("abc")};
  const Uuid owner = make_uuid_v7(Instant{});
  EXPECT_EQ(parse_content_key(manifest_key(content)), content);
  EXPECT_EQ(parse_content_key(loss_key(content)), content);
  const auto ref = parse_ref_key(ref_key(content, owner));
  ASSERT_TRUE(ref);
  EXPECT_EQ(ref->content, content);
  EXPECT_EQ(ref->owner, owner);
  EXPECT_TRUE(ref_key(content, owner).starts_with(ref_prefix(content)));
  EXPECT_EQ(parse_numbered_key(intent_key(258)), 258U);
  EXPECT_LT(chunk_key(255), chunk_key(256)) << "big-endian: keys sort as their numbers";
  EXPECT_FALSE(parse_content_key("m"));
  EXPECT_FALSE(parse_ref_key(manifest_key(content)));
  EXPECT_FALSE(parse_numbered_key("i"));
}

}  // namespace
}  // namespace dms::storage
