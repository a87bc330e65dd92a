#pragma once

// Mails as files (RFC 5322, MIME), one of a thread or alone. Pure.

#include <optional>
#include <string>
#include <vector>

#include "dms/base/time.h"

namespace dms::demo {

struct MailAddress {
  std::string name;
  std::string address;
};

struct MailAttachment {
  std::string file_name;
  std::string media_type;
  std::string bytes;
};

struct Mail {
  MailAddress from;
  std::vector<MailAddress> to;
  std::vector<MailAddress> cc;
  Instant sent;
  std::string subject;
  std::string message_id;               // without angle brackets
  std::vector<std::string> references;  // the thread so far, its last is what is answered
  std::string text;                     // lines separated by \n; quoted ones begin with "> "
  std::vector<MailAttachment> attachments;
};

// Pure ASCII: encoded words in the head, quoted-printable and base64 in the body.
std::string render_mail(const Mail& mail);

}  // namespace dms::demo
