#include "dms/dossier.h"

#include <set>
#include <thread>

#include "filing_fixture.h"

namespace dms {
namespace {

using test::code_of;
using test::FilingTest;
using test::value_of;

class DossierTest : public FilingTest {
 protected:
  std::vector<std::string> references(const Actor& actor,
                                      std::optional<UnitId> unit = std::nullopt) {
    std::vector<std::string> result;
    for (const Dossier& dossier : value_of(dossiers_->list(actor, unit, {})).items) {
      result.push_back(dossier.file_reference);
    }
    return result;
  }
  NewDossier personal(const std::string& title) {
    NewDossier input = new_dossier(plans_.id, title);
    AccessList list;
    list.entries = {grant(SubjectKind::user, signer_.user.value, Role::record_manager)};
    input.access = list;
    return input;
  }
};
using References = std::vector<std::string>;

TEST_F(DossierTest, IsOpenedWithAReferenceByPattern) {
  NewDossier input = new_dossier(plans_.id, "  Bebauungsplan „Nord“ ");
  input.fields.keywords = {"Nord", "Bauland"};
  input.fields.specialist_refs = {{"civento", "4711"}};
  input.fields.retention = RetentionPeriod{30, RetentionStart::demolition, "§ 1 LArchG", {}};
  const Dossier opened = value_of(dossiers_->open(clerk_, input));
  EXPECT_EQ(opened.file_reference, "621.41-2026/001");
  EXPECT_EQ(opened.fields.title, "Bebauungsplan „Nord“");
  EXPECT_EQ(opened.status, DossierStatus::open);
  EXPECT_EQ(opened.change.created.by, clerk_.user);
  const Dossier read = value_of(dossiers_->get(clerk_, opened.id));
  EXPECT_EQ(read.fields, opened.fields);
  EXPECT_EQ(read.change, opened.change);
  EXPECT_EQ(open_dossier().file_reference, "621.41-2026/002");
  EXPECT_EQ(open_dossier(clerk_, office_.id, "x").file_reference, "02-2026/001");
  clock_.set(*parse_rfc3339("2026-12-31T23:30:00Z"));  // the new year has begun in Germany
  EXPECT_EQ(open_dossier().file_reference, "621.41-2027/001");
}

TEST_F(DossierTest, NamesOnlyOrgUnitsThatExist) {
  NewDossier input = new_dossier(plans_.id, "x");
  input.fields.lead_unit = OrgUnitId::make(clock_.now());
  const auto refused = dossiers_->open(clerk_, input);
  ASSERT_EQ(code_of(refused), ErrorCode::invalid);
  EXPECT_EQ(refused.error().fields.front().pointer, "/lead_unit");
  input.fields.lead_unit = value_of(org_units_->create(admin_, {"Bauamt", "BA", {}})).id;
  EXPECT_EQ(value_of(dossiers_->open(clerk_, input)).fields.lead_unit, input.fields.lead_unit);
}

TEST_F(DossierTest, UnitsMayHaveAPatternWithAKey) {
  FilePlanUnitFields fields = plans_.fields;
  fields.reference_pattern = "{unit}-{key}";
  value_of(plan_->update(admin_, plans_.id, fields, 1));
  NewDossier input = new_dossier(plans_.id, "Grundstück");
  EXPECT_EQ(code_of(dossiers_->open(clerk_, input)), ErrorCode::invalid);
  input.reference_key = "Flur 3-17";
  EXPECT_EQ(value_of(dossiers_->open(clerk_, input)).file_reference, "621.41-Flur 3-17");
  EXPECT_EQ(code_of(dossiers_->open(clerk_, input)), ErrorCode::conflict);
  input.unit = office_.id;  // counts, so takes no key
  EXPECT_EQ(code_of(dossiers_->open(clerk_, input)), ErrorCode::invalid);
}

TEST_F(DossierTest, IsOpenedUnderValidLeavesOnlyByThoseWhoMayFile) {
  EXPECT_EQ(code_of(dossiers_->open(clerk_, new_dossier(building_.id, "x"))), ErrorCode::conflict);
  FilePlanUnitFields ended = office_.fields;
  ended.valid_until = parse_date("2026-03-01");
  value_of(plan_->update(admin_, office_.id, ended, 1));
  EXPECT_EQ(code_of(dossiers_->open(clerk_, new_dossier(office_.id, "x"))), ErrorCode::conflict);
  EXPECT_LOOKS_ABSENT(dossiers_->open(stranger_, new_dossier(plans_.id, "x")));
  EXPECT_LOOKS_ABSENT(dossiers_->open(clerk_, new_dossier(staff_.id, "x")));
  EXPECT_LOOKS_ABSENT(dossiers_->open(clerk_, new_dossier(UnitId::make(clock_.now()), "x")));
  // The administrator keeps the plan and opens nothing by it.
  EXPECT_LOOKS_ABSENT(dossiers_->open(admin_, new_dossier(plans_.id, "x")));
}

TEST_F(DossierTest, ReferencesLeaveNoGapUnderEightThreads) {
  constexpr int threads = 8;
  constexpr int each = 25;
  std::vector<std::vector<std::string>> drawn(threads);
  std::vector<std::thread> writers;
  for (int i = 0; i < threads; ++i) {
    writers.emplace_back([&, i] {
      for (int n = 0; n < each; ++n) {
        // One in five is refused after the number would have been drawn: it must not be lost.
        const AlsoCommit refuse = [](const storage::View&, storage::Commit&, const Uuid&) {
          return Result<void>(fail(ErrorCode::conflict, "nein", "no"));
        };
        if (n % 5 == 0) {
          EXPECT_EQ(code_of(dossiers_->open(clerk_, new_dossier(plans_.id, "x"), refuse)),
                    ErrorCode::conflict);
        }
        drawn[static_cast<std::size_t>(i)].push_back(
            open_dossier(clerk_, plans_.id, "Vorgang").file_reference);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::set<std::string> all;
  for (const auto& one : drawn) all.insert(one.begin(), one.end());
  ASSERT_EQ(all.size(), static_cast<std::size_t>(threads * each));
  EXPECT_EQ(*all.begin(), "621.41-2026/001");
  EXPECT_EQ(*all.rbegin(), "621.41-2026/200");
}

TEST_F(DossierTest, RefusesTheSecondOfTwoWriters) {
  const Dossier dossier = open_dossier();
  DossierFields fields = dossier.fields;
  fields.title = "Erste";
  EXPECT_EQ(value_of(dossiers_->update(clerk_, dossier.id, fields, 1)).change.revision, 2U);
  fields.title = "Zweite";
  EXPECT_EQ(code_of(dossiers_->update(signer_, dossier.id, fields, 1)), ErrorCode::stale_version);
  EXPECT_EQ(value_of(dossiers_->get(clerk_, dossier.id)).fields.title, "Erste");
  EXPECT_EQ(count_events("dossier.changed"), 1U);
  EXPECT_EQ(count_events("dossier.retitled"), 1U);
}

TEST_F(DossierTest, ClosedTakesNothingUntilItIsReopened) {
  const Dossier dossier = open_dossier();
  const Document document = file(dossier.id);
  EXPECT_EQ(code_of(dossiers_->close(clerk_, dossier.id, 1)), ErrorCode::forbidden);
  const Dossier closed = value_of(dossiers_->close(signer_, dossier.id, 1));
  EXPECT_EQ(closed.status, DossierStatus::closed);
  EXPECT_EQ(closed.closed, (Stamp{clock_.now(), signer_.user}));
  EXPECT_EQ(code_of(dossiers_->update(signer_, dossier.id, closed.fields, 2)), ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->file_document(clerk_, new_document(dossier.id, "x"), stage("x"))),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->admit_filing(clerk_, new_document(dossier.id, "x"))),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->add_version(clerk_, document.id, {"a.txt", ""}, stage("y"), 1)),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->put_in_bin(clerk_, document.id, 1)), ErrorCode::conflict);
  EXPECT_EQ(code_of(documents_->update(clerk_, document.id, document.fields, 1)),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(dossiers_->close(signer_, dossier.id, 2)), ErrorCode::conflict);
  EXPECT_EQ(value_of(dossiers_->reopen(signer_, dossier.id, 2)).closed, std::nullopt);
  EXPECT_TRUE(documents_->file_document(clerk_, new_document(dossier.id, "x"), stage("x")));
}

TEST_F(DossierTest, AListOfItsOwnHidesItFromOthers) {
  EXPECT_EQ(code_of(dossiers_->open(clerk_, personal("x"))), ErrorCode::forbidden);
  make_manager_of_plan(signer_);
  const Dossier open_to_all = open_dossier();
  const Dossier hidden = value_of(dossiers_->open(signer_, personal("Beschwerde")));
  EXPECT_TRUE(hidden.own_scope);
  EXPECT_LOOKS_ABSENT(dossiers_->get(clerk_, hidden.id));
  EXPECT_LOOKS_ABSENT(dossiers_->update(clerk_, hidden.id, hidden.fields, 1));
  EXPECT_LOOKS_ABSENT(dossiers_->close(clerk_, hidden.id, 99));
  EXPECT_LOOKS_ABSENT(documents_->list(clerk_, hidden.id, {}));
  EXPECT_LOOKS_ABSENT(documents_->admit_filing(clerk_, new_document(hidden.id, "x")));
  EXPECT_EQ(references(clerk_), References{open_to_all.file_reference});
  EXPECT_EQ(value_of(dossiers_->list(clerk_, std::nullopt, {})).total_estimate, 1U);
  EXPECT_EQ(value_of(dossiers_->list(signer_, std::nullopt, {})).total_estimate, 2U);
  const Dossier shown = value_of(dossiers_->drop_access_list(signer_, hidden.id, 1));
  EXPECT_FALSE(shown.own_scope);
  EXPECT_TRUE(dossiers_->get(clerk_, hidden.id).has_value());
  value_of(dossiers_->give_access_list(signer_, hidden.id, *personal("").access, 2));
  EXPECT_LOOKS_ABSENT(dossiers_->get(clerk_, hidden.id));
}

TEST_F(DossierTest, PagesByUnitAndReference) {
  for (int i = 0; i < 5; ++i) open_dossier();
  open_dossier(clerk_, office_.id, "Dienstanweisung");
  open_dossier(manager_, staff_.id, "Personalakte");
  Page<Dossier> page = value_of(dossiers_->list(clerk_, std::nullopt, {"", 4}));
  References seen;
  EXPECT_EQ(page.total_estimate, 6U);
  while (true) {
    for (const Dossier& dossier : page.items) seen.push_back(dossier.file_reference);
    if (page.next.empty()) break;
    // Another one in between repeats and loses nothing.
    open_dossier(clerk_, office_.id, "Später");
    page = value_of(dossiers_->list(clerk_, std::nullopt, {page.next, 4}));
  }
  EXPECT_EQ(seen, (References{"02-2026/001", "621.41-2026/001", "621.41-2026/002",
                              "621.41-2026/003", "621.41-2026/004", "621.41-2026/005"}));
  EXPECT_EQ(references(clerk_, plans_.id).size(), 5U);
  EXPECT_EQ(references(manager_), References{"03-2026/001"});
  EXPECT_LOOKS_ABSENT(dossiers_->list(clerk_, staff_.id, {}));
  EXPECT_LOOKS_ABSENT(dossiers_->list(clerk_, UnitId::make(clock_.now()), {}));
  EXPECT_TRUE(value_of(dossiers_->list(stranger_, std::nullopt, {})).items.empty());
}

TEST_F(DossierTest, ThePageThatEndsBeforeHiddenOnesHasNoNext) {
  make_manager_of_plan(signer_);
  open_dossier();
  for (int i = 0; i < 3; ++i) value_of(dossiers_->open(signer_, personal("Geheim")));
  const Page<Dossier> page = value_of(dossiers_->list(clerk_, plans_.id, {"", 1}));
  EXPECT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.next, "");
  EXPECT_EQ(page.total_estimate, 1U);
}

TEST_F(DossierTest, LinksShowOnlyVisibleDossiersAndKeepTheOthers) {
  const Dossier target = open_dossier("Ziel");
  const Dossier staff = open_dossier(manager_, staff_.id, "Personalakte");
  NewDossier input = new_dossier(plans_.id, "Quelle");
  input.fields.links = {staff.id};
  EXPECT_EQ(code_of(dossiers_->open(clerk_, input)), ErrorCode::invalid);
  input.fields.links = {target.id};
  const Dossier source = value_of(dossiers_->open(clerk_, input));
  // Then the target gets a list of its own.
  AccessList list;
  list.entries = {grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  make_manager_of_plan(signer_);
  value_of(dossiers_->give_access_list(signer_, target.id, list, 1));
  EXPECT_TRUE(value_of(dossiers_->get(clerk_, source.id)).fields.links.empty());
  DossierFields fields = value_of(dossiers_->get(clerk_, source.id)).fields;
  fields.title = "Neuer Titel";
  value_of(dossiers_->update(clerk_, source.id, fields, 1));
  value_of(dossiers_->drop_access_list(manager_, target.id, 2));
  EXPECT_EQ(value_of(dossiers_->get(clerk_, source.id)).fields.links,
            std::vector<DossierId>{target.id});
}

TEST_F(DossierTest, HoldsAreKeptWithWhoPlacedThem) {
  const Dossier dossier = open_dossier(manager_, staff_.id, "Personalakte");
  const Dossier held = value_of(dossiers_->set_holds(manager_, dossier.id, {"Klage"}, 1));
  clock_.advance(std::chrono::hours{1});
  const Dossier both =
      value_of(dossiers_->set_holds(manager_, dossier.id, {"Prüfung", "Klage"}, 2));
  ASSERT_EQ(both.holds.size(), 2U);
  EXPECT_EQ(both.holds[1], held.holds[0]);
  EXPECT_EQ(both.holds[0].placed.at, clock_.now());
  const Dossier other = open_dossier();
  EXPECT_EQ(code_of(dossiers_->set_holds(clerk_, other.id, {"x"}, 1)), ErrorCode::forbidden);
}

}  // namespace
}  // namespace dms
