#include "dms/capture/capture_account.h"

#include "dms/base/text.h"
#include "dms/inbox_record.h"
#include "dms/user_record.h"

namespace dms {

using storage::KeyBuilder;
using storage::View;

namespace {

tl::unexpected<Error> not_there(std::string_view what) {
  Error error = make_error(ErrorCode::not_found, "Die Einstellung nennt etwas, das es nicht gibt.",
                           "The configuration names something that does not exist.");
  error.hint = what;
  return fail(std::move(error));
}

}  // namespace

Result<Actor> capture_actor(const storage::Store& store, std::string_view login) {
  const std::string key = KeyBuilder().text(fold_german(login)).take();
  return store.read<Actor>([&](const View& view) -> Result<Actor> {
    const auto user = DMS_TRY(view.find_by(user_table, "name", key));
    if (!user || !user->active) return not_there("acting_user: no active user has this name");
    Actor actor;
    actor.user = user->id;
    return actor;
  });
}

Result<InboxId> capture_inbox(const storage::Store& store, std::string_view name) {
  const std::string key = KeyBuilder().text(fold_german(name)).take();
  return store.read<InboxId>([&](const View& view) -> Result<InboxId> {
    const auto named = DMS_TRY(view.find_by(inbox_table, "name", key));
    if (named) return named->id;
    if (const auto id = InboxId::parse(name)) {
      if (DMS_TRY(view.find(inbox_table, id->key()))) return *id;
    }
    return not_there("inbox: there is none with this name or id");
  });
}

}  // namespace dms
