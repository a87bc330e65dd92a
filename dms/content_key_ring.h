#pragma once

// The keys that a tenant's content is sealed with, each domain's own: the tenant's, or a dossier's.
// They lie in one file outside the store, wrapped by the server's key: an old backup of the store
// says nothing once the key of what is in it was destroyed here.
//
// A key is durable before anything is sealed with it. Key numbers are random, so that a ring that
// was put back from an older copy gives none of them out again. Destroying a domain's keys writes
// the file anew without them, for a file that is appended to would keep them; the old file's bytes
// are overwritten, as far as the disk's own copying lets anybody do that.
//
// Thread-safe. One process at a time (a lock file). Waits for fsync where it makes a key, which
// happens once a domain.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dms/base/config.h"
#include "dms/base/mutex.h"
#include "dms/base/time.h"
#include "dms/content_key_file.h"
#include "dms/server_key.h"
#include "storage/content_keys.h"

namespace dms {

class ContentKeyRing final : public storage::ContentKeys {
 public:
  struct Options {
    std::string file;  // <keys folder>/content.keys; made with the first key
    ContentEncryption encryption = ContentEncryption::off;
    std::string server_key_file;
  };

  // `corrupt` where the file is damaged, `unavailable` where the server's key is missing that it is
  // wrapped by, or that is needed for new keys; the hints name the files. `conflict` where another
  // process has it.
  static Result<std::shared_ptr<ContentKeyRing>> open(Options options, const Clock& clock);
  ~ContentKeyRing() override;
  ContentKeyRing(const ContentKeyRing&) = delete;
  ContentKeyRing& operator=(const ContentKeyRing&) = delete;

  // Nothing in the tenant's own domain where encryption is off; a dossier's domain is always
  // sealed, for it is asked for on behalf of content that is. `conflict` where the domain's keys
  // were destroyed.
  Result<std::optional<storage::ContentSealingKey>> sealing_key(storage::KeyDomain domain) override;
  Result<storage::ContentOpeningKey> opening_key(storage::KeyDomain domain,
                                                 std::uint32_t id) const override;

  // Makes what was sealed in these domains unreadable for ever, and that is durable; nothing is
  // sealed in them any more. May be repeated. What has no key is passed over. Writes the whole file
  // once however many they are. `invalid` for the tenant's own domain: it goes with the file.
  Result<void> destroy(std::span<const storage::KeyDomain> domains);
  Result<void> destroy(storage::KeyDomain domain) { return destroy(std::span(&domain, 1)); }
  // Every domain gets a new key when it is next written to. Older content keeps its key.
  Result<void> rotate();
  // Wraps all keys by `key` instead. Nothing is done where they are.
  Result<void> rewrap(const ServerKey& key);

  // The file's bytes as they are now, "" where there is none: wrapped, so safe to lie beside a
  // backup, in ONE place that the next backup overwrites; copies that are kept would keep destroyed
  // keys.
  Result<std::string> copy() const;

 private:
  struct DomainKeys {
    std::vector<std::size_t> entries;  // places in entries_, oldest first
    bool is_destroyed = false;
  };
  class FileLock;

  ContentKeyRing(Options options, const Clock& clock, std::vector<ServerKey> server_keys,
                 std::unique_ptr<FileLock> lock);
  std::vector<KeyEntry> entries() const;
  Result<void> load();
  Result<ServerKey> server_key(const std::string& fingerprint) const;
  void take(ContentKeyFile file) DMS_REQUIRES(mutex_);
  void index(std::size_t place) DMS_REQUIRES(mutex_);
  Result<std::optional<storage::ContentSealingKey>> current_key(storage::KeyDomain domain) const;
  Result<Secret> unwrap(const ServerKey& by, const KeyEntry& entry) const;
  Result<storage::ContentSealingKey> make_key(storage::KeyDomain domain) DMS_REQUIRES(writing_);
  Result<void> append(const KeyEntry& entry) DMS_REQUIRES(writing_);
  Result<void> replace(const ServerKey& by, const std::vector<KeyEntry>& entries)
      DMS_REQUIRES(writing_);

  const Options options_;
  const Clock& clock_;
  const std::vector<ServerKey> server_keys_;
  const std::unique_ptr<FileLock> lock_;

  // Taken first; held while the file is written. Then memory follows under mutex_, which nobody
  // holds for long.
  mutable Mutex writing_;
  // After a failed write the file is not trusted to end where it should: it is written anew.
  bool must_replace_ DMS_GUARDED_BY(writing_) = false;

  mutable Mutex mutex_;
  std::optional<ServerKey> wrapped_by_ DMS_GUARDED_BY(mutex_);  // nullopt: nothing is wrapped
  std::vector<KeyEntry> entries_ DMS_GUARDED_BY(mutex_);
  Sha256Digest checksum_ DMS_GUARDED_BY(mutex_);
  std::size_t whole_bytes_ DMS_GUARDED_BY(mutex_) = 0;  // 0: there is no file
  std::map<storage::KeyDomain, DomainKeys> domains_ DMS_GUARDED_BY(mutex_);
  std::size_t first_current_ DMS_GUARDED_BY(mutex_) = 0;  // entries before it are rotated out
};

// What stands in the file at `path`, for show; nullopt where there is none.
Result<std::optional<ContentKeyFile>> read_content_key_file(const std::string& path);

}  // namespace dms
