#include "storage/database_options.h"
#include "storage/store.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <limits>

namespace dms::storage {

namespace {

// Table files a tenant keeps open; RocksDB reopens others as needed. Without a bound a hundred
// tenants held 1,206 descriptors.
constexpr int open_files_max = 128;
// Small: a hundred tenants have ten families each. The shared WriteBufferManager bounds the sum.
constexpr std::size_t write_buffer_bytes = 4U << 20U;
constexpr std::size_t content_write_buffer_bytes = 16U << 20U;  // holds chunks of up to 1 MiB
constexpr std::size_t arena_block_bytes = 64U << 10U;
constexpr std::size_t block_bytes = 16U << 10U;  // zstd gains little on smaller blocks
// Records are read one by one from all over the family: what is not wanted is read and unpacked for
// nothing.
constexpr std::size_t record_block_bytes = 4U << 10U;
constexpr double filter_bits_per_key = 10;
constexpr std::uint64_t disk_margin_bytes = 256ULL << 20U;

// Hands RocksDB's error messages to the log; a LOG file in each tenant's folder would cost a
// descriptor and keep nobody's attention. They name files and sizes, no values.
class ForwardingLogger final : public rocksdb::Logger {
 public:
  ForwardingLogger(Log& log, std::string name)
      : rocksdb::Logger(rocksdb::InfoLogLevel::ERROR_LEVEL), log_(log), name_(std::move(name)) {}
  using rocksdb::Logger::Logv;
  void Logv(const char* format, std::va_list arguments) override {
    std::array<char, 512> text{};
    const int length = std::vsnprintf(text.data(), text.size(), format, arguments);
    if (length <= 0) return;
    log_.error("rocksdb", {{"store", name_}, {"message", std::string(text.data())}});
  }

 private:
  Log& log_;
  std::string name_;
};

}  // namespace

rocksdb::DBOptions database_settings(const Database::Options& options) {
  rocksdb::DBOptions settings;
  settings.create_if_missing = true;
  settings.create_missing_column_families = true;
  if (options.env != nullptr) settings.env = options.env;
  settings.max_total_wal_size = wal_bytes_max;
  settings.max_open_files = open_files_max;
  settings.max_file_opening_threads = 1;
  settings.write_buffer_manager = options.write_buffers;
  settings.rate_limiter = options.rate_limiter;
  settings.info_log = std::make_shared<ForwardingLogger>(*options.log, options.name);
  // recovery.h has compared this history with what an unforgiving and a forgiving reader see.
  settings.wal_recovery_mode = options.recovery_mode;
  settings.skip_stats_update_on_db_open = true;
  settings.stats_dump_period_sec = 0;
  settings.stats_persist_period_sec = 0;
  // A failed write is never resumed from inside: close, reopen, verify.
  settings.max_bgerror_resume_count = 0;
  return settings;
}

rocksdb::ColumnFamilyOptions family_settings(Family family, const Database::Options& options) {
  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;  // Debian's RocksDB has no hardware CRC32C
  table.format_version = 5;
  table.block_cache = options.block_cache;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  rocksdb::ColumnFamilyOptions settings;
  settings.arena_block_size = arena_block_bytes;
  settings.write_buffer_size = write_buffer_bytes;
  if (holds_chunks(family)) {
    settings.write_buffer_size = content_write_buffer_bytes;
    settings.compression = rocksdb::kNoCompression;  // PDF, DOCX and images are compressed already
  } else {
    settings.compression = rocksdb::kZSTD;
    table.block_size = family == Family::records ? record_block_bytes : block_bytes;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(filter_bits_per_key));
  }
  // Writes are slowed down where young tables gather, never held up: where a compaction meets
  // damage they gather for good, and whoever waited for it would wait for ever.
  settings.level0_stop_writes_trigger = std::numeric_limits<int>::max();
  settings.hard_pending_compaction_bytes_limit = 0;
  settings.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return settings;
}

std::uint64_t usual_disk_reserve(std::uint64_t write_buffer_bytes) {
  return 2 * write_buffer_bytes + wal_bytes_max + disk_margin_bytes;
}

std::uint64_t computed_disk_reserve(const Database::Options& options) {
  const std::uint64_t buffers =
      options.write_buffers ? options.write_buffers->buffer_size() : std::uint64_t{0};
  return usual_disk_reserve(buffers);
}

}  // namespace dms::storage
