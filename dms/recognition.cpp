#include "dms/recognition.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/derived_content.h"
#include "dms/document_record.h"
#include "dms/document_text_record.h"
#include "dms/extraction_file.h"
#include "dms/inbox_record.h"

namespace dms {

using storage::Commit;
using storage::ContentId;
using storage::StagedContent;
using storage::View;

namespace {

// So many single pages become one part.
constexpr std::size_t pages_a_part = 32;
constexpr std::size_t told_at_once = 500;
constexpr std::size_t states_at_once = 200;

struct RecognisedDetail {
  std::uint64_t pages = 0;  // that were read
  std::uint64_t pages_with_text = 0;
  std::string languages;
};
BOOST_DESCRIBE_STRUCT(RecognisedDetail, (), (pages, pages_with_text, languages))

// Staged bytes that nobody is to have: gone with the next sweep, not after the day that the staged
// have.
void let_go(Commit& commit, const StagedContent& staged, const Uuid& owner) {
  commit.name_content(staged, owner);
  commit.release_content(staged.id(), owner);
}

PageOutcome outcome_of(search::TextState state) {
  switch (state) {
    case search::TextState::extracted:
      return PageOutcome::text;
    case search::TextState::empty:
      return PageOutcome::nothing_to_read;
    case search::TextState::limit_exceeded:
      return PageOutcome::beyond_limits;
    case search::TextState::unsupported:
    case search::TextState::encrypted:
    case search::TextState::damaged:
    case search::TextState::refused:
      break;
  }
  return PageOutcome::damaged;
}

PageOfText to_page(std::uint32_t number, search::RecognisedPage read) {
  PageOfText page;
  page.number = number;
  page.outcome = read.out_of_turn ? PageOutcome::beyond_limits : outcome_of(read.state);
  page.rotation = read.rotation;
  if (page.outcome != PageOutcome::text) return page;
  page.text = std::move(read.text);
  page.words = std::move(read.words);
  return page;
}

// The record in the store, if it is still the one that was worked on: nothing was read or asked for
// meanwhile.
Result<std::optional<RecognitionRecord>> find_same(const View& view,
                                                   const RecognitionRecord& worked_on) {
  auto present = DMS_TRY(find_recognition(view, original_of(worked_on)));
  const bool same = present && present->id == worked_on.id &&
                    pages_done(*present) == pages_done(worked_on) &&
                    is_in_state(*present, RecognitionState::waiting);
  if (!same) present.reset();
  return present;
}

// Nobody names the content any more: nothing that was read of it stays.
Result<void> forget(const View& view, Commit& commit, const RecognitionRecord& worked_on) {
  const auto present = DMS_TRY(find_recognition(view, original_of(worked_on)));
  if (!present) return {};
  release_parts(commit, *present);
  return commit.erase(recognition_table, recognition_table.key(*present));
}

// A part that is not stored yet, and how many of the last single pages are in it.
struct NewPart {
  StagedContent staged;
  std::size_t pages = 1;
};

Result<NewPart> stage_part(const PageRecognition& with, const RecognitionRecord& record,
                           PageOfText page) {
  std::size_t singles = 0;
  while (singles < record.parts.size() &&
         record.parts[record.parts.size() - 1 - singles].pages == 1) {
    ++singles;
  }
  std::vector<PageOfText> pages;
  if (singles + 1 >= pages_a_part) {
    RecognitionRecord last = record;
    last.parts.assign(record.parts.end() - static_cast<std::ptrdiff_t>(singles),
                      record.parts.end());
    pages = DMS_TRY(read_recognised(with.store, last));
  }
  pages.push_back(std::move(page));
  return NewPart{DMS_TRY(stage_derived(with.store, {record.domain}, encode_pages(pages))),
                 pages.size()};
}

void add_part(Commit& commit, RecognitionRecord& record, const NewPart& part) {
  for (std::size_t folded = 1; folded < part.pages; ++folded) {
    const RecognisedPartRecord single = record.parts.back();
    commit.release_content({{record.domain}, single.content, single.size}, record.id);
    record.parts.pop_back();
  }
  RecognisedPartRecord added;
  added.content = part.staged.id().sha256;
  added.size = part.staged.id().size;
  added.pages = part.pages;
  record.parts.push_back(std::move(added));
  commit.name_content(part.staged, record.id);
}

Result<PageStep> keep_page(const PageRecognition& with, const RecognitionRecord& record,
                           PageOfText page) {
  const NewPart part = DMS_TRY(stage_part(with, record, std::move(page)));
  PageStep step = PageStep::nothing;
  DMS_TRY(with.store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    step = PageStep::nothing;
    const bool is_wanted = DMS_TRY(is_named(view, original_of(record)));
    auto present = DMS_TRY(find_same(view, record));
    if (!is_wanted || !present) {
      let_go(commit, part.staged, make_uuid_v7(with.clock.now()));
      if (!is_wanted) DMS_TRY(forget(view, commit, record));
      return commit;
    }
    step = PageStep::read;
    add_part(commit, *present, part);
    present->attempts = 0;
    present->languages = unless_empty(with.languages);
    DMS_TRY(commit.put(recognition_table, *present));
    return commit;
  }));
  return step;
}

Result<PageStep> count_attempt(const PageRecognition& with, const RecognitionRecord& record) {
  DMS_TRY(with.store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    auto present = DMS_TRY(find_same(view, record));
    if (!present) return commit;
    ++present->attempts;
    DMS_TRY(commit.put(recognition_table, *present));
    return commit;
  }));
  return PageStep::out_of_turn;
}

// Whether another try would end the same.
bool is_lost(const Error& error) {
  return error.code == ErrorCode::corrupt || error.code == ErrorCode::not_found ||
         storage::is_without_key(error);
}

Result<PageStep> read_page(const PageRecognition& with, const RecognitionRecord& record,
                           std::uint32_t page) {
  // Held until the page's fate is decided: an erasure of the content waits for it.
  const auto original = with.store.read_content(original_of(record));
  if (!original && !is_lost(original.error())) return fail(original.error());
  search::RecognisedPage read;
  read.state = search::TextState::damaged;
  if (original) {
    const auto file = copy_out(**original, with.staging_folder);
    if (!file && !is_lost(file.error())) return fail(file.error());
    if (file) read = DMS_TRY(with.extractor.recognise(file->number(), page, with.abandoned));
  }
  if (read.state == search::TextState::refused || read.state == search::TextState::unsupported) {
    return fail(operator_error(ErrorCode::unavailable, "recognition: " + read.cause));
  }
  if (read.out_of_turn && record.attempts + 1 < recognition_attempts_max) {
    return count_attempt(with, record);
  }
  return keep_page(with, record, to_page(page, std::move(read)));
}

// ---- the last word
// ----------------------------------------------------------------------------------------------

class TextUpdate {
 public:
  TextUpdate(const PageRecognition& with, const RecognitionRecord& recognition)
      : with_(with), recognition_(recognition), content_(original_of(recognition)) {}

  Result<void> prepare() {
    pages_ = DMS_TRY(read_recognised(with_.store, recognition_));
    using Found = std::optional<DocumentTextRecord>;
    before_ = DMS_TRY(with_.store.read<Found>([&](const View& view) -> Result<Found> {
      return find_document_text_record(view, content_);
    }));
    if (!before_) return {};
    DocumentText present;
    if (before_->text) present.text = {content_.domain, *before_->text, before_->text_size};
    auto text = read_text(with_.store, present, recognised_text_bytes_max);
    // Of no use to read the pages again for it: it is to be made again itself, and then this.
    if (!text && text.error().code == ErrorCode::corrupt)
      text.error().code = ErrorCode::unavailable;
    const PagedText merged = with_pages({DMS_TRY(std::move(text)), before_->page_offsets});
    after_ = *before_;
    after_.page_offsets = merged.page_offsets;
    after_.text.reset();
    after_.text_size = 0;
    after_.state = merged.text.empty() ? DocumentTextState::empty : DocumentTextState::extracted;
    after_.recognised_pages.emplace();
    for (const PageOfText& page : pages_) {
      if (page.outcome == PageOutcome::text && !before_->attached_pages) {
        after_.recognised_pages->push_back(page.number);
      }
    }
    if (merged.text.empty()) return {};
    staged_ = DMS_TRY(stage_derived(with_.store, content_.domain, merged.text));
    after_.text = staged_->id().sha256;
    after_.text_size = staged_->id().size;
    return {};
  }

  Result<Commit> decide(const View& view, PageStep& step, std::string& told) {
    Commit commit(view);
    step = PageStep::nothing;
    const bool is_wanted = DMS_TRY(is_named(view, content_));
    auto recognition = DMS_TRY(find_same(view, recognition_));
    const auto text = DMS_TRY(find_document_text_record(view, content_));
    const bool same_text = text.has_value() == before_.has_value() &&
                           (!text || (text->id == before_->id && text->text == before_->text));
    if (!is_wanted || !recognition || !same_text) {
      if (staged_) let_go(commit, *staged_, make_uuid_v7(with_.clock.now()));
      if (!is_wanted) DMS_TRY(forget(view, commit, recognition_));
      return commit;
    }
    step = PageStep::read;
    DMS_TRY(put_text(commit));
    told = DMS_TRY(tell(view, commit, {}));
    if (told.empty()) DMS_TRY(put_done(commit, *recognition));
    return commit;
  }

  // Beyond the first: a commit for each further `told_at_once` documents with the same content.
  // With the last of them it is done: after a kill in between all are told once more.
  Result<void> tell_rest(std::string told) {
    while (!told.empty()) {
      std::string next;  // it may be decided more than once
      DMS_TRY(with_.store.commit([&](const View& view) -> Result<Commit> {
        Commit commit(view);
        next = DMS_TRY(tell(view, commit, told));
        if (!next.empty()) return commit;
        auto recognition = DMS_TRY(find_same(view, recognition_));
        if (recognition) DMS_TRY(put_done(commit, *recognition));
        return commit;
      }));
      told = std::move(next);
    }
    return {};
  }

 private:
  // Pages that a mail carries are none of its own: they stand behind its text, in place of what was
  // read of them before.
  PagedText with_pages(PagedText text) const {
    if (!before_->attached_pages) return merge_pages(text, pages_, recognised_text_bytes_max);
    const auto own = static_cast<std::size_t>(
        std::min<std::uint64_t>(before_->own_text_size.value_or(0), text.text.size()));
    PagedText whole{
        append_pages(std::string_view(text.text).substr(0, own), pages_, recognised_text_bytes_max),
        std::move(text.page_offsets)};
    if (whole.page_offsets.empty() && !whole.text.empty()) whole.page_offsets = {0};
    return whole;
  }

  Result<void> put_done(Commit& commit, RecognitionRecord& recognition) const {
    recognition.state = RecognitionState::done;
    recognition.done_at = with_.clock.now();
    return commit.put(recognition_table, recognition);
  }

  Result<void> put_text(Commit& commit) const {
    // Without one the indexer will bring the pages into it.
    if (!before_) return {};
    if (after_.text != before_->text) {
      if (before_->text) {
        commit.release_content({content_.domain, *before_->text, before_->text_size}, before_->id);
      }
      if (staged_) commit.name_content(*staged_, after_.id);
    }
    return commit.put(document_text_table, after_);
  }

  // Returns where to go on; "" where all are told.
  Result<std::string> tell(const View& view, Commit& commit, const std::string& after) const {
    RecognisedDetail said;
    said.pages = pages_.size();
    said.pages_with_text = static_cast<std::uint64_t>(
        std::count_if(pages_.begin(), pages_.end(),
                      [](const PageOfText& page) { return page.outcome == PageOutcome::text; }));
    said.languages = recognition_.languages.value_or("");
    const std::string detail = encode_json(said);
    storage::ScanOptions options;
    options.prefix = version_content_prefix(content_);
    options.limit = told_at_once;
    options.after = after;
    const auto versions = DMS_TRY(view.scan_index(version_table, "content", options));
    std::set<DocumentId> told;
    for (const VersionRecord& version : versions.items) {
      const auto document = DMS_TRY(view.find(document_table, version.document.key()));
      if (!document || document->current_version != version.number) continue;
      if (!told.insert(document->id).second) continue;
      commit.append(object_event(Actor{}, text_recognised, document->id.value,
                                 document->dossier.value, detail));
    }
    if (!after.empty()) return versions.cursor;
    options.prefix = inbound_content_prefix(content_);
    for (const InboundItemRecord& item :
         DMS_TRY(view.scan_index(inbound_item_table, "content", options)).items) {
      commit.append(
          object_event(Actor{}, item_text_recognised, item.id.value, item.inbox.value, detail));
    }
    return versions.cursor;
  }

  const PageRecognition& with_;
  const RecognitionRecord& recognition_;
  const ContentId content_;
  std::vector<PageOfText> pages_;
  std::optional<DocumentTextRecord> before_;
  DocumentTextRecord after_;
  std::optional<StagedContent> staged_;
};

// What was read before cannot be read back: all of it once more.
Result<PageStep> begin_anew(const PageRecognition& with, const RecognitionRecord& record) {
  DMS_TRY(with.store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    const auto present = DMS_TRY(find_same(view, record));
    if (present) DMS_TRY(plan_anew(commit, *present, with.clock.now()));
    return commit;
  }));
  return PageStep::nothing;
}

Result<PageStep> bring_text(const PageRecognition& with, const RecognitionRecord& record) {
  TextUpdate update(with, record);
  DMS_TRY(update.prepare());
  PageStep step = PageStep::nothing;
  std::string told;
  DMS_TRY(with.store.commit(
      [&](const View& view) -> Result<Commit> { return update.decide(view, step, told); }));
  if (step == PageStep::read) DMS_TRY(update.tell_rest(told));
  return step;
}

}  // namespace

namespace {

Result<PageStep> take_step(const PageRecognition& with, const RecognitionRecord& record) {
  if (const auto page = next_page(record)) {
    const PageStep step = DMS_TRY(read_page(with, record, *page));
    if (step != PageStep::read || pages_done(record) + 1 < record.pages.size()) return step;
  } else {
    return bring_text(with, record);
  }
  using Found = std::optional<RecognitionRecord>;
  const Found whole = DMS_TRY(with.store.read<Found>(
      [&](const View& view) { return find_recognition(view, original_of(record)); }));
  if (!whole || whole->id != record.id || next_page(*whole)) return PageStep::nothing;
  return bring_text(with, *whole);
}

}  // namespace

Result<PageStep> recognise_next_page(const PageRecognition& with, const RecognitionRecord& record) {
  auto step = take_step(with, record);
  if (step || step.error().code != ErrorCode::corrupt || record.parts.empty()) return step;
  return begin_anew(with, record);
}

RecognitionRecord plan_recognition(const ContentId& content, std::vector<std::uint32_t> pages,
                                   RecognitionState state, Instant now) {
  RecognitionRecord record;
  record.id = make_uuid_v7(now);
  record.domain = content.domain.value;
  record.content = content.sha256;
  record.size = content.size;
  record.state = state;
  record.requested_at = now;
  record.pages = std::move(pages);
  return record;
}

Result<void> plan_anew(Commit& commit, RecognitionRecord record, Instant now) {
  release_parts(commit, record);
  record.id = make_uuid_v7(now);
  record.state = RecognitionState::waiting;
  record.requested_at = now;
  record.parts.clear();
  record.attempts = 0;
  record.done_at.reset();
  return commit.put(recognition_table, record);
}

Result<std::size_t> change_recognition_states(storage::Store& store, RecognitionState from,
                                              RecognitionState to) {
  std::size_t changed = 0;
  DMS_TRY(store.commit([&](const View& view) -> Result<Commit> {
    Commit commit(view);
    storage::ScanOptions options;
    options.limit = states_at_once;
    auto found = DMS_TRY(view.scan_index(recognition_table, enum_name(from), options)).items;
    for (RecognitionRecord& record : found) {
      record.state = to;
      DMS_TRY(commit.put(recognition_table, record));
    }
    changed = found.size();
    return commit;
  }));
  return changed;
}

}  // namespace dms
