// Lists of dossiers: unit by unit in the order of their codes, then by reference. Units that the
// asker does not see are entered only through the index of dossiers with an access list of their
// own, so that the work grows with what is shown and not with what is hidden. A cursor is the index
// key of the last dossier shown, never of a hidden one.

#include <algorithm>
#include <map>

#include "dms/dossier.h"
#include "dms/dossier_record.h"
#include "dms/file_plan_record.h"

namespace dms {

using storage::RawEntry;
using storage::View;

namespace {

constexpr std::size_t count_max = 10'000;  // beyond it a total stays as it is
constexpr std::size_t unit_key_bytes = 16;

class DossierLister {
 public:
  DossierLister(const View& view, const PermissionCache& permissions, const Actor& actor,
                std::size_t limit)
      : view_(view), permissions_(permissions), actor_(actor), limit_(limit) {}

  // Adds the unit's dossiers behind `after` until the page is full; false when it is.
  Result<bool> add_unit(const FilePlanUnitRecord& unit, std::string after) {
    storage::ScanOptions options;
    options.prefix = dossier_unit_prefix(unit.id);
    options.after = std::move(after);
    options.limit = limit_ + 1;
    const char* const index = DMS_TRY(sees(ScopeId{unit.scope})) ? "unit" : "own_scope";
    while (true) {
      const auto entries = DMS_TRY(view_.read_index(dossier_table.name, index, options));
      for (const RawEntry& entry : entries) {
        const DossierRecord record = DMS_TRY(view_.get(dossier_table, entry.record_key));
        const ScopeId scope{record.own_scope ? record.id.value : unit.scope};
        if (!DMS_TRY(sees(scope))) continue;
        if (page_.items.size() == limit_) {
          page_.next = last_shown_;
          return false;
        }
        page_.items.push_back(DMS_TRY(shown(record, scope)));
        last_shown_ = entry.index_key;
      }
      if (entries.size() < options.limit) return true;
      options.after = entries.back().index_key;
    }
  }

  // How many of the unit's dossiers the asker sees, counted up to `most`.
  Result<std::size_t> count_unit(const FilePlanUnitRecord& unit, std::size_t most) {
    storage::ScanOptions options;
    options.prefix = dossier_unit_prefix(unit.id);
    options.limit = most;
    const auto own = DMS_TRY(view_.read_index(dossier_table.name, "own_scope", options));
    std::size_t own_seen = 0;
    for (const RawEntry& entry : own) {
      const auto id = uuid_from_raw(entry.record_key);
      if (id && DMS_TRY(sees(ScopeId{*id}))) ++own_seen;
    }
    if (!DMS_TRY(sees(ScopeId{unit.scope}))) return own_seen;
    const auto all = DMS_TRY(view_.read_index(dossier_table.name, "unit", options));
    return all.size() - std::min(all.size(), own.size() - own_seen);
  }

  Result<bool> sees(ScopeId scope) {
    const auto known = sees_.find(scope);
    if (known != sees_.end()) return known->second;
    const bool sees = DMS_TRY(permissions_.rights_in(view_, actor_, scope)).has(Right::see);
    sees_.emplace(scope, sees);
    return sees;
  }

  Page<Dossier> take() { return std::move(page_); }

 private:
  Result<Dossier> shown(const DossierRecord& record, ScopeId scope) {
    Dossier dossier = to_value(record, scope);
    dossier.fields.links.clear();
    for (const DossierId& link : record.links) {
      const auto linked = DMS_TRY(view_.find(dossier_table, link.key()));
      if (linked && DMS_TRY(sees(DMS_TRY(scope_of(view_, *linked))))) {
        dossier.fields.links.push_back(link);
      }
    }
    return dossier;
  }

  const View& view_;
  const PermissionCache& permissions_;
  const Actor& actor_;
  std::size_t limit_;
  std::map<ScopeId, bool> sees_;
  Page<Dossier> page_;
  std::string last_shown_;
};

Result<std::vector<FilePlanUnitRecord>> units_to_list(const View& view,
                                                      std::optional<UnitId> unit) {
  if (!unit) {
    return DMS_TRY(
               view.scan_index(unit_table, "code", {.prefix = {}, .after = {}, .limit = units_max}))
        .items;
  }
  const auto record = DMS_TRY(view.find(unit_table, unit->key()));
  if (!record) return fail(absent_object());
  return std::vector<FilePlanUnitRecord>{*record};
}

}  // namespace

Result<Page<Dossier>> Dossiers::list(const Actor& actor, std::optional<UnitId> unit,
                                     const PageRequest& page) const {
  const std::size_t limit = std::clamp<std::size_t>(page.limit, 1, page_limit_max);
  return store_.read<Page<Dossier>>([&](const View& view) -> Result<Page<Dossier>> {
    const auto units = DMS_TRY(units_to_list(view, unit));
    auto from = units.begin();
    if (!page.after.empty()) {
      const std::string_view last_unit = std::string_view(page.after).substr(0, unit_key_bytes);
      from = std::find_if(units.begin(), units.end(), [&](const FilePlanUnitRecord& candidate) {
        return candidate.id.key() == last_unit;
      });
      if (from == units.end()) {
        return fail(invalid_field("/cursor", "Diese Stelle der Liste gibt es nicht mehr.",
                                  "This place of the list does not exist any more."));
      }
    }
    DossierLister lister(view, permissions_, actor, limit);
    std::string after = page.after;
    for (auto at = from; at != units.end(); ++at, after.clear()) {
      if (!DMS_TRY(lister.add_unit(*at, after))) break;
    }
    Page<Dossier> answer = lister.take();
    // A hidden unit looks like an absent one.
    if (unit && answer.items.empty() && !DMS_TRY(lister.sees(ScopeId{units.front().scope}))) {
      return fail(absent_object());
    }
    if (page.after.empty()) {
      std::size_t total = 0;
      for (auto at = units.begin(); at != units.end() && total < count_max; ++at) {
        total += DMS_TRY(lister.count_unit(*at, count_max));
      }
      answer.total_estimate = std::min(total, count_max);
    }
    return answer;
  });
}

}  // namespace dms
