#include "dms/tables.h"

#include "dms/access_record.h"
#include "dms/capture/captured_record.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/dossier_record.h"
#include "dms/erasure_record.h"
#include "dms/file_plan_record.h"
#include "dms/idempotency.h"
#include "dms/inbox_record.h"
#include "dms/recognition_record.h"
#include "dms/rendition_record.h"
#include "dms/saved_search_record.h"
#include "dms/session_record.h"
#include "dms/upload_record.h"
#include "dms/user_record.h"

namespace dms {

using storage::ContentId;
using storage::indexes_of;
using storage::NamedContent;

namespace {

std::vector<NamedContent> named_as(const Uuid& owner, const std::vector<ContentId>& contents) {
  std::vector<NamedContent> named;
  for (const ContentId& content : contents) named.push_back({content, owner});
  return named;
}

std::vector<NamedContent> contents_of_version(const VersionRecord& version) {
  std::vector<NamedContent> named;
  for (const ContentFileRecord& file : version.files) {
    named.push_back({{{file.domain.value_or(Uuid{})}, file.sha256, file.size}, version.id.value});
  }
  return named;
}

std::vector<NamedContent> contents_of_item(const InboundItemRecord& item) {
  if (is_filed(item)) return {};  // the document's version names it
  return {{content_of(item), item.id.value}};
}

std::vector<NamedContent> contents_of_text(const DocumentTextRecord& text) {
  if (!text.text) return {};
  return {{{{text.domain}, *text.text, text.text_size}, text.id}};
}

std::vector<NamedContent> contents_of_recognition(const RecognitionRecord& recognition) {
  return named_as(recognition.id, parts_of(recognition));
}

std::vector<NamedContent> contents_of_rendition(const RenditionRecord& rendition) {
  return named_as(rendition.id, parts_of(rendition));
}

std::vector<NamedContent> contents_of_upload(const UploadRecord& upload) {
  std::vector<NamedContent> named;
  for (const UploadPieceRecord& piece : upload.pieces) {
    named.push_back({content_of(piece), piece.id});
  }
  return named;
}

}  // namespace

std::vector<storage::TableIndexes> stored_tables() {
  return {indexes_of(user_table),
          indexes_of(group_table),
          indexes_of(org_unit_table),
          indexes_of(session_table),
          indexes_of(token_table),
          indexes_of(access_table),
          idempotency_indexes(),
          indexes_of(file_plan_table),
          indexes_of(unit_table),
          indexes_of(dossier_table),
          indexes_of(document_table),
          indexes_of(version_table, contents_of_version),
          indexes_of(document_text_table, contents_of_text),
          indexes_of(recognition_table, contents_of_recognition),
          indexes_of(rendition_table, contents_of_rendition),
          indexes_of(rendition_sweep_table),
          indexes_of(upload_table, contents_of_upload),
          indexes_of(inbox_table),
          indexes_of(inbound_item_table, contents_of_item),
          indexes_of(captured_mail_table),
          indexes_of(captured_file_table),
          indexes_of(erasure_table),
          indexes_of(erasure_rest_table),
          indexes_of(erasure_content_table),
          indexes_of(retired_reference_table),
          indexes_of(saved_search_table)};
}

}  // namespace dms
