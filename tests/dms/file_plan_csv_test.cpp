#include "dms/file_plan_csv.h"

#include "filing_fixture.h"

namespace dms {
namespace {

using test::code_of;
using test::FilingTest;
using test::value_of;
using Action = FilePlanImportLine::Action;

class FilePlanCsvTest : public FilingTest {
 protected:
  Result<FilePlanImportReport> import(std::string_view csv, ImportMode mode = ImportMode::write) {
    return import_file_plan(*store_, clock_, admin_, csv, mode);
  }
  const FilePlanUnit* find(const std::vector<FilePlanUnit>& units, std::string_view code) {
    for (const FilePlanUnit& unit : units) {
      if (unit.fields.code == code) return &unit;
    }
    return nullptr;
  }
};

constexpr std::string_view plan =
    "\xEF\xBB\xBF"
    "code;title;retention;retention_start;legal_basis;appraisal;transfer_years\r\n"
    "9;Finanzen;;;;;\r\n"
    "91;Haushalt;10;annual_accounts;\"§ 37 GemHVO; Abs. 2\";A;3\r\n"
    "911;Haushaltsplan;dauernd;;;A;\r\n"
    "0;Allgemeine Verwaltung;;;;;\r\n"
    "02;Hauptamt;;;;V;\r\n";

TEST_F(FilePlanCsvTest, CreatesChangesAndLeavesInOneCommit) {
  const auto report = value_of(import(plan));
  EXPECT_EQ(report.created, 3U);
  EXPECT_EQ(report.changed, 1U);
  EXPECT_EQ(report.unchanged, 1U);
  EXPECT_TRUE(report.written);
  const auto units = value_of(plan_->all(admin_));
  const FilePlanUnit* budget = find(units, "91");
  ASSERT_NE(budget, nullptr);
  EXPECT_EQ(budget->fields.parent, find(units, "9")->id);
  EXPECT_EQ(budget->fields.retention->years, 10U);
  EXPECT_EQ(budget->fields.retention->start, RetentionStart::annual_accounts);
  EXPECT_EQ(budget->fields.retention->legal_basis, "§ 37 GemHVO; Abs. 2");
  EXPECT_EQ(budget->fields.transfer_years, 3U);
  EXPECT_EQ(find(units, "911")->fields.retention->years, std::nullopt);
  EXPECT_EQ(find(units, "02")->fields.title, "Hauptamt");
  EXPECT_EQ(find(units, "02")->fields.parent, general_.id);
  EXPECT_EQ(find(units, "02")->fields.appraisal, Appraisal::destroy);
  EXPECT_EQ(count_events("unit.changed"), 1U);
  // Once more: nothing is left to do, and nothing is written.
  const auto again = value_of(import(plan));
  EXPECT_EQ(again.unchanged, 5U);
  EXPECT_FALSE(again.written);
}

TEST_F(FilePlanCsvTest, ADryRunReportsTheSameAndWritesNothing) {
  const auto dry = value_of(import(plan, ImportMode::dry_run));
  EXPECT_EQ(dry.created, 3U);
  EXPECT_FALSE(dry.written);
  EXPECT_EQ(value_of(plan_->all(admin_)).size(), 5U);
}

TEST_F(FilePlanCsvTest, TellsAllErrorsAtOnceAndWritesNothing) {
  const auto report =
      value_of(import("code;title;parent;appraisal;retention;valid_from\n"
                      "7;Wirtschaft;;;;\n"
                      "71;;7;X;viele;gestern\n"
                      "72;Märkte;99;;;\n"
                      "7;Doppelt;;;;\n"));
  EXPECT_EQ(report.errors, 3U);
  EXPECT_FALSE(report.written);
  ASSERT_EQ(report.lines.size(), 4U);
  EXPECT_EQ(report.lines[0].action, Action::created);
  std::vector<std::string> pointers;
  for (const FieldError& error : report.lines[1].errors) pointers.push_back(error.pointer);
  EXPECT_EQ(pointers,
            (std::vector<std::string>{"/valid_from", "/appraisal", "/retention", "/title"}));
  EXPECT_EQ(report.lines[2].errors.front().pointer, "/parent");
  EXPECT_EQ(report.lines[3].errors.front().pointer, "/code");
  EXPECT_EQ(report.lines[3].line, 5U);
  EXPECT_EQ(value_of(plan_->all(admin_)).size(), 5U);
}

TEST_F(FilePlanCsvTest, RefusesFilesOfAnotherMake) {
  EXPECT_EQ(code_of(import("")), ErrorCode::invalid);
  EXPECT_EQ(code_of(import("code;name\n1;x\n")), ErrorCode::invalid);
  EXPECT_EQ(code_of(import("title\nx\n")), ErrorCode::invalid);
  EXPECT_EQ(code_of(import("code;title;code\n1;x;1\n")), ErrorCode::invalid);
  EXPECT_EQ(code_of(import("code;title\n1\n")), ErrorCode::invalid);
  EXPECT_EQ(code_of(import_file_plan(*store_, clock_, clerk_, plan, ImportMode::write)),
            ErrorCode::forbidden);
  EXPECT_EQ(code_of(import_file_plan(*store_, clock_, clerk_, plan, ImportMode::dry_run)),
            ErrorCode::forbidden);
}

TEST_F(FilePlanCsvTest, RefusesCyclesAndMovesUnderOtherLists) {
  const auto cycle = value_of(import("code;title;parent\n0;x;02\n"));
  EXPECT_EQ(cycle.errors, 1U);
  const auto moved = value_of(import("code;title;parent\n02;x;03\n"));
  EXPECT_EQ(moved.errors, 1U);
  EXPECT_EQ(moved.lines.front().errors.front().pointer, "/parent");
  const auto child = value_of(import("code;title;parent\n031;Bewerbungen;03\n0311;Absagen;031\n"));
  EXPECT_EQ(child.created, 2U);
  EXPECT_EQ(find(value_of(plan_->all(manager_)), "0311")->scope, staff_.scope);
}

TEST_F(FilePlanCsvTest, TakesTwoThousandUnitsAtOnceAndNoMore) {
  std::string csv = "code;title;parent\n";
  for (int i = 0; i < 2000; ++i) csv += "X" + std::to_string(i) + ";Einheit;\n";
  EXPECT_EQ(code_of(import(csv + "Y;Einheit;\n")), ErrorCode::too_large);
  EXPECT_EQ(value_of(import(csv)).created, 2000U);
}

}  // namespace
}  // namespace dms
