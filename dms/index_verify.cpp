#include "dms/index_verify.h"

#include <fmt/format.h>

#include "dms/derived_content.h"
#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/inbox_record.h"
#include "dms/index_document.h"
#include "search/index_comparison.h"

namespace dms {

using search::IndexComparison;
using storage::View;

namespace {

constexpr std::size_t page_documents = 1000;
// Of a wrecked index the first thousand say enough.
constexpr std::size_t problems_max = 1000;
constexpr std::uint64_t documents_per_report = 256;

class Walk {
 public:
  Walk(const storage::Store& store, IndexComparison& comparison, const IndexVerifyControl& control)
      : store_(store), comparison_(comparison), control_(control) {}

  Result<IndexVerifyReport> run() {
    if (!DMS_TRY(is_of_this_history())) return std::move(report_);
    DMS_TRY(check_all(document_table.name));
    DMS_TRY(check_all(inbound_item_table.name));
    auto rest = DMS_TRY(comparison_.finish());
    for (const Uuid& id : rest.unasked) DMS_TRY(check_unasked(DocumentId{id}));
    for (std::string& text : rest.problems) problem("index: " + std::move(text));
    return std::move(report_);
  }

 private:
  void problem(std::string text) {
    if (report_.problems.size() < problems_max) report_.problems.push_back(std::move(text));
  }

  Result<bool> is_of_this_history() {
    const auto position = comparison_.position();
    if (!position) {
      if (store_.journal_head().sequence > 0) problem("index: was never filled");
      return false;
    }
    sequence_ = position->sequence;
    const auto hash = DMS_TRY(store_.journal_hash(sequence_));
    const bool is_known = sequence_ == 0 || (hash && *hash == position->hash);
    if (position->store_id != store_.id() || !is_known) {
      problem("index: of another history than the store's");
      return false;
    }
    if (position->source_version != index_source_version) {
      problem("index: filled by another version");
      return false;
    }
    return true;
  }

  Result<void> check_all(const std::string& table) {
    using Keys = std::vector<std::string>;
    storage::ScanOptions options;
    options.limit = page_documents;
    while (true) {
      const Keys keys = DMS_TRY(store_.read<Keys>(
          [&](const View& view) -> Result<Keys> { return view.read_keys(table, options); }));
      for (const std::string& key : keys) {
        if (const auto id = uuid_from_raw(key)) DMS_TRY(check(DocumentId{*id}));
      }
      if (keys.size() < options.limit) return {};
      options.after = keys.back();
    }
  }

  Result<void> check(DocumentId id) {
    if (++looked_at_ % documents_per_report == 0 && control_.progress) control_.progress(report_);
    if (control_.is_cancelled != nullptr && *control_.is_cancelled) {
      return fail(operator_error(ErrorCode::unavailable, "the walk was cancelled"));
    }
    if (control_.goes_on) DMS_TRY(control_.goes_on());
    const auto made = make_indexable(store_, id, Refused::keep);
    if (!made) {
      if (made.error().code != ErrorCode::corrupt && made.error().code != ErrorCode::not_found) {
        return fail(made.error());
      }
      problem(fmt::format("index: document {}: what it should hold cannot be read: {}", id.text(),
                          made.error().hint));
      return {};
    }
    if (made->without_text) {
      if (const auto damage = DMS_TRY(find_text_damage(store_, *made->without_text))) {
        problem(fmt::format("index: document {}: its text cannot be read: {}", id.text(), *damage));
        if (made->document) DMS_TRY(comparison_.holds(*made->document));  // it was asked about
        return {};
      }
    }
    if (!made->document) return {};  // whatever the index holds of it is told at the end
    ++report_.documents;
    if (DMS_TRY(comparison_.holds(*made->document)) || made->lacks_key) return {};
    if (!DMS_TRY(has_changed_since(id))) {
      problem(fmt::format("index: document {}: not as its records and its text are", id.text()));
    }
    return {};
  }

  Result<void> check_unasked(DocumentId id) {
    if (DMS_TRY(has_changed_since(id))) return {};
    problem(fmt::format("index: document {}: held, and should not be found", id.text()));
    return {};
  }

  // Whether the journal tells more of it than the index knows.
  Result<bool> has_changed_since(DocumentId id) const {
    if (DMS_TRY(has_news(id.value))) return true;
    const auto dossier = DMS_TRY(
        store_.read<std::optional<Uuid>>([&](const View& view) -> Result<std::optional<Uuid>> {
          const auto document = DMS_TRY(view.find(document_table, id.key()));
          return document ? std::optional(document->dossier.value) : std::nullopt;
        }));
    if (!dossier) return false;
    return has_news(*dossier);
  }

  Result<bool> has_news(const Uuid& object) const {
    const auto newest = DMS_TRY(store_.read_journal_of(object, 0, 1));
    return !newest.empty() && newest.front().sequence > sequence_;
  }

  const storage::Store& store_;
  IndexComparison& comparison_;
  const IndexVerifyControl& control_;
  IndexVerifyReport report_;
  std::uint64_t looked_at_ = 0;
  std::uint64_t sequence_ = 0;  // what the index is complete up to
};

}  // namespace

Result<IndexVerifyReport> verify_index(const storage::Store& store, const std::string& folder,
                                       const IndexVerifyControl& control) {
  const auto comparison = IndexComparison::open(folder);
  if (!comparison && comparison.error().code == ErrorCode::corrupt) {
    IndexVerifyReport report;
    report.problems.push_back("index: cannot be opened: " + comparison.error().hint);
    return report;
  }
  if (!comparison) return fail(comparison.error());
  return Walk(store, **comparison, control).run();
}

}  // namespace dms
