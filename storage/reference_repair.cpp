#include "storage/reference_repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dms/base/bytes.h"
#include "storage/content_core.h"
#include "storage/reference_check.h"
#include "storage/verify.h"
#include "storage/walk.h"

namespace dms::storage {

namespace {

constexpr std::size_t added_at_once = 256;

class Repair {
 public:
  Repair(const Database& database, Committer& committer)
      : database_(database), committer_(committer) {}

  Result<void> take(MissingReference missing) {
    ++outcome.records;
    const auto manifest = DMS_TRY(find_manifest(database_, content_key(missing.named.content)));
    if (!manifest || manifest->size != missing.named.content.size) {
      tell_lost(missing);
      return {};
    }
    waiting_.push_back(std::move(missing));
    return waiting_.size() < added_at_once ? Result<void>() : add();
  }

  Result<void> add() {
    std::uint64_t added = 0;
    DMS_TRY(committer_.commit([&](const View& view) -> Result<Commit> {
      added = 0;
      Commit commit(view);
      for (const MissingReference& missing : waiting_) {
        if (!DMS_TRY(is_still_named(view, missing))) continue;
        commit.name_content(missing.named.content, missing.named.owner);
        ++added;
      }
      return commit;
    }));
    outcome.added += added;
    waiting_.clear();
    return {};
  }

  IndexRebuild outcome;

 private:
  void tell_lost(const MissingReference& missing) {
    if (outcome.problems.size() >= verify_problems_max) return;
    outcome.problems.push_back(fmt::format("{} {}: names {}, which is not stored",
                                           missing.table->table, to_hex(missing.record_key),
                                           describe(missing.named.content)));
  }

  static Result<bool> is_still_named(const View& view, const MissingReference& missing) {
    const auto stored = DMS_TRY(view.read_record(missing.table->table, missing.record_key));
    if (!stored) return false;
    const auto named = DMS_TRY(missing.table->contents_of(*stored));
    return std::any_of(named.begin(), named.end(), [&](const NamedContent& each) {
      return each.content == missing.named.content && each.owner == missing.named.owner;
    });
  }

  const Database& database_;
  Committer& committer_;
  std::vector<MissingReference> waiting_;
};

}  // namespace

Result<IndexRebuild> add_missing_references(const Database& database, Committer& committer,
                                            const std::vector<TableIndexes>& tables) {
  const VerifyControl control;
  const VerifyReport report;
  Walk walk(control, report);
  Repair repair(database, committer);
  DMS_TRY(find_missing_references(database, tables, walk, [&](MissingReference missing) {
    return repair.take(std::move(missing));
  }));
  DMS_TRY(repair.add());
  return std::move(repair.outcome);
}

}  // namespace dms::storage
