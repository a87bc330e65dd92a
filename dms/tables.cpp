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

using storage::indexes_of;

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
          indexes_of(version_table),
          indexes_of(document_text_table),
          indexes_of(recognition_table),
          indexes_of(rendition_table),
          indexes_of(rendition_sweep_table),
          indexes_of(upload_table),
          indexes_of(inbox_table),
          indexes_of(inbound_item_table),
          indexes_of(captured_mail_table),
          indexes_of(captured_file_table),
          indexes_of(erasure_table),
          indexes_of(erasure_rest_table),
          indexes_of(erasure_content_table),
          indexes_of(retired_reference_table),
          indexes_of(saved_search_table)};
}

}  // namespace dms
