#pragma once

// JSON for described structs (Boost.Describe). Two profiles:
//
//   record   what lies on disk: absent optionals take their default, absent required members are
//            `corrupt`, unknown members and enum values survive a rewrite (see Extensible, Open).
//   request  what comes from outside: an unknown member, a duplicate key, a wrong type, a number
//            out of range, ill-formed UTF-8 or too deep nesting is `invalid`, with a JSON pointer
//            for every wrong field, all of them at once.
//
// Members: bool, integers, double, std::string, Uuid, Id<Tag>, Sha256Digest, Instant (RFC 3339),
// Date, described enums (their names), std::optional (required unless optional), std::vector,
// std::map<std::string, T>, described structs, boost::json::value.
// A member of optional<T> that is empty is not written. Thread-safe (no state).

#include <string>
#include <string_view>

#include "dms/base/result.h"

namespace dms {

enum class JsonProfile : std::uint8_t { record, request };

// Nesting deeper than this is refused in both profiles, before any recursion.
inline constexpr std::size_t json_depth_max = 32;

// The value as compact JSON in UTF-8, members in the order of declaration.
template <class T>
std::string encode_json(const T& value);

template <class T>
Result<T> decode_json(std::string_view text, JsonProfile profile);

}  // namespace dms

#include "dms/base/json_codec_detail.h"
