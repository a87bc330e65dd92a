// What a document's file carries, with an extractor of the test's own; with the real one in
// tests/api.

#include "dms/attachment.h"

#include <chrono>
#include <future>

#include "carrying_extractor.h"
#include "dms/attachment_budget.h"
#include "dms/base/worker_lanes.h"
#include "dms/document_record.h"
#include "indexing_fixture.h"
#include "one_grant.h"

namespace dms::test {
namespace {

class AttachmentTest : public FilingTest {
 protected:
  AttachmentTest() : dossier_(open_dossier()) {
    NewDocument input = new_document(dossier_.id, "Rückfrage zum Zaun");
    input.fields.direction = Direction::incoming;
    mail_ = value_of(documents_->file_document(clerk_, input, stage("die ganze Mail")));
    list({{"2026-11-18_Plan_Nord.pdf", "application/pdf", 3, 6}});
  }

  void list(const std::vector<DocumentAttachment>& attachments) {
    keep_listed(*store_, mail_.id.value, mail_.current.content.sha256, attachments);
  }
  Attachments attachments() {
    return {*store_, *permissions_, nullptr, {&carrier_, temp_.path().string()}};
  }
  AttachmentPlace place(std::uint64_t number = 3) const { return {mail_.id, std::nullopt, number}; }
  std::string name_of(const DocumentAttachment& attachment) {
    list({attachment});
    return value_of(attachments().open(clerk_, place(*attachment.number))).file_name;
  }

  CarryingExtractor carrier_;
  Dossier dossier_;
  Document mail_;
};

TEST_F(AttachmentTest, IsOpenedByItsNumberAmongAll) {
  const auto opened = value_of(attachments().open(clerk_, place()));
  EXPECT_EQ(carrier_.asked_, 3U);
  EXPECT_EQ(opened.mime_type, "application/pdf");
  EXPECT_EQ(opened.reader->id().size, 6U);
  EXPECT_EQ(value_of(opened.reader->read(2, 100)), "lage");
  EXPECT_EQ(value_of(opened.reader->read(6, 1)), "");
  EXPECT_LOOKS_ABSENT(attachments().open(clerk_, place(0)));  // what is only shown is not listed
  EXPECT_LOOKS_ABSENT(attachments().open(clerk_, {mail_.id, 2, 3}));
  EXPECT_LOOKS_ABSENT(attachments().open(stranger_, place()));
  EXPECT_LOOKS_ABSENT(attachments().open_text(stranger_, place()));
  EXPECT_LOOKS_ABSENT(attachments().type_of(stranger_, place()));
  EXPECT_LOOKS_ABSENT(attachments().proposed_document(stranger_, place()));
}

TEST_F(AttachmentTest, ThatCannotBeHadByItselfSaysSo) {
  carrier_.content_.reset();
  EXPECT_EQ(code_of(attachments().open(clerk_, place())), ErrorCode::unprocessable);
  EXPECT_EQ(code_of(attachments().open_text(clerk_, place())), ErrorCode::unprocessable);
  carrier_.asked_ = 77;
  list({{"Nachricht", "message/rfc822", 4, 0}});
  EXPECT_EQ(code_of(attachments().open(clerk_, place(4))), ErrorCode::unprocessable);
  EXPECT_EQ(carrier_.asked_, 77U) << "known beforehand, without a process";
}

TEST_F(AttachmentTest, ItsTextIsFoundAndItsTroubleTold) {
  const auto text = value_of(attachments().open_text(clerk_, place()));
  EXPECT_EQ(text.state, DocumentTextState::extracted);
  EXPECT_EQ(read_all(*text.reader), "Text von Anlage");
  carrier_.content_ = "damaged";
  const auto none = value_of(attachments().open_text(clerk_, place()));
  EXPECT_EQ(none.state, DocumentTextState::damaged);
  EXPECT_EQ(none.reader, nullptr);
}

TEST_F(AttachmentTest, HasANameThatIsNoPathAndTellsItsKind) {
  EXPECT_EQ(name_of({"../../etc/passwd", "text/plain", 0, 6}), ".._.._etc_passwd.txt");
  EXPECT_EQ(name_of({"", "application/pdf", 1, 6}), "Anlage 2.pdf");
  EXPECT_EQ(name_of({"..", "image/png", 1, 6}), "Anlage 2.png");
  EXPECT_EQ(name_of({"Re: Zaun, Nr. 4", "message/rfc822", 1, 6}), "Re: Zaun, Nr. 4.eml");
  EXPECT_EQ(name_of({"plan.dwg", "application/octet-stream", 1, 6}), "plan.dwg");
}

TEST_F(AttachmentTest, ADocumentOfItsOwnSaysWhatTheMailSays) {
  const NewDocument input = value_of(attachments().proposed_document(clerk_, place()));
  EXPECT_EQ(input.dossier, dossier_.id);
  EXPECT_EQ(input.fields.subject, "2026-11-18 Plan Nord");
  EXPECT_EQ(input.version.file_name, "2026-11-18_Plan_Nord.pdf");
  EXPECT_EQ(input.fields.sender, "Petra Ackerlund <petra@example.org>");
  EXPECT_EQ(input.fields.letter_date, parse_date("2026-11-19")) << "the day it was here";
  EXPECT_EQ(input.fields.direction, Direction::incoming);

  clock_.advance(std::chrono::hours(100));
  const Document made = value_of(documents_->file_document(signer_, input, stage("Anlage")));
  ASSERT_TRUE(made.receipt_stamp);
  EXPECT_EQ(made.receipt_stamp->received.at, mail_.receipt_stamp->received.at)
      << "it came with the mail";
  EXPECT_EQ(made.change.created.by, signer_.user);
}

TEST_F(AttachmentTest, WhatThePeopleSaidOfTheMailComesFirst) {
  DocumentFields fields = mail_.fields;
  fields.sender = "Ackerlund, Petra";
  fields.letter_date = parse_date("2026-11-17");
  value_of(documents_->update(clerk_, mail_.id, fields, mail_.change.revision));
  const NewDocument input = value_of(attachments().proposed_document(clerk_, place()));
  EXPECT_EQ(input.fields.sender, "Ackerlund, Petra");
  EXPECT_EQ(input.fields.letter_date, parse_date("2026-11-17"));
}

// Their names alone may tell: "Diagnose_Weber.pdf".
TEST_F(AttachmentTest, IsListedForThoseWhoMayRead) {
  AccessList list;
  list.entries = {
      {{SubjectKind::user, stranger_.user.value}, std::nullopt, Rights{Right::see}},
      {{SubjectKind::user, signer_.user.value}, std::nullopt, Rights{Right::see, Right::edit}},
      grant(SubjectKind::user, clerk_.user.value, Role::clerk)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  // It carries nothing else that is for readers.
  DocumentTextRecord scan = listed_record(mail_.id.value, mail_.current.content.sha256,
                                          {{"Diagnose.pdf", "application/pdf", 3, 6}});
  scan.mail.reset();
  keep(*store_, scan);
  const auto count = [](const Document& told) { return told.attachments.size(); };
  EXPECT_EQ(count(value_of(documents_->get(clerk_, mail_.id))), 1U);
  EXPECT_EQ(count(value_of(documents_->get(stranger_, mail_.id))), 0U);
  EXPECT_EQ(count(value_of(documents_->list(stranger_, dossier_.id, {})).items.at(0)), 0U);
  DocumentFields fields = mail_.fields;
  fields.subject = "Mitteilung";
  EXPECT_EQ(count(value_of(documents_->update(signer_, mail_.id, fields, 1))), 0U);
  EXPECT_EQ(count(value_of(documents_->put_in_bin(clerk_, mail_.id, 2))), 1U);
  EXPECT_EQ(count(value_of(documents_->bin(stranger_, {})).items.at(0)), 0U);
  EXPECT_EQ(count(value_of(documents_->get(stranger_, mail_.id))), 0U);
  OneGrant task;
  task.user = stranger_.user;
  task.granted = mail_.id;
  task.rights = {Right::see, Right::read};
  const Documents with_tasks(*store_, *permissions_, clock_, &task);
  EXPECT_EQ(count(value_of(with_tasks.get(stranger_, mail_.id))), 1U);
}

// A lane that runs one task at a time: who waits for a process must let another run.
TEST_F(AttachmentTest, WhileAProcessWorksTheLaneDoesOtherThings) {
  WorkerLane lane({.name = "test", .threads = 2, .queue_limit = 10, .running_max = 1});
  int processes = 0;
  carrier_.meanwhile_ = [&] {
    ++processes;
    auto other_ran = std::make_shared<std::promise<void>>();
    std::future<void> other = other_ran->get_future();
    ASSERT_TRUE(lane.post([other_ran] { other_ran->set_value(); }));
    EXPECT_EQ(other.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  };
  std::promise<bool> is_read;
  ASSERT_TRUE(
      lane.post([&] { is_read.set_value(attachments().open_text(clerk_, place()).has_value()); }));
  EXPECT_TRUE(is_read.get_future().get());
  EXPECT_EQ(processes, 2) << "the bytes, then their text";
}

TEST_F(AttachmentTest, WhatLiesOpenIsLimitedAndGivenBackWithTheReader) {
  ByteBudget& budget = attachment_budget();
  ASSERT_EQ(budget.taken(), 0U);
  auto opened = value_of(attachments().open(clerk_, place()));
  EXPECT_EQ(budget.taken(), 6U);
  const auto again = value_of(attachments().open(clerk_, place()));
  EXPECT_EQ(budget.taken(), 12U);
  carrier_.asked_ = 77;
  {
    const auto rest = value_of(budget.take(budget.bytes_max() - 17));
    const auto refused = attachments().open(clerk_, place());
    ASSERT_EQ(code_of(refused), ErrorCode::busy);
    EXPECT_GT(refused.error().retry_after_s, 0U);
    EXPECT_EQ(code_of(attachments().open_text(clerk_, place())), ErrorCode::busy);
    EXPECT_EQ(carrier_.asked_, 77U) << "known before a process is started";
    opened.reader.reset();  // the answer has ended, or its client has gone away
    EXPECT_TRUE(attachments().open(clerk_, place()));
  }
  EXPECT_EQ(budget.taken(), 6U);
  const auto text = value_of(attachments().open_text(clerk_, place()));
  EXPECT_EQ(budget.taken(), 6U + text.reader->id().size);
}

TEST_F(AttachmentTest, WhatComesToNothingTakesNothing) {
  carrier_.content_.reset();
  EXPECT_FALSE(attachments().open(clerk_, place()));
  EXPECT_FALSE(attachments().open_text(clerk_, place()));
  carrier_.content_ = "damaged";
  EXPECT_FALSE(value_of(attachments().open_text(clerk_, place())).reader);
  EXPECT_EQ(attachment_budget().taken(), 0U);
}

TEST(ByteBudget, GivesNoMoreThanItHas) {
  ByteBudget budget(10);
  auto first = test::value_of(budget.take(6));
  EXPECT_EQ(code_of(budget.take(5)), ErrorCode::busy);
  EXPECT_EQ(code_of(budget.take(~std::uint64_t{0})), ErrorCode::busy);
  EXPECT_TRUE(first.resize(10));
  EXPECT_EQ(code_of(first.resize(11)), ErrorCode::busy);
  EXPECT_EQ(budget.taken(), 10U);
  EXPECT_TRUE(first.resize(2));
  EXPECT_EQ(budget.taken(), 2U);
  {
    const ByteBudget::Share moved = std::move(first);
    EXPECT_EQ(budget.taken(), 2U);
  }
  EXPECT_EQ(budget.taken(), 0U);
}

}  // namespace
}  // namespace dms::test
