#include "dms/content_key_file.h"

#include <fmt/format.h>

#include "dms/base/bytes.h"

namespace dms {

namespace {

constexpr std::string_view magic = "AWCK";
constexpr std::uint32_t format = 1;
constexpr std::size_t checksum_bytes = 32;
constexpr std::size_t fingerprint_bytes = 16;
constexpr std::size_t head_bytes = 4 + 4 + fingerprint_bytes + checksum_bytes;
constexpr std::size_t body_bytes = 1 + 16 + 4 + 8 + KeyEntry::wrapped_bytes;
constexpr std::size_t entry_bytes = body_bytes + checksum_bytes;

constexpr std::string_view wrapping_purpose = "aktenwerk content key 1";

tl::unexpected<Error> damaged(std::size_t at, std::string_view what) {
  return fail(
      operator_error(ErrorCode::corrupt, fmt::format("is damaged at byte {}: {}", at, what)));
}

std::string head_fields(std::string_view fingerprint) {
  std::string bytes(magic);
  append_big_endian(bytes, format);
  return bytes.append(fingerprint);
}

// Of domain, number and time, in this order.
std::string naming_fields(const KeyEntry& entry) {
  std::string bytes(raw_bytes(entry.domain.value));
  append_big_endian(bytes, entry.id);
  append_big_endian(bytes, static_cast<std::uint64_t>(to_unix_microseconds(entry.time)));
  return bytes;
}

std::string body_of(const KeyEntry& entry) {
  std::string bytes(1, static_cast<char>(entry.kind));
  bytes += naming_fields(entry);
  bytes += entry.wrapped;
  bytes.resize(body_bytes, '\0');
  return bytes;
}

Sha256Digest chained(const Sha256Digest& previous, std::string_view body) {
  return sha256(std::string(previous.raw()).append(body));
}

std::optional<KeyEntry> parse_body(std::string_view body) {
  KeyEntry entry;
  const auto kind = static_cast<std::uint8_t>(body[0]);
  if (kind < 1 || kind > 3) return std::nullopt;
  entry.kind = static_cast<KeyEntryKind>(kind);
  entry.domain.value = *uuid_from_raw(body.substr(1, 16));
  entry.id = *read_big_endian_32(body.substr(17));
  entry.time =
      from_unix_microseconds(static_cast<std::int64_t>(*read_big_endian_64(body.substr(21))));
  if (entry.kind == KeyEntryKind::key) entry.wrapped = body.substr(29);
  if ((entry.id == 0) != (entry.kind == KeyEntryKind::rotation)) return std::nullopt;
  if (body_of(entry) != body) return std::nullopt;
  return entry;
}

}  // namespace

std::string wrapping_context(const KeyEntry& entry) {
  return std::string(wrapping_purpose).append(naming_fields(entry));
}

std::string encode_key_entry(const KeyEntry& entry, Sha256Digest& previous) {
  std::string bytes = body_of(entry);
  previous = chained(previous, bytes);
  return bytes.append(previous.raw());
}

std::string encode_key_file(std::string_view fingerprint, const std::vector<KeyEntry>& entries) {
  std::string bytes = head_fields(fingerprint);
  Sha256Digest checksum = sha256(bytes);
  bytes.append(checksum.raw());
  bytes.reserve(bytes.size() + entries.size() * entry_bytes);
  for (const KeyEntry& entry : entries) bytes += encode_key_entry(entry, checksum);
  return bytes;
}

Result<ContentKeyFile> parse_key_file(std::string_view bytes) {
  if (bytes.size() < head_bytes) return damaged(bytes.size(), "its head is cut off");
  ContentKeyFile file;
  file.fingerprint = bytes.substr(8, fingerprint_bytes);
  const std::string head = head_fields(file.fingerprint);
  file.checksum = sha256(head);
  if (!bytes.starts_with(head)) return damaged(0, "unknown format");
  if (bytes.substr(head.size(), checksum_bytes) != file.checksum.raw()) {
    return damaged(0, "the checksum of its head does not fit");
  }
  file.whole_bytes = head_bytes;
  while (bytes.size() - file.whole_bytes >= entry_bytes) {
    const std::string_view body = bytes.substr(file.whole_bytes, body_bytes);
    const std::string_view stored = bytes.substr(file.whole_bytes + body_bytes, checksum_bytes);
    const Sha256Digest expected = chained(file.checksum, body);
    if (stored != expected.raw()) {
      const bool is_last = bytes.size() - file.whole_bytes < 2 * entry_bytes;
      if (is_last && stored == std::string(checksum_bytes, '\0')) break;
      return damaged(file.whole_bytes, "the checksum of an entry does not fit");
    }
    auto entry = parse_body(body);
    if (!entry) return damaged(file.whole_bytes, "an unknown entry");
    file.entries.push_back(std::move(*entry));
    file.checksum = expected;
    file.whole_bytes += entry_bytes;
  }
  return file;
}

}  // namespace dms
