#pragma once

// What somebody can do who may write to a closed store and knows its format: change the journal and
// make all of it fit again, envelopes, places by object, last group, and what was acknowledged.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dms/base/log.h"
#include "storage/acknowledged.h"
#include "storage/database.h"
#include "storage/journal.h"
#include "storage/reads_chain.h"
#include "storage/tenant_folder.h"

namespace dms::test {

class ForgedStore {
 public:
  // The store's folder; nobody has it open.
  explicit ForgedStore(const std::string& path) {
    auto folder = storage::TenantFolder::open(path, storage::TenantFolder::Ownership::exclusive);
    EXPECT_TRUE(folder);
    folder_ = std::move(*folder);
    storage::Database::Options options;
    options.folder = folder_->database_path();
    options.log = &log_;
    auto database = storage::Database::open(options);
    EXPECT_TRUE(database);
    database_ = std::move(*database);
  }

  // The envelopes as they are, oldest first.
  std::vector<storage::Envelope> envelopes() const {
    std::vector<storage::Envelope> envelopes;
    const auto at = database_->iterate(storage::Family::journal);
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      envelopes.push_back(*storage::decode_envelope(at->value().ToStringView()));
    }
    return envelopes;
  }

  // Makes this the whole history. Details go along with their envelopes.
  void rewrite(std::vector<storage::Envelope> history) {
    std::vector<std::string> details;
    for (const auto& envelope : history) {
      details.push_back(get(storage::Family::journal_detail, envelope.sequence));
    }
    clear();
    storage::JournalPosition head;
    for (std::size_t i = 0; i < history.size(); ++i) {
      storage::Envelope& envelope = history[i];
      envelope.sequence = head.sequence + 1;
      envelope.previous = head.hash;
      const std::string bytes = storage::encode_envelope(envelope);
      const std::string key = storage::sequence_key(envelope.sequence);
      put(storage::Family::journal, key, bytes);
      if (!details[i].empty()) put(storage::Family::journal_detail, key, details[i]);
      for (const Uuid& object : {envelope.object, envelope.parent.value_or(envelope.object)}) {
        put(storage::Family::journal_objects, storage::object_key(object, envelope.sequence), "");
      }
      head = {envelope.sequence, sha256(bytes)};
    }
    cover_up(head);
  }

 private:
  void put(storage::Family family, std::string_view key, std::string_view value) {
    EXPECT_TRUE(database_->put(family, key, value, storage::Durability::wal));
  }
  std::string get(storage::Family family, std::uint64_t sequence) const {
    return database_->get(family, storage::sequence_key(sequence))->value_or("");
  }
  void clear() {
    rocksdb::WriteBatch batch;
    for (const auto family : {storage::Family::journal, storage::Family::journal_detail,
                              storage::Family::journal_objects}) {
      const auto at = database_->iterate(family);
      for (at->SeekToFirst(); at->Valid(); at->Next()) {
        batch.Delete(database_->handle(family), at->key());
      }
    }
    EXPECT_TRUE(database_->write(batch, storage::Durability::wal));
  }
  void cover_up(const storage::JournalPosition& head) {
    storage::Acknowledged said;
    said.group = {storage::read_last_group(*database_)->number, head};
    said.reads = *storage::read_reads_head(*database_);
    put(storage::Family::meta, storage::last_group_key, storage::encode_last_group(said.group));
    EXPECT_TRUE(database_->flush());
    const auto file = storage::AcknowledgedFile::open(folder_->descriptor());
    EXPECT_TRUE(file && (*file)->write(said) && (*file)->write(said));
    EXPECT_TRUE(storage::write_clean_marker(folder_->descriptor(), said));
  }

  NullLog log_;
  std::unique_ptr<storage::TenantFolder> folder_;
  std::unique_ptr<storage::Database> database_;  // ends first
};

}  // namespace dms::test
