// Proposing, releasing, withdrawing and reading. The job itself: erasure_run.h.

#include "dms/erasure.h"

#include <algorithm>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/erasure_view.h"
#include "dms/field_cleaner.h"
#include "dms/identity_event.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

// A page looks at no more than so many: what is hidden costs pages, not a slow one.
constexpr std::size_t looked_at_max = 1000;
constexpr std::size_t scan_page = 100;

struct ErasureDetail {
  std::string reason;
  std::vector<Uuid> objects;
};
BOOST_DESCRIBE_STRUCT(ErasureDetail, (), (reason, objects))

storage::Event erasure_event(const Actor& actor, std::string_view kind,
                             const ErasureRecord& erasure) {
  ErasureDetail detail{erasure.reason, {}};
  for (const ErasureObjectRecord& object : erasure.objects) detail.objects.push_back(object.id);
  return object_event(actor, kind, erasure.id.value, std::nullopt, encode_json(detail));
}

Result<std::string> clean_reason(std::string reason) {
  FieldCleaner clean("");
  clean.paragraphs("reason", reason, {.code_points_min = 1, .code_points_max = 1000});
  DMS_TRY(clean.finish());
  return reason;
}

// Four eyes: neither who proposed it nor for whom it was proposed releases it, for whomever he
// acts, and nobody acting for one of them.
Result<void> require_second_person(const ErasureRecord& erasure, const Actor& actor) {
  if (actor.token) {
    return fail(ErrorCode::forbidden, "Eine Vernichtung gibt nur ein Mensch frei, kein Programm.",
                "An erasure is released by a person, not by a program.");
  }
  const auto proposed = [&](const UserId& user) {
    return user == erasure.created_by || user == erasure.proposed_for;
  };
  if (!proposed(actor.user) && !(actor.on_behalf_of && proposed(*actor.on_behalf_of))) return {};
  return fail(ErrorCode::forbidden,
              "Freigeben muss eine zweite Person, die auch nicht in Vertretung der ersten handelt.",
              "A second person has to release it, who does not act for the first one either.");
}

Result<void> require_state(const ErasureRecord& erasure, std::initializer_list<ErasureState> any) {
  if (std::find(any.begin(), any.end(), erasure.state) != any.end()) return {};
  return fail(ErrorCode::conflict, "Das geht bei dieser Vernichtung nicht mehr.",
              "This erasure is beyond that.");
}

// Of the objects alone: their documents were looked at before the commit, and the run will again.
Result<void> require_possible_now(const View& view, const ErasureGuard& guard,
                                  const std::vector<ErasureObjectRecord>& objects) {
  ErasureCheck check;
  for (const ErasureObjectRecord& object : objects) {
    const PresentObject present = DMS_TRY(find_object(view, object));
    check.objects.emplace_back().reasons = DMS_TRY(reasons_against(guard, present));
  }
  return require_possible(check, objects);
}

}  // namespace

Result<ErasureCheck> Erasures::check(const Actor& actor, const NewErasure& input) const {
  auto objects = DMS_TRY(objects_of(input));
  return store_.read<ErasureCheck>([&](const View& view) -> Result<ErasureCheck> {
    DMS_TRY(require_disposable(view, actor, objects));
    return check_objects(view, ErasureGuard(view, belongings_, std::nullopt), objects);
  });
}

Result<Erasure> Erasures::propose(const Actor& actor, const NewErasure& input,
                                  const AlsoCommit& also) {
  ErasureRecord record;
  record.objects = DMS_TRY(objects_of(input));
  record.reason = DMS_TRY(clean_reason(input.reason));
  record.proposed_for = actor.on_behalf_of;
  DMS_TRY(require_possible(DMS_TRY(check(actor, input)), record.objects));
  const Instant now = clock_.now();
  record.id = ErasureId::make(now);
  stamp_created(record, {now, actor.user});
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_disposable(view, actor, record.objects));
    const ErasureGuard guard(view, belongings_, record.id);
    DMS_TRY(require_possible_now(view, guard, record.objects));
    Commit commit(view);
    DMS_TRY(commit.insert(erasure_table, record));
    commit.append(erasure_event(actor, "erasure.proposed", record));
    if (also) DMS_TRY(also(view, commit, record.id.value));
    return commit;
  }));
  return get(actor, record.id);
}

Result<Erasure> Erasures::release(const Actor& actor, ErasureId id, std::uint64_t if_match) {
  DMS_TRY(store_.read<void>([&](const View& view) -> Result<void> {
    const ErasureRecord record = DMS_TRY(require_erasure(view, actor, id));
    if (record.state != ErasureState::proposed) return {};  // the commit says what is wrong
    const ErasureGuard guard(view, belongings_, id);
    return require_possible(DMS_TRY(check_objects(view, guard, record.objects)), record.objects);
  }));
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    ErasureRecord record = DMS_TRY(require_erasure(view, actor, id));
    DMS_TRY(check_revision(record.revision, if_match));
    DMS_TRY(require_state(record, {ErasureState::proposed}));
    DMS_TRY(require_second_person(record, actor));
    DMS_TRY(require_disposable(view, actor, record.objects));
    DMS_TRY(require_possible_now(view, ErasureGuard(view, belongings_, id), record.objects));
    const Instant now = clock_.now();
    record.state = ErasureState::released;
    record.released_at = now;
    record.released_by = actor.user;
    record.released_for = actor.on_behalf_of;
    stamp_modified(record, {now, actor.user});
    Commit commit(view);
    DMS_TRY(commit.put(erasure_table, record));
    commit.append(erasure_event(actor, "erasure.released", record));
    return commit;
  }));
  return get(actor, id);
}

Result<Erasure> Erasures::withdraw(const Actor& actor, ErasureId id, std::uint64_t if_match) {
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    ErasureRecord record = DMS_TRY(require_erasure(view, actor, id));
    DMS_TRY(check_revision(record.revision, if_match));
    DMS_TRY(require_state(record, {ErasureState::proposed, ErasureState::released}));
    const Instant now = clock_.now();
    record.state = ErasureState::withdrawn;
    record.ended_at = now;
    stamp_modified(record, {now, actor.user});
    Commit commit(view);
    DMS_TRY(commit.put(erasure_table, record));
    commit.append(erasure_event(actor, "erasure.withdrawn", record));
    return commit;
  }));
  return get(actor, id);
}

Result<Erasure> Erasures::get(const Actor& actor, ErasureId id) const {
  return store_.read<Erasure>([&](const View& view) -> Result<Erasure> {
    return to_value(view, belongings_, DMS_TRY(require_erasure(view, actor, id)));
  });
}

Result<Page<Erasure>> Erasures::list(const Actor& actor, const PageRequest& page) const {
  const std::size_t limit = std::clamp<std::size_t>(page.limit, 1, page_limit_max);
  return store_.read<Page<Erasure>>([&](const View& view) -> Result<Page<Erasure>> {
    Page<Erasure> answer;
    storage::ScanOptions options;
    options.after = page.after;
    options.limit = scan_page;
    options.direction = storage::ScanOptions::Direction::descending;
    std::string last_shown;
    for (std::size_t looked_at = 0; looked_at < looked_at_max; looked_at += scan_page) {
      const auto scanned = DMS_TRY(view.scan(erasure_table, options));
      for (const ErasureRecord& record : scanned.items) {
        if (!DMS_TRY(may_see_erasure(view, actor, record))) continue;
        if (answer.items.size() == limit) {
          answer.next = last_shown;
          return answer;
        }
        answer.items.push_back(DMS_TRY(to_value(view, belongings_, record)));
        last_shown = record.id.key();
      }
      if (scanned.cursor.empty()) return answer;
      options.after = scanned.cursor;
    }
    // A place among the hidden tells nothing: it is sealed.
    answer.next = options.after;
    return answer;
  });
}

}  // namespace dms
