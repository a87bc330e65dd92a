#pragma once

// Access lists. A scope is a file plan unit or a dossier with a list of its own, and the nearest
// one above an object decides alone: a nearer list replaces what stands above it, it adds nothing.
// The nil ScopeId is the file plan as a whole, the last one above everything. Without a list nobody
// has any right.
//
// Who may change a list: who has manage_rights by it, and a system administrator where it is not
// protected. An administrator gets nothing by that: a change by which he would gain rights himself
// is `forbidden` (it takes another administrator or somebody with manage_rights), and he sees lists
// but no objects. A protected scope (personnel files: seen only by those named) names persons and
// groups, never `everyone`, and one manager at least; once protected, only those with
// manage_rights by its own list change it.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/permission.h"
#include "storage/commit.h"
#include "storage/store.h"

namespace dms {

// Named sets of rights. On disk by name, so a role's meaning is changed for all at once, here.
enum class Role : std::uint8_t {
  reader,          // see, read
  annotator,       // … and annotate
  clerk,           // … and file, edit
  signer,          // … and sign, close
  record_manager,  // everything: … manage_rights, dispose
};
BOOST_DESCRIBE_ENUM(Role, reader, annotator, clerk, signer, record_manager)
Rights rights_of(Role role);

enum class SubjectKind : std::uint8_t { user, group, org_unit, everyone };
BOOST_DESCRIBE_ENUM(SubjectKind, user, group, org_unit, everyone)

// Whom an entry of a list is about. `id` is nil for everyone: every active user who is no system
// administrator; those have rights only where they, a group or an org unit of theirs is named.
struct Subject {
  SubjectKind kind = SubjectKind::user;
  Uuid id;
  friend auto operator<=>(const Subject&, const Subject&) = default;
};

// A role, single rights, or both: their union.
struct AccessEntry {
  Subject subject;
  std::optional<Role> role;
  Rights rights;
  Rights effective() const { return role ? rights_of(*role) | rights : rights; }
};

inline constexpr std::size_t access_entries_max = 500;

struct AccessList {
  bool is_protected = false;
  std::vector<AccessEntry> entries;  // one a subject
};

// What get_access tells.
struct Access {
  ScopeId scope;
  std::uint64_t revision = 0;  // the ETag
  AccessList list;
  Instant modified;
  UserId modified_by;
};

// Why somebody may do something: one entry that applies to him, and how.
struct Grant {
  AccessEntry entry;
  std::string subject_name;  // of the user, group or org unit
};
struct Explanation {
  ScopeId scope;
  UserId user;
  bool active = false;  // an inactive user has no rights whatever is granted
  Rights rights;
  std::vector<Grant> grants;
};

// Thread-safe. Borrows what it is given. Functions that commit block.
class AccessLists {
 public:
  AccessLists(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // For those with manage_rights by the list, and system administrators; others learn nothing:
  // `not_found`. The plan's list (nil scope) always exists, at revision 0 until it is set.
  Result<Access> get_access(const Actor& actor, ScopeId scope) const;
  // Replaces the list of an existing scope. `stale_version` where `if_match` is not its revision.
  // Takes effect with this commit. Event access.changed.
  Result<Access> set_access(const Actor& actor, ScopeId scope, const AccessList& list,
                            std::uint64_t if_match);
  // Why may `user` do what in `scope`? For the same people as get_access.
  Result<Explanation> explain(const Actor& actor, UserId user, ScopeId scope) const;
  // What `actor` himself may do in `scope`, by its list. `not_found` where he may not even see.
  Result<Rights> own_rights(const Actor& actor, ScopeId scope) const;

 private:
  storage::Store& store_;
  const Clock& clock_;
};

// For decide() of file plan and dossiers, whose records say which scope is nearest. -------------

// Whether `scope` has a list of its own. The plan's always counts.
Result<bool> scope_exists(const storage::View& view, ScopeId scope);

struct NewScope {
  ScopeId scope;  // the unit or dossier
  ScopeId above;  // the nearest scope so far
  AccessList list;
};
// Gives an object its own list in this commit (event access.changed). Checks that the actor may:
// manage_rights in `above`, or a system administrator where `above` is not protected and the list
// gives himself nothing new. `conflict` where the scope exists; `invalid` at /entries/… where the
// list is not sound.
Result<void> create_scope(const storage::View& view, storage::Commit& commit, const Actor& actor,
                          const NewScope& input, Instant now);
// Takes it away again: the object inherits from `above`. Checks that the actor may: manage_rights
// by the list itself, or a system administrator where it is not protected and he gains nothing.
Result<void> remove_scope(const storage::View& view, storage::Commit& commit, const Actor& actor,
                          ScopeId scope, ScopeId above);

// The list that a person gives to what he keeps for himself: he alone, as its record manager.
AccessList list_of_one(UserId user, bool is_protected);

}  // namespace dms
