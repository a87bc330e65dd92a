// A scan folder on a real disk, looked at round by round.

#include "dms/capture/scan_folder.h"

#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "capture_fixture.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

class ScanFolderTest : public CaptureTest {
 protected:
  ScanFolderTest() : scans_(folder_ / "scans"), post_(scans_ / "poststelle") {
    fs::create_directories(post_);
    config_.name = "scanner";
    config_.folder = scans_.string();
    config_.inboxes = {{"poststelle", "Posteingang Zentrale"}};
    config_.acting_user = "poststelle";
    config_.settle_s = 10;
    config_.file_bytes_max = 3U << 20U;
    start();
  }

  // Anew, as after a restart.
  void start() { scanner_.emplace(config_, clock_); }
  void put(const std::string& name, std::string_view bytes) const {
    std::ofstream(post_ / name, std::ios::binary) << bytes;
  }
  ScanFolder::Account account() {
    return {tenant_->store(), tenant_->inbound_items(), clerk_,     {{"poststelle", inbox_}},
            sandbox(),        tenant_->virus_scanner(), quarantine_};
  }
  ScanRound go() {
    ScanRound round;
    if (value_of(scanner_->look())) value_of(scanner_->take_in(account(), round, is_stopping_));
    return round;
  }
  // What is whole by then.
  ScanRound settle_and_go() {
    go();
    clock_.advance(std::chrono::seconds(10));
    return go();
  }
  std::set<std::string> names(const fs::path& folder) const {
    std::set<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
      if (!entry.is_directory() || entry.is_symlink()) {
        names.insert(entry.path().filename().string());
      }
    }
    return names;
  }
  std::string text_of(const fs::path& path) const {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  fs::path done() const { return post_ / "verarbeitet"; }
  fs::path failed() const { return post_ / "fehler"; }
  using Names = std::set<std::string>;

  fs::path scans_;
  fs::path post_;
  ScanFolderConfig config_;
  std::optional<ScanFolder> scanner_;
};

TEST_F(ScanFolderTest, TakesInAFileThatHasStoodStill) {
  const std::string bytes(2'500'000, 'b');
  put("Brief Amtsgericht.pdf", bytes);
  EXPECT_EQ(go().taken, 0U) << "just seen";
  clock_.advance(std::chrono::seconds(9));
  EXPECT_EQ(go().taken, 0U);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(go().taken, 1U);
  ASSERT_EQ(waiting().size(), 1U);
  const InboundItem item = waiting().front();
  EXPECT_EQ(item.fields.subject, "Brief Amtsgericht");
  EXPECT_EQ(item.file_name, "Brief Amtsgericht.pdf");
  EXPECT_EQ(item.receipt_stamp.channel, ReceiptChannel::scan_folder);
  EXPECT_EQ(item.receipt_stamp.received.by, clerk_.user);
  EXPECT_EQ(item.content.sha256, sha256(bytes));
  EXPECT_TRUE(names(post_).empty());
  EXPECT_EQ(text_of(done() / "Brief Amtsgericht.pdf"), bytes);
  EXPECT_TRUE(file_records().empty()) << "gone with the file";
  EXPECT_EQ(settle_and_go().taken, 0U);
}

TEST_F(ScanFolderTest, WaitsForWhatIsStillBeingWritten) {
  std::ofstream growing(post_ / "lang.pdf", std::ios::binary);
  for (int i = 0; i < 5; ++i) {
    growing << "Seite" << std::flush;
    clock_.advance(std::chrono::seconds(8));
    EXPECT_EQ(go().taken, 0U) << i;
  }
  growing.close();
  // Written under another name and renamed into place: all of it is seen at once.
  put(".lang2.pdf", "ganz");
  EXPECT_EQ(settle_and_go().taken, 1U);
  fs::rename(post_ / ".lang2.pdf", post_ / "lang2.pdf");
  EXPECT_EQ(go().taken, 0U);
  clock_.advance(std::chrono::seconds(10));
  EXPECT_EQ(go().taken, 1U);
  EXPECT_EQ(waiting()[0].content.size, 25U);
}

TEST_F(ScanFolderTest, TakesEqualFilesEachAndHintsAtIt) {
  put("eins.pdf", "gleich");
  put("zwei.pdf", "gleich");
  EXPECT_EQ(settle_and_go().taken, 2U);
  const auto items = waiting();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_FALSE(items[0].duplicate_of);
  EXPECT_EQ(items[1].duplicate_of, items[0].id);
  // The scanner begins its numbers anew, and the letter is the same: another item, another file.
  put("eins.pdf", "gleich");
  EXPECT_EQ(settle_and_go().taken, 1U);
  EXPECT_EQ(waiting().size(), 3U);
  EXPECT_EQ(names(done()), (Names{"eins (2).pdf", "eins.pdf", "zwei.pdf"}));
}

TEST_F(ScanFolderTest, AMailIsItsOwnAndIsKnownAgain) {
  const std::string head =
      "From: Petra <p@example.org>\r\nDate: Wed, 18 Nov 2026 09:00:00 +0100\r\n"
      "Subject: Zaun\r\nMessage-ID: <1@example.org>\r\n\r\n";
  put("a.eml", head + "Wie hoch darf er sein?");
  EXPECT_EQ(settle_and_go().taken, 1U);
  put("b.eml", head + "Saved by another program.");
  EXPECT_EQ(settle_and_go().taken, 1U);
  const auto items = waiting();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].fields.subject, "Zaun");
  EXPECT_EQ(items[0].fields.sender, "Petra <p@example.org>");
  EXPECT_EQ(items[0].fields.type, DocumentType::email);
  EXPECT_TRUE(items[0].fields.letter_date);
  EXPECT_FALSE(items[0].duplicate_of);
  EXPECT_EQ(items[1].duplicate_of, items[0].id);
}

// As a kill would between the commit and the move: what follows the commit cannot be done.
TEST_F(ScanFolderTest, MovesWhatIsKnownAndTakesItInNoMore) {
  put("brief.pdf", "Brief");
  std::ofstream(done()) << "im Weg";
  go();
  clock_.advance(std::chrono::seconds(10));
  ScanRound round;
  ASSERT_TRUE(value_of(scanner_->look()));
  const auto outcome = scanner_->take_in(account(), round, is_stopping_);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
  EXPECT_EQ(waiting().size(), 1U);
  EXPECT_EQ(file_records().size(), 1U);
  EXPECT_EQ(names(post_).count("brief.pdf"), 1U);
  fs::remove(done());
  start();
  const ScanRound again = settle_and_go();
  EXPECT_EQ(again.taken, 0U);
  EXPECT_EQ(again.known, 1U);
  EXPECT_EQ(waiting().size(), 1U);
  EXPECT_EQ(names(done()), Names{"brief.pdf"});
  EXPECT_TRUE(file_records().empty());
}

// A kill between the move and the forgetting.
TEST_F(ScanFolderTest, ForgetsWhatWasMovedSoThatTheNextOfThatNameIsTaken) {
  put("brief.pdf", "Brief");
  std::ofstream(done()) << "im Weg";
  go();
  clock_.advance(std::chrono::seconds(10));
  ScanRound round;
  ASSERT_TRUE(value_of(scanner_->look()));
  ASSERT_FALSE(scanner_->take_in(account(), round, is_stopping_));
  fs::remove(done());
  fs::create_directory(done());
  fs::rename(post_ / "brief.pdf", done() / "brief.pdf");
  ASSERT_EQ(file_records().size(), 1U);
  start();
  EXPECT_EQ(go().taken, 0U);
  EXPECT_TRUE(file_records().empty());
  put("brief.pdf", "Brief");
  EXPECT_EQ(settle_and_go().taken, 1U);
  EXPECT_EQ(waiting().size(), 2U);
}

TEST_F(ScanFolderTest, FollowsNoLinkAndPutsAsideWhatCannotBeTaken) {
  std::ofstream(folder_ / "secret.txt") << "nicht für den Posteingang";
  fs::create_symlink(folder_ / "secret.txt", post_ / "link.txt");
  fs::create_symlink("/gibt/es/nicht", post_ / "ins Leere.txt");
  ASSERT_EQ(::mkfifo((post_ / "pipe").c_str(), 0600), 0);
  put("leer.pdf", "");
  put("gross.pdf", std::string((3U << 20U) + 1, 'x'));
  put("gut.pdf", "gut");
  const ScanRound round = settle_and_go();
  EXPECT_EQ(round.taken, 1U);
  EXPECT_EQ(round.put_aside, 5U);
  EXPECT_EQ(subjects(), std::vector<std::string>{"gut"});
  EXPECT_TRUE(names(post_).empty());
  EXPECT_EQ(names(failed()), (Names{"gross.pdf", "gross.pdf.grund.txt", "ins Leere.txt",
                                    "ins Leere.txt.grund.txt", "leer.pdf", "leer.pdf.grund.txt",
                                    "link.txt", "link.txt.grund.txt", "pipe", "pipe.grund.txt"}));
  EXPECT_NE(text_of(failed() / "gross.pdf.grund.txt").find("größer als 3145728 Bytes"),
            std::string::npos);
  EXPECT_NE(text_of(failed() / "link.txt.grund.txt").find("Symlink"), std::string::npos);
  EXPECT_NE(text_of(failed() / "leer.pdf.grund.txt").find("leer"), std::string::npos);
  EXPECT_EQ(text_of(folder_ / "secret.txt"), "nicht für den Posteingang");
}

TEST_F(ScanFolderTest, GoesThroughNoLinkInPlaceOfAFolder) {
  fs::create_directory(folder_ / "elsewhere");
  std::ofstream(folder_ / "elsewhere" / "fremd.txt") << "fremd";
  fs::remove(post_);
  fs::create_directory_symlink(folder_ / "elsewhere", post_);
  EXPECT_FALSE(scanner_->look());
  fs::remove(post_);
  fs::create_directory(post_);
  put("gut.pdf", "gut");
  fs::create_directory_symlink(folder_ / "elsewhere", done());
  go();
  clock_.advance(std::chrono::seconds(10));
  ScanRound round;
  ASSERT_TRUE(value_of(scanner_->look()));
  EXPECT_FALSE(scanner_->take_in(account(), round, is_stopping_));
  EXPECT_EQ(names(folder_ / "elsewhere"), Names{"fremd.txt"});
}

TEST_F(ScanFolderTest, PutsAsideWhatItHasNoRightToRead) {
  put("geschützt.pdf", "geheim");
  fs::permissions(post_ / "geschützt.pdf", fs::perms::none);
  const bool is_root = ::geteuid() == 0;
  constexpr uid_t nobody = 65534;
  if (is_root) {
    // A file system access as nobody, by this thread alone: root may read everything.
    fs::permissions(folder_.path(), fs::perms(0755));
    ASSERT_EQ(::chown(post_.c_str(), nobody, nobody), 0);
  }
  go();
  clock_.advance(std::chrono::seconds(10));
  if (is_root) ::setfsuid(nobody);
  ScanRound round;
  const auto looked = scanner_->look();
  const auto outcome = scanner_->take_in(account(), round, is_stopping_);
  if (is_root) ::setfsuid(0);
  ASSERT_TRUE(looked);
  ASSERT_TRUE(outcome) << outcome.error().hint;
  EXPECT_EQ(round.put_aside, 1U);
  EXPECT_TRUE(waiting().empty());
  EXPECT_NE(text_of(failed() / "geschützt.pdf.grund.txt").find("darf diese Datei nicht lesen"),
            std::string::npos);
}

TEST_F(ScanFolderTest, TakesInNamesOfAnyBytes) {
  put("Bescheid\xff\xfe.pdf", "eins");
  put("zwei\nZeilen.pdf", "zwei");
  put("\xe2\x80\xaekehrt.pdf", "drei");
  put("-rf *", "vier");
  put(std::string(255, 'x'), "fünf");
  EXPECT_EQ(settle_and_go().taken, 5U);
  EXPECT_EQ(waiting().size(), 5U);
  EXPECT_TRUE(names(post_).empty());
  EXPECT_EQ(names(done()).count("Bescheid\xff\xfe.pdf"), 1U) << "its own name, byte for byte";
  EXPECT_EQ(names(done()).size(), 5U);
}

TEST_F(ScanFolderTest, LeavesEverythingWhereTheTroubleIsNotTheFiles) {
  put("brief.pdf", "Brief");
  go();
  clock_.advance(std::chrono::seconds(10));
  ASSERT_TRUE(value_of(scanner_->look()));
  ScanRound round;
  ScanFolder::Account other = account();
  other.inboxes["poststelle"] = closed_inbox_;
  EXPECT_FALSE(scanner_->take_in(other, round, is_stopping_)) << "no right there";
  EXPECT_EQ(names(post_), Names{"brief.pdf"});
  EXPECT_FALSE(fs::exists(failed()));
  EXPECT_EQ(go().taken, 1U);
}

}  // namespace
}  // namespace dms::test
