#pragma once

// What a stored record needs beyond its members, so that data outlives the program that wrote it.
//
//   enum class Medium { electronic, hybrid, paper };
//   BOOST_DESCRIBE_ENUM(Medium, electronic, hybrid, paper)
//
//   struct DossierRecord : Extensible {                    // keeps members it does not know
//     static constexpr std::uint32_t json_format = 1;      // written as "format":1, first
//     DossierId id;
//     std::string title;
//     Open<Medium> medium = Medium::electronic;            // keeps values it does not know
//     std::optional<std::string> note;                     // added later: must be optional
//   };
//   BOOST_DESCRIBE_STRUCT(DossierRecord, (Extensible), (id, title, medium, note))
//
// Rules: a name on disk is never renamed, re-typed or reused; what is added is optional, without a
// default other than nullopt; `json_format` is raised only when older programs must not read the
// record, and a record with a higher number than the program's is refused. An object in a record
// whose struct cannot keep unknown members is refused as `corrupt` when it has any, so that nothing
// is lost by a rewrite: make nested structs Extensible too.

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "dms/base/described_enum.h"

namespace dms {

// Members of a JSON object that the program does not know, as JSON text: `"a":1,"b":[2]`. Values
// are kept as they were read (numbers beyond 64 bits as the nearest double).
struct UnknownMembers {
  std::string json;
  friend bool operator==(const UnknownMembers&, const UnknownMembers&) = default;
};

// The base of a described struct that keeps unknown members across a rewrite (profile record). A
// described member of type UnknownMembers does the same.
struct Extensible {
  UnknownMembers unknown_members;
  friend bool operator==(const Extensible&, const Extensible&) = default;
};
BOOST_DESCRIBE_STRUCT(Extensible, (), (unknown_members))

// An enum in a record that newer programs may give values this one does not know; their text
// survives a rewrite. In a request an unknown value is an error as for the plain enum.
template <DescribedEnum E>
class Open {
 public:
  Open() : value_(E{}) {}
  Open(E value) : value_(value) {}  // NOLINT(google-explicit-constructor): is an E, and more
  static Open unknown(std::string_view text) {
    Open open;
    open.value_ = std::string(text);
    return open;
  }
  // The enumerator, or nullopt where this program does not know the value.
  std::optional<E> known() const {
    const E* value = std::get_if<E>(&value_);
    return value == nullptr ? std::nullopt : std::optional<E>(*value);
  }
  // As on disk; borrowed from this object where the value is unknown.
  std::string_view text() const {
    const E* value = std::get_if<E>(&value_);
    return value == nullptr ? std::string_view(std::get<std::string>(value_)) : enum_name(*value);
  }
  friend bool operator==(const Open&, const Open&) = default;
  friend bool operator==(const Open& open, E value) { return open.known() == value; }

 private:
  std::variant<E, std::string> value_;
};

}  // namespace dms
