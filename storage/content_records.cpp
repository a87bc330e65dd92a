#include "storage/content_records.h"

#include "dms/base/bytes.h"
#include "storage/byte_cursor.h"

namespace dms::storage {
namespace {

constexpr std::uint8_t intent_format = 1;
constexpr std::uint8_t erasure_format = 1;
constexpr std::size_t uuid_bytes = 16;
constexpr std::size_t digest_bytes = 32;

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(operator_error(ErrorCode::corrupt, std::string("content record: ").append(what)));
}

std::optional<Placement> to_placement(std::optional<std::uint8_t> byte) {
  if (byte != 1 && byte != 2) return std::nullopt;
  return static_cast<Placement>(*byte);
}

std::string tagged(char tag, const ContentKey& content) {
  std::string key(1, tag);
  key.append(raw_bytes(content.domain.value));
  return key.append(content.sha256.raw());
}

std::string tagged(char tag, std::uint64_t number) {
  std::string key(1, tag);
  append_big_endian(key, number);
  return key;
}

}  // namespace

std::string encode_intent(const ContentIntent& intent) {
  std::string out(1, static_cast<char>(intent_format));
  append_big_endian(out, static_cast<std::uint64_t>(to_unix_microseconds(intent.time)));
  out.append(raw_bytes(intent.domain.value));
  out.push_back(intent.sha256 ? '\x01' : '\x00');
  out.append(intent.sha256.value_or(Sha256Digest{}).raw());
  out.push_back(static_cast<char>(intent.placement));
  encode_runs(out, intent.runs);
  return out;
}

Result<ContentIntent> parse_intent(std::string_view bytes) {
  ByteCursor cursor(bytes);
  if (cursor.u8() != intent_format) return damaged("intent of unknown format");
  const auto time = cursor.u64();
  const auto domain = cursor.take(uuid_bytes);
  const auto finished = cursor.u8();
  const auto digest = cursor.take(digest_bytes);
  const auto placement = to_placement(cursor.u8());
  if (!placement || *finished > 1) return damaged("intent cut off or ill-formed");
  ContentIntent intent;
  intent.time = from_unix_microseconds(static_cast<std::int64_t>(*time));
  intent.domain.value = *uuid_from_raw(*domain);
  const auto sha256 = Sha256Digest::from_raw(*digest);
  if (*finished == 1) intent.sha256 = sha256;
  if (*finished == 0 && sha256 != Sha256Digest{}) return damaged("unfinished intent with a digest");
  intent.placement = *placement;
  std::string_view rest = bytes.substr(bytes.size() - cursor.remaining());
  intent.runs = DMS_TRY(parse_runs(rest));
  if (!rest.empty()) return damaged("intent with trailing bytes");
  return intent;
}

std::string encode_erasure(const ContentErasure& erasure) {
  std::string out(1, static_cast<char>(erasure_format));
  append_big_endian(out, erasure.bytes);
  out.push_back(static_cast<char>(erasure.placement));
  encode_runs(out, erasure.runs);
  return out;
}

Result<ContentErasure> parse_erasure(std::string_view bytes) {
  ByteCursor cursor(bytes);
  if (cursor.u8() != erasure_format) return damaged("erasure of unknown format");
  const auto size = cursor.u64();
  const auto placement = to_placement(cursor.u8());
  if (!placement) return damaged("erasure cut off or ill-formed");
  ContentErasure erasure{.bytes = *size, .placement = *placement, .runs = {}};
  std::string_view rest = bytes.substr(bytes.size() - cursor.remaining());
  erasure.runs = DMS_TRY(parse_runs(rest));
  if (!rest.empty()) return damaged("erasure with trailing bytes");
  return erasure;
}

std::string encode_number(std::uint64_t number) {
  std::string out;
  append_big_endian(out, number);
  return out;
}

Result<std::uint64_t> parse_number(std::string_view bytes) {
  const auto number = read_big_endian_64(bytes);
  if (!number || bytes.size() != sizeof(*number)) return damaged("ill-formed number");
  return *number;
}

std::string high_water_key() {
  return std::string(1, tag_high_water);
}
std::string manifest_key(const ContentKey& content) {
  return tagged(tag_manifest, content);
}
std::string loss_key(const ContentKey& content) {
  return tagged(tag_loss, content);
}
std::string intent_key(std::uint64_t number) {
  return tagged(tag_intent, number);
}
std::string erasure_key(std::uint64_t number) {
  return tagged(tag_erasure, number);
}
std::string chunk_key(std::uint64_t number) {
  return encode_number(number);
}

std::string ref_prefix(const ContentKey& content) {
  return tagged(tag_ref, content);
}

std::string ref_key(const ContentKey& content, const Uuid& owner) {
  return ref_prefix(content).append(raw_bytes(owner));
}

std::optional<ContentKey> parse_content_key(std::string_view tagged_key) {
  if (tagged_key.size() != 1 + uuid_bytes + digest_bytes) return std::nullopt;
  ContentKey content;
  content.domain.value = *uuid_from_raw(tagged_key.substr(1, uuid_bytes));
  content.sha256 = *Sha256Digest::from_raw(tagged_key.substr(1 + uuid_bytes));
  return content;
}

std::optional<ParsedRef> parse_ref_key(std::string_view key) {
  if (key.size() != 1 + 2 * uuid_bytes + digest_bytes) return std::nullopt;
  const std::size_t owner_at = key.size() - uuid_bytes;
  return ParsedRef{.content = *parse_content_key(key.substr(0, owner_at)),
                   .owner = *uuid_from_raw(key.substr(owner_at))};
}

std::optional<std::uint64_t> parse_numbered_key(std::string_view tagged_key) {
  if (tagged_key.size() != 1 + sizeof(std::uint64_t)) return std::nullopt;
  return read_big_endian_64(tagged_key.substr(1));
}

}  // namespace dms::storage
