#include "dms/recognised_pages.h"

#include <algorithm>

#include "dms/base/bytes.h"
#include "dms/base/text.h"

namespace dms {

using search::RecognisedWord;

namespace {

constexpr std::string_view mark = "AWRP";
constexpr std::uint32_t format = 1;
constexpr std::size_t head_bytes = 12;
constexpr std::size_t entry_bytes = 20;
constexpr std::size_t word_bytes = 14;

void append_16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xffU);
}

std::uint16_t read_16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8U |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

std::uint32_t read_32(std::string_view bytes, std::size_t at) {
  return read_big_endian_32(bytes.substr(at)).value_or(0);
}

void append_body(std::string& out, const PageOfText& page) {
  out += page.text;
  for (const RecognisedWord& word : page.words) {
    append_big_endian(out, word.offset);
    for (const std::uint16_t number :
         {word.length, word.box.left, word.box.top, word.box.right, word.box.bottom}) {
      append_16(out, number);
    }
  }
}

bool is_outcome(std::uint16_t number) {
  return number >= static_cast<std::uint16_t>(PageOutcome::text) &&
         number <= static_cast<std::uint16_t>(PageOutcome::beyond_limits);
}

bool is_boundary(std::string_view text, std::uint64_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
}

// In order, within the text, between characters.
bool read_words(std::string_view bytes, PageOfText& page) {
  std::uint64_t end = 0;
  for (; !bytes.empty(); bytes.remove_prefix(word_bytes)) {
    const RecognisedWord word{
        read_32(bytes, 0),
        read_16(bytes, 4),
        {read_16(bytes, 6), read_16(bytes, 8), read_16(bytes, 10), read_16(bytes, 12)}};
    if (word.offset < end || word.length == 0) return false;
    end = std::uint64_t{word.offset} + word.length;
    if (end > page.text.size() || !is_boundary(page.text, word.offset) ||
        !is_boundary(page.text, end) || word.box.left > word.box.right ||
        word.box.top > word.box.bottom) {
      return false;
    }
    page.words.push_back(word);
  }
  return true;
}

// The page whose entry begins at `entry`; its body must begin at `body`, which moves behind it.
bool read_page(std::string_view bytes, std::size_t entry, std::uint64_t& body, PageOfText& page) {
  page.number = read_32(bytes, entry);
  const std::uint64_t text_bytes = read_32(bytes, entry + 8);
  const std::uint64_t words_bytes = std::uint64_t{read_32(bytes, entry + 12)} * word_bytes;
  page.rotation = read_16(bytes, entry + 16);
  const std::uint16_t outcome = read_16(bytes, entry + 18);
  if (read_32(bytes, entry + 4) != body || bytes.size() - body < text_bytes ||
      bytes.size() - body - text_bytes < words_bytes || !is_outcome(outcome) || page.number == 0 ||
      page.rotation % 90 != 0 || page.rotation >= 360) {
    return false;
  }
  page.outcome = static_cast<PageOutcome>(outcome);
  page.text = bytes.substr(body, text_bytes);
  if (!is_valid_utf8(page.text) || page.text.find('\f') != std::string::npos) return false;
  if ((page.outcome == PageOutcome::text) == page.text.empty()) return false;
  const std::string_view words = bytes.substr(body + text_bytes, words_bytes);
  body += text_bytes + words_bytes;
  return read_words(words, page);
}

Error broken() {
  return operator_error(ErrorCode::corrupt, "recognised pages: broken rendition");
}

// A page number or a mark alone is what a scanner writes beside its picture. Letters and digits of
// any script count; so does what else is beyond ASCII, without a closer look.
bool has_text(std::string_view page) {
  constexpr std::ptrdiff_t characters_min = 4;
  return std::count_if(page.begin(), page.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte >= 0xc0U || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                  (c >= 'a' && c <= 'z');
         }) >= characters_min;
}

// Page `index`, from 0, without the form feed at its end.
std::string_view page_of(const PagedText& text, std::size_t index) {
  if (index >= text.page_offsets.size()) return {};
  const std::string_view whole = text.text;
  const std::uint64_t begin = std::min<std::uint64_t>(text.page_offsets[index], whole.size());
  const std::uint64_t end =
      index + 1 < text.page_offsets.size()
          ? std::clamp<std::uint64_t>(text.page_offsets[index + 1], begin, whole.size())
          : whole.size();
  std::string_view page = whole.substr(begin, end - begin);
  if (page.ends_with('\f')) page.remove_suffix(1);
  return page;
}

}  // namespace

std::string encode_pages(std::span<const PageOfText> pages) {
  std::string out(mark);
  append_big_endian(out, format);
  append_big_endian(out, static_cast<std::uint32_t>(pages.size()));
  std::size_t body = head_bytes + pages.size() * entry_bytes;
  for (const PageOfText& page : pages) {
    append_big_endian(out, page.number);
    append_big_endian(out, static_cast<std::uint32_t>(body));
    append_big_endian(out, static_cast<std::uint32_t>(page.text.size()));
    append_big_endian(out, static_cast<std::uint32_t>(page.words.size()));
    append_16(out, page.rotation);
    append_16(out, static_cast<std::uint16_t>(page.outcome));
    body += page.text.size() + page.words.size() * word_bytes;
  }
  for (const PageOfText& page : pages) append_body(out, page);
  return out;
}

Result<std::vector<PageOfText>> decode_pages(std::string_view bytes) {
  if (bytes.size() < head_bytes || !bytes.starts_with(mark) || read_32(bytes, 4) != format) {
    return fail(broken());
  }
  const std::uint64_t count = read_32(bytes, 8);
  if (count > recognition_pages_max || bytes.size() - head_bytes < count * entry_bytes) {
    return fail(broken());
  }
  std::vector<PageOfText> pages;
  std::uint64_t body = head_bytes + count * entry_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    PageOfText page;
    if (!read_page(bytes, head_bytes + i * entry_bytes, body, page)) return fail(broken());
    if (!pages.empty() && pages.back().number >= page.number) return fail(broken());
    pages.push_back(std::move(page));
  }
  if (body != bytes.size()) return fail(broken());
  return pages;
}

std::vector<std::uint32_t> pages_without_text(const PagedText& text, std::uint32_t page_count) {
  std::vector<std::uint32_t> pages;
  for (std::uint32_t i = 0; i < page_count && pages.size() < recognition_pages_max; ++i) {
    if (!has_text(page_of(text, i))) pages.push_back(i + 1);
  }
  return pages;
}

PagedText merge_pages(const PagedText& text, std::span<const PageOfText> recognised,
                      std::size_t bytes_max) {
  const std::size_t last = recognised.empty() ? 0 : recognised.back().number;
  const std::size_t count = std::max(text.page_offsets.size(), last);
  PagedText merged;
  auto next = recognised.begin();
  for (std::size_t i = 0; i < count && merged.text.size() < bytes_max; ++i) {
    if (i > 0) merged.text += '\f';
    merged.page_offsets.push_back(merged.text.size());
    const bool is_recognised = next != recognised.end() && next->number == i + 1;
    merged.text += is_recognised ? std::string_view(next->text) : page_of(text, i);
    if (is_recognised) ++next;
  }
  merged.text.resize(truncate_utf8(merged.text, bytes_max).size());
  while (merged.text.ends_with('\f')) merged.text.pop_back();
  while (!merged.page_offsets.empty() && merged.page_offsets.back() >= merged.text.size()) {
    merged.page_offsets.pop_back();
  }
  return merged;
}

std::string append_pages(std::string_view text, std::span<const PageOfText> recognised,
                         std::size_t bytes_max) {
  std::string whole(text);
  for (const PageOfText& page : recognised) {
    if (page.text.empty() || whole.size() >= bytes_max) continue;
    if (!whole.empty()) whole += "\n\n";
    whole += page.text;
  }
  whole.resize(truncate_utf8(whole, bytes_max).size());
  return whole;
}

}  // namespace dms
