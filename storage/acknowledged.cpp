#include "storage/acknowledged.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "storage/byte_codec.h"

namespace dms::storage {

namespace {

constexpr const char* file_name = "acknowledged";
constexpr const char* clean_marker_name = "clean";
constexpr std::string_view magic = "AWAK";
constexpr std::uint32_t format = 1;
// Two slots in different sectors, written in turn: a write that a power cut tears leaves the other.
constexpr std::array<off_t, 2> slot_offsets = {0, 4096};
constexpr std::size_t checksum_bytes = 32;
constexpr std::size_t slot_bytes = 4 + 4 + 8 + 8 + 8 + 32 + 4 + 8 + 32 + checksum_bytes;

struct Slot {
  std::uint64_t generation = 0;
  Acknowledged acknowledged;
};

std::optional<Slot> decode_slot(std::string_view bytes) {
  if (bytes.size() != slot_bytes) return std::nullopt;
  const std::string_view body = bytes.substr(0, slot_bytes - checksum_bytes);
  if (sha256(body).raw() != bytes.substr(body.size())) return std::nullopt;
  ByteReader in(body);
  if (in.raw(4) != magic || in.number_32() != format) return std::nullopt;
  Slot slot;
  slot.generation = in.number();
  slot.acknowledged.group.number = in.number();
  slot.acknowledged.group.head.sequence = in.number();
  slot.acknowledged.group.head.hash = in.digest();
  slot.acknowledged.reads.day = in.number_32();
  slot.acknowledged.reads.number = in.number();
  slot.acknowledged.reads.hash = in.digest();
  return slot;
}

std::optional<Slot> read_slot(int descriptor, off_t offset) {
  std::array<char, slot_bytes> bytes{};
  const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), offset);
  if (got != static_cast<ssize_t>(bytes.size())) return std::nullopt;
  return decode_slot({bytes.data(), bytes.size()});
}

// The newest whole slot.
std::optional<Slot> newest_slot(int descriptor) {
  std::optional<Slot> newest;
  for (const off_t offset : slot_offsets) {
    const std::optional<Slot> slot = read_slot(descriptor, offset);
    if (slot && (!newest || slot->generation > newest->generation)) newest = slot;
  }
  return newest;
}

Error file_error(std::string_view file, std::string_view what) {
  return operator_error(ErrorCode::unavailable,
                        fmt::format("{}: {}: {}", file, what, std::strerror(errno)));
}

}  // namespace

std::string encode_acknowledged(const Acknowledged& acknowledged, std::uint64_t generation) {
  ByteWriter out;
  out.raw(magic).number_32(format).number(generation).number(acknowledged.group.number);
  out.number(acknowledged.group.head.sequence).digest(acknowledged.group.head.hash);
  out.number_32(acknowledged.reads.day).number(acknowledged.reads.number);
  std::string bytes = out.digest(acknowledged.reads.hash).take();
  bytes.append(sha256(bytes).raw());
  return bytes;
}

Result<void> write_clean_marker(int folder, const Acknowledged& acknowledged) {
  const std::string bytes = encode_acknowledged(acknowledged, 0);
  const int descriptor = ::openat(folder, clean_marker_name,
                                  O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(file_error(clean_marker_name, "open"));
  const bool written =
      ::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!written || ::fsync(folder) != 0) return fail(file_error(clean_marker_name, "write"));
  return {};
}

std::optional<Acknowledged> read_clean_marker(int folder) {
  const int descriptor = ::openat(folder, clean_marker_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  const std::optional<Slot> slot = read_slot(descriptor, 0);
  ::close(descriptor);
  return slot ? std::optional<Acknowledged>(slot->acknowledged) : std::nullopt;
}

Result<void> remove_clean_marker(int folder) {
  if (::unlinkat(folder, clean_marker_name, 0) != 0) {
    if (errno == ENOENT) return {};
    return fail(file_error(clean_marker_name, "remove"));
  }
  if (::fsync(folder) != 0) return fail(file_error(clean_marker_name, "remove"));
  return {};
}

Result<std::optional<Acknowledged>> AcknowledgedFile::read(int folder) {
  const int descriptor = ::openat(folder, file_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return std::optional<Acknowledged>();
    return fail(file_error(file_name, "open"));
  }
  const std::optional<Slot> slot = newest_slot(descriptor);
  struct stat status {};
  const bool empty = ::fstat(descriptor, &status) == 0 && status.st_size == 0;
  ::close(descriptor);
  if (slot) return std::optional<Acknowledged>(slot->acknowledged);
  if (empty) return std::optional<Acknowledged>();
  return fail(operator_error(ErrorCode::corrupt, fmt::format("{}: damaged", file_name)));
}

Result<std::unique_ptr<AcknowledgedFile>> AcknowledgedFile::open(int folder) {
  const int descriptor =
      ::openat(folder, file_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(file_error(file_name, "open"));
  const std::optional<Slot> slot = newest_slot(descriptor);
  std::unique_ptr<AcknowledgedFile> file(
      new AcknowledgedFile(descriptor, slot ? slot->generation : 0));
  // Also where the file was there: who created it may have been killed before this.
  if (::fsync(folder) != 0) return fail(file_error(file_name, "fsync of its folder"));
  return file;
}

AcknowledgedFile::~AcknowledgedFile() {
  ::close(descriptor_);
}

Result<void> AcknowledgedFile::write(const Acknowledged& acknowledged) {
  const std::string bytes = encode_acknowledged(acknowledged, ++generation_);
  const off_t offset = slot_offsets[generation_ % slot_offsets.size()];
  if (::pwrite(descriptor_, bytes.data(), bytes.size(), offset) !=
      static_cast<ssize_t>(bytes.size())) {
    return fail(file_error(file_name, "write"));
  }
  return {};
}

}  // namespace dms::storage
