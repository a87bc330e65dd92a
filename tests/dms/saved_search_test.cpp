// Searches kept under a name: one's own alone, and what is new in them.

#include "dms/saved_search.h"

#include "dms/change_notice.h"
#include "indexing_fixture.h"

namespace dms {
namespace {

using test::IndexedTest;
using test::value_of;

class SavedSearchTest : public IndexedTest {
 protected:
  SavedSearchTest() { saved_ = std::make_unique<SavedSearches>(*store_, *search_, clock_); }
  ~SavedSearchTest() override { saved_.reset(); }

  static SavedSearchFields fields(const std::string& name, const std::string& text) {
    SavedSearchFields made;
    made.name = name;
    made.query.text = text;
    return made;
  }
  SavedSearch save(const Actor& actor, const std::string& name, const std::string& text) {
    return value_of(saved_->create(actor, fields(name, text)));
  }
  // "hits new" of each, by name.
  std::vector<std::string> counts(const Actor& actor) {
    std::vector<std::string> list;
    for (const auto& [id, count] : value_of(saved_->counts(actor))) {
      list.push_back(std::to_string(count.hits) + " " + std::to_string(count.newer));
    }
    return list;
  }
  using Counts = std::vector<std::string>;

  std::unique_ptr<SavedSearches> saved_;
};

TEST_F(SavedSearchTest, KeepsWhatIsAskedFor) {
  SavedSearchFields input = fields(" Offene Rechnungen ", "Streusalz");
  input.query.unit = staff_.id;
  input.query.dossier = dossier_.id;
  input.query.types = {DocumentType::invoice, DocumentType::letter, DocumentType::invoice};
  input.query.statuses = {DocumentStatus::received};
  input.query.author = clerk_.user;
  input.query.senders = {"Bauhof"};
  input.query.from = parse_date("2026-01-01");
  input.query.to = parse_date("2026-12-31");
  input.query.sort = search::SortOrder::oldest_first;
  const SavedSearch made = value_of(saved_->create(clerk_, input));
  const SavedSearch read = value_of(saved_->get(clerk_, made.id));
  EXPECT_EQ(read.fields.name, "Offene Rechnungen");
  const SearchQuery& query = read.fields.query;
  EXPECT_EQ(query.text, "Streusalz");
  EXPECT_EQ(query.unit, staff_.id);
  EXPECT_EQ(query.dossier, dossier_.id);
  EXPECT_EQ(query.types, (std::vector{DocumentType::letter, DocumentType::invoice}));
  EXPECT_EQ(query.statuses, std::vector{DocumentStatus::received});
  EXPECT_EQ(query.author, clerk_.user);
  EXPECT_EQ(query.senders, std::vector<std::string>{"Bauhof"});
  EXPECT_EQ(query.from, parse_date("2026-01-01"));
  EXPECT_EQ(query.to, parse_date("2026-12-31"));
  EXPECT_EQ(query.sort, search::SortOrder::oldest_first);
  EXPECT_EQ(read.change.revision, 1U);
}

TEST_F(SavedSearchTest, ChangesByRevisionAndIsRemoved) {
  const SavedSearch made = save(clerk_, "Zisternen", "zisterne");
  save(clerk_, "Äcker", "acker");
  const SavedSearch changed =
      value_of(saved_->update(clerk_, made.id, fields("Brunnen", "brunnen"), 1));
  EXPECT_EQ(changed.change.revision, 2U);
  EXPECT_EQ(changed.fields.query.text, "brunnen");
  EXPECT_EQ(saved_->update(clerk_, made.id, fields("x", ""), 1).error().code,
            ErrorCode::stale_version);
  EXPECT_EQ(saved_->update(clerk_, made.id, fields("ÄCKER", ""), 2).error().code,
            ErrorCode::conflict);
  std::vector<std::string> names;
  for (const SavedSearch& each : value_of(saved_->list(clerk_))) names.push_back(each.fields.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Äcker", "Brunnen"}));
  EXPECT_EQ(saved_->remove(clerk_, made.id, 1).error().code, ErrorCode::stale_version);
  value_of(saved_->remove(clerk_, made.id, 2));
  EXPECT_EQ(saved_->get(clerk_, made.id).error().code, ErrorCode::not_found);
}

TEST_F(SavedSearchTest, RefusesWhatCannotBeSearchedForAndTooMany) {
  const auto pointer = [&](const SavedSearchFields& input) {
    const auto refused = saved_->create(clerk_, input);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
    return refused.error().fields.at(0).pointer;
  };
  EXPECT_EQ(pointer(fields(" ", "x")), "/name");
  EXPECT_EQ(pointer(fields("Name", "\xff")), "/q");
  EXPECT_EQ(pointer(fields("Name", std::string(2000, 'a'))), "/q");
  SavedSearchFields sender = fields("Name", "x");
  sender.query.senders = {""};
  EXPECT_EQ(pointer(sender), "/sender/0");
  for (std::size_t i = 0; i < SavedSearches::a_person_max; ++i) {
    save(clerk_, "Suche " + std::to_string(i), "x");
  }
  EXPECT_EQ(saved_->create(clerk_, fields("Zu viel", "x")).error().code, ErrorCode::conflict);
  save(signer_, "Suche 1", "x");
}

TEST_F(SavedSearchTest, IsNobodyElses) {
  const SavedSearch made = save(clerk_, "Zisternen", "zisterne");
  Actor program = clerk_;
  program.token = TokenId::make(clock_.now());
  for (const Actor& other : {signer_, admin_, program}) {
    EXPECT_EQ(saved_->get(other, made.id).error().code, ErrorCode::not_found);
    EXPECT_EQ(saved_->update(other, made.id, fields("x", ""), 1).error().code,
              ErrorCode::not_found);
    EXPECT_EQ(saved_->remove(other, made.id, 1).error().code, ErrorCode::not_found);
    EXPECT_EQ(saved_->look(other, made.id).error().code, ErrorCode::not_found);
    EXPECT_TRUE(value_of(saved_->list(other)).empty());
    EXPECT_TRUE(value_of(saved_->counts(other)).empty());
  }
  EXPECT_EQ(saved_->create(program, fields("x", "")).error().code, ErrorCode::forbidden);
  EXPECT_EQ(saved_->create(Actor{}, fields("x", "")).error().code, ErrorCode::unauthenticated);
}

TEST_F(SavedSearchTest, StaysWhileItsOwnerIsDisabled) {
  const SavedSearch made = save(clerk_, "Zisternen", "zisterne");
  const auto set_active = [&](bool active) {
    UserChange change;
    change.active = active;
    const User user = value_of(users_->get(admin_, clerk_.user));
    value_of(users_->update(admin_, clerk_.user, change, user.revision));
  };
  set_active(false);
  EXPECT_EQ(saved_->get(clerk_, made.id).error().code, ErrorCode::unauthenticated);
  EXPECT_EQ(saved_->counts(clerk_).error().code, ErrorCode::unauthenticated);
  set_active(true);
  EXPECT_EQ(value_of(saved_->list(clerk_)).size(), 1U);
}

TEST_F(SavedSearchTest, CountsWhatIsNewSinceTheOwnerLooked) {
  file(dossier_.id, "Alt", "Zisterne");
  wait();
  const SavedSearch made = save(clerk_, "Zisternen", "zisterne");
  EXPECT_EQ(counts(clerk_), Counts{"1 0"}) << "what was there is not new";
  const Document second = file(dossier_.id, "Neu", "Zisterne");
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  file(manager_, staff.id, "Vermerk", "Zisterne");
  wait();
  EXPECT_EQ(counts(clerk_), Counts{"2 1"}) << "what is hidden is neither";
  value_of(saved_->look(clerk_, made.id));
  EXPECT_EQ(counts(clerk_), Counts{"2 0"});
  EXPECT_EQ(value_of(saved_->get(clerk_, made.id)).change.revision, 1U);
  // Neither what is changed nor what comes back is new.
  const Document binned =
      value_of(documents_->put_in_bin(clerk_, second.id, second.change.revision));
  wait();
  EXPECT_EQ(counts(clerk_), Counts{"1 0"});
  value_of(documents_->restore(clerk_, binned.id, binned.change.revision));
  wait();
  EXPECT_EQ(counts(clerk_), Counts{"2 0"});
  file(dossier_.id, "Neuer", "Zisterne");
  wait();
  value_of(saved_->update(clerk_, made.id, fields("Umbenannt", "zisterne"), 1));
  EXPECT_EQ(counts(clerk_), Counts{"3 1"}) << "a new name takes nothing away";
}

TEST_F(SavedSearchTest, ChangesAreToldToTheOwnerAlone) {
  const std::uint64_t begin = store_->journal_head().sequence;
  const SavedSearch made = save(clerk_, "Zisternen", "zisterne");
  const auto told = [&](const Actor& actor) {
    std::vector<ChangeNotice> notices;
    value_of(store_->read<void>([&](const storage::View& view) -> Result<void> {
      for (const auto& entry : DMS_TRY(store_->read_journal(begin, 10))) {
        const TellChange tell = DMS_TRY(tell_change(view, {*permissions_, nullptr}, entry));
        if (tell) DMS_TRY(tell(actor, notices));
      }
      return {};
    }));
    return notices;
  };
  EXPECT_EQ(told(clerk_), (std::vector<ChangeNotice>{{"saved_search", made.id.value, "created"}}));
  Actor program = clerk_;
  program.token = TokenId::make(clock_.now());
  for (const Actor& other : {signer_, admin_, program}) EXPECT_TRUE(told(other).empty());
}

TEST_F(SavedSearchTest, WhatIsSearchedForStandsInNoEvent) {
  const std::uint64_t begin = store_->journal_head().sequence;
  const SavedSearch made = save(clerk_, "Geheimname", "Geheimwort");
  value_of(saved_->update(clerk_, made.id, fields("Geheimname", "Geheimes"), 1));
  value_of(saved_->look(clerk_, made.id));
  value_of(saved_->remove(clerk_, made.id, 2));
  std::vector<std::string> kinds;
  for (const auto& entry : value_of(store_->read_journal(begin, 100))) {
    kinds.push_back(entry.kind);
    EXPECT_EQ(entry.object, made.id.value);
    EXPECT_EQ(entry.parent, clerk_.user.value);
    EXPECT_EQ(entry.detail.value_or("").find("Geheim"), std::string::npos) << *entry.detail;
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"saved_search.created", "saved_search.changed",
                                             "saved_search.removed"}));
}

}  // namespace
}  // namespace dms
