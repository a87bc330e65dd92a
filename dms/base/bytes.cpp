#include "dms/base/bytes.h"

#include <openssl/crypto.h>

#include <array>

namespace dms {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::uint32_t octet(char c) {
  return static_cast<std::uint8_t>(c);
}

template <class Integer>
void append_big_endian_integer(std::string& out, Integer value) {
  for (std::size_t i = sizeof(Integer); i-- > 0;) {
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i))));
  }
}

template <class Integer>
std::optional<Integer> read_big_endian_integer(std::string_view bytes) {
  if (bytes.size() < sizeof(Integer)) return std::nullopt;
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    value = static_cast<Integer>(value << 8U) | static_cast<Integer>(octet(bytes[i]));
  }
  return value;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    text.push_back(hex_digits[octet(c) >> 4U]);
    text.push_back(hex_digits[octet(c) & 0xfU]);
  }
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

std::string to_base64url(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | octet(c);
    bit_count += 8;
    while (bit_count >= 6) {
      bit_count -= 6;
      text.push_back(base64url_digits[(bits >> bit_count) & 0x3fU]);
    }
  }
  if (bit_count > 0) text.push_back(base64url_digits[(bits << (6 - bit_count)) & 0x3fU]);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const char c : text) {
    const auto digit = base64url_digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      bytes.push_back(static_cast<char>(static_cast<std::uint8_t>(bits >> bit_count)));
    }
  }
  if ((bits & ((1U << bit_count) - 1U)) != 0) return std::nullopt;
  return bytes;
}

void append_big_endian(std::string& out, std::uint64_t value) {
  append_big_endian_integer(out, value);
}
void append_big_endian(std::string& out, std::uint32_t value) {
  append_big_endian_integer(out, value);
}
std::optional<std::uint64_t> read_big_endian_64(std::string_view bytes) {
  return read_big_endian_integer<std::uint64_t>(bytes);
}
std::optional<std::uint32_t> read_big_endian_32(std::string_view bytes) {
  return read_big_endian_integer<std::uint32_t>(bytes);
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace dms
