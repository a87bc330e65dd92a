#include "web/api/mail_metadata.h"

namespace dms::web {

namespace {

// "Antrag Carport.pdf" → "Antrag Carport".
std::string subject_of(const std::string& file_name) {
  const std::size_t dot = file_name.rfind('.');
  return dot == std::string::npos || dot == 0 ? file_name : file_name.substr(0, dot);
}

template <class Fields>
void fill_fields(Fields& fields, OpenFields open, const std::optional<MailFields>& mail,
                 const std::string& file_name) {
  if (mail) {
    if (open.subject) fields.subject = mail->subject;
    if (open.sender) fields.sender = mail->sender;
    if (open.letter_date) fields.letter_date = mail->letter_date;
    if (open.type) fields.type = DocumentType::email;
  }
  if (open.subject && fields.subject.empty()) fields.subject = subject_of(file_name);
}

}  // namespace

void fill(DocumentFields& fields, OpenFields open, const std::optional<MailFields>& mail,
          const std::string& file_name) {
  fill_fields(fields, open, mail, file_name);
}

void fill(InboundFields& fields, OpenFields open, const std::optional<MailFields>& mail,
          const std::string& file_name) {
  fill_fields(fields, open, mail, file_name);
}

}  // namespace dms::web
