// What is suggested while a query is typed, what a query is corrected to, and what hits are counted
// by: never a trace of what the asker may not see. Words are planted in hidden documents.

#include <algorithm>

#include "dms/search_service.h"
#include "indexing_fixture.h"
#include "one_grant.h"

namespace dms {
namespace {

using test::IndexedTest;
using test::value_of;
using Texts = std::vector<std::string>;

class SuggestionsTest : public IndexedTest {
 protected:
  Suggestions suggest(const Actor& actor, const std::string& typed) {
    return value_of(search_->suggest(actor, typed));
  }
  Texts queries(const Actor& actor, const std::string& typed) {
    return suggest(actor, typed).queries;
  }
  static Texts titles(const Suggestions& suggestions) {
    Texts texts;
    for (const auto& dossier : suggestions.dossiers) texts.push_back(dossier.title);
    return texts;
  }
  static Texts subjects(const Suggestions& suggestions) {
    Texts texts;
    for (const auto& document : suggestions.documents) texts.push_back(document.subject);
    return texts;
  }
  static bool is_empty(const Suggestions& suggestions) {
    return suggestions.queries.empty() && suggestions.dossiers.empty() &&
           suggestions.documents.empty();
  }
  std::string corrected(const Actor& actor, const std::string& text) {
    return search(actor, text).corrected_query;
  }
};

TEST_F(SuggestionsTest, WordsDossiersAndDocuments) {
  file(dossier_.id, "Stellungnahme Straßenbaulast", "Text");
  file(dossier_.id, "Bebauung am Bach", "Text");
  wait();
  EXPECT_EQ(queries(clerk_, "Stell"), Texts{"Stellungnahme"});
  EXPECT_EQ(queries(clerk_, "stellungnahme str"), Texts{"stellungnahme Straßenbaulast"});
  const Suggestions found = suggest(clerk_, "bebau");
  EXPECT_EQ(titles(found), Texts{"Bebauungsplan Nord"});
  EXPECT_EQ(found.dossiers[0].id, dossier_.id);
  EXPECT_EQ(found.dossiers[0].file_reference, "621.41-2026/001");
  EXPECT_EQ(subjects(found), Texts{"Bebauung am Bach"});
  EXPECT_EQ(found.documents[0].file_reference, "621.41-2026/001");
  EXPECT_EQ(titles(suggest(clerk_, "nord bebauungspl")), Texts{"Bebauungsplan Nord"});
  EXPECT_TRUE(is_empty(suggest(clerk_, "b")));
  EXPECT_TRUE(is_empty(suggest(clerk_, "")));
  EXPECT_TRUE(is_empty(suggest(clerk_, "!? \" (")));
  EXPECT_TRUE(is_empty(suggest(clerk_, "Xylophon")));
}

TEST_F(SuggestionsTest, WhatTheContentTellsIsNotForWhoMerelySees) {
  file(dossier_.id, "Anfrage", "mail mit Text");  // a copy went to Quendolin
  AccessList list;
  list.entries = {{{SubjectKind::user, stranger_.user.value}, std::nullopt, Rights{Right::see}},
                  grant(SubjectKind::user, clerk_.user.value, Role::clerk)};
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  wait();
  EXPECT_EQ(queries(stranger_, "anfr"), Texts{"Anfrage"});
  EXPECT_EQ(corrected(stranger_, "Anfrgae"), "Anfrage");
  for (const char* begun : {"quend", "verfass", "anfrage quend"}) {
    EXPECT_EQ(queries(stranger_, begun), Texts{}) << begun;
  }
  for (const char* mistyped : {"Quendoln", "Verfaserin"}) {
    EXPECT_EQ(corrected(stranger_, mistyped), "") << mistyped;
  }
  EXPECT_EQ(found(clerk_, "quendolin"), Subjects{"Anfrage"});
}

TEST_F(SuggestionsTest, WhoAsksForHitsOnlyGetsThemAlone) {
  file(dossier_.id, "Vermerk", "Der Graben");
  wait();
  SearchQuery query;
  query.text = "Vermerk ODER Grabne";
  ASSERT_EQ(search(clerk_, query).corrected_query, "Vermerk ODER Graben");
  ASSERT_FALSE(search(clerk_, query).hits.at(0).snippet.text.empty());
  query.hits_only = true;
  const SearchAnswer answer = search(clerk_, query);
  EXPECT_EQ(answer.corrected_query, "");
  ASSERT_EQ(answer.hits.size(), 1U);
  EXPECT_EQ(answer.hits[0].subject, "Vermerk");
  EXPECT_TRUE(answer.hits[0].snippet.text.empty());
}

TEST_F(SuggestionsTest, AReferenceAsFarAsItIsTyped) {
  for (const char* typed : {"621", "621.41", "621.41-2026/0", "621.41-2026/001"}) {
    EXPECT_EQ(titles(suggest(clerk_, typed)), Texts{"Bebauungsplan Nord"}) << typed;
    EXPECT_TRUE(is_empty(suggest(stranger_, typed))) << typed;
  }
  EXPECT_EQ(titles(suggest(clerk_, "621.42")), Texts{});
}

TEST_F(SuggestionsTest, NothingOfWhatIsHidden) {
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte Zierfuss");
  for (int i = 0; i < 5; ++i) {
    file(manager_, staff.id, "Abmahnung wegen Trunkenheit", "Alkoholmissbrauch im Dienst");
  }
  file(dossier_.id, "Abmarkung", "Vermessung");
  wait();
  EXPECT_EQ(queries(manager_, "trunk"), Texts{"Trunkenheit"});
  EXPECT_EQ(titles(suggest(manager_, "zierf")), Texts{"Personalakte Zierfuss"});
  EXPECT_EQ(corrected(manager_, "Trunkneheit"), "Trunkenheit");
  EXPECT_EQ(corrected(manager_, "Alkoholmisbrauch"), "Alkoholmissbrauch");
  for (const Actor& other : {clerk_, stranger_, admin_}) {
    for (const char* typed : {"trunk", "zierf", "Personalakte Z", "abmahn", "alkohol"}) {
      EXPECT_TRUE(is_empty(suggest(other, typed))) << typed;
    }
    for (const char* query : {"Trunkneheit", "Zierfus", "Abmahnug", "Alkoholmisbrauch"}) {
      EXPECT_EQ(corrected(other, query), "") << query;
    }
  }
  EXPECT_EQ(queries(clerk_, "abma"), Texts{"Abmarkung"});
  EXPECT_EQ(corrected(clerk_, "Abmakung"), "Abmarkung");
}

TEST_F(SuggestionsTest, AGrantedDocumentDoesNotTellItsDossiersTitle) {
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte Zierfuss");
  const Document granted = file(manager_, staff.id, "Beurteilung", "Text");
  wait();
  test::OneGrant grant;
  grant.granted = granted.id;
  grant.user = stranger_.user;
  grant.rights = {Right::see, Right::read};
  search_ = std::make_unique<SearchService>(*store_, *index_, *permissions_, clock_, &grant);
  ASSERT_EQ(search(stranger_, "beurteilung").total_estimate, 1U);
  EXPECT_TRUE(is_empty(suggest(stranger_, "zierf")));
  EXPECT_EQ(corrected(stranger_, "Zierfus"), "");
  const Suggestions own = suggest(stranger_, "beurt");
  EXPECT_EQ(subjects(own), Texts{"Beurteilung"});
  EXPECT_EQ(own.documents[0].file_reference, "");
}

TEST_F(SuggestionsTest, AWordOfATextIsWrittenAsThere) {
  file(dossier_.id, "Vermerk", "Der Mühlgraben führt Wasser.");
  wait();
  EXPECT_EQ(corrected(clerk_, "Mülgraben Vermerk"), "Mühlgraben Vermerk");
  EXPECT_EQ(corrected(clerk_, "Mühlgraben"), "");
  EXPECT_EQ(corrected(clerk_, "betreff:Vermrek -Wasser"), "betreff:Vermerk -Wasser");
}

TEST_F(SuggestionsTest, CountsAreOfWhatIsSeen) {
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  const auto file_from = [&](const Actor& actor, DossierId dossier, const char* sender,
                             DocumentType type) {
    NewDocument input = new_document(dossier, "Schreiben");
    input.fields.type = type;
    input.fields.sender = sender;
    input.fields.letter_date = parse_date("2025-02-27");
    value_of(documents_->file_document(actor, input, stage("Wasser")));
  };
  file_from(clerk_, dossier_.id, "Stadtwerke", DocumentType::invoice);
  file_from(clerk_, dossier_.id, "Stadtwerke", DocumentType::letter);
  file_from(clerk_, dossier_.id, "Müller GmbH", DocumentType::letter);
  file_from(manager_, staff.id, "Anwaltskanzlei", DocumentType::notice);
  wait();
  SearchQuery query;
  query.text = "wasser";
  query.facets = {search::Facet::sender, search::Facet::type, search::Facet::unit,
                  search::Facet::year};
  const auto told = [&](const Actor& actor) {
    std::string text;
    for (const auto& facet : search(actor, query).facets) {
      for (const auto& value : facet.values) {
        text += value.value + "=" + std::to_string(value.count) + " ";
      }
    }
    return text;
  };
  const std::string unit = dossier_.unit.text();
  EXPECT_EQ(told(clerk_), "Stadtwerke=2 Müller GmbH=1 letter=2 invoice=1 " + unit + "=3 2025=3 ");
  EXPECT_EQ(told(stranger_), "");
  query.senders = {"Stadtwerke"};
  EXPECT_EQ(told(clerk_), "Stadtwerke=2 Müller GmbH=1 invoice=1 letter=1 " + unit + "=2 2025=2 ");
  EXPECT_EQ(search(clerk_, query).total_estimate, 2U);
}

}  // namespace
}  // namespace dms
