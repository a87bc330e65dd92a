#include "dms/access_record.h"

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include "storage/record_json.h"

namespace dms {

const storage::Table<AccessRecord> access_table{
    "access", [](const AccessRecord& record) { return std::string(raw_bytes(record.scope)); }, {}};

Rights to_rights(const std::vector<Open<Right>>& names) {
  Rights rights;
  for (const Open<Right>& name : names) {
    if (const auto right = name.known()) rights = rights | Rights{*right};
  }
  return rights;
}

std::vector<Open<Right>> to_names(Rights rights) {
  std::vector<Open<Right>> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Right>>([&](auto right) {
    if (rights.has(right.value)) names.emplace_back(right.value);
  });
  return names;
}

AccessList to_access_list(const AccessRecord& record) {
  AccessList list;
  list.is_protected = record.protected_;
  for (const AccessEntryRecord& stored : record.entries) {
    const auto kind = stored.subject_kind.known();
    if (!kind) continue;
    AccessEntry entry;
    entry.subject = {*kind, stored.subject};
    if (stored.role) entry.role = stored.role->known();
    entry.rights = to_rights(stored.rights);
    list.entries.push_back(entry);
  }
  return list;
}

AccessRecord to_record(ScopeId scope, const AccessList& list) {
  AccessRecord record;
  record.scope = scope.value;
  record.protected_ = list.is_protected;
  for (const AccessEntry& entry : list.entries) {
    AccessEntryRecord stored;
    stored.subject_kind = entry.subject.kind;
    stored.subject = entry.subject.id;
    if (entry.role) stored.role = Open<Role>(*entry.role);
    stored.rights = to_names(entry.rights);
    record.entries.push_back(std::move(stored));
  }
  return record;
}

}  // namespace dms
