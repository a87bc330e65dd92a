// fuzz-links: aktenwerk_extract
// What goes to a run of LibreOffice and what comes back: only whole ones, and within their bytes.
// The first byte says of how many files.

#include "search/extract/protocol/file_batch.h"
#include "search/extract/protocol/office_results.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  const std::string_view all = test::fuzz_text(data, size);
  if (all.empty()) return 0;
  const std::string_view bytes = all.substr(1);
  const std::size_t count = static_cast<unsigned char>(all.front()) % 5;
  if (const auto results = decode_results(bytes, count)) {
    FUZZ_REQUIRE(results->size() == count);
    std::string again;
    for (const BatchResult& result : *results) {
      FUZZ_REQUIRE((result.outcome == OfficeOutcome::made) == result.pdf.starts_with("%PDF-"));
      again += result_head(result.outcome, result.pdf.size());
      again += result.pdf;
    }
    FUZZ_REQUIRE(again == bytes);
  }
  if (const auto files = decode_batch(bytes)) {
    FUZZ_REQUIRE(!files->empty() && files->size() <= search::batch_files_max);
    FUZZ_REQUIRE(encode_batch(*files) == bytes);
  }
  return 0;
}
