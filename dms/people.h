#pragma once

// The house's directory of names: whom one may ask, and who "changed by" was. Every signed-in user
// of the tenant may read it, and programs that act for one. It tells a name and where its bearer
// works, never how he signs in, what he may do or how he is reached.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/ids.h"
#include "dms/page.h"
#include "storage/store.h"

namespace dms {

struct Person {
  UserId id;
  std::string display_name;
  std::optional<OrgUnitId> org_unit;
};

inline constexpr std::size_t people_named_max = 100;  // ids one question may name

// Thread-safe. Borrows the store. The active users' names are kept in memory, in order, as long as
// the identity revision stands: about 300 bytes each.
class People {
 public:
  explicit People(storage::Store& store);
  ~People();
  // Active users in the order of their display names (DIN 5007-1). Each word of `query` begins a
  // word of the name, both folded ("muel fr" finds Fritz Müller); "" finds all. `invalid` at /q
  // where it is no line of text.
  Result<Page<Person>> find(const Actor& actor, std::string_view query,
                            const PageRequest& page) const;
  // Those of `ids` that there are, each once, in the order of `ids`: users who left too, for their
  // names stand in the records. `invalid` at /ids for more than people_named_max.
  Result<std::vector<Person>> named(const Actor& actor, const std::vector<UserId>& ids) const;

 private:
  struct Directory;
  struct Memory;
  Result<std::shared_ptr<const Directory>> directory(const storage::View& view) const;

  storage::Store& store_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace dms
