// What a mail or an electronic invoice says of itself, as fields that are proposed; who is told of
// it, and where.

#include "dms/fact_fields.h"
#include "dms/invoice_words.h"

#include "dms/filing_proposal.h"
#include "inbox_fixture.h"

namespace dms {
namespace {

using test::InboxTest;
using test::value_of;
using Values = std::vector<std::pair<LetterFieldName, std::string>>;

Values values(const std::vector<FactField>& fields) {
  Values found;
  for (const FactField& field : fields) found.emplace_back(field.name, field.value);
  return found;
}

Date day(int year, unsigned month, unsigned day_of_month) {
  return Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day_of_month}};
}

search::InvoiceFacts invoice() {
  search::InvoiceFacts facts;
  facts.number = "RE 2048";
  facts.seller = "Salzhandel Nord";
  facts.issued = day(2026, 11, 20);
  facts.due = day(2026, 12, 4);
  return facts;
}

TEST(FactFields, OfAnInvoiceAreWhatIsAskedOfALetter) {
  const auto fields = read_facts({}, invoice());
  EXPECT_EQ(values(fields), (Values{{LetterFieldName::type, "invoice"},
                                    {LetterFieldName::letter_date, "2026-11-20"},
                                    {LetterFieldName::sender, "Salzhandel Nord"},
                                    {LetterFieldName::foreign_reference, "RE 2048"},
                                    {LetterFieldName::deadline, "2026-12-04"}}));
  for (const FactField& field : fields) EXPECT_EQ(field.source, FieldSource::invoice);
}

TEST(FactFields, OfACreditNoteNothingIsDue) {
  search::InvoiceFacts note = invoice();
  note.kind = search::InvoiceKind::credit_note;
  const auto fields = read_facts({}, note);
  ASSERT_EQ(fields.size(), 4U);
  EXPECT_EQ(fields.front().value, "invoice");
}

TEST(FactFields, OfAMailAreItsSenderAndDay) {
  search::MailFacts mail;
  mail.from = "Petra Ackerlund <p@example.org>";
  mail.sent_at = Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 18}};
  const auto fields = read_facts(mail, {});
  EXPECT_EQ(values(fields), (Values{{LetterFieldName::type, "email"},
                                    {LetterFieldName::letter_date, "2026-11-18"},
                                    {LetterFieldName::sender, mail.from}}));
  EXPECT_EQ(fields.front().source, FieldSource::mail);
  EXPECT_EQ(values(read_facts(search::MailFacts(), {})),
            (Values{{LetterFieldName::type, "email"}}));
  EXPECT_TRUE(read_facts({}, {}).empty());
}

TEST(FactFields, OfAMailThatCarriesAnInvoiceAreTheInvoicesFirst) {
  search::MailFacts mail;
  mail.from = "Buchhaltung <b@example.org>";
  mail.sent_at = Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}};
  search::InvoiceFacts bill = invoice();
  EXPECT_EQ(values(read_facts(mail, bill)), values(read_facts({}, bill)));
  bill.seller.clear();
  bill.issued.reset();
  EXPECT_EQ(values(read_facts(mail, bill)), (Values{{LetterFieldName::type, "invoice"},
                                                    {LetterFieldName::letter_date, "2026-11-21"},
                                                    {LetterFieldName::sender, mail.from},
                                                    {LetterFieldName::foreign_reference, "RE 2048"},
                                                    {LetterFieldName::deadline, "2026-12-04"}}));
}

TEST(InvoiceWords, AreAsPeopleTypeThem) {
  search::InvoiceFacts bill = invoice();
  bill.amount = "336.9";
  bill.currency = "EUR";
  EXPECT_EQ(german_words_of(bill), "336,90 EUR 20.11.2026 04.12.2026");
  bill = {};
  bill.currency = "EUR";
  const auto amount = [&](const char* text) {
    bill.amount = text;
    return german_words_of(bill);
  };
  EXPECT_EQ(amount("1234567.5"), "1.234.567,50 EUR 1234567,50");
  EXPECT_EQ(amount("-1200"), "1.200,00 EUR 1200,00");
  EXPECT_EQ(amount("0.125000"), "0,125 EUR");
  EXPECT_EQ(amount("12.5000"), "12,50 EUR");
  EXPECT_EQ(amount("999999999999999999.999999"),
            "999.999.999.999.999.999,999999 EUR 999999999999999999,999999");
  EXPECT_EQ(amount("1,50"), "");
  EXPECT_EQ(german_words_of({}), "");
}

TEST(FactFields, FitTheFieldsTheyAreFor) {
  search::InvoiceFacts long_one;
  for (int i = 0; i < 400; ++i) long_one.seller += "ö";
  long_one.number = std::string(400, '1');
  const auto fields = read_facts({}, long_one);
  ASSERT_EQ(fields.size(), 3U);
  EXPECT_EQ(fields[1].value.size(), 300U);
  EXPECT_EQ(fields[2].value.size(), 200U);
}

TEST(FindValue, TellsWhereAValueStandsInTheText) {
  const std::vector<std::string_view> pages{"Deckblatt", "Rechnung RE 2048 vom 20. November 2026"};
  const auto number = find_value(pages, LetterFieldName::foreign_reference, "RE 2048");
  ASSERT_TRUE(number);
  EXPECT_EQ(number->page, 2U);
  EXPECT_EQ(pages[1].substr(number->begin, number->end - number->begin), "RE 2048");
  const auto issued = find_value(pages, LetterFieldName::letter_date, "2026-11-20");
  ASSERT_TRUE(issued);
  EXPECT_EQ(pages[1].substr(issued->begin, issued->end - issued->begin), "20. November 2026");
  EXPECT_FALSE(find_value(pages, LetterFieldName::deadline, "2026-12-04"));
  EXPECT_FALSE(find_value(pages, LetterFieldName::foreign_reference, "20")) << "is everywhere";
  EXPECT_FALSE(find_value(pages, LetterFieldName::type, "Rechnung"));
}

class ItemFactsTest : public InboxTest {
 protected:
  std::vector<ProposedField> fields_of(const InboundItem& item) {
    const FilingProposals proposals(*store_, *permissions_, *search_);
    return value_of(proposals.fields_of_item(clerk_, item.id));
  }
};

TEST_F(ItemFactsTest, GoBeforeWhatTheTextSays) {
  const InboundItem item =
      receive("Rechnung", "invoice\nStadtwerke Musterbach GmbH\nRechnung RE 7\n", "");
  wait();
  const auto fields = fields_of(item);
  ASSERT_EQ(fields.size(), 3U);
  EXPECT_EQ(fields[0].field.value, "invoice");
  EXPECT_EQ(fields[1].field.name, LetterFieldName::sender);
  EXPECT_EQ(fields[1].field.value, "Salzhandel") << "and not the Stadtwerke in the text";
  EXPECT_EQ(fields[1].source, FieldSource::invoice);
  EXPECT_EQ(fields[1].field.page, 0U) << "stands nowhere";
  EXPECT_EQ(fields[1].quote, "");
  EXPECT_EQ(fields[2].field.value, "RE 7");
  EXPECT_EQ(fields[2].field.page, 1U);
  EXPECT_EQ(fields[2].quote, "RE 7");
}

TEST_F(ItemFactsTest, LeaveToTheTextWhatTheyDoNotSay) {
  const InboundItem item = receive("Anfrage", "mail\nUnser Zeichen: 51/14-3\n", "");
  wait();
  const auto fields = fields_of(item);
  ASSERT_EQ(fields.size(), 3U);
  EXPECT_EQ(fields[0].field.value, "email");
  EXPECT_EQ(fields[1].field.value, "Anna <anna@example.org>");
  EXPECT_EQ(fields[2].field.value, "51/14-3");
  EXPECT_EQ(fields[2].source, FieldSource::text);
}

TEST_F(ItemFactsTest, AreForReadersOfASingleItem) {
  const InboundItem item = receive("Rechnung", "invoice");
  wait();
  ASSERT_TRUE(get(reader_, item).text.invoice);
  EXPECT_EQ(get(reader_, item).text.invoice->amount, "12.50");
  const auto page = value_of(items_->list(clerk_, {}, {}));
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_FALSE(page.items.front().text.invoice);
  const InboundItem mail = receive("Post", "mail");
  wait();
  EXPECT_EQ(get(clerk_, mail).text.mail->subject, "Wege");
  for (const InboundItem& each : value_of(items_->list(clerk_, {}, {})).items) {
    EXPECT_FALSE(each.text.mail);
  }
}

}  // namespace
}  // namespace dms
