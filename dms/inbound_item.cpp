// Taking in, describing, handing on and discarding. Filing: inbound_filing.cpp; reading:
// inbound_read.cpp.

#include "dms/inbound_item.h"

#include <functional>
#include <set>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/base/text.h"
#include "dms/capture/duplicate.h"
#include "dms/field_cleaner.h"
#include "dms/identity_event.h"
#include "dms/inbound_access.h"
#include "dms/inbound_step.h"
#include "dms/upload.h"
#include "dms/user_record.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

Result<NewInboundItem> clean_receipt(const NewInboundItem& input) {
  NewInboundItem clean = input;
  clean.fields = DMS_TRY(clean_inbound_fields(input.fields, "/metadata"));
  clean.file_name = DMS_TRY(clean_file_name(input.file_name, "/metadata/file_name"));
  return clean;
}

Result<void> require_receipt(const View& view, const Actor& actor, InboxId inbox) {
  if (!DMS_TRY(view.find(inbox_table, inbox.key()))) return fail(absent_object());
  return require(view, actor, scope_of(inbox), Right::file);
}

InboundItemRecord make_item(const NewInboundItem& input, const Stamp& stamp) {
  InboundItemRecord record;
  record.id = InboundItemId::make(stamp.at);
  record.inbox = input.inbox;
  record.state = InboundState::received;
  stamp_created(record, stamp);
  record.receipt_stamp.received_at = stamp.at;
  record.receipt_stamp.received_by = stamp.by;
  record.receipt_stamp.channel = input.channel;
  if (const auto& stack = input.stack) {
    record.stack.emplace();
    record.stack->file_name = stack->file_name;
    record.stack->sha256 = stack->sha256;
    record.stack->first_page = stack->first_page;
    record.stack->last_page = stack->last_page;
  }
  record.malware = unless_empty(input.malware);
  record.message = input.message;
  assign_fields(record, input.fields);
  return record;
}

struct Addition {
  const Actor& actor;
  const Stamp& stamp;
  const InboundReceipt& receipt;
};

Result<InboundItemRecord> add_item(const View& view, Commit& commit, const Addition& adding) {
  const NewInboundItem& input = adding.receipt.item;
  DMS_TRY(require_receipt(view, adding.actor, input.inbox));
  InboundItemRecord record = make_item(input, adding.stamp);
  const storage::ContentId content = DMS_TRY(take_content(
      view, commit,
      {adding.actor, adding.receipt.source, VersionId{record.id.value}, adding.stamp.at, {}}));
  record.duplicate_of = DMS_TRY(find_duplicate(view, content, input.message));
  record.file.role = ContentRole::original;
  record.file.sha256 = content.sha256;
  record.file.size = content.size;
  record.file.file_name = input.file_name;
  DMS_TRY(commit.insert(inbound_item_table, record));
  commit.append(inbound_event(adding.actor, "inbound_item.received", record));
  return record;
}

// Where a distribution leads.
struct Destination {
  std::optional<InboxId> inbox;
  std::optional<UserId> user;
};

Result<Destination> find_destination(const View& view, const DistributionTarget& target) {
  Destination to;
  if (target.user) {
    const auto user = DMS_TRY(view.find(user_table, target.user->key()));
    if (!user || !user->active) {
      return fail(
          invalid_field("/user_id", "Diese Person gibt es nicht.", "This person does not exist."));
    }
    to.user = target.user;
    return to;
  }
  const auto inbox =
      DMS_TRY(view.find_by(inbox_table, "org_unit", inbox_org_unit_key(*target.org_unit)));
  if (!inbox) {
    return fail(invalid_field("/org_unit_id", "Diese Organisationseinheit hat keinen Posteingang.",
                              "This org unit has no inbox."));
  }
  to.inbox = inbox->id;
  return to;
}

Result<Distribution> clean_distribution(const Distribution& input) {
  Distribution clean = input;
  FieldCleaner cleaner("");
  cleaner.require(!input.items.empty() && input.items.size() <= distributed_items_max, "items",
                  "Nennen Sie 1 bis 100 Eingänge.", "Name 1 to 100 items.");
  std::set<InboundItemId> seen;
  for (std::size_t i = 0; i < input.items.size() && i < distributed_items_max; ++i) {
    cleaner.require(seen.insert(input.items[i].item).second, "items/" + std::to_string(i),
                    "Das ist schon genannt.", "This is named already.");
  }
  cleaner.require(input.target.org_unit.has_value() != input.target.user.has_value(), "user_id",
                  "Nennen Sie entweder eine Organisationseinheit oder eine Person.",
                  "Name either an org unit or a person.");
  cleaner.paragraphs("note", clean.note, {.code_points_min = 0, .code_points_max = 2000});
  DMS_TRY(cleaner.finish());
  return clean;
}

// One item on its way; which events tell of it depends on whether it leaves its inbox.
Result<void> hand_on(Commit& commit, const Actor& actor, InboundItemRecord record,
                     const Distribution& what, const Destination& to, const Stamp& stamp) {
  const InboxId from = record.inbox;
  // Nobody takes it out of quarantine, for himself neither.
  const bool is_back = to.inbox && *to.inbox == from;
  if (!is_back) DMS_TRY(require_clean(record));
  const bool stays = (to.inbox && *to.inbox == from && !record.assigned_to) ||
                     (to.user && record.assigned_to == to.user);
  if (stays) {
    return fail(ErrorCode::conflict, "Einer der Eingänge liegt schon dort.",
                "One of the items lies there already.");
  }
  if (to.inbox) record.inbox = *to.inbox;
  record.assigned_to = to.user;
  record.state = waiting_state(record);
  record.distributed_at = stamp.at;
  record.distributed_by = stamp.by;
  if (!what.note.empty()) record.note = what.note;
  if (what.deadline) record.deadline = what.deadline;
  stamp_modified(record, stamp);
  DMS_TRY(commit.put(inbound_item_table, record));
  if (record.inbox == from) {
    commit.append(inbound_event(actor, "inbound_item.distributed", record));
    return {};
  }
  InboundEventDetail detail;
  detail.subject = record.subject;
  detail.from = from;
  detail.to = record.inbox;
  const std::string json = encode_json(detail);
  const Uuid& id = record.id.value;
  commit.append(object_event(actor, "inbound_item.moved_out", id, from.value, json));
  commit.append(object_event(actor, "inbound_item.moved_in", id, record.inbox.value, json));
  return {};
}

}  // namespace

InboundItems::InboundItems(storage::Store& store, const PermissionCache& permissions,
                           const Clock& clock, const DocumentBelongings* belongings,
                           ContentEncryption encryption)
    : store_(store),
      permissions_(permissions),
      clock_(clock),
      belongings_(belongings),
      encryption_(encryption) {}

Result<void> InboundItems::admit_receipt(const Actor& actor, const NewInboundItem& input) const {
  DMS_TRY(clean_receipt(input));
  return store_.read<void>(
      [&](const View& view) { return require_receipt(view, actor, input.inbox); });
}

Result<InboundItem> InboundItems::receive(const Actor& actor, const NewInboundItem& input,
                                          const VersionSource& source, const AlsoCommit& also) {
  return DMS_TRY(receive_all(actor, {{input, source}}, also)).front();
}

Result<std::vector<InboundItem>> InboundItems::receive_all(
    const Actor& actor, const std::vector<InboundReceipt>& receipts, const AlsoCommit& also) {
  if (receipts.empty() || receipts.size() > receipts_max) {
    return fail(operator_error(ErrorCode::internal, "no receipt, or too many"));
  }
  std::vector<InboundReceipt> clean = receipts;
  for (InboundReceipt& receipt : clean) receipt.item = DMS_TRY(clean_receipt(receipt.item));
  std::vector<InboundItemRecord> records;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    records.clear();
    const Stamp stamp{clock_.now(), actor.user};
    for (const InboundReceipt& receipt : clean) {
      records.push_back(DMS_TRY(add_item(view, commit, {actor, stamp, receipt})));
    }
    if (also) DMS_TRY(also(view, commit, records.front().id.value));
    return commit;
  }));
  std::vector<InboundItem> items;
  for (const InboundItemRecord& record : records) {
    items.push_back(DMS_TRY(value_of(actor, record)));
  }
  return items;
}

Result<InboundItem> InboundItems::change(const Actor& actor, InboundItemId item, const Step& step) {
  InboundItemRecord record;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    record = DMS_TRY(require_item(view, actor, item, Right::edit));
    DMS_TRY(check_revision(record.revision, step.if_match));
    const Stamp stamp{clock_.now(), actor.user};
    DMS_TRY(step.apply(record, stamp));
    stamp_modified(record, stamp);
    Commit commit(view);
    DMS_TRY(commit.put(inbound_item_table, record));
    commit.append(inbound_event(actor, step.event, record));
    return commit;
  }));
  return value_of(actor, record);
}

Result<InboundItem> InboundItems::value_of(const Actor& actor,
                                           const InboundItemRecord& record) const {
  return store_.read<InboundItem>(
      [&](const View& view) { return to_value(view, permissions_, actor, record); });
}

Result<InboundItem> InboundItems::update(const Actor& actor, InboundItemId item,
                                         InboundFields fields, std::uint64_t if_match) {
  fields = DMS_TRY(clean_inbound_fields(std::move(fields), ""));
  const auto apply = [&](InboundItemRecord& record, const Stamp&) -> Result<void> {
    DMS_TRY(require_waiting(record));
    assign_fields(record, fields);
    return {};
  };
  return change(actor, item, {"inbound_item.changed", if_match, apply});
}

Result<InboundItem> InboundItems::discard(const Actor& actor, InboundItemId item,
                                          std::uint64_t if_match) {
  const auto apply = [](InboundItemRecord& record, const Stamp& stamp) -> Result<void> {
    DMS_TRY(require_waiting(record));
    record.state = InboundState::discarded;
    record.discarded_at = stamp.at;
    record.discarded_by = stamp.by;
    return {};
  };
  return change(actor, item, {"inbound_item.discarded", if_match, apply});
}

Result<InboundItem> InboundItems::restore(const Actor& actor, InboundItemId item,
                                          std::uint64_t if_match) {
  const auto apply = [](InboundItemRecord& record, const Stamp&) -> Result<void> {
    if (record.state != InboundState::discarded) {
      return fail(ErrorCode::conflict, "Der Eingang liegt nicht im Papierkorb.",
                  "The item is not in the bin.");
    }
    record.discarded_at.reset();
    record.discarded_by.reset();
    record.state = waiting_state(record);
    return {};
  };
  return change(actor, item, {"inbound_item.restored", if_match, apply});
}

Result<void> InboundItems::distribute(const Actor& actor, const Distribution& input) {
  const Distribution clean = DMS_TRY(clean_distribution(input));
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    const Stamp stamp{clock_.now(), actor.user};
    std::optional<Destination> to;
    for (const Distribution::Named& named : clean.items) {
      InboundItemRecord record = DMS_TRY(require_item(view, actor, named.item, Right::edit));
      DMS_TRY(check_revision(record.revision, named.if_match));
      DMS_TRY(require_waiting(record));
      // Not before something may be handed on: who may not is told nothing of inboxes.
      if (!to) to = DMS_TRY(find_destination(view, clean.target));
      DMS_TRY(hand_on(commit, actor, std::move(record), clean, *to, stamp));
    }
    return commit;
  }));
  return {};
}

}  // namespace dms
