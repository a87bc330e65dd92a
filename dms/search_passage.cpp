#include "dms/search_passage.h"

#include <algorithm>

#include "dms/base/text.h"

namespace dms {

namespace {

constexpr std::size_t looked_through_max = 512U << 10U;
constexpr std::size_t part_bytes_max = 16U << 10U;
constexpr std::size_t passage_bytes = 240;

// A page, or a piece of a long one.
struct Part {
  std::string_view text;
  std::uint32_t page = 1;
};

std::vector<Part> cut(std::string_view text, const std::vector<std::uint64_t>& page_offsets) {
  std::vector<Part> parts;
  std::uint32_t page = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    while (page < page_offsets.size() && page_offsets[page] <= begin) ++page;
    const std::size_t page_end =
        page < page_offsets.size()
            ? static_cast<std::size_t>(std::min<std::uint64_t>(page_offsets[page], text.size()))
            : text.size();
    const std::string_view rest = text.substr(begin, page_end - begin);
    std::string_view part = truncate_utf8(rest, part_bytes_max);
    if (part.empty()) part = rest;
    parts.push_back({part, std::max<std::uint32_t>(page, 1)});
    begin += part.size();
  }
  return parts;
}

}  // namespace

std::vector<std::string_view> pages_of(std::string_view text,
                                       const std::vector<std::uint64_t>& page_offsets) {
  std::vector<std::string_view> pages;
  std::size_t begin = 0;
  for (std::size_t next = 1; next < page_offsets.size() && page_offsets[next] < text.size();
       ++next) {
    const auto end = static_cast<std::size_t>(page_offsets[next]);
    pages.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  pages.push_back(text.substr(begin));
  return pages;
}

Result<Passage> find_passage(const storage::Store& store, const DocumentText& text,
                             std::string_view query) {
  Passage passage;
  auto read = read_text(store, text, looked_through_max);
  // One text that nobody can open must not keep the other hits from being shown.
  if (!read && storage::is_without_key(read.error())) return passage;
  const std::string bytes = DMS_TRY(std::move(read));
  const std::vector<Part> parts = cut(bytes, text.page_offsets);
  const bool has_pages = text.page_offsets.size() > 1;
  for (const Part& part : parts) {
    search::Snippet snippet = search::make_snippet(part.text, query, passage_bytes);
    const bool matches = !snippet.marks.empty();
    if (!matches && &part != &parts.front()) continue;
    passage.snippet = std::move(snippet);
    if (has_pages) passage.page = part.page;
    if (matches) break;
  }
  return passage;
}

}  // namespace dms
