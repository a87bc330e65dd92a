#include "dms/capture/virus_scanner.h"

#include <memory>

namespace dms {

Result<std::string> find_malware(VirusScanner* scanner, const storage::Store& store,
                                 const storage::ContentId& content) {
  if (scanner == nullptr) return std::string();
  const std::shared_ptr<storage::ContentReader> reader = DMS_TRY(store.read_content(content));
  return scanner->scan(*reader);
}

void PostScans::begin_round() {
  in_a_row_ = 0;
  first_failure_.reset();
}

Result<std::optional<std::string>> PostScans::scan(VirusScanner* scanner,
                                                   const storage::Store& store,
                                                   const storage::ContentId& content,
                                                   ScanTrouble& trouble) {
  using Found = std::optional<std::string>;
  if (scanner == nullptr) return Found("");
  const std::shared_ptr<storage::ContentReader> reader = DMS_TRY(store.read_content(content));
  const auto found = scanner->scan(*reader);
  if (found) return Found(*found);
  if (found.error().code == ErrorCode::unprocessable) return Found(unscannable_finding);
  if (found.error().code == ErrorCode::too_large) in_a_row_ = 0;
  if (found.error().code != ErrorCode::unavailable) return fail(found.error());
  // The second in a row tells of the scanner, and not of its file.
  const bool counts = in_a_row_ == 0 && (trouble.rounds == 0 || scanned_ > trouble.scanned_before);
  ++in_a_row_;
  if (counts) trouble = {trouble.rounds + 1, scanned_};
  if (trouble.rounds >= rounds_max) return Found(unscannable_finding);
  if (!first_failure_) first_failure_ = found.error();
  return Found();
}

void PostScans::end_file(ScanTrouble& trouble) {
  if (trouble.rounds < rounds_max) {
    ++scanned_;
    in_a_row_ = 0;
  }
  trouble = {};
}

Result<void> PostScans::outcome() const {
  if (first_failure_) return fail(*first_failure_);
  return {};
}

}  // namespace dms
