// fuzz-links: aktenwerk_parsers
// Mails of any bytes, with whatever stands in them.

#include "search/extract/parse/job.h"
#include "search/extract/parse/mail.h"
#include "search/extract/protocol/fact.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  static const bool loaded = (preload_parsers(), true);
  FUZZ_REQUIRE(loaded);
  TextSink sink(test::fuzz_text_max);
  const Parsed parsed = parse_mail(test::fuzz_text(data, size), sink, 0);
  FUZZ_REQUIRE(parsed.attachments.size() <= attachments_max);
  for (const search::Attachment& each : parsed.attachments) {
    FUZZ_REQUIRE(each.name.size() <= attachment_name_bytes_max && !each.mime_type.empty());
  }
  // The head as the server's side would take it.
  FUZZ_REQUIRE(parsed.mail.has_value() == (parsed.state == search::TextState::extracted));
  search::Extraction found;
  found.mail = parsed.mail;
  search::Extraction taken;
  for (const Fact& fact : list_facts(found)) {
    FUZZ_REQUIRE(take_fact(static_cast<std::uint8_t>(fact.kind), fact.text, taken));
  }
  FUZZ_REQUIRE(taken.mail.value_or(search::MailFacts()) ==
               found.mail.value_or(search::MailFacts()));
  test::require_clean(parsed.title);
  test::require_clean(parsed.author);
  test::require_sound(sink);
  return 0;
}
