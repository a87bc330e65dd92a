// Damaged content gets the bytes that another store still has.

#include "storage/content_core.h"
#include "storage/walk.h"

namespace dms::storage {

namespace {

constexpr std::size_t block_bytes = 1U << 20U;

Result<bool> is_whole(ContentCore& core, const ContentKey& content) {
  const VerifyControl control;
  const VerifyReport report;
  Walk walk(control, report, &core.database);
  const CheckedContent checked = DMS_TRY(check_content(core, content, walk));
  return checked.is_whole && checked.problem.empty();
}

}  // namespace

Result<bool> repair_content(ContentCore& core, const ContentReader& source) {
  const ContentId& content = source.id();
  if (DMS_TRY(is_whole(core, content_key(content)))) return false;
  const auto writer = DMS_TRY(make_content_writer(core, content.domain, ContentPurpose::repair));
  for (std::uint64_t offset = 0; offset < content.size;) {
    const std::string block = DMS_TRY(source.read(offset, block_bytes));
    if (block.empty()) break;
    DMS_TRY(writer->append(block));
    offset += block.size();
  }
  // Under its own digest: what was read wrongly stands beside it, unnamed, and is swept.
  const StagedContent stored = DMS_TRY(writer->finish());
  if (stored.id() == content) return true;
  return fail(operator_error(
      ErrorCode::corrupt, "content " + content.sha256.hex() + ": what should repair it is not it"));
}

}  // namespace dms::storage
