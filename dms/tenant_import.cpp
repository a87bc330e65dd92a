#include "dms/tenant_import.h"

#include <fmt/format.h>

#include "dms/base/json_codec.h"
#include "dms/exchange/export_folder.h"
#include "dms/signed_head.h"

namespace dms {

namespace {

constexpr std::size_t description_bytes_max = 64U << 10U;
constexpr std::uint64_t lines_a_progress = 10'000;
constexpr std::uint64_t bytes_a_progress = 64U << 20U;

tl::unexpected<Error> broken(std::string_view what) {
  Error error = make_error(ErrorCode::corrupt, "Der Export passt nicht zusammen.",
                           "The export does not hold together.");
  error.hint = what;
  return fail(std::move(error));
}

class Import {
 public:
  Import(storage::StorageEnvironment& environment, const ImportOptions& options,
         const std::function<void(const ImportCounts&)>& progress)
      : environment_(environment), options_(options), progress_(progress) {}

  Result<ImportReport> run() {
    folder_ = DMS_TRY(exchange::ImportFolder::open(options_.folder));
    ImportReport report;
    report.checksums = DMS_TRY(check());
    DMS_TRY(read_description());
    storage::BulkLoadOptions loading;
    loading.store = options_.store;
    loading.id = description_.store;
    load_ = DMS_TRY(storage::BulkLoad::begin(environment_, std::move(loading)));
    DMS_TRY(load_contents());
    DMS_TRY(load_records());
    DMS_TRY(load_counters());
    DMS_TRY(load_journal());
    DMS_TRY(load_reads());
    const std::string heads(exchange::heads_file_copy);
    if (DMS_TRY(folder_->has(heads))) {
      report.heads = DMS_TRY(folder_->read(heads, head_file_bytes_max));
    }
    DMS_TRY(load_->finish(storage::BulkLoad::Proof::walked));
    report.counts = counts_;
    report.tenant = description_.tenant;
    report.has_secrets = description_.secrets;
    return report;
  }

 private:
  Result<Sha256Digest> check() {
    std::uint64_t told = 0;
    return folder_->check([&](std::uint64_t bytes) {
      counts_.checked_bytes += bytes;
      if (counts_.checked_bytes - told < bytes_a_progress) return;
      told = counts_.checked_bytes;
      progress_(counts_);
    });
  }

  Result<void> read_description() {
    const std::string path(exchange::description_file);
    const std::string text = DMS_TRY(folder_->read(path, description_bytes_max));
    auto description = decode_json<exchange::ExportDescription>(text, JsonProfile::record);
    if (!description) return broken(path + ": " + description.error().hint);
    description_ = std::move(*description);
    return {};
  }

  // Line by line; `expected`, as export.json says, must come.
  Result<void> for_each_line(std::string_view path, std::uint64_t expected,
                             const std::function<Result<void>(std::string_view)>& take) {
    std::uint64_t lines = 0;
    DMS_TRY(folder_->for_each_line(std::string(path), [&](std::string_view line) -> Result<void> {
      DMS_TRY(take(line));
      if (++lines % lines_a_progress == 0) progress_(counts_);
      return {};
    }));
    if (lines == expected) return {};
    return broken(fmt::format("{}: {} lines, not {}", path, lines, expected));
  }

  Result<void> load_contents() {
    return for_each_line(exchange::contents_file, description_.contents,
                         [&](std::string_view text) { return load_content(text); });
  }

  Result<void> load_content(std::string_view text) {
    const auto line = DMS_TRY(decode_json<exchange::ContentLine>(text, JsonProfile::record));
    if (!exchange::is_path_below(line.file)) return broken("no path below the export's folder");
    if (line.owners.empty()) return broken("a content of nobody");
    const auto writer = DMS_TRY(load_->write_content({line.domain}));
    DMS_TRY(folder_->for_each_piece(line.file,
                                    [&](std::string_view piece) { return writer->append(piece); }));
    const storage::StagedContent staged = DMS_TRY(writer->finish());
    if (staged.id().sha256 != line.sha256 || staged.id().size != line.size) {
      return broken(line.file + " has other bytes than it should");
    }
    for (const Uuid& owner : line.owners) DMS_TRY(load_->name_content(staged.id(), owner));
    counts_.content_bytes += line.size;
    return {};
  }

  // In the order of their keys, so that nothing comes twice.
  Result<void> load_records() {
    std::string last_table;
    std::string last_key;
    const auto take = [&](std::string_view text) -> Result<void> {
      exchange::RecordLine line = DMS_TRY(exchange::parse_record_line(text));
      const bool is_next =
          line.table > last_table || (line.table == last_table && line.key > last_key);
      if (!is_next) return broken("the record is not in its place");
      DMS_TRY(load_->put_record(line.table, line.key, line.stored));
      ++counts_.records;
      last_table = std::move(line.table);
      last_key = std::move(line.key);
      return {};
    };
    return for_each_line(exchange::records_file, description_.records, take);
  }

  Result<void> load_counters() {
    return for_each_line(
        exchange::counters_file, description_.counters, [&](std::string_view text) -> Result<void> {
          const auto line = DMS_TRY(decode_json<exchange::CounterLine>(text, JsonProfile::record));
          return load_->set_counter(line.counter, line.value);
        });
  }

  Result<void> load_journal() {
    const auto take = [&](std::string_view text) -> Result<void> {
      const exchange::EventLine line = DMS_TRY(exchange::parse_event_line(text));
      ++counts_.journal_entries;
      return load_->adopt_event({line.envelope, line.salt, line.detail});
    };
    DMS_TRY(for_each_line(exchange::journal_file, description_.journal_sequence, take));
    if (load_->journal_head().hash == description_.journal_hash) return {};
    return broken(fmt::format("{}: ends with another hash", exchange::journal_file));
  }

  Result<void> load_reads() {
    return for_each_line(exchange::reads_file, description_.reads,
                         [&](std::string_view text) -> Result<void> {
                           return load_->adopt_read(DMS_TRY(exchange::parse_read_line(text)));
                         });
  }

  storage::StorageEnvironment& environment_;
  const ImportOptions& options_;
  const std::function<void(const ImportCounts&)>& progress_;
  std::unique_ptr<exchange::ImportFolder> folder_;
  exchange::ExportDescription description_;
  std::unique_ptr<storage::BulkLoad> load_;
  ImportCounts counts_;
};

}  // namespace

Result<ImportReport> import_tenant(storage::StorageEnvironment& environment,
                                   const ImportOptions& options,
                                   const std::function<void(const ImportCounts&)>& progress) {
  return Import(environment, options, progress).run();
}

}  // namespace dms
