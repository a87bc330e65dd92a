#pragma once

// Identities. A Uuid is 128 bits; ids of our objects are UUIDv7 (RFC 9562): time-ordered, stable
// for life, also the xdomea UUIDs. Id<Tag> makes ids of different objects different types.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/time.h"

namespace dms {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

// Lower-case canonical form, 36 characters.
std::string to_string(const Uuid& uuid);
// Accepts the canonical form only (either case); anything else is nullopt.
std::optional<Uuid> parse_uuid(std::string_view text);
// UUIDv7: 48 bits of Unix milliseconds, then a counter that makes ids of one process strictly
// ascending within a millisecond, then random bits from the operating system. Thread-safe.
Uuid make_uuid_v7(Instant now);
// The 16 raw bytes, as used in storage keys (they sort by time).
std::string_view raw_bytes(const Uuid& uuid);
std::optional<Uuid> uuid_from_raw(std::string_view bytes);

template <class Tag>
struct Id {
  Uuid value;
  // A fresh id. Thread-safe.
  static Id make(Instant now) { return {make_uuid_v7(now)}; }
  static std::optional<Id> parse(std::string_view text) {
    const auto uuid = parse_uuid(text);
    return uuid ? std::optional<Id>(Id{*uuid}) : std::nullopt;
  }
  std::string text() const { return to_string(value); }
  // The raw key bytes; borrowed from this id.
  std::string_view key() const { return raw_bytes(value); }
  friend auto operator<=>(const Id&, const Id&) = default;
};

}  // namespace dms

template <>
struct std::hash<dms::Uuid> {
  std::size_t operator()(const dms::Uuid& uuid) const noexcept {
    return std::hash<std::string_view>{}(dms::raw_bytes(uuid));
  }
};
template <class Tag>
struct std::hash<dms::Id<Tag>> {
  std::size_t operator()(const dms::Id<Tag>& id) const noexcept {
    return std::hash<dms::Uuid>{}(id.value);
  }
};
