#pragma once

// What must hold of any reply of a child that is believed.

#include <cstdint>
#include <string>

#include "dms/base/text.h"
#include "search/extract/protocol/reply.h"
#include "support/fuzz.h"

namespace dms::test {

inline constexpr std::uint64_t fuzz_reply_text_max = 1U << 20U;

inline bool same(const search::Extraction& a, const search::Extraction& b) {
  if (a.attachments.size() != b.attachments.size()) return false;
  for (std::size_t i = 0; i < a.attachments.size(); ++i) {
    if (a.attachments[i].name != b.attachments[i].name ||
        a.attachments[i].mime_type != b.attachments[i].mime_type ||
        a.attachments[i].size != b.attachments[i].size) {
      return false;
    }
  }
  return a.page_count == b.page_count && a.mime_type == b.mime_type && a.state == b.state &&
         a.text == b.text && a.title == b.title && a.author == b.author && a.mail == b.mail &&
         a.invoice == b.invoice && a.has_several_invoices == b.has_several_invoices;
}

inline void require_sound(const search::extract::Reply& reply) {
  using namespace search;
  using namespace search::extract;
  const Extraction& extraction = reply.extraction;
  FUZZ_REQUIRE(extraction.state != TextState::refused);
  FUZZ_REQUIRE(extraction.text.size() <= fuzz_reply_text_max && is_valid_utf8(extraction.text));
  FUZZ_REQUIRE(extraction.attachments.size() <= attachments_max);
  FUZZ_REQUIRE(extraction.title.size() <= metadata_bytes_max);
  if (const auto& mail = extraction.mail) {
    FUZZ_REQUIRE(mail->to.size() <= MailFacts::parties_max &&
                 mail->from.size() <= metadata_bytes_max);
  }
  if (const auto& invoice = extraction.invoice) {
    FUZZ_REQUIRE(!extraction.has_several_invoices &&
                 (invoice->amount.empty() || is_amount(invoice->amount)));
  }
  FUZZ_REQUIRE(extraction.mime_type.find('/') != std::string::npos);
}

}  // namespace dms::test
