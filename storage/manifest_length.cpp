#include "storage/manifest_length.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "storage/byte_codec.h"

namespace dms::storage {

namespace {

constexpr std::string_view file_name = "manifest_length";
constexpr std::string_view magic = "AWMF";
constexpr std::uint32_t format = 1;
// As in acknowledged.cpp: in different sectors, written in turn.
constexpr std::array<off_t, 2> slot_offsets = {0, 4096};
constexpr std::size_t checksum_bytes = 32;
constexpr std::size_t slot_bytes = 4 + 4 + 8 + 8 + 8 + checksum_bytes;

// Of RocksDB's log files.
constexpr std::size_t block_bytes = 32768;
constexpr std::size_t header_bytes = 7;  // checksum 4, length 2 (little-endian), type 1
constexpr std::uint8_t type_full = 1;
constexpr std::uint8_t type_last = 4;

struct Slot {
  std::uint64_t generation = 0;
  ManifestLength length;
};

std::string encode_slot(const Slot& slot) {
  std::string bytes = ByteWriter()
                          .raw(magic)
                          .number_32(format)
                          .number(slot.generation)
                          .number(slot.length.number)
                          .number(slot.length.bytes)
                          .take();
  bytes.append(sha256(bytes).raw());
  return bytes;
}

std::optional<Slot> read_slot(int descriptor, off_t offset) {
  std::array<char, slot_bytes> bytes{};
  const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), offset);
  if (got != static_cast<ssize_t>(bytes.size())) return std::nullopt;
  const std::string_view body(bytes.data(), slot_bytes - checksum_bytes);
  if (sha256(body).raw() != std::string_view(bytes.data() + body.size(), checksum_bytes)) {
    return std::nullopt;
  }
  ByteReader in(body);
  if (in.raw(4) != magic || in.number_32() != format) return std::nullopt;
  Slot slot;
  slot.generation = in.number();
  slot.length.number = in.number();
  slot.length.bytes = in.number();
  return slot;
}

std::optional<Slot> newest_slot(int descriptor) {
  std::optional<Slot> newest;
  for (const off_t offset : slot_offsets) {
    const std::optional<Slot> slot = read_slot(descriptor, offset);
    if (slot && (!newest || slot->generation > newest->generation)) newest = slot;
  }
  return newest;
}

bool write_slot(int descriptor, const Slot& slot) {
  const std::string bytes = encode_slot(slot);
  const off_t offset = slot_offsets[slot.generation % slot_offsets.size()];
  return ::pwrite(descriptor, bytes.data(), bytes.size(), offset) ==
         static_cast<ssize_t>(bytes.size());
}

Error file_error(const std::string& path) {
  return operator_error(ErrorCode::unavailable, path + ": " + std::strerror(errno));
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The manifest that CURRENT names; nullopt where that is no name of one.
std::optional<std::uint64_t> current_manifest(const std::string& folder) {
  static constexpr std::string_view prefix = "MANIFEST-";
  const std::string name = read_file(folder + "/CURRENT");
  if (!name.starts_with(prefix)) return std::nullopt;
  std::uint64_t number = 0;
  const auto parsed =
      std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
  return parsed.ec == std::errc() ? std::optional(number) : std::nullopt;
}

}  // namespace

Result<void> note_manifest_length(const std::string& folder, const ManifestLength& length,
                                  LengthNote note) {
  const std::string path = fmt::format("{}/{}", folder, file_name);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(file_error(path));
  const std::optional<Slot> newest = newest_slot(descriptor);
  std::uint64_t generation = newest ? newest->generation : 0;
  bool is_written = write_slot(descriptor, {++generation, length});
  // Nothing must be left of another manifest that had this number.
  if (note == LengthNote::first) {
    is_written =
        is_written && write_slot(descriptor, {++generation, length}) && ::fsync(descriptor) == 0;
  }
  const Error trouble = file_error(path);
  ::close(descriptor);
  if (!is_written) return fail(trouble);
  return {};
}

Result<void> check_manifest_length(const std::string& folder) {
  const std::string path = fmt::format("{}/{}", folder, file_name);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return {};
    return fail(file_error(path));
  }
  const std::optional<Slot> noted = newest_slot(descriptor);
  ::close(descriptor);
  // After a kill between the two CURRENT may still name the manifest before.
  if (!noted || current_manifest(folder) != noted->length.number) return {};
  const std::string name = fmt::format("MANIFEST-{:06}", noted->length.number);
  const std::uint64_t whole = whole_entries_end(read_file(fmt::format("{}/{}", folder, name)));
  if (whole >= noted->length.bytes) return {};
  return fail(operator_error(ErrorCode::corrupt,
                             fmt::format("{} damaged: {} bytes of it were written, {} can be read",
                                         name, noted->length.bytes, whole)));
}

std::uint64_t whole_entries_end(std::string_view log) {
  std::size_t end = 0;
  for (std::size_t at = 0; at + header_bytes <= log.size();) {
    const std::size_t block_left = block_bytes - at % block_bytes;
    if (block_left < header_bytes) {
      at += block_left;  // filled with zeros
      continue;
    }
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(log[at + i]); };
    const std::size_t length = byte(4) + (std::size_t{byte(5)} << 8U);
    const std::uint8_t type = byte(6);
    const std::size_t whole = header_bytes + length;
    if (type == 0 || whole > block_left || whole > log.size() - at) break;
    at += whole;
    if (type == type_full || type == type_last) end = at;
  }
  return end;
}

}  // namespace dms::storage
