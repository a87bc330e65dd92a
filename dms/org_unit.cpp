#include "dms/org_unit.h"

#include <algorithm>
#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "dms/base/text.h"
#include "dms/change.h"
#include "dms/identity_event.h"
#include "dms/identity_list.h"
#include "dms/identity_revision.h"
#include "dms/permission.h"
#include "dms/user.h"
#include "dms/user_record.h"

namespace dms {

namespace {

constexpr LineLimits name_limits{1, 200};
constexpr LineLimits short_name_limits{0, 20};

struct OrgUnitEventDetail {
  std::string name;
  std::string short_name;
  std::optional<OrgUnitId> parent;
};
BOOST_DESCRIBE_STRUCT(OrgUnitEventDetail, (), (name, short_name, parent))

OrgUnit to_org_unit(const OrgUnitRecord& record) {
  return {record.id,     record.revision, record.name,    record.short_name,
          record.parent, record.created,  record.modified};
}

std::string event_detail(const OrgUnitRecord& record) {
  return encode_json(OrgUnitEventDetail{record.name, record.short_name, record.parent});
}

Result<OrgUnitRecord> existing_unit(const storage::View& view, OrgUnitId id) {
  auto record = DMS_TRY(view.find(org_unit_table, id.key()));
  if (!record) return fail(absent_object());
  return std::move(*record);
}

// Levels from `id` down to the deepest unit below it, itself counted; more than `limit` is enough
// to know.
Result<std::size_t> levels_below(const storage::View& view, OrgUnitId id, std::size_t limit) {
  if (limit == 0) return std::size_t{1};
  storage::ScanOptions children;
  children.prefix = storage::KeyBuilder().raw(id.key()).take();
  std::size_t deepest = 0;
  for (const auto& child : DMS_TRY(view.scan_index(org_unit_table, "sibling", children)).items) {
    deepest = std::max(deepest, DMS_TRY(levels_below(view, child.id, limit - 1)));
  }
  return deepest + 1;
}

// Who is in the unit would move with it into other grants.
Result<void> require_not_own_unit(const storage::View& view, const Actor& actor, OrgUnitId id) {
  const auto user = DMS_TRY(view.find(user_table, actor.user.key()));
  if (!user || !user->org_unit) return {};
  const auto path = DMS_TRY(org_unit_path(view, *user->org_unit));
  if (std::find(path.begin(), path.end(), id) == path.end()) return {};
  return fail(ErrorCode::forbidden,
              "Die eigene Organisationseinheit kann nur jemand anderes umhängen.",
              "Only somebody else can move your own org unit.");
}

// The parent exists, is not the unit itself or below it, and not too deep.
Result<void> check_parent(const storage::View& view, const OrgUnitRecord& unit) {
  if (!unit.parent) return {};
  const auto path = DMS_TRY(org_unit_path(view, *unit.parent));
  if (path.empty()) {
    return fail(invalid_field("/parent", "Diese Organisationseinheit gibt es nicht.",
                              "This org unit does not exist."));
  }
  if (std::find(path.begin(), path.end(), unit.id) != path.end()) {
    return fail(ErrorCode::conflict,
                "Eine Organisationseinheit kann nicht unter sich selbst stehen.",
                "An org unit cannot stand below itself.");
  }
  const std::size_t room = org_unit_depth_max - std::min(path.size(), org_unit_depth_max);
  if (DMS_TRY(levels_below(view, unit.id, room)) > room) {
    return fail(invalid_field("/parent", "Die Gliederung ist zu tief.", "The tree is too deep."));
  }
  return {};
}

Result<void> check_sibling_name(const storage::View& view, const OrgUnitRecord& unit) {
  const std::string key = storage::KeyBuilder()
                              .raw(unit.parent.value_or(OrgUnitId{}).key())
                              .text(unit.folded_name)
                              .take();
  const auto holder = DMS_TRY(view.find_by(org_unit_table, "sibling", key));
  if (!holder || holder->id == unit.id) return {};
  return fail(ErrorCode::conflict, "Eine Organisationseinheit dieses Namens gibt es hier schon.",
              "An org unit with this name exists here already.");
}

Result<OrgUnitChange> clean(const OrgUnitChange& input) {
  OrgUnitChange cleaned = input;
  cleaned.name = DMS_TRY(clean_line(input.name, "/name", name_limits));
  cleaned.short_name = DMS_TRY(clean_line(input.short_name, "/short_name", short_name_limits));
  return cleaned;
}

void assign(OrgUnitRecord& record, const OrgUnitChange& change) {
  record.name = change.name;
  record.folded_name = fold_german(change.name);
  record.short_name = change.short_name;
  record.parent = change.parent;
}

}  // namespace

Result<OrgUnit> OrgUnits::create(const Actor& actor, const NewOrgUnit& input) {
  const OrgUnitChange cleaned = DMS_TRY(clean({input.name, input.short_name, input.parent}));
  const Instant now = clock_.now();
  OrgUnitRecord made;
  made.id = OrgUnitId::make(now);
  made.revision = 1;
  made.created = made.modified = now;
  made.created_by = made.modified_by = actor.user;
  assign(made, cleaned);
  const auto decide = [&](const storage::View& view) -> Result<storage::Commit> {
    DMS_TRY(require_administrator(view, actor));
    DMS_TRY(check_parent(view, made));
    DMS_TRY(check_sibling_name(view, made));
    storage::Commit commit(view);
    DMS_TRY(commit.insert(org_unit_table, made));
    commit.append(identity_event(actor, "org_unit.created", made.id.value, event_detail(made)));
    return commit;
  };
  DMS_TRY(store_.commit(decide));
  return to_org_unit(made);
}

Result<OrgUnit> OrgUnits::update(const Actor& actor, OrgUnitId id, const OrgUnitChange& change,
                                 std::uint64_t if_match) {
  const OrgUnitChange cleaned = DMS_TRY(clean(change));
  const Instant now = clock_.now();
  OrgUnitRecord changed;
  const auto decide = [&](const storage::View& view) -> Result<storage::Commit> {
    DMS_TRY(require_administrator(view, actor));
    changed = DMS_TRY(existing_unit(view, id));
    DMS_TRY(check_revision(changed.revision, if_match));
    if (changed.parent != cleaned.parent) DMS_TRY(require_not_own_unit(view, actor, id));
    assign(changed, cleaned);
    DMS_TRY(check_parent(view, changed));
    DMS_TRY(check_sibling_name(view, changed));
    ++changed.revision;
    changed.modified = now;
    changed.modified_by = actor.user;
    storage::Commit commit(view);
    DMS_TRY(commit.put(org_unit_table, changed));
    // A unit that moves takes its people out of one set of grants and into another.
    DMS_TRY(advance_identity_revision(view, commit));
    commit.append(identity_event(actor, "org_unit.changed", id.value, event_detail(changed)));
    return commit;
  };
  DMS_TRY(store_.commit(decide));
  return to_org_unit(changed);
}

Result<OrgUnit> OrgUnits::get(const Actor& actor, OrgUnitId id) const {
  return store_.read<OrgUnit>([&](const storage::View& view) -> Result<OrgUnit> {
    DMS_TRY(require_active(view, actor));
    return to_org_unit(DMS_TRY(existing_unit(view, id)));
  });
}

Result<Page<OrgUnit>> OrgUnits::list(const Actor& actor, const PageRequest& page) const {
  return store_.read<Page<OrgUnit>>([&](const storage::View& view) -> Result<Page<OrgUnit>> {
    DMS_TRY(require_active(view, actor));
    return list_by_name<OrgUnit>(view, org_unit_table, page, to_org_unit);
  });
}

Result<bool> org_unit_exists(const storage::View& view, OrgUnitId id) {
  return DMS_TRY(view.find(org_unit_table, id.key())).has_value();
}

Result<std::vector<OrgUnitId>> org_unit_path(const storage::View& view, OrgUnitId id) {
  std::vector<OrgUnitId> path;
  std::optional<OrgUnitId> at = id;
  while (at && path.size() < org_unit_depth_max) {
    const auto record = DMS_TRY(view.find(org_unit_table, at->key()));
    if (!record) break;
    path.push_back(*at);
    at = record->parent;
  }
  return path;
}

}  // namespace dms
