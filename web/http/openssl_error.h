#pragma once

// OpenSSL's error queue as text for the operator.

#include <openssl/err.h>

#include <array>
#include <string>

namespace dms::web {

// The oldest error of this thread's queue, which is then cleared.
inline std::string take_openssl_error() {
  std::array<char, 256> text{};
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown error";
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

}  // namespace dms::web
