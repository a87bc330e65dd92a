#include "dms/recognition_record.h"

#include <algorithm>
#include <utility>

#include "storage/record_json.h"

namespace dms {

using storage::ContentId;
using storage::KeyBuilder;
using storage::View;

namespace {

constexpr std::size_t read_bytes = 1U << 20U;
// A part that is larger was not written by this program.
constexpr std::uint64_t part_bytes_max = 256ULL << 20U;

storage::Index<RecognitionRecord> index_of(std::string_view name, RecognitionState state) {
  return {std::string(name), storage::IndexKind::multiple,
          [state](const RecognitionRecord& record) {
            std::vector<std::string> keys;
            if (is_in_state(record, state)) {
              keys.push_back(KeyBuilder().raw(raw_bytes(record.id)).take());
            }
            return keys;
          }};
}

Result<std::vector<PageOfText>> read_part(const storage::Store& store, const ContentId& part) {
  if (part.size > part_bytes_max) {
    return fail(operator_error(ErrorCode::corrupt, "recognised pages: part too large"));
  }
  const auto reader = DMS_TRY(store.read_content(part));
  std::string bytes;
  while (bytes.size() < part.size) {
    const std::string piece = DMS_TRY(reader->read(bytes.size(), read_bytes));
    if (piece.empty()) {
      return fail(operator_error(ErrorCode::corrupt, "recognised pages: part ends early"));
    }
    bytes += piece;
  }
  return decode_pages(bytes);
}

}  // namespace

const storage::Table<RecognitionRecord> recognition_table{
    "recognition",
    [](const RecognitionRecord& record) { return recognition_key(original_of(record)); },
    {index_of("waiting", RecognitionState::waiting), index_of("off", RecognitionState::off)}};

std::string recognition_key(const ContentId& content) {
  return KeyBuilder().raw(raw_bytes(content.domain.value)).raw(content.sha256.raw()).take();
}

ContentId original_of(const RecognitionRecord& record) {
  return {{record.domain}, record.content, record.size};
}

std::vector<ContentId> parts_of(const RecognitionRecord& record) {
  std::vector<ContentId> parts;
  for (const RecognisedPartRecord& part : record.parts) {
    parts.push_back({{record.domain}, part.content, part.size});
  }
  return parts;
}

std::size_t pages_done(const RecognitionRecord& record) {
  std::uint64_t done = 0;
  for (const RecognisedPartRecord& part : record.parts) done += part.pages;
  return static_cast<std::size_t>(std::min<std::uint64_t>(done, record.pages.size()));
}

std::optional<std::uint32_t> next_page(const RecognitionRecord& record) {
  const std::size_t done = pages_done(record);
  return done < record.pages.size() ? std::optional(record.pages[done]) : std::nullopt;
}

bool is_in_state(const RecognitionRecord& record, RecognitionState state) {
  return record.state.known() == state;
}

Result<std::optional<RecognitionRecord>> find_recognition(const View& view,
                                                          const ContentId& content) {
  return view.find(recognition_table, recognition_key(content));
}

void release_parts(storage::Commit& commit, const RecognitionRecord& record) {
  for (const ContentId& part : parts_of(record)) commit.release_content(part, record.id);
}

Result<std::vector<PageOfText>> read_recognised(const storage::Store& store,
                                                const RecognitionRecord& record) {
  std::vector<PageOfText> pages;
  for (const ContentId& part : parts_of(record)) {
    std::vector<PageOfText> more = DMS_TRY(read_part(store, part));
    std::move(more.begin(), more.end(), std::back_inserter(pages));
  }
  return pages;
}

Result<std::optional<PageOfText>> read_recognised_page(const storage::Store& store,
                                                       const RecognitionRecord& record,
                                                       std::uint32_t page) {
  const auto listed = std::find(record.pages.begin(), record.pages.end(), page);
  std::uint64_t place = static_cast<std::uint64_t>(listed - record.pages.begin());
  const std::vector<ContentId> parts = parts_of(record);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (place >= record.parts[i].pages) {
      place -= record.parts[i].pages;
      continue;
    }
    for (PageOfText& each : DMS_TRY(read_part(store, parts[i]))) {
      if (each.number == page) return std::optional(std::move(each));
    }
    break;
  }
  return std::optional<PageOfText>();
}

}  // namespace dms
