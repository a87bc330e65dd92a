#include "dms/derived_content.h"

#include <algorithm>
#include <utility>

#include "dms/actor.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/extraction_file.h"
#include "dms/inbox_record.h"
#include "dms/recognition.h"
#include "dms/rendition_record.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::View;

namespace {

constexpr std::size_t chunk_bytes = 1U << 20U;
constexpr std::size_t records_at_once = 200;

// FOR EVER. The nil actor's; the index follows them.
constexpr std::string_view text_damaged = "document.text_damaged";
constexpr std::string_view item_text_damaged = "inbound_item.text_damaged";

class HeldBytes final : public storage::ContentReader {
 public:
  HeldBytes(ContentId id, std::string_view bytes) : id_(id), bytes_(bytes) {}
  const ContentId& id() const override { return id_; }
  Result<std::string> read(std::uint64_t offset, std::size_t length) const override {
    return std::string(bytes_.substr(std::min<std::uint64_t>(offset, bytes_.size()), length));
  }

 private:
  const ContentId id_;
  const std::string_view bytes_;
};

// What is wrong with a content. One whose key is missing or destroyed is not damaged.
Result<std::optional<std::string>> find_damage(const storage::Store& store,
                                               const ContentId& content) {
  const auto told = [](const Error& error) -> Result<std::optional<std::string>> {
    if (storage::is_without_key(error)) return std::optional<std::string>();
    // What the disk cannot read is as good as rotten.
    if (error.code != ErrorCode::corrupt && error.code != ErrorCode::not_found &&
        error.code != ErrorCode::unavailable) {
      return fail(error);
    }
    return std::optional(error.hint.empty() ? error.message.en : error.hint);
  };
  const auto reader = store.read_content(content);
  if (!reader) return told(reader.error());
  Sha256 hash;
  for (std::uint64_t offset = 0; offset < content.size;) {
    const auto bytes = (*reader)->read(offset, chunk_bytes);
    if (!bytes) return told(bytes.error());
    if (bytes->empty()) break;
    hash.update(*bytes);
    offset += bytes->size();
  }
  if (hash.finish() == content.sha256) return std::optional<std::string>();
  return std::optional("content " + content.sha256.hex() + ": other bytes than its digest's");
}

// Those of `table` that `wanted` says, whose key stays the same.
template <class Record, class Wanted>
Result<std::vector<Record>> collect(const storage::Store& store,
                                    const storage::Table<Record>& table, const Wanted& wanted) {
  std::vector<Record> collected;
  storage::ScanOptions options;
  options.limit = records_at_once;
  using Items = std::vector<Record>;
  while (true) {
    Items items = DMS_TRY(store.read<Items>([&](const View& view) -> Result<Items> {
      auto found = DMS_TRY(view.scan(table, options));
      options.after = found.cursor;
      return std::move(found.items);
    }));
    for (Record& record : items) {
      if (wanted(record)) collected.push_back(std::move(record));
    }
    if (options.after.empty()) return collected;
  }
}

class GivingUp {
 public:
  GivingUp(storage::Store& store, const std::set<Sha256Digest>& damaged, Instant now,
           const std::atomic<bool>* is_cancelled)
      : store_(store), damaged_(damaged), now_(now), is_cancelled_(is_cancelled) {}

  Result<GivenUpContents> run() {
    DMS_TRY(give_up_texts());
    DMS_TRY(give_up_recognitions());
    DMS_TRY(give_up_renditions());
    return std::move(given_up_);
  }

 private:
  bool is_told_of(const ContentId& content) const { return damaged_.contains(content.sha256); }
  bool is_any_told_of(const std::vector<ContentId>& contents) const {
    return std::any_of(contents.begin(), contents.end(),
                       [&](const ContentId& content) { return is_told_of(content); });
  }

  // Whether it is damaged and nobody's original.
  Result<bool> is_to_be_made_anew(const ContentId& content) const {
    if (is_cancelled_ != nullptr && *is_cancelled_) {
      return fail(ErrorCode::unavailable, "Der Server wird beendet.", "The server is stopping.");
    }
    DMS_TRY(store_.writable());
    if (!is_told_of(content) || !DMS_TRY(find_damage(store_, content))) return false;
    return !DMS_TRY(store_.read<bool>([&](const View& view) { return is_named(view, content); }));
  }
  Result<std::vector<ContentId>> to_be_made_anew(const std::vector<ContentId>& contents) const {
    std::vector<ContentId> found;
    for (const ContentId& content : contents) {
      if (DMS_TRY(is_to_be_made_anew(content))) found.push_back(content);
    }
    return found;
  }

  Result<void> give_up_texts() {
    const auto text_of = [](const DocumentTextRecord& record) {
      return ContentId{{record.domain}, record.text.value_or(Sha256Digest{}), record.text_size};
    };
    for (const DocumentTextRecord& record :
         DMS_TRY(collect(store_, document_text_table, [&](const DocumentTextRecord& each) {
           return each.text && is_told_of(text_of(each));
         }))) {
      if (!DMS_TRY(is_to_be_made_anew(text_of(record)))) continue;
      const auto original = DMS_TRY(tell_of_text({{record.domain}, record.content, 0}));
      if (original) given_up_.originals_of_texts.push_back(*original);
    }
    return {};
  }

  // Tells it in the histories of all that has the content. nullopt where nothing has it any more.
  Result<std::optional<ContentId>> tell_of_text(const ContentId& named) {
    std::optional<ContentId> original;
    std::string versions_told;
    do {
      DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
        Commit commit(view);
        storage::ScanOptions options;
        options.limit = records_at_once;
        options.prefix = version_content_prefix(named);
        options.after = versions_told;
        const auto versions = DMS_TRY(view.scan_index(version_table, "content", options));
        for (const VersionRecord& version : versions.items) {
          const ContentId content = DMS_TRY(original_content(version));
          if (content.sha256 == named.sha256) original = content;
          const auto document = DMS_TRY(view.find(document_table, version.document.key()));
          if (!document || document->current_version != version.number) continue;
          commit.append(object_event(Actor{}, text_damaged, document->id.value,
                                     document->dossier.value, "{}"));
        }
        if (versions_told.empty()) {
          options.prefix = inbound_content_prefix(named);
          for (const InboundItemRecord& item :
               DMS_TRY(view.scan_index(inbound_item_table, "content", options)).items) {
            original = content_of(item);
            commit.append(
                object_event(Actor{}, item_text_damaged, item.id.value, item.inbox.value, "{}"));
          }
        }
        next_ = versions.cursor;
        return commit;
      }));
      versions_told = next_;
    } while (!versions_told.empty());
    return original;
  }

  Result<void> give_up_recognitions() {
    for (const RecognitionRecord& record :
         DMS_TRY(collect(store_, recognition_table, [&](const RecognitionRecord& each) {
           return is_any_told_of(parts_of(each));
         }))) {
      if (DMS_TRY(to_be_made_anew(parts_of(record))).empty()) continue;
      DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
        Commit commit(view);
        const auto present = DMS_TRY(find_recognition(view, original_of(record)));
        if (present && present->id == record.id) DMS_TRY(plan_anew(commit, *present, now_));
        return commit;
      }));
      ++given_up_.recognitions;
    }
    return {};
  }

  Result<void> give_up_renditions() {
    for (const RenditionRecord& record :
         DMS_TRY(collect(store_, rendition_table, [&](const RenditionRecord& each) {
           return is_any_told_of(parts_of(each));
         }))) {
      const auto parts = DMS_TRY(to_be_made_anew(parts_of(record)));
      if (parts.empty()) continue;
      DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
        Commit commit(view);
        auto present = DMS_TRY(find_rendition_record(view, original_of(record)));
        if (!present || present->id != record.id) return commit;
        let_go(commit, *present, parts);
        DMS_TRY(commit.put(rendition_table, *present));
        return commit;
      }));
      given_up_.renditions += parts.size();
    }
    return {};
  }

  // A page's picture is drawn when somebody asks for it again, the others wait for the maker.
  void let_go(Commit& commit, RenditionRecord& record, const std::vector<ContentId>& parts) const {
    const auto is_among_them = [&](const std::optional<RenditionPartRecord>& part) {
      return part &&
             std::find(parts.begin(), parts.end(), content_of(record, *part)) != parts.end();
    };
    for (const ContentId& part : parts) commit.release_content(part, record.id);
    for (auto* part : {&record.preview, &record.thumbnail}) {
      if (!is_among_them(*part)) continue;
      part->reset();
      record.state = RenditionState::waiting;
      record.requested_at = now_;
    }
    if (!record.images) return;
    std::erase_if(*record.images,
                  [&](const PageImageRecord& each) { return is_among_them(each.image); });
  }

  storage::Store& store_;
  const std::set<Sha256Digest>& damaged_;
  const Instant now_;
  const std::atomic<bool>* const is_cancelled_;
  GivenUpContents given_up_;
  std::string next_;
};

}  // namespace

Result<storage::StagedContent> stage_derived(storage::Store& store, storage::KeyDomain domain,
                                             std::string_view bytes) {
  const auto writer = DMS_TRY(store.write_content(domain));
  for (std::string_view rest = bytes; !rest.empty();
       rest.remove_prefix(std::min(chunk_bytes, rest.size()))) {
    DMS_TRY(writer->append(rest.substr(0, chunk_bytes)));
  }
  storage::StagedContent staged = DMS_TRY(writer->finish_for_commit());
  // What was kept back for the commit does not lie here yet.
  if (store.read_content(staged.id())) {
    DMS_TRY(store.repair_content(HeldBytes(staged.id(), bytes)));
  }
  return staged;
}

Result<std::optional<std::string>> find_text_damage(const storage::Store& store,
                                                    const ContentId& original) {
  using Found = std::optional<DocumentTextRecord>;
  const Found record = DMS_TRY(store.read<Found>(
      [&](const View& view) { return find_document_text_record(view, original); }));
  if (!record || !record->text) return std::optional<std::string>();
  return find_damage(store, {original.domain, *record->text, record->text_size});
}

void note_text_damage(const storage::Store& store, const ContentId& original, Log& log,
                      const std::string& tenant) {
  const auto damage = find_text_damage(store, original);
  if (!damage || !*damage) return;
  log.error("text_damaged",
            {{"tenant", tenant}, {"content", original.sha256.hex()}, {"hint", **damage}});
}

Result<GivenUpContents> give_up_damaged(storage::Store& store,
                                        const std::set<Sha256Digest>& damaged, Instant now,
                                        const std::atomic<bool>* is_cancelled) {
  return GivingUp(store, damaged, now, is_cancelled).run();
}

}  // namespace dms
