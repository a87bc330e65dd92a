#include "storage/sealed_format.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "dms/base/bytes.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

const Secret key(std::string(32, 'k'));

std::string text(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 % 251);
  return bytes;
}

TEST(SealedFormat, OpensWhatWasSealedAndTellsItsSize) {
  const std::size_t segment = sealed_segment_bytes;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, segment - 1, segment, segment + 1,
                                 3 * segment, 3 * segment + 17}) {
    const std::string file = seal_file(key, "meta/1", text(size));
    const auto shape = sealed_shape(file.size());
    ASSERT_TRUE(shape) << size;
    EXPECT_EQ(shape->plain_bytes, size);
    EXPECT_EQ(value_of(unseal_file(key, "meta/1", file)), text(size)) << size;
    EXPECT_EQ(sealing_key_id(file), backup_key_id(key));
  }
  EXPECT_NE(seal_file(key, "a", "x"), seal_file(key, "a", "x")) << "a salt of its own each";
}

TEST(SealedFormat, PiecesMakeTheSameFile) {
  const std::string plain = text(5 * sealed_segment_bytes + 100);
  Sealer sealer(key, "a");
  std::string file = sealer.header();
  for (std::size_t at = 0, step = 1; at < plain.size(); at += step, step = step * 3 + 1) {
    sealer.add(std::string_view(plain).substr(at, step), file);
  }
  sealer.finish(file);
  EXPECT_EQ(value_of(unseal_file(key, "a", file)), plain);
}

TEST(SealedFormat, EachByteCounts) {
  const std::string file = seal_file(key, "a", text(300));
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    EXPECT_FALSE(unseal_file(key, "a", damaged)) << at;
  }
}

TEST(SealedFormat, WhatIsCutOffIsTold) {
  const std::string file = seal_file(key, "a", text(2 * sealed_segment_bytes + 40));
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{3}, sealed_header_bytes - 1, sealed_header_bytes,
        sealed_header_bytes + 16, sealed_header_bytes + sealed_segment_bytes + 16,
        sealed_header_bytes + 2 * (sealed_segment_bytes + 16), file.size() - 1}) {
    EXPECT_EQ(code_of(unseal_file(key, "a", file.substr(0, size))), ErrorCode::corrupt) << size;
  }
  EXPECT_EQ(code_of(unseal_file(key, "a", file + "x")), ErrorCode::corrupt);
}

TEST(SealedFormat, NameKeyAndFormatAreTheFilesOwn) {
  const std::string file = seal_file(key, "meta/1", "label");
  EXPECT_EQ(code_of(unseal_file(key, "meta/2", file)), ErrorCode::corrupt);
  EXPECT_EQ(code_of(unseal_file(Secret(std::string(32, 'x')), "meta/1", file)),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(unseal_file(key, "meta/1", "label")), ErrorCode::corrupt) << "clear";
  std::string later = file;
  later[7] = 2;
  EXPECT_EQ(code_of(unseal_file(key, "meta/1", later)), ErrorCode::unsupported);
}

// FOR EVER. Made by another program, from README.md alone.
TEST(SealedFormat, OpensWhatAnEarlierProgramSealed) {
  const std::string hex =
      "415753460000000111ff7f374bd42d07598573d7794007ec000102030405060708090a0b0c0d0e0f"
      "101112131415161718191a1b1c1d1e1f0fdf71f87c8127765b3667e16a62c5e22a0c853961609dd8"
      "5f9c19694502eac51b4b7d0233";
  const auto file = from_hex(hex);
  ASSERT_TRUE(file);
  EXPECT_EQ(value_of(unseal_file(key, "meta/1", *file)), "Akten sind geduldig.\n");
}

}  // namespace
}  // namespace dms::storage::test
