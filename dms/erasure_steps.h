#pragma once

// INTERNAL to the erasure code: the commits of a run. Each is a decide(): pure but for reads, and
// right whatever was committed before it.

#include "dms/erasure_record.h"
#include "dms/erasure_run.h"

namespace dms {

// What an event says that ends with ".erased".
struct ErasedDetail {
  ErasureId erasure;
};
BOOST_DESCRIBE_STRUCT(ErasedDetail, (), (erasure))

// Those that are released and have not ended, the oldest first.
Result<std::vector<ErasureRecord>> due_erasures(const storage::Store& store);

// Begins it, takes some of its objects away, or, where none is left to take, has it freed or
// refused.
Result<storage::Commit> take_some(const storage::View& view, const ErasureParts& parts,
                                  ErasureId id);

// Takes some of what is left of the objects that were taken.
Result<storage::Commit> take_rest(const storage::View& view, const ErasureParts& parts,
                                  ErasureId id);

}  // namespace dms
