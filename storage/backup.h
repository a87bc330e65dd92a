#pragma once

// Backups of a store: generations in a folder of its own, each of which restores the whole store
// as it was. They are made beside running commits, and share what has not changed: a further one
// writes what is new. The folder may be copied elsewhere with any program while none is made. What
// reads it beside one being made may find a generation gone that was there before: try again.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "dms/base/time.h"

namespace dms::storage {

// Where a store's generations lie, and what they are read with. A folder is encrypted or it is not,
// from its first generation on: `conflict` where there is no key and one is needed, the other way
// round, and with another key.
struct BackupPlace {
  std::string folder;              // of this store alone
  std::optional<Secret> key = {};  // 32 bytes; nullopt: not encrypted
};

// Tells keys apart and says nothing else of one: 16 bytes that follow from it.
std::string backup_key_id(const Secret& key);

// A small file that is kept beside the store's.
struct BackupFile {
  std::string name;  // relative, of [A-Za-z0-9._-] and slashes: "tls/ca.pem"
  Secret bytes;
};
using BackupFiles = std::vector<BackupFile>;

struct BackupOptions {
  std::string folder;              // as BackupPlace; created 0700 where absent
  std::optional<Secret> key = {};  // with which every file is sealed (README.md, Sealed files)
  // Days (UTC) whose last generation is kept, at least 1. Of the newest day as many generations.
  // What is beyond goes when a new one is proven.
  std::uint32_t generations_kept = 14;
  std::uint64_t bytes_per_s_max = 64ULL << 20U;  // written; 0: as fast as it goes
  // Borrowed, may be null: set, it soon ends copying, or the proof, as `unavailable`.
  const std::atomic<bool>* is_cancelled = nullptr;
  // What the store was run with. Kept with this generation, proven and removed with it.
  BackupFiles files = {};
  // What must never be older than now, for some of it may have been destroyed on purpose: files
  // that lie in the folder once, whatever the generations. Asked before copying and after it; each
  // time the files take the place of those before. What it does not name any more stays. nullptr:
  // nothing.
  std::function<Result<BackupFiles>()> present_files = nullptr;
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

// The proven generations in `place`, oldest first; `not_found` where it holds no backups. What is
// damaged beyond recognition is left out.
Result<std::vector<BackupGeneration>> list_backups(const BackupPlace& place);

// Reads every byte of a generation again: `corrupt` where one is not as it was written, `not_found`
// where there is none of that number.
Result<void> check_backup(const BackupPlace& place, std::uint32_t number);

// Puts a generation's store into `store_folder`, which must not exist (`conflict`), for
// Store::open. It appears there whole or not at all. Prove it with prove_restored().
Result<BackupGeneration> restore_backup(const BackupPlace& place, std::uint32_t number,
                                        const std::string& store_folder);

// BackupOptions::files of a generation, by name; `corrupt` where one is missing or another.
// Generations of early versions have none.
Result<BackupFiles> read_generation_files(const BackupPlace& place, std::uint32_t number);
// What BackupOptions::present_files gave last.
Result<BackupFiles> read_present_files(const BackupPlace& place);

// One more file that lies in the folder once, sealed like the others; nullopt where there is none.
Result<std::optional<std::string>> read_backup_file(const BackupPlace& place,
                                                    const std::string& name);
// Creates it or takes its place: durably, whole or not at all. The folder must be there.
Result<void> write_backup_file(const BackupPlace& place, const std::string& name,
                               std::string_view bytes);

class Store;
// `corrupt` where an opened store is not what `generation` says it holds. Cheap; Store::verify() is
// the rest of the proof.
Result<void> prove_restored(const Store& store, const BackupGeneration& generation);

}  // namespace dms::storage
