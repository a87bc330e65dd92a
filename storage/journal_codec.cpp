#include <fmt/format.h>

#include <algorithm>

#include "storage/byte_codec.h"
#include "storage/journal.h"

namespace dms::storage {

namespace {

constexpr std::uint8_t envelope_format = 1;
constexpr std::uint8_t has_parent = 1U << 0U;
constexpr std::uint8_t has_on_behalf_of = 1U << 1U;
constexpr std::uint8_t last_group_format = 1;

}  // namespace

std::string encode_envelope(const Envelope& envelope) {
  std::uint8_t flags = 0;
  if (envelope.parent) flags |= has_parent;
  if (envelope.on_behalf_of) flags |= has_on_behalf_of;
  ByteWriter out;
  out.byte(envelope_format).number(envelope.sequence).time(envelope.time).byte(flags);
  out.byte(static_cast<std::uint8_t>(envelope.kind.size())).raw(envelope.kind);
  out.uuid(envelope.object);
  if (envelope.parent) out.uuid(*envelope.parent);
  out.uuid(envelope.actor);
  if (envelope.on_behalf_of) out.uuid(*envelope.on_behalf_of);
  return out.digest(envelope.previous).digest(envelope.commitment).take();
}

std::optional<Envelope> decode_envelope(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.byte() != envelope_format) return std::nullopt;
  Envelope envelope;
  envelope.sequence = in.number();
  envelope.time = in.time();
  const std::uint8_t flags = in.byte();
  if ((flags & ~(has_parent | has_on_behalf_of)) != 0) return std::nullopt;
  envelope.kind = in.raw(in.byte());
  envelope.object = in.uuid();
  if ((flags & has_parent) != 0) envelope.parent = in.uuid();
  envelope.actor = in.uuid();
  if ((flags & has_on_behalf_of) != 0) envelope.on_behalf_of = in.uuid();
  envelope.previous = in.digest();
  envelope.commitment = in.digest();
  if (!in.complete()) return std::nullopt;
  return envelope;
}

std::string sequence_key(std::uint64_t sequence) {
  return ByteWriter().number(sequence).take();
}

std::string object_key(const Uuid& object, std::uint64_t sequence) {
  return ByteWriter().uuid(object).number(sequence).take();
}

std::string encode_last_group(const LastGroup& group) {
  ByteWriter out;
  out.byte(last_group_format).number(group.number).number(group.head.sequence);
  return out.digest(group.head.hash).take();
}

std::optional<LastGroup> decode_last_group(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.byte() != last_group_format) return std::nullopt;
  LastGroup group;
  group.number = in.number();
  group.head.sequence = in.number();
  group.head.hash = in.digest();
  if (!in.complete()) return std::nullopt;
  return group;
}

Result<void> check_event_kind(std::string_view kind) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; };
  if (!kind.empty() && kind.size() <= event_kind_bytes_max &&
      std::all_of(kind.begin(), kind.end(), allowed)) {
    return {};
  }
  return fail(operator_error(ErrorCode::internal, fmt::format("event kind '{}'", kind)));
}

}  // namespace dms::storage
