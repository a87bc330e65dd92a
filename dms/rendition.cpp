#include "dms/rendition.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "dms/base/bytes.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/inbox_record.h"
#include "dms/rendition_record.h"
#include "storage/record_json.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::KeyBuilder;
using storage::View;

namespace {

constexpr std::size_t records_at_once = 200;
constexpr std::string_view waiting_index = "waiting";
constexpr std::string_view off_index = "off";
constexpr std::string_view refused_index = "refused";
constexpr std::string_view sweep_key = "sweep";

std::string_view index_of(const RenditionRecord& record) {
  if (is_in_state(record, RenditionState::waiting) || wants_images(record)) return waiting_index;
  if (is_in_state(record, RenditionState::off)) return off_index;
  return is_in_state(record, RenditionState::refused) ? refused_index : std::string_view();
}

storage::Index<RenditionRecord> make_index(std::string_view name) {
  return {std::string(name), storage::IndexKind::multiple, [name](const RenditionRecord& record) {
            std::vector<std::string> keys;
            if (index_of(record) == name) {
              keys.push_back(KeyBuilder().raw(raw_bytes(record.id)).take());
            }
            return keys;
          }};
}

RenditionRecord waiting_record(const ContentId& content, RenditionState state, Instant now) {
  RenditionRecord record;
  record.id = make_uuid_v7(now);
  record.domain = content.domain.value;
  record.content = content.sha256;
  record.size = content.size;
  record.rendition_version = rendition_version;
  record.state = state;
  record.requested_at = now;
  return record;
}

Result<std::size_t> change_states(storage::Store& store, std::string_view index,
                                  RenditionState to) {
  std::size_t changed = 0;
  DMS_TRY(store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    storage::ScanOptions options;
    options.limit = records_at_once;
    auto found = DMS_TRY(view.scan_index(rendition_table, index, options)).items;
    for (RenditionRecord& record : found) {
      const bool is_made = is_in_state(record, RenditionState::made);
      if (is_made) record.images_wanted.reset();
      if (!is_made) record.state = to;
      DMS_TRY(commit.put(rendition_table, record));
    }
    changed = found.size();
    return commit;
  }));
  return changed;
}

// The originals of versions, then of what waits in inboxes. What has no text yet is planned when it
// gets one.
class Sweep {
 public:
  Sweep(const View& view, Commit& commit, Instant now) : view_(view), commit_(commit), now_(now) {}

  Result<void> go_on(RenditionSweepRecord& sweep) {
    if (!sweep.versions_are_whole) {
      const auto found = DMS_TRY(view_.scan(version_table, behind(sweep.versions_after)));
      for (const VersionRecord& version : found.items) {
        DMS_TRY(plan(DMS_TRY(original_content(version))));
      }
      sweep.versions_after = to_hex(found.cursor);
      sweep.versions_are_whole = found.cursor.empty();
      return {};
    }
    const auto found = DMS_TRY(view_.scan(inbound_item_table, behind(sweep.items_after)));
    for (const InboundItemRecord& item : found.items) {
      if (!is_filed(item)) DMS_TRY(plan(content_of(item)));
    }
    sweep.items_after = to_hex(found.cursor);
    sweep.is_whole = found.cursor.empty();
    return {};
  }

 private:
  static storage::ScanOptions behind(std::string_view after) {
    storage::ScanOptions options;
    options.limit = records_at_once;
    options.after = from_hex(after).value_or("");
    return options;
  }

  Result<void> plan(const ContentId& content) {
    if (!planned_.insert(content).second) return {};
    if (!DMS_TRY(find_document_text_record(view_, content))) return {};
    return plan_rendition(view_, commit_, content, RenditionState::waiting, now_);
  }

  const View& view_;
  Commit& commit_;
  const Instant now_;
  std::set<ContentId> planned_;  // in this commit, which the View does not show
};

}  // namespace

const storage::Table<RenditionRecord> rendition_table{
    "rendition",
    [](const RenditionRecord& record) { return rendition_key(original_of(record)); },
    {make_index(waiting_index), make_index(off_index), make_index(refused_index)}};

const storage::Table<RenditionSweepRecord> rendition_sweep_table{
    "rendition_sweep", [](const RenditionSweepRecord&) { return std::string(sweep_key); }, {}};

std::string rendition_key(const ContentId& content) {
  return KeyBuilder().raw(raw_bytes(content.domain.value)).raw(content.sha256.raw()).take();
}

ContentId original_of(const RenditionRecord& record) {
  return {{record.domain}, record.content, record.size};
}

bool is_in_state(const RenditionRecord& record, RenditionState state) {
  return record.state.known() == state;
}

bool wants_images(const RenditionRecord& record) {
  return is_in_state(record, RenditionState::made) && record.images_wanted &&
         !record.images_wanted->empty();
}

const PageImageRecord* find_image(const RenditionRecord& record, std::uint32_t page) {
  if (!record.images) return nullptr;
  const auto found = std::find_if(record.images->begin(), record.images->end(),
                                  [&](const PageImageRecord& each) { return each.page == page; });
  return found == record.images->end() ? nullptr : &*found;
}

ContentId content_of(const RenditionRecord& record, const RenditionPartRecord& part) {
  return {{record.domain}, part.content, part.size};
}

std::vector<ContentId> parts_of(const RenditionRecord& record) {
  std::vector<ContentId> parts;
  for (const auto& part : {record.preview, record.thumbnail}) {
    if (part) parts.push_back(content_of(record, *part));
  }
  for (const PageImageRecord& each : record.images.value_or(std::vector<PageImageRecord>())) {
    if (each.image) parts.push_back(content_of(record, *each.image));
  }
  return parts;
}

Result<std::optional<RenditionRecord>> find_rendition_record(const View& view,
                                                             const ContentId& content) {
  return view.find(rendition_table, rendition_key(content));
}

void release_parts(Commit& commit, const RenditionRecord& record) {
  for (const ContentId& part : parts_of(record)) commit.release_content(part, record.id);
}

std::string_view to_string(RenditionState state) {
  switch (state) {
    case RenditionState::waiting:
      return "pending";
    case RenditionState::off:
      return "refused";
    case RenditionState::made:
    case RenditionState::unsupported:
    case RenditionState::encrypted:
    case RenditionState::damaged:
    case RenditionState::limit_exceeded:
    case RenditionState::infected:
    case RenditionState::refused:
      break;
  }
  return enum_name(state);
}

bool is_shown_itself(std::string_view mime_type) {
  constexpr std::array<std::string_view, 5> types{"application/pdf", "image/png", "image/jpeg",
                                                  "image/gif", "image/webp"};
  return std::find(types.begin(), types.end(), mime_type) != types.end();
}

Result<Rendition> find_rendition(const View& view, const ContentId& content) {
  const auto record = DMS_TRY(find_rendition_record(view, content));
  Rendition rendition;
  if (!record) {
    // With its text it would have been planned: this server makes none, or has not come to it yet.
    if (DMS_TRY(find_document_text_record(view, content))) rendition.state = RenditionState::off;
    return rendition;
  }
  rendition.state = known_or(record->state, RenditionState::unsupported);
  if (record->preview) rendition.preview = content_of(*record, *record->preview);
  if (record->thumbnail) rendition.thumbnail = content_of(*record, *record->thumbnail);
  return rendition;
}

Result<void> plan_rendition(const View& view, Commit& commit, const ContentId& content,
                            RenditionState state, Instant now) {
  auto present = DMS_TRY(find_rendition_record(view, content));
  if (!present) return commit.put(rendition_table, waiting_record(content, state, now));
  const bool is_settled = present->rendition_version == rendition_version &&
                          !is_in_state(*present, RenditionState::unsupported) &&
                          !is_in_state(*present, RenditionState::refused);
  if (is_settled || is_in_state(*present, RenditionState::waiting)) return {};
  present->rendition_version = rendition_version;
  present->state = state;
  return commit.put(rendition_table, *present);
}

Result<void> plan_rendition_anew(const View& view, Commit& commit, const ContentId& content,
                                 Instant now) {
  auto present = DMS_TRY(find_rendition_record(view, content));
  if (!present) {
    return commit.put(rendition_table, waiting_record(content, RenditionState::waiting, now));
  }
  present->rendition_version = rendition_version;
  present->state = RenditionState::waiting;
  present->requested_at = now;
  return commit.put(rendition_table, *present);
}

namespace {

std::size_t drawn_images(const RenditionRecord& record) {
  if (!record.images) return 0;
  return static_cast<std::size_t>(
      std::count_if(record.images->begin(), record.images->end(),
                    [](const PageImageRecord& each) { return each.image.has_value(); }));
}

}  // namespace

Result<void> plan_page_image(const View& view, Commit& commit, const ContentId& content,
                             std::uint32_t page) {
  auto record = DMS_TRY(find_rendition_record(view, content));
  if (!record || !is_in_state(*record, RenditionState::made)) return {};
  auto wanted = record->images_wanted.value_or(std::vector<std::uint32_t>());
  const bool waits = std::find(wanted.begin(), wanted.end(), page) != wanted.end();
  if (waits || find_image(*record, page) != nullptr) return {};
  if (wanted.size() >= page_images_wanted_max) {
    return fail(make_error(ErrorCode::busy,
                           "Es warten schon viele Seiten darauf, gezeichnet zu werden.",
                           "Many pages are waiting to be drawn already."));
  }
  if (drawn_images(*record) + wanted.size() >= page_images_max) {
    return fail(make_error(ErrorCode::too_large,
                           "Von diesem Dokument werden keine weiteren Seiten gezeichnet.",
                           "No more pages of this document are drawn."));
  }
  wanted.push_back(page);
  record->images_wanted = std::move(wanted);
  return commit.put(rendition_table, *record);
}

Result<std::size_t> put_renditions_off(storage::Store& store) {
  return change_states(store, waiting_index, RenditionState::off);
}

Result<std::size_t> take_up_renditions(storage::Store& store, Refused refused) {
  const std::size_t taken_up = DMS_TRY(change_states(store, off_index, RenditionState::waiting));
  if (taken_up > 0 || refused == Refused::keep) return taken_up;
  return change_states(store, refused_index, RenditionState::waiting);
}

Result<bool> plan_missing_renditions(storage::Store& store, Instant now) {
  bool is_whole = false;
  DMS_TRY(store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    auto sweep =
        DMS_TRY(view.find(rendition_sweep_table, sweep_key)).value_or(RenditionSweepRecord());
    if (sweep.rendition_version != rendition_version) {
      sweep = RenditionSweepRecord();
      sweep.rendition_version = rendition_version;
    }
    is_whole = sweep.is_whole;
    if (is_whole) return commit;
    DMS_TRY(Sweep(view, commit, now).go_on(sweep));
    is_whole = sweep.is_whole;
    DMS_TRY(commit.put(rendition_sweep_table, sweep));
    return commit;
  }));
  return !is_whole;
}

}  // namespace dms
