#pragma once

// web/api/openapi.yaml as it was when the program was built.

#include <string_view>

namespace dms::web {

std::string_view openapi_yaml();

}  // namespace dms::web
