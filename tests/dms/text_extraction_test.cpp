// Texts of several contents at once, without an indexer: what comes between costs only those whom
// it concerns.

#include "dms/text_extraction.h"

#include <functional>
#include <future>
#include <optional>
#include <utility>

#include "dms/document_text_record.h"
#include "dms/recognition.h"
#include "erasure_fixture.h"
#include "support/failing_writes.h"

namespace dms {
namespace {

using storage::ContentId;
using storage::View;
using test::code_of;
using test::value_of;

// A clock that does something when it is asked the first time.
class InterruptingClock final : public Clock {
 public:
  InterruptingClock(const Clock& clock, std::function<void()> interruption)
      : clock_(clock), interruption_(std::move(interruption)) {}
  Instant now() const override {
    if (const auto interruption = std::exchange(interruption_, nullptr)) interruption();
    return clock_.now();
  }

 private:
  const Clock& clock_;
  mutable std::function<void()> interruption_;
};

class TextExtractionTest : public test::ErasureTest {
 protected:
  using Contents = std::vector<ContentId>;
  using Made = std::optional<Result<DocumentTextState>>;

  TextExtractionTest() {
    wait();
    run_ = std::make_unique<ErasureRun>(
        ErasureParts{*store_, clock_, &belongings_, nullptr, nullptr, nullptr});
    stop();
  }

  TextExtraction with(const Clock& clock) {
    return {*store_, extractor_, clock, staging(), RecognitionState::waiting, RenditionState::off};
  }
  std::vector<Made> make(const Contents& contents) {
    return make_document_texts(with(clock_), contents);
  }
  // Does something while the first of them is read.
  std::vector<Made> make(const Contents& contents, const std::function<void()>& meanwhile) {
    const int calls = extractor_.calls();
    extractor_.hold();
    auto made = std::async(std::launch::async, [&] { return make(contents); });
    extractor_.wait_for_calls(calls + 1);
    meanwhile();
    extractor_.release();
    return made.get();
  }
  static DocumentTextState state_of(const Made& made) {
    EXPECT_TRUE(made.has_value()) << "takes more";
    return made ? value_of(*made) : DocumentTextState::unsupported;
  }
  static ErrorCode error_of(const Made& made) {
    EXPECT_TRUE(made.has_value()) << "takes more";
    return made ? code_of(*made) : ErrorCode::internal;
  }
};

TEST_F(TextExtractionTest, WhatIsErasedMeanwhileCostsTheOthersNothing) {
  const Document first = file(dossier_.id, "Erstes", "Regenrückhaltebecken");
  const Document gone = file(dossier_.id, "Irrläufer", "Geheimratsecken");
  const Document last = file(dossier_.id, "Letztes", "Zisterne");
  const Contents contents{first.current.content, gone.current.content, last.current.content};
  std::optional<Erasure> erasure;
  const auto made = make(contents, [&] {
    erasure = released(of(gone));
    while (reread(*erasure).state != ErasureState::freeing) step();
    while (count(erasure_rest_table) > 0) step();
  });
  ASSERT_EQ(made.size(), 3U);
  EXPECT_EQ(state_of(made[0]), DocumentTextState::extracted);
  EXPECT_EQ(state_of(made[1]), DocumentTextState::pending);
  EXPECT_EQ(state_of(made[2]), DocumentTextState::extracted);
  EXPECT_EQ(count(document_text_table), 2U);
  EXPECT_EQ(run(*erasure).state, ErasureState::done);
  EXPECT_EQ(files_holding("Geheimratsecken"), std::vector<std::string>{});

  const auto again = make(contents);
  EXPECT_EQ(state_of(again[0]), DocumentTextState::extracted);
  EXPECT_EQ(error_of(again[1]), ErrorCode::not_found);
  EXPECT_EQ(state_of(again[2]), DocumentTextState::extracted);
  start();
  wait();
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{"Letztes"});
  EXPECT_EQ(found(clerk_, "geheimratsecken"), Subjects{});
  EXPECT_EQ(extractor_.calls(), 3) << "each once";
  expect_verified();
}

TEST_F(TextExtractionTest, WhatMovesMeanwhileIsReadWhereItLiesThen) {
  Documents sealed(*store_, *permissions_, clock_, nullptr, ContentEncryption::dossier);
  const Dossier other = open_dossier("Bebauungsplan Süd");
  const auto file_sealed = [&](const std::string& subject, std::string_view text) {
    return value_of(sealed.file_document(clerk_, new_document(dossier_.id, subject), stage(text)));
  };
  const Document stays = file_sealed("Bleibt", "Regenrückhaltebecken");
  const Document moved = file_sealed("Umzug", "Zisterne");
  const ContentId before = moved.current.content;
  const auto made = make({stays.current.content, before}, [&] {
    value_of(sealed.move(clerk_, moved.id, other.id, moved.change.revision));
  });
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(state_of(made[0]), DocumentTextState::extracted);
  EXPECT_EQ(state_of(made[1]), DocumentTextState::pending);
  start();
  wait();
  EXPECT_EQ(found(clerk_, "regenrückhaltebecken"), Subjects{"Bleibt"});
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{"Umzug"});
  const auto opened = value_of(documents_->open_text(clerk_, moved.id));
  ASSERT_TRUE(opened.reader);
  EXPECT_EQ(opened.reader->id().domain, storage::KeyDomain{other.id.value});
  const auto left = value_of(store_->read<std::optional<DocumentTextRecord>>(
      [&](const View& view) { return find_document_text_record(view, before); }));
  EXPECT_FALSE(left) << "its text would outlive it there";
  EXPECT_EQ(count(document_text_table), 2U);
  expect_verified();
}

TEST_F(TextExtractionTest, OfACommitThatFailsNothingIsThereAndAllIsTriedAgain) {
  const Contents contents{file(dossier_.id, "Erstes", "Regenrückhaltebecken").current.content,
                          file(dossier_.id, "Zweites", "damaged").current.content,
                          file(dossier_.id, "Drittes", "Zisterne").current.content};
  std::optional<test::FailingWrites> fault;
  const auto made = make(contents, [&] { fault.emplace(); });
  fault.reset();
  ASSERT_EQ(made.size(), 3U);
  for (const Made& each : made) EXPECT_EQ(error_of(each), ErrorCode::unavailable);
  EXPECT_EQ(code_of(store_->writable()), ErrorCode::unavailable) << "the commit met the fault";
  extractor_.hold();
  restart();
  EXPECT_EQ(count(document_text_table), 0U);
  expect_verified();
  extractor_.release();
  wait();
  EXPECT_EQ(count(document_text_table), 3U);
  EXPECT_EQ(found(clerk_, "regenrückhaltebecken"), Subjects{"Erstes"});
  EXPECT_EQ(found(clerk_, "zisterne"), Subjects{"Drittes"});
}

TEST_F(TextExtractionTest, WhatHindersOneInTheCommitHindersNoOther) {
  const Contents contents{file(dossier_.id, "Scan", "scan\f+Deckblatt\fStempel").current.content,
                          file(dossier_.id, "Erstes", "Regenrückhaltebecken").current.content,
                          file(dossier_.id, "Zweites", "Zisterne").current.content};
  // Once it was looked for what is known of the scan's pages: from then on that is another.
  const InterruptingClock clock(clock_, [&] {
    value_of(store_->commit([&](const View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      DMS_TRY(
          commit.put(recognition_table,
                     plan_recognition(contents[0], {2}, RecognitionState::waiting, clock_.now())));
      return commit;
    }));
  });
  const auto made = make_document_texts(with(clock), contents);
  ASSERT_EQ(made.size(), 3U);
  EXPECT_EQ(error_of(made[0]), ErrorCode::busy);
  EXPECT_EQ(state_of(made[1]), DocumentTextState::extracted);
  EXPECT_EQ(state_of(made[2]), DocumentTextState::extracted);
  EXPECT_EQ(count(document_text_table), 2U);
  for (const Made& each : make(contents)) EXPECT_EQ(state_of(each), DocumentTextState::extracted);
  EXPECT_EQ(count(document_text_table), 3U);
  expect_verified();
}

}  // namespace
}  // namespace dms
