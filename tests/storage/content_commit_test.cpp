// Content and commits of a real Store: naming and releasing happen with the commit or not at all.

#include <gtest/gtest.h>

#include "content_harness.h"
#include "storage/commit.h"

namespace dms::storage {
namespace {

class ContentCommitTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    store_.reset();
    StoreOptions options;
    options.folder = folder_ / "store";
    options.name = "test";
    options.disk_reserve_bytes = 1;
    auto opened = Store::open(environment_, options);
    ASSERT_TRUE(opened) << opened.error().hint;
    store_ = std::move(*opened);
  }
  StagedContent stage(const std::string& bytes) {
    auto writer = store_->write_content(tenant_domain);
    EXPECT_TRUE(writer && (*writer)->append(bytes));
    auto staged = (*writer)->finish();
    EXPECT_TRUE(staged);
    return *staged;
  }
  Result<Committed> commit(const std::function<void(Commit&)>& fill) {
    return store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      fill(commit);
      return commit;
    });
  }
  bool is_readable(const ContentId& id) const { return store_->read_content(id).has_value(); }
  void expect_clean() const {
    const auto report = store_->verify();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->problems, std::vector<std::string>{});
  }

  test::TempDir folder_;
  test::FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  StorageEnvironment environment_{{}, clock_, log_, metrics_};
  std::unique_ptr<Store> store_;
};

TEST_F(ContentCommitTest, NamesStagedContentWithTheCommit) {
  const ContentId small = stage("small").id();
  const ContentId large = [&] {
    const StagedContent staged = stage(make_bytes(3 * mebibyte, 1));
    EXPECT_TRUE(commit([&](Commit& change) { change.name_content(staged, make_owner(1)); }));
    return staged.id();
  }();
  clock_.advance(std::chrono::hours{25});
  ASSERT_TRUE(store_->sweep_content());
  EXPECT_FALSE(is_readable(small)) << "nobody named it";
  EXPECT_TRUE(is_readable(large));
  open();
  EXPECT_TRUE(is_readable(large));
  expect_clean();
}

TEST_F(ContentCommitTest, RefusesOnlyTheCommitThatNamesWhatIsNotThere) {
  const ContentId nothing{tenant_domain, sha256("nothing"), 7};
  const auto refused = commit([&](Commit& change) {
    change.set_counter("seen", 1);
    change.name_content(nothing, make_owner(1));
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  const auto seen =
      store_->read<std::uint64_t>([](const View& view) { return view.counter("seen"); });
  EXPECT_EQ(seen, 0U) << "nothing of that commit happened";
  EXPECT_TRUE(commit([](Commit& change) { change.set_counter("seen", 2); }));
}

TEST_F(ContentCommitTest, MovesARefFromOneOwnerToAnotherInOneCommit) {
  const StagedContent staged = stage("bytes");
  ASSERT_TRUE(commit([&](Commit& change) { change.name_content(staged, make_owner(1)); }));
  ASSERT_TRUE(commit([&](Commit& change) {
    change.release_content(staged.id(), make_owner(1));
    change.name_content(staged.id(), make_owner(2));
  }));
  clock_.advance(std::chrono::hours{25});
  EXPECT_EQ(store_->sweep_content(), 0U);
  EXPECT_TRUE(is_readable(staged.id()));
  ASSERT_TRUE(commit([&](Commit& change) { change.release_content(staged.id(), make_owner(2)); }));
  expect_clean();
}

TEST_F(ContentCommitTest, FreesWhatTheLastOwnerReleased) {
  ContentId id;
  {
    const StagedContent staged = stage(make_bytes(2 * mebibyte, 1));
    id = staged.id();
    ASSERT_TRUE(commit([&](Commit& change) { change.name_content(staged, make_owner(1)); }));
    ASSERT_TRUE(commit([&](Commit& change) { change.release_content(id, make_owner(1)); }));
    EXPECT_EQ(store_->sweep_content(), 0U) << "still staged";
  }
  EXPECT_EQ(store_->sweep_content(), 2 * mebibyte);
  EXPECT_FALSE(is_readable(id));
  expect_clean();
}

}  // namespace
}  // namespace dms::storage
