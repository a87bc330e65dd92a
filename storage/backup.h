#pragma once

// Backups of a store: generations in a folder of its own, each of which restores the whole store
// as it was. They are made beside running commits, and share what has not changed: a further one
// writes what is new. The folder may be copied elsewhere with any program while none is made. What
// reads it beside one being made may find a generation gone that was there before: try again.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/result.h"
#include "dms/base/time.h"

namespace dms::storage {

struct BackupOptions {
  std::string folder;  // of this store alone; created 0700 where absent
  // Days (UTC) whose last generation is kept, at least 1. Of the newest day as many generations.
  // What is beyond goes when a new one is proven.
  std::uint32_t generations_kept = 14;
  std::uint64_t bytes_per_s_max = 64ULL << 20U;  // written; 0: as fast as it goes
  // Borrowed, may be null: set while copying, it ends the backup as `unavailable`.
  const std::atomic<bool>* is_cancelled = nullptr;
};

struct BackupGeneration {
  std::uint32_t number = 0;  // ascending
  Instant time;              // when it was begun
  std::uint64_t bytes = 0;   // of all its files, shared ones included
  Uuid store;
  // Everything up to this entry of the journal is in it.
  std::uint64_t journal_sequence = 0;
  Sha256Digest journal_hash;
};

// The proven generations in `folder`, oldest first; `not_found` where it holds no backups. What is
// damaged beyond recognition is left out.
Result<std::vector<BackupGeneration>> list_backups(const std::string& folder);

// Reads every byte of a generation again: `corrupt` where one is not as it was written, `not_found`
// where there is none of that number.
Result<void> check_backup(const std::string& folder, std::uint32_t number);

// Puts a generation's store into `store_folder`, which must not exist (`conflict`), for
// Store::open. It appears there whole or not at all. Prove it with prove_restored().
Result<BackupGeneration> restore_backup(const std::string& folder, std::uint32_t number,
                                        const std::string& store_folder);

class Store;
// `corrupt` where an opened store is not what `generation` says it holds. Cheap; Store::verify() is
// the rest of the proof.
Result<void> prove_restored(const Store& store, const BackupGeneration& generation);

}  // namespace dms::storage
