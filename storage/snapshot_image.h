#pragma once

// INTERNAL to storage/: a StoreImage over a database's snapshot.

#include <memory>

#include "storage/database.h"
#include "storage/store_image.h"

namespace dms::storage {

// Borrows `database`.
std::unique_ptr<StoreImage> make_image(const Database& database, const Uuid& store_id);

}  // namespace dms::storage
