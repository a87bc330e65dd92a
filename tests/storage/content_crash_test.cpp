// Kill anywhere, and nothing is half stored: a child process uploads, names, releases and sweeps,
// is killed with SIGKILL (by itself at a chosen step, or from outside at any moment), and then the
// folder is opened here. What was acknowledged is there; verification is clean; a day later a sweep
// leaves exactly the named chunks on the disk.

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <thread>

#include "content_harness.h"
#include "fixed_content_keys.h"
#include "support/child_test.h"

namespace dms::storage {
namespace {

using test::ChildTest;

constexpr std::size_t named_size = 5 * mebibyte + 1;
constexpr std::size_t upload_size = 9 * mebibyte;  // with runs of four chunks: two and one left

std::string order(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Sealed where the test asks for it; both processes have the same keys.
std::shared_ptr<ContentKeys> keys_for(const std::string& sealed) {
  return sealed.empty() ? nullptr : std::make_shared<FixedContentKeys>();
}

// ---- killed by itself at a chosen step

class Steps {
 public:
  explicit Steps(std::string last) : last_(std::move(last)) {}
  void reached(const std::string& step) const {
    if (step == last_) ::kill(::getpid(), SIGKILL);
  }

 private:
  std::string last_;
};

void name_and_release(ContentHarness& harness, const StagedContent& staged, const Steps& steps) {
  harness.serial_writer.before_write = [&] {
    steps.reached("naming");
    return Result<void>();
  };
  ASSERT_TRUE(harness.name(staged, make_owner(2)));
  harness.serial_writer.before_write = [] { return Result<void>(); };
  steps.reached("named");
  ASSERT_TRUE(harness.release(staged.id(), make_owner(2)));
  steps.reached("released");
}

TEST(ContentCrash, DISABLED_Steps) {
  ContentHarness harness{order("CONTENT_FOLDER"), keys_for(order("CONTENT_SEALED"))};
  const Steps steps{order("CONTENT_STEP")};
  harness.file("named", make_owner(1));
  harness.file(make_bytes(named_size, 1), make_owner(1));
  {
    auto writer = harness.content->write(tenant_domain);
    ASSERT_TRUE(writer);
    const std::string bytes = make_bytes(upload_size, 2);
    for (std::size_t at = 0; at < bytes.size(); at += mebibyte) {
      ASSERT_TRUE((*writer)->append(std::string_view(bytes).substr(at, mebibyte)));
      steps.reached("appended " + std::to_string(at / mebibyte + 1));
    }
    const auto staged = (*writer)->finish();
    ASSERT_TRUE(staged);
    steps.reached("staged");
    name_and_release(harness, *staged, steps);
  }
  {
    const auto small = harness.stage("small");
    ASSERT_TRUE(small);
    steps.reached("staged small");
    ASSERT_TRUE(harness.name(*small, make_owner(2)));
    ASSERT_TRUE(harness.release(small->id(), make_owner(2)));
  }
  harness.serial_writer.before_write = [&] {
    steps.reached("judging");
    return Result<void>();
  };
  harness.serial_writer.after_write = [&] {
    steps.reached("judged");
    return Result<void>();
  };
  harness.sweep();
  steps.reached("swept");
  FAIL() << "no such step";
}

class ContentCrashAt : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(ContentCrashAt, LeavesNothingHalfStored) {
  const std::string step = std::get<0>(GetParam());
  const std::string sealed = std::get<1>(GetParam());
  test::TempDir folder;
  {
    ChildTest child(
        "ContentCrash.DISABLED_Steps",
        {{"CONTENT_FOLDER", folder.path()}, {"CONTENT_STEP", step}, {"CONTENT_SEALED", sealed}});
    ASSERT_TRUE(WIFSIGNALED(child.wait())) << "the child met an error before the step";
  }
  ContentHarness harness{folder.path(), keys_for(sealed)};
  EXPECT_EQ(harness.count_staging_files(), 0U);
  EXPECT_EQ(harness.problems(), std::vector<std::string>{});
  harness.a_day_passes();
  harness.sweep();
  EXPECT_EQ(harness.problems(), std::vector<std::string>{});
  EXPECT_EQ(harness.read_all({tenant_domain, sha256("named"), 5}), "named");
  const std::string bytes = make_bytes(named_size, 1);
  EXPECT_EQ(harness.read_all({tenant_domain, sha256(bytes), named_size}), bytes);
  const bool second_named = step == "named";
  EXPECT_EQ(harness.count_chunks(Family::content), 1U);
  EXPECT_EQ(harness.count_chunks(Family::content_large), 6U + (second_named ? 9U : 0U));
  EXPECT_EQ(harness.count_records(tag_manifest), 2U + (second_named ? 1U : 0U));
  for (const char tag : {tag_intent, tag_erasure, tag_loss}) {
    EXPECT_EQ(harness.count_records(tag), 0U) << tag;
  }
}

INSTANTIATE_TEST_SUITE_P(
    EachStep, ContentCrashAt,
    ::testing::Combine(::testing::Values("appended 1", "appended 2", "appended 5", "appended 9",
                                         "staged", "naming", "named", "released", "staged small",
                                         "judging", "judged", "swept"),
                       ::testing::Values("", "sealed")));

// ---- killed from outside at any moment

constexpr std::size_t uploaders = 4;

std::size_t size_of(std::uint64_t seed) {
  constexpr std::size_t sizes[] = {100, 2 * mebibyte + 7, 300'000, 6 * mebibyte, 0, mebibyte};
  return sizes[seed % std::size(sizes)] + seed / std::size(sizes);
}

TEST(ContentCrash, DISABLED_Uploads) {
  ContentHarness harness{order("CONTENT_FOLDER"), keys_for(order("CONTENT_SEALED"))};
  const std::uint64_t first_seed = std::stoull(order("CONTENT_SEED"));
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < uploaders; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t seed = first_seed + thread;; seed += uploaders) {
        ChildTest::report("begin " + std::to_string(seed));
        const auto staged = harness.stage(make_bytes(size_of(seed), seed));
        if (!staged || (seed % 5 != 0 && !harness.name(*staged, make_owner(1)))) std::abort();
        ChildTest::report((seed % 5 != 0 ? "named " : "staged ") + std::to_string(seed));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

struct Reports {
  std::vector<std::uint64_t> begun;
  std::vector<std::uint64_t> ended;
  std::vector<std::uint64_t> named;
  void add(const std::string& line) {
    std::istringstream words(line);
    std::string what;
    std::uint64_t seed = 0;
    words >> what >> seed;
    (what == "begin" ? begun : ended).push_back(seed);
    if (what == "named") named.push_back(seed);
  }
};

TEST(ContentCrash, LosesNothingThatWasNamedWhenKilledAtAnyMoment) {
  test::TempDir folder;
  Reports reports;
  std::size_t cut_off = 0;
  for (std::uint64_t round = 1; round <= 8; ++round) {
    ChildTest child("ContentCrash.DISABLED_Uploads",
                    {{"CONTENT_FOLDER", folder.path()},
                     {"CONTENT_SEED", std::to_string(round * 10'000)},
                     {"CONTENT_SEALED", round % 2 == 0 ? "sealed" : ""}});
    for (std::uint64_t lines = 0; lines < 7 * round; ++lines) {
      const auto line = child.read_line();
      ASSERT_TRUE(line) << "the child ended by itself";
      reports.add(*line);
    }
    child.kill();
    child.wait();
    while (const auto line = child.read_line()) reports.add(*line);
    cut_off += reports.begun.size() - reports.ended.size();
  }
  EXPECT_GT(cut_off, 8U) << "the kills met no upload";
  ContentHarness harness{folder.path(), keys_for("sealed")};
  EXPECT_EQ(harness.problems(), std::vector<std::string>{});
  harness.a_day_passes();
  harness.sweep();
  EXPECT_EQ(harness.problems(), std::vector<std::string>{});
  EXPECT_EQ(harness.count_staging_files(), 0U);
  EXPECT_EQ(harness.count_records(tag_intent), 0U);
  EXPECT_EQ(harness.count_records(tag_erasure), 0U);
  EXPECT_GT(reports.named.size(), 30U);
  for (const std::uint64_t seed : reports.named) {
    const std::string bytes = make_bytes(size_of(seed), seed);
    EXPECT_TRUE(harness.read_all({tenant_domain, sha256(bytes), bytes.size()}) == bytes) << seed;
  }
  // A naming may have become durable just before its report, no other content may be there.
  EXPECT_LE(harness.count_records(tag_manifest), reports.named.size() + 8 * uploaders);
}

}  // namespace
}  // namespace dms::storage
