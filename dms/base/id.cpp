#include "dms/base/id.h"

#include "dms/base/bytes.h"
#include "dms/base/mutex.h"
#include "dms/base/random.h"

namespace dms {

namespace {

constexpr std::array<std::size_t, 4> dash_positions = {8, 13, 18, 23};
constexpr std::uint16_t counter_limit = 0x0fff;  // 12 bits: RFC 9562 rand_a as a counter

// The last millisecond and counter given out, so that ids of one process never go backwards.
struct Sequence {
  Mutex mutex;
  std::uint64_t milliseconds DMS_GUARDED_BY(mutex) = 0;
  std::uint16_t counter DMS_GUARDED_BY(mutex) = 0;
};

std::pair<std::uint64_t, std::uint16_t> next_in_sequence(std::uint64_t milliseconds) {
  static Sequence sequence;
  const MutexLock lock(sequence.mutex);
  if (milliseconds > sequence.milliseconds) {
    sequence.milliseconds = milliseconds;
    sequence.counter = 0;
  } else if (sequence.counter == counter_limit) {
    ++sequence.milliseconds;  // more than 4,096 in a millisecond: borrow from the next one
    sequence.counter = 0;
  } else {
    ++sequence.counter;
  }
  return {sequence.milliseconds, sequence.counter};
}

}  // namespace

std::string to_string(const Uuid& uuid) {
  std::string text = to_hex(raw_bytes(uuid));
  for (const std::size_t position : dash_positions) text.insert(position, 1, '-');
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string digits;
  digits.reserve(32);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash_position = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash_position != (text[i] == '-')) return std::nullopt;
    if (!is_dash_position) digits.push_back(text[i]);
  }
  const auto bytes = from_hex(digits);
  return bytes ? uuid_from_raw(*bytes) : std::nullopt;
}

Uuid make_uuid_v7(Instant now) {
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  const auto [milliseconds, counter] = next_in_sequence(static_cast<std::uint64_t>(since_epoch));
  Uuid uuid;
  fill_random(uuid.bytes);
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  }
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70U | (counter >> 8U));
  uuid.bytes[7] = static_cast<std::uint8_t>(counter & 0xffU);
  uuid.bytes[8] = static_cast<std::uint8_t>(0x80U | (uuid.bytes[8] & 0x3fU));
  return uuid;
}

std::string_view raw_bytes(const Uuid& uuid) {
  return {reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()};
}

std::optional<Uuid> uuid_from_raw(std::string_view bytes) {
  Uuid uuid;
  if (bytes.size() != uuid.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(bytes[i]);
  }
  return uuid;
}

}  // namespace dms
