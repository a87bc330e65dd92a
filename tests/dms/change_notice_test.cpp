// Who is told what of an event: never more than asking would tell him.

#include "dms/change_notice.h"

#include <algorithm>

#include "filing_fixture.h"
#include "one_grant.h"

namespace dms {
namespace {

using test::FilingTest;
using test::OneGrant;
using test::value_of;

class ChangeNoticeTest : public FilingTest {
 protected:
  void mark() { begin_ = store_->journal_head().sequence; }

  // What `actor` may be told now of everything since mark(): "dossier documents", sorted, with the
  // id only where it is not `usual`.
  std::vector<std::string> told(const Actor& actor) {
    std::vector<std::string> result;
    for (const ChangeNotice& notice : notices(actor)) {
      result.push_back(notice.object + " " + notice.change);
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  std::vector<ChangeNotice> notices(const Actor& actor) {
    std::vector<ChangeNotice> all;
    const auto entries = value_of(store_->read_journal(begin_, 1000));
    value_of(store_->read<void>([&](const storage::View& view) -> Result<void> {
      for (const auto& entry : entries) {
        const TellChange tell = DMS_TRY(tell_change(view, {*permissions_, &grant_}, entry));
        if (tell) DMS_TRY(tell(actor, all));
      }
      return {};
    }));
    return all;
  }

  AccessList only(const Actor& actor) {
    AccessList list;
    list.entries = {grant(SubjectKind::user, actor.user.value, Role::record_manager)};
    return list;
  }

  OneGrant grant_;
  std::uint64_t begin_ = 0;
};

using Told = std::vector<std::string>;

TEST_F(ChangeNoticeTest, AFiledDocumentIsToldWithItsDossierToThoseWhoSeeIt) {
  const Dossier dossier = open_dossier();
  mark();
  const Document document = file(dossier.id);
  EXPECT_EQ(told(signer_), (Told{"document filed", "dossier documents"}));
  const auto all = notices(signer_);
  EXPECT_EQ(all.at(0).id, document.id.value);
  EXPECT_EQ(all.at(1).id, dossier.id.value);
  EXPECT_EQ(told(clerk_), told(signer_)) << "his own act is told, for his other windows";
  EXPECT_EQ(told(stranger_), Told{});
  EXPECT_EQ(told(manager_), Told{});
  EXPECT_EQ(told(admin_), Told{}) << "administration is no reading";
}

TEST_F(ChangeNoticeTest, TheRightsOfNowDecideNotThoseOfThen) {
  const Dossier dossier = open_dossier();
  mark();
  const Document document = file(dossier.id);
  EXPECT_FALSE(told(signer_).empty());
  make_manager_of_plan(manager_);  // the signer is no longer in the list
  EXPECT_EQ(std::ranges::count(told(signer_), "document filed"), 0);
  EXPECT_EQ(std::ranges::count(told(manager_), "document filed"), 1);
}

TEST_F(ChangeNoticeTest, WhoMayReadOneDocumentIsToldOfThatAndNotOfItsDossier) {
  const Dossier dossier = open_dossier();
  mark();
  const Document document = file(dossier.id);
  file(dossier.id, "Anderes");
  grant_.user = stranger_.user;
  grant_.granted = document.id;
  grant_.rights = {Right::see, Right::read};
  EXPECT_EQ(told(stranger_), Told{"document filed"});
}

TEST_F(ChangeNoticeTest, AHiddenDossierIsNobodysBusinessNotEvenInItsUnit) {
  make_manager_of_plan(manager_);
  const Dossier dossier = open_dossier();
  mark();
  value_of(
      dossiers_->give_access_list(manager_, dossier.id, only(manager_), dossier.change.revision));
  file(manager_, dossier.id, "Geheimes");
  EXPECT_EQ(told(clerk_), Told{});
  EXPECT_EQ(std::ranges::count(told(manager_), "dossier documents"), 1);
  EXPECT_GE(std::ranges::count(told(manager_), "dossier access"), 1);
}

TEST_F(ChangeNoticeTest, ADossierIsToldWithItsUnit) {
  mark();
  const Dossier dossier = open_dossier();
  EXPECT_EQ(told(signer_), (Told{"dossier opened", "unit dossiers"}));
  EXPECT_EQ(notices(signer_).at(1).id, plans_.id.value);
  EXPECT_EQ(told(stranger_), Told{});
}

TEST_F(ChangeNoticeTest, AMovedDocumentIsMissedWhereItWasEvenByWhoDoesNotSeeWhereItIs) {
  make_manager_of_plan(manager_);
  const Dossier from = open_dossier();
  const Dossier target = open_dossier("Ziel");
  value_of(
      dossiers_->give_access_list(manager_, target.id, only(manager_), target.change.revision));
  const Document document = file(from.id);
  mark();
  value_of(documents_->move(manager_, document.id, target.id, document.change.revision));
  EXPECT_EQ(told(clerk_), Told{"dossier documents"});
  EXPECT_EQ(notices(clerk_).at(0).id, from.id.value);
  EXPECT_EQ(told(manager_), (Told{"document moved_in", "document moved_out", "dossier documents",
                                  "dossier documents"}));
}

TEST_F(ChangeNoticeTest, UnitsAreToldToThoseWhoSeeThemAndToAdministrators) {
  mark();
  value_of(plan_->update(admin_, staff_.id, unit_fields("03", "Personalwesen", general_.id),
                         staff_.change.revision));
  EXPECT_EQ(told(manager_), Told{"unit changed"});
  EXPECT_EQ(told(admin_), Told{"unit changed"});
  EXPECT_EQ(told(clerk_), Told{});
  const FilePlanUnit made = add_unit("7", "Gewerbe");
  mark();
  value_of(plan_->remove(admin_, made.id, made.change.revision));
  EXPECT_EQ(told(admin_), Told{"unit removed"});
  EXPECT_EQ(told(clerk_), Told{}) << "what it was for whom is gone with it";
}

TEST_F(ChangeNoticeTest, PeopleAreToldOfThemselvesAlone) {
  mark();
  const User before = value_of(users_->get(admin_, signer_.user));
  UserChange change;
  change.display_name = "Leitung";
  value_of(users_->update(admin_, signer_.user, change, before.revision));
  value_of(sign_in("sachbearbeitung"));
  EXPECT_EQ(told(signer_), Told{"user changed"});
  for (const Actor& other : {clerk_, stranger_, admin_}) EXPECT_EQ(told(other), Told{});
}

}  // namespace
}  // namespace dms
