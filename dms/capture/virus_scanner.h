#pragma once

// Whether content carries malware, by a scanner that stands beside the server. Nothing that comes
// in is filed before it was asked, where one is configured.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "storage/content.h"
#include "storage/store.h"

namespace dms {

class VirusScanner {
 public:
  virtual ~VirusScanner() = default;
  // What was found, by the scanner's name for it; "" where nothing was. `unavailable` where the
  // scanner does not answer (nothing is known then, try later), `too_large` where it takes no file
  // of this size, `unprocessable` where it cannot look through this one; their messages are fit
  // for people. `corrupt` where the content cannot be read. Thread-safe; blocking.
  virtual Result<std::string> scan(const storage::ContentReader& content) = 0;
};

// "" without a scanner, too.
Result<std::string> find_malware(VirusScanner* scanner, const storage::Store& store,
                                 const storage::ContentId& content);

// Stands as the finding where nothing can be known of a file.
inline constexpr std::string_view unscannable_finding = "unscannable";

// How often the scanner gave no answer about one file or mail. Whoever brings it keeps this.
struct ScanTrouble {
  std::uint32_t rounds = 0;
  std::uint64_t scanned_before = 0;  // files of the source, when it was counted last
};

// The scans of what comes in by itself, where nobody is there to be told. A file that the scanner
// gives no answer about waits, and the next one is tried; two such in a row, and the scanner is
// taken to be away. Where other files were scanned well between three rounds in which the same one
// got no answer, that one is unscannable. What had no answer before is best brought last. One
// thread; of one source.
class PostScans {
 public:
  void begin_round();
  // As find_malware(), but unscannable_finding where that holds; nullopt: no answer, it waits.
  Result<std::optional<std::string>> scan(VirusScanner* scanner, const storage::Store& store,
                                          const storage::ContentId& content, ScanTrouble& trouble);
  // After scan() has told of all of a file.
  void end_file(ScanTrouble& trouble);
  // The round is to end.
  bool is_scanner_away() const { return in_a_row_ >= in_a_row_max; }
  // The first failure of the round's scans.
  Result<void> outcome() const;

 private:
  static constexpr std::uint32_t in_a_row_max = 2;
  static constexpr std::uint32_t rounds_max = 3;

  std::uint32_t in_a_row_ = 0;
  std::uint64_t scanned_ = 0;
  std::optional<Error> first_failure_;
};

}  // namespace dms
