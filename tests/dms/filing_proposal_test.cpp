// Into which dossiers an item may belong, why, and what is never proposed.

#include "dms/filing_proposal.h"

#include "dms/local_date.h"
#include "dms/reference_search.h"
#include "inbox_fixture.h"

namespace dms {
namespace {

using test::InboxTest;
using test::value_of;
using Texts = std::vector<std::string>;

Texts texts_of(std::string_view text) {
  Texts found;
  for (const FoundReference& reference : find_references(text)) found.push_back(reference.text);
  return found;
}

TEST(FindReferences, TakesWhatIsWrittenTogether) {
  EXPECT_EQ(texts_of("Az.: 621.41-2026/014, vom 9. November"), Texts{"621.41-2026/014"});
  EXPECT_EQ(texts_of("(621.41-2026/014-3)"), (Texts{"621.41-2026/014-3", "621.41-2026/014"}));
  EXPECT_EQ(texts_of("Straße 14 und Über-\nmut, 2026"), Texts{});
  EXPECT_EQ(texts_of("621.41-2026/014 621.41-2026/014"), Texts{"621.41-2026/014"});
  EXPECT_EQ(texts_of(""), Texts{});
  EXPECT_EQ(texts_of("\xff\xfe-1/2\xff"), Texts{"\xff\xfe-1/2\xff"}) << "any bytes";
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "1." + std::to_string(i) + "/7 ";
  EXPECT_EQ(find_references(many).size(), found_references_max);
}

TEST(FindReferences, KnowsWhoseReferenceIsAskedFor) {
  const auto found =
      find_references("Unser Zeichen: 51-621.41/14-2026\nIhr Zeichen: 621.41-2026/014\n" +
                      std::string(200, ' ') + "siehe 100.1-2020/001");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_FALSE(found[0].is_yours) << found[0].text;
  EXPECT_TRUE(found[2].is_yours) << found[2].text;
  EXPECT_FALSE(found[3].is_yours) << found[3].text;
}

TEST(TellingWords, LeavesOutWhatSaysNothingOrIsAnOperator) {
  EXPECT_EQ(telling_words("ODER der \"Bauantrag\" Bauantrag -Carport*", {4, 9}),
            (Texts{"Bauantrag", "Carport"}));
  EXPECT_EQ(telling_words("eins zwei drei vier fünf", {4, 2}), (Texts{"eins", "zwei"}));
  EXPECT_EQ(telling_words("\xff kaputt", {4, 9}), Texts{});
}

class ProposalTest : public InboxTest {
 protected:
  std::vector<FilingProposal> proposals(const Actor& actor, const InboundItem& item) {
    return value_of(FilingProposals(*store_, *permissions_, *search_).of_item(actor, item.id));
  }
};

TEST_F(ProposalTest, FindsTheFileThatTheLetterNames) {
  const Dossier other = open_dossier("Bebauungsplan Süd");
  const InboundItem item =
      receive("Stellungnahme", "Unser Zeichen 51/14 Ihr Zeichen " + dossier_.file_reference +
                                   " siehe auch " + std::string(150, ' ') + other.file_reference);
  EXPECT_TRUE(proposals(clerk_, item).empty()) << "its text is not known yet";
  wait();
  const auto found = proposals(clerk_, item);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].dossier, dossier_.id);
  EXPECT_EQ(found[0].reasons.front(), ProposalReason::your_reference);
  EXPECT_EQ(found[1].dossier, other.id);
  EXPECT_EQ(found[1].reasons.front(), ProposalReason::reference_in_text);
}

TEST_F(ProposalTest, LearnsFromWhereASendersPostWasFiled) {
  file_item(receive("Stellungnahme", "erster Brief"), dossier_);
  const InboundItem item = receive("Anderes", "zweiter Brief", "LANDRATSAMT  Musterkreis");
  const InboundItem again = receive("Anderes", "dritter Brief", "Landratsamt Müsterkreis");
  const auto found = proposals(clerk_, receive("Weiteres", "vierter Brief"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().reasons, std::vector{ProposalReason::same_sender});
  EXPECT_TRUE(proposals(clerk_, again).empty());
}

TEST_F(ProposalTest, LeavesOutWhatIsFarBehindTheFirst) {
  const Dossier other = open_dossier("Landratsamt, Allgemeines");
  file_item(receive("Rundschreiben", "erster Brief"), other);
  const InboundItem named =
      receive("Stellungnahme", "Ihr Zeichen " + dossier_.file_reference + ", zweiter Brief");
  const InboundItem bare = receive("Weiteres", "dritter Brief");
  wait();
  const auto found = proposals(clerk_, named);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().dossier, dossier_.id);
  const auto by_sender = proposals(clerk_, bare);
  ASSERT_EQ(by_sender.size(), 1U) << "alone it is told";
  EXPECT_EQ(by_sender.front().dossier, other.id);
}

TEST_F(ProposalTest, FindsWhatReadsAlikeAndSaysWhatSpeaksForIt) {
  file(dossier_.id, "Streusalz für den Winterdienst", "Lieferung");
  for (int i = 0; i < 5; ++i) file(open_dossier("Akte").id, "Sitzung des Ausschusses", "Protokoll");
  wait();
  const auto found = proposals(clerk_, receive("Rechnung Streusalz Winterdienst", "x", ""));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().dossier, dossier_.id);
  EXPECT_EQ(found.front().reasons, std::vector{ProposalReason::similar});
  EXPECT_EQ(found.front().evidence, "Streusalz für den Winterdienst");
}

TEST_F(ProposalTest, ReadsAScanForItsSenderAndItsMatter) {
  const Dossier hall = open_dossier("Turnhalle");
  const Dossier salt = open_dossier("Winterdienst");
  file_item(receive("Bestellung", "Streusalz", "Stadtwerke Musterstadt GmbH"), salt);
  file(hall.id, "Turnhalle im Mühlweg", "Das Flachdach der Turnhalle ist undicht");
  for (int i = 0; i < 30; ++i) {
    file(open_dossier("Akte").id, "Sitzung", "Tagesordnung, Abstimmung und Ergebnis");
  }
  NewInboundItem scan = new_item("scan0001");
  scan.file_name = "scan0001.pdf";
  const auto received = [&](std::string_view text) {
    const InboundItem item = value_of(items_->receive(clerk_, scan, stage(text)));
    wait();
    return proposals(clerk_, item);
  };
  const auto by_sender = received(
      "Stadtwerke Musterstadt GmbH\n\nLieferschein\n\nSehr geehrte Damen und Herren,\nanbei\n");
  ASSERT_EQ(by_sender.size(), 1U);
  EXPECT_EQ(by_sender.front().dossier, salt.id);
  EXPECT_EQ(by_sender.front().reasons, std::vector{ProposalReason::same_sender});
  const auto by_subject = received("Erna Muster\n\nBetreff: Undichtes Flachdach\n\nHallo\n");
  ASSERT_EQ(by_subject.size(), 1U);
  EXPECT_EQ(by_subject.front().dossier, hall.id);
  EXPECT_EQ(by_subject.front().reasons, std::vector{ProposalReason::similar});
  EXPECT_EQ(by_subject.front().evidence, "Turnhalle im Mühlweg");
  const auto by_text = received("Erna Muster\nGuten Tag,\nim Mühlweg regnet es durchs Flachdach.");
  ASSERT_EQ(by_text.size(), 1U);
  EXPECT_EQ(by_text.front().dossier, hall.id);
}

TEST_F(ProposalTest, TheNameOfAScanSaysNothing) {
  file(dossier_.id, "scan0001", "Lieferung");
  NewInboundItem scan = new_item("scan0001");
  scan.file_name = "scan0001.pdf";
  const InboundItem item = value_of(items_->receive(clerk_, scan, stage("Anderes")));
  wait();
  EXPECT_TRUE(proposals(clerk_, item).empty());
}

TEST_F(ProposalTest, ProposesNothingThatTheAskerMayNotFileInto) {
  AccessList own;
  own.is_protected = true;
  own.entries = {grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  NewDossier hidden = new_dossier(plans_.id, "Verborgen");
  hidden.access = own;
  const Dossier secret = value_of(dossiers_->open(manager_, hidden));
  value_of(documents_->file_document(manager_, new_document(secret.id, "Zebrastreifen"),
                                     stage("Zebrastreifen")));
  const InboundItem item = receive(
      "Zebrastreifen", "Ihr Zeichen " + secret.file_reference + " " + dossier_.file_reference);
  wait();
  ASSERT_EQ(proposals(manager_, item).size(), 2U);
  const auto found = proposals(clerk_, item);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().dossier, dossier_.id);
  close(dossier_);
  EXPECT_TRUE(proposals(clerk_, item).empty()) << "a closed file takes nothing";
}

TEST_F(ProposalTest, AreForReadersOfTheItemAlone) {
  const InboundItem item = receive("Anfrage");
  const FilingProposals proposals(*store_, *permissions_, *search_);
  EXPECT_LOOKS_ABSENT(proposals.of_item(stranger_, item.id));
  EXPECT_LOOKS_ABSENT(proposals.of_item(clerk_, InboundItemId{}));
  EXPECT_TRUE(value_of(proposals.of_item(reader_, item.id)).empty()) << "he may file nowhere";
  EXPECT_LOOKS_ABSENT(proposals.fields_of_item(stranger_, item.id));
  EXPECT_LOOKS_ABSENT(proposals.fields_of_item(clerk_, InboundItemId{}));
}

TEST_F(ProposalTest, TellsWhatTheLetterSaysOfItselfAndWhere) {
  const std::string today = format_date(local_date(clock_.now()));
  const InboundItem item =
      receive("Ohne Angaben", "Landratsamt\nUnser Zeichen: 51/14-3\nDatum: " + today + "\n", "");
  const FilingProposals proposals(*store_, *permissions_, *search_);
  EXPECT_TRUE(value_of(proposals.fields_of_item(clerk_, item.id)).empty()) << "not read yet";
  wait();
  value_of(proposals.of_item(reader_, item.id));
  EXPECT_TRUE(value_of(store_->read_reads({}, 10)).empty()) << "nothing of its words is told";
  const auto fields = value_of(proposals.fields_of_item(reader_, item.id));
  const auto reads = value_of(store_->read_reads({}, 10));
  ASSERT_EQ(reads.size(), 1U);
  EXPECT_EQ(reads.front().event.kind, "text.read");
  ASSERT_EQ(fields.size(), 3U);
  EXPECT_EQ(fields[0].field.name, LetterFieldName::letter_date);
  EXPECT_EQ(fields[0].field.value, today);
  EXPECT_EQ(fields[0].quote, today);
  EXPECT_TRUE(fields[0].boxes.empty()) << "of a page with text of its own";
  EXPECT_EQ(fields[1].field.value, "Landratsamt");
  EXPECT_EQ(fields[2].field.value, "51/14-3");
  EXPECT_FALSE(get(clerk_, item).fields.letter_date) << "nothing is set by itself";
  file_item(item, dossier_);
  EXPECT_TRUE(value_of(proposals.fields_of_item(clerk_, item.id)).empty()) << "the item is filed";
}

}  // namespace
}  // namespace dms
