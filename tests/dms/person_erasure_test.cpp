// What is kept about a person of the house is erased: what goes, what stays, and that the proof of
// what was done stays whole.

#include "dms/person_erasure.h"

#include <algorithm>

#include "dms/object_record.h"
#include "dms/people.h"
#include "dms/saved_search_record.h"
#include "dms/session_record.h"
#include "identity_fixture.h"

namespace dms::test {
namespace {

using storage::JournalEntry;

constexpr const char* done_kind = "user.details_erased";

class PersonErasureTest : public IdentityTest {
 protected:
  PersonErasureTest() : anna_(add_user("anna.amsel")) {}

  void disable() {
    UserChange off;
    off.active = false;
    anna_ = value_of(users_->update(admin_, anna_.id, off, anna_.revision));
  }
  Result<PersonErasure> erase_by(const Actor& actor, std::uint64_t revision) {
    return erase_person(*store_, actor, {anna_.id, revision, clock_.now()});
  }
  PersonErasure erase() {
    PersonErasure erasure = value_of(erase_by(admin_, anna_.revision));
    anna_ = erasure.user;
    return erasure;
  }
  std::vector<JournalEntry> entries_of(const Uuid& object) {
    return value_of(store_->read_journal_of(object, 0, 10'000));
  }
  std::size_t details_left() {
    const auto entries = entries_of(anna_.id.value);
    return static_cast<std::size_t>(std::ranges::count_if(entries, [](const JournalEntry& entry) {
      return entry.detail && entry.kind != done_kind;
    }));
  }
  std::size_t count_erasures() {
    const auto entries = entries_of(anna_.id.value);
    return static_cast<std::size_t>(std::ranges::count(entries, done_kind, &JournalEntry::kind));
  }
  // As many sign-ins as journals have after years.
  void add_events(std::size_t count) {
    while (count > 0) {
      const std::size_t some = std::min(count, storage::commit_objects_max);
      value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
        storage::Commit commit(view);
        for (std::size_t i = 0; i < some; ++i) {
          commit.append(object_event(at_home(), "session.started", anna_.id.value, {}, "{}"));
        }
        return commit;
      }));
      count -= some;
    }
  }
  Actor at_home() const {
    Actor actor = actor_of(anna_);
    actor.address = address;
    return actor;
  }
  // Of hers, with its event.
  SavedSearchId save_search() {
    SavedSearchRecord record;
    record.id = SavedSearchId::make(clock_.now());
    record.owner = anna_.id;
    record.name = record.folded_name = "amsel";
    value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      DMS_TRY(commit.insert(saved_search_table, record));
      commit.append(
          object_event(at_home(), "saved_search.created", record.id.value, anna_.id.value, "{}"));
      return commit;
    }));
    return record.id;
  }
  template <class Record>
  std::size_t count_records(const storage::Table<Record>& table) {
    return value_of(
        store_->read<std::size_t>([&](const storage::View& view) -> Result<std::size_t> {
          return DMS_TRY(view.read_keys(table.name, {})).size();
        }));
  }
  void expect_the_proof_is_whole() {
    EXPECT_EQ(value_of(store_->verify()).problems, std::vector<std::string>());
  }

  User anna_;
};

TEST_F(PersonErasureTest, WhatIsPersonalGoesFromRecordAndJournal) {
  const Group group = value_of(groups_->create(admin_, "Bauamt"));
  UserChange moved;
  moved.groups = {{group.id}};
  anna_ = value_of(users_->update(admin_, anna_.id, moved, anna_.revision));
  value_of(sign_in("anna.amsel"));
  EXPECT_FALSE(sign_in("anna.amsel", other_password));
  NewToken token;
  token.name = "Annas Scanner";
  token.rights = {Right::file};
  token.expires = clock_.now() + std::chrono::hours{24};
  value_of(tokens_->create(at_home(), token));
  save_search();
  disable();
  const std::size_t personal = details_left();
  ASSERT_GE(personal, 6U);

  const PersonErasure erasure = erase();
  EXPECT_TRUE(erasure.is_complete);
  EXPECT_EQ(erasure.details_erased, personal);
  EXPECT_EQ(details_left(), 0U);
  for (const JournalEntry& entry : journal()) {
    if (!entry.detail) continue;
    EXPECT_EQ(entry.detail->find("amsel"), std::string::npos) << entry.kind << *entry.detail;
    EXPECT_EQ(entry.detail->find("Scanner"), std::string::npos) << entry.kind << *entry.detail;
    EXPECT_EQ(entry.detail->find(address), std::string::npos) << entry.kind << *entry.detail;
  }
  const User bare = value_of(users_->get(admin_, anna_.id));
  EXPECT_EQ(bare.name, "erased-" + anna_.id.text());
  EXPECT_EQ(bare.email, "");
  EXPECT_TRUE(bare.groups.empty());
  const auto record =
      value_of(store_->read<std::string>([&](const storage::View& view) -> Result<std::string> {
        return DMS_TRY(view.read_record("user", anna_.id.key())).value();
      }));
  EXPECT_EQ(record.find("musterbach"), std::string::npos) << record;
  EXPECT_EQ(record.find(good_password), std::string::npos) << "nor any hash";
  EXPECT_EQ(count_records(session_table), 0U);
  EXPECT_EQ(count_records(token_table), 0U);
  EXPECT_EQ(count_records(saved_search_table), 0U);
  expect_the_proof_is_whole();
}

TEST_F(PersonErasureTest, ItIsToldByWhomAndOfHowMany) {
  disable();
  const std::uint64_t before = store_->journal_head().sequence;
  const PersonErasure erasure = erase();
  const auto told = journal();
  ASSERT_EQ(told.size(), before + 1);
  EXPECT_EQ(told.back().kind, done_kind);
  EXPECT_EQ(told.back().object, anna_.id.value);
  EXPECT_EQ(told.back().actor, admin_.user.value);
  EXPECT_EQ(erasure.details_erased, 2U) << "created and changed";
  EXPECT_EQ(told.back().detail, R"({"details":2})");
  EXPECT_EQ(erasure.user.revision, 3U);
}

TEST_F(PersonErasureTest, HistoriesStillSayWhoActed) {
  const Uuid file = make_uuid_v7(clock_.now());
  const Uuid substitution = make_uuid_v7(clock_.now());
  value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    commit.append(object_event(at_home(), "document.filed", file, {}, R"({"subject":"Brief"})"));
    commit.append(
        object_event(at_home(), "substitution.created", substitution, anna_.id.value, "{}"));
    return commit;
  }));
  disable();
  erase();
  EXPECT_EQ(entries_of(file).at(0).actor, anna_.id.value);
  EXPECT_TRUE(entries_of(file).at(0).detail) << "the file's record";
  EXPECT_TRUE(entries_of(substitution).at(0).detail) << "whose word counted for whose";
  EXPECT_EQ(value_of(users_->display_name(admin_, anna_.id)), "Frau anna.amsel");
  const auto named = value_of(People(*store_).named(admin_, {anna_.id}));
  ASSERT_EQ(named.size(), 1U);
  EXPECT_EQ(named[0].display_name, "Frau anna.amsel");
}

// Where even that is asked for, the name goes first, and the erasure takes what told of it.
TEST_F(PersonErasureTest, TheDisplayNameGoesWhereItWasChangedBefore) {
  disable();
  UserChange renamed;
  renamed.display_name = "Eine frühere Mitarbeiterin";
  anna_ = value_of(users_->update(admin_, anna_.id, renamed, anna_.revision));
  erase();
  EXPECT_EQ(value_of(users_->display_name(admin_, anna_.id)), "Eine frühere Mitarbeiterin");
  for (const JournalEntry& entry : journal()) {
    EXPECT_EQ(entry.detail.value_or("").find("amsel"), std::string::npos) << entry.kind;
  }
}

TEST_F(PersonErasureTest, OnceMoreThereIsNothingToDo) {
  disable();
  erase();
  const std::uint64_t head = store_->journal_head().sequence;
  const std::uint64_t revision = anna_.revision;
  const PersonErasure again = erase();
  EXPECT_TRUE(again.is_complete);
  EXPECT_EQ(again.details_erased, 0U);
  EXPECT_EQ(again.user.revision, revision);
  EXPECT_EQ(store_->journal_head().sequence, head);
}

TEST_F(PersonErasureTest, WhatComesAfterwardsIsTakenByTheNextCall) {
  disable();
  erase();
  UserChange address_given;
  address_given.email = "anna@musterbach.example";
  anna_ = value_of(users_->update(admin_, anna_.id, address_given, anna_.revision));
  EXPECT_EQ(erase().details_erased, 1U);
  EXPECT_EQ(anna_.email, "");
  EXPECT_EQ(details_left(), 0U);
  EXPECT_EQ(count_erasures(), 2U);
}

TEST_F(PersonErasureTest, RefusedForWhomItIsNotForAndWhomItIsNotAbout) {
  const Actor bert = actor_of(add_user("bert"));
  EXPECT_EQ(code_of(erase_by(admin_, anna_.revision)), ErrorCode::conflict) << "active";
  disable();
  EXPECT_EQ(code_of(erase_by(bert, anna_.revision)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(erase_by(Actor{}, anna_.revision)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(erase_by(actor_of(anna_), anna_.revision)), ErrorCode::forbidden);
  Actor program = admin_;
  program.token = TokenId::make(clock_.now());
  EXPECT_EQ(code_of(erase_by(program, anna_.revision)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(erase_by(admin_, anna_.revision - 1)), ErrorCode::stale_version);
  anna_.id = UserId::make(clock_.now());
  EXPECT_EQ(code_of(erase_by(admin_, 1)), ErrorCode::not_found);
  EXPECT_EQ(count_events(done_kind), 0U);
}

TEST_F(PersonErasureTest, ManyDetailsTakeSeveralCommits) {
  add_events(2'500);
  disable();
  EXPECT_EQ(erase().details_erased, 2'502U);
  EXPECT_EQ(details_left(), 0U);
  EXPECT_EQ(count_erasures(), 3U);
  expect_the_proof_is_whole();
}

// Which is what a kill leaves, too.
TEST_F(PersonErasureTest, WhatOneCallLeavesTheNextOneTakesAlsoAfterARestart) {
  add_events(person_details_a_call_max + 10);
  disable();
  const PersonErasure first = erase();
  EXPECT_FALSE(first.is_complete);
  EXPECT_EQ(first.details_erased, person_details_a_call_max);
  expect_the_proof_is_whole();
  open();
  const PersonErasure second = erase();
  EXPECT_TRUE(second.is_complete);
  EXPECT_EQ(second.details_erased, 12U);
  expect_the_proof_is_whole();
  EXPECT_EQ(erase().details_erased, 0U);
}

TEST_F(PersonErasureTest, TheNameIsSomebodyElsesAndTheUserStaysInactive) {
  disable();
  erase();
  EXPECT_NE(add_user("anna.amsel").id, anna_.id);
  UserChange back;
  back.active = true;
  EXPECT_EQ(code_of(users_->update(admin_, anna_.id, back, anna_.revision)), ErrorCode::conflict);
}

}  // namespace
}  // namespace dms::test
