// A search index held against the records and texts that it is made from.

#include "dms/index_verify.h"

#include <atomic>

#include "indexing_fixture.h"

namespace dms {
namespace {

using test::IndexedTest;
using test::value_of;

class IndexVerifyTest : public IndexedTest {
 protected:
  // Of a copy, as beside a running server.
  IndexVerifyReport verify() {
    const std::string copy = (temp_ / ("copy" + std::to_string(++copies_))).string();
    value_of(index_->copy_to(copy));
    return value_of(verify_index(*store_, copy, {}));
  }
  static bool tells(const IndexVerifyReport& report, const std::string& text) {
    for (const std::string& problem : report.problems) {
      if (problem.find(text) != std::string::npos) return true;
    }
    return false;
  }
  // What nobody does: writes to the index beside its indexer.
  void write(const std::function<void(search::SearchIndex&)>& work) {
    stop();
    index_ = value_of(open_search_index(*store_, index_folder(), log_));
    const search::IndexPosition position = value_of(index_->position()).value();
    work(*index_);
    value_of(index_->commit(position));
  }

  int copies_ = 0;
};

TEST_F(IndexVerifyTest, FindsNothingInAnIndexThatIsInStep) {
  for (int i = 0; i < 5; ++i) file(dossier_.id, "Brief " + std::to_string(i), "Zisterne");
  file(dossier_.id, "Kaputter Scan", "damaged bytes");
  file(dossier_.id, "Mail", "mail of somebody");
  const Document binned = file(dossier_.id, "Weg damit", "Wurfsendung");
  wait();
  value_of(documents_->put_in_bin(clerk_, binned.id, binned.change.revision));
  wait();
  const IndexVerifyReport report = verify();
  EXPECT_EQ(report.problems, std::vector<std::string>());
  EXPECT_EQ(report.documents, 7U) << "what lies in the bin is not to be held";
}

TEST_F(IndexVerifyTest, TellsADocumentThatIsMissingOneThatIsWrongAndOneTooMuch) {
  const Document missing = file(dossier_.id, "Fehlt", "Zisterne");
  const Document wrong = file(dossier_.id, "Falsch", "Zisterne");
  const Document right = file(dossier_.id, "Richtig", "Zisterne");
  wait();
  const Uuid stranger = parse_uuid("0193b5a0-0000-7000-8000-000000000001").value();
  write([&](search::SearchIndex& index) {
    value_of(index.remove(missing.id.value));
    search::IndexDocument other;
    other.id = wrong.id.value;
    other.group = dossier_.id.value;
    other.body = "Brunnen";
    value_of(index.put(other));
    other.id = stranger;
    value_of(index.put(other));
  });
  const IndexVerifyReport report = verify();
  EXPECT_EQ(report.problems.size(), 3U);
  EXPECT_TRUE(tells(report, missing.id.text() + ": not as"));
  EXPECT_TRUE(tells(report, wrong.id.text() + ": not as"));
  EXPECT_TRUE(tells(report, to_string(stranger) + ": held, and should not be found"));
  EXPECT_FALSE(tells(report, right.id.text()));
}

TEST_F(IndexVerifyTest, LeavesOutWhatTheIndexDoesNotKnowYet) {
  const Document early = file(dossier_.id, "Früh", "Zisterne");
  const Document gone = file(dossier_.id, "Verschwunden", "Zisterne");
  wait();
  stop();
  file(dossier_.id, "Spät", "Zisterne");
  value_of(documents_->put_in_bin(clerk_, gone.id, gone.change.revision));
  DossierFields fields = dossier_.fields;
  fields.title = "Anders genannt";
  value_of(dossiers_->update(clerk_, dossier_.id, fields, dossier_.change.revision));
  const IndexVerifyReport report = value_of(verify_index(*store_, index_folder(), {}));
  EXPECT_EQ(report.problems, std::vector<std::string>()) << early.id.text();
}

TEST_F(IndexVerifyTest, TellsAnIndexOfAnotherStoreAndOneThatIsNone) {
  file(dossier_.id, "Brief", "Zisterne");
  wait();
  stop();
  index_ = value_of(open_search_index(*store_, index_folder(), log_));
  search::IndexPosition position = value_of(index_->position()).value();
  position.store_id = dossier_.id.value;
  value_of(index_->commit(position));
  index_.reset();
  EXPECT_TRUE(tells(value_of(verify_index(*store_, index_folder(), {})), "another history"));
  EXPECT_TRUE(
      tells(value_of(verify_index(*store_, (temp_ / "none").string(), {})), "cannot be opened"));
}

TEST_F(IndexVerifyTest, EndsWhenCancelled) {
  file(dossier_.id, "Brief", "Zisterne");
  wait();
  stop();
  const std::atomic<bool> is_cancelled{true};
  IndexVerifyControl control;
  control.is_cancelled = &is_cancelled;
  const auto report = verify_index(*store_, index_folder(), control);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::unavailable);
}

TEST_F(IndexVerifyTest, EndsWithTheReasonWhereItIsNotToGoOn) {
  file(dossier_.id, "Brief", "Zisterne");
  wait();
  stop();
  IndexVerifyControl control;
  control.goes_on = []() -> Result<void> {
    return fail(operator_error(ErrorCode::unavailable, "planted"));
  };
  const auto report = verify_index(*store_, index_folder(), control);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().hint, "planted");
}

}  // namespace
}  // namespace dms
