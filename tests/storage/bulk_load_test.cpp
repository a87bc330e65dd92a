// A store made without commits: it is what commits would have made, there whole or not at all, and
// a history that does not hold together is refused.

#include "storage/bulk_load.h"

#include <filesystem>
#include <fstream>

#include "storage/store_image.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

class BulkLoadTest : public StoreTest {
 protected:
  BulkLoadOptions load_options(std::optional<Uuid> id = std::nullopt) const {
    BulkLoadOptions wanted;
    wanted.store = options();
    wanted.store.folder = loaded_folder();
    wanted.store.tables = {indexes_of(notes)};
    wanted.id = id;
    return wanted;
  }
  std::string loaded_folder() const { return (temp_ / "loaded").string(); }
  std::unique_ptr<BulkLoad> begin(std::optional<Uuid> id = std::nullopt) {
    return value_of(BulkLoad::begin(environment_, load_options(id)));
  }
  std::unique_ptr<Store> open_loaded() {
    return value_of(Store::open(environment_, load_options().store));
  }
  ContentId write(BulkLoad& load, std::string_view bytes, const Uuid& owner) {
    const auto writer = value_of(load.write_content({}));
    value_of(writer->append(bytes));
    const ContentId content = value_of(writer->finish()).id();
    value_of(load.name_content(content, owner));
    return content;
  }

  // A history with all that one can have: records of a table that nobody knows, an erased detail, a
  // large content, reads of two days with a seal.
  void live() {
    open();
    value_of(put(note("a", "Brunnen", 1)));
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      Table<NoteRecord> other = notes;
      other.name = "from_tomorrow";
      DMS_TRY(commit.put(other, note("x", "kennt hier niemand")));
      commit.set_counter("file_reference/6/2026", 14);
      return commit;
    }));
    const auto writer = value_of(store_->write_content({}));
    large_ = std::string(3'000'000, 'x');
    value_of(writer->append(large_));
    const StagedContent staged = value_of(writer->finish());
    content_ = staged.id();
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.name_content(staged, owner_);
      commit.append(event("document.filed", R"({"subject":"Größe"})"));
      Event moved = event("document.moved", R"({"to":"x"})");
      moved.parent = owner_;
      moved.on_behalf_of = owner_;
      commit.append(moved);
      return commit;
    }));
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      commit.erase_event_detail(1);
      Event erased = event("document.erased");
      erased.object = value_of(store_->read_journal(0, 1)).front().object;
      commit.append(erased);
      return commit;
    }));
    value_of(store_->append_read({"content.read", owner_, owner_, std::nullopt}));
    clock_.advance(std::chrono::hours(30));
    value_of(store_->append_read({"content.read", owner_, owner_, owner_}));
    value_of(store_->append_read({"text.read", owner_, owner_, std::nullopt}));
    value_of(append(event("dossier.closed")));
  }

  struct Copying {
    std::uint64_t dropped_event = 0;
    bool is_detail_changed = false;
    bool is_read_dropped = false;
  };
  Result<void> copy(const StoreImage& image, BulkLoad& load, Copying faults) {
    DMS_TRY(image.for_each_record([&](const StoreImage::Record& record) {
      return load.put_record(record.table, record.key, record.stored);
    }));
    DMS_TRY(image.for_each_counter(
        [&](std::string_view name, std::uint64_t value) { return load.set_counter(name, value); }));
    DMS_TRY(image.for_each_content(
        [&](const ContentId& content, const std::vector<Uuid>& owners) -> Result<void> {
          const auto reader = DMS_TRY(store_->read_content(content));
          const auto writer = DMS_TRY(load.write_content(content.domain));
          for (std::uint64_t at = 0; at < content.size; at += 1U << 20U) {
            DMS_TRY(writer->append(DMS_TRY(reader->read(at, 1U << 20U))));
          }
          EXPECT_EQ(value_of(writer->finish()).id(), content);
          for (const Uuid& owner : owners) DMS_TRY(load.name_content(content, owner));
          return {};
        }));
    DMS_TRY(image.for_each_event([&](const StoreImage::JournalBytes& bytes) -> Result<void> {
      if (bytes.sequence == faults.dropped_event) return {};
      if (faults.is_detail_changed && bytes.sequence == 2) {
        return load.adopt_event({bytes.envelope, bytes.salt, R"({"to":"y"})"});
      }
      return load.adopt_event({bytes.envelope, bytes.salt, bytes.detail});
    }));
    std::uint64_t reads = 0;
    return image.for_each_read([&](std::string_view entry) -> Result<void> {
      if (faults.is_read_dropped && ++reads == 2) return {};
      return load.adopt_read(entry);
    });
  }

  const Uuid owner_ = make_uuid_v7(from_unix_microseconds(1'000'000'000'000));
  std::string large_;
  ContentId content_;
};

TEST_F(BulkLoadTest, AnAdoptedStoreIsTheSameStore) {
  live();
  const Uuid id = store_->id();
  const JournalPosition head = store_->journal_head();
  {
    const auto load = begin(id);
    value_of(copy(*image_of(*store_), *load, {}));
    EXPECT_FALSE(std::filesystem::exists(loaded_folder())) << "before it is whole";
    const VerifyReport report = value_of(load->finish(BulkLoad::Proof::walked));
    EXPECT_EQ(report.journal_entries, head.sequence);
    EXPECT_EQ(report.contents, 1U);
  }
  const auto original = std::move(store_);
  store_ = open_loaded();
  EXPECT_EQ(store_->id(), id);
  EXPECT_EQ(store_->journal_head(), head);
  EXPECT_EQ(find("a")->title, "Brunnen");
  const auto before = value_of(original->read_journal(0, 100));
  const auto after = value_of(store_->read_journal(0, 100));
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].hash, after[i].hash);
    EXPECT_EQ(before[i].detail, after[i].detail);
  }
  EXPECT_FALSE(after[0].detail) << "erased stays erased";
  EXPECT_EQ(value_of(store_->read_journal_of(owner_, 0, 10)).size(), 1U);
  EXPECT_EQ(value_of(store_->read_content(content_))->read(2'999'990, 100), large_.substr(0, 10));
  const auto from_tomorrow = value_of(store_->read<std::optional<std::string>>(
      [&](const View& view) { return view.read_record("from_tomorrow", "x"); }));
  EXPECT_TRUE(from_tomorrow && from_tomorrow->find("niemand") != std::string::npos);
  // And lives on.
  EXPECT_EQ(code_of(put(note("b", "Brunnen"))), ErrorCode::conflict) << "the unique index is there";
  value_of(put(note("b", "Linde")));
  value_of(append(event("dossier.opened")));
  value_of(store_->append_read({"content.read", owner_, owner_, std::nullopt}));
  expect_clean();
}

TEST_F(BulkLoadTest, AHistoryThatDoesNotHoldTogetherIsRefused) {
  live();
  const auto outcome = [&](Copying faults) {
    const auto load = begin(store_->id());
    Result<void> copied = copy(*image_of(*store_), *load, faults);
    if (!copied) return code_of(copied);
    return code_of(load->finish(BulkLoad::Proof::walked));
  };
  EXPECT_EQ(outcome({.dropped_event = 1}), ErrorCode::corrupt);
  EXPECT_EQ(outcome({.dropped_event = 2}), ErrorCode::corrupt);
  EXPECT_EQ(outcome({.is_detail_changed = true}), ErrorCode::corrupt);
  EXPECT_EQ(outcome({.is_read_dropped = true}), ErrorCode::corrupt);
  EXPECT_FALSE(std::filesystem::exists(loaded_folder()));
  EXPECT_FALSE(std::filesystem::exists(loaded_folder() + ".loading"));
}

TEST_F(BulkLoadTest, WhatIsMadeInBulkIsWhatCommitsMake) {
  constexpr std::size_t many = 3000;
  {
    const auto load = begin();
    for (std::size_t i = 0; i < many; ++i) {
      NoteRecord made = note("k" + std::to_string(i), "t" + std::to_string(i), i);
      made.topic = "Bau";
      value_of(load->put(notes, made));
      const Uuid owner = make_uuid_v7(clock_.now());
      write(*load, i % 2 == 0 ? "gleich" : "anders " + std::to_string(i), owner);
      value_of(load->append_event(event("note.made"), clock_.now()));
    }
    value_of(load->set_counter("notes", many));
    value_of(load->finish(BulkLoad::Proof::walked));
  }
  store_ = open_loaded();
  EXPECT_EQ(store_->journal_head().sequence, many);
  EXPECT_EQ(value_of(store_->verify()).contents, many / 2 + 1);
  ScanOptions all;
  all.limit = 10'000;
  EXPECT_EQ(value_of(store_->read<std::size_t>([&](const View& view) -> Result<std::size_t> {
              return DMS_TRY(view.scan_index(notes, "topic", all)).items.size();
            })),
            many);
  value_of(put(note("k1", "t1", 7)));
  expect_clean();
}

TEST_F(BulkLoadTest, NoKeyIsTakenTwice) {
  const auto load = begin();
  value_of(load->put(notes, note("a", "Brunnen")));
  EXPECT_EQ(code_of(load->put(notes, note("a", "Linde"))), ErrorCode::conflict);
  EXPECT_EQ(code_of(load->put(notes, note("b", "Brunnen"))), ErrorCode::conflict);
  EXPECT_EQ(code_of(load->put_record("note", "c", "{}")), ErrorCode::corrupt);
  value_of(load->set_counter("n", 5));
  EXPECT_EQ(code_of(load->set_counter("n", 4)), ErrorCode::conflict);
  EXPECT_EQ(code_of(load->name_content({{}, sha256("nirgends"), 8}, owner_)), ErrorCode::not_found);
}

TEST_F(BulkLoadTest, NothingIsLoadedOverWhatIsThere) {
  open();
  BulkLoadOptions over = load_options();
  over.store.folder = folder();
  EXPECT_EQ(code_of(BulkLoad::begin(environment_, over)), ErrorCode::conflict);
  const auto load = begin();
  EXPECT_EQ(code_of(BulkLoad::begin(environment_, load_options())), ErrorCode::conflict)
      << "another one is at it";
  std::filesystem::create_directory(loaded_folder());
  EXPECT_FALSE(load->finish(BulkLoad::Proof::opened)) << "somebody was faster";
}

TEST_F(BulkLoadTest, WhatAKilledProcessLeftGoes) {
  const std::string left = loaded_folder() + ".loading";
  std::filesystem::create_directories(left + "/db");
  std::ofstream(left + "/db/CURRENT") << "MANIFEST-000001\n";
  const auto load = begin();
  value_of(load->put(notes, note("a", "Brunnen")));
  value_of(load->finish(BulkLoad::Proof::walked));
  store_ = open_loaded();
  EXPECT_EQ(find("a")->title, "Brunnen");
}

}  // namespace
}  // namespace dms::storage::test
