#pragma once

// The properties of a message, recipient or attachment in an Outlook file ([MS-OXMSG] 2.1, 2.4):
// texts and bytes as streams of their own, numbers in one stream together.

#include <cstdint>
#include <optional>
#include <string>

#include "dms/base/time.h"
#include "search/extract/parse/ole/compound_file.h"

namespace dms::search::extract {

// [MS-OXPROPS]
enum class OutlookProperty : std::uint16_t {
  subject = 0x0037,
  submitted = 0x0039,
  represented_name = 0x0042,
  represented_address = 0x0065,
  transport_headers = 0x007d,
  recipient_kind = 0x0c15,
  sender_name = 0x0c1a,
  sender_address = 0x0c1f,
  shown_cc = 0x0e03,
  shown_to = 0x0e04,
  delivered = 0x0e06,
  body = 0x1000,
  rtf = 0x1009,
  html = 0x1013,
  message_id = 0x1035,
  references = 0x1039,
  in_reply_to = 0x1042,
  display_name = 0x3001,
  address = 0x3003,
  content = 0x3701,
  short_file_name = 0x3704,
  file_name = 0x3707,
  content_id = 0x3712,
  content_location = 0x3713,
  attachment_flags = 0x3714,
  smtp_address = 0x39fe,
  internet_code_page = 0x3fde,
  code_page = 0x3ffd,
  represented_smtp = 0x5d02,
  sender_smtp = 0x5d01,
  hidden = 0x7ffe
};

class OutlookProperties {
 public:
  // Both are borrowed.
  OutlookProperties(const CompoundFile& file, const CompoundFile::Entry& storage);

  // UTF-8; empty where there is none. `fallback_page`: of texts that are not Unicode.
  std::string text(OutlookProperty property, const std::string& fallback_page = {}) const;
  std::string bytes(OutlookProperty property) const;
  std::optional<std::uint32_t> number(OutlookProperty property) const;
  std::optional<Instant> time(OutlookProperty property) const;
  // A message within: the storage of an attachment that is one.
  const CompoundFile::Entry* message() const;
  // As to_utf8() takes it, of texts that are not Unicode.
  const std::string& code_page() const { return code_page_; }

 private:
  std::string_view fixed(OutlookProperty property) const;

  const CompoundFile& file_;
  const CompoundFile::Entry& storage_;
  std::string fixed_;
  std::string code_page_ = "windows-1252";
};

}  // namespace dms::search::extract
