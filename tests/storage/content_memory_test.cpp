// Sixteen transfers at once add less than 8 MiB each to the process. Measured in a child process of
// its own, by the kernel's account of its peak (VmHWM).

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "content_harness.h"
#include "support/child_test.h"

namespace dms::storage {
namespace {

using test::ChildTest;

constexpr std::size_t transfers = 16;
#if defined(__SANITIZE_THREAD__)
constexpr std::uint64_t bytes_a_transfer_max = 64 * mebibyte;  // shadow memory included
#else
constexpr std::uint64_t bytes_a_transfer_max = 8 * mebibyte;
#endif

std::uint64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  }
  return 0;
}

// The peak from now on.
void forget_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

void run_transfers(const std::function<void(std::size_t)>& transfer) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < transfers; ++i) threads.emplace_back(transfer, i);
  for (std::thread& thread : threads) thread.join();
}

TEST(ContentMemory, DISABLED_Transfers) {
  ContentHarness harness{std::getenv("CONTENT_FOLDER")};
  harness.options.run_chunks = 256;
  harness.reopen();
  const std::size_t megabytes = std::stoul(std::getenv("CONTENT_MEGABYTES"));
  const std::string piece = make_bytes(64U << 10U, 1);
  harness.file(make_bytes(2 * mebibyte, 2), make_owner(1));  // what the first transfer sets up
  std::vector<ContentId> ids(transfers);
  const auto upload = [&](std::size_t i) {
    auto writer = harness.content->write({make_owner(static_cast<std::uint8_t>(i))});
    ASSERT_TRUE(writer);
    for (std::size_t j = 0; j < megabytes * 16; ++j) ASSERT_TRUE((*writer)->append(piece));
    const auto staged = (*writer)->finish();
    ASSERT_TRUE(staged && harness.name(*staged, make_owner(1)));
    ids[i] = staged->id();
  };
  const auto download = [&](std::size_t i) {
    const auto reader = harness.content->read(ids[i]);
    ASSERT_TRUE(reader);
    for (std::uint64_t at = 0; at < ids[i].size; at += piece.size()) {
      const auto bytes = (*reader)->read(at, piece.size());
      ASSERT_TRUE(bytes && bytes->size() == piece.size());
    }
  };
  for (const bool writes : {true, false}) {
    forget_peak();
    const std::uint64_t before = peak_bytes();
    run_transfers(writes ? std::function(upload) : std::function(download));
    ChildTest::report(std::to_string((peak_bytes() - before) / transfers));
  }
}

TEST(ContentMemory, GrowsByLessThanEightMebibytesATransfer) {
  test::TempDir folder;
  const char* megabytes = std::getenv("CONTENT_MEMORY_MEGABYTES");  // 1024 to measure by hand
  ChildTest child("ContentMemory.DISABLED_Transfers",
                  {{"CONTENT_FOLDER", folder.path()},
                   {"CONTENT_MEGABYTES", megabytes == nullptr ? "64" : megabytes},
                   {"ASAN_OPTIONS", "quarantine_size_mb=4"}});
  for (const char* direction : {"upload", "download"}) {
    const auto grown = child.read_line();
    ASSERT_TRUE(grown) << direction;
    RecordProperty(direction, *grown);
    std::printf("%s: %.2f MiB each\n", direction, std::stod(*grown) / double{mebibyte});
    EXPECT_LT(std::stoull(*grown), bytes_a_transfer_max) << direction;
  }
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace dms::storage
