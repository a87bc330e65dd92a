#pragma once

// JSON for people to read. Pure; thread-safe.

#include <functional>
#include <string>
#include <string_view>

namespace dms::exchange {

// `json`, which must be JSON, a member a line, two blanks a level.
std::string indented_json(std::string_view json);

// Calls `see` with each canonical UUID in `text`, in their order.
void for_each_uuid(std::string_view text, const std::function<void(std::string_view)>& see);

}  // namespace dms::exchange
