// fuzz-links: aktenwerk_http
// fuzz-sources: web/http/net/wire_parser.cpp
//
// Bytes off the wire: the head's end, Beast's parse of it, our verdict and a chunked body. The end
// must not depend on how the bytes arrive, an accepted head must be unambiguous, and a chunked body
// must come out the same in one piece and byte by byte.

#include "web/http/framing.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "web/http/ascii.h"
#include "web/http/net/wire_parser.h"

namespace {

using dms::web::Framing;
using dms::web::HeadEnd;
using dms::web::WireParser;

void require(bool condition) {
  if (!condition) std::abort();
}

HeadEnd end_byte_by_byte(std::string_view bytes) {
  HeadEnd end;
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    end = dms::web::find_head_end(bytes.substr(0, size), end.size);
    if (end.state != HeadEnd::State::incomplete) return end;
  }
  return end;
}

struct Decoded {
  WireParser::Chunk::State state = WireParser::Chunk::State::wants_input;
  std::string data;
};

// Decodes `body`, showing the parser at most `window` more bytes at a time.
Decoded decode(std::string_view head, std::string_view body, std::size_t window) {
  using State = WireParser::Chunk::State;
  WireParser parser;
  require(parser.parse_head(head).has_value());
  Decoded result;
  for (std::size_t shown = 0; result.state == State::data || shown < body.size();) {
    if (result.state == State::wants_input) shown = std::min(shown + window, body.size());
    const WireParser::Chunk chunk = parser.decode(body.substr(0, shown));
    result.state = chunk.state;
    result.data += chunk.data;
    require(chunk.consumed <= shown);
    body.remove_prefix(chunk.consumed);
    shown -= chunk.consumed;
    if (chunk.state == State::done || chunk.state == State::malformed) break;
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const HeadEnd end = dms::web::find_head_end(bytes, 0);
  const HeadEnd slow = end_byte_by_byte(bytes);
  require(end.state == slow.state);
  if (end.state != HeadEnd::State::complete) return 0;
  require(end.size == slow.size);

  const std::string_view head_bytes = bytes.substr(0, end.size);
  WireParser parser;
  const auto head = parser.parse_head(head_bytes);
  if (!head) return 0;
  for (const auto& [name, value] : head->headers.all()) {
    require(!name.empty());
    for (const char c : name) require(dms::web::is_token_character(c));
    for (const char c : value) require(!dms::web::is_control(c) || c == '\t');
  }
  const auto framing = dms::web::check_framing(*head);
  if (!framing) return 0;
  const std::size_t lengths = head->headers.count("Content-Length");
  const std::size_t codings = head->headers.count("Transfer-Encoding");
  require(head->headers.count("Host") == 1 && lengths + codings <= 1);
  require((framing->body == Framing::Body::chunked) == (codings == 1));
  if (framing->body != Framing::Body::chunked) return 0;

  const Decoded at_once = decode(head_bytes, bytes.substr(end.size), size);
  const Decoded slowly = decode(head_bytes, bytes.substr(end.size), 1);
  require(at_once.state == slowly.state && at_once.data == slowly.data);
  return 0;
}
