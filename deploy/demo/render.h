#pragma once

// Sheets as files. Pure.

#include <string>

#include "deploy/demo/sheet.h"
#include "dms/base/result.h"

namespace dms::demo {

// The file's bytes. `internal` with the library's word in the hint where rendering fails.
Result<std::string> render_pdf(const Sheet& sheet);
Result<std::string> render_docx(const Sheet& sheet);
Result<std::string> render_odt(const Sheet& sheet);

}  // namespace dms::demo
