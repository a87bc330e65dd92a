#pragma once

// Every table of this floor, for the store to build, mend and verify their indexes.

#include <vector>

#include "storage/table_indexes.h"

namespace dms {

std::vector<storage::TableIndexes> stored_tables();

}  // namespace dms
