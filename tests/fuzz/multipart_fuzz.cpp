// fuzz-links: aktenwerk_http
//
// A multipart body with the boundary "b": the parts must be the same whether the body comes in one
// block or is cut anywhere, and nothing may exceed its limit.

#include "web/http/multipart.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/text.h"

namespace {

using dms::Result;
using dms::web::MultipartParser;
using dms::web::PartHead;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Part {
  std::string name;
  std::string file_name;
  std::string data;
  bool is_ended = false;
  bool operator==(const Part&) const = default;
};

struct Reading {
  bool is_sound = false;
  std::vector<Part> parts;
};

Reading read(std::string_view body, std::size_t block_bytes) {
  Reading reading;
  MultipartParser parser(
      "b", {[&](PartHead head) -> Result<void> {
              reading.parts.push_back({head.name, head.file_name.value_or(""), "", false});
              return {};
            },
            [&](std::string_view piece) -> Result<void> {
              require(!piece.empty());
              reading.parts.back().data += piece;
              return {};
            },
            [&]() -> Result<void> {
              reading.parts.back().is_ended = true;
              return {};
            }});
  for (std::size_t at = 0; at < body.size(); at += block_bytes) {
    if (!parser.feed(body.substr(at, block_bytes))) return reading;
  }
  reading.is_sound = parser.finish().has_value();
  return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Reading at_once = read(bytes, size + 1);
  require(at_once.parts.size() <= dms::web::parts_max);
  for (const std::size_t block_bytes : {1UL, 2UL, 3UL, 5UL, 17UL}) {
    const Reading cut = read(bytes, block_bytes);
    require(cut.is_sound == at_once.is_sound);
    if (at_once.is_sound) require(cut.parts == at_once.parts);
  }
  for (const Part& part : at_once.parts) {
    require(!part.name.empty() && part.name.size() <= dms::web::part_head_bytes_max);
    if (at_once.is_sound) require(part.is_ended);
    require(part.data.find("\r\n--b") == std::string::npos);
  }
  if (const auto boundary = dms::web::multipart_boundary(bytes)) {
    require(!boundary->empty() && boundary->size() <= dms::web::boundary_bytes_max);
  }
  return 0;
}
