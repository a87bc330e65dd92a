// A dossier comes back from a real generation, into a store to which something has happened since:
// it is lost whole, in parts, changed, moved, damaged, or erased on purpose.

#include "dms/dossier_restore.h"
#include "dms/base/json_codec.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "dms/access_record.h"
#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/erased_objects.h"
#include "dms/permission.h"
#include "filing_fixture.h"
#include "storage/backup_store.h"
#include "support/failing_writes.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;
using storage::Commit;
using storage::View;

class DossierRestoreTest : public FilingTest {
 protected:
  DossierRestoreTest() {
    dossier_ = open_dossier("Bebauungsplan Nord");
    letter_ = file(dossier_.id, "Anschreiben", "Erste Fassung");
    letter_ = value_of(documents_->add_version(clerk_, letter_.id, {"brief.txt", "besser"},
                                               stage("Zweite Fassung"), letter_.change.revision));
    report_ = file(dossier_.id, "Gutachten", "Der Boden trägt.");
    binned_ = file(dossier_.id, "Verworfen", "Nicht mehr gebraucht");
    binned_ = value_of(documents_->put_in_bin(clerk_, binned_.id, binned_.change.revision));
    other_ = open_dossier("Bebauungsplan Süd");
  }

  std::string folder() const { return (temp_ / "backup").string(); }
  void back_up() {
    storage::BackupOptions options;
    options.folder = folder();
    options.bytes_per_s_max = 0;
    generation_ = value_of(store_->back_up(options));
    clock_.advance(std::chrono::hours(1));
  }
  Result<DossierRestoreReport> try_restore(const DossierRestoreOptions& options) {
    storage::StoreOptions named;
    named.name = "backup";
    const auto backup = value_of(
        storage::open_backup(environment_, {folder()}, generation_.number, std::move(named)));
    return restore_dossier(*store_, clock_, {*backup, generation_}, options);
  }
  DossierRestoreOptions named(const std::string& dossier) const {
    DossierRestoreOptions options;
    options.dossier = dossier;
    options.asked_by = "root";
    return options;
  }
  DossierRestoreReport restore() { return value_of(try_restore(named(dossier_.id.text()))); }
  DossierRestoreReport check() {
    DossierRestoreOptions options = named(dossier_.id.text());
    options.is_check = true;
    return value_of(try_restore(options));
  }
  DossierRestoreReport overwrite() {
    DossierRestoreOptions options = named(dossier_.id.text());
    options.overwrite = true;
    return value_of(try_restore(options));
  }

  // What no use case does yet: as an accident, or somebody with the store's format, would.
  void change(const std::function<Result<void>(const View&, Commit&)>& what) {
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      DMS_TRY(what(view, commit));
      return commit;
    }));
  }
  void lose(const Document& document, std::uint32_t from_version = 1) {
    change([&](const View& view, Commit& commit) -> Result<void> {
      auto record = DMS_TRY(view.get(document_table, document.id.key()));
      for (std::uint32_t number = from_version; number <= record.current_version; ++number) {
        const std::string key = version_key(document.id, number);
        const VersionRecord version = DMS_TRY(view.get(version_table, key));
        commit.release_content(DMS_TRY(original_content(version)), version.id.value);
        DMS_TRY(commit.erase(version_table, key));
      }
      if (from_version == 1) return commit.erase(document_table, document.id.key());
      record.current_version = from_version - 1;
      return commit.put(document_table, record);
    });
  }
  void lose_dossier() {
    for (const Document* document : {&letter_, &report_, &binned_}) lose(*document);
    change([&](const View& view, Commit& commit) -> Result<void> {
      DMS_TRY(view.get(dossier_table, dossier_.id.key()));
      DMS_TRY(commit.erase(access_table, dossier_.id.key()));
      return commit.erase(dossier_table, dossier_.id.key());
    });
  }
  template <class Record>
  std::string json(const storage::Table<Record>& table, std::string_view key) {
    return value_of(store_->read<std::string>([&](const View& view) -> Result<std::string> {
      const auto record = DMS_TRY(view.find(table, key));
      return record ? encode_json(*record) : std::string();
    }));
  }
  // All that is stored of the dossier, but for its access list: that gets a revision of its own.
  std::string everything() {
    std::string all = json(dossier_table, dossier_.id.key());
    for (const Document* document : {&letter_, &report_, &binned_}) {
      all += json(document_table, document->id.key());
      for (std::uint32_t number = 1; number <= 3; ++number) {
        all += json(version_table, version_key(document->id, number));
      }
    }
    return all;
  }
  std::string text_of(const Document& document, std::uint32_t version) {
    return read_all(*value_of(documents_->open_content(clerk_, document.id, version)).reader);
  }
  std::vector<std::string> kinds_since(std::uint64_t sequence) {
    std::vector<std::string> kinds;
    for (const auto& entry : value_of(store_->read_journal(sequence, 1000))) {
      kinds.push_back(entry.kind);
    }
    return kinds;
  }
  void expect_clean() {
    EXPECT_EQ(value_of(store_->verify()).problems, std::vector<std::string>());
  }

  Dossier dossier_;
  Dossier other_;
  Document letter_;  // two versions
  Document report_;
  Document binned_;
  storage::BackupGeneration generation_;
};

TEST_F(DossierRestoreTest, ALostDossierIsThereAgainAsItWas) {
  make_manager_of_plan(signer_);
  AccessList list;
  list.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk),
                  grant(SubjectKind::user, signer_.user.value, Role::record_manager)};
  value_of(dossiers_->give_access_list(signer_, dossier_.id, list, dossier_.change.revision));
  const std::string before = everything();
  back_up();
  lose_dossier();
  value_of(store_->sweep_content());
  EXPECT_LOOKS_ABSENT(dossiers_->get(clerk_, dossier_.id));
  const std::uint64_t head = store_->journal_head().sequence;
  const DossierRestoreReport told = check();
  EXPECT_EQ(store_->journal_head().sequence, head) << "a check changes nothing";
  const DossierRestoreReport done = restore();
  for (const DossierRestoreReport& report : {told, done}) {
    EXPECT_TRUE(report.dossier_missing);
    EXPECT_EQ(report.documents, 3U);
    EXPECT_EQ(report.documents_missing, 3U);
    EXPECT_EQ(report.contents_damaged, 0U);
  }
  EXPECT_EQ(everything(), before);
  EXPECT_EQ(text_of(letter_, 1), "Erste Fassung");
  EXPECT_EQ(text_of(letter_, 2), "Zweite Fassung");
  EXPECT_EQ(value_of(dossiers_->get(clerk_, dossier_.id)).own_scope, true);
  EXPECT_EQ(value_of(documents_->get(clerk_, binned_.id)).binned.has_value(), true);
  using Kinds = std::vector<std::string>;
  EXPECT_EQ(kinds_since(head), (Kinds{
                                   "dossier.restored_from_backup",
                                   "document.restored_from_backup",
                                   "document.restored_from_backup",
                                   "document.restored_from_backup",
                               }));
  const auto entry = value_of(store_->read_journal(head, 1)).at(0);
  EXPECT_NE(entry.detail->find(R"("asked_by":"root")"), std::string::npos) << *entry.detail;
  EXPECT_NE(entry.detail->find(R"("generation":1)"), std::string::npos) << *entry.detail;
  const DossierRestoreReport again = restore();
  EXPECT_EQ(again.documents_missing, 0U);
  EXPECT_FALSE(again.access_list_differs);
  EXPECT_EQ(kinds_since(head).size(), 4U) << "the second time there is nothing to do";
  expect_clean();
}

TEST_F(DossierRestoreTest, ByItsReferenceAndFromNoOtherTenant) {
  back_up();
  EXPECT_EQ(value_of(try_restore(named(dossier_.file_reference))).dossier, dossier_.id.text());
  EXPECT_EQ(code_of(try_restore(named("621.41-1999/7"))), ErrorCode::not_found);
  store_.reset();
  fs::rename(temp_ / "store", temp_ / "kept");
  open();
  EXPECT_EQ(code_of(try_restore(named(dossier_.file_reference))), ErrorCode::conflict);
}

TEST_F(DossierRestoreTest, WhatIsMissingComesBackAndWhatIsThereStays) {
  back_up();
  lose(report_);
  lose(letter_, 2);
  const std::string kept = json(version_table, version_key(letter_.id, 1));
  const DossierRestoreReport report = restore();
  EXPECT_FALSE(report.dossier_missing);
  EXPECT_EQ(report.documents_missing, 1U);
  EXPECT_EQ(report.versions_missing, 1U);
  EXPECT_EQ(report.documents_differing, 0U);
  EXPECT_EQ(text_of(report_, 1), "Der Boden trägt.");
  EXPECT_EQ(text_of(letter_, 2), "Zweite Fassung");
  EXPECT_EQ(value_of(documents_->get(clerk_, letter_.id)).current.number, 2U);
  EXPECT_EQ(json(version_table, version_key(letter_.id, 1)), kept);
  expect_clean();
}

TEST_F(DossierRestoreTest, WhatDiffersIsToldAndOnlyOverwrittenWhenAsked) {
  back_up();
  DossierFields fields = dossier_.fields;
  fields.title = "Bebauungsplan Nordost";
  const Dossier renamed =
      value_of(dossiers_->update(clerk_, dossier_.id, fields, dossier_.change.revision));
  DocumentFields changed = report_.fields;
  changed.subject = "Bodengutachten";
  value_of(documents_->update(clerk_, report_.id, changed, report_.change.revision));
  const Document third = value_of(documents_->add_version(
      clerk_, letter_.id, {"brief.txt", ""}, stage("Dritte Fassung"), letter_.change.revision));
  const DossierRestoreReport told = restore();
  EXPECT_TRUE(told.dossier_differs);
  EXPECT_EQ(told.documents_differing, 1U);
  EXPECT_EQ(value_of(dossiers_->get(clerk_, dossier_.id)).fields.title, "Bebauungsplan Nordost");
  const std::uint64_t head = store_->journal_head().sequence;
  overwrite();
  const Dossier after = value_of(dossiers_->get(clerk_, dossier_.id));
  EXPECT_EQ(after.fields.title, "Bebauungsplan Nord");
  EXPECT_EQ(after.change.revision, renamed.change.revision + 1) << "a new revision";
  EXPECT_EQ(value_of(documents_->get(clerk_, report_.id)).fields.subject, "Gutachten");
  EXPECT_EQ(value_of(documents_->get(clerk_, letter_.id)).current.number, 3U);
  EXPECT_EQ(text_of(third, 3), "Dritte Fassung") << "later versions stay";
  const auto kinds = kinds_since(head);
  EXPECT_NE(std::ranges::find(kinds, "dossier.retitled"), kinds.end()) << "the index follows it";
  EXPECT_FALSE(restore().dossier_differs);
  expect_clean();
}

TEST_F(DossierRestoreTest, WhatWasMovedStaysAndHoldsAndRightsAreOfNow) {
  back_up();
  value_of(documents_->move(clerk_, report_.id, other_.id, report_.change.revision));
  make_manager_of_plan(manager_);
  AccessList list;
  list.entries = {grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  Dossier held =
      value_of(dossiers_->give_access_list(manager_, dossier_.id, list, dossier_.change.revision));
  held = value_of(dossiers_->set_holds(manager_, dossier_.id, {"Klage"}, held.change.revision));
  const DossierRestoreReport report = overwrite();
  EXPECT_EQ(report.documents_elsewhere, 1U);
  EXPECT_TRUE(report.access_list_differs);
  EXPECT_EQ(value_of(documents_->get(clerk_, report_.id)).dossier, other_.id);
  EXPECT_LOOKS_ABSENT(dossiers_->get(clerk_, dossier_.id));
  EXPECT_EQ(value_of(dossiers_->get(manager_, dossier_.id)).holds.size(), 1U);
  expect_clean();
}

TEST_F(DossierRestoreTest, AVersionWithAnotherFileKeepsItsNumber) {
  back_up();
  lose(letter_, 2);
  const Document now = value_of(documents_->get(clerk_, letter_.id));
  value_of(documents_->add_version(clerk_, letter_.id, {"brief.txt", ""}, stage("Anders"),
                                   now.change.revision));
  EXPECT_EQ(restore().versions_conflicting, 1U);
  EXPECT_EQ(text_of(letter_, 2), "Anders");
  expect_clean();
}

TEST_F(DossierRestoreTest, WhatWasErasedOnPurposeDoesNotComeBack) {
  back_up();
  lose(report_);
  EXPECT_FALSE(value_of(was_erased(*store_, report_.id.value)));
  const auto erased = [&](const std::string& kind, const Uuid& object) {
    change([&](const View&, Commit& commit) -> Result<void> {
      commit.append(object_event(clerk_, kind, object, dossier_.id.value, "{}"));
      return {};
    });
  };
  erased("document.erased", report_.id.value);
  EXPECT_TRUE(value_of(was_erased(*store_, report_.id.value)));
  EXPECT_EQ(restore().documents_erased, 1U);
  EXPECT_LOOKS_ABSENT(documents_->get(clerk_, report_.id));
  lose(letter_);
  lose(binned_);
  change([&](const View& view, Commit& commit) -> Result<void> {
    DMS_TRY(view.get(dossier_table, dossier_.id.key()));
    return commit.erase(dossier_table, dossier_.id.key());
  });
  EXPECT_EQ(check().documents_erased, 1U) << "a document of it was, not the file itself";
  erased("dossier.erased", dossier_.id.value);
  EXPECT_EQ(code_of(try_restore(named(dossier_.id.text()))), ErrorCode::conflict);
}

TEST_F(DossierRestoreTest, AReferenceIsOfOneDossier) {
  back_up();
  lose_dossier();
  change([&](const View& view, Commit& commit) -> Result<void> {
    DossierRecord taken = DMS_TRY(view.get(dossier_table, other_.id.key()));
    taken.file_reference = dossier_.file_reference;
    return commit.put(dossier_table, taken);
  });
  EXPECT_EQ(code_of(try_restore(named(dossier_.id.text()))), ErrorCode::conflict);
  EXPECT_LOOKS_ABSENT(dossiers_->get(clerk_, dossier_.id));
}

// As a kill between two of its commits leaves it.
TEST_F(DossierRestoreTest, WhatWasCutOffIsCompletedByASecondRun) {
  const std::string before = everything();
  back_up();
  lose_dossier();
  restore();
  lose(report_);
  lose(letter_, 2);
  EXPECT_EQ(restore().documents_missing, 1U);
  EXPECT_EQ(everything(), before);
  expect_clean();
}

// It holds the tenant, which cannot be closed and opened again meanwhile.
TEST_F(DossierRestoreTest, EndsWhereTheStoreHasFailed) {
  back_up();
  {
    const test::FailingWrites fault;
    EXPECT_EQ(code_of(documents_->put_in_bin(clerk_, letter_.id, letter_.change.revision)),
              ErrorCode::unavailable);
  }
  EXPECT_FALSE(store_->writable());
  DossierRestoreOptions options = named(dossier_.id.text());
  options.is_check = true;
  const auto checked = try_restore(options);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::unavailable);
  EXPECT_NE(checked.error().hint.find("run it again"), std::string::npos) << checked.error().hint;
}

TEST_F(DossierRestoreTest, DamagedContentGetsTheBackupsBytes) {
  std::string large;
  for (int i = 0; i < 300'000; ++i) large += std::to_string(i);
  const Document scan = file(dossier_.id, "Scan", large);
  back_up();
  store_.reset();
  const std::string part = large.substr(1'200'000, 60);
  int hits = 0;
  for (const auto& entry : fs::recursive_directory_iterator(temp_ / "store" / "db")) {
    if (!entry.is_regular_file()) continue;
    std::fstream bytes(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(bytes)), {});
    const std::size_t at = all.find(part);
    if (at == std::string::npos) continue;
    bytes.clear();
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put('x');
    ++hits;
  }
  ASSERT_EQ(hits, 1);
  open();
  make_services();
  EXPECT_EQ(check().contents_damaged, 1U);
  EXPECT_FALSE(value_of(store_->verify()).problems.empty());
  EXPECT_EQ(restore().contents_damaged, 1U);
  EXPECT_EQ(restore().contents_damaged, 0U);
  const auto reader = value_of(documents_->open_content(clerk_, scan.id, 1U)).reader;
  EXPECT_EQ(value_of(reader->read(1'100'000, 200'000)), large.substr(1'100'000, 200'000));
  value_of(store_->sweep_content());
  expect_clean();
}

}  // namespace
}  // namespace dms::test
