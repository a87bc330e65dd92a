#include "dms/person_erasure.h"

#include <boost/describe/class.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/json_codec.h"
#include "dms/base/text.h"
#include "dms/identity_event.h"
#include "dms/identity_revision.h"
#include "dms/saved_search_record.h"
#include "dms/session_record.h"
#include "dms/user_rules.h"

namespace dms {

using storage::Commit;
using storage::JournalEntry;
using storage::View;

namespace {

// Together below commit_objects_max: details, and records of three tables.
constexpr std::size_t details_at_once = 1000;
constexpr std::size_t records_at_once = 200;
constexpr std::size_t steps_max = person_details_a_call_max / details_at_once;

constexpr std::string_view details_erased_kind = "user.details_erased";

struct DetailsErasedDetail {
  std::uint64_t details = 0;
};
BOOST_DESCRIBE_STRUCT(DetailsErasedDetail, (), (details))

// Of an entry about the user, or with the user as its parent.
bool is_personal(const JournalEntry& entry, UserId user) {
  if (entry.object == user.value) return entry.kind != details_erased_kind;
  return entry.kind.starts_with("saved_search.");
}

// Made of what stays, not of what goes: so neither what the record is given one day is forgotten,
// nor what a newer program has put there.
UserRecord bare_record(const UserRecord& before) {
  UserRecord bare;
  bare.id = before.id;
  bare.revision = before.revision;
  bare.name = erased_name(before.id);
  bare.folded_name = fold_german(bare.name);
  bare.display_name = before.display_name;
  bare.active = false;
  bare.session_generation = before.session_generation;
  bare.created = before.created;
  bare.created_by = before.created_by;
  bare.modified = before.modified;
  bare.modified_by = before.modified_by;
  return bare;
}

bool is_bare(const UserRecord& record) {
  return encode_json(record) == encode_json(bare_record(record));
}

Result<UserRecord> erasable_user(const View& view, const Actor& actor, UserId id,
                                 std::uint64_t revision) {
  DMS_TRY(require_administrator(view, actor));
  UserRecord user = DMS_TRY(existing_user(view, id));
  DMS_TRY(check_revision(user.revision, revision));
  if (!user.active) return user;
  return fail(ErrorCode::conflict,
              "Die Angaben zu einer Person lassen sich erst löschen, wenn sie gesperrt ist.",
              "A person's details can be erased once the user is inactive.");
}

// Erases records that are the user's own.
struct OwnRecords {
  const View& view;
  Commit& commit;
  std::size_t taken = 0;
  bool has_more = false;

  template <class Record>
  Result<void> take(const storage::Table<Record>& table, std::string_view index, UserId user) {
    storage::ScanOptions options;
    options.prefix = storage::KeyBuilder().raw(user.key()).take();
    options.limit = records_at_once;
    const auto found = DMS_TRY(view.scan_index(table, index, options));
    for (const Record& record : found.items) DMS_TRY(commit.erase(table, table.key(record)));
    taken += found.items.size();
    has_more = has_more || !found.cursor.empty();
    return {};
  }
};

class PersonEraser {
 public:
  PersonEraser(storage::Store& store, const Actor& actor, const PersonToErase& person)
      : store_(store), actor_(actor), person_(person), revision_(person.if_match) {}

  Result<PersonErasure> run() {
    // Asked before the journal is read as well.
    DMS_TRY(store_.read<UserRecord>(
        [&](const View& view) { return erasable_user(view, actor_, person_.id, revision_); }));
    for (std::size_t step = 0; step < steps_max && !outcome_.is_complete; ++step) {
      DMS_TRY(take_some());
    }
    return outcome_;
  }

 private:
  struct Details {
    std::vector<std::uint64_t> sequences;
    bool is_last = false;
  };

  // The next details there are. That one is personal does not change, so this needs no View; that
  // it may be gone already does no harm.
  Result<Details> next_details() {
    Details details;
    while (true) {
      const auto entries =
          DMS_TRY(store_.read_journal_of(person_.id.value, details_before_, details_at_once));
      for (const JournalEntry& entry : entries) {
        details_before_ = entry.sequence;
        if (!entry.detail || !is_personal(entry, person_.id)) continue;
        details.sequences.push_back(entry.sequence);
        if (details.sequences.size() == details_at_once) return details;
      }
      if (entries.size() == details_at_once) continue;
      details.is_last = true;
      return details;
    }
  }

  Result<void> take_some() {
    const Details details = DMS_TRY(next_details());
    UserRecord user;
    bool is_complete = false;
    DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
      user = DMS_TRY(erasable_user(view, actor_, person_.id, revision_));
      Commit commit(view);
      OwnRecords own{view, commit};
      DMS_TRY(own.take(session_table, "user", person_.id));
      DMS_TRY(own.take(token_table, "user", person_.id));
      DMS_TRY(own.take(saved_search_table, "owner", person_.id));
      is_complete = details.is_last && !own.has_more;
      if (details.sequences.empty() && own.taken == 0 && is_bare(user)) return commit;
      for (const std::uint64_t sequence : details.sequences) commit.erase_event_detail(sequence);
      user = bare_record(user);
      ++user.revision;
      user.modified = person_.now;
      user.modified_by = actor_.user;
      DMS_TRY(commit.put(user_table, user));
      DMS_TRY(advance_identity_revision(view, commit));
      commit.append(identity_event(actor_, details_erased_kind, person_.id.value,
                                   encode_json(DetailsErasedDetail{details.sequences.size()})));
      return commit;
    }));
    revision_ = user.revision;
    outcome_.user = to_user(user);
    outcome_.details_erased += details.sequences.size();
    outcome_.is_complete = is_complete;
    return {};
  }

  storage::Store& store_;
  const Actor& actor_;
  const PersonToErase& person_;
  std::uint64_t revision_;
  std::uint64_t details_before_ = 0;  // those from here on are taken
  PersonErasure outcome_;
};

}  // namespace

Result<PersonErasure> erase_person(storage::Store& store, const Actor& actor,
                                   const PersonToErase& person) {
  return PersonEraser(store, actor, person).run();
}

}  // namespace dms
