#include "dms/audit.h"

#include <algorithm>
#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/erasure.h"
#include "dms/event_origin.h"
#include "dms/file_plan_record.h"
#include "dms/inbound_access.h"
#include "dms/user.h"

namespace dms {

using storage::JournalEntry;
using storage::View;

namespace {

constexpr std::size_t limit_max = 200;
// A page looks at no more than so many entries: a rare match costs more pages, not a slow one.
constexpr std::size_t looked_at_max = 5000;
constexpr std::size_t batch_size = 500;
constexpr std::size_t kind_bytes_max = 255;

Result<bool> allows(Result<Rights> rights, Right right) {
  return DMS_TRY(std::move(rights)).has(right);
}

// Whether the history of what `id` names is open to `actor`, whatever kind of object it is.
Result<bool> is_open_to(const View& view, const PermissionCache& permissions, const Actor& actor,
                        const Uuid& id) {
  const std::string_view key = raw_bytes(id);
  const auto document = DMS_TRY(view.find(document_table, key));
  const auto dossier = DMS_TRY(view.find(dossier_table, document ? document->dossier.key() : key));
  if (dossier) {
    const ScopeId scope = DMS_TRY(scope_of(view, *dossier));
    return allows(permissions.rights_in(view, actor, scope), Right::read);
  }
  if (const auto item = DMS_TRY(view.find(inbound_item_table, key))) {
    return allows(item_rights(view, permissions, actor, *item), Right::read);
  }
  if (DMS_TRY(view.find(inbox_table, key))) {
    const Rights rights = DMS_TRY(permissions.rights_in(view, actor, ScopeId{id}));
    return rights.has(Right::see) || DMS_TRY(is_administrator(view, actor));
  }
  if (DMS_TRY(may_see_erasure(view, actor, id))) return true;
  const bool administrator = DMS_TRY(is_administrator(view, actor));
  if (const auto unit = DMS_TRY(view.find(unit_table, key))) {
    const ScopeId scope{unit->scope};
    if (administrator) return true;
    return allows(permissions.rights_in(view, actor, scope), Right::see);
  }
  return administrator;
}

// An event of a document that was erased, in the history of the dossier it lay in then, which is
// open to the asker: that something is missing there is told.
Result<bool> is_erased_part(const View& view, const AuditQuery& query, const JournalEntry& entry) {
  if (!query.object || entry.parent != query.object || !entry.kind.starts_with("document.")) {
    return false;
  }
  const auto document = DMS_TRY(view.find(document_table, raw_bytes(entry.object)));
  return !document;
}

// A whole kind, or what stands before a dot of it.
bool is_of_kind(std::string_view entry, std::string_view kind) {
  return entry.starts_with(kind) &&
         (kind.empty() || entry.size() == kind.size() || entry[kind.size()] == '.');
}

Result<void> check_kind(std::string_view kind) {
  const bool is_sound = kind.size() <= kind_bytes_max && std::ranges::all_of(kind, [](char c) {
                          return (c >= 'a' && c <= 'z') || c == '_' || c == '.';
                        });
  if (is_sound) return {};
  return fail(invalid_field("/kind", "Das kann keine Art von Ereignis sein.",
                            "This can be no kind of event."));
}

bool matches(const JournalEntry& entry, const AuditQuery& query) {
  return (!query.actor || entry.actor == query.actor->value) &&
         is_of_kind(entry.kind, query.kind) && (!query.from || entry.time >= *query.from) &&
         (!query.to || entry.time < *query.to);
}

// Other objects that the details of these events name: where something was moved from and to, what
// it was filed out of, what an item became.
struct NamingDetail : Extensible {
  std::optional<Uuid> from;
  std::optional<Uuid> to;
  std::optional<Uuid> inbound_item;
  std::optional<Uuid> document;
  std::optional<AttachmentOrigin> attachment_of;
};
BOOST_DESCRIBE_STRUCT(NamingDetail, (Extensible), (from, to, inbound_item, document, attachment_of))

bool names_others(std::string_view kind) {
  return kind.starts_with("document.") || kind.starts_with("inbound_item.");
}

// Takes out of an event the objects whose own history is closed to `actor`: who may know of what
// was moved need not know of both ends. Where it lay administrators are told of all (is_open_to()
// decides about the detail).
Result<void> hide_others(const View& view, const PermissionCache& permissions, const Actor& actor,
                         JournalEntry& entry) {
  if (!names_others(entry.kind)) return {};
  const bool tells_parent = !entry.parent || DMS_TRY(is_administrator(view, actor)) ||
                            DMS_TRY(is_open_to(view, permissions, actor, *entry.parent));
  if (!tells_parent) entry.parent.reset();
  if (!entry.detail) return {};
  auto parsed = decode_json<NamingDetail>(*entry.detail, JsonProfile::record);
  if (!parsed) return {};  // of another shape: it names none of these
  bool is_changed = false;
  const auto check = [&](auto& named, const Uuid& id) -> Result<void> {
    if (DMS_TRY(is_open_to(view, permissions, actor, id))) return {};
    named.reset();
    is_changed = true;
    return {};
  };
  for (auto* each : {&parsed->from, &parsed->to, &parsed->inbound_item, &parsed->document}) {
    if (*each) DMS_TRY(check(*each, **each));
  }
  if (auto& origin = parsed->attachment_of) DMS_TRY(check(origin, origin->document.value));
  if (is_changed) entry.detail = encode_json(*parsed);
  return {};
}

struct Openness {
  bool detail = false;
  bool origin = false;
};

AuditEvent to_event(JournalEntry entry, const Openness& open) {
  AuditEvent event;
  event.sequence = entry.sequence;
  event.time = entry.time;
  event.kind = std::move(entry.kind);
  event.object = entry.object;
  event.parent = entry.parent;
  event.actor = UserId{entry.actor};
  if (entry.on_behalf_of) event.on_behalf_of = UserId{*entry.on_behalf_of};
  EventOrigin origin;
  if (entry.detail) origin = take_origin(*entry.detail);
  if (open.detail) event.detail = std::move(entry.detail);
  if (open.origin) {
    event.address = std::move(origin.address);
    event.token = origin.token;
  }
  return event;
}

bool matches(const storage::RecordedRead& read, const ReadsQuery& query) {
  return (!query.object || read.event.object == *query.object) &&
         (!query.actor || read.event.actor == query.actor->value) &&
         (!query.from || read.time >= *query.from) && (!query.to || read.time < *query.to);
}

// Entries older than `before` (0: from the newest), newest first: all, or those of one object.
Result<std::vector<JournalEntry>> older_entries(const storage::Store& store,
                                                const std::optional<Uuid>& object,
                                                std::uint64_t before) {
  if (object) return store.read_journal_of(*object, before, batch_size);
  const std::uint64_t end = before == 0 ? store.journal_head().sequence + 1 : before;
  const std::uint64_t begin = end > batch_size ? end - batch_size : 1;
  auto entries = DMS_TRY(store.read_journal(begin - 1, end - begin));
  std::reverse(entries.begin(), entries.end());
  return entries;
}

}  // namespace

Result<AuditPage> Audit::events(const Actor& actor, const AuditQuery& query) const {
  DMS_TRY(check_kind(query.kind));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, limit_max);
  return store_.read<AuditPage>([&](const View& view) -> Result<AuditPage> {
    if (query.object) {
      if (!DMS_TRY(is_open_to(view, permissions_, actor, *query.object))) {
        return fail(absent_object());
      }
    } else {
      DMS_TRY(require_administrator(view, actor));
    }
    const bool administrator = DMS_TRY(is_administrator(view, actor));
    AuditPage page;
    std::uint64_t before = query.before;
    for (std::size_t looked_at = 0; looked_at < looked_at_max;) {
      auto entries = DMS_TRY(older_entries(store_, query.object, before));
      if (entries.empty()) return page;
      for (JournalEntry& entry : entries) {
        before = entry.sequence;
        ++looked_at;
        if (query.from && entry.time < *query.from) return page;
        if (!matches(entry, query)) continue;
        // What was moved away from here, or lies in it under another list, may be hidden today.
        const bool open = DMS_TRY(is_erased_part(view, query, entry)) ||
                          DMS_TRY(is_open_to(view, permissions_, actor, entry.object));
        if (query.object && !open) continue;
        if (open) DMS_TRY(hide_others(view, permissions_, actor, entry));
        page.events.push_back(to_event(std::move(entry), {open, administrator}));
        if (page.events.size() == limit) {
          page.next = before > 1 ? before : 0;
          return page;
        }
      }
      if (before == 1) return page;
    }
    page.next = before;
    return page;
  });
}

Result<ReadsPage> Audit::reads(const Actor& actor, const ReadsQuery& query) const {
  DMS_TRY(require_administration(actor));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, limit_max);
  ReadsPage page;
  storage::ReadPlace before = query.before;
  for (std::size_t looked_at = 0; looked_at < looked_at_max;) {
    const auto reads = DMS_TRY(store_.read_reads(before, batch_size));
    for (const storage::RecordedRead& read : reads) {
      before = read.place;
      ++looked_at;
      if (query.from && read.time < *query.from) return page;
      if (!matches(read, query)) continue;
      page.reads.push_back(read);
      if (page.reads.size() == limit) {
        page.next = before;
        return page;
      }
    }
    if (reads.size() < batch_size) return page;
  }
  page.next = before;
  return page;
}

Result<void> Audit::require_administration(const Actor& actor) const {
  return store_.read<void>([&](const View& view) { return require_administrator(view, actor); });
}

namespace {

// Held while a verification runs.
class Turn {
 public:
  explicit Turn(std::atomic<bool>& is_taken)
      : is_taken_(is_taken), is_mine_(!is_taken.exchange(true)) {}
  ~Turn() {
    if (is_mine_) is_taken_ = false;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  bool is_mine() const { return is_mine_; }

 private:
  std::atomic<bool>& is_taken_;
  const bool is_mine_;
};

Error verification_runs() {
  Error error = make_error(ErrorCode::busy,
                           "Diese Prüfung läuft schon. Bitte warten Sie, bis sie beendet ist.",
                           "This verification is running already. Wait until it has ended.");
  error.retry_after_s = 10;
  return error;
}

}  // namespace

Result<AuditReport> Audit::verify(const Actor& actor, const std::atomic<bool>* is_cancelled) const {
  DMS_TRY(require_administration(actor));
  const Turn turn(is_verifying_);
  if (!turn.is_mine()) return fail(verification_runs());
  storage::VerifyControl control;
  control.is_cancelled = is_cancelled;
  AuditReport report;
  report.store = DMS_TRY(store_.verify_records(control));
  report.heads = DMS_TRY(heads_.check());
  return report;
}

Result<HeadPage> Audit::heads(const Actor& actor, std::uint64_t before, std::size_t limit) const {
  DMS_TRY(require_administration(actor));
  return heads_.list(before, std::clamp<std::size_t>(limit, 1, limit_max));
}

Result<SignedHead> Audit::sign_head(const Actor& actor) const {
  DMS_TRY(require_administration(actor));
  return heads_.sign();
}

}  // namespace dms
