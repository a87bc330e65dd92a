// Signed heads against somebody who may write to the store and makes all of it fit: each way of
// changing history is told, the store's own verification being content with it.

#include "dms/audit_heads.h"

#include <filesystem>
#include <fstream>
#include <functional>

#include "dms/head_archive.h"
#include "dms/person_erasure.h"
#include "dms/small_file.h"
#include "filing_fixture.h"
#include "support/forged_store.h"

namespace dms {
namespace {

namespace fs = std::filesystem;
using storage::Envelope;
using test::code_of;
using test::FilingTest;
using test::value_of;

class AuditHeadsTest : public FilingTest {
 protected:
  // A head, more history, another head.
  AuditHeadsTest() {
    value_of(heads_->sign());
    open_dossier();
    clock_.advance(std::chrono::hours{24});
    value_of(heads_->sign());
  }

  std::string file() const { return heads_->file(); }
  std::string text() const { return value_of(read_head_file(heads_options().file)); }
  void write(const std::string& text) const {
    std::ofstream(heads_options().file, std::ios::trunc) << text;
  }
  std::vector<SignedHead> signed_heads() const {
    std::vector<SignedHead> heads;
    for (const auto& line : parse_heads(text()).lines) heads.push_back(line.head);
    return heads;
  }
  void open_heads() { heads_ = value_of(AuditHeads::open(*store_, clock_, heads_options())); }
  void reopen() {
    audit_.reset();
    heads_.reset();
    open();
    make_services();
  }
  // Changes history as `change` says, makes it fit and opens the store again.
  void forge(const std::function<void(std::vector<Envelope>&)>& change) {
    audit_.reset();
    heads_.reset();
    store_.reset();
    {
      test::ForgedStore forged((temp_ / "store").string());
      std::vector<Envelope> history = forged.envelopes();
      change(history);
      forged.rewrite(history);
    }
    reopen();
    EXPECT_EQ(value_of(store_->verify_records({})).problems, std::vector<std::string>())
        << "sound in itself: nothing but the heads can tell";
  }
  std::vector<std::string> problems() const { return value_of(heads_->check()).problems; }
  void expect_told(const std::string& what) const {
    const auto told = problems();
    ASSERT_FALSE(told.empty()) << what;
    EXPECT_NE(told.front().find(what), std::string::npos) << told.front();
  }
};

TEST_F(AuditHeadsTest, AgreeWithAnHonestStore) {
  EXPECT_EQ(problems(), std::vector<std::string>());
  EXPECT_EQ(value_of(heads_->check()).heads, 2U);
  forge([](std::vector<Envelope>&) {});
  EXPECT_EQ(problems(), std::vector<std::string>()) << "the forger's tool alone changes nothing";
  const AuditReport report = value_of(audit_->verify(admin_, nullptr));
  EXPECT_EQ(report.heads.heads, 2U);
  EXPECT_EQ(code_of(audit_->verify(clerk_, nullptr)), ErrorCode::forbidden);
}

TEST_F(AuditHeadsTest, TellAChangedByte) {
  forge([](std::vector<Envelope>& history) { history[2].actor.bytes[15] ^= 1; });
  expect_told("not the one that was signed");
  EXPECT_EQ(problems().size(), 2U) << "every head behind it tells";
}

TEST_F(AuditHeadsTest, TellADroppedEntry) {
  forge([](std::vector<Envelope>& history) {
    history.erase(history.begin() + 3);
    history.push_back(history.back());  // so that it is as long as before
  });
  expect_told("not the one that was signed");
}

TEST_F(AuditHeadsTest, TellTwoThatWereSwapped) {
  forge([](std::vector<Envelope>& history) { std::swap(history[3], history[4]); });
  expect_told("not the one that was signed");
}

TEST_F(AuditHeadsTest, TellACutEnd) {
  forge([](std::vector<Envelope>& history) { history.pop_back(); });
  const auto told = problems();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("is newer than the store"), std::string::npos) << told[0];
}

TEST_F(AuditHeadsTest, TellACutEndThatWasFilledAgain) {
  forge([](std::vector<Envelope>& history) { history.pop_back(); });
  for (int i = 0; i < 5; ++i) open_dossier();
  EXPECT_EQ(problems().size(), 1U);
  expect_told("not the one that was signed");
}

TEST_F(AuditHeadsTest, AreNotSignedOverAHistoryThatDoesNotFit) {
  forge([](std::vector<Envelope>& history) { history.pop_back(); });
  EXPECT_EQ(code_of(heads_->sign()), ErrorCode::corrupt);
  EXPECT_EQ(code_of(heads_->sign_daily()), ErrorCode::corrupt);
  EXPECT_TRUE(heads_->sign_daily()) << "not every minute";
  clock_.advance(std::chrono::hours{1});
  EXPECT_EQ(code_of(heads_->sign_daily()), ErrorCode::corrupt) << "but every hour";
  EXPECT_EQ(signed_heads().size(), 2U);
}

TEST_F(AuditHeadsTest, AreSignedOnceADay) {
  EXPECT_TRUE(heads_->sign_daily());
  open_dossier();
  clock_.advance(std::chrono::hours{1});
  EXPECT_TRUE(heads_->sign_daily());
  EXPECT_EQ(signed_heads().size(), 2U) << "the day has its own";
  EXPECT_EQ(value_of(heads_->sign()).sequence, store_->journal_head().sequence);
  EXPECT_EQ(value_of(heads_->sign()).sequence, store_->journal_head().sequence);
  EXPECT_EQ(signed_heads().size(), 3U) << "when asked, where there is news";
  clock_.advance(std::chrono::hours{24});
  EXPECT_TRUE(heads_->sign_daily());
  EXPECT_EQ(signed_heads().size(), 4U) << "also without news";
  EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(AuditHeadsTest, ErasingAPersonsDetailsLeavesTheProofWhole) {
  UserChange off;
  off.active = false;
  const User disabled = value_of(users_->update(admin_, stranger_.user, off, 1));
  EXPECT_GT(value_of(erase_person(*store_, admin_, {disabled.id, disabled.revision, clock_.now()}))
                .details_erased,
            0U);
  const AuditReport report = value_of(audit_->verify(admin_, nullptr));
  EXPECT_EQ(report.store.problems, std::vector<std::string>());
  EXPECT_EQ(report.heads.problems, std::vector<std::string>());
  AuditQuery query;
  query.object = stranger_.user.value;
  const AuditPage page = value_of(audit_->events(admin_, query));
  ASSERT_EQ(page.events.size(), 3U);
  EXPECT_EQ(page.events[0].kind, "user.details_erased");
  EXPECT_TRUE(page.events[0].detail);
  EXPECT_FALSE(page.events[1].detail) << page.events[1].kind;
  EXPECT_FALSE(page.events[2].detail) << page.events[2].kind;
  const auto at = static_cast<std::ptrdiff_t>(page.events[2].sequence) - 1;
  forge([at](std::vector<Envelope>& history) { history.erase(history.begin() + at); });
  EXPECT_FALSE(problems().empty()) << "an entry without a detail cannot be dropped, either";
}

TEST_F(AuditHeadsTest, TellAHeadThatWasChanged) {
  std::string changed = text();
  const std::size_t at = changed.find("\"sequence\":") + 11;
  changed[at] = changed[at] == '1' ? '2' : '1';
  write(changed);
  expect_told("its signature is wrong");
}

TEST_F(AuditHeadsTest, TellADamagedLineButNoTornOne) {
  write(text() + "{\"format\":1,\"tenant\":\"mu");
  EXPECT_EQ(problems(), std::vector<std::string>());
  clock_.advance(std::chrono::hours{24});
  value_of(heads_->sign());
  EXPECT_EQ(signed_heads().size(), 3U) << "what was torn is written over";
  EXPECT_EQ(problems(), std::vector<std::string>());
  write(text() + "{\"format\":1,\"tenant\":\"mu\n");
  expect_told("line 4");
}

TEST_F(AuditHeadsTest, ALineThatLostItsEndIsKept) {
  const std::string before = text();
  write(before.substr(0, before.size() - 1));
  clock_.advance(std::chrono::hours{24});
  value_of(heads_->sign());
  EXPECT_EQ(text().substr(0, before.size()), before);
  EXPECT_EQ(signed_heads().size(), 3U);
}

TEST_F(AuditHeadsTest, TellThoseOfAStrangersKey) {
  SignedHead forged = signed_heads()[1];
  sign_head(forged, Secret(std::string(32, 'x')));
  write(head_line(forged) + "\n");
  expect_told("is not known");
  open_heads();
  expect_told("is not known");
}

TEST_F(AuditHeadsTest, AreNotOpenedWithADamagedListOfKeys) {
  heads_.reset();
  const std::string list = heads_options().known_keys_file;
  const std::string whole = value_of(read_small_file(list, 4096)).value();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    value_of(replace_small_file(list, flipped));
    const auto opened = AuditHeads::open(*store_, clock_, heads_options());
    ASSERT_FALSE(opened) << at;
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    EXPECT_NE(opened.error().hint.find("signing.known"), std::string::npos);
  }
  value_of(replace_small_file(list, ""));
  EXPECT_FALSE(AuditHeads::open(*store_, clock_, heads_options())) << "cut to nothing";
  value_of(replace_small_file(list, whole));
  EXPECT_TRUE(AuditHeads::open(*store_, clock_, heads_options()));
}

TEST_F(AuditHeadsTest, OutliveALostKey) {
  heads_.reset();
  fs::remove(heads_options().known_keys_file);
  AuditHeads::Options options = heads_options();
  options.seed = Secret(std::string(32, 'n'));
  const auto anew = value_of(AuditHeads::open(*store_, clock_, options));
  EXPECT_EQ(value_of(anew->check()).problems, std::vector<std::string>());
  EXPECT_TRUE(anew->sign_daily());
  const auto heads = signed_heads();
  ASSERT_EQ(heads.size(), 3U) << "a new key signs at once";
  EXPECT_NE(heads[1].public_key, heads[2].public_key);
  EXPECT_EQ(value_of(anew->check()).problems, std::vector<std::string>());
}

TEST_F(AuditHeadsTest, OfAnotherTenantOrStoreAreTold) {
  AuditHeads::Options other = heads_options();
  other.tenant = "nebenbach";
  EXPECT_EQ(value_of(value_of(AuditHeads::open(*store_, clock_, other))->check()).problems.size(),
            2U);
  SignedHead foreign = signed_heads()[0];
  foreign.store.bytes[0] ^= 1;
  sign_head(foreign, heads_options().seed);
  write(text() + head_line(foreign) + "\n");
  expect_told("is of another store");
}

TEST_F(AuditHeadsTest, AnOperatorSetsAsideWhatAnOlderStoreDoesNotFit) {
  forge([](std::vector<Envelope>& history) { history.pop_back(); });
  write(text() + "no head\n");
  const std::string before = text();
  const SetAside done = value_of(set_aside_heads(file(), *store_, clock_.now()));
  EXPECT_EQ(done.heads, 2U);
  EXPECT_EQ(text() + value_of(read_head_file(done.file)), before) << "nothing is lost";
  EXPECT_EQ(problems(), std::vector<std::string>());
  open_heads();
  EXPECT_TRUE(heads_->sign_daily());
  EXPECT_EQ(signed_heads().size(), 2U);
  EXPECT_EQ(value_of(set_aside_heads(file(), *store_, clock_.now())).heads, 0U);
}

TEST_F(AuditHeadsTest, AreCopiedOnceAndNeverRemovedFromACopy) {
  const std::string copy = (temp_ / "copy.jsonl").string();
  value_of(add_heads(copy, text()));
  value_of(add_heads(copy, text()));
  EXPECT_EQ(value_of(read_head_file(copy)), text());
  value_of(add_heads(copy, ""));
  EXPECT_EQ(value_of(read_head_file(copy)), text());
}

TEST_F(AuditHeadsTest, AreListedNewestFirstToAdministrators) {
  clock_.advance(std::chrono::hours{24});
  value_of(audit_->sign_head(admin_));
  EXPECT_EQ(code_of(audit_->heads(clerk_, 0, 2)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(audit_->sign_head(clerk_)), ErrorCode::forbidden);
  const HeadPage first = value_of(audit_->heads(admin_, 0, 2));
  ASSERT_EQ(first.heads.size(), 2U);
  EXPECT_GT(first.heads[0].time, first.heads[1].time);
  const HeadPage second = value_of(audit_->heads(admin_, first.next, 2));
  EXPECT_EQ(second.heads.size(), 1U);
  EXPECT_EQ(second.next, 0U);
}

}  // namespace
}  // namespace dms
