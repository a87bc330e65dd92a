#pragma once

// What comes back from a run of LibreOffice for the files of a batch, as one string of bytes,
// big-endian: of each file in the same order u8 OfficeOutcome, u64 size, bytes of a PDF. It is a
// child's word, and not trusted.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dms::search::extract {

enum class OfficeOutcome : std::uint8_t {
  made = 1,
  nothing,      // LibreOffice wrote none: it could not read the file, or it broke down before
  too_large,    // beyond what may come back
  out_of_time,  // of a file that was there, none was written before the processor time was used up
};

struct BatchResult {
  OfficeOutcome outcome = OfficeOutcome::nothing;
  std::string_view pdf;  // where made; begins as a PDF does
};
// The head of one result; its bytes follow.
std::string result_head(OfficeOutcome outcome, std::uint64_t size);
// nullopt where these are not `count` results. Borrows `answer`.
std::optional<std::vector<BatchResult>> decode_results(std::string_view answer, std::size_t count);

}  // namespace dms::search::extract
