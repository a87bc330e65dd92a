#pragma once

// Every table of this floor, for the store to mend and verify their indexes.

#include <vector>

#include "storage/table_indexes.h"

namespace dms::workflow {

std::vector<storage::TableIndexes> stored_tables();

}  // namespace dms::workflow
