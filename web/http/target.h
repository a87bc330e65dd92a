#pragma once

// The request target (RFC 9112 §3.2) and the authority, taken apart strictly. Pure functions.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/http/refusal.h"

namespace dms::web {

inline constexpr std::size_t query_parameters_max = 100;

struct Target {
  // Percent-decoded, absolute, valid UTF-8, without "." and ".." segments, empty segments (but for
  // a trailing slash) and control characters. "*" for the asterisk form.
  std::string path;
  // Decoded, "+" is a blank; in order. Valid UTF-8: in values U+FFFD stands for what was not.
  std::vector<std::pair<std::string, std::string>> query;
  std::optional<std::string> authority;  // of the absolute form, as sent
};

// 400 for anything else: a character that must be percent-encoded and is not, a broken escape, an
// encoded slash or backslash, a NUL in the query, a parameter given twice, more than
// query_parameters_max of them.
OrRefusal<Target> parse_target(std::string_view raw);

struct Authority {
  std::string host;  // lower case; without port, IPv6 without brackets
  std::string text;  // host[:port] as sent
};

// Of a Host field: a registered name of letters, digits, "-", "_" and ".", an IPv4 address or an
// IPv6 address in brackets, with or without a port.
OrRefusal<Authority> parse_authority(std::string_view text);

}  // namespace dms::web
