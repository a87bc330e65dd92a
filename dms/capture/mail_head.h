#pragma once

// What the head of a mail says, read in the sandbox: strangers' bytes are parsed nowhere else.

#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "search/extract/extractor.h"

namespace dms {

// Collects the head of a mail whose bytes come in pieces: everything before the first empty line.
// The rest costs nothing here.
class MailHead {
 public:
  static constexpr std::size_t bytes_max = 256U << 10U;
  void append(std::string_view bytes);
  // Empty where no end came within bytes_max: then it is no mail's head.
  std::string_view bytes() const { return is_whole_ ? std::string_view(head_) : ""; }

 private:
  std::string head_;
  bool is_whole_ = false;
};

// Empty facts where there are none to be had. Fails only where the sandbox is gone.
Result<search::MailFacts> read_mail_head(search::Extractor& extractor, std::string_view head);

}  // namespace dms
