#include "search/index.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xapian.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <utility>

#include "search/index_reader.h"
#include "search/index_writer.h"
#include "search/language.h"
#include "search/run_search.h"
#include "search/xapian_guard.h"

namespace dms::search {

namespace {

Error file_error(const std::string& what) {
  const int error = errno;
  const ErrorCode code = error == ENOSPC ? ErrorCode::storage_full : ErrorCode::internal;
  return operator_error(code, "search index: " + what + ": " + std::strerror(error));
}

class XapianIndex final : public SearchIndex {
 public:
  XapianIndex(const IndexOptions& options, const std::string& analysis)
      : folder_(options.folder),
        readers_(options.folder),
        writer_({options.folder, analysis}, options.commit_every, readers_) {}

  Result<std::optional<IndexPosition>> position() const override {
    const std::scoped_lock lock(writing_);
    return writer_.position();
  }

  Result<void> put(const IndexDocument& document) override {
    const std::scoped_lock lock(writing_);
    return writer_.put(document);
  }

  Result<void> remove(const Uuid& document) override {
    const std::scoped_lock lock(writing_);
    return writer_.remove(document);
  }

  Result<void> commit(const IndexPosition& position) override {
    const std::scoped_lock lock(writing_);
    return writer_.commit(position);
  }

  Result<SearchResults> search(const SearchRequest& request,
                               const Visibility& visible) const override {
    return run_search(readers_, request, visible);
  }

  std::uint64_t document_count() const override { return readers_.columns()->document_count; }

  Result<std::vector<std::string>> check() const override {
    // Xapian's check takes a commit that runs beside it for damage.
    const std::scoped_lock lock(writing_);
    return xapian_guard([&]() -> Result<std::vector<std::string>> {
      std::ostringstream report;
      const std::size_t errors = Xapian::Database::check(folder_, 0, &report);
      std::vector<std::string> problems;
      if (errors > 0) {
        std::istringstream lines(report.str());
        for (std::string line; std::getline(lines, line);) problems.push_back(std::move(line));
        if (problems.empty()) problems.emplace_back("the search index is damaged");
      }
      return problems;
    });
  }

  // Xapian never writes over blocks of the last commit, so the files hold it whole.
  Result<void> copy_to(const std::string& folder) const override {
    const std::scoped_lock lock(writing_);
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    if (!error) std::filesystem::copy(folder_, folder, error);
    if (!error) return {};
    errno = error.value();
    return fail(file_error("copy to " + folder));
  }

 private:
  const std::string folder_;
  mutable ReaderPool readers_;  // itself thread-safe
  mutable std::mutex writing_;
  IndexWriter writer_;  // under writing_
};

Result<void> sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail(file_error("open " + folder));
  const bool synced = ::fsync(descriptor) == 0;
  const Error error = synced ? Error{} : file_error("fsync " + folder);
  ::close(descriptor);
  if (!synced) return fail(error);
  return {};
}

}  // namespace

Result<std::unique_ptr<SearchIndex>> SearchIndex::open(IndexOptions options) {
  return xapian_guard([&]() -> Result<std::unique_ptr<SearchIndex>> {
    return std::make_unique<XapianIndex>(options, DMS_TRY(analysis_identity()));
  });
}

Result<void> replace_index(const std::string& folder, const std::string& rebuilt_folder) {
  std::error_code missing;
  const bool exchange = std::filesystem::exists(folder, missing);
  if (::renameat2(AT_FDCWD, rebuilt_folder.c_str(), AT_FDCWD, folder.c_str(),
                  exchange ? RENAME_EXCHANGE : 0) != 0) {
    return fail(file_error("exchange " + rebuilt_folder + " and " + folder));
  }
  const std::string parent = std::filesystem::path(folder).parent_path().string();
  DMS_TRY(sync_folder(parent.empty() ? "." : parent));
  if (!exchange) return {};
  std::error_code error;
  std::filesystem::remove_all(rebuilt_folder, error);
  if (error) {
    errno = error.value();
    return fail(file_error("remove " + rebuilt_folder));
  }
  return {};
}

}  // namespace dms::search
