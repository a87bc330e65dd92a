#pragma once

// What a search finds, on the wire.

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/search_service.h"
#include "dms/tenant.h"
#include "web/api/document_view.h"

namespace dms::web {

struct MarkView {
  std::uint64_t begin = 0;  // byte offsets into the snippet's UTF-8
  std::uint64_t end = 0;
};
BOOST_DESCRIBE_STRUCT(MarkView, (), (begin, end))

struct SnippetView {
  std::string text;
  std::vector<MarkView> marks;
};
BOOST_DESCRIBE_STRUCT(SnippetView, (), (text, marks))

// Without a score: how rare a word is among all documents would show in it, also among those that
// the asker may not see.
struct HitView {
  DocumentId document_id;
  std::string subject;
  DocumentType type = DocumentType::other;
  DossierId dossier_id;
  std::optional<std::string> file_reference;
  std::optional<std::string> dossier_title;
  std::optional<Date> date;
  std::string file_name;
  std::string mime_type;
  DocumentTextState text_state = DocumentTextState::pending;
  std::optional<SnippetView> snippet;
  std::optional<std::uint32_t> page;
};
BOOST_DESCRIBE_STRUCT(HitView, (),
                      (document_id, subject, type, dossier_id, file_reference, dossier_title, date,
                       file_name, mime_type, text_state, snippet, page))

SnippetView view_of(const search::Snippet& snippet);
HitView view_of(const SearchHit& hit);
// ",rebuilt_percent" while a lost index is built anew: not everything is found yet, and the asker
// is to know. Else empty.
std::string rebuilding_member(Tenant& tenant);
std::vector<HitView> views_of(const std::vector<SearchHit>& hits);

}  // namespace dms::web
