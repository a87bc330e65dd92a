#include "dms/extraction_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "dms/document_record.h"
#include "dms/inbox_record.h"

namespace dms {

namespace {

constexpr std::size_t chunk_bytes = 1U << 20U;
// Files up to this size go through memory, larger ones through the staging folder.
constexpr std::uint64_t memory_bytes_max = 16ULL << 20U;

Error system_error(std::string_view what) {
  return operator_error(ErrorCode::unavailable, std::string(what) + ": " + std::strerror(errno));
}

Result<Descriptor> make_file(const std::string& staging_folder, std::uint64_t size) {
  Descriptor file(size <= memory_bytes_max
                      ? ::memfd_create("aktenwerk-content", MFD_CLOEXEC)
                      : ::open(staging_folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.number() < 0) return fail(system_error("no file for extraction"));
  return file;
}

Result<void> write_all(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(system_error("write for extraction"));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<Descriptor> copy_out(const storage::ContentReader& original,
                            const std::string& staging_folder) {
  const std::uint64_t size = original.id().size;
  Descriptor file = DMS_TRY(make_file(staging_folder, size));
  for (std::uint64_t offset = 0; offset < size;) {
    const std::string bytes = DMS_TRY(original.read(offset, chunk_bytes));
    if (bytes.empty()) return fail(operator_error(ErrorCode::corrupt, "content ends early"));
    DMS_TRY(write_all(file, bytes));
    offset += bytes.size();
  }
  if (::lseek(file.number(), 0, SEEK_SET) != 0) return fail(system_error("rewind"));
  return file;
}

Result<Descriptor> put_out(std::string_view bytes, const std::string& staging_folder) {
  Descriptor file = DMS_TRY(make_file(staging_folder, bytes.size()));
  DMS_TRY(write_all(file, bytes));
  if (::lseek(file.number(), 0, SEEK_SET) != 0) return fail(system_error("rewind"));
  return file;
}

Result<bool> is_named(const storage::View& view, const storage::ContentId& content) {
  DMS_TRY(require_content_index(view));
  storage::ScanOptions options;
  options.prefix = version_content_prefix(content);
  options.limit = 1;
  if (DMS_TRY(view.count_index(version_table.name, "content", options)) > 0) return true;
  return is_kept_by_item(view, content);
}

}  // namespace dms
