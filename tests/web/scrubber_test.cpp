#include "web/scrubber.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "dms/base/random.h"
#include "dms/password.h"
#include "dms/rendition_record.h"
#include "dms/tenant_registry.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms::web {
namespace {

TEST(ScrubDue, IsAPassUnderWayOrTheNextDaysAfterTheLastBegan) {
  const Instant begun = from_unix_microseconds(1'000'000'000'000);
  const Instant ended = begun + std::chrono::hours(5);
  storage::ScrubState state;
  state.begun = begun;
  EXPECT_TRUE(is_scrub_due(std::nullopt, begun, 30));
  EXPECT_TRUE(is_scrub_due(state, begun, 30)) << "under way";
  state.ended = ended;
  EXPECT_FALSE(is_scrub_due(state, ended, 30));
  EXPECT_FALSE(is_scrub_due(state, begun + std::chrono::hours(30 * 24 - 1), 30));
  EXPECT_TRUE(is_scrub_due(state, begun + std::chrono::hours(30 * 24), 30));
}

TEST(SampledAMinute, ComesRoundInTheDaysUpToARate) {
  EXPECT_EQ(sampled_a_minute(0, 30), 1U);
  EXPECT_EQ(sampled_a_minute(432'000, 30), 11U);
  EXPECT_EQ(sampled_a_minute(432'000, 1), 200U);
}

template <class T>
T value_of(Result<T> result) {
  EXPECT_TRUE(result) << result.error().hint;
  return std::move(result).value();
}

class ScrubberTest : public ::testing::Test {
 protected:
  ScrubberTest() { open(); }

  void open() {
    tenant_.reset();
    registry_ = value_of(TenantRegistry::create(
        {{"demo", "Demo", {"demo.example"}}},
        {storage_, hasher_, clock_, log_, metrics_, (folder_ / "data").string()}));
    tenant_ = value_of(registry_->find_by_id("demo"));
  }
  // Stored, and nothing else: unnamed content is read like any.
  void store(std::string_view bytes) {
    const auto writer = value_of(tenant_->store().write_content({}));
    ASSERT_TRUE(writer->append(bytes));
    ASSERT_TRUE(writer->finish());
  }
  void start(ScrubConfig config) {
    scrubber_.emplace(config, clock_, log_, metrics_);
    scrubber_->look_after(registry_->open_tenants());
  }
  std::optional<storage::ScrubState> state() const {
    return value_of(tenant_->store().scrub_state());
  }
  bool has_metric(const std::string& line) const {
    return metrics_.render().find("\n" + line + "\n") != std::string::npos;
  }
  void wait_for_metric(const std::string& line) const {
    for (int look = 0; look < 2000 && !has_metric(line); ++look) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_TRUE(has_metric(line)) << metrics_.render();
  }
  // One byte of the stored `bytes`, on the disk.
  void flip(const std::string& bytes) const {
    const std::filesystem::path folder = folder_ / "data" / "demo" / "store";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".sst") continue;
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      const std::string all((std::istreambuf_iterator<char>(file)), {});
      const auto at = all.find(bytes);
      if (at == std::string::npos) continue;
      file.clear();
      file.seekp(static_cast<std::streamoff>(at) + 100);
      file.put(static_cast<char>(~bytes[100]));
      return;
    }
    FAIL() << "not found on the disk";
  }

  test::TempDir folder_;
  test::FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment storage_{{}, clock_, log_, metrics_};
  Argon2idHasher hasher_;
  std::unique_ptr<TenantRegistry> registry_;
  std::shared_ptr<Tenant> tenant_;
  std::optional<Scrubber> scrubber_;
};

TEST_F(ScrubberTest, ReadsAllByItselfAndAgainAMonthLater) {
  store("one");
  store("two!");
  start({});
  wait_for_metric("scrub_passes_total 1");
  EXPECT_TRUE(has_metric("scrub_read_bytes_total 7"));
  EXPECT_TRUE(has_metric("scrub_damaged_contents 0"));
  clock_.advance(std::chrono::hours(29 * 24));
  start({});
  scrubber_->stop();
  EXPECT_EQ(state()->begun, clock_.now() - std::chrono::hours(29 * 24));
  clock_.advance(std::chrono::hours(24));
  start({});
  wait_for_metric("scrub_passes_total 2");
  EXPECT_TRUE(has_metric("scrub_read_bytes_total 14"));
  EXPECT_EQ(state()->begun, clock_.now());
}

TEST_F(ScrubberTest, HasMadeAnewWhatIsMadeOfAnOriginal) {
  const std::string bytes = random_bytes(20'000);
  const auto writer = value_of(tenant_->store().write_content({}));
  ASSERT_TRUE(writer->append(bytes));
  const storage::StagedContent staged = value_of(writer->finish());
  RenditionRecord record;
  record.id = make_uuid_v7(clock_.now());
  record.content = sha256("the original");
  record.state = RenditionState::made;
  record.preview.emplace();
  record.preview->content = staged.id().sha256;
  record.preview->size = staged.id().size;
  value_of(tenant_->store().commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    DMS_TRY(commit.put(rendition_table, record));
    commit.name_content(staged, record.id);
    return commit;
  }));
  tenant_.reset();
  registry_.reset();  // written out
  flip(bytes);
  open();
  start({});
  wait_for_metric("scrub_passes_total 1");
  scrubber_->stop();
  const auto now = value_of(tenant_->store().read<std::optional<RenditionRecord>>(
      [&](const storage::View& view) { return find_rendition_record(view, original_of(record)); }));
  ASSERT_TRUE(now);
  EXPECT_FALSE(now->preview);
  EXPECT_TRUE(is_in_state(*now, RenditionState::waiting));
}

TEST_F(ScrubberTest, TellsWhatRottedAlsoAfterARestart) {
  const std::string bytes = random_bytes(20'000);
  store(bytes);
  tenant_.reset();
  registry_.reset();  // written out
  flip(bytes);
  open();
  start({});
  wait_for_metric("scrub_damaged_contents 1");
  wait_for_metric("scrub_passes_total 1");
  MetricsRegistry of_the_next;
  Scrubber next({}, clock_, log_, of_the_next);
  next.look_after(registry_->open_tenants());
  for (int look = 0; look < 2000; ++look) {
    if (of_the_next.render().find("\nscrub_damaged_contents 1\n") != std::string::npos) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  FAIL() << of_the_next.render();
}

TEST_F(ScrubberTest, IsOffWithoutARate) {
  store("one");
  ScrubConfig config;
  config.bytes_per_s_max = 0;
  start(config);
  scrubber_->stop();
  EXPECT_FALSE(state());
}

}  // namespace
}  // namespace dms::web
