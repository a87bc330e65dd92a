#pragma once

// JSON for described structs (Boost.Describe). Two profiles:
//
//   record   what lies on disk: absent optionals take their default, absent required members are
//            `corrupt`, unknown members and enum values survive a rewrite (see json_record.h:
//            Extensible, Open, json_format).
//   request  what comes from outside: an unknown member, a duplicate key, a wrong type, a number
//            out of range, ill-formed UTF-8 or too deep nesting is `invalid`, with a JSON pointer
//            for every wrong field, all of them at once.
//
// Members: bool, integers, double, std::string, Uuid, Id<Tag>, Sha256Digest, Instant (RFC 3339),
// Date, described enums (their names), std::optional (required unless optional), std::vector,
// std::map<std::string, T>, described structs (with described bases), boost::json::value; other
// types join by two functions of their own (json_reader.h). A trailing underscore is no part of a
// member's or enumerator's name in JSON: `delete_` is "delete".
// A member of optional<T> that is empty is not written; null reads as empty. In a member of
// optional<optional<T>> the outer is empty where the member is absent, the inner where it is null:
// for requests that change or clear. Views may hold std::string_view; that is only written.
// Thread-safe (no state).

#include <string>
#include <string_view>

#include "dms/base/json_codec_fwd.h"
#include "dms/base/result.h"

namespace dms {

// The value as compact JSON in UTF-8, members in the order of declaration, those of bases first.
template <class T>
std::string encode_json(const T& value);

// A `T` that was value-initialised and then read. T must be default-constructible.
template <class T>
Result<T> decode_json(std::string_view text, JsonProfile profile);

// Whether `text` is JSON within the depth and without duplicate keys, whatever it holds.
Result<> check_json(std::string_view text, JsonProfile profile);

}  // namespace dms

#include "dms/base/json_codec_detail.h"
