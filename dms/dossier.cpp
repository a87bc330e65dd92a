#include "dms/dossier.h"

#include <algorithm>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/dossier_record.h"
#include "dms/erasure_record.h"
#include "dms/field_cleaner.h"
#include "dms/file_plan_record.h"
#include "dms/file_reference.h"
#include "dms/identity_event.h"
#include "dms/local_date.h"
#include "dms/user_record.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

struct DossierDetail {
  std::string file_reference;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(DossierDetail, (), (file_reference, title))

storage::Event dossier_event(const Actor& actor, std::string_view kind,
                             const DossierRecord& dossier) {
  return object_event(actor, kind, dossier.id.value, dossier.unit.value,
                      encode_json(DossierDetail{dossier.file_reference, dossier.title}));
}

// `conflict` where nothing may be opened under the unit today.
Result<void> require_opening(const View& view, const FilePlanUnitRecord& unit, Date today) {
  if (DMS_TRY(has_children(view, unit.id))) {
    return fail(ErrorCode::conflict,
                "Akten werden nur unter der untersten Ebene des Aktenplans angelegt.",
                "Files are opened under leaves of the filing plan only.");
  }
  if ((unit.valid_from && today < *unit.valid_from) ||
      (unit.valid_until && *unit.valid_until < today)) {
    return fail(ErrorCode::conflict, "Diese Aktenplaneinheit gilt heute nicht.",
                "This unit of the filing plan is not valid today.");
  }
  return {};
}

// Draws the next number where the pattern counts. The counter is raised in the commit that uses the
// number, so that numbers leave no gap.
Result<std::string> next_reference(const View& view, Commit& commit, const FilePlanUnitRecord& unit,
                                   std::string_view key, Date today) {
  const FilePlanRecord plan = DMS_TRY(get_file_plan(view));
  const auto pattern = DMS_TRY(ReferencePattern::parse(
      unit.reference_pattern.value_or(plan.reference_pattern), "/reference_pattern"));
  if (pattern.has_key() == key.empty()) {
    return fail(key.empty()
                    ? invalid_field("/reference_key",
                                    "Für dieses Aktenzeichen wird ein Schlüssel gebraucht.",
                                    "This file reference needs a key.")
                    : invalid_field("/reference_key", "Dieses Aktenzeichen hat keinen Schlüssel.",
                                    "This file reference has no key."));
  }
  const int year = static_cast<int>(today.year());
  std::uint64_t number = 0;
  if (pattern.has_number()) {
    const std::string counter = "file_reference/" + unit.id.text() + "/" +
                                (pattern.has_year() ? std::to_string(year) : "all");
    number = DMS_TRY(view.counter(counter)) + 1;
    commit.set_counter(counter, number);
  }
  std::string reference = pattern.format({unit.code, year, number, key});
  const bool is_retired =
      DMS_TRY(view.find(retired_reference_table, retired_reference_digest(reference).raw()))
          .has_value();
  if (is_retired ||
      DMS_TRY(view.find_by(dossier_table, "reference", dossier_reference_key(reference)))) {
    return fail(ErrorCode::conflict, "Dieses Aktenzeichen ist schon vergeben.",
                "This file reference is taken already.");
  }
  return reference;
}

Result<void> check_org_unit(const View& view, const std::optional<OrgUnitId>& unit,
                            std::string_view pointer) {
  if (!unit || DMS_TRY(view.find(org_unit_table, unit->key()))) return {};
  return fail(invalid_field(std::string(pointer), "Diese Organisationseinheit gibt es nicht.",
                            "This org unit does not exist."));
}

Result<void> check_org_units(const View& view, const DossierFields& fields) {
  DMS_TRY(check_org_unit(view, fields.lead_unit, "/lead_unit"));
  return check_org_unit(view, fields.record_keeping_unit, "/record_keeping_unit");
}

// Links to dossiers that the actor does not see are refused as absent ones are.
Result<void> check_links(const View& view, const Actor& actor, const std::vector<DossierId>& links,
                         const std::vector<DossierId>& before) {
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (std::find(before.begin(), before.end(), links[i]) != before.end()) continue;
    const auto linked = require_dossier(view, actor, links[i], Right::see);
    if (linked) continue;
    if (linked.error().code != ErrorCode::not_found) return fail(linked.error());
    return fail(invalid_field("/links/" + std::to_string(i), "Diese Akte gibt es nicht.",
                              "This file does not exist."));
  }
  return {};
}

// What the actor changes keeps the links that he does not see.
void keep_hidden_links(std::vector<DossierId>& links, const std::vector<DossierId>& visible,
                       const std::vector<DossierId>& before) {
  for (const DossierId& link : before) {
    const bool shown = std::find(visible.begin(), visible.end(), link) != visible.end();
    const bool named = std::find(links.begin(), links.end(), link) != links.end();
    if (!shown && !named) links.push_back(link);
  }
}

Result<std::vector<DossierId>> visible_links(const View& view, const Actor& actor,
                                             const std::vector<DossierId>& links) {
  std::vector<DossierId> visible;
  for (const DossierId& link : links) {
    const auto linked = require_dossier(view, actor, link, Right::see);
    if (linked) {
      visible.push_back(link);
    } else if (linked.error().code != ErrorCode::not_found) {
      return fail(linked.error());
    }
  }
  return visible;
}

// The value as `actor` may see it.
Result<Dossier> value_for(const View& view, const Actor& actor, const DossierRecord& record,
                          ScopeId scope) {
  Dossier dossier = to_value(record, scope);
  dossier.fields.links = DMS_TRY(visible_links(view, actor, record.links));
  return dossier;
}

}  // namespace

Result<Dossier> Dossiers::open(const Actor& actor, const NewDossier& input,
                               const AlsoCommit& also) {
  const DossierFields fields = DMS_TRY(clean_dossier_fields(input.fields));
  const std::string key = DMS_TRY(clean_line(input.reference_key, "/reference_key",
                                             {.code_points_min = 0, .code_points_max = 60}));
  DossierRecord record;
  ScopeId scope;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    const auto unit = DMS_TRY(view.find(unit_table, input.unit.key()));
    if (!unit) return fail(absent_object());
    const ScopeId above{unit->scope};
    DMS_TRY(require(view, actor, above, Right::file));
    const Stamp stamp{clock_.now(), actor.user};
    const Date today = local_date(stamp.at);
    DMS_TRY(require_opening(view, *unit, today));
    DMS_TRY(check_links(view, actor, fields.links, {}));
    DMS_TRY(check_org_units(view, fields));
    Commit commit(view);
    record = DossierRecord();
    record.id = DossierId::make(stamp.at);
    record.unit = unit->id;
    stamp_created(record, stamp);
    assign_fields(record, fields);
    record.file_reference = DMS_TRY(next_reference(view, commit, *unit, key, today));
    record.own_scope = input.access.has_value();
    scope = record.own_scope ? ScopeId{record.id.value} : above;
    if (input.access) {
      DMS_TRY(create_scope(view, commit, actor, {scope, above, *input.access}, stamp.at));
    }
    DMS_TRY(commit.insert(dossier_table, record));
    commit.append(dossier_event(actor, "dossier.opened", record));
    if (also) DMS_TRY(also(view, commit, record.id.value));
    return commit;
  }));
  return to_value(record, scope);
}

Result<Dossier> Dossiers::get(const Actor& actor, DossierId dossier) const {
  return store_.read<Dossier>([&](const View& view) -> Result<Dossier> {
    const ScopedDossier found =
        DMS_TRY(require_dossier(view, permissions_, actor, dossier, Right::see));
    return value_for(view, actor, found.record, found.scope);
  });
}

Result<Dossier> Dossiers::change(const Actor& actor, DossierId dossier, Right right,
                                 std::uint64_t if_match, std::string_view event,
                                 const Change& change) {
  Dossier changed;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    ScopedDossier found = DMS_TRY(require_dossier(view, actor, dossier, right));
    DMS_TRY(check_revision(found.record.revision, if_match));
    const Stamp stamp{clock_.now(), actor.user};
    Commit commit(view);
    DMS_TRY(change(view, commit, found, stamp));
    stamp_modified(found.record, stamp);
    DMS_TRY(commit.put(dossier_table, found.record));
    commit.append(dossier_event(actor, event, found.record));
    changed = DMS_TRY(value_for(view, actor, found.record, found.scope));
    return commit;
  }));
  return changed;
}

Result<Dossier> Dossiers::update(const Actor& actor, DossierId dossier, DossierFields fields,
                                 std::uint64_t if_match) {
  fields = DMS_TRY(clean_dossier_fields(std::move(fields)));
  return change(
      actor, dossier, Right::edit, if_match, "dossier.changed",
      [&](const View& view, Commit& commit, ScopedDossier& found, Stamp) -> Result<void> {
        DMS_TRY(require_open(found.record));
        const auto before = found.record.links;
        DMS_TRY(check_links(view, actor, fields.links, before));
        DossierFields merged = fields;
        keep_hidden_links(merged.links, DMS_TRY(visible_links(view, actor, before)), before);
        // What its documents are found by: the indexer follows this kind.
        const bool retitled =
            merged.title != found.record.title || merged.keywords != found.record.keywords;
        assign_fields(found.record, std::move(merged));
        if (retitled) {
          commit.append(dossier_event(actor, dossier_retitled, found.record));
        }
        return {};
      });
}

Result<Dossier> Dossiers::close(const Actor& actor, DossierId dossier, std::uint64_t if_match) {
  return change(actor, dossier, Right::close, if_match, "dossier.closed",
                [](const View&, Commit&, ScopedDossier& found, Stamp stamp) -> Result<void> {
                  DMS_TRY(require_open(found.record));
                  found.record.status = DossierStatus::closed;
                  found.record.closed_at = stamp.at;
                  found.record.closed_by = stamp.by;
                  return {};
                });
}

Result<Dossier> Dossiers::reopen(const Actor& actor, DossierId dossier, std::uint64_t if_match) {
  return change(actor, dossier, Right::close, if_match, "dossier.reopened",
                [](const View&, Commit&, ScopedDossier& found, Stamp) -> Result<void> {
                  if (!(found.record.status == DossierStatus::closed)) {
                    return fail(ErrorCode::conflict, "Die Akte ist nicht geschlossen.",
                                "The file is not closed.");
                  }
                  found.record.status = DossierStatus::open;
                  found.record.closed_at.reset();
                  found.record.closed_by.reset();
                  return {};
                });
}

Result<Dossier> Dossiers::set_holds(const Actor& actor, DossierId dossier,
                                    std::vector<std::string> reasons, std::uint64_t if_match) {
  FieldCleaner clean("");
  clean.lines("holds", reasons, 20, 300);
  DMS_TRY(clean.finish());
  return change(actor, dossier, Right::dispose, if_match, "dossier.holds_changed",
                [&](const View&, Commit&, ScopedDossier& found, Stamp stamp) -> Result<void> {
                  std::vector<HoldRecord> holds;
                  for (const std::string& reason : reasons) {
                    const auto& before = found.record.holds;
                    const auto same = std::ranges::find(before, reason, &HoldRecord::reason);
                    if (same != before.end()) {
                      holds.push_back(*same);
                      continue;
                    }
                    HoldRecord& hold = holds.emplace_back();
                    hold.reason = reason;
                    hold.placed_at = stamp.at;
                    hold.placed_by = stamp.by;
                  }
                  found.record.holds = std::move(holds);
                  return {};
                });
}

Result<Dossier> Dossiers::give_access_list(const Actor& actor, DossierId dossier,
                                           const AccessList& list, std::uint64_t if_match) {
  return change(
      actor, dossier, Right::see, if_match, "dossier.access_given",
      [&](const View& view, Commit& commit, ScopedDossier& found, Stamp stamp) -> Result<void> {
        const ScopeId own{dossier.value};
        DMS_TRY(create_scope(view, commit, actor, {own, found.scope, list}, stamp.at));
        found.record.own_scope = true;
        found.scope = own;
        return {};
      });
}

Result<Dossier> Dossiers::drop_access_list(const Actor& actor, DossierId dossier,
                                           std::uint64_t if_match) {
  return change(actor, dossier, Right::see, if_match, "dossier.access_dropped",
                [&](const View& view, Commit& commit, ScopedDossier& found, Stamp) -> Result<void> {
                  if (!found.record.own_scope) {
                    return fail(ErrorCode::conflict, "Die Akte hat keine eigene Rechteliste.",
                                "The file has no access list of its own.");
                  }
                  const ScopeId above = DMS_TRY(unit_scope(view, found.record.unit));
                  DMS_TRY(remove_scope(view, commit, actor, found.scope, above));
                  found.record.own_scope = false;
                  found.scope = above;
                  return {};
                });
}

}  // namespace dms
