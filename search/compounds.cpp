#include "search/compounds.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "dms/base/bytes.h"
#include "search/compound_file.h"
#include "search/compound_rules.h"

namespace dms::search {

namespace {

constexpr const char* file_name = "aktenwerk-german.words";
constexpr std::size_t version_digits = 16;

Error unusable(const std::string& path, const std::string& why) {
  return operator_error(ErrorCode::unavailable, "compound dictionary " + path + ": " + why);
}

std::uint32_t read_u32(const char* at) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(at[i])) << (8 * i);
  }
  return value;
}

}  // namespace

class Compounds::Mapping final : public CompoundWords {
 public:
  explicit Mapping(std::string_view bytes)
      : bytes_(bytes),
        mask_(read_u32(bytes.data() + 8) - 1),
        words_(read_u32(bytes.data() + 12)),
        slots_(bytes.data() + compound_file::header_bytes),
        entries_(slots_ + std::size_t{4} * (mask_ + 1)),
        entries_size_(read_u32(bytes.data() + 16)) {}
  ~Mapping() override { ::munmap(const_cast<char*>(bytes_.data()), bytes_.size()); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  static bool is_sound(std::string_view bytes) {
    if (bytes.size() < compound_file::header_bytes) return false;
    if (!bytes.starts_with(compound_file::magic)) return false;
    const std::size_t slots = read_u32(bytes.data() + 8);
    return slots > 0 && (slots & (slots - 1)) == 0 && slots > read_u32(bytes.data() + 12) &&
           bytes.size() == compound_file::header_bytes + 4 * slots + read_u32(bytes.data() + 16);
  }

  CompoundWord find(std::string_view exact) const override {
    std::uint32_t slot = compound_file::hash(exact) & mask_;
    for (std::uint32_t tried = 0; tried <= mask_; ++tried, slot = (slot + 1) & mask_) {
      const std::uint32_t offset = read_u32(slots_ + std::size_t{4} * slot);
      // A damaged file finds nothing rather than reading beyond its end.
      if (offset == compound_file::empty_slot ||
          offset + compound_file::entry_head_bytes > entries_size_) {
        return {};
      }
      const char* entry = entries_ + offset;
      const auto length = static_cast<unsigned char>(entry[0]);
      if (length != exact.size() ||
          offset + compound_file::entry_head_bytes + length > entries_size_ ||
          std::memcmp(entry + compound_file::entry_head_bytes, exact.data(), length) != 0) {
        continue;
      }
      const auto byte = [&](int i) { return static_cast<std::uint8_t>(entry[i]); };
      return {byte(1), byte(2), byte(3)};
    }
    return {};
  }

  std::string_view bytes() const { return bytes_; }
  std::uint32_t words() const { return words_; }

 private:
  std::string_view bytes_;
  std::uint32_t mask_;
  std::uint32_t words_;
  const char* slots_;
  const char* entries_;
  std::size_t entries_size_;
};

Compounds::Compounds(std::unique_ptr<Mapping> mapping) : mapping_(std::move(mapping)) {}
Compounds::~Compounds() = default;

Result<std::unique_ptr<const Compounds>> Compounds::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail(unusable(path, std::strerror(errno)));
  struct stat status = {};
  void* memory = MAP_FAILED;
  std::size_t size = 0;
  if (::fstat(file, &status) == 0 && status.st_size > 0) {
    size = static_cast<std::size_t>(status.st_size);
    memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  }
  ::close(file);
  if (memory == MAP_FAILED) return fail(unusable(path, "it cannot be mapped"));
  const std::string_view bytes(static_cast<const char*>(memory), size);
  if (!Mapping::is_sound(bytes)) {
    ::munmap(memory, size);
    return fail(unusable(path, "not a dictionary of this version, or damaged"));
  }
  return std::unique_ptr<const Compounds>(new Compounds(std::make_unique<Mapping>(bytes)));
}

std::vector<std::uint8_t> Compounds::split(std::string_view exact) const {
  return split_compound(*mapping_, exact);
}

std::string Compounds::version() const {
  return to_hex(mapping_->bytes().substr(compound_file::digest_offset, version_digits / 2));
}

std::size_t Compounds::word_count() const {
  return mapping_->words();
}

namespace {

Result<std::unique_ptr<const Compounds>> find_german_compounds() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path folder = program.parent_path();
  std::vector<std::filesystem::path> places = {
      folder / file_name, folder.parent_path() / "share" / "aktenwerk" / file_name};
  constexpr int folders_above = 4;
  std::filesystem::path above = folder;
  for (int i = 0; i < folders_above && above.has_relative_path(); ++i) {
    above = above.parent_path();
    places.push_back(above / "search" / file_name);
  }
  for (const auto& place : places) {
    if (std::filesystem::exists(place, error)) return Compounds::open(place.string());
  }
  return fail(unusable(file_name, "it lies neither beside the program in " + folder.string() +
                                      " nor in ../share/aktenwerk; build the target "
                                      "german_words or install it"));
}

}  // namespace

Result<const Compounds*> german_compounds() {
  static const Result<std::unique_ptr<const Compounds>> found = find_german_compounds();
  if (!found) return fail(found.error());
  return found->get();
}

}  // namespace dms::search
