#include "storage/content_records.h"

#include "dms/base/bytes.h"
#include "storage/byte_codec.h"

namespace dms::storage {
namespace {

constexpr std::uint8_t intent_format = 1;
constexpr std::uint8_t erasure_format = 1;
constexpr std::size_t uuid_bytes = 16;
constexpr std::size_t digest_bytes = 32;

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(operator_error(ErrorCode::corrupt, std::string("content record: ").append(what)));
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
  ByteWriter out;
  out.byte(intent_format)
      .time(intent.time)
      .uuid(intent.domain.value)
      .byte(intent.sha256 ? 1 : 0)
      .digest(intent.sha256.value_or(Sha256Digest{}))
      .byte(static_cast<std::uint8_t>(intent.placement));
  write_runs(out, intent.runs);
  return out.take();
}

Result<ContentIntent> parse_intent(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.byte() != intent_format) return damaged("intent of unknown format");
  ContentIntent intent;
  intent.time = in.time();
  intent.domain.value = in.uuid();
  const std::uint8_t finished = in.byte();
  const Sha256Digest sha256 = in.digest();
  if (finished > 1 || (finished == 0 && sha256 != Sha256Digest{})) {
    return damaged("ill-formed intent");
  }
  if (finished == 1) intent.sha256 = sha256;
  intent.placement = DMS_TRY(read_placement(in));
  intent.runs = DMS_TRY(read_runs(in));
  if (!in.complete()) return damaged("intent cut off or with trailing bytes");
  return intent;
}

std::string encode_erasure(const ContentErasure& erasure) {
  ByteWriter out;
  out.byte(erasure_format).number(erasure.bytes).byte(static_cast<std::uint8_t>(erasure.placement));
  write_runs(out, erasure.runs);
  return out.take();
}

Result<ContentErasure> parse_erasure(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.byte() != erasure_format) return damaged("erasure of unknown format");
  ContentErasure erasure;
  erasure.bytes = in.number();
  erasure.placement = DMS_TRY(read_placement(in));
  erasure.runs = DMS_TRY(read_runs(in));
  if (!in.complete()) return damaged("erasure cut off or with trailing bytes");
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
