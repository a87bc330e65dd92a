#include "storage/content_leases.h"

namespace dms::storage {

ContentLease::~ContentLease() {
  if (table_) table_->release(content_);
}

UploadLease::~UploadLease() {
  if (table_) table_->end_upload(intent_);
}

std::optional<ContentLease> ContentLeases::try_acquire(const ContentKey& content) {
  const MutexLock lock(mutex_);
  if (condemned_.contains(content)) return std::nullopt;
  ++holders_[content];
  return ContentLease(shared_from_this(), content);
}

ContentLease ContentLeases::acquire(const ContentKey& content) {
  const MutexLock lock(mutex_);
  while (condemned_.contains(content)) sentence_ended_.wait(mutex_);
  ++holders_[content];
  return ContentLease(shared_from_this(), content);
}

UploadLease ContentLeases::begin_upload(std::uint64_t intent) {
  const MutexLock lock(mutex_);
  uploads_.insert(intent);
  return UploadLease(shared_from_this(), intent);
}

bool ContentLeases::is_uploading(std::uint64_t intent) const {
  const MutexLock lock(mutex_);
  return uploads_.contains(intent);
}

bool ContentLeases::condemn(const ContentKey& content) {
  const MutexLock lock(mutex_);
  if (holders_.contains(content)) return false;
  condemned_.insert(content);
  return true;
}

void ContentLeases::end_sentence() {
  {
    const MutexLock lock(mutex_);
    condemned_.clear();
  }
  sentence_ended_.notify_all();
}

void ContentLeases::release(const ContentKey& content) {
  const MutexLock lock(mutex_);
  const auto holder = holders_.find(content);
  if (--holder->second == 0) holders_.erase(holder);
}

void ContentLeases::end_upload(std::uint64_t intent) {
  const MutexLock lock(mutex_);
  uploads_.erase(intent);
}

}  // namespace dms::storage
