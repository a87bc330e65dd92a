#pragma once

// What clamd says of a stream (clamd(8), INSTREAM): one line, ended by the byte 0 where the command
// began with "z". Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace dms::web {

inline constexpr std::size_t clamd_reply_bytes_max = 4096;

struct ClamdReply {
  enum class Kind : std::uint8_t {
    clean,
    found,
    too_large,    // more than its StreamMaxLength
    unscannable,  // this file cannot be looked through, now or later
    trouble       // anything else: nothing is known of the file
  } kind = Kind::trouble;
  // found: the signature's name, printable ASCII of at most 200 bytes, never empty. unscannable,
  // trouble: what it said, likewise.
  std::string text;
};

// `line` without its end.
ClamdReply read_clamd_reply(std::string_view line);

}  // namespace dms::web
