#include "dms/erased_objects.h"

namespace dms {

namespace {
constexpr std::size_t page = 500;
constexpr std::string_view erased = ".erased";  // how such kinds end, for ever
}  // namespace

Result<bool> was_erased(const storage::Store& store, const Uuid& object) {
  for (std::uint64_t before = 0;;) {
    const auto entries = DMS_TRY(store.read_journal_of(object, before, page));
    for (const storage::JournalEntry& entry : entries) {
      if (entry.object == object && entry.kind.ends_with(erased)) return true;
      before = entry.sequence;
    }
    if (entries.size() < page) return false;
  }
}

}  // namespace dms
