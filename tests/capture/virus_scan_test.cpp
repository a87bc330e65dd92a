// The virus scanner at a real clamd: by itself, and in front of a scan folder and a mailbox.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "capture_fixture.h"
#include "clamd.h"
#include "dms/capture/scan_folder.h"
#include "dovecot.h"
#include "support/scanned_pages.h"
#include "web/capture/clamd_reply.h"
#include "web/capture/clamd_scanner.h"
#include "web/capture/mailbox.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;

using web::ClamdReply;
using web::ClamdScanner;
using web::read_clamd_reply;

constexpr std::chrono::seconds patience{20};

TEST(ClamdReplyTest, SaysWhatItMeans) {
  using Kind = ClamdReply::Kind;
  EXPECT_EQ(read_clamd_reply("stream: OK").kind, Kind::clean);
  EXPECT_EQ(read_clamd_reply("stream: Win.Test.EICAR_HDB-1 FOUND").kind, Kind::found);
  EXPECT_EQ(read_clamd_reply("stream: Win.Test.EICAR_HDB-1 FOUND").text, "Win.Test.EICAR_HDB-1");
  EXPECT_EQ(read_clamd_reply("INSTREAM size limit exceeded. ERROR").kind, Kind::too_large);
  for (const char* trouble : {"", "OK", "stream: OK ", " stream: OK", "stream: Can't read ERROR",
                              "UNKNOWN COMMAND", "stream: X FOUND OK"}) {
    EXPECT_EQ(read_clamd_reply(trouble).kind, Kind::trouble) << trouble;
  }
  EXPECT_EQ(read_clamd_reply("stream: \x01\xff FOUND").text, "?");
}

class VirusScanTest : public CaptureTest {
 protected:
  // Content that no commit has named, as an upload is when it is scanned.
  storage::StagedContent stage(std::string_view bytes) {
    const auto writer = value_of(tenant_->store().write_content({}));
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 1U << 20U))) {
      value_of(writer->append(bytes.substr(0, 1U << 20U)));
    }
    return value_of(writer->finish());
  }
  Result<std::string> scan(VirusScanner& scanner, std::string_view bytes) {
    return find_malware(&scanner, tenant_->store(), stage(bytes).id());
  }
  std::vector<InboundItem> quarantined() { return items_in(InboundState::received, quarantine_); }

  Clamd clamd_;
  ClamdScanner by_path_{{clamd_.socket(), {}, 0}, patience};
};

TEST_F(VirusScanTest, FindsWhatIsThereAndNothingElse) {
  ClamdScanner by_port{{{}, "127.0.0.1", clamd_.port()}, patience};
  for (VirusScanner* const scanner :
       {static_cast<VirusScanner*>(&by_path_), static_cast<VirusScanner*>(&by_port)}) {
    EXPECT_EQ(value_of(scan(*scanner, "Guten Tag")), "");
    EXPECT_EQ(value_of(scan(*scanner, Clamd::infected())), Clamd::finding);
    std::string large(3U << 20U, 'a');
    EXPECT_EQ(value_of(scan(*scanner, large)), "");
    large.replace(2U << 20U, Clamd::infected().size(), Clamd::infected());
    EXPECT_EQ(value_of(scan(*scanner, large)), Clamd::finding) << "of several chunks";
    const auto too_large = scan(*scanner, std::string(Clamd::stream_bytes_max + 1, 'a'));
    ASSERT_FALSE(too_large);
    EXPECT_EQ(too_large.error().code, ErrorCode::too_large);
  }
}

TEST_F(VirusScanTest, WithoutAnAnswerNothingIsKnown) {
  clamd_.pause();
  ClamdScanner hasty{{clamd_.socket(), {}, 0}, std::chrono::milliseconds(300)};
  const auto silent = scan(hasty, "Guten Tag");
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, ErrorCode::unavailable);
  EXPECT_NE(silent.error().hint.find("no answer in its time"), std::string::npos);
  clamd_.stop();
  const auto gone = scan(by_path_, "Guten Tag");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::unavailable);
  clamd_.start();
  EXPECT_EQ(value_of(scan(by_path_, "Guten Tag")), "");
  by_path_.stop();
  clamd_.pause();
  EXPECT_FALSE(scan(by_path_, "Guten Tag")) << "stopped, and it does not wait";
}

class ScannedFolderTest : public VirusScanTest {
 protected:
  ScannedFolderTest() : post_(folder_ / "scans" / "poststelle") {
    fs::create_directories(post_);
    config_.name = "scanner";
    config_.folder = (folder_ / "scans").string();
    config_.inboxes = {{"poststelle", "Posteingang Zentrale"}};
    config_.acting_user = "poststelle";
    config_.settle_s = 0;
    scanner_.chosen = &by_path_;
  }
  Result<void> go(ScanRound& round) {
    ScanFolder folder(config_, clock_);
    value_of(folder.look());
    return folder.take_in({tenant_->store(),
                           tenant_->inbound_items(),
                           clerk_,
                           {{"poststelle", inbox_}},
                           sandbox(),
                           tenant_->virus_scanner(),
                           quarantine_},
                          round, is_stopping_);
  }
  void put(const std::string& name, std::string_view bytes) const {
    std::ofstream(post_ / name, std::ios::binary) << bytes;
  }

  fs::path post_;
  ScanFolderConfig config_;
};

TEST_F(ScannedFolderTest, WhatIsInfectedGoesIntoQuarantineAndStaysThere) {
  put("brief.txt", "Guten Tag");
  put("fund.txt", Clamd::infected());
  ScanRound round;
  value_of(go(round));
  EXPECT_EQ(round.taken, 2U);
  EXPECT_EQ(round.infected, 1U);
  EXPECT_EQ(subjects(), std::vector<std::string>{"brief"});
  EXPECT_EQ(waiting().front().malware, "");
  ASSERT_EQ(quarantined().size(), 1U);
  const InboundItem found = quarantined().front();
  EXPECT_EQ(found.malware, Clamd::finding);
  EXPECT_TRUE(fs::exists(post_ / "verarbeitet" / "fund.txt"));
  InboundItems& items = tenant_->inbound_items();
  const auto filed =
      items.file(clerk_, found.id, {dossier_.id, found.fields}, found.change.revision);
  ASSERT_FALSE(filed);
  EXPECT_EQ(filed.error().code, ErrorCode::conflict);
  Distribution away;
  away.items = {{found.id, found.change.revision}};
  away.target.org_unit = value_of(tenant_->inboxes().get(clerk_, inbox_)).org_unit;
  const auto given = items.distribute(clerk_, away);
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code, ErrorCode::conflict);
  value_of(items.discard(clerk_, found.id, found.change.revision));
}

TEST_F(ScannedFolderTest, NothingComesInWithoutTheScanner) {
  put("brief.txt", "Guten Tag");
  clamd_.stop();
  ScanRound round;
  const auto outcome = go(round);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
  EXPECT_NE(outcome.error().hint.find("clamd"), std::string::npos);
  EXPECT_TRUE(waiting().empty());
  EXPECT_TRUE(fs::exists(post_ / "brief.txt"));
  clamd_.start();
  value_of(go(round));
  EXPECT_EQ(waiting().size(), 1U);
}

TEST_F(ScannedFolderTest, WhatIsTooLargeForItIsPutAside) {
  put("gross.bin", std::string(Clamd::stream_bytes_max + 1, 'a'));
  ScanRound round;
  value_of(go(round));
  EXPECT_EQ(round.put_aside, 1U);
  EXPECT_TRUE(waiting().empty());
  std::ifstream reason(post_ / "fehler" / "gross.bin.grund.txt");
  const std::string text{std::istreambuf_iterator<char>(reason), {}};
  EXPECT_NE(text.find("Virenscanner"), std::string::npos) << text;
}

TEST_F(ScannedFolderTest, AnInfectedStackIsNotDivided) {
  config_.separation = SeparationConfig{true, std::nullopt, BarcodePage::left_out};
  const std::string stack =
      as_pdf({{"", "Brief"}, {draw_page({}), ""}, {"", "Zweiter"}}) + "%" + Clamd::infected();
  put("stapel.pdf", stack);
  ScanRound round;
  value_of(go(round));
  EXPECT_EQ(round.infected, 1U);
  EXPECT_TRUE(waiting().empty());
  ASSERT_EQ(quarantined().size(), 1U);
  EXPECT_EQ(quarantined().front().content.sha256, sha256(stack));
}

TEST_F(VirusScanTest, AnInfectedMailGoesIntoQuarantine) {
  Dovecot dovecot;
  scanner_.chosen = &by_path_;
  MailboxConfig config;
  config.name = "poststelle";
  config.host = "localhost";
  config.port = dovecot.tls_port();
  config.ca_file = dovecot.ca_file();
  config.user = Dovecot::user;
  config.password_file = dovecot.password_file();
  config.after = "move:Verarbeitet";
  config.inbox = "Posteingang Zentrale";
  config.acting_user = "poststelle";
  config.files_by_reference = true;
  dovecot.deliver(
      make_mail("Rechnung " + dossier_.file_reference, "1@example.org", Clamd::infected()));
  dovecot.deliver(make_mail("Anfrage", "2@example.org"));
  web::Mailbox mailbox(config, "demo",
                       {.open_tenant = opener(),
                        .extractor = sandbox(),
                        .clock = clock_,
                        .log = log_,
                        .quarantine_inbox = "Quarantäne"});
  clamd_.stop();
  web::CaptureRound waits;
  EXPECT_FALSE(mailbox.go(waits, is_stopping_));
  EXPECT_EQ(dovecot.count(), 2U);
  EXPECT_TRUE(waiting().empty());
  clamd_.start();
  web::CaptureRound round;
  value_of(mailbox.go(round, is_stopping_));
  EXPECT_EQ(round.taken, 2U);
  EXPECT_EQ(round.infected, 1U);
  EXPECT_EQ(round.filed, 0U) << "a reference in its subject files nothing";
  EXPECT_EQ(subjects(), std::vector<std::string>{"Anfrage"});
  ASSERT_EQ(quarantined().size(), 1U);
  EXPECT_EQ(quarantined().front().malware, Clamd::finding);
  EXPECT_EQ(dovecot.count("Verarbeitet"), 2U);
}

}  // namespace
}  // namespace dms::test
