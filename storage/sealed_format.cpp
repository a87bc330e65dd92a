#include "storage/sealed_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "dms/base/bytes.h"
#include "dms/base/digest.h"
#include "dms/base/random.h"

namespace dms::storage {

namespace {

constexpr std::string_view magic = "AWSF";
constexpr std::uint32_t format = 1;
constexpr std::size_t key_id_bytes = 16;
constexpr std::size_t sealed_bytes = sealed_segment_bytes + aead_tag_bytes;

// Names of derived keys are for ever.
constexpr std::string_view key_id_info = "aktenwerk backup key id 1";
constexpr std::string_view file_info = "aktenwerk backup file 1";

std::string info_of(std::string_view name) {
  return std::string(file_info).append(1, '\0').append(name);
}

std::string make_header(const Secret& key, std::string_view salt) {
  std::string header(magic);
  append_big_endian(header, format);
  return header.append(backup_key_id(key)).append(salt);
}

std::string_view salt_in(std::string_view header) {
  return header.substr(header.size() - SegmentCipher::salt_bytes);
}

tl::unexpected<Error> damaged(std::string_view name, std::string_view what) {
  return fail(operator_error(ErrorCode::corrupt, fmt::format("{}: {}", name, what)));
}

}  // namespace

std::string backup_key_id(const Secret& key) {
  const std::string no_salt(Sha256Digest().raw());  // RFC 5869, 2.2
  return std::string(hkdf_sha256(key, no_salt, key_id_info, key_id_bytes).expose());
}

std::optional<std::string> sealing_key_id(std::string_view header) {
  if (!header.starts_with(magic) || header.size() < sealed_header_bytes) return std::nullopt;
  return std::string(header.substr(magic.size() + sizeof(format), key_id_bytes));
}

std::optional<SealedShape> sealed_shape(std::uint64_t file_bytes) {
  if (file_bytes < sealed_header_bytes + aead_tag_bytes) return std::nullopt;
  const std::uint64_t body = file_bytes - sealed_header_bytes;
  const std::uint64_t full = body / sealed_bytes;
  const std::uint64_t rest = body % sealed_bytes;
  // Only the one segment of an empty file is empty.
  if (rest != 0 && (rest < aead_tag_bytes || (rest == aead_tag_bytes && full != 0))) {
    return std::nullopt;
  }
  const std::uint64_t segments = full + (rest == 0 ? 0 : 1);
  if (segments > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return SealedShape{body - segments * aead_tag_bytes, static_cast<std::uint32_t>(segments)};
}

Sealer::Sealer(const Secret& key, std::string_view name)
    : Sealer(key, name, random_bytes(SegmentCipher::salt_bytes)) {}

Sealer::Sealer(const Secret& key, std::string_view name, std::string_view salt)
    : header_(make_header(key, salt)), cipher_(key, salt, info_of(name)) {}

void Sealer::add(std::string_view plain, std::string& out) {
  while (!plain.empty()) {
    if (buffer_.size() == sealed_segment_bytes) {
      cipher_.seal({index_++, false}, buffer_, out);
      buffer_.clear();
    }
    const std::size_t taken = std::min(plain.size(), sealed_segment_bytes - buffer_.size());
    buffer_.append(plain.substr(0, taken));
    plain.remove_prefix(taken);
  }
}

void Sealer::finish(std::string& out) {
  cipher_.seal({index_, true}, buffer_, out);
  buffer_.clear();
}

Result<Unsealer> Unsealer::begin(const Secret& key, std::string name, std::string_view header,
                                 std::uint64_t file_bytes) {
  if (!header.starts_with(magic)) return damaged(name, "is not encrypted, as it should be");
  const auto shape = sealed_shape(file_bytes);
  if (!shape || header.size() < sealed_header_bytes) return damaged(name, "was cut off");
  header = header.substr(magic.size(), sealed_header_bytes - magic.size());
  if (read_big_endian_32(header).value_or(0) != format) {
    return fail(operator_error(ErrorCode::unsupported,
                               name + ": has a format that this program does not know"));
  }
  const std::string_view key_id = header.substr(sizeof(format), key_id_bytes);
  const std::string own_id = backup_key_id(key);
  if (key_id != own_id) {
    return fail(operator_error(
        ErrorCode::conflict, fmt::format("{}: is encrypted with key {}, and key {} was given", name,
                                         to_hex(key_id), to_hex(own_id))));
  }
  SegmentCipher cipher(key, salt_in(header), info_of(name));
  return Unsealer(std::move(cipher), std::move(name), *shape);
}

Unsealer::Extent Unsealer::extent(std::uint32_t index) const {
  const std::uint64_t offset = sealed_header_bytes + std::uint64_t{index} * sealed_bytes;
  const std::uint64_t before = std::uint64_t{index} * sealed_segment_bytes;
  const std::uint64_t plain =
      std::min<std::uint64_t>(shape_.plain_bytes - before, sealed_segment_bytes);
  return {offset, static_cast<std::size_t>(plain) + aead_tag_bytes};
}

Result<void> Unsealer::open(std::uint32_t index, std::string_view sealed, std::string& out) const {
  if (cipher_.open({index, index + 1 == shape_.segments}, sealed, out)) return {};
  return damaged(name_, fmt::format("segment {} is not as it was written", index));
}

std::string seal_file(const Secret& key, std::string_view name, std::string_view plain) {
  Sealer sealer(key, name);
  std::string file = sealer.header();
  sealer.add(plain, file);
  sealer.finish(file);
  return file;
}

Result<std::string> unseal_file(const Secret& key, const std::string& name, std::string_view file) {
  const std::string_view header = file.substr(0, sealed_header_bytes);
  const Unsealer unsealer = DMS_TRY(Unsealer::begin(key, name, header, file.size()));
  std::string plain;
  std::uint32_t index = 0;
  do {
    const auto [offset, bytes] = unsealer.extent(index);
    DMS_TRY(unsealer.open(index++, file.substr(offset, bytes), plain));
  } while (plain.size() < unsealer.plain_bytes());
  return plain;
}

}  // namespace dms::storage
