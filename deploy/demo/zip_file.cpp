#include "deploy/demo/zip_file.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace dms::demo {

Result<std::string> make_zip(const std::vector<ZipPart>& parts) {
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), archive_write_free);
  std::string out(1U << 20U, '\0');
  std::size_t used = 0;
  archive_write_set_format_zip(writer.get());
  archive_write_zip_set_compression_store(writer.get());
  bool good = archive_write_open_memory(writer.get(), out.data(), out.size(), &used) == ARCHIVE_OK;
  for (const ZipPart& part : parts) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname(entry.get(), part.name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(part.bytes.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    good = good && archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK &&
           archive_write_data(writer.get(), part.bytes.data(), part.bytes.size()) ==
               static_cast<la_ssize_t>(part.bytes.size());
  }
  good = good && archive_write_close(writer.get()) == ARCHIVE_OK;
  if (!good) return fail(operator_error(ErrorCode::internal, "libarchive could not write a zip"));
  out.resize(used);
  return out;
}

}  // namespace dms::demo
