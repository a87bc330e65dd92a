#include "dms/inbox.h"

#include <utility>

#include "dms/base/json_codec.h"
#include "dms/base/text.h"
#include "dms/identity_event.h"
#include "dms/inbound_access.h"
#include "dms/org_unit.h"
#include "dms/user.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

constexpr LineLimits name_limits{1, 200};
constexpr std::size_t inboxes_max = 1000;  // one an org unit
constexpr std::size_t count_max = 10'000;

struct InboxDetail {
  std::string name;
  OrgUnitId org_unit;
};
BOOST_DESCRIBE_STRUCT(InboxDetail, (), (name, org_unit))

storage::Event inbox_event(const Actor& actor, std::string_view kind, const InboxRecord& inbox) {
  return object_event(actor, kind, inbox.id.value, std::nullopt,
                      encode_json(InboxDetail{inbox.name, inbox.org_unit}));
}

Result<void> require_free_name(const View& view, const InboxRecord& inbox) {
  const std::string key = storage::KeyBuilder().text(inbox.folded_name).take();
  const auto holder = DMS_TRY(view.find_by(inbox_table, "name", key));
  if (!holder || holder->id == inbox.id) return {};
  return fail(ErrorCode::conflict, "Einen Posteingang dieses Namens gibt es schon.",
              "An inbox with this name exists already.");
}

Result<void> require_free_org_unit(const View& view, OrgUnitId unit) {
  if (!DMS_TRY(org_unit_exists(view, unit))) {
    return fail(invalid_field("/org_unit_id", "Diese Organisationseinheit gibt es nicht.",
                              "This org unit does not exist."));
  }
  if (!DMS_TRY(view.find_by(inbox_table, "org_unit", inbox_org_unit_key(unit)))) return {};
  return fail(ErrorCode::conflict, "Diese Organisationseinheit hat schon einen Posteingang.",
              "This org unit has an inbox already.");
}

// An inbox as the asker may see it; nullopt where he may not.
Result<std::optional<Inbox>> shown(const View& view, const PermissionCache& permissions,
                                   const Actor& actor, const InboxRecord& record) {
  Inbox inbox;
  inbox.rights = DMS_TRY(permissions.rights_in(view, actor, scope_of(record.id)));
  const bool sees = inbox.rights.has(Right::see);
  if (!sees && !DMS_TRY(is_administrator(view, actor))) return std::optional<Inbox>();
  inbox.id = record.id;
  inbox.name = record.name;
  inbox.org_unit = record.org_unit;
  inbox.change = change_info(record);
  if (sees) {
    storage::ScanOptions options;
    options.prefix = inbound_inbox_prefix(record.id, InboundState::received);
    options.limit = count_max;
    inbox.waiting = DMS_TRY(view.count_index(inbound_item_table.name, "inbox", options));
  }
  return std::optional<Inbox>(std::move(inbox));
}

}  // namespace

Result<Inbox> Inboxes::create(const Actor& actor, const NewInbox& input) {
  InboxRecord made;
  made.name = DMS_TRY(clean_line(input.name, "/name", name_limits));
  made.folded_name = fold_german(made.name);
  made.org_unit = input.org_unit;
  const Instant now = clock_.now();
  made.id = InboxId::make(now);
  stamp_created(made, {now, actor.user});
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_administrator(view, actor));
    DMS_TRY(require_free_org_unit(view, made.org_unit));
    DMS_TRY(require_free_name(view, made));
    Commit commit(view);
    DMS_TRY(commit.insert(inbox_table, made));
    commit.append(inbox_event(actor, "inbox.created", made));
    // Nothing stands above an inbox: what its list gives is all there is.
    const ScopeId scope = scope_of(made.id);
    DMS_TRY(create_scope(view, commit, actor, {scope, scope, input.access}, now));
    return commit;
  }));
  return get(actor, made.id);
}

Result<Inbox> Inboxes::rename(const Actor& actor, InboxId inbox, std::string name,
                              std::uint64_t if_match) {
  name = DMS_TRY(clean_line(name, "/name", name_limits));
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_administrator(view, actor));
    auto record = DMS_TRY(view.find(inbox_table, inbox.key()));
    if (!record) return fail(absent_object());
    DMS_TRY(check_revision(record->revision, if_match));
    record->name = name;
    record->folded_name = fold_german(name);
    DMS_TRY(require_free_name(view, *record));
    stamp_modified(*record, {clock_.now(), actor.user});
    Commit commit(view);
    DMS_TRY(commit.put(inbox_table, *record));
    commit.append(inbox_event(actor, "inbox.changed", *record));
    return commit;
  }));
  return get(actor, inbox);
}

Result<Inbox> Inboxes::get(const Actor& actor, InboxId inbox) const {
  return store_.read<Inbox>([&](const View& view) -> Result<Inbox> {
    const auto record = DMS_TRY(view.find(inbox_table, inbox.key()));
    if (!record) return fail(absent_object());
    auto found = DMS_TRY(shown(view, permissions_, actor, *record));
    if (!found) return fail(absent_object());
    return std::move(*found);
  });
}

Result<std::vector<Inbox>> Inboxes::list(const Actor& actor) const {
  using Found = std::vector<Inbox>;
  return store_.read<Found>([&](const View& view) -> Result<Found> {
    DMS_TRY(require_active(view, actor));
    storage::ScanOptions options;
    options.limit = inboxes_max;
    Found found;
    for (const InboxRecord& record : DMS_TRY(view.scan_index(inbox_table, "name", options)).items) {
      auto inbox = DMS_TRY(shown(view, permissions_, actor, record));
      if (inbox) found.push_back(std::move(*inbox));
    }
    return found;
  });
}

}  // namespace dms
