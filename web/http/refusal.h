#pragma once

// What the HTTP layer itself answers before, or instead of, the application: statuses that no
// ErrorCode stands for (405, 414, 421, 431, 501, 505) and malformed requests (400).

#include <tl/expected.hpp>

#include "dms/base/error.h"

namespace dms::web {

struct Refusal {
  unsigned status = 400;
  Message message;
};

template <class T>
using OrRefusal = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(unsigned status, std::string_view de, std::string_view en) {
  return tl::unexpected<Refusal>({status, {std::string(de), std::string(en)}});
}

}  // namespace dms::web
