#pragma once

// INTERNAL to storage/: who uses content at this moment. Leases live in memory only: after a
// restart nobody holds any, and what no ref names is protected by its intent alone.
//
// The sweeper condemns a content in the committer's order and takes it away with that group's
// write; in between nobody can lease it. Thread-safe. Always held by shared_ptr, for leases outlive
// stores.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "dms/base/mutex.h"
#include "storage/content_records.h"

namespace dms::storage {

class ContentLeases;

// One use of one content. Movable; ends with the object.
class ContentLease {
 public:
  ContentLease(std::shared_ptr<ContentLeases> table, const ContentKey& content)
      : table_(std::move(table)), content_(content) {}
  ~ContentLease();
  ContentLease(ContentLease&& other) noexcept = default;
  ContentLease& operator=(ContentLease&&) = delete;
  ContentLease(const ContentLease&) = delete;
  bool is_of(const ContentLeases* table) const { return table_.get() == table; }

 private:
  std::shared_ptr<ContentLeases> table_;  // empty once moved from
  ContentKey content_;
};

// One upload in progress: protects its intent, however old. As ContentLease.
class UploadLease {
 public:
  UploadLease(std::shared_ptr<ContentLeases> table, std::uint64_t intent)
      : table_(std::move(table)), intent_(intent) {}
  ~UploadLease();
  UploadLease(UploadLease&& other) noexcept = default;
  UploadLease& operator=(UploadLease&&) = delete;
  UploadLease(const UploadLease&) = delete;

 private:
  std::shared_ptr<ContentLeases> table_;
  std::uint64_t intent_;
};

class ContentLeases : public std::enable_shared_from_this<ContentLeases> {
 public:
  // nullopt where the content is condemned: it is as good as gone.
  std::optional<ContentLease> try_acquire(const ContentKey& content);
  // Waits until a condemned content is gone or pardoned. Never on the committer's thread.
  ContentLease acquire(const ContentKey& content);
  UploadLease begin_upload(std::uint64_t intent);

  bool is_uploading(std::uint64_t intent) const;
  // False where somebody holds a lease. Else nobody can until `end_sentence`.
  bool condemn(const ContentKey& content);
  // Ends all condemnations: what was condemned is gone, or its removal failed.
  void end_sentence();

 private:
  friend class ContentLease;
  friend class UploadLease;
  void release(const ContentKey& content);
  void end_upload(std::uint64_t intent);

  mutable Mutex mutex_;
  Condition sentence_ended_;
  std::map<ContentKey, std::uint64_t> holders_ DMS_GUARDED_BY(mutex_);
  std::set<ContentKey> condemned_ DMS_GUARDED_BY(mutex_);
  std::set<std::uint64_t> uploads_ DMS_GUARDED_BY(mutex_);
};

}  // namespace dms::storage
