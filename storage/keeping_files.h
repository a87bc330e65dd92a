#pragma once

// INTERNAL to storage/: the file system under one database. Where the manifest could not be written
// or synced, nobody knows which of its last entries will be there when the database is opened
// again. From then on no file of the database is deleted: one that such an entry names would be
// missed, and the store would not open. RocksDB itself holds to that for flushes and compactions,
// not for ingestion, which takes its files back (ExternalSstFileIngestionJob::Cleanup). What nobody
// names goes when the database is opened next. After each of the manifest's fsyncs its length is
// noted (manifest_length.h).

#include <rocksdb/env.h>

#include <memory>

namespace dms::storage {

// An environment over that of `base` (nullptr: the default) for one database, to outlive it.
std::unique_ptr<rocksdb::Env> make_keeping_env(rocksdb::Env* base);

}  // namespace dms::storage
