#pragma once

// Beast's HTTP/1 parser without its templates: a head to values, a chunked body to its bytes. One
// object a request. Not thread-safe.

#include <cstdint>
#include <memory>
#include <string_view>

#include "web/http/framing.h"

namespace dms::web {

class WireParser {
 public:
  WireParser();
  ~WireParser();

  // `bytes` is exactly one head with its empty line, as find_head_end() found it.
  OrRefusal<Head> parse_head(std::string_view bytes);

  struct Chunk {
    enum class State : std::uint8_t { data, wants_input, done, malformed };
    State state = State::data;
    std::size_t consumed = 0;    // of the bytes given
    std::string_view data = {};  // part of the bytes given; may be empty
  };
  // One step through a chunked body, after parse_head() of a head that announced one. Trailers are
  // dropped.
  Chunk decode(std::string_view bytes);

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace dms::web
