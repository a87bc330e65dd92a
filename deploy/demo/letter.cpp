#include "deploy/demo/letter.h"

#include <fmt/format.h>

#include <array>

namespace dms::demo {

std::string file_extension(LetterFormat format) {
  switch (format) {
    case LetterFormat::pdf:
      return ".pdf";
    case LetterFormat::docx:
      return ".docx";
    case LetterFormat::odt:
      return ".odt";
    case LetterFormat::eml:
      return ".eml";
  }
  return "";
}

Result<std::string> render_letter(const Letter& letter, LetterFormat format) {
  switch (format) {
    case LetterFormat::pdf:
      return render_pdf(letter);
    case LetterFormat::docx:
      return render_docx(letter);
    case LetterFormat::odt:
      return render_odt(letter);
    case LetterFormat::eml:
      return render_mail(letter);
  }
  return fail(operator_error(ErrorCode::internal, "unknown letter format"));
}

std::string render_mail(const Letter& letter) {
  // 8bit UTF-8 (RFC 6532 in the header), as today's mail servers deliver it.
  const std::string http_date =
      format_http_date(std::chrono::sys_days{letter.date} + std::chrono::hours{8});
  const std::string date = http_date.substr(0, http_date.size() - 3) + "+0000";
  std::string mail = fmt::format(
      "From: {} <absender@beispiel.example>\r\nTo: {} <rathaus@musterbach.example>\r\n"
      "Date: {}\r\nSubject: {}\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
      letter.sender.substr(0, letter.sender.find(',')),
      letter.recipient.substr(0, letter.recipient.find(',')), date, letter.subject);
  for (const std::string& paragraph : letter.paragraphs) mail += paragraph + "\r\n\r\n";
  return mail;
}

std::string german_date(Date date) {
  static constexpr std::array months = {"Januar",    "Februar", "März",     "April",
                                        "Mai",       "Juni",    "Juli",     "August",
                                        "September", "Oktober", "November", "Dezember"};
  return fmt::format("{}. {} {}", static_cast<unsigned>(date.day()),
                     months.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()));
}

}  // namespace dms::demo
