#include "dms/search_rights.h"

namespace dms {

using storage::View;

Result<Rights> SearchRights::in_dossier(DossierId dossier, UnitId unit, bool own_scope) {
  if (own_scope) return permissions_.rights_in(view_, actor_, ScopeId{dossier.value});
  const auto known = by_unit_.find(unit);
  if (known != by_unit_.end()) return known->second;
  const ScopeId scope = DMS_TRY(unit_scope(view_, unit));
  const Rights rights = DMS_TRY(permissions_.rights_in(view_, actor_, scope));
  by_unit_.emplace(unit, rights);
  return rights;
}

Result<Rights> SearchRights::granted(DocumentId document) {
  if (grants_ == nullptr) return Rights{};
  return grants_->rights_to(view_, actor_, document);
}

Result<std::vector<Uuid>> SearchRights::granted_documents() {
  std::vector<Uuid> documents;
  if (grants_ == nullptr) return documents;
  for (const DocumentId id : DMS_TRY(grants_->documents_of(view_, actor_))) {
    documents.push_back(id.value);
  }
  return documents;
}

Result<std::optional<CheckedHit>> check_hit(const View& view, SearchRights& rights,
                                            const SearchQuery& query, const search::Hit& found) {
  const auto document = DMS_TRY(view.find(document_table, raw_bytes(found.document)));
  if (!document || document->binned_at) return std::optional<CheckedHit>();
  if (query.dossier && document->dossier != *query.dossier) return std::optional<CheckedHit>();
  const DossierRecord dossier = DMS_TRY(view.get(dossier_table, document->dossier.key()));
  const Rights in_dossier = DMS_TRY(rights.in_dossier(dossier));
  Rights held = in_dossier;
  if (!held.has(Right::read)) held = held | DMS_TRY(rights.granted(document->id));
  if (!held.has(Right::see)) return std::optional<CheckedHit>();
  const VersionRecord version = DMS_TRY(current_version(view, *document));
  CheckedHit checked;
  checked.may_read = held.has(Right::read);
  const storage::ContentId content = DMS_TRY(original_content(version));
  checked.file = content.sha256;
  checked.text = DMS_TRY(find_document_text(view, content));
  const Version current = DMS_TRY(to_value(version, checked.text));
  SearchHit& hit = checked.hit;
  hit.document = document->id;
  hit.subject = document->subject;
  hit.type = known_or(document->type, DocumentType::other);
  hit.dossier = dossier.id;
  if (in_dossier.has(Right::see)) {
    hit.file_reference = dossier.file_reference;
    hit.dossier_title = dossier.title;
  }
  hit.date = document_date(*document);
  hit.file_name = current.file_name;
  hit.mime_type = current.mime_type;
  hit.text_state = checked.text.state;
  hit.score = found.score;
  return std::optional<CheckedHit>(std::move(checked));
}

}  // namespace dms
