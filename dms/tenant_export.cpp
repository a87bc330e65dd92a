#include "dms/tenant_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/describe/class.hpp>
#include <optional>

#include "dms/base/json_codec.h"
#include "dms/exchange/export_folder.h"
#include "dms/exchange/export_names.h"
#include "dms/export_readme.h"
#include "dms/idempotency.h"
#include "dms/identity_event.h"
#include "dms/plain_export.h"
#include "dms/session_record.h"
#include "dms/user_record.h"

namespace dms {

namespace {

struct ExportedDetail {
  bool with_secrets = false;
  std::optional<std::string> system_user;
};
BOOST_DESCRIBE_STRUCT(ExportedDetail, (), (with_secrets, system_user))

constexpr std::uint64_t records_a_progress = 10'000;

// What is left out without secrets: who has a session's or a token's record cannot sign in with it,
// but whoever can write it back could try secrets against it.
bool is_secret(std::string_view table) {
  return table == session_table.name || table == token_table.name ||
         table == idempotency_indexes().table;
}

Result<std::string> without_password(std::string_view stored) {
  UserRecord user = DMS_TRY(decode_json<UserRecord>(stored, JsonProfile::record));
  user.password_hash.clear();
  return encode_json(user);
}

class Export {
 public:
  Export(storage::Store& store, const ExportOptions& options,
         const std::function<void(const ExportCounts&)>& progress)
      : store_(store), options_(options), progress_(progress), image_(storage::image_of(store)) {}

  Result<ExportReport> run() {
    folder_ = DMS_TRY(exchange::ExportFolder::begin(options_.folder));
    DMS_TRY(tell());
    description_.tenant = options_.tenant;
    description_.name = options_.name;
    description_.store = image_->id();
    description_.secrets = options_.with_secrets;
    DMS_TRY(folder_->make_folder("machine"));
    DMS_TRY(folder_->make_folder("machine/contents"));
    DMS_TRY(write_contents());
    DMS_TRY(write_records());
    DMS_TRY(write_counters());
    DMS_TRY(write_journal());
    DMS_TRY(write_reads());
    if (!options_.heads.empty()) {
      DMS_TRY(folder_->write_file(std::string(exchange::heads_file_copy), options_.heads));
    }
    DMS_TRY(folder_->write_file(std::string(exchange::description_file),
                                encode_json(description_) + "\n"));
    DMS_TRY(folder_->write_file("README.txt", export_readme(description_)));
    ExportReport report{counts_, DMS_TRY(folder_->finish())};
    return report;
  }

 private:
  // The image is of the state before.
  Result<void> tell() {
    ExportedDetail detail{options_.with_secrets, std::nullopt};
    if (!options_.system_user.empty()) detail.system_user = options_.system_user;
    DMS_TRY(store_.commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      commit.append(identity_event({}, "tenant.exported", store_.id(), encode_json(detail)));
      return commit;
    }));
    return {};
  }

  using Lines = std::unique_ptr<exchange::ExportFile>;
  Result<Lines> begin(std::string_view path) { return folder_->create(std::string(path)); }

  // Those of versions as the files that people read, then what else somebody owns.
  Result<void> write_contents() {
    const Lines lines = DMS_TRY(begin(exchange::contents_file));
    WrittenContents written;
    DMS_TRY(PlainExport(store_, *image_, {*folder_, *lines, written, counts_, progress_}).run());
    written.end();
    DMS_TRY(image_->for_each_content(
        [&](const storage::ContentId& content, const std::vector<Uuid>& owners) {
          return write_rest(content, owners, written, *lines);
        }));
    DMS_TRY(folder_->close(*lines));
    description_.contents = counts_.contents;
    return {};
  }

  Result<void> write_rest(const storage::ContentId& content, const std::vector<Uuid>& owners,
                          const WrittenContents& written, exchange::ExportFile& lines) {
    std::vector<Uuid> rest;
    std::copy_if(owners.begin(), owners.end(), std::back_inserter(rest),
                 [&](const Uuid& owner) { return !written.has(content, owner); });
    if (rest.empty()) return {};
    const std::string hex = content.sha256.hex();
    const std::string folder = "machine/contents/" + hex.substr(0, 2);
    if (!made_.at(content.sha256.bytes[0])) DMS_TRY(folder_->make_folder(folder));
    made_.at(content.sha256.bytes[0]) = true;
    const bool is_own = content.domain == storage::KeyDomain{};
    const std::string path =
        fmt::format("{}/{}{}", folder, hex, is_own ? "" : "-" + to_string(content.domain.value));
    DMS_TRY(copy_content(store_, content, *folder_, path));
    counts_.content_bytes += content.size;
    ++counts_.contents;
    return lines.write_line(encode_json(exchange::ContentLine{
        {}, path, content.domain.value, content.sha256, content.size, std::move(rest)}));
  }

  Result<void> write_records() {
    const Lines lines = DMS_TRY(begin(exchange::records_file));
    DMS_TRY(image_->for_each_record([&](const storage::StoreImage::Record& record) -> Result<void> {
      if (!options_.with_secrets && is_secret(record.table)) return {};
      std::string stored(record.stored);
      if (!options_.with_secrets && record.table == user_table.name) {
        stored = DMS_TRY(without_password(stored));
      }
      if (++counts_.records % records_a_progress == 0) progress_(counts_);
      return lines->write_line(exchange::write_record_line(record.table, record.key, stored));
    }));
    description_.records = counts_.records;
    return end(*lines);
  }

  Result<void> write_counters() {
    const Lines lines = DMS_TRY(begin(exchange::counters_file));
    DMS_TRY(image_->for_each_counter([&](std::string_view name, std::uint64_t value) {
      ++description_.counters;
      return lines->write_line(encode_json(exchange::CounterLine{{}, std::string(name), value}));
    }));
    return end(*lines);
  }

  Result<void> write_journal() {
    const Lines lines = DMS_TRY(begin(exchange::journal_file));
    DMS_TRY(image_->for_each_event([&](const storage::StoreImage::JournalBytes& event) {
      description_.journal_sequence = event.sequence;
      description_.journal_hash = sha256(event.envelope);
      if (++counts_.journal_entries % records_a_progress == 0) progress_(counts_);
      return lines->write_line(
          exchange::write_event_line(event.envelope, event.salt, event.detail));
    }));
    return end(*lines);
  }

  Result<void> write_reads() {
    const Lines lines = DMS_TRY(begin(exchange::reads_file));
    DMS_TRY(image_->for_each_read([&](std::string_view entry) {
      ++description_.reads;
      return lines->write_line(exchange::write_read_line(entry));
    }));
    return end(*lines);
  }

  Result<void> end(exchange::ExportFile& lines) {
    DMS_TRY(folder_->close(lines));
    return {};
  }

  storage::Store& store_;
  const ExportOptions& options_;
  const std::function<void(const ExportCounts&)>& progress_;
  const std::unique_ptr<storage::StoreImage> image_;
  std::unique_ptr<exchange::ExportFolder> folder_;
  exchange::ExportDescription description_;
  ExportCounts counts_;
  std::array<bool, 256> made_{};  // folders below machine/contents
};

}  // namespace

Result<ExportReport> export_tenant(storage::Store& store, const ExportOptions& options,
                                   const std::function<void(const ExportCounts&)>& progress) {
  return Export(store, options, progress).run();
}

}  // namespace dms
