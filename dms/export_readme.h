#pragma once

// What README.txt at the top of an export says, in German and English.

#include <string>

#include "dms/exchange/export_format.h"

namespace dms {

std::string export_readme(const exchange::ExportDescription& description);

}  // namespace dms
