#pragma once

// HTTP requests and responses as values, free of any event loop or library type. Handlers take and
// return these on a worker lane and are testable without a socket.

#include <any>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dms/base/result.h"
#include "web/http/event_queue.h"

namespace dms::web {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };
std::string_view to_string(Method method);
// The method of exactly this (case-sensitive) name, or nullopt.
std::optional<Method> parse_method(std::string_view token);

// Header fields in order of arrival; names compare case-insensitively.
class Headers {
 public:
  void add(std::string name, std::string value);
  void set(std::string_view name, std::string value);
  // The first value, or nullopt.
  std::optional<std::string_view> find(std::string_view name) const;
  // How often `name` occurs.
  std::size_t count(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// A request whose head has been read. `path` is percent-decoded and proved free of dot segments,
// empty segments (but for a trailing slash, which is kept), control characters and ill-formed
// UTF-8; the raw target is not kept.
struct Request {
  Method method = Method::get;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;           // decoded, in order
  std::map<std::string, std::string, std::less<>> path_parameters;  // {id} → value
  Headers headers;
  std::string host;                             // lower case, without port
  std::string authority;                        // host[:port] as sent: for Origin checks
  std::string sni;                              // "" where the client sent none
  std::string remote_address;                   // numeric
  std::string request_id;                       // ours, UUIDv7
  std::optional<std::uint64_t> content_length;  // nullopt: chunked or none
  bool has_body = false;

  // The query parameter `name`, or nullopt; a second one of the same name makes routing fail.
  std::optional<std::string_view> query_value(std::string_view name) const;
};

// A body made of stored bytes. `read` is called on a lane: up to 1 MiB at `offset`.
struct ContentBody {
  std::uint64_t offset = 0;  // of the first byte to send
  std::uint64_t length = 0;  // bytes to send
  std::function<Result<std::string>(std::uint64_t offset, std::size_t length)> read;
};

// A body of unknown length, sent chunked. `next` is called on a lane; nullopt ends it.
struct GeneratedBody {
  std::function<Result<std::optional<std::string>>()> next;
};

// A body that goes on as long as somebody has news (text/event-stream). No thread is held by it;
// in times without news a comment is sent, so that a dead line is noticed. It ends with the queue,
// with its client, or with the server; the connection is closed then.
struct EventBody {
  std::shared_ptr<EventQueue> queue;  // the only owner: see event_queue.h
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::variant<std::string, ContentBody, GeneratedBody, EventBody> body;
};

// Where a streamed request body goes, block by block, on a lane. Destroyed unfinished, it undoes
// what it stored, or keeps it where its route says so (uploads in pieces).
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual Result<void> write(std::string_view block) = 0;
};

// What travels with a request from admit to its handler.
struct Exchange {
  Request request;
  std::string body;  // BodyKind::json, whole
  std::map<std::string, std::string, std::less<>>
      parts;                       // BodyKind::multipart: small parts by name
  std::string file_name;           // multipart: as the client named the file, unchecked
  std::string file_media_type;     // multipart: as the client said, unchecked
  std::unique_ptr<BodySink> sink;  // multipart `file` / stream: filled, all bytes written
  std::any state;                  // the application's: tenant, session, rights
};

}  // namespace dms::web
