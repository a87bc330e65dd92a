#include "web/api/search_view.h"

#include "dms/base/json_codec.h"
#include "dms/object_record.h"

namespace dms::web {

SnippetView view_of(const search::Snippet& snippet) {
  SnippetView view{snippet.text, {}};
  for (const auto& mark : snippet.marks) view.marks.push_back({mark.begin, mark.end});
  return view;
}

HitView view_of(const SearchHit& hit) {
  HitView view;
  view.document_id = hit.document;
  view.subject = hit.subject;
  view.type = hit.type;
  view.dossier_id = hit.dossier;
  view.file_reference = unless_empty(hit.file_reference);
  view.dossier_title = unless_empty(hit.dossier_title);
  view.date = hit.date;
  view.file_name = hit.file_name;
  view.mime_type = hit.mime_type;
  view.text_state = hit.text_state;
  if (!hit.snippet.text.empty()) view.snippet = view_of(hit.snippet);
  view.page = hit.page;
  return view;
}

std::string rebuilding_member(Tenant& tenant) {
  if (tenant.indexer() == nullptr) return {};
  const IndexingState state = tenant.indexer()->state();
  if (!state.lacks_documents) return {};
  return ",\"rebuilt_percent\":" + encode_json(state.rebuilt_percent());
}

std::vector<HitView> views_of(const std::vector<SearchHit>& hits) {
  std::vector<HitView> views;
  views.reserve(hits.size());
  for (const SearchHit& hit : hits) views.push_back(view_of(hit));
  return views;
}

}  // namespace dms::web
