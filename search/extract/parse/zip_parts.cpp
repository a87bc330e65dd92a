#include "search/extract/parse/zip_parts.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

namespace dms::search::extract {
namespace {

struct Free {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Free>;

class ZipReading {
 public:
  ZipReading(std::string_view bytes, const ZipLimits& limits) : bytes_(bytes), limits_(limits) {}

  ZipParts run(const std::function<bool(std::string_view)>& wanted) {
    Reader reader(archive_read_new());
    if (!reader || archive_read_support_format_zip_seekable(reader.get()) != ARCHIVE_OK ||
        archive_read_open_memory(reader.get(), bytes_.data(), bytes_.size()) != ARCHIVE_OK) {
      result_.trouble = Cause::broken_container;
      return std::move(result_);
    }
    std::size_t entries = 0;
    while (result_.trouble == Cause::none) {
      archive_entry* entry = nullptr;
      int status = archive_read_next_header(reader.get(), &entry);
      if (status == ARCHIVE_EOF) break;
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
        result_.trouble = Cause::broken_container;
      } else if (++entries > limits_.entries) {
        result_.trouble = Cause::too_many_parts;
      } else {
        take_entry(reader.get(), entry, wanted);
      }
    }
    return std::move(result_);
  }

 private:
  void take_entry(archive* reader, archive_entry* entry,
                  const std::function<bool(std::string_view)>& wanted) {
    const char* given = archive_entry_pathname_utf8(entry);
    if (given == nullptr) given = archive_entry_pathname(entry);
    if (given == nullptr) return;
    std::string_view name(given);
    while (name.starts_with('/')) name.remove_prefix(1);
    if (!wanted(name) || result_.parts.find(name) != result_.parts.end()) return;
    if (archive_entry_is_data_encrypted(entry) != 0) {
      result_.trouble = Cause::password;
      return;
    }
    std::string content;
    result_.trouble = read_content(reader, content);
    if (result_.trouble != Cause::expands_too_much) {
      result_.parts.emplace(name, std::move(content));
    }
  }

  Cause read_content(archive* reader, std::string& content) {
    std::array<char, 32768> block;
    for (;;) {
      la_ssize_t got = archive_read_data(reader, block.data(), block.size());
      if (got == 0) return Cause::none;
      if (got < 0) return Cause::broken_container;
      content.append(block.data(), static_cast<std::size_t>(got));
      total_ += static_cast<std::size_t>(got);
      const bool bomb = total_ > limits_.ratio_free_bytes && total_ / limits_.ratio > bytes_.size();
      if (content.size() > limits_.part_bytes || total_ > limits_.total_bytes || bomb) {
        return Cause::expands_too_much;
      }
    }
  }

  std::string_view bytes_;
  ZipLimits limits_;
  ZipParts result_;
  std::size_t total_ = 0;
};

}  // namespace

ZipParts read_zip(std::string_view archive, const std::function<bool(std::string_view)>& wanted,
                  const ZipLimits& limits) {
  return ZipReading(archive, limits).run(wanted);
}

}  // namespace dms::search::extract
