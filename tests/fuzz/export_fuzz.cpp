// fuzz-links: aktenwerk_base OpenSSL::Crypto
// fuzz-sources: dms/exchange/export_format.cpp
// Lines of an export's machine part of any bytes: each is refused, or is exactly what writing it
// again gives; a path that is taken leads below the export's folder.

#include "dms/base/json_codec.h"
#include "dms/exchange/export_format.h"

#include "support/fuzz.h"

namespace {

using namespace dms::exchange;

void check_path(std::string_view path) {
  FUZZ_REQUIRE(!path.empty() && path.front() != '/');
  const std::string framed = "/" + std::string(path) + "/";
  FUZZ_REQUIRE(framed.find("/../") == std::string::npos);
  FUZZ_REQUIRE(framed.find("/./") == std::string::npos);
  FUZZ_REQUIRE(framed.find("//") == std::string::npos);
  FUZZ_REQUIRE(path.find('\0') == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line = dms::test::fuzz_text(data, size);
  if (const auto record = parse_record_line(line)) {
    FUZZ_REQUIRE(write_record_line(record->table, record->key, record->stored) == line);
  }
  if (const auto event = parse_event_line(line)) {
    const std::optional<std::string_view> salt =
        event->salt ? std::optional<std::string_view>(*event->salt) : std::nullopt;
    FUZZ_REQUIRE(write_event_line(event->envelope, salt, event->detail) == line);
  }
  if (const auto entry = parse_read_line(line)) FUZZ_REQUIRE(write_read_line(*entry) == line);
  if (const auto checksum = parse_checksum_line(line)) {
    check_path(checksum->file);
    FUZZ_REQUIRE(line.ends_with(checksum->file));
  }
  if (is_path_below(line)) check_path(line);
  const auto content = dms::decode_json<ContentLine>(line, dms::JsonProfile::record);
  if (content && is_path_below(content->file)) check_path(content->file);
  static_cast<void>(dms::decode_json<ExportDescription>(line, dms::JsonProfile::record));
  return 0;
}
