#pragma once

// Building a tenant's search index anew on the command line.

#include <string>

#include "search/extract/extractor.h"
#include "web/workshop.h"

namespace dms::web {

// Shows how far it is. No server may have the tenant open.
Result<void> reindex_tenant(Workshop& workshop, search::Extractor& extractor,
                            const std::string& id);

}  // namespace dms::web
