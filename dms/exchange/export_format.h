#pragma once

// The machine part of an export, line by line: what is written, and read strictly. FOR EVER: see
// README.md. Pure; thread-safe.

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/json_codec.h"
#include "dms/base/json_record.h"
#include "dms/base/result.h"

namespace dms::exchange {

inline constexpr std::uint32_t export_format = 1;
// No line is longer: a commit of the store is no larger, and bytes double at most.
inline constexpr std::size_t export_line_bytes_max = 48U << 20U;

// Where things lie, below the export's folder.
inline constexpr std::string_view checksums_file = "SHA256SUMS";
inline constexpr std::string_view machine_folder = "machine/";
inline constexpr std::string_view description_file = "machine/export.json";
inline constexpr std::string_view records_file = "machine/records.jsonl";
inline constexpr std::string_view counters_file = "machine/counters.jsonl";
inline constexpr std::string_view contents_file = "machine/contents.jsonl";
inline constexpr std::string_view journal_file = "machine/journal.jsonl";
inline constexpr std::string_view reads_file = "machine/reads.jsonl";
inline constexpr std::string_view heads_file_copy = "machine/heads.jsonl";

// export.json: what must come out again.
struct ExportDescription : Extensible {
  static constexpr std::uint32_t json_format = export_format;
  std::string tenant;  // its id where it was exported
  std::string name;
  Uuid store;
  bool secrets = false;  // hashes of passwords, sessions and tokens are in it
  std::uint64_t records = 0;
  std::uint64_t counters = 0;
  std::uint64_t contents = 0;  // lines
  std::uint64_t journal_sequence = 0;
  Sha256Digest journal_hash;
  std::uint64_t reads = 0;
};
BOOST_DESCRIBE_STRUCT(ExportDescription, (Extensible),
                      (tenant, name, store, secrets, records, counters, contents, journal_sequence,
                       journal_hash, reads))

// A line of contents.jsonl: whose bytes the file holds.
struct ContentLine : Extensible {
  std::string file;  // below the export's folder
  Uuid domain;       // the key domain; nil: the tenant's own
  Sha256Digest sha256;
  std::uint64_t size = 0;
  std::vector<Uuid> owners;
};
BOOST_DESCRIBE_STRUCT(ContentLine, (Extensible), (file, domain, sha256, size, owners))

struct CounterLine : Extensible {
  std::string counter;
  std::uint64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(CounterLine, (Extensible), (counter, value))

struct RecordLine {
  std::string table;
  std::string key;
  std::string stored;  // as on disk, byte for byte
};
struct EventLine {
  std::string envelope;
  std::optional<std::string> salt;  // with `detail`; nullopt: erased
  std::string detail;
};

// Without the line's end.
std::string write_record_line(std::string_view table, std::string_view key,
                              std::string_view stored);
std::string write_event_line(std::string_view envelope, std::optional<std::string_view> salt,
                             std::string_view detail);
std::string write_read_line(std::string_view entry);

// `invalid` for anything that writing would not have given; the hint says what is wrong.
Result<RecordLine> parse_record_line(std::string_view line);
Result<EventLine> parse_event_line(std::string_view line);
Result<std::string> parse_read_line(std::string_view line);

// A line of SHA256SUMS, as sha256sum writes it for a binary file.
struct ChecksumLine {
  Sha256Digest sha256;
  std::string file;
};
std::string write_checksum_line(const ChecksumLine& line);
Result<ChecksumLine> parse_checksum_line(std::string_view line);

// Whether `path` leads to a file below a folder and nowhere else: names divided by single /, none
// of them empty, "." or "..", no backslash or control character, at most 4,000 bytes.
bool is_path_below(std::string_view path);

}  // namespace dms::exchange
