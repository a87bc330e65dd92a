#pragma once

// What every search asks of every document, held in memory: its group (as a small number), its
// day, and what it is counted by. A Columns is a snapshot that belongs to one commit of the index;
// snapshots share what did not change, so that a commit copies only the blocks it touched. Private
// to search.

#include <xapian.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dms/base/id.h"
#include "search/document_set.h"
#include "search/fields.h"
#include "search/index.h"

namespace dms::search {

// A number that no block has had before. Thread-safe.
std::uint64_t new_block_version();

// A growing array in shared blocks. Copying copies the pointers; the copy that is written to next
// duplicates the block first.
template <class T>
class BlockArray {
 public:
  static constexpr std::size_t block_size = 4096;

  std::size_t size() const { return size_; }
  // Default value beyond the end.
  T at(std::size_t index) const {
    if (index >= size_) return T{};
    return blocks_[index / block_size]->values[index % block_size];
  }
  std::size_t blocks() const { return blocks_.size(); }
  // Of what share() has returned: wherever it comes again, the block holds the same.
  std::uint64_t version(std::size_t block) const { return blocks_[block]->version; }
  void set(std::size_t index, const T& value) {
    while (blocks_.size() * block_size <= index) {
      blocks_.push_back(std::make_shared<Block>());
      own_.push_back(true);
    }
    const std::size_t block = index / block_size;
    if (!own_[block]) {
      blocks_[block] = std::make_shared<Block>(*blocks_[block]);
      blocks_[block]->version = new_block_version();
      own_[block] = true;
    }
    blocks_[block]->values[index % block_size] = value;
    if (index >= size_) size_ = index + 1;
  }
  // A copy for readers: what is in it now is never written again.
  BlockArray share() {
    own_.assign(own_.size(), false);
    return *this;
  }

 private:
  struct Block {
    std::vector<T> values = std::vector<T>(block_size);
    std::uint64_t version = new_block_version();
  };
  std::vector<std::shared_ptr<Block>> blocks_;
  std::vector<bool> own_;  // written to since share()
  std::size_t size_ = 0;
};

// The facets that have a column: all but the year, which is in the day.
inline constexpr std::size_t column_facets = 4;
constexpr std::size_t column_of(Facet facet) {
  return static_cast<std::size_t>(facet);
}
static_assert(column_of(Facet::year) == column_facets);
using FacetValues = std::array<std::string, column_facets>;  // empty: none

struct DocumentRow {
  std::uint32_t group = 0;                            // its ordinal plus one; 0: no such document
  std::int32_t day = 0;                               // days since 1970-01-01
  std::array<std::uint32_t, column_facets> facets{};  // the value's ordinal plus one; 0: none
};

// Immutable once published; any thread reads it.
struct Columns {
  BlockArray<DocumentRow> documents;  // by Xapian's document id
  BlockArray<Uuid> groups;            // by ordinal, which stays the same for the index's lifetime
  std::array<BlockArray<std::string>, column_facets> values;  // by ordinal, likewise
  std::uint64_t document_count = 0;
};

// The writer's side. Not thread-safe.
class ColumnsBuilder {
 public:
  // Reads the value slots of a whole index. Throws Xapian's errors; DatabaseCorruptError where a
  // value is not what was written.
  explicit ColumnsBuilder(const Xapian::Database& database);

  void put(Xapian::docid document, const Uuid& group, std::int32_t day,
           const FacetValues& values = {});
  void remove(Xapian::docid document);
  std::shared_ptr<const Columns> snapshot();

 private:
  std::uint32_t value_ordinal(std::size_t column, const std::string& value);

  Columns columns_;
  std::unordered_map<Uuid, std::uint32_t> ordinals_;
  std::array<std::unordered_map<std::string, std::uint32_t>, column_facets> value_ordinals_;
};

// Whether the asker may see a group, asked once a group. Lives for one search of one reader: other
// files may number their groups otherwise.
class VisibleGroups {
 public:
  explicit VisibleGroups(const GroupVisible& ask) : ask_(ask) {}
  bool contains(const Columns& columns, std::uint32_t ordinal) {
    const bool is_known = ordinal < answers_.size() && answers_[ordinal] != Answer::unknown;
    return (is_known ? answers_[ordinal] : ask(columns, ordinal)) == Answer::visible;
  }

 private:
  enum class Answer : std::uint8_t { unknown, visible, hidden };
  Answer ask(const Columns& columns, std::uint32_t ordinal);
  const GroupVisible& ask_;
  std::vector<Answer> answers_;
};

// The documents the asker may see, by their group or by themselves, of days [first_day, last_day],
// as a source of postings without weight: to be the right side of a FILTER, or a query of its own.
// Borrows its arguments; for one thread and one match at a time.
class AdmittedDocuments final : public Xapian::PostingSource {
 public:
  struct Days {
    std::int32_t first = INT32_MIN;
    std::int32_t last = INT32_MAX;
  };
  struct Seen {
    VisibleGroups& groups;
    const std::vector<Xapian::docid>& documents;  // ascending
    // Those of visible groups, where they are known at once.
    const DocumentSet* of_groups = nullptr;
  };
  AdmittedDocuments(const Columns& columns, const Seen& seen, Days days)
      : columns_(columns), seen_(seen), days_(days) {}

  void init(const Xapian::Database& database) override;
  Xapian::doccount get_termfreq_min() const override { return 0; }
  Xapian::doccount get_termfreq_est() const override { return count_; }
  Xapian::doccount get_termfreq_max() const override { return count_; }
  void next(double min_weight) override;
  void skip_to(Xapian::docid document, double min_weight) override;
  bool check(Xapian::docid document, double min_weight) override;
  bool at_end() const override { return current_ >= columns_.documents.size(); }
  Xapian::docid get_docid() const override { return static_cast<Xapian::docid>(current_); }

  // `row` is the document's.
  bool admits(std::size_t document, const DocumentRow& row) const;
  // Whether it is not only seen by itself.
  bool is_of_visible_group(Xapian::docid document, const DocumentRow& row) const {
    return seen_.of_groups != nullptr ? seen_.of_groups->contains(document)
                                      : seen_.groups.contains(columns_, row.group - 1);
  }
  // All that are admitted, of whatever day; nullopt where that is not known at once.
  std::optional<DocumentSet> of_any_day() const;

 private:
  const Columns& columns_;
  Seen seen_;
  Days days_;
  Xapian::doccount count_ = 0;
  std::size_t current_ = 0;
};

// Xapian's ids of those of `documents` that are in the index, ascending. Throws Xapian's errors.
std::vector<Xapian::docid> ids_of(const Xapian::Database& database,
                                  const std::vector<Uuid>& documents);

// What an asker sees on one reader, for one search: whatever is borrowed lives longer.
class Sight {
 public:
  // Throws Xapian's errors.
  Sight(const Xapian::Database& database, const Columns& columns, const Visibility& visible);
  AdmittedDocuments::Seen seen() { return {groups_, documents_, of_groups_.get()}; }

 private:
  VisibleGroups groups_;
  const std::vector<Xapian::docid> documents_;
  std::shared_ptr<const DocumentSet> of_groups_;
};

// Where a facet's value is kept on disk, by column.
inline constexpr std::array<Xapian::valueno, column_facets> facet_slots = {
    fields::type_slot, fields::status_slot, fields::unit_slot, fields::sender_slot};

// The day_slot value of a day, and back; 0 bytes or another length is nullopt.
std::string encode_day(std::int32_t day);
std::optional<std::int32_t> decode_day(std::string_view value);
std::int32_t day_number(Date date);

}  // namespace dms::search
