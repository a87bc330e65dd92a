// The virus scanner at a real clamd: by itself, and in front of a scan folder and a mailbox.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "capture_fixture.h"
#include "clamd.h"
#include "dms/capture/scan_folder.h"
#include "dovecot.h"
#include "odd_clamd.h"
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
  EXPECT_EQ(read_clamd_reply("stream: Can't parse data ERROR").kind, Kind::unscannable);
  EXPECT_EQ(read_clamd_reply("stream: Can't parse data ERROR").text,
            "stream: Can't parse data ERROR");
  for (const char* trouble :
       {"", "OK", "stream: OK ", " stream: OK", "stream: ERROR", "Can't read ERROR",
        "UNKNOWN COMMAND", "stream: X FOUND OK", "stream: Can't allocate memory ERROR",
        "stream: Can't create temporary file ERROR"}) {
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

// Content that nobody has stored; of its `size` bytes there may be fewer.
class LooseContent final : public storage::ContentReader {
 public:
  LooseContent(std::string bytes, std::uint64_t size) : bytes_(std::move(bytes)) {
    id_.size = size;
  }
  explicit LooseContent(std::string bytes) : LooseContent(bytes, bytes.size()) {}
  const storage::ContentId& id() const override { return id_; }
  Result<std::string> read(std::uint64_t offset, std::size_t length) const override {
    ++reads;
    const std::uint64_t at = std::min<std::uint64_t>(offset, bytes_.size());
    return bytes_.substr(static_cast<std::size_t>(at), length);
  }
  mutable std::atomic<int> reads{0};

 private:
  std::string bytes_;
  storage::ContentId id_;
};

TEST_F(VirusScanTest, ContentThatEndsEarlyIsNotClean) {
  const auto outcome = by_path_.scan(LooseContent("Guten", 9));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::corrupt);
}

TEST_F(VirusScanTest, CleanIsOnlyWhatWasTakenToItsEnd) {
  using std::string_literals::operator""s;
  OddClamd odd(100, "stream: OK\0"s);
  ClamdScanner scanner{{odd.socket(), {}, 0}, patience};
  const auto outcome = scanner.scan(LooseContent(std::string(4U << 20U, 'a')));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
}

TEST_F(VirusScanTest, WhatItCannotLookThroughIsTold) {
  using std::string_literals::operator""s;
  OddClamd odd(27, "stream: Can't parse data ERROR\0"s);
  ClamdScanner scanner{{odd.socket(), {}, 0}, patience};
  const auto outcome = scanner.scan(LooseContent("Guten Tag"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::unprocessable);
  EXPECT_EQ(outcome.error().message.de, "Die Datei lässt sich nicht auf Viren prüfen.");
}

TEST_F(VirusScanTest, OneThatHangsTakesFewThreads) {
  clamd_.pause();
  const LooseContent content("Guten Tag");
  std::array<Result<std::string>, ClamdScanner::scans_at_once_max> outcomes;
  std::vector<std::thread> threads;
  for (auto& outcome : outcomes) {
    threads.emplace_back([&] { outcome = by_path_.scan(content); });
  }
  while (content.reads < static_cast<int>(outcomes.size())) std::this_thread::yield();
  const auto refused = by_path_.scan(content);
  clamd_.resume();
  for (std::thread& thread : threads) thread.join();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(refused.error().hint, "clamd: too many at once");
  EXPECT_GT(refused.error().retry_after_s, 0U);
  for (auto& outcome : outcomes) EXPECT_EQ(value_of(outcome), "");
  EXPECT_EQ(value_of(by_path_.scan(content)), "");
}

TEST_F(VirusScanTest, AConnectionIsNotWaitedForAsLongAsAnAnswer) {
  // Nobody accepts, and the queue is full: the next connection hangs.
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::array<int, 4> waiting_there{};
  for (int& each : waiting_there) {
    each = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    static_cast<void>(::connect(each, reinterpret_cast<sockaddr*>(&address), size));
  }
  ClamdScanner scanner{{{}, "127.0.0.1", ntohs(address.sin_port)}, std::chrono::minutes(5)};
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = scanner.scan(LooseContent("Guten Tag"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(2));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
  for (const int each : waiting_there) ::close(each);
  ::close(listener);
}

// A clamd that has its trouble with some files: those with these words in them.
class UnsureScanner final : public VirusScanner {
 public:
  explicit UnsureScanner(VirusScanner& real) : real_(real) {}
  Result<std::string> scan(const storage::ContentReader& content) override {
    ++scans;
    const std::string bytes = DMS_TRY(content.read(0, 1U << 16U));
    if (bytes.find("unlesbar") != std::string::npos) {
      return fail(ErrorCode::unprocessable, "Unlesbar.", "Unreadable.");
    }
    if (bytes.find("bleibt stehen") != std::string::npos) {
      return fail(operator_error(ErrorCode::unavailable, "clamd: no answer in its time"));
    }
    return real_.scan(content);
  }
  int scans = 0;

 private:
  VirusScanner& real_;
};

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
  ScanFolder::Account account() {
    return {tenant_->store(), tenant_->inbound_items(), clerk_,     {{"poststelle", inbox_}},
            sandbox(),        tenant_->virus_scanner(), quarantine_};
  }
  Result<void> go(ScanFolder& folder, ScanRound& round) {
    value_of(folder.look());
    return folder.take_in(account(), round, is_stopping_);
  }
  Result<void> go(ScanRound& round) {
    ScanFolder folder(config_, clock_);
    return go(folder, round);
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
  away.target = {std::nullopt, clerk_.user};
  const auto in_hand = items.distribute(clerk_, away);
  ASSERT_FALSE(in_hand);
  EXPECT_EQ(in_hand.error().code, ErrorCode::conflict);
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

TEST_F(ScannedFolderTest, WhatCannotBeScannedGoesIntoQuarantine) {
  UnsureScanner unsure(by_path_);
  scanner_.chosen = &unsure;
  put("a.txt", "unlesbar");
  put("b.txt", "Guten Tag");
  ScanRound round;
  value_of(go(round));
  EXPECT_EQ(round.taken, 2U);
  EXPECT_EQ(round.infected, 1U);
  EXPECT_EQ(subjects(), std::vector<std::string>{"b"});
  ASSERT_EQ(quarantined().size(), 1U);
  EXPECT_EQ(quarantined().front().malware, "unscannable");
}

TEST_F(ScannedFolderTest, OneFileWithoutAnAnswerHoldsUpNoOther) {
  UnsureScanner unsure(by_path_);
  scanner_.chosen = &unsure;
  ScanFolder folder(config_, clock_);
  ScanRound round;
  put("0.txt", "Es bleibt stehen");
  put("1.txt", "Guten Tag");
  const auto outcome = go(folder, round);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
  EXPECT_EQ(subjects(), std::vector<std::string>{"1"});
  // One more tells that others were scanned well since; alone it tells nothing.
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(go(folder, round)) << i;
  EXPECT_TRUE(quarantined().empty());
  EXPECT_TRUE(fs::exists(post_ / "0.txt"));
  put("2.txt", "Guten Tag");
  value_of(go(folder, round));
  EXPECT_EQ(round.taken, 3U);
  EXPECT_EQ(round.infected, 1U);
  ASSERT_EQ(quarantined().size(), 1U);
  EXPECT_EQ(quarantined().front().malware, "unscannable");
  EXPECT_TRUE(fs::exists(post_ / "verarbeitet" / "0.txt"));
}

TEST_F(ScannedFolderTest, AScannerThatIsAwayPutsNothingIntoQuarantine) {
  UnsureScanner unsure(by_path_);
  scanner_.chosen = &unsure;
  clamd_.stop();
  ScanFolder folder(config_, clock_);
  ScanRound round;
  for (const char* name : {"1.txt", "2.txt", "3.txt"}) put(name, "Guten Tag");
  for (int i = 1; i <= 5; ++i) {
    EXPECT_FALSE(go(folder, round));
    EXPECT_EQ(unsure.scans, 2 * i) << "the third is not tried";
  }
  EXPECT_TRUE(quarantined().empty());
  clamd_.start();
  value_of(go(folder, round));
  EXPECT_EQ(round.taken, 3U);
  EXPECT_EQ(round.infected, 0U);
}

TEST_F(ScannedFolderTest, CountsAsInfectedWhatIsInQuarantine) {
  put("fund.txt", Clamd::infected());
  ScanFolder folder(config_, clock_);
  value_of(folder.look());
  ScanFolder::Account elsewhere = account();
  elsewhere.quarantine = closed_inbox_;
  ScanRound round;
  EXPECT_FALSE(folder.take_in(elsewhere, round, is_stopping_)) << "no right there";
  EXPECT_EQ(round.infected, 0U);
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

class ScannedMailboxTest : public VirusScanTest {
 protected:
  ScannedMailboxTest() {
    scanner_.chosen = &by_path_;
    config_.name = "poststelle";
    config_.host = "localhost";
    config_.port = dovecot_.tls_port();
    config_.ca_file = dovecot_.ca_file();
    config_.user = Dovecot::user;
    config_.password_file = dovecot_.password_file();
    config_.after = "move:Verarbeitet";
    config_.inbox = "Posteingang Zentrale";
    config_.acting_user = "poststelle";
    config_.files_by_reference = true;
  }
  web::Mailbox make(const std::string& quarantine_inbox) {
    return {config_,
            "demo",
            {.open_tenant = opener(),
             .extractor = sandbox(),
             .clock = clock_,
             .log = log_,
             .quarantine_inbox = quarantine_inbox}};
  }

  Dovecot dovecot_;
  MailboxConfig config_;
};

TEST_F(ScannedMailboxTest, OneMailWithoutAnAnswerHoldsUpNoOther) {
  UnsureScanner unsure(by_path_);
  scanner_.chosen = &unsure;
  web::Mailbox mailbox = make("Quarantäne");
  web::CaptureRound round;
  dovecot_.deliver(make_mail("Alt", "0@example.org", "Es bleibt stehen"));
  dovecot_.deliver(make_mail("1", "1@example.org"));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(mailbox.go(round, is_stopping_)) << i;
  EXPECT_EQ(subjects(), std::vector<std::string>{"1"});
  EXPECT_TRUE(quarantined().empty());
  EXPECT_EQ(dovecot_.count(), 1U);
  dovecot_.deliver(make_mail("2", "2@example.org"));
  value_of(mailbox.go(round, is_stopping_));
  EXPECT_EQ(round.taken, 3U);
  EXPECT_EQ(round.infected, 1U);
  ASSERT_EQ(quarantined().size(), 1U);
  EXPECT_EQ(quarantined().front().malware, "unscannable");
  EXPECT_EQ(dovecot_.count(), 0U);
}

TEST_F(ScannedMailboxTest, AMailTooLargeForItHoldsUpNoOther) {
  dovecot_.deliver(
      make_mail("Gross", "1@example.org", std::string(Clamd::stream_bytes_max + 1, 'a')));
  dovecot_.deliver(make_mail("Anfrage", "2@example.org"));
  web::Mailbox mailbox = make("Quarantäne");
  web::CaptureRound round;
  value_of(mailbox.go(round, is_stopping_));
  EXPECT_EQ(round.taken, 1U);
  EXPECT_EQ(round.refused, 1U);
  EXPECT_EQ(subjects(), std::vector<std::string>{"Anfrage"});
  EXPECT_EQ(dovecot_.count(), 1U);
  EXPECT_NE(log_.text().find("mail_too_large tenant=demo mailbox=poststelle uid=1"),
            std::string::npos);
  web::CaptureRound again;
  value_of(mailbox.go(again, is_stopping_));
  EXPECT_EQ(again.refused, 0U) << "told already";
}

TEST_F(ScannedMailboxTest, CountsAsInfectedWhatIsInQuarantine) {
  dovecot_.deliver(make_mail("Fund", "1@example.org", Clamd::infected()));
  web::Mailbox mailbox = make("Posteingang Personal");
  web::CaptureRound round;
  EXPECT_FALSE(mailbox.go(round, is_stopping_)) << "no right there";
  EXPECT_EQ(round.infected, 0U);
  EXPECT_EQ(dovecot_.count(), 1U);
}

TEST_F(ScannedMailboxTest, AnInfectedMailGoesIntoQuarantine) {
  dovecot_.deliver(
      make_mail("Rechnung " + dossier_.file_reference, "1@example.org", Clamd::infected()));
  dovecot_.deliver(make_mail("Anfrage", "2@example.org"));
  web::Mailbox mailbox = make("Quarantäne");
  clamd_.stop();
  web::CaptureRound waits;
  EXPECT_FALSE(mailbox.go(waits, is_stopping_));
  EXPECT_EQ(dovecot_.count(), 2U);
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
  EXPECT_EQ(dovecot_.count("Verarbeitet"), 2U);
}

}  // namespace
}  // namespace dms::test
