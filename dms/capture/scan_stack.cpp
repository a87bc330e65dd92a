#include "dms/capture/scan_stack.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "dms/extraction_file.h"
#include "dms/inbound_item.h"

namespace dms {

namespace {

constexpr std::size_t block_bytes = 1U << 20U;

Result<storage::StagedContent> stage(storage::Store& store, std::string_view bytes) {
  const auto writer = DMS_TRY(store.write_content({}));
  for (; !bytes.empty(); bytes.remove_prefix(std::min(block_bytes, bytes.size()))) {
    DMS_TRY(writer->append(bytes.substr(0, block_bytes)));
  }
  return writer->finish();
}

// All of it, under its own name: nothing is gained by a copy.
bool is_whole(const std::vector<StackPart>& parts, std::size_t pages) {
  return parts.size() == 1 && parts.front().label.empty() && parts.front().pages.first == 1 &&
         parts.front().pages.last == pages;
}

}  // namespace

Result<std::vector<StagedPart>> split_stack(const StackSplitting& with,
                                            const storage::ContentId& content) {
  std::vector<StagedPart> staged;
  const std::shared_ptr<storage::ContentReader> original =
      DMS_TRY(with.store.read_content(content));
  const Descriptor file = DMS_TRY(copy_out(*original, with.staging_folder));
  const search::PageStack stack =
      DMS_TRY(with.extractor.look_through(file.number(), with.is_stopping));
  if (stack.state != search::TextState::extracted) return staged;
  std::vector<StackPart> parts = separate_stack(stack.pages, with.separation);
  if (parts.empty() || parts.size() > receipts_max || is_whole(parts, stack.pages.size())) {
    return staged;
  }
  const std::string name_end = stack.mime_type == "application/pdf" ? ".pdf" : ".tif";
  for (StackPart& part : parts) {
    if (with.is_stopping) {
      return fail(operator_error(ErrorCode::unavailable, "separation: abandoned"));
    }
    const auto bytes = DMS_TRY(with.extractor.part(file.number(), part.pages));
    if (!bytes) return std::vector<StagedPart>();
    staged.push_back({std::move(part), DMS_TRY(stage(with.store, *bytes)), name_end});
  }
  return staged;
}

}  // namespace dms
