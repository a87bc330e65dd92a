#pragma once

// Rights, in one place. A scope is a file plan unit or a dossier that has an access list of its
// own; everything below inherits the nearest scope above. Default deny. Who may not `see` an object
// is answered as if it did not exist.
//
// Pure but for reads through a View: decided serially by the committer, evaluated on snapshots for
// reading. Thread-safe.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/ids.h"
#include "storage/view.h"

namespace dms {

// A set of rights as bits; on disk by name.
enum class Right : std::uint16_t {
  see = 1,
  read = 2,
  annotate = 4,
  file = 8,
  edit = 16,
  sign = 32,
  close = 64,
  manage_rights = 128,
  dispose = 256
};
BOOST_DESCRIBE_ENUM(Right, see, read, annotate, file, edit, sign, close, manage_rights, dispose)

class Rights {
 public:
  constexpr Rights() = default;
  constexpr Rights(std::initializer_list<Right> rights) {
    for (const Right right : rights) bits_ |= static_cast<std::uint16_t>(right);
  }
  constexpr bool has(Right right) const { return (bits_ & static_cast<std::uint16_t>(right)) != 0; }
  constexpr Rights operator|(Rights other) const { return from_bits(bits_ | other.bits_); }
  constexpr std::uint16_t bits() const { return bits_; }
  static constexpr Rights from_bits(unsigned bits) {
    Rights rights;
    rights.bits_ = static_cast<std::uint16_t>(bits & 0x1FFU);
    return rights;
  }
  constexpr Rights operator&(Rights other) const { return from_bits(bits_ & other.bits_); }
  // What is here and not in `other`.
  constexpr Rights without(Rights other) const { return from_bits(bits_ & ~other.bits_); }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(Rights, Rights) = default;

 private:
  std::uint16_t bits_ = 0;
};

// The id of a scope: of the unit or dossier whose access list it is.
struct ScopeId {
  Uuid value;
  std::string_view key() const { return raw_bytes(value); }
  friend auto operator<=>(const ScopeId&, const ScopeId&) = default;
};

// What `actor` may do in `scope`: what its list gives to him, his groups, his org unit and those
// above it, and everyone. Whoever has any right may see. Machine tokens: never more than the
// token's own rights. Nobody at all for the nil user, inactive users and revoked tokens; being a
// system administrator adds nothing.
Result<Rights> rights_in(const storage::View& view, const Actor& actor, ScopeId scope);

// ok, or `forbidden` (sees it, lacks `right`), or `not_found` (does not see it). `not_found` is the
// same Error that an absent object gives (absent_object()).
Result<void> require(const storage::View& view, const Actor& actor, ScopeId scope, Right right);

// require() for rights that are known already.
Result<void> require_right(Rights rights, Right right);

// The one Error for absent and for hidden objects.
Error absent_object();

}  // namespace dms
