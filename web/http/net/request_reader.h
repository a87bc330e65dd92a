#pragma once

// Reads requests off a stream: heads, and bodies in blocks. Belongs to a connection's io thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "web/http/framing.h"
#include "web/http/net/stream.h"
#include "web/http/net/wire_parser.h"
#include "web/http/server.h"

namespace dms::web {

// How much of a body is read before it goes to the lane: large enough that a hop costs little
// beside storing it; two of them are what a connection holds of an upload.
inline constexpr std::size_t body_block_bytes = 256UL << 10U;

// A buffer that is filled without having been zeroed.
class Block {
 public:
  void reserve(std::size_t capacity) {
    size_ = 0;
    if (capacity <= capacity_) return;
    data_ = std::make_unique_for_overwrite<char[]>(capacity);
    capacity_ = capacity;
  }
  std::span<char> room() { return {data_.get() + size_, capacity_ - size_}; }
  void append(std::string_view bytes);
  void added(std::size_t bytes) { size_ += bytes; }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

class RequestReader {
 public:
  RequestReader(Stream& stream, Watchdog& watchdog, const HttpOptions& options);

  struct ReadHead {
    enum class State : std::uint8_t { read, closed, refused };
    State state = State::closed;
    Head head;
    Framing framing;
    Refusal refusal;  // refused: nothing more can be read
  };
  // The next request's head. While nothing of it has come the connection is_idle().
  awaitable<ReadHead> read_head();
  bool is_idle() const { return is_idle_; }

  // After read_head(): the body.
  enum class BodyState : std::uint8_t { more, done, malformed, closed };
  BodyState body_state() const { return body_state_; }
  // The whole body, where it has already come with the head; take_buffered_body() ends its life.
  std::optional<std::string_view> buffered_body() const;
  void take_buffered_body();
  // Whether the body has a known length of at most 64 KiB.
  bool is_body_short() const;
  // Fills `block` with what comes next until it is full or the body ends; see body_state() then.
  // The body may have sent too slowly: closed.
  awaitable<void> read_block(Block& block);
  // Whether what is missing of the body is known and little, so that reading past it is cheaper
  // than a new connection.
  bool is_rest_small() const;
  // Reads past the rest.
  awaitable<void> skip_rest();

 private:
  std::string_view buffered() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes);
  awaitable<bool> fill();
  awaitable<void> read_sized(Block& block);
  awaitable<void> read_chunked(Block& block);
  ReadHead parse(std::size_t head_size);
  bool keeps_pace(std::size_t bytes);

  Stream& stream_;
  Watchdog& watchdog_;
  const HttpOptions& options_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;  // [begin_, end_) has been received and not yet used
  std::size_t end_ = 0;
  bool is_idle_ = false;
  std::optional<WireParser> parser_;
  Framing framing_;
  BodyState body_state_ = BodyState::done;
  std::uint64_t body_left_ = 0;  // Framing::Body::length
  Pace pace_;
};

}  // namespace dms::web
