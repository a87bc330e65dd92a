#pragma once

// A response's body as blocks to be pulled on a lane, whatever its kind; but for events, which are
// not pulled. Not thread-safe; one pull at a time.

#include <cstdint>
#include <optional>
#include <string>

#include "web/http/message.h"

namespace dms::web {

// How much of a content is read and sent at once: large enough that a lane hop and a write cost
// little beside the bytes, small enough that two of them are little memory.
inline constexpr std::size_t content_block_bytes = 256UL << 10U;

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
