// What mails and electronic invoices say of themselves is kept, and found as people type it.

#include "indexing_fixture.h"

namespace dms {
namespace {

using test::IndexedTest;
using test::value_of;

using FactSearchTest = IndexedTest;

TEST_F(FactSearchTest, WhatAMailSaysOfItselfIsKeptAndFound) {
  const Document document = file(dossier_.id, "Anfrage", "mail mit Text");
  wait();
  const auto mail = value_of(documents_->get(clerk_, document.id)).mail;
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->from, "Anna <anna@example.org>");
  EXPECT_EQ(mail->to, std::vector<std::string>{"amt@example.org"});
  EXPECT_FALSE(mail->sent_at);
  EXPECT_EQ(mail->subject, "Wege");
  EXPECT_EQ(found(clerk_, "rat@example.org"), Subjects{"Anfrage"});
  EXPECT_EQ(found(clerk_, "absender:anna"), Subjects{"Anfrage"});
  EXPECT_EQ(found(clerk_, "empfaenger:amt"), Subjects{"Anfrage"});
  EXPECT_EQ(found(clerk_, "empfaenger:rat"), Subjects{"Anfrage"}) << "of a copy, too";
  EXPECT_EQ(found(clerk_, "absender:amt"), Subjects{});
  EXPECT_EQ(found(clerk_, "empfaenger:anna"), Subjects{});
}

TEST_F(FactSearchTest, WhatAnInvoiceSaysOfItselfIsFoundAsItIsTyped) {
  file(dossier_.id, "Streusalz", "invoice text");
  file(dossier_.id, "Post", "mail that carries an invoice");
  wait();
  const Subjects both{"Post", "Streusalz"};
  for (const char* query : {"12,50", "\"12,50 EUR\"", "absender:salzhandel", "az:\"RE 7\""}) {
    EXPECT_EQ(found(clerk_, query), both) << query;
  }
  EXPECT_EQ(found(clerk_, "12,51"), Subjects{});
}

}  // namespace
}  // namespace dms
