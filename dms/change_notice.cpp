#include "dms/change_notice.h"

#include <string_view>
#include <utility>

#include "dms/dossier_record.h"
#include "dms/erasure.h"
#include "dms/file_plan_record.h"
#include "dms/inbound_access.h"
#include "dms/user.h"

namespace dms {

using storage::JournalEntry;
using storage::View;

namespace {

using Notices = std::vector<ChangeNotice>;

// What a list of one's own does to an object is told alike, whichever event says it.
std::string change_of(std::string_view kind) {
  const std::string_view change = kind.substr(kind.find('.') + 1);
  const bool is_access = kind.starts_with("access.") || change.starts_with("access_");
  return std::string(is_access ? "access" : change);
}

struct Reader {
  const View& view;
  ReadRights rights;

  Result<bool> sees(const Actor& actor, ScopeId scope) const {
    return DMS_TRY(rights.permissions.rights_in(view, actor, scope)).has(Right::see);
  }
  Result<bool> is_granted(const Actor& actor, DocumentId document) const {
    if (rights.grants == nullptr) return false;
    return DMS_TRY(rights.grants->rights_to(view, actor, document)).has(Right::see);
  }
};

// A dossier as far as telling of it goes.
struct DossierPlace {
  DossierId id;
  ScopeId scope;
  UnitId unit;
  ScopeId unit_scope;
};

Result<std::optional<DossierPlace>> find_dossier(const View& view, DossierId id) {
  const auto record = DMS_TRY(view.find(dossier_table, id.key()));
  if (!record) return std::optional<DossierPlace>();
  DossierPlace place{id, DMS_TRY(scope_of(view, *record)), record->unit, {}};
  place.unit_scope = DMS_TRY(unit_scope(view, record->unit));
  return std::optional<DossierPlace>(place);
}

// Its dossier's list has changed.
Result<TellChange> tell_of_erased_document(const Reader& reader, const JournalEntry& entry) {
  if (entry.kind != "document.erased" || !entry.parent) return TellChange();
  const auto place = DMS_TRY(find_dossier(reader.view, DossierId{*entry.parent}));
  if (!place) return TellChange();
  return TellChange([reader, place = *place](const Actor& actor, Notices& out) -> Result<void> {
    if (DMS_TRY(reader.sees(actor, place.scope))) {
      out.push_back({"dossier", place.id.value, "documents"});
    }
    return {};
  });
}

// Its unit's list has changed for who saw it by the unit's list of rights; where it had one of its
// own the event names no unit, and nobody is told.
Result<TellChange> tell_of_erased_dossier(const Reader& reader, const JournalEntry& entry) {
  if (entry.kind != "dossier.erased" || !entry.parent) return TellChange();
  const UnitId unit{*entry.parent};
  const auto record = DMS_TRY(reader.view.find(unit_table, unit.key()));
  if (!record) return TellChange();
  return TellChange([reader, unit, scope = ScopeId{record->scope}](const Actor& actor,
                                                                   Notices& out) -> Result<void> {
    if (DMS_TRY(reader.sees(actor, scope))) out.push_back({"unit", unit.value, "dossiers"});
    return {};
  });
}

Result<TellChange> tell_of_document(const Reader& reader, const JournalEntry& entry) {
  const DocumentId id{entry.object};
  const auto record = DMS_TRY(reader.view.find(document_table, id.key()));
  if (!record) return tell_of_erased_document(reader, entry);
  const auto home = DMS_TRY(find_dossier(reader.view, record->dossier));
  // Where it was moved from or to is a list that changed as well.
  const auto whole = entry.parent && *entry.parent != record->dossier.value
                         ? DMS_TRY(find_dossier(reader.view, DossierId{*entry.parent}))
                         : home;
  const auto tell = [reader, id, home, whole, change = change_of(entry.kind)](
                        const Actor& actor, Notices& out) -> Result<void> {
    bool sees = home && DMS_TRY(reader.sees(actor, home->scope));
    const bool sees_whole = whole && DMS_TRY(reader.sees(actor, whole->scope));
    if (!sees) sees = DMS_TRY(reader.is_granted(actor, id));
    if (sees) out.push_back({"document", id.value, change});
    if (sees_whole) out.push_back({"dossier", whole->id.value, "documents"});
    return {};
  };
  return TellChange(tell);
}

Result<TellChange> tell_of_dossier(const Reader& reader, const JournalEntry& entry) {
  const auto place = DMS_TRY(find_dossier(reader.view, DossierId{entry.object}));
  if (!place) return tell_of_erased_dossier(reader, entry);
  if (entry.kind == dossier_retitled) return TellChange();
  const auto tell = [reader, place = *place, change = change_of(entry.kind)](
                        const Actor& actor, Notices& out) -> Result<void> {
    // The unit's list has changed for those who see the dossier in it, and for nobody else.
    if (!DMS_TRY(reader.sees(actor, place.scope))) return {};
    out.push_back({"dossier", place.id.value, change});
    if (DMS_TRY(reader.sees(actor, place.unit_scope))) {
      out.push_back({"unit", place.unit.value, "dossiers"});
    }
    return {};
  };
  return TellChange(tell);
}

Result<TellChange> tell_of_unit(const Reader& reader, const JournalEntry& entry) {
  const auto record = DMS_TRY(reader.view.find(unit_table, raw_bytes(entry.object)));
  // Of one that is gone only those can be told who see every unit.
  const std::optional<ScopeId> scope =
      record ? std::optional<ScopeId>(ScopeId{record->scope}) : std::nullopt;
  const auto tell = [reader, scope, id = entry.object, change = change_of(entry.kind)](
                        const Actor& actor, Notices& out) -> Result<void> {
    const bool sees = (scope && DMS_TRY(reader.sees(actor, *scope))) ||
                      DMS_TRY(is_administrator(reader.view, actor));
    if (sees) out.push_back({"unit", id, change});
    return {};
  };
  return TellChange(tell);
}

// Who sees the item learns of it; who sees the inbox that the event names, that its list has
// changed, though the item may have left it.
Result<TellChange> tell_of_item(const Reader& reader, const JournalEntry& entry) {
  const auto item = DMS_TRY(reader.view.find(inbound_item_table, raw_bytes(entry.object)));
  const auto tell = [reader, item, inbox = entry.parent.value_or(Uuid{}),
                     change = change_of(entry.kind)](const Actor& actor,
                                                     Notices& out) -> Result<void> {
    const bool has_left = change == "moved_out";
    if (item && !has_left) {
      const Rights rights =
          DMS_TRY(item_rights(reader.view, reader.rights.permissions, actor, *item));
      if (rights.has(Right::see)) out.push_back({"inbound_item", item->id.value, change});
    }
    if (DMS_TRY(reader.sees(actor, ScopeId{inbox}))) out.push_back({"inbox", inbox, "items"});
    return {};
  };
  return TellChange(tell);
}

Result<TellChange> tell_of_inbox(const Reader& reader, const JournalEntry& entry) {
  const auto tell = [reader, id = entry.object, change = change_of(entry.kind)](
                        const Actor& actor, Notices& out) -> Result<void> {
    const bool sees =
        DMS_TRY(reader.sees(actor, ScopeId{id})) || DMS_TRY(is_administrator(reader.view, actor));
    if (sees) out.push_back({"inbox", id, change});
    return {};
  };
  return TellChange(tell);
}

// The object that the scope belongs to; the plan is nobody's secret.
Result<TellChange> tell_of_scope(const Reader& reader, const JournalEntry& entry) {
  if (entry.object == Uuid{}) {
    return TellChange([](const Actor&, Notices& out) -> Result<void> {
      out.push_back({"file_plan", std::nullopt, "access"});
      return {};
    });
  }
  const bool is_dossier =
      DMS_TRY(reader.view.find(dossier_table, raw_bytes(entry.object))).has_value();
  if (is_dossier) return tell_of_dossier(reader, entry);
  if (DMS_TRY(reader.view.find(inbox_table, raw_bytes(entry.object)))) {
    return tell_of_inbox(reader, entry);
  }
  return tell_of_unit(reader, entry);
}

TellChange tell_of_erasure(const View& view, const JournalEntry& entry) {
  return [&view, id = entry.object, change = change_of(entry.kind)](const Actor& actor,
                                                                    Notices& out) -> Result<void> {
    if (DMS_TRY(may_see_erasure(view, actor, id))) out.push_back({"erasure", id, change});
    return {};
  };
}

// To the owner, in his other windows.
TellChange tell_of_saved_search(const JournalEntry& entry) {
  return [id = entry.object, owner = entry.parent.value_or(Uuid{}), change = change_of(entry.kind)](
             const Actor& actor, Notices& out) -> Result<void> {
    if (actor.user.value == owner && !actor.token) out.push_back({"saved_search", id, change});
    return {};
  };
}

TellChange tell_of_user(const JournalEntry& entry) {
  return [id = entry.object](const Actor& actor, Notices& out) -> Result<void> {
    if (actor.user.value == id) out.push_back({"user", id, "changed"});
    return {};
  };
}

}  // namespace

Result<TellChange> tell_change(const View& view, const ReadRights& rights,
                               const JournalEntry& entry) {
  const Reader reader{view, rights};
  const std::string_view kind = entry.kind;
  if (kind.starts_with("document.")) return tell_of_document(reader, entry);
  if (kind.starts_with("dossier.")) return tell_of_dossier(reader, entry);
  if (kind.starts_with("unit.")) return tell_of_unit(reader, entry);
  if (kind.starts_with("inbound_item.")) return tell_of_item(reader, entry);
  if (kind.starts_with("inbox.")) return tell_of_inbox(reader, entry);
  if (kind.starts_with("access.")) return tell_of_scope(reader, entry);
  if (kind.starts_with("erasure.")) return tell_of_erasure(view, entry);
  if (kind.starts_with("saved_search.")) return tell_of_saved_search(entry);
  if (kind == "user.changed") return tell_of_user(entry);
  if (kind == "file_plan.changed") {
    return TellChange([](const Actor&, Notices& out) -> Result<void> {
      out.push_back({"file_plan", std::nullopt, "changed"});
      return {};
    });
  }
  return TellChange();
}

}  // namespace dms
