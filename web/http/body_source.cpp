#include "web/http/body_source.h"

#include <algorithm>
#include <exception>
#include <typeinfo>
#include <utility>

namespace dms::web {

BodySource::BodySource(Response& response) {
  if (auto* text = std::get_if<std::string>(&response.body)) {
    if (!text->empty()) body_ = std::move(*text);
  } else if (auto* content = std::get_if<ContentBody>(&response.body)) {
    if (content->length > 0) body_ = std::move(*content);
  } else if (auto* generated = std::get_if<GeneratedBody>(&response.body)) {
    body_ = std::move(*generated);
  }
}

bool BodySource::is_exhausted() const {
  return std::holds_alternative<std::monostate>(body_);
}

void BodySource::release() {
  body_ = std::monostate{};
}

Result<std::optional<std::string>> BodySource::pull() {
  try {
    auto block = pull_next();
    if (!block) release();
    return block;
  } catch (const std::exception& exception) {
    // Its text may quote content; its type does not.
    release();
    return fail(
        operator_error(ErrorCode::internal, std::string("exception ") + typeid(exception).name()));
  }
}

Result<std::optional<std::string>> BodySource::pull_next() {
  if (auto* text = std::get_if<std::string>(&body_)) {
    std::string block = std::move(*text);
    release();
    return std::optional(std::move(block));
  }
  if (auto* content = std::get_if<ContentBody>(&body_)) return pull_content(*content);
  if (auto* generated = std::get_if<GeneratedBody>(&body_)) return pull_generated(*generated);
  return std::optional<std::string>();
}

Result<std::optional<std::string>> BodySource::pull_content(ContentBody& content) {
  const std::uint64_t to_the_next = content_block_bytes - content.offset % content_block_bytes;
  const auto wanted = static_cast<std::size_t>(std::min(content.length, to_the_next));
  std::string block = DMS_TRY(content.read(content.offset, wanted));
  if (block.empty() || block.size() > wanted) {
    return fail(operator_error(
        ErrorCode::corrupt,
        "a content gave " + std::to_string(block.size()) + " bytes of " + std::to_string(wanted)));
  }
  content.offset += block.size();
  content.length -= block.size();
  if (content.length == 0) release();
  return std::optional(std::move(block));
}

Result<std::optional<std::string>> BodySource::pull_generated(GeneratedBody& generated) {
  for (;;) {
    auto block = DMS_TRY(generated.next());
    if (!block) {
      release();
      return std::optional<std::string>();
    }
    if (!block->empty()) return block;
  }
}

}  // namespace dms::web
