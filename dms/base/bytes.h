#pragma once

// Bytes travel as std::string (owned) and std::string_view (borrowed). Here: their encodings.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dms {

// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);
// Either case; nullopt for an odd length or any other character.
std::optional<std::string> from_hex(std::string_view text);

// base64url without padding (RFC 4648 §5).
std::string to_base64url(std::string_view bytes);
// Strict: no padding, no line breaks, no non-zero trailing bits; else nullopt.
std::optional<std::string> from_base64url(std::string_view text);

// Fixed-width big-endian integers, as in storage keys: their order is the numbers' order.
void append_big_endian(std::string& out, std::uint64_t value);
void append_big_endian(std::string& out, std::uint32_t value);
// The first 8 (4) bytes of `bytes`; nullopt where there are fewer.
std::optional<std::uint64_t> read_big_endian_64(std::string_view bytes);
std::optional<std::uint32_t> read_big_endian_32(std::string_view bytes);

// Compares in time that depends on the lengths only. For secrets and digests of secrets.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace dms
