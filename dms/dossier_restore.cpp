#include "dms/dossier_restore.h"

#include <optional>
#include <utility>
#include <vector>

#include "dms/access_record.h"
#include "dms/base/json_codec.h"
#include "dms/document_restore.h"
#include "dms/dossier_record.h"
#include "dms/erased_objects.h"
#include "dms/file_plan_record.h"
#include "dms/identity_revision.h"
#include "dms/local_date.h"

namespace dms {

using storage::Commit;
using storage::ScanOptions;
using storage::View;

namespace {

constexpr std::size_t page = 500;

// A dossier with its own access list, and what its reference was drawn from.
struct StoredDossier {
  DossierRecord record;
  std::optional<AccessRecord> access;
  std::vector<std::pair<std::string, std::uint64_t>> counters;
};

// The counters of references (dossier.cpp), of which one has given this dossier its number.
std::vector<std::string> counters_of(const DossierRecord& dossier) {
  const std::string prefix = "file_reference/" + dossier.unit.text() + "/";
  const int year = static_cast<int>(local_date(dossier.created_at).year());
  return {prefix + std::to_string(year), prefix + "all"};
}

Result<std::optional<StoredDossier>> find_stored(const View& view, const std::string& name) {
  std::optional<DossierRecord> record;
  if (const auto id = DossierId::parse(name)) {
    record = DMS_TRY(view.find(dossier_table, id->key()));
  } else {
    record = DMS_TRY(view.find_by(dossier_table, "reference", dossier_reference_key(name)));
  }
  if (!record) return std::optional<StoredDossier>();
  StoredDossier found{std::move(*record), {}, {}};
  if (found.record.own_scope) {
    found.access = DMS_TRY(view.find(access_table, found.record.id.key()));
  }
  for (const std::string& counter : counters_of(found.record)) {
    found.counters.emplace_back(counter, DMS_TRY(view.counter(counter)));
  }
  return std::optional(std::move(found));
}

// What people set. Holds and rights are of now, whatever they were.
std::string described(DossierRecord record) {
  record.revision = 1;
  record.modified_at = {};
  record.modified_by = {};
  record.own_scope = false;
  record.holds.clear();
  return encode_json(record);
}

std::string described(const std::optional<AccessRecord>& list) {
  if (!list) return "";
  AccessRecord compared = *list;
  compared.revision = 0;
  compared.modified = {};
  compared.modified_by = {};
  return encode_json(compared);
}

Error erased() {
  return make_error(ErrorCode::conflict,
                    "Diese Akte wurde mit Absicht gelöscht. Sie kommt nicht zurück.",
                    "This file was erased on purpose. It does not come back.");
}

// The dossier as it was. Refused where the store has no place for it.
Result<Commit> decide_bring_back(const RestoreJob& job, const StoredDossier& old,
                                 const View& view) {
  const DossierRecord& record = old.record;
  if (!DMS_TRY(view.find(unit_table, record.unit.key()))) {
    return fail(ErrorCode::conflict,
                "Die Aktenplaneinheit der Akte gibt es nicht. Legen Sie sie zuerst wieder an, oder "
                "stellen Sie den ganzen Mandanten wieder her.",
                "The file's unit of the filing plan does not exist. Restore the whole tenant.");
  }
  const std::string key = dossier_reference_key(record.file_reference);
  if (DMS_TRY(view.find_by(dossier_table, "reference", key))) {
    return fail(ErrorCode::conflict, "Das Aktenzeichen ist an eine andere Akte vergeben.",
                "Another file has this file reference.");
  }
  Commit commit(view);
  DMS_TRY(commit.insert(dossier_table, record));
  if (old.access && !DMS_TRY(view.find(access_table, record.id.key()))) {
    AccessRecord list = *old.access;
    // As for a new one: no ETag from before may fit it.
    list.revision = DMS_TRY(identity_revision(view)) + 1;
    DMS_TRY(commit.put(access_table, list));
    DMS_TRY(advance_identity_revision(view, commit));
  }
  // No number is drawn twice, also where the store is older than the backup.
  for (const auto& [counter, value] : old.counters) {
    if (DMS_TRY(view.counter(counter)) < value) commit.set_counter(counter, value);
  }
  commit.append(
      restore_event(job, dossier_restored, record.id.value, record.unit.value, "dossier"));
  return commit;
}

Result<Commit> decide_overwrite(const RestoreJob& job, const DossierRecord& old, const View& view) {
  const DossierRecord now = DMS_TRY(view.get(dossier_table, old.id.key()));
  DossierRecord record = old;
  record.file_reference = now.file_reference;
  record.unit = now.unit;
  record.own_scope = now.own_scope;
  record.holds = now.holds;
  record.revision = now.revision;
  stamp_modified(record, {job.clock.now(), UserId{}});
  Commit commit(view);
  DMS_TRY(commit.put(dossier_table, record));
  commit.append(
      restore_event(job, dossier_restored, record.id.value, record.unit.value, "metadata"));
  // Its documents are found by these.
  if (record.title != now.title || record.keywords != now.keywords) {
    commit.append(
        restore_event(job, dossier_retitled, record.id.value, record.unit.value, "metadata"));
  }
  return commit;
}

Result<void> restore_record(const RestoreJob& job, const StoredDossier& old) {
  const auto present = DMS_TRY(job.store.read<std::optional<StoredDossier>>(
      [&](const View& view) { return find_stored(view, old.record.id.text()); }));
  if (!present) {
    if (DMS_TRY(was_erased(job.store, old.record.id.value))) return fail(erased());
    job.report.dossier_missing = true;
    const auto decide = [&](const View& view) { return decide_bring_back(job, old, view); };
    if (!job.options.is_check) {
      DMS_TRY(job.store.commit(decide));
      return {};
    }
    // Whether it could be.
    DMS_TRY(job.store.read<bool>([&](const View& view) -> Result<bool> {
      DMS_TRY(decide(view));
      return true;
    }));
    return {};
  }
  job.report.access_list_differs = described(present->access) != described(old.access);
  job.report.dossier_differs = described(present->record) != described(old.record);
  if (!job.report.dossier_differs || !job.options.overwrite || job.options.is_check) return {};
  DMS_TRY(
      job.store.commit([&](const View& view) { return decide_overwrite(job, old.record, view); }));
  return {};
}

// A failed store waits to be closed and opened again, for which nobody may hold it.
Result<void> may_go_on(const RestoreJob& job) {
  constexpr std::string_view rest = "; what was brought back stays: run it again";
  if (job.options.is_cancelled != nullptr && *job.options.is_cancelled) {
    return fail(
        operator_error(ErrorCode::unavailable, "the server was stopped" + std::string(rest)));
  }
  const Result<void> writable = job.store.writable();
  if (writable || writable.error().code != ErrorCode::unavailable) return {};
  return fail(operator_error(ErrorCode::unavailable, writable.error().hint + std::string(rest)));
}

using Keys = std::vector<std::string>;

// One page of the keys under an index; `after` moves on, and is "" at the end.
Result<Keys> read_page(const storage::Store& store, std::string_view index, ScanOptions& options) {
  return store.read<Keys>([&](const View& view) -> Result<Keys> {
    options.limit = page;
    Keys keys;
    const auto entries = DMS_TRY(view.read_index(document_table.name, index, options));
    for (const storage::RawEntry& entry : entries) keys.push_back(entry.record_key);
    options.after = entries.size() < page ? "" : entries.back().index_key;
    return keys;
  });
}

Result<void> restore_documents(const RestoreJob& job, DossierId dossier) {
  // In the bin as well; that index is of all dossiers.
  for (const std::string_view index : {"dossier", "bin"}) {
    ScanOptions options;
    if (index == "dossier") options.prefix = document_dossier_prefix(dossier);
    do {
      for (const std::string& key : DMS_TRY(read_page(job.source.store, index, options))) {
        const DocumentId id{uuid_from_raw(key).value_or(Uuid{})};
        const auto record = DMS_TRY(job.source.store.read<std::optional<DocumentRecord>>(
            [&](const View& view) { return view.find(document_table, id.key()); }));
        if (!record || record->dossier != dossier) continue;
        DMS_TRY(may_go_on(job));
        DMS_TRY(restore_document(job, id));
      }
    } while (!options.after.empty());
  }
  return {};
}

}  // namespace

Result<DossierRestoreReport> restore_dossier(storage::Store& store, const Clock& clock,
                                             const RestoreSource& source,
                                             const DossierRestoreOptions& options) {
  const auto old = DMS_TRY(source.store.read<std::optional<StoredDossier>>(
      [&](const View& view) { return find_stored(view, options.dossier); }));
  if (!old) {
    return fail(ErrorCode::not_found, "Diese Sicherung enthält keine solche Akte.",
                "This backup holds no such file.");
  }
  if (source.store.id() != store.id()) {
    return fail(ErrorCode::conflict, "Diese Sicherung ist die eines anderen Mandanten.",
                "This backup is of another tenant.");
  }
  DossierRestoreReport report;
  report.dossier = old->record.id.text();
  const RestoreJob job{store, clock, source, options, report};
  DMS_TRY(restore_record(job, *old));
  DMS_TRY(restore_documents(job, old->record.id));
  return report;
}

}  // namespace dms
