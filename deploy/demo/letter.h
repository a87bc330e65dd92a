#pragma once

// Letters of the demo municipalities and their rendering as PDF, DOCX, ODT and EML. Everybody and
// everything in them is invented.

#include <string>
#include <vector>

#include "dms/base/result.h"
#include "dms/base/time.h"

namespace dms::demo {

enum class LetterFormat : std::uint8_t { pdf, docx, odt, eml };
std::string file_extension(LetterFormat format);

struct Letter {
  std::string sender;  // "Petra Ackerlund, Mühlweg 4, 79999 Musterbach"
  std::string recipient;
  Date date;
  std::string subject;
  std::vector<std::string> paragraphs;  // UTF-8, one line each
};

// The file's bytes. `internal` with the library's text in the hint where rendering fails.
Result<std::string> render_letter(const Letter& letter, LetterFormat format);

// The renderings, one each.
Result<std::string> render_pdf(const Letter& letter);
Result<std::string> render_docx(const Letter& letter);
Result<std::string> render_odt(const Letter& letter);
std::string render_mail(const Letter& letter);

// "12. März 2026".
std::string german_date(Date date);

}  // namespace dms::demo
