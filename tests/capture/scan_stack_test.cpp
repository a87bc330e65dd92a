// Stacks in a scan folder: each letter an item, all of them or none, and the stack as it was.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>

#include "capture_fixture.h"
#include "dms/capture/scan_folder.h"
#include "support/barcodes.h"
#include "support/scanned_pages.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

class ScanStackTest : public CaptureTest {
 protected:
  ScanStackTest() : post_(folder_ / "scans" / "poststelle") {
    fs::create_directories(post_);
    config_.name = "scanner";
    config_.folder = (folder_ / "scans").string();
    config_.inboxes = {{"poststelle", "Posteingang Zentrale"}};
    config_.acting_user = "poststelle";
    config_.settle_s = 0;
    config_.separation = SeparationConfig{true, "TRENN", BarcodePage::left_out};
  }

  void put(const std::string& name, std::string_view bytes) const {
    std::ofstream(post_ / name, std::ios::binary) << bytes;
  }
  ScanRound go() {
    ScanFolder folder(config_, clock_);
    ScanRound round;
    const ScanFolder::Account account{
        tenant_->store(), tenant_->inbound_items(), clerk_,     {{"poststelle", inbox_}},
        sandbox(),        tenant_->virus_scanner(), quarantine_};
    if (value_of(folder.look())) value_of(folder.take_in(account, round, is_stopping_));
    return round;
  }
  std::string done(const std::string& name) const {
    std::ifstream file(post_ / "verarbeitet" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  search::Extraction read(const InboundItem& item) {
    const fs::path copy = folder_ / "copy";
    std::ofstream(copy, std::ios::binary) << content_of(item);
    const int file = ::open(copy.c_str(), O_RDONLY | O_CLOEXEC);
    auto read = value_of(sandbox().extract(file));
    ::close(file);
    return read;
  }

  fs::path post_;
  ScanFolderConfig config_;
};

std::string stack() {
  return as_pdf({{"", "Antrag auf Carport"},
                 {"", "Lageplan"},
                 {draw_page({}), ""},
                 {"", "Widerspruch"},
                 {separating_sheet("TRENN 621.41-2026/014"), ""},
                 {"", "Stellungnahme"}});
}

TEST_F(ScanStackTest, MakesAnItemOfEachLetter) {
  const std::string whole = stack();
  put("Scan 0815.pdf", whole);
  EXPECT_EQ(go().taken, 3U);
  const auto items = waiting();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0].fields.subject, "Scan 0815 (1)");
  EXPECT_EQ(items[0].file_name, "Scan 0815 (1).pdf");
  EXPECT_EQ(items[2].fields.subject, "621.41-2026/014") << "of the sheet's barcode";
  EXPECT_EQ(read(items[0]).text, "Antrag auf Carport\n\fLageplan");
  EXPECT_EQ(read(items[1]).text, "Widerspruch");
  EXPECT_EQ(read(items[2]).text, "Stellungnahme");
  for (const InboundItem& item : items) {
    ASSERT_TRUE(item.stack);
    EXPECT_EQ(item.stack->file_name, "Scan 0815.pdf");
    EXPECT_EQ(item.stack->sha256, sha256(whole));
    EXPECT_EQ(item.receipt_stamp.channel, ReceiptChannel::scan_folder);
  }
  EXPECT_EQ(items[0].stack->first_page, 1U);
  EXPECT_EQ(items[0].stack->last_page, 2U);
  EXPECT_EQ(items[2].stack->first_page, 6U);
  EXPECT_EQ(done("Scan 0815.pdf"), whole) << "byte for byte";
  EXPECT_TRUE(file_records().empty());
  EXPECT_EQ(go().taken, 0U);
}

// Says what the test says of each scan; the first is the stack's, the others are its letters'.
class ScriptedScanner final : public VirusScanner {
 public:
  using Script = std::function<Result<std::string>(int number)>;
  explicit ScriptedScanner(Script script) : script_(std::move(script)) {}
  Result<std::string> scan(const storage::ContentReader&) override { return script_(++scans_); }

 private:
  const Script script_;
  int scans_ = 0;
};

TEST_F(ScanStackTest, TheLettersAreOfWhatWasScanned) {
  // Another file lies there as soon as the one that was is scanned.
  ScriptedScanner swapping([&](int number) -> Result<std::string> {
    if (number == 1) {
      put("stapel.pdf", as_pdf({{"", "Fremd"}, {draw_page({}), ""}, {"", "Ungeprüft"}}));
    }
    return std::string();
  });
  scanner_.chosen = &swapping;
  put("stapel.pdf", stack());
  EXPECT_EQ(go().taken, 3U);
  const auto items = waiting();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(read(items[0]).text, "Antrag auf Carport\n\fLageplan");
  EXPECT_EQ(read(items[2]).text, "Stellungnahme");
  EXPECT_EQ(items[0].stack->sha256, sha256(stack()));
}

TEST_F(ScanStackTest, LettersOfAStackWithALongNameKeepTheirNumbers) {
  put(std::string(251, 'x') + ".pdf", stack());
  EXPECT_EQ(go().taken, 3U);
  const auto items = waiting();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[1].file_name.size(), 255U);
  EXPECT_TRUE(items[1].file_name.ends_with("x (2).pdf"));
}

TEST_F(ScanStackTest, TakesATiffApartWithoutUnpackingIt) {
  put("fax.tif", as_tiff({draw_page({"Erster Brief"}), draw_page({}), draw_page({"Zweiter"})}));
  EXPECT_EQ(go().taken, 2U);
  const auto items = waiting();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].file_name, "fax (2).tif");
  EXPECT_EQ(read(items[1]).mime_type, "image/tiff");
  EXPECT_EQ(read(items[1]).page_count, 1U);
}

TEST_F(ScanStackTest, WhatCannotBeDividedComesAsItIs) {
  const std::vector<std::pair<std::string, std::string>> files{
      {"ein Brief.pdf", as_pdf({{"", "Nur ein Brief"}})},
      {"kaputt.pdf", "%PDF-1.4\nkaputt"},
      {"leer.pdf", as_pdf({{draw_page({}), ""}, {draw_page({}), ""}})},
      {"notiz.txt", "kein Stapel"}};
  for (const auto& [name, bytes] : files) {
    put(name, bytes);
    EXPECT_EQ(go().taken, 1U) << name;
    EXPECT_EQ(waiting().back().content.sha256, sha256(bytes)) << name;
    EXPECT_FALSE(waiting().back().stack) << name;
  }
}

TEST_F(ScanStackTest, NothingIsDividedUnlessItIsAskedFor) {
  config_.separation.reset();
  put("stapel.pdf", stack());
  EXPECT_EQ(go().taken, 1U);
  EXPECT_EQ(waiting().front().content.sha256, sha256(stack()));
}

// As a kill would between the commit and the move.
TEST_F(ScanStackTest, IsMovedAndNotDividedOnceMore) {
  put("stapel.pdf", stack());
  std::ofstream(post_ / "verarbeitet") << "im Weg";
  ScanFolder folder(config_, clock_);
  ScanRound round;
  const ScanFolder::Account account{
      tenant_->store(), tenant_->inbound_items(), clerk_, {{"poststelle", inbox_}}, sandbox()};
  ASSERT_TRUE(value_of(folder.look()));
  EXPECT_FALSE(folder.take_in(account, round, is_stopping_));
  EXPECT_EQ(waiting().size(), 3U);
  EXPECT_EQ(file_records().size(), 1U);
  fs::remove(post_ / "verarbeitet");
  const ScanRound again = go();
  EXPECT_EQ(again.taken, 0U);
  EXPECT_EQ(again.known, 1U);
  EXPECT_EQ(waiting().size(), 3U);
  EXPECT_EQ(done("stapel.pdf"), stack());
}

TEST_F(ScanStackTest, AllOrNone) {
  put("stapel.pdf", stack());
  ScanFolder folder(config_, clock_);
  ScanRound round;
  ScanFolder::Account account{tenant_->store(),
                              tenant_->inbound_items(),
                              clerk_,
                              {{"poststelle", closed_inbox_}},
                              sandbox()};
  ASSERT_TRUE(value_of(folder.look()));
  EXPECT_FALSE(folder.take_in(account, round, is_stopping_)) << "no right there";
  EXPECT_TRUE(waiting().empty());
  account.inboxes["poststelle"] = inbox_;
  // The third letter cannot be taken now: neither are the first two.
  ScriptedScanner late([](int number) -> Result<std::string> {
    if (number < 4) return std::string();
    return fail(operator_error(ErrorCode::corrupt, "content ends early"));
  });
  account.scanner = &late;
  EXPECT_FALSE(folder.take_in(account, round, is_stopping_));
  EXPECT_TRUE(waiting().empty());
  EXPECT_TRUE(file_records().empty());
  EXPECT_EQ(round.taken, 0U);
  EXPECT_TRUE(fs::exists(post_ / "stapel.pdf"));
  is_stopping_ = true;
  account.scanner = nullptr;
  EXPECT_TRUE(folder.take_in(account, round, is_stopping_));
  EXPECT_TRUE(waiting().empty()) << "nothing begins while it stops";
}

}  // namespace
}  // namespace dms::test
