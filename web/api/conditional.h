#pragma once

// Conditional and partial requests (RFC 9110 §13 and §14): revisions as entity tags, If-Match for
// every change, Range for content; If-None-Match comes from web/http. Pure; thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "web/http/entity_tag.h"
#include "web/http/message.h"

namespace dms::web {

// The entity tag of a revision: "7" in quotes.
std::string revision_etag(std::uint64_t revision);
// The strong entity tag of content.
std::string content_etag(const Sha256Digest& digest);

// The revision that If-Match names. `precondition_required` without the header, `invalid` where it
// is not exactly one of our tags; a tag that cannot be a revision is `stale_version`.
Result<std::uint64_t> required_revision(const Request& request);

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// What a Range header asks of `size` bytes. Several ranges, another unit, a malformed header or an
// If-Range that does not match ask for the whole (RFC 9110 lets a server ignore Range).
struct RangeDecision {
  enum class Kind : std::uint8_t { whole, partial, unsatisfiable } kind = Kind::whole;
  ByteRange range;  // of Kind::partial
};
RangeDecision decide_range(const Request& request, std::uint64_t size, std::string_view etag);

// Content-Disposition for a name from outside: an ASCII fallback and filename* (RFC 6266, RFC
// 8187).
enum class Disposition : std::uint8_t { attachment, inline_ };
std::string content_disposition(Disposition disposition, std::string_view file_name);

}  // namespace dms::web
