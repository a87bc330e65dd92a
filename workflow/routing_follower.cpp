#include "workflow/routing_follower.h"

#include <algorithm>

#include "workflow/routing_move.h"
#include "workflow/routing_store.h"

namespace dms::workflow {

using storage::Commit;
using storage::View;

namespace {

constexpr std::size_t piece_entries = 500;
// The place is written when a routing was told something, else only so often: most events are none
// of ours, and each write is an fsync.
constexpr std::uint64_t unkept_entries_max = 5000;
constexpr const char* follower_name = "routings";

bool changes_staff(std::string_view kind) {
  return kind == "user.created" || kind == "user.changed" || kind == "org_unit.changed";
}

// The routings under all index keys with the prefix.
Result<void> add_routings(const View& view, std::string_view index, const std::string& prefix,
                          std::set<std::string>& keys) {
  storage::ScanOptions options;
  options.prefix = prefix;
  for (;;) {
    const auto entries = DMS_TRY(view.read_index(routing_table.name, index, options));
    for (const auto& entry : entries) keys.insert(entry.record_key);
    if (entries.size() < options.limit) return {};
    options.after = entries.back().index_key;
  }
}

}  // namespace

Result<void> RoutingFollower::begin() {
  if (position_) return {};
  kept_ = DMS_TRY(store_.read<std::uint64_t>([](const View& view) -> Result<std::uint64_t> {
    const auto record = DMS_TRY(view.find(journal_place_table, follower_name));
    return record ? record->sequence : 0;
  }));
  position_ = kept_;
  return {};
}

Result<bool> RoutingFollower::step() {
  DMS_TRY(begin());
  const auto entries = DMS_TRY(store_.read_journal(*position_, piece_entries));
  if (entries.empty()) return false;
  std::set<DocumentId> documents;
  std::set<UserId> users;
  for (const storage::JournalEntry& entry : entries) {
    if (entry.kind == "document.version_added") documents.insert(DocumentId{entry.object});
    if (changes_staff(entry.kind)) users.insert(UserId{entry.object});
  }
  for (const DocumentId document : documents) DMS_TRY(tell_versions(document));
  if (!users.empty()) DMS_TRY(tell_staff(users));
  const std::uint64_t last = entries.back().sequence;
  const bool told = !documents.empty() || !users.empty();
  if (told || last - kept_ >= unkept_entries_max) DMS_TRY(keep_position(last));
  position_ = last;
  return true;
}

Result<void> RoutingFollower::tell_versions(DocumentId document) {
  using Keys = std::set<std::string>;
  const Keys keys = DMS_TRY(store_.read<Keys>([&](const View& view) -> Result<Keys> {
    Keys found;
    DMS_TRY(add_routings(view, "document", routing_document_prefix(document), found));
    return found;
  }));
  // Moving looks for the newest version by itself.
  for (const std::string& key : keys) DMS_TRY(move(key, VersionAdded{}));
  return {};
}

Result<void> RoutingFollower::tell_staff(const std::set<UserId>& changed) {
  using Keys = std::set<std::string>;
  const Keys keys = DMS_TRY(store_.read<Keys>([&](const View& view) -> Result<Keys> {
    Keys found;
    for (const UserId user : changed) {
      DMS_TRY(add_routings(view, "holder", routing_holder_prefix({SubjectKind::user, user.value}),
                           found));
    }
    for (const SubjectKind kind : {SubjectKind::group, SubjectKind::org_unit}) {
      DMS_TRY(add_routings(view, "holder", routing_holder_kind_prefix(kind), found));
    }
    DMS_TRY(add_routings(view, "stuck", "", found));
    return found;
  }));
  for (const std::string& key : keys) DMS_TRY(move(key, StaffChanged{}));
  return {};
}

Result<void> RoutingFollower::move(const std::string& routing_key, const Event& event) {
  const Instant now = clock_.now();
  bool moves = false;
  const auto decide = [&](const View& view) -> Result<Commit> {
    Commit commit(view);
    const RoutingRecord before = DMS_TRY(view.get(routing_table, routing_key));
    moves = false;
    if (has_ended(before)) return commit;
    const RoutingRecord after =
        DMS_TRY(commit_move(view, commit, before, {Actor{}, event, before.revision, now}));
    moves = after.revision != before.revision;
    return commit;
  };
  // Most have nothing to hear: that is found out without a commit.
  DMS_TRY(store_.read<void>([&](const View& view) -> Result<void> {
    DMS_TRY(decide(view));
    return {};
  }));
  if (moves) DMS_TRY(store_.commit(decide));
  return {};
}

Result<void> RoutingFollower::keep_position(std::uint64_t sequence) {
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    JournalPlaceRecord record =
        DMS_TRY(view.find(journal_place_table, follower_name)).value_or(JournalPlaceRecord{});
    record.name = follower_name;
    record.sequence = std::max(record.sequence, sequence);
    Commit commit(view);
    DMS_TRY(commit.put(journal_place_table, record));
    return commit;
  }));
  kept_ = sequence;
  return {};
}

}  // namespace dms::workflow
