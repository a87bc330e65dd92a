#pragma once

// An incremental parser of multipart/form-data (RFC 7578, as browsers and curl send it). Nothing it
// is given is trusted: lengths, counts and characters are limited, and what lies outside the
// grammar is `invalid`. The result does not depend on how the body is cut into blocks.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/result.h"

namespace dms::web {

inline constexpr std::size_t boundary_bytes_max = 70;  // RFC 2046 §5.1.1
inline constexpr std::size_t part_head_bytes_max = 8U << 10U;
inline constexpr std::size_t parts_max = 16;

// The boundary of a Content-Type value "multipart/form-data; boundary=…". `unsupported` for another
// media type, `invalid` for a missing or malformed boundary.
Result<std::string> multipart_boundary(std::string_view content_type);

struct PartHead {
  std::string name;
  // As the client named the file, unchecked bytes: of `filename*` (UTF-8) before `filename`, in
  // which %22, %0D and %0A (as browsers write them) and \" are decoded.
  std::optional<std::string> file_name;
  std::string media_type;  // of Content-Type as sent, "" where there is none
};

// The part that these header lines (each ended by CRLF, without the empty line) describe.
Result<PartHead> parse_part_head(std::string_view lines);

// What the parser calls, in order; an error ends the parsing and is what feed() returns.
struct PartHandler {
  std::function<Result<void>(PartHead head)> begin;
  std::function<Result<void>(std::string_view piece)> data;  // borrowed for the call
  std::function<Result<void>()> end;
};

class MultipartParser {
 public:
  MultipartParser(std::string_view boundary, PartHandler handler);

  // After an error the parser must not be used again.
  Result<void> feed(std::string_view block);
  // The body has ended: `invalid` unless the closing boundary was read.
  Result<void> finish() const;

 private:
  enum class State : std::uint8_t { first_boundary, after_boundary, head, data, epilogue };
  // Each takes what it can from the front of `bytes`; false: it needs more.
  Result<bool> step(std::string_view& bytes);
  Result<bool> read_first_boundary(std::string_view& bytes);
  Result<bool> read_after_boundary(std::string_view& bytes);
  Result<bool> read_head(std::string_view& bytes);
  Result<bool> read_data(std::string_view& bytes);
  Result<bool> read_epilogue(std::string_view& bytes);

  std::string delimiter_;  // CRLF "--" boundary
  PartHandler handler_;
  State state_ = State::first_boundary;
  std::string carry_;  // the end of the last block, not yet decided
  std::size_t parts_ = 0;
  std::size_t epilogue_bytes_ = 0;
};

}  // namespace dms::web
