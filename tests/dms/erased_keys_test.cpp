// Dossiers with keys of their own are destroyed: with them go the keys, and what old backups hold.

#include "dms/content_key_ring.h"
#include "dms/key_file.h"
#include "erasure_fixture.h"
#include "storage/backup_store.h"

namespace dms {
namespace {

using storage::ContentKeyState;
using storage::KeyDomain;
using test::code_of;
using test::value_of;

class ErasedKeysTest : public test::ErasureTest {
 protected:
  ErasedKeysTest() {
    value_of(create_key_file((temp_ / "server.key").string()));
    ring_ =
        value_of(ContentKeyRing::open({(temp_ / "content.keys").string(),
                                       ContentEncryption::dossier, (temp_ / "server.key").string()},
                                      clock_));
    content_keys_ = ring_;
    encryption_ = ContentEncryption::dossier;
    begin_anew();
    other_ = open_dossier("Bebauungsplan Süd");
  }

  void begin_anew() {
    restart();
    run_ = std::make_unique<ErasureRun>(
        ErasureParts{*store_, clock_, &belongings_, index_.get(), indexer_.get(), ring_.get()});
  }
  storage::BackupPlace place() const { return {(temp_ / "backup").string(), std::nullopt}; }
  void back_up() {
    storage::BackupOptions options;
    options.folder = place().folder;
    options.bytes_per_s_max = 0;
    value_of(store_->back_up(options));
  }
  Result<std::string> in_backup(const Document& document) {
    const auto backup = DMS_TRY(storage::open_backup(
        environment_, place(), 1,
        {.folder = {}, .name = "backup", .tables = {}, .content_keys = ring_}));
    const auto reader = DMS_TRY(backup->read_content(document.current.content));
    return reader->read(0, 1000);
  }
  Result<std::string> content(const Document& document) {
    const auto opened = DMS_TRY(documents_->open_content(clerk_, document.id, std::nullopt));
    return opened.reader->read(0, 1000);
  }
  ContentKeyState key_of(const Dossier& dossier) {
    const auto keys = value_of(read_content_key_file((temp_ / "content.keys").string()));
    for (const KeyEntry& entry : keys->entries) {
      if (entry.domain != KeyDomain{dossier.id.value}) continue;
      return entry.kind == KeyEntryKind::destroyed ? ContentKeyState::destroyed
                                                   : ContentKeyState::present;
    }
    return ContentKeyState::missing;
  }

  std::shared_ptr<ContentKeyRing> ring_;
  Dossier other_;
};

TEST_F(ErasedKeysTest, OldBackupsSayNothingOfADestroyedDossier) {
  const Document gone = file(dossier_.id, "Anzeige", "gegen den Nachbarn");
  const Document kept = file(other_.id, "Plan", "Festsetzungen");
  wait();
  back_up();
  ASSERT_EQ(in_backup(gone), "gegen den Nachbarn");
  close(dossier_);
  EXPECT_EQ(erase(of(dossier_)).state, ErasureState::done);
  EXPECT_EQ(key_of(dossier_), ContentKeyState::destroyed);
  EXPECT_EQ(code_of(in_backup(gone)), ErrorCode::not_found);
  EXPECT_EQ(in_backup(kept), "Festsetzungen");
  EXPECT_EQ(content(kept), "Festsetzungen");
  expect_verified();
}

TEST_F(ErasedKeysTest, ADocumentThatMovedAwayIsReadAfterwards) {
  const Document moved = file(dossier_.id, "Vermerk", "bleibt lesbar");
  wait();
  value_of(documents_->move(clerk_, moved.id, other_.id,
                            value_of(documents_->get(clerk_, moved.id)).change.revision));
  close(dossier_);
  EXPECT_EQ(erase(of(dossier_)).state, ErasureState::done);
  EXPECT_EQ(content(moved), "bleibt lesbar");
  expect_verified();
}

TEST_F(ErasedKeysTest, ADocumentAloneLeavesTheDossiersKey) {
  const Document gone = file(dossier_.id, "Anzeige", "versehentlich");
  const Document kept = file(dossier_.id, "Vermerk", "wird gebraucht");
  EXPECT_EQ(erase(of(gone)).state, ErasureState::done);
  EXPECT_EQ(key_of(dossier_), ContentKeyState::present);
  EXPECT_EQ(content(kept), "wird gebraucht");
}

TEST_F(ErasedKeysTest, AKillBetweenAnyTwoStepsLeavesNoKey) {
  const Document gone = file(dossier_.id, "Anzeige", "gegen den Nachbarn");
  wait();
  close(dossier_);
  const Erasure erasure = released(of(dossier_));
  for (int steps = 0; steps < 100 && reread(erasure).state != ErasureState::done; ++steps) {
    wait();
    step();
    begin_anew();
  }
  EXPECT_EQ(reread(erasure).state, ErasureState::done);
  EXPECT_EQ(key_of(dossier_), ContentKeyState::destroyed);
  expect_verified();
}

}  // namespace
}  // namespace dms
