#pragma once

// The head of a response as bytes. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "web/http/message.h"

namespace dms::web {

// How the body's end is told.
struct BodyFraming {
  enum class Kind : std::uint8_t {
    none,         // 204, 304: no body and no Content-Length
    length,       // Content-Length
    chunked,      // Transfer-Encoding
    until_close,  // HTTP/1.0: the connection's end
  };
  Kind kind = Kind::length;
  std::uint64_t length = 0;  // Kind::length, bytes
};

// The framing of `response` for a client of HTTP/1.0 or 1.1.
BodyFraming framing_of(const Response& response, unsigned version);

// Whether every name is a token and no value holds a control character: else the answer would
// say something its author did not write (response splitting).
bool is_well_formed(const Headers& headers);

struct HeadParameters {
  BodyFraming framing;
  bool keep_alive = true;
  unsigned version = 11;  // of the request
  std::string_view date;  // IMF-fixdate
};

// Appends status line, fields and the empty line. Date, Connection, Content-Length and
// Transfer-Encoding are made here; where `response` has them they are left out.
void append_head(std::string& out, const Response& response, const HeadParameters& parameters);

}  // namespace dms::web
