// fuzz-links: aktenwerk_extract
// A child's replies to several files, one behind the other, of any bytes: as many are believed as
// were asked for, or none; each is what it is by itself, however the bytes were split. The first
// byte says of how many files, and into which pieces.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "search/extract/protocol/reply.h"
#include "support/fuzz_reply.h"

namespace {

using namespace dms;
using namespace dms::search::extract;

constexpr ReplyLimits limits{test::fuzz_reply_text_max};
using Replies = std::optional<std::vector<Reply>>;

Replies decode(std::string_view bytes, std::size_t count, std::size_t piece) {
  RepliesDecoder decoder(limits, count);
  bool is_sound = true;
  while (is_sound && !bytes.empty()) {
    is_sound = decoder.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  const std::string type = decoder.mime_type();
  Replies replies = decoder.finish();
  FUZZ_REQUIRE(is_sound || !replies);
  FUZZ_REQUIRE(!replies || replies->front().extraction.mime_type == type);
  return replies;
}

Replies decode_one_by_one(std::string_view bytes, std::size_t count) {
  std::vector<Reply> replies;
  for (std::size_t i = 0; i < count; ++i) {
    ReplyDecoder decoder(limits);
    if (!decoder.feed_up_to_end(bytes)) return std::nullopt;
    auto reply = decoder.finish();
    if (!reply) return std::nullopt;
    replies.push_back(std::move(*reply));
  }
  if (!bytes.empty()) return std::nullopt;
  return replies;
}

void require_same(const Replies& a, const Replies& b) {
  FUZZ_REQUIRE(a.has_value() == b.has_value());
  if (!a) return;
  FUZZ_REQUIRE(a->size() == b->size());
  for (std::size_t i = 0; i < a->size(); ++i) {
    FUZZ_REQUIRE(test::same((*a)[i].extraction, (*b)[i].extraction));
    FUZZ_REQUIRE((*a)[i].is_handed_off == (*b)[i].is_handed_off);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = test::fuzz_text(data, size).substr(1);
  const std::size_t count = 1 + data[0] % 4U;
  const std::size_t piece = 1 + data[0] / 4U;
  const Replies whole = decode(bytes, count, size);
  require_same(whole, decode(bytes, count, piece));
  require_same(whole, decode_one_by_one(bytes, count));
  if (!whole) return 0;
  FUZZ_REQUIRE(whole->size() == count);
  for (const Reply& reply : *whole) test::require_sound(reply);
  FUZZ_REQUIRE(!decode(bytes.substr(0, bytes.size() - 1), count, size));
  FUZZ_REQUIRE(!decode(std::string(bytes) + "x", count, size));
  FUZZ_REQUIRE(!decode(bytes, count + 1, size));
  return 0;
}
