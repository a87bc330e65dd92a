// Which mails belong together, and that nobody learns of a mail he may not read: neither by its
// place in a thread, nor by what it alone binds together.

#include "dms/mail_thread.h"

#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "filing_fixture.h"
#include "one_grant.h"

namespace dms::test {
namespace {

using Ids = std::vector<std::string>;
using Subjects = std::vector<std::string>;

struct Head {
  std::string id;
  Ids answers = {};
  Ids thread = {};
};

class MailThreadTest : public FilingTest {
 protected:
  MailThreadTest() : dossier_(open_dossier()) {}

  // Filed, and read as the indexer reads it; each is sent an hour later than the one before.
  Document mail(const Actor& actor, DossierId dossier, const std::string& subject,
                const Head& head) {
    const Document document = file(actor, dossier, subject, "mail " + subject);
    read(document, head);
    return document;
  }
  Document mail(const std::string& subject, const Head& head) {
    return mail(clerk_, dossier_.id, subject, head);
  }
  void read(const Document& document, const Head& head) {
    DocumentTextRecord record;
    record.id = document.id.value;
    record.content = document.current.content.sha256;
    record.extraction_version = extraction_version;
    record.state = DocumentTextState::empty;
    record.mime_type = "message/rfc822";
    record.mail.emplace();
    record.mail->from = "Anna <anna@example.org>";
    if (!head.id.empty()) record.mail->message_id = head.id;
    record.mail->answers = head.answers;
    record.mail->thread = head.thread;
    record.mail->sent_at = sent_at_ += std::chrono::hours(1);
    value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      DMS_TRY(commit.put(document_text_table, record));
      return commit;
    }));
  }

  // What the index knows of mails that no document holds any more.
  void forgotten_mails(std::size_t count, const Ids& ids) {
    value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      for (std::size_t i = 0; i < count; ++i) {
        DocumentTextRecord record;
        record.id = make_uuid_v7(clock_.now());
        record.content = sha256(ids.front() + std::to_string(i));
        record.extraction_version = extraction_version;
        record.state = DocumentTextState::empty;
        record.mime_type = "message/rfc822";
        record.mail.emplace();
        record.mail->thread = ids;
        DMS_TRY(commit.put(document_text_table, record));
      }
      return commit;
    }));
  }

  Subjects thread_of(const Actor& actor, DocumentId document,
                     const DocumentGrants* grants = nullptr) {
    const MailThreads threads(*store_, *permissions_, grants);
    Subjects subjects;
    for (const ThreadMail& mail : value_of(threads.of_document(actor, document))) {
      subjects.push_back(mail.subject);
    }
    return subjects;
  }
  Subjects thread_of(DocumentId document) { return thread_of(clerk_, document); }

  Dossier dossier_;
  Instant sent_at_ = clock_.now();
};

TEST_F(MailThreadTest, AnswersAndWhatTheyAnswerAreFoundFromEach) {
  const Document question = mail("Frage", {"1@a"});
  const Document answer = mail("Antwort", {"2@b", {"1@a"}, {"1@a"}});
  const Document thanks = mail("Dank", {"3@a", {"2@b"}, {"1@a", "2@b"}});
  mail("Anderes", {"9@a"});
  EXPECT_EQ(thread_of(question.id), (Subjects{"Antwort", "Dank"})) << "oldest first";
  EXPECT_EQ(thread_of(answer.id), (Subjects{"Frage", "Dank"}));
  EXPECT_EQ(thread_of(thanks.id), (Subjects{"Frage", "Antwort"}));
}

TEST_F(MailThreadTest, AThreadIsFollowedWhereProgramsNameTheLastMailAlone) {
  const Document first = mail("Eins", {"1@a"});
  mail("Zwei", {"2@a", {"1@a"}});
  const Document third = mail("Drei", {"3@a", {"2@a"}});
  EXPECT_EQ(thread_of(first.id), (Subjects{"Zwei", "Drei"}));
  EXPECT_EQ(thread_of(third.id), (Subjects{"Eins", "Zwei"}));
}

TEST_F(MailThreadTest, TwoAnswersToAMailThatWasNeverFiledBelongTogether) {
  const Document one = mail("Erste Antwort", {"2@b", {"1@a"}});
  mail("Zweite Antwort", {"3@c", {"1@a"}});
  EXPECT_EQ(thread_of(one.id), Subjects{"Zweite Antwort"});
}

TEST_F(MailThreadTest, MailsWithoutIdsAndOtherFilesHaveNone) {
  const Document bare = mail("Ohne Kennung", {});
  mail("Auch ohne", {});
  EXPECT_EQ(thread_of(bare.id), Subjects{});
  EXPECT_EQ(thread_of(file(dossier_.id, "Brief", "kein Brief").id), Subjects{});
}

TEST_F(MailThreadTest, WhatMayNotBeReadIsAbsentAndBindsNothing) {
  const Dossier secret = open_dossier(manager_, staff_.id, "Personalsache");
  const Document first = mail("Eins", {"1@a"});
  const Document hidden = mail(manager_, secret.id, "Geheim", {"2@a", {"1@a"}});
  const Document third = mail("Drei", {"3@a", {"2@a"}});
  EXPECT_EQ(thread_of(first.id), Subjects{}) << "only the hidden one binds them";
  EXPECT_EQ(thread_of(third.id), Subjects{});
  const MailThreads threads(*store_, *permissions_, nullptr);
  EXPECT_LOOKS_ABSENT(threads.of_document(clerk_, hidden.id));
  EXPECT_LOOKS_ABSENT(threads.of_document(stranger_, first.id));

  OneGrant task;
  task.user = clerk_.user;
  task.granted = hidden.id;
  task.rights = Rights{Right::see, Right::read};
  EXPECT_EQ(thread_of(clerk_, first.id, &task), (Subjects{"Geheim", "Drei"}));
  task.rights = Rights{Right::see};
  EXPECT_EQ(thread_of(clerk_, first.id, &task), Subjects{}) << "a mail's head is for readers";
}

TEST_F(MailThreadTest, OnlyCurrentVersionsOutsideTheBinCount) {
  const Document first = mail("Eins", {"1@a"});
  Document second = mail("Zwei", {"2@a", {"1@a"}});
  ASSERT_EQ(thread_of(first.id), Subjects{"Zwei"});
  second = value_of(documents_->put_in_bin(clerk_, second.id, second.change.revision));
  EXPECT_EQ(thread_of(first.id), Subjects{});
  second = value_of(documents_->restore(clerk_, second.id, second.change.revision));
  EXPECT_EQ(thread_of(first.id), Subjects{"Zwei"});
  value_of(documents_->add_version(clerk_, second.id, {"notiz.txt", ""}, stage("eine Notiz"),
                                   second.change.revision));
  EXPECT_EQ(thread_of(first.id), Subjects{}) << "it is a note now";
}

TEST_F(MailThreadTest, TheSameMailFiledTwiceIsTwoDocuments) {
  const Document first = mail("Eins", {"1@a"});
  file(dossier_.id, "Eins, noch einmal", "mail Eins");
  EXPECT_EQ(thread_of(first.id), Subjects{"Eins, noch einmal"});
}

TEST_F(MailThreadTest, AHugeThreadEnds) {
  const Document first = mail("Eins", {"1@a"});
  for (std::size_t i = 0; i < thread_mails_max + 5; ++i) {
    mail("Antwort " + std::to_string(i), {std::to_string(i) + "@b", {"1@a"}});
  }
  EXPECT_EQ(thread_of(first.id).size(), thread_mails_max);
}

TEST_F(MailThreadTest, TheSameMessageFiledOnceMoreIsToldAsSuch) {
  const MailThreads threads(*store_, *permissions_, nullptr);
  const auto same_as = [&](const Actor& actor, const Document& document) {
    Subjects subjects;
    for (const ThreadMail& each : value_of(threads.of_document(actor, document.id))) {
      if (each.is_same_message) subjects.push_back(each.subject);
    }
    return subjects;
  };
  const Document first = mail("Eins", {"1@a"});
  mail("Antwort", {"2@b", {"1@a"}});
  EXPECT_EQ(same_as(clerk_, first), Subjects{});
  const Document again = mail("Eins, noch einmal", {"1@a"});
  const Dossier secret = open_dossier(manager_, staff_.id, "Personalsache");
  const Document hidden = mail(manager_, secret.id, "Eins, im Geheimen", {"1@a"});
  EXPECT_EQ(same_as(clerk_, again), Subjects{"Eins"});
  EXPECT_EQ(same_as(clerk_, first), Subjects{"Eins, noch einmal"});
  EXPECT_EQ(same_as(manager_, hidden), Subjects{}) << "what he may not read tells nothing";
  const Document bare = mail("Ohne Kennung", {"", {"1@a"}});
  EXPECT_EQ(same_as(clerk_, bare), Subjects{});
}

// Ids are gone through in their order.
TEST_F(MailThreadTest, AWalkEndsAfterSoManyMailsWhateverItFound) {
  const Document first = mail("Eins", {"1@a", {"3@a", "9@a"}, {"1@a", "3@a", "5@a", "9@a"}});
  mail("Neun", {"9@b", {"9@a"}});
  EXPECT_EQ(thread_of(first.id), Subjects{"Neun"});
  for (const char* id : {"3@a", "5@a", "7@a"}) forgotten_mails(900, {id});
  EXPECT_EQ(thread_of(first.id), Subjects{"Neun"}) << "1,800 stand before it";
  forgotten_mails(900, {"1@a"});
  EXPECT_EQ(thread_of(first.id), Subjects{}) << "2,700 do";
}

TEST_F(MailThreadTest, AMailThatManyIdsLeadToIsLookedAtOnce) {
  const Document first = mail("Eins", {"1@a", {"9@a"}, {"1@a", "2@a", "3@a", "4@a", "9@a"}});
  mail("Neun", {"9@b", {"9@a"}});
  forgotten_mails(900, {"1@a", "2@a", "3@a", "4@a"});
  EXPECT_EQ(thread_of(first.id), Subjects{"Neun"});
}

}  // namespace
}  // namespace dms::test
