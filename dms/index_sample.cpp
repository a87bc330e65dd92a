#include "dms/index_sample.h"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "dms/base/bytes.h"
#include "dms/document_record.h"
#include "dms/inbox_record.h"
#include "dms/index_document.h"

namespace dms {

using storage::View;

namespace {

constexpr int looks_max = 3;
constexpr std::size_t suspects_max = 16;
constexpr std::size_t id_bytes = 16;

using Keys = std::vector<std::string>;

Result<Keys> read_keys(const storage::Store& store, const std::string& table,
                       const storage::ScanOptions& options) {
  return store.read<Keys>(
      [&](const View& view) -> Result<Keys> { return view.read_keys(table, options); });
}

// Ids grow with time: a moment between the first document's and the last one's.
Result<std::string> somewhere(const storage::Store& store) {
  storage::ScanOptions options;
  options.limit = 1;
  const Keys first = DMS_TRY(read_keys(store, document_table.name, options));
  options.direction = storage::ScanOptions::Direction::descending;
  const Keys last = DMS_TRY(read_keys(store, document_table.name, options));
  if (first.empty() || last.empty()) return std::string();
  const auto from = read_big_endian_64(first.front());
  const auto to = read_big_endian_64(last.front());
  if (!from || !to || *from >= *to) return std::string();
  std::random_device device;
  std::string place;
  append_big_endian(place, std::uniform_int_distribution<std::uint64_t>(*from, *to)(device));
  place.resize(id_bytes);
  return place;
}

// The events that an index at this place does not reflect.
Result<bool> has_news(const storage::Store& store, const Uuid& object, std::uint64_t sequence) {
  const auto newest = DMS_TRY(store.read_journal_of(object, 0, 1));
  return !newest.empty() && newest.front().sequence > sequence;
}

}  // namespace

struct IndexSample::Walk {
  const storage::Store& store;
  const search::SearchIndex& index;
  Report report;
  std::uint64_t text_bytes = 0;

  // False only where the index should know this document as it is, and says something else.
  Result<bool> is_right(DocumentId id) {
    const auto position = DMS_TRY(index.position());
    const auto made = make_indexable(store, id, Refused::keep);
    if (!made) {
      const ErrorCode code = made.error().code;
      if (code != ErrorCode::corrupt && code != ErrorCode::not_found) return fail(made.error());
      return true;  // verify tells of it
    }
    if (!position || !made->document || made->without_text || made->lacks_key) return true;
    text_bytes += made->document->body.size();
    ++report.documents;
    const auto held = index.holds(*made->document);
    // It is being written to: what nobody can look at now is passed over.
    if (!held && held.error().code == ErrorCode::busy) return true;
    if (DMS_TRY(held)) return true;
    return DMS_TRY(has_news(store, id.value, position->sequence)) ||
           DMS_TRY(has_news(store, made->document->group, position->sequence));
  }
};

Result<IndexSample::Report> IndexSample::look(const storage::Store& store,
                                              const search::SearchIndex& index,
                                              const PutAgain& put_again, const Limits& limits) {
  if (!std::exchange(has_begun_, true)) after_ = DMS_TRY(somewhere(store));
  Walk walk{store, index, {}};
  for (auto at = suspects_.begin(); at != suspects_.end();) {
    auto& [id, suspect] = *at;
    suspect.is_put = suspect.is_put || put_again(id);
    const bool is_right = suspect.is_put && DMS_TRY(walk.is_right(id));
    if (suspect.is_put && !is_right && ++suspect.looks >= looks_max) {
      walk.report.differs = id;
      suspects_.erase(at);
      return walk.report;
    }
    at = is_right ? suspects_.erase(at) : std::next(at);
  }
  storage::ScanOptions options;
  options.after = after_;
  options.limit = std::max<std::size_t>(limits.documents, 1);
  const Keys keys = DMS_TRY(
      read_keys(store, is_at_items_ ? inbound_item_table.name : document_table.name, options));
  for (const std::string& key : keys) {
    if (limits.is_cancelled != nullptr && *limits.is_cancelled) return walk.report;
    const auto id = uuid_from_raw(key);
    after_ = key;
    const bool is_right = !id || DMS_TRY(walk.is_right(DocumentId{*id}));
    if (!is_right && suspects_.size() < suspects_max &&
        suspects_.try_emplace(DocumentId{*id}).second) {
      put_again(DocumentId{*id});
      ++walk.report.named;
    }
    if (walk.text_bytes >= limits.text_bytes) return walk.report;
  }
  if (keys.size() == options.limit) return walk.report;
  after_.clear();
  walk.report.came_round = is_at_items_;
  is_at_items_ = !is_at_items_;
  return walk.report;
}

}  // namespace dms
