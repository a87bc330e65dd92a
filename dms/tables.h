#pragma once

// Every table of this floor, for the store to build, mend and verify their indexes, and to hold the
// contents that their records name against the references to these. Who names a content in another
// table says so here, else verification tells of a reference that no record knows.

#include <vector>

#include "storage/table_indexes.h"

namespace dms {

std::vector<storage::TableIndexes> stored_tables();

}  // namespace dms
