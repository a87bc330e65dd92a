// What an erasure would come to: everything its objects stand for, looked at without a change.

#include "dms/erasure_view.h"

namespace dms {

using storage::View;

namespace {

// A check answers within seconds; the run looks at every document again anyway.
constexpr std::uint64_t looked_at_max = 20'000;
constexpr std::size_t page_size = 500;

class Checker {
 public:
  Checker(const View& view, const ErasureGuard& guard) : view_(view), guard_(guard) {}

  Result<void> add(const ErasureObjectRecord& named) {
    const PresentObject present = DMS_TRY(find_object(view_, named));
    ErasureObject& object = check_.objects.emplace_back();
    object.kind = named.kind;
    object.id = named.id;
    object.reasons = DMS_TRY(reasons_against(guard_, present));
    if (present.is_gone()) return {};
    object.file_reference = present.dossier->file_reference;
    object.title = present.document ? present.document->subject : present.dossier->title;
    if (present.document) return count(*present.document);
    ++check_.dossiers;
    DMS_TRY(add_documents(object, "dossier", present.dossier->id));
    return add_documents(object, "binned_of", present.dossier->id);
  }

  ErasureCheck take() { return std::move(check_); }

 private:
  Result<void> add_documents(ErasureObject& dossier, std::string_view index, DossierId id) {
    storage::ScanOptions options;
    options.prefix = document_dossier_prefix(id);
    options.limit = page_size;
    while (true) {
      const auto page = DMS_TRY(view_.scan_index(document_table, index, options));
      for (const DocumentRecord& document : page.items) {
        if (check_.documents == looked_at_max) {
          check_.is_complete = false;
          return {};
        }
        add_reasons(dossier.reasons, DMS_TRY(guard_.against_part(document)));
        DMS_TRY(count(document));
      }
      if (page.cursor.empty()) return {};
      options.after = page.cursor;
    }
  }

  Result<void> count(const DocumentRecord& document) {
    ++check_.documents;
    storage::ScanOptions options;
    options.prefix = storage::KeyBuilder().raw(document.id.key()).take();
    const auto versions = DMS_TRY(view_.scan(version_table, options));
    for (const VersionRecord& version : versions.items) {
      for (const ContentFileRecord& file : version.files) check_.bytes += file.size;
    }
    check_.versions += versions.items.size();
    return {};
  }

  const View& view_;
  const ErasureGuard& guard_;
  ErasureCheck check_;
};

}  // namespace

bool ErasureCheck::is_possible() const {
  for (const ErasureObject& object : objects) {
    if (!object.reasons.empty()) return false;
  }
  return true;
}

Result<ErasureCheck> check_objects(const View& view, const ErasureGuard& guard,
                                   const std::vector<ErasureObjectRecord>& objects) {
  Checker checker(view, guard);
  for (const ErasureObjectRecord& object : objects) DMS_TRY(checker.add(object));
  return checker.take();
}

Result<void> require_possible(const ErasureCheck& check,
                              const std::vector<ErasureObjectRecord>& objects) {
  if (check.is_possible()) return {};
  Error error = make_error(ErrorCode::conflict, "Das kann nicht vernichtet werden.",
                           "This cannot be erased.");
  for (std::size_t i = 0; i < check.objects.size(); ++i) {
    for (const ErasureReason reason : check.objects[i].reasons) {
      error.fields.push_back({pointer_of(objects, i), message_of(reason)});
    }
  }
  return fail(std::move(error));
}

}  // namespace dms
