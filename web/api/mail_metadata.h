#pragma once

// What a request that brings a file leaves to the file itself: where that is a mail, its head says
// it, and where it is or carries an electronic invoice, that. What a person named is never touched.

#include <optional>
#include <string>

#include "dms/capture/mail_file.h"
#include "dms/document.h"
#include "dms/inbound_item.h"

namespace dms::web {

// What was not named.
struct OpenFields {
  bool subject = false;
  bool sender = false;
  bool letter_date = false;
  bool type = false;
  bool foreign_reference = false;
  bool deadline = false;  // of an item; documents have none
  bool any() const {
    return subject || sender || letter_date || type || foreign_reference || deadline;
  }
};

// nullopt: it is neither, or nothing is known of it. A subject that nobody gives is the file's name
// without its ending.
void fill(DocumentFields& fields, OpenFields open, const std::optional<MailFields>& mail,
          const std::string& file_name);
void fill(InboundFields& fields, OpenFields open, const std::optional<MailFields>& mail,
          const std::string& file_name);

}  // namespace dms::web
