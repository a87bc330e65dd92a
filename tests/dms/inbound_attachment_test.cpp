// What the file of an inbound item carries, by the rights of its inbox.

#include "carrying_extractor.h"
#include "dms/attachment.h"
#include "inbox_fixture.h"

namespace dms::test {
namespace {

class InboundAttachmentTest : public InboxTest {
 protected:
  InboundAttachmentTest() : item_(receive("Rückfrage zum Zaun", "die ganze Mail")) {
    keep_listed(*store_, item_.id.value, item_.content.sha256,
                {{"../Plan.pdf", "application/pdf", 3, 6}, {"Nachricht", "message/rfc822", 4, 0}});
  }

  Attachments attachments() {
    return {*store_, *permissions_, nullptr, {&carrier_, temp_.path().string()}};
  }
  InboundAttachmentPlace place(std::uint64_t number = 3) const { return {item_.id, number}; }
  Result<OpenedAttachment> open(const Actor& actor) { return attachments().open(actor, place()); }
  // How the item was read, the last first.
  std::vector<std::string> reads() {
    std::vector<std::string> found;
    for (const auto& read : value_of(store_->read_reads({}, 10))) {
      if (read.event.object == item_.id.value) found.push_back(read.event.kind);
    }
    return found;
  }

  CarryingExtractor carrier_;
  InboundItem item_;
};

TEST_F(InboundAttachmentTest, IsOpenedByItsNumberAndThatIsOnRecord) {
  const auto opened = value_of(open(clerk_));
  EXPECT_EQ(carrier_.asked_, 3U);
  EXPECT_EQ(opened.file_name, ".._Plan.pdf");
  EXPECT_EQ(value_of(attachments().type_of(clerk_, place())), "application/pdf");
  EXPECT_EQ(value_of(opened.reader->read(0, 100)), "Anlage");
  EXPECT_EQ(reads(), std::vector<std::string>{"content.read"});
  const auto text = value_of(attachments().open_text(clerk_, place()));
  EXPECT_EQ(value_of(text.reader->read(0, 100)), "Text von Anlage");
  EXPECT_EQ(reads(), (std::vector<std::string>{"text.read", "content.read"}));
  EXPECT_LOOKS_ABSENT(attachments().open(clerk_, place(0)));
  EXPECT_EQ(code_of(attachments().open(clerk_, place(4))), ErrorCode::unprocessable);
  EXPECT_LOOKS_ABSENT(attachments().open(clerk_, {InboundItemId{make_uuid_v7(clock_.now())}, 3}));
  EXPECT_EQ(reads().size(), 2U) << "what was not opened is not on record";
}

TEST_F(InboundAttachmentTest, BelongsToWhoMayReadTheItem) {
  value_of(open(reader_));
  EXPECT_LOOKS_ABSENT(open(signer_));  // who deals with another inbox
  EXPECT_LOOKS_ABSENT(open(admin_));
  EXPECT_LOOKS_ABSENT(attachments().type_of(signer_, place()));
  EXPECT_LOOKS_ABSENT(attachments().open_text(signer_, place()));
  value_of(distribute(clerk_, item_, {std::nullopt, signer_.user}));
  value_of(open(signer_));
}

TEST_F(InboundAttachmentTest, IsNotOpenedWhereTheScannerFoundSomething) {
  NewInboundItem input = new_item("Mit Anhang");
  input.malware = "Eicar-Test-Signature";
  item_ = value_of(items_->receive(clerk_, input, stage("eine andere Mail")));
  keep_listed(*store_, item_.id.value, item_.content.sha256,
              {{"Plan.pdf", "application/pdf", 3, 6}});
  EXPECT_EQ(code_of(open(clerk_)), ErrorCode::conflict);
  EXPECT_EQ(code_of(attachments().open_text(clerk_, place())), ErrorCode::conflict);
  EXPECT_EQ(carrier_.asked_, 0U);
  EXPECT_LOOKS_ABSENT(open(signer_));
}

TEST_F(InboundAttachmentTest, IsHadOutOfTheBinAndNotOfWhatIsFiled) {
  value_of(items_->discard(clerk_, item_.id, item_.change.revision));
  value_of(open(clerk_));
  value_of(items_->restore(clerk_, item_.id, get(clerk_, item_).change.revision));
  file_item(item_, open_dossier());
  EXPECT_LOOKS_ABSENT(open(clerk_));
  EXPECT_EQ(undo(item_).state, InboundState::received);
  value_of(open(clerk_));
}

}  // namespace
}  // namespace dms::test
