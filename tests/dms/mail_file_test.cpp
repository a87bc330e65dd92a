// A mail that comes as a file: what its head gives to the fields, what is no mail, and what came
// before as the same message.

#include "dms/capture/mail_file.h"

#include <chrono>
#include <future>

#include "dms/base/worker_lanes.h"
#include "inbox_fixture.h"

namespace dms {
namespace {

using test::InboxTest;
using test::value_of;

TEST(MailFields, FitTheFieldsOfADocument) {
  search::MailFacts facts;
  EXPECT_EQ(mail_fields(facts).subject, "");
  EXPECT_FALSE(mail_fields(facts).letter_date);
  EXPECT_FALSE(mail_fields(facts).message);
  for (int i = 0; i < 400; ++i) facts.subject += "ö";
  facts.from = "Anna <anna@example.org>";
  facts.sent_at = Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 18}};
  facts.message_id = "1@example.org";
  const MailFields fields = mail_fields(facts);
  EXPECT_EQ(fields.subject.size(), 500U);
  EXPECT_EQ(fields.sender, facts.from);
  EXPECT_EQ(format_date(fields.letter_date.value()), "2026-11-18");
  EXPECT_TRUE(fields.message);
}

// The last hour of the year 9999 is in the next one here, which no record holds.
TEST(MailFields, HaveNoDayThatCannotBeReadBack) {
  search::MailFacts facts;
  facts.sent_at = parse_rfc3339("9999-12-31T23:30:00Z").value();
  EXPECT_FALSE(mail_fields(facts).letter_date);
  facts.sent_at = parse_rfc3339("9999-12-31T22:30:00Z").value();
  EXPECT_EQ(format_date(mail_fields(facts).letter_date.value()), "9999-12-31");
}

TEST(MailFields, AreReadOfWhatIsNamedAsAMail) {
  for (const char* name : {"a.eml", "A.EML", "Anfrage.msg"}) EXPECT_TRUE(is_named_as_mail(name));
  for (const char* name : {"a.pdf", "eml", "msg.txt", ""}) EXPECT_FALSE(is_named_as_mail(name));
}

class MailFileTest : public InboxTest {
 protected:
  std::optional<MailFields> read(const std::string& bytes, std::string_view file_name) {
    const storage::StagedContent content = stage(bytes);
    return MailFiles(*store_, &extractor_, staging()).read(content.id(), file_name);
  }
  // As the server takes it in.
  InboundItem receive_mail(const std::string& bytes, std::optional<std::string> message) {
    NewInboundItem input = new_item("Post");
    if (message) {
      search::MailFacts facts;
      facts.message_id = *message;
      input.message = mail_fields(facts).message;
    }
    return value_of(items_->receive(clerk_, input, stage(bytes)));
  }
};

TEST_F(MailFileTest, AreReadFromItsHead) {
  const auto mail = read("mail\n\nSehr geehrte Damen und Herren", "Anfrage.eml");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->subject, "Wege");
  EXPECT_EQ(mail->sender, "Anna <anna@example.org>");
  EXPECT_EQ(extractor_.read().back(), "mail\n\n") << "the head alone is parsed for it";
  ASSERT_TRUE(read("mail as Outlook saves it", "Anfrage.MSG"));
  EXPECT_EQ(extractor_.read().back(), "mail as Outlook saves it");
}

TEST_F(MailFileTest, AreNoneOfOtherFiles) {
  EXPECT_FALSE(read("mail\n\n", "Anfrage.pdf"));
  EXPECT_FALSE(read("Sehr geehrte Damen\n\n", "Anfrage.eml")) << "what it is the sandbox says";
  EXPECT_FALSE(read("mail without an end", "Anfrage.eml"));
  extractor_.fail_next(1);
  EXPECT_FALSE(read("mail\n\n", "Anfrage.eml")) << "then it is taken in as any other file";
}

TEST_F(MailFileTest, AreReadFromAnInvoiceToo) {
  const auto bill = read("invoice", "Rechnung.xml");
  ASSERT_TRUE(bill);
  EXPECT_EQ(bill->type, DocumentType::invoice);
  EXPECT_EQ(bill->sender, "Salzhandel");
  EXPECT_EQ(bill->foreign_reference, "RE 7");
  EXPECT_EQ(bill->subject, "");
  EXPECT_FALSE(bill->message);
  EXPECT_TRUE(read("invoice in a PDF/EmbeddedFile", "Rechnung.PDF")) << "beside its pages";
  const std::size_t parsed = extractor_.read().size();
  EXPECT_FALSE(read("invoice in a PDF without files", "Rechnung.pdf"));
  EXPECT_FALSE(read("invoice", "Rechnung.txt"));
  EXPECT_EQ(extractor_.read().size(), parsed) << "nothing is parsed for what cannot be one";
  EXPECT_FALSE(read("text", "Liste.xml"));
}

TEST_F(MailFileTest, OfAMailWithAnInvoiceAreTheInvoicesBeforeItsOwn) {
  const auto mail = read("mail\n\nfilename=re.xml, so it carries an invoice", "Post.eml");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->subject, "Wege");
  EXPECT_EQ(mail->type, DocumentType::invoice);
  EXPECT_EQ(mail->sender, "Salzhandel");
  EXPECT_EQ(mail->foreign_reference, "RE 7");
  EXPECT_TRUE(mail->message);
}

// A lane that runs one task at a time: the process ends only once another task has run.
TEST_F(MailFileTest, WhileAHeadIsReadTheLaneDoesOtherThings) {
  WorkerLane lane({.name = "test", .threads = 2, .queue_limit = 10, .running_max = 1});
  const storage::StagedContent content = stage("mail\n\n");
  std::promise<void> other_ran;
  std::future<void> other = other_ran.get_future();
  extractor_.hold();
  std::promise<bool> is_read;
  ASSERT_TRUE(lane.post([&] {
    const MailFiles files(*store_, &extractor_, staging());
    is_read.set_value(files.read(content.id(), "Anfrage.eml").has_value());
  }));
  ASSERT_TRUE(lane.post([&] { other_ran.set_value(); }));
  EXPECT_EQ(other.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  extractor_.release();
  EXPECT_TRUE(is_read.get_future().get());
}

TEST_F(MailFileTest, KnownMessagesAreHintedAt) {
  const InboundItem first = receive_mail("mail eins", "1@example.org");
  EXPECT_FALSE(first.duplicate_of);
  EXPECT_EQ(receive_mail("mail eins, saved again", "1@example.org").duplicate_of, first.id);
  EXPECT_FALSE(receive_mail("mail zwei", "2@example.org").duplicate_of);
  EXPECT_FALSE(receive_mail("mail without an id", {}).duplicate_of);
  file_item(first, dossier_);
  EXPECT_EQ(receive_mail("mail eins, once more", "1@example.org").duplicate_of, first.id);
}

// Filed into a dossier by hand, it never lay in an inbox.
TEST_F(MailFileTest, AMailThatIsFiledAlreadyIsHintedAtWhereItMayBeRead) {
  const Document filed = file(dossier_.id, "Wege", "mail, filed by hand");
  wait();
  const InboundItem item = receive("Post", "mail, as it comes once more");
  wait();
  ASSERT_TRUE(get(clerk_, item).filed_before);
  EXPECT_EQ(get(clerk_, item).filed_before->document, filed.id);
  EXPECT_EQ(get(clerk_, item).filed_before->dossier, dossier_.id);
  EXPECT_EQ(get(clerk_, item).filed_before->file_reference, dossier_.file_reference);
  AccessList list;
  list.entries = {{{SubjectKind::user, reader_.user.value}, std::nullopt, Rights{Right::see}},
                  grant(SubjectKind::user, clerk_.user.value, Role::clerk)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  EXPECT_TRUE(get(clerk_, item).filed_before);
  EXPECT_FALSE(get(reader_, item).filed_before)
      << "he may read the item, and see the document alone";
  for (const InboundItem& each : value_of(items_->list(clerk_, {}, {})).items) {
    EXPECT_FALSE(each.filed_before);
  }
  EXPECT_FALSE(get(clerk_, receive("Brief", "no mail")).filed_before);
  value_of(documents_->put_in_bin(clerk_, filed.id, filed.change.revision));
  EXPECT_FALSE(get(clerk_, item).filed_before) << "not what lies in the bin";
}

}  // namespace
}  // namespace dms
