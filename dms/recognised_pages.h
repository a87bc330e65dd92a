#pragma once

// Pages whose text was read from their pictures, as they lie in the content store: text and the
// place of each word, so that a hit can be marked. The format is for ever (README.md, Recognised
// pages). Pure.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "search/extract/extractor.h"

namespace dms {

// What became of a page. On disk: numbers for ever.
enum class PageOutcome : std::uint8_t {
  text = 1,
  nothing_to_read = 2,
  damaged = 3,
  beyond_limits = 4,  // pixels, time or memory
};

struct PageOfText {
  std::uint32_t number = 0;  // from 1
  PageOutcome outcome = PageOutcome::nothing_to_read;
  std::uint16_t rotation = 0;  // search::RecognisedPage::rotation
  std::string text;
  std::vector<search::RecognisedWord> words;
  friend bool operator==(const PageOfText&, const PageOfText&) = default;
};

std::string encode_pages(std::span<const PageOfText> pages);
// `corrupt` where the bytes are not such pages in every respect.
Result<std::vector<PageOfText>> decode_pages(std::string_view bytes);

// A text and where its pages begin, as DocumentText has them.
struct PagedText {
  std::string text;
  std::vector<std::uint64_t> page_offsets;
};
// The pages of a file, of `page_count` pages, that have less than four letters and digits in its
// text, and so may be pictures. At most recognition_pages_max.
inline constexpr std::size_t recognition_pages_max = 1000;
std::vector<std::uint32_t> pages_without_text(const PagedText& text, std::uint32_t page_count);
// The same text with that of `recognised` (ascending) in the place of their pages. At most
// `bytes_max`, cut on a code point.
PagedText merge_pages(const PagedText& text, std::span<const PageOfText> recognised,
                      std::size_t bytes_max);
// The text of a mail with that of the pages it carries behind it. At most `bytes_max`, cut on a
// code point.
std::string append_pages(std::string_view text, std::span<const PageOfText> recognised,
                         std::size_t bytes_max);

}  // namespace dms
