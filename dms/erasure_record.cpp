#include "dms/erasure_record.h"

#include "storage/record_json.h"

namespace dms {

using storage::IndexKind;
using storage::KeyBuilder;

namespace {

bool is_due(const ErasureRecord& erasure) {
  return erasure.state == ErasureState::released || erasure.state == ErasureState::erasing ||
         erasure.state == ErasureState::freeing;
}

std::vector<std::string> object_keys(const ErasureRecord& erasure) {
  std::vector<std::string> keys;
  if (has_ended(erasure)) return keys;
  for (const ErasureObjectRecord& object : erasure.objects) {
    keys.push_back(erasure_object_prefix(object.id));
  }
  return keys;
}

std::vector<std::string> due_keys(const ErasureRecord& erasure) {
  if (!is_due(erasure)) return {};
  return {KeyBuilder().raw(erasure.id.key()).take()};
}

}  // namespace

const storage::Table<ErasureRecord> erasure_table{
    "erasure",
    [](const ErasureRecord& erasure) { return std::string(erasure.id.key()); },
    {{"object", IndexKind::multiple, object_keys}, {"due", IndexKind::multiple, due_keys}}};

bool has_ended(const ErasureRecord& erasure) {
  return erasure.state == ErasureState::done || erasure.state == ErasureState::withdrawn ||
         erasure.state == ErasureState::refused;
}

std::string erasure_object_prefix(const Uuid& object) {
  return KeyBuilder().raw(raw_bytes(object)).take();
}

std::string erasure_prefix(ErasureId erasure) {
  return KeyBuilder().raw(erasure.key()).take();
}

const storage::Table<ErasureRestRecord> erasure_rest_table{
    "erasure_rest",
    [](const ErasureRestRecord& rest) {
      return KeyBuilder().raw(rest.erasure.key()).raw(raw_bytes(rest.object)).take();
    },
    {}};

const storage::Table<ErasureContentRecord> erasure_content_table{
    "erasure_content",
    [](const ErasureContentRecord& content) {
      return KeyBuilder()
          .raw(content.erasure.key())
          .raw(raw_bytes(content.domain))
          .raw(content.sha256.raw())
          .take();
    },
    {}};

const storage::Table<RetiredReferenceRecord> retired_reference_table{
    "retired_reference",
    [](const RetiredReferenceRecord& record) { return std::string(record.digest.raw()); },
    {}};

Sha256Digest retired_reference_digest(std::string_view file_reference) {
  return sha256("file reference " + std::string(file_reference));
}

}  // namespace dms
