#include "web/api/mail_metadata.h"

#include "dms/file_subject.h"

namespace dms::web {

namespace {

template <class Fields>
void fill_fields(Fields& fields, OpenFields open, const std::optional<MailFields>& mail,
                 const std::string& file_name) {
  if (mail) {
    if (open.subject) fields.subject = mail->subject;
    if (open.sender) fields.sender = mail->sender;
    if (open.letter_date) fields.letter_date = mail->letter_date;
    if (open.type) fields.type = mail->type;
    if (open.foreign_reference) fields.foreign_reference = mail->foreign_reference;
  }
  if (open.subject && fields.subject.empty()) {
    fields.subject = subject_of_file(file_name, file_name);
  }
}

}  // namespace

void fill(DocumentFields& fields, OpenFields open, const std::optional<MailFields>& mail,
          const std::string& file_name) {
  fill_fields(fields, open, mail, file_name);
}

void fill(InboundFields& fields, OpenFields open, const std::optional<MailFields>& mail,
          const std::string& file_name) {
  fill_fields(fields, open, mail, file_name);
  if (mail && open.deadline) fields.deadline = mail->deadline;
}

}  // namespace dms::web
