#include "dms/identity_revision.h"

namespace dms {

namespace {
constexpr std::string_view counter_name = "identity_revision";  // on disk for ever
}  // namespace

Result<std::uint64_t> identity_revision(const storage::View& view) {
  return view.counter(counter_name);
}

Result<void> advance_identity_revision(const storage::View& view, storage::Commit& commit) {
  commit.set_counter(counter_name, DMS_TRY(view.counter(counter_name)) + 1);
  return {};
}

}  // namespace dms
