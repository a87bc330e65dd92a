#pragma once

// A listener to server-sent events (text/event-stream) over one connection. Not thread-safe.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/https_client.h"

namespace dms::test {

struct StreamEvent {
  std::string id;
  std::string name;
  std::string data;
};

class EventStream {
 public:
  explicit EventStream(HttpsClient client) : client_(std::move(client)) {}

  // The answer's head; status 0 where the connection failed.
  HttpsResponse open(std::string target, HeaderList headers = {}) {
    auto head = client_.begin({.target = std::move(target), .headers = std::move(headers)});
    return head ? std::move(*head) : HttpsResponse();
  }

  // The next event; nullopt where none comes within `wait` or the stream is over.
  std::optional<StreamEvent> next(std::chrono::milliseconds wait) {
    const auto until = std::chrono::steady_clock::now() + wait;
    for (;;) {
      while (auto event = take()) {
        if (!event->name.empty() || !event->data.empty()) return event;
        ++comments_;
      }
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          until - std::chrono::steady_clock::now());
      if (is_over_ || left.count() <= 0 || !client_.readable(left)) return std::nullopt;
      const auto chunk = client_.read_chunk();
      if (chunk) bytes_ += *chunk;
      is_over_ = !chunk || chunk->empty();
      is_broken_ = !chunk;
    }
  }

  // Whether the stream ends within `wait` without a further event.
  bool ends(std::chrono::milliseconds wait) { return !next(wait) && is_over_ && !is_broken_; }
  // Signs of life so far.
  std::size_t comments() const { return comments_; }
  HttpsClient& http() { return client_; }

 private:
  // What stands before the next empty line; an event of nothing for a comment.
  std::optional<StreamEvent> take() {
    const std::size_t end = bytes_.find("\n\n");
    if (end == std::string::npos) return std::nullopt;
    StreamEvent event;
    std::size_t at = 0;
    while (at <= end) {
      const std::string line = bytes_.substr(at, bytes_.find('\n', at) - at);
      at += line.size() + 1;
      const auto value = [&](const std::string& field) {
        return line.starts_with(field) ? line.substr(field.size()) : std::string();
      };
      if (line.starts_with("id: ")) event.id = value("id: ");
      if (line.starts_with("event: ")) event.name = value("event: ");
      if (line.starts_with("data: ")) event.data += value("data: ");
    }
    bytes_.erase(0, end + 2);
    return event;
  }

  HttpsClient client_;
  std::string bytes_;
  std::size_t comments_ = 0;
  bool is_over_ = false;
  bool is_broken_ = false;
};

}  // namespace dms::test
