#include "search/columns.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "dms/base/bytes.h"
#include "search/fields.h"

namespace dms::search {

namespace {

constexpr std::uint32_t day_zero = 1U << 31U;

// Brings it up to date: which documents are of visible groups. Asks for the groups of blocks that
// it does not know.
void look_again(SeenDocuments& seen, const Columns& columns, VisibleGroups& groups) {
  const auto& rows = columns.documents;
  constexpr std::size_t block_size = BlockArray<DocumentRow>::block_size;
  std::vector<std::uint64_t> blocks;
  for (std::size_t i = 0; i < rows.blocks(); ++i) blocks.push_back(rows.version(i));
  if (seen.documents != nullptr && blocks == seen.blocks) return;
  DocumentSet documents(blocks.size() * block_size);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::size_t begin = i * block_size;
    if (i < seen.blocks.size() && seen.blocks[i] == blocks[i]) {
      documents.copy_range(*seen.documents, begin, begin + block_size);
      continue;
    }
    for (std::size_t id = begin; id < begin + block_size; ++id) {
      const std::uint32_t group = rows.at(id).group;
      if (group != 0 && groups.contains(columns, group - 1)) {
        documents.insert(static_cast<Xapian::docid>(id));
      }
    }
  }
  seen = {std::move(blocks), std::make_shared<const DocumentSet>(std::move(documents))};
}

}  // namespace

std::uint64_t new_block_version() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::string encode_day(std::int32_t day) {
  std::string value;
  append_big_endian(value, static_cast<std::uint32_t>(day) + day_zero);
  return value;
}

std::optional<std::int32_t> decode_day(std::string_view value) {
  if (value.size() != sizeof(std::uint32_t)) return std::nullopt;
  const auto number = read_big_endian_32(value);
  if (!number) return std::nullopt;
  return static_cast<std::int32_t>(*number - day_zero);
}

std::int32_t day_number(Date date) {
  return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

ColumnsBuilder::ColumnsBuilder(const Xapian::Database& database) {
  auto day = database.valuestream_begin(fields::day_slot);
  for (auto group = database.valuestream_begin(fields::group_slot);
       group != database.valuestream_end(fields::group_slot); ++group, ++day) {
    const auto id = uuid_from_raw(*group);
    if (!id || (*group).size() != id->bytes.size() ||
        day == database.valuestream_end(fields::day_slot) || day.get_docid() != group.get_docid()) {
      throw Xapian::DatabaseCorruptError("a document's group or day is damaged");
    }
    const auto number = decode_day(*day);
    if (!number) throw Xapian::DatabaseCorruptError("a document's day is damaged");
    put(group.get_docid(), *id, *number);
  }
  if (columns_.document_count != database.get_doccount()) {
    throw Xapian::DatabaseCorruptError("documents without a group");
  }
  for (std::size_t column = 0; column < column_facets; ++column) {
    const auto end = database.valuestream_end(facet_slots[column]);
    for (auto at = database.valuestream_begin(facet_slots[column]); at != end; ++at) {
      DocumentRow row = columns_.documents.at(at.get_docid());
      row.facets[column] = value_ordinal(column, *at) + 1;
      columns_.documents.set(at.get_docid(), row);
    }
  }
}

std::uint32_t ColumnsBuilder::value_ordinal(std::size_t column, const std::string& value) {
  auto& ordinals = value_ordinals_[column];
  const auto [place, fresh] =
      ordinals.try_emplace(value, static_cast<std::uint32_t>(ordinals.size()));
  if (fresh) columns_.values[column].set(place->second, value);
  return place->second;
}

void ColumnsBuilder::put(Xapian::docid document, const Uuid& group, std::int32_t day,
                         const FacetValues& values) {
  const auto [place, fresh] =
      ordinals_.try_emplace(group, static_cast<std::uint32_t>(columns_.groups.size()));
  if (fresh) columns_.groups.set(place->second, group);
  if (columns_.documents.at(document).group == 0) ++columns_.document_count;
  DocumentRow row{place->second + 1, day, {}};
  for (std::size_t column = 0; column < column_facets; ++column) {
    if (!values[column].empty()) row.facets[column] = value_ordinal(column, values[column]) + 1;
  }
  columns_.documents.set(document, row);
}

void ColumnsBuilder::remove(Xapian::docid document) {
  if (columns_.documents.at(document).group == 0) return;
  --columns_.document_count;
  columns_.documents.set(document, {});
}

std::shared_ptr<const Columns> ColumnsBuilder::snapshot() {
  auto shared = std::make_shared<Columns>();
  shared->documents = columns_.documents.share();
  shared->groups = columns_.groups.share();
  for (std::size_t column = 0; column < column_facets; ++column) {
    shared->values[column] = columns_.values[column].share();
  }
  shared->document_count = columns_.document_count;
  return shared;
}

VisibleGroups::Answer VisibleGroups::ask(const Columns& columns, std::uint32_t ordinal) {
  if (ordinal >= answers_.size()) {
    answers_.resize(std::max<std::size_t>(columns.groups.size(), ordinal + 1), Answer::unknown);
  }
  answers_[ordinal] = ask_(columns.groups.at(ordinal)) ? Answer::visible : Answer::hidden;
  return answers_[ordinal];
}

std::vector<Xapian::docid> ids_of(const Xapian::Database& database,
                                  const std::vector<Uuid>& documents) {
  std::vector<Xapian::docid> ids;
  for (const Uuid& document : documents) {
    const std::string term = fields::id_term(document);
    const auto posting = database.postlist_begin(term);
    if (posting != database.postlist_end(term)) ids.push_back(*posting);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

void AdmittedDocuments::init(const Xapian::Database& database) {
  count_ = database.get_doccount();
  current_ = 0;
}

bool AdmittedDocuments::admits(std::size_t document, const DocumentRow& row) const {
  if (row.group == 0 || row.day < days_.first || row.day > days_.last) return false;
  return is_of_visible_group(static_cast<Xapian::docid>(document), row) ||
         std::binary_search(seen_.documents.begin(), seen_.documents.end(), document);
}

std::optional<DocumentSet> AdmittedDocuments::of_any_day() const {
  if (seen_.of_groups == nullptr) return std::nullopt;
  DocumentSet admitted = *seen_.of_groups;
  for (const Xapian::docid document : seen_.documents) admitted.insert(document);
  return admitted;
}

void AdmittedDocuments::next(double /*min_weight*/) {
  do {
    ++current_;
  } while (!at_end() && !admits(current_, columns_.documents.at(current_)));
}

void AdmittedDocuments::skip_to(Xapian::docid document, double min_weight) {
  if (document <= current_) return;
  current_ = document - 1;
  next(min_weight);
}

bool AdmittedDocuments::check(Xapian::docid document, double /*min_weight*/) {
  current_ = document;
  return admits(document, columns_.documents.at(document));
}

Sight::Sight(const Xapian::Database& database, const Columns& columns, const Visibility& visible)
    : groups_(visible.group), documents_(ids_of(database, visible.documents)) {
  if (visible.seen == nullptr) return;
  look_again(*visible.seen, columns, groups_);
  of_groups_ = visible.seen->documents;
}

}  // namespace dms::search
