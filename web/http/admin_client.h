#pragma once

// One request to the admin address of a server on this machine, for the command line. Blocks.

#include <cstdint>
#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "web/http/message.h"

namespace dms::web {

struct AdminAnswer {
  unsigned status = 0;
  std::string body;  // at most 1 MiB
};

// `not_found` where nobody listens there, `unavailable` where there is no answer within ten
// seconds.
Result<AdminAnswer> ask_admin(const std::string& address, std::uint16_t port, Method method,
                              std::string_view target, const Headers& headers = {});

}  // namespace dms::web
