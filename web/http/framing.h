#pragma once

// Where a request begins and ends, decided strictly and in one place: whoever disagrees with the
// next hop about that lets one client speak in another's name (request smuggling, RFC 9112 §11.2).
// Everything a sound client never sends is refused. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "web/http/message.h"
#include "web/http/refusal.h"

namespace dms::web {

inline constexpr std::size_t head_bytes_max = 32UL << 10U;  // request line and fields
inline constexpr std::size_t target_bytes_max = 8UL << 10U;
inline constexpr std::size_t head_fields_max = 100;

// The end of the head within what has been received.
struct HeadEnd {
  enum class State : std::uint8_t { incomplete, complete, malformed, too_large };
  State state = State::incomplete;
  std::size_t size = 0;  // complete: bytes of the head with its empty line; else bytes looked at
};

// Looks for the end of the head in `bytes` (from its first byte), of which the first `looked_at`
// were already examined by an earlier call. malformed: a NUL or other control character, CR
// without LF, LF without CR, a continued line (obs-fold), an empty first line.
HeadEnd find_head_end(std::string_view bytes, std::size_t looked_at);

// What to answer a head that is malformed (400) or too large (431).
Refusal refusal_of(HeadEnd::State state);

// A parsed head, as the parser saw it.
struct Head {
  std::string method;
  std::string target;
  unsigned version = 11;  // 10 or 11
  Headers headers;
};

struct Framing {
  enum class Body : std::uint8_t { none, length, chunked };
  Body body = Body::none;
  std::uint64_t content_length = 0;  // Body::length, > 0
  bool has_content_length = false;
  bool keep_alive = true;
  bool expects_continue = false;
};

// 400: Transfer-Encoding beside Content-Length, other than `chunked`, repeated, or on HTTP/1.0;
// Content-Length repeated, not a plain number, or beyond 2^63; Host missing or repeated. 414, 431:
// beyond the limits above. 417: an Expect other than 100-continue. 505: not HTTP/1.0 or 1.1.
OrRefusal<Framing> check_framing(const Head& head);

}  // namespace dms::web
