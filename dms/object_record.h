#pragma once

// What the stored records of all objects share: revision and who changed them when, and how
// optional text and open enums go between a record and the value that callers see.

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dms/actor.h"
#include "dms/base/json_record.h"
#include "dms/change.h"
#include "storage/journal_event.h"

namespace dms {

struct ObjectRecord : Extensible {
  std::uint64_t revision = 1;
  Instant created_at;
  UserId created_by;
  Instant modified_at;
  UserId modified_by;
};
BOOST_DESCRIBE_STRUCT(ObjectRecord, (Extensible),
                      (revision, created_at, created_by, modified_at, modified_by))

// A new object made by `stamp`.
void stamp_created(ObjectRecord& record, const Stamp& stamp);
// Another change, by `stamp`.
void stamp_modified(ObjectRecord& record, const Stamp& stamp);
ChangeInfo change_info(const ObjectRecord& record);

// The event of what `actor` did to `object`, which belongs to `parent`. `detail` is JSON.
storage::Event object_event(const Actor& actor, std::string_view kind, const Uuid& object,
                            std::optional<Uuid> parent, std::string detail);

// Empty text is not written.
std::optional<std::string> unless_empty(std::string text);

// What a caller sees of an open enum whose value this program may not know.
template <class E>
E known_or(const Open<E>& stored, E otherwise) {
  return stored.known().value_or(otherwise);
}
// Puts `value` in its place, but not over an unknown one that the caller saw as `otherwise`.
template <class E>
void assign(Open<E>& stored, E value, E otherwise) {
  if (known_or(stored, otherwise) != value) stored = value;
}

template <class E>
void assign_optional(std::optional<Open<E>>& stored, std::optional<E> value, E otherwise) {
  if (!value) {
    stored.reset();
  } else if (stored) {
    assign(*stored, *value, otherwise);
  } else {
    stored = *value;
  }
}

}  // namespace dms
