#pragma once

// Result<T>: a value or an Error. Everything expected fails this way; exceptions are for bugs and
// exhausted memory, and a library's exceptions stop at one guard function per library.

#include <tl/expected.hpp>
#include <utility>

#include "dms/base/error.h"

namespace dms {

template <class T = void>
using Result = tl::expected<T, Error>;

// `return fail(make_error(...))` from a function that returns Result<T>.
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

inline tl::unexpected<Error> fail(ErrorCode code, std::string_view de, std::string_view en) {
  return tl::unexpected<Error>(make_error(code, de, en));
}

namespace detail {
template <class T>
T unwrap(Result<T>&& result) {
  return std::move(*result);
}
inline void unwrap(Result<void>&&) {}
}  // namespace detail

}  // namespace dms

// The value of a Result, or return its error from the enclosing function:
//   Document document = DMS_TRY(read_document(view, id));
// Not inside coroutines (GCC 12 crashes on co_await in statement expressions).
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define DMS_TRY(...)                                                                        \
  ({                                                                                        \
    _Pragma("GCC diagnostic push")                                                          \
        _Pragma("GCC diagnostic ignored \"-Wshadow\"") auto dms_try_result = (__VA_ARGS__); \
    _Pragma("GCC diagnostic pop") if (!dms_try_result) [[unlikely]] {                       \
      return ::tl::unexpected<::dms::Error>(std::move(dms_try_result).error());             \
    }                                                                                       \
    ::dms::detail::unwrap(std::move(dms_try_result));                                       \
  })
