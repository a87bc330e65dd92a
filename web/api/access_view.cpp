#include "web/api/access_view.h"

#include "web/api/rights_view.h"

namespace dms::web {

AccessEntryView view_of(const AccessEntry& entry) {
  AccessEntryView view;
  view.subject_kind = entry.subject.kind;
  if (entry.subject.kind != SubjectKind::everyone) view.subject = entry.subject.id;
  view.role = entry.role;
  if (entry.rights != Rights{}) view.rights = list_rights(entry.rights);
  return view;
}

AccessList access_list_from(const AccessRequest& input) {
  AccessList list;
  list.is_protected = input.protected_;
  for (const AccessEntryView& view : input.entries) {
    AccessEntry entry;
    entry.subject = {view.subject_kind, view.subject.value_or(Uuid{})};
    entry.role = view.role;
    if (view.rights) entry.rights = rights_from(*view.rights);
    list.entries.push_back(entry);
  }
  return list;
}

}  // namespace dms::web
