// What records name held against the references to contents. Each fault is planted through the
// store's own commits: a record that is put without its reference, a reference without a record.

#include "storage/reference_check.h"

#include <algorithm>
#include <atomic>
#include <boost/describe/class.hpp>
#include <set>
#include <thread>

#include "dms/base/bytes.h"
#include "storage/tenant_folder.h"
#include "storage/walk.h"
#include "store_fixture.h"

namespace dms::storage::test {
namespace {

struct PaperRecord {
  std::uint32_t format = 1;
  std::string key;
  Uuid owner;
  std::vector<Sha256Digest> sheets;
  std::uint64_t size = 0;  // of each sheet, bytes
};
BOOST_DESCRIBE_STRUCT(PaperRecord, (), (format, key, owner, sheets, size))

const Table<PaperRecord> papers{"paper", [](const PaperRecord& paper) { return paper.key; }, {}};

std::vector<NamedContent> contents_of_paper(const PaperRecord& paper) {
  std::vector<NamedContent> named;
  for (const Sha256Digest& sheet : paper.sheets) {
    named.push_back({{{}, sheet, paper.size}, paper.owner});
  }
  return named;
}

class ReferenceCheckTest : public StoreTest {
 protected:
  ReferenceCheckTest() { open_with_papers(); }
  void open_with_papers() {
    store_.reset();
    StoreOptions with_papers = options();
    with_papers.tables = {indexes_of(notes), indexes_of(papers, contents_of_paper)};
    store_ = value_of(Store::open(environment_, with_papers));
  }

  StagedContent stage(std::string_view bytes) {
    const auto writer = value_of(store_->write_content({}));
    value_of(writer->append(bytes));
    return value_of(writer->finish());
  }
  PaperRecord paper(std::string key, const StagedContent& sheet) {
    PaperRecord record;
    record.key = std::move(key);
    record.owner = make_uuid_v7(clock_.now());
    record.sheets = {sheet.id().sha256};
    record.size = sheet.id().size;
    return record;
  }
  // A paper and its reference, as it should be.
  PaperRecord keep(const std::string& key, std::string_view bytes) {
    const StagedContent sheet = stage(bytes);
    const PaperRecord record = paper(key, sheet);
    change([&](Commit& commit) {
      value_of(commit.put(papers, record));
      commit.name_content(sheet, record.owner);
    });
    return record;
  }
  void change(const std::function<void(Commit&)>& what) {
    value_of(store_->commit([&](const View& view) -> Result<Commit> {
      Commit commit(view);
      what(commit);
      return commit;
    }));
  }
  void release(const PaperRecord& record) {
    change([&](Commit& commit) {
      commit.release_content({{}, record.sheets.front(), record.size}, record.owner);
    });
  }
  std::vector<std::string> problems() { return value_of(store_->verify()).problems; }

  static std::string missing(const PaperRecord& record, const std::string& end) {
    return "paper " + to_hex(record.key) + ": names content " + record.sheets.front().hex() +
           " as " + to_string(record.owner) + ", which is not referenced by it" + end;
  }
  static std::string unnamed(const Sha256Digest& content, const Uuid& owner) {
    return "content " + content.hex() + ": referenced by " + to_string(owner) +
           ", but no readable record names it";
  }
};
using Problems = std::vector<std::string>;

TEST_F(ReferenceCheckTest, EachNamedAndEachReferencedIsClean) {
  keep("a", "one sheet");
  keep("b", "one sheet");
  PaperRecord twice = keep("c", "another");
  twice.sheets.push_back(twice.sheets.front());
  change([&](Commit& commit) { value_of(commit.put(papers, twice)); });
  const VerifyReport report = value_of(store_->verify());
  EXPECT_EQ(report.problems, Problems());
  EXPECT_EQ(report.references, 3U);
  EXPECT_EQ(value_of(store_->verify_records(VerifyControl{})).references, 0U);
}

TEST_F(ReferenceCheckTest, TellsARecordWhoseReferenceWasReleased) {
  keep("a", "kept");
  const PaperRecord wronged = keep("b", "released");
  release(wronged);
  EXPECT_EQ(problems(), Problems{missing(wronged, "")});
}

// Nothing else is wrong then: the content's own records are consistent without it.
TEST_F(ReferenceCheckTest, TellsItAfterASweepHasTakenTheContent) {
  const PaperRecord wronged = keep("b", "released");
  release(wronged);
  value_of(store_->sweep_content());
  EXPECT_EQ(problems(), Problems{missing(wronged, " and is not stored")});
}

TEST_F(ReferenceCheckTest, TellsAReferenceThatNoRecordNames) {
  keep("a", "kept");
  const PaperRecord gone = keep("b", "forgotten");
  change([&](Commit& commit) { value_of(commit.erase(papers, "b")); });
  EXPECT_EQ(problems(), Problems{unnamed(gone.sheets.front(), gone.owner)});
}

// Though the numbers are even.
TEST_F(ReferenceCheckTest, TellsBothOfAReferenceUnderAnotherOwner) {
  const PaperRecord wronged = keep("a", "kept");
  const Uuid other{{7}};
  change([&](Commit& commit) {
    commit.name_content({{}, wronged.sheets.front(), wronged.size}, other);
    commit.release_content({{}, wronged.sheets.front(), wronged.size}, wronged.owner);
  });
  std::vector<std::string> told = problems();
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, (Problems{unnamed(wronged.sheets.front(), other), missing(wronged, "")}));
}

TEST_F(ReferenceCheckTest, LooksAtManyPartByPart) {
  const PaperRecord kept = keep("a", "kept");
  const ContentId content{{}, kept.sheets.front(), kept.size};
  std::set<std::string> expected;
  change([&](Commit& commit) {
    for (int i = 0; i < 500; ++i) {
      const Uuid owner = make_uuid_v7(clock_.now());
      commit.name_content(content, owner);
      expected.insert(unnamed(content.sha256, owner));
    }
  });
  store_.reset();
  const auto own = value_of(TenantFolder::open(folder(), TenantFolder::Ownership::exclusive));
  Database::Options database_options;
  database_options.folder = own->database_path();
  database_options.log = &log_;
  const auto database = value_of(Database::open(database_options));
  for (const std::uint64_t at_once : {1U, 7U, 499U, 1000U}) {
    const VerifyControl control;
    VerifyReport report;
    Walk walk(control, report);
    value_of(check_references(*database, {indexes_of(papers, contents_of_paper)}, walk, report,
                              at_once));
    EXPECT_EQ(std::set<std::string>(report.problems.begin(), report.problems.end()), expected);
    EXPECT_EQ(report.problems.size(), expected.size()) << at_once;
  }
}

TEST_F(ReferenceCheckTest, AStoreWhoseTablesNameNothingIsNotLookedAt) {
  const StagedContent sheet = stage("of whoever");
  change([&](Commit& commit) { commit.name_content(sheet, Uuid{{7}}); });
  reopen();  // as StoreTest does: without tables
  const VerifyReport report = value_of(store_->verify());
  EXPECT_EQ(report.problems, Problems());
  EXPECT_EQ(report.references, 0U);
}

TEST_F(ReferenceCheckTest, WhatChangesMeanwhileIsNoProblem) {
  for (int i = 0; i < 200; ++i) keep("kept " + std::to_string(i), "kept");
  std::atomic<bool> is_over{false};
  std::atomic<int> changes{0};
  std::thread filing([&] {
    for (; !is_over; ++changes) {
      const PaperRecord record = keep("passing", "passing");
      change([&](Commit& commit) {
        value_of(commit.erase(papers, record.key));
        commit.release_content({{}, record.sheets.front(), record.size}, record.owner);
      });
    }
  });
  int walks = 0;
  while (walks < 50 || changes < 20) {
    EXPECT_EQ(problems(), Problems());
    ++walks;
  }
  is_over = true;
  filing.join();
}

TEST_F(ReferenceCheckTest, RepairAddsWhatTheContentIsThereFor) {
  const PaperRecord wronged = keep("a", "released");
  const PaperRecord lost = keep("b", "swept");
  const PaperRecord gone = keep("c", "forgotten");
  release(lost);
  value_of(store_->sweep_content());
  release(wronged);
  change([&](Commit& commit) { value_of(commit.erase(papers, "c")); });

  const IndexRebuild outcome = value_of(store_->rebuild_derived()).at("references");
  EXPECT_EQ(outcome.added, 1U);
  EXPECT_EQ(outcome.removed, 0U);
  EXPECT_EQ(outcome.problems.size(), 1U);
  std::vector<std::string> left = problems();
  std::sort(left.begin(), left.end());
  Problems expected{missing(lost, " and is not stored"), unnamed(gone.sheets.front(), gone.owner)};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(left, expected) << "what no record names is never released";
  value_of(store_->sweep_content());
  EXPECT_EQ(
      value_of(
          value_of(store_->read_content({{}, wronged.sheets.front(), wronged.size}))->read(0, 100)),
      "released");
}

}  // namespace
}  // namespace dms::storage::test
