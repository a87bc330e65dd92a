#pragma once

// Several files on their way to one run of LibreOffice and back, each side one string of bytes,
// big-endian. There: u32 count, and of each file u8 length and letters of its suffix, u64 size,
// bytes. Back: of each file in the same order u8 OfficeOutcome, u64 size, bytes of a PDF. What goes
// there is the server's word; what comes back is a child's, and is not trusted.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/extractor.h"

namespace dms::search::extract {

enum class OfficeOutcome : std::uint8_t {
  made = 1,
  nothing,      // LibreOffice wrote none: it could not read the file, or it broke down before
  too_large,    // beyond what may come back
  out_of_time,  // of a file that was there, none was written before the processor time was used up
};

struct BatchFile {
  std::string suffix;  // lower case letters, 1 to 8: what LibreOffice goes by beside the bytes
  std::string_view bytes;
};
std::string encode_batch(std::span<const BatchFile> files);
// nullopt where it is none in every respect. Borrows `batch`.
std::optional<std::vector<BatchFile>> decode_batch(std::string_view batch);

struct BatchResult {
  OfficeOutcome outcome = OfficeOutcome::nothing;
  std::string_view pdf;  // where made; begins as a PDF does
};
// The head of one result; its bytes follow.
std::string result_head(OfficeOutcome outcome, std::uint64_t size);
// nullopt where these are not `count` results. Borrows `answer`.
std::optional<std::vector<BatchResult>> decode_results(std::string_view answer, std::size_t count);

}  // namespace dms::search::extract
