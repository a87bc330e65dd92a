#include "search/extract/client/merge.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "dms/base/text.h"
#include "search/extract/protocol/carried_invoice.h"

namespace dms::search::extract {
namespace {

// Pages break lines where a form does not.
std::string one_spaced(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\f';
    if (!space) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  while (result.ends_with(' ')) result.pop_back();
  return result;
}

void append(Extraction& whole, std::string_view separator, std::string_view text,
            std::uint64_t text_bytes_max) {
  if (text.empty()) return;
  if (whole.text.empty() && whole.page_count == 0) separator = {};
  if (whole.text.size() + separator.size() >= text_bytes_max) return;
  whole.text += separator;
  whole.text += truncate_utf8(text, text_bytes_max - whole.text.size());
  if (whole.state != TextState::empty) return;
  whole.state = TextState::extracted;
  whole.cause.clear();
}

// So many form feeds that the next text stands behind all pages of the file.
std::string behind_pages(const Extraction& pages) {
  const auto begun =
      static_cast<std::size_t>(std::count(pages.text.begin(), pages.text.end(), '\f') + 1);
  return std::string(pages.page_count > begun ? pages.page_count - begun + 1 : 1, '\f');
}

}  // namespace

bool is_mail_type(std::string_view mime_type) {
  return mime_type == "message/rfc822" || mime_type == "application/vnd.ms-outlook";
}

bool is_to_be_read(const Attachment& listed) {
  const std::string_view type = listed.mime_type;
  return !listed.inline_part && (type == "application/pdf" || type == "image/tiff" ||
                                 type == "image/jpeg" || type == "image/png");
}

bool is_pdf_to_be_read(const Attachment& listed) {
  return is_to_be_read(listed) && listed.mime_type == "application/pdf";
}

void set_pages(Extraction& extraction) {
  if (extraction.text.empty()) return;
  extraction.pages.push_back({0});
  for (std::size_t at = extraction.text.find('\f'); at != std::string::npos;
       at = extraction.text.find('\f', at + 1)) {
    extraction.pages.push_back({at + 1});
  }
}

void add_beside(Extraction& pages, Extraction beside, std::uint64_t text_bytes_max) {
  constexpr std::size_t compared_bytes_max = 1U << 20U;
  pages.attachments = std::move(beside.attachments);
  pages.invoice = std::move(beside.invoice);
  if (pages.state != TextState::extracted && pages.state != TextState::empty) return;
  std::string_view rest = beside.text;
  const std::size_t files = std::min(rest.find('\f'), rest.size());
  std::string_view form = rest.substr(0, files);
  rest.remove_prefix(std::min(files + 1, rest.size()));
  const std::string shown = one_spaced(pages.text.substr(0, compared_bytes_max));
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('\n'), form.size());
    const std::string line = one_spaced(form.substr(0, end));
    // Pages without any text may be recognised: the form's is none of theirs.
    if (shown.find(line) == std::string::npos) {
      append(pages, pages.text.empty() ? behind_pages(pages) : "\n", line, text_bytes_max);
    }
    form.remove_prefix(std::min(end + 1, form.size()));
  }
  append(pages, behind_pages(pages), rest, text_bytes_max);
}

std::vector<std::uint32_t> pages_without_text(const Extraction& extraction) {
  constexpr std::size_t letters_min = 4;
  std::vector<std::uint32_t> pages;
  std::string_view rest = extraction.text;
  for (std::uint32_t page = 1; page <= extraction.page_count; ++page) {
    const std::size_t end = std::min(rest.find('\f'), rest.size());
    // Of a letter beyond ASCII its first byte counts.
    const auto letters = static_cast<std::size_t>(
        std::count_if(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 static_cast<unsigned char>(c) >= 0xc0U;
        }));
    if (letters < letters_min) pages.push_back(page);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return pages;
}

void add_attachment(Extraction& whole, const Attachment& listed, Extraction attachment,
                    std::uint64_t text_bytes_max) {
  // A bill may be a picture, and have XML beside it all the same.
  if (whole.mail) carry_invoice(whole, attachment);
  if (attachment.state != TextState::extracted) return;
  if (whole.state != TextState::extracted && whole.state != TextState::empty) return;
  // Its pages are not those of the mail.
  std::replace(attachment.text.begin(), attachment.text.end(), '\f', '\n');
  append(whole, "\n", listed.name, text_bytes_max);
  append(whole, "\n", attachment.text, text_bytes_max);
}

}  // namespace dms::search::extract
