#pragma once

// A response's body as blocks to be pulled on a lane, whatever its kind; but for events, which are
// not pulled. Not thread-safe; one pull at a time.

#include <cstdint>
#include <optional>
#include <string>

#include "web/http/message.h"

namespace dms::web {

// How much of a content is read and sent at once, from one multiple to the next: a chunk of the
// content store (storage/README.md), so that the whole of the next one is fetched from the disk
// while the present one is sent. Bounds what a download holds of its content: two of them, and a
// third while the next one is read.
inline constexpr std::size_t content_block_bytes = 1UL << 20U;

class BodySource {
 public:
  BodySource() = default;  // has nothing
  // Takes the body out of `response`.
  explicit BodySource(Response& response);

  // The next non-empty block; nullopt at the end. `corrupt` where a content turns out shorter than
  // it said, `internal` for an exception. Blocks. At the end, and after an error, it lets go of
  // what the body holds.
  Result<std::optional<std::string>> pull();
  bool is_exhausted() const;
  // Lets go of what the body holds: may block, as closing a content may.
  void release();

 private:
  Result<std::optional<std::string>> pull_next();
  Result<std::optional<std::string>> pull_content(ContentBody& content);
  Result<std::optional<std::string>> pull_generated(GeneratedBody& generated);

  std::variant<std::monostate, std::string, ContentBody, GeneratedBody> body_;
};

}  // namespace dms::web
