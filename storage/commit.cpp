#include "storage/commit.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/changes.h"
#include "storage/key_codec.h"

namespace dms::storage {

namespace detail {

Error key_taken(std::string_view table) {
  Error error = make_error(ErrorCode::conflict, "Ein solcher Eintrag besteht bereits.",
                           "Such an entry exists already.");
  error.hint = fmt::format("table {}", table);
  return error;
}

}  // namespace detail

namespace {

Error index_key_taken(std::string_view table, std::string_view index) {
  Error error = detail::key_taken(table);
  error.hint = fmt::format("table {}, index {}", table, index);
  return error;
}

std::size_t size_of(const std::map<std::string, std::optional<std::string>>& entries) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : entries) bytes += key.size() + (value ? value->size() : 0);
  return bytes;
}

}  // namespace

Commit::Commit(const View& view) : view_(&view), changes_(std::make_unique<Changes>()) {}
Commit::~Commit() = default;
Commit::Commit(Commit&&) noexcept = default;
Commit& Commit::operator=(Commit&&) noexcept = default;

void Commit::set_counter(std::string_view name, std::uint64_t value) {
  changes_->counters[std::string(name)] = value;
}

void Commit::append(Event event) {
  changes_->events.push_back(std::move(event));
}

void Commit::name_content(const StagedContent& content, const Uuid& owner) {
  changes_->contents.push_back({Changes::ContentChange::Kind::name, content, owner});
}

void Commit::name_content(const ContentId& content, const Uuid& owner) {
  changes_->contents.push_back({Changes::ContentChange::Kind::name, content, owner});
}

void Commit::release_content(const ContentId& content, const Uuid& owner) {
  changes_->contents.push_back({Changes::ContentChange::Kind::release, content, owner});
}

void Commit::erase_event_detail(std::uint64_t sequence) {
  changes_->erased_details.push_back(sequence);
}

Result<std::optional<std::string>> Commit::current(std::string_view table,
                                                   std::string_view key) const {
  const auto pending = changes_->records.find(record_key(table, key));
  if (pending != changes_->records.end()) return pending->second;
  return view_->read_record(table, key);
}

Result<void> Commit::change(RecordChange change) {
  for (const IndexChange& index : change.indexes) DMS_TRY(change_index(change, index));
  changes_->records[record_key(change.table, change.key)] = std::move(change.value);
  return {};
}

Result<void> Commit::change_index(const RecordChange& change, const IndexChange& index) {
  const std::string prefix = index_prefix(change.table, index.index);
  const std::string_view suffix =
      index.kind == IndexKind::multiple ? std::string_view(change.key) : std::string_view();
  const auto entry = [&](const std::string& key) { return prefix + key + std::string(suffix); };
  const auto contains = [](const std::vector<std::string>& keys, const std::string& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  for (const std::string& key : index.before) {
    if (!contains(index.after, key)) changes_->indexes[entry(key)] = std::nullopt;
  }
  for (const std::string& key : index.after) {
    if (contains(index.before, key)) continue;
    if (index.kind == IndexKind::unique) {
      const auto pending = changes_->indexes.find(entry(key));
      const std::optional<std::string> owner =
          pending != changes_->indexes.end()
              ? pending->second
              : DMS_TRY(view_->read_unique(change.table, index.index, key));
      if (owner && *owner != change.key) return fail(index_key_taken(change.table, index.index));
    }
    changes_->indexes[entry(key)] = change.key;
  }
  return {};
}

bool Commit::Changes::empty() const {
  return records.empty() && indexes.empty() && counters.empty() && events.empty() &&
         contents.empty() && erased_details.empty();
}

Result<void> Commit::Changes::check_limits() const {
  std::size_t bytes = size_of(records) + size_of(indexes);
  for (const Event& event : events) bytes += event.kind.size() + event.detail.size();
  const std::size_t objects = records.size() + contents.size() + erased_details.size();
  if (bytes <= commit_bytes_max && objects <= commit_objects_max &&
      events.size() <= commit_objects_max) {
    return {};
  }
  Error error =
      make_error(ErrorCode::too_large, "Der Vorgang umfasst zu viele Änderungen auf einmal.",
                 "The operation comprises too many changes at once.");
  error.hint =
      fmt::format("commit of {} bytes, {} objects, {} events", bytes, objects, events.size());
  return fail(std::move(error));
}

}  // namespace dms::storage
