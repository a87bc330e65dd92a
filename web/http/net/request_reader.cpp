#include "web/http/net/request_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace dms::web {

namespace {

// Takes four TLS records with one read; a head is at most half of it.
constexpr std::size_t buffer_bytes = 64UL << 10U;
static_assert(buffer_bytes >= 2 * head_bytes_max);
// A chunk's size line or the trailers; more is no sound client's.
constexpr std::size_t chunk_overhead_max = 8UL << 10U;
constexpr std::size_t small_rest_bytes = 256UL << 10U;
constexpr std::size_t short_body_bytes = 64UL << 10U;
static_assert(short_body_bytes <= body_block_bytes);

}  // namespace

void Block::append(std::string_view bytes) {
  if (bytes.empty()) return;  // then its data may be null, which memcpy does not take
  std::memcpy(data_.get() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

RequestReader::RequestReader(Stream& stream, Watchdog& watchdog, const HttpOptions& options)
    : stream_(stream),
      watchdog_(watchdog),
      options_(options),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_bytes)),
      pace_(options.body_bytes_per_s_min, options.body_timeout) {}

void RequestReader::consume(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ == end_) begin_ = end_ = 0;
}

awaitable<bool> RequestReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  const std::span<char> room(buffer_.get() + end_, buffer_bytes - end_);
  const std::size_t bytes = co_await stream_.read_some(room);
  end_ += bytes;
  co_return bytes > 0;
}

awaitable<RequestReader::ReadHead> RequestReader::read_head() {
  std::size_t looked_at = 0;
  bool has_begun = false;
  bool may_skip_line = true;
  for (;;) {
    // One empty line before a request is tolerated (RFC 9112 §2.2).
    if (may_skip_line && buffered().starts_with("\r\n")) {
      consume(2);
      may_skip_line = false;
    }
    const HeadEnd end = find_head_end(buffered(), looked_at);
    looked_at = end.size;
    if (end.state == HeadEnd::State::complete) {
      watchdog_.pause();
      co_return parse(end.size);
    }
    if (end.state != HeadEnd::State::incomplete) {
      watchdog_.pause();
      ReadHead refused;
      refused.state = ReadHead::State::refused;
      refused.refusal = refusal_of(end.state);
      co_return refused;
    }
    if (buffered().empty()) {
      is_idle_ = true;
      watchdog_.expect(options_.idle_timeout);
    } else if (!std::exchange(has_begun, true)) {
      watchdog_.expect(options_.header_timeout);
    }
    const bool has_more = co_await fill();
    is_idle_ = false;
    if (!has_more) co_return ReadHead{};
  }
}

RequestReader::ReadHead RequestReader::parse(std::size_t head_size) {
  ReadHead result;
  const auto refused = [&](Refusal refusal) {
    result.state = ReadHead::State::refused;
    result.refusal = std::move(refusal);
    return result;
  };
  parser_.emplace();
  auto head = parser_->parse_head(buffered().substr(0, head_size));
  consume(head_size);
  if (!head) return refused(std::move(head).error());
  result.head = std::move(*head);
  auto framing = check_framing(result.head);
  if (!framing) return refused(std::move(framing).error());
  result.state = ReadHead::State::read;
  result.framing = framing_ = *framing;
  body_left_ = framing_.content_length;
  body_state_ = framing_.body == Framing::Body::none ? BodyState::done : BodyState::more;
  return result;
}

std::optional<std::string_view> RequestReader::buffered_body() const {
  if (framing_.body != Framing::Body::length || body_left_ > buffered().size()) return {};
  return buffered().substr(0, static_cast<std::size_t>(body_left_));
}

bool RequestReader::is_body_short() const {
  return framing_.body == Framing::Body::length && body_left_ <= short_body_bytes;
}

void RequestReader::take_buffered_body() {
  consume(static_cast<std::size_t>(std::exchange(body_left_, 0)));
  body_state_ = BodyState::done;
}

bool RequestReader::keeps_pace(std::size_t bytes) {
  watchdog_.expect(options_.body_timeout);
  return pace_.moved(std::chrono::steady_clock::now(), bytes);
}

awaitable<void> RequestReader::read_block(Block& block) {
  pace_.start(std::chrono::steady_clock::now());
  watchdog_.expect(options_.body_timeout);
  if (framing_.body == Framing::Body::chunked) {
    co_await read_chunked(block);
  } else {
    co_await read_sized(block);
  }
  watchdog_.pause();
}

awaitable<void> RequestReader::read_sized(Block& block) {
  block.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, body_block_bytes)));
  const std::size_t at_hand = std::min(buffered().size(), block.room().size());
  block.append(buffered().substr(0, at_hand));
  consume(at_hand);
  body_left_ -= at_hand;
  while (body_left_ > 0 && !block.room().empty()) {
    const std::span<char> room = block.room();
    const std::size_t bytes = co_await stream_.read_some(
        room.first(static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), body_left_))));
    if (bytes == 0 || !keeps_pace(bytes)) {
      body_state_ = BodyState::closed;
      co_return;
    }
    block.added(bytes);
    body_left_ -= bytes;
  }
  if (body_left_ == 0) body_state_ = BodyState::done;
}

awaitable<void> RequestReader::read_chunked(Block& block) {
  block.reserve(body_block_bytes);
  while (!block.room().empty()) {
    const std::string_view input = buffered().substr(0, block.room().size());
    const WireParser::Chunk chunk = parser_->decode(input);
    using State = WireParser::Chunk::State;
    block.append(chunk.data);
    consume(chunk.consumed);
    if (chunk.state == State::done) {
      body_state_ = BodyState::done;
      co_return;
    }
    const bool is_stuck = chunk.consumed == 0 && input.size() >= chunk_overhead_max;
    if (chunk.state == State::malformed || is_stuck) {
      body_state_ = BodyState::malformed;
      co_return;
    }
    // Also where the room was too small to show a whole size line: the next block has room.
    if (chunk.state == State::data) continue;
    if (input.size() < buffered().size()) co_return;
    const std::size_t before = buffered().size();
    const bool has_more = co_await fill();
    if (!has_more || !keeps_pace(buffered().size() - before)) {
      body_state_ = BodyState::closed;
      co_return;
    }
  }
}

bool RequestReader::is_rest_small() const {
  return body_state_ == BodyState::done ||
         (body_state_ == BodyState::more && framing_.body == Framing::Body::length &&
          body_left_ <= small_rest_bytes);
}

awaitable<void> RequestReader::skip_rest() {
  Block block;
  while (body_state_ == BodyState::more) co_await read_block(block);
}

}  // namespace dms::web
