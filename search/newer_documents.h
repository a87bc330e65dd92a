#pragma once

// Documents by when they were filed: their ids are in the order of time (dms/base/id.h). Private to
// search.

#include <xapian.h>

#include <cstddef>
#include <vector>

#include "dms/base/id.h"
#include "search/index_reader.h"

namespace dms::search {

// The id of the document filed last, by its unit: post that waits stands in none. Nil where there
// is none before a thousand of such. Some fifty look-ups for each of these. Throws Xapian's errors,
// as does what follows.
Uuid newest_document(const Reader& reader);

// More are not looked at: some 30 ms.
inline constexpr std::size_t newer_documents_max = 10'000;

struct NewerDocuments {
  std::vector<Xapian::docid> documents;  // ascending
  bool is_complete = true;
};
// Those filed after `document`, which need not exist any more; the first of them where there are
// too many.
NewerDocuments newer_documents(const Xapian::Database& database, const Uuid& document);

// These documents, ascending, as a source of postings without weight: to be the right side of a
// FILTER. Borrows them; for one match at a time.
class ListedDocuments final : public Xapian::PostingSource {
 public:
  explicit ListedDocuments(const std::vector<Xapian::docid>& documents) : documents_(documents) {}

  void init(const Xapian::Database& /*database*/) override {
    place_ = 0;
    has_begun_ = false;
  }
  Xapian::doccount get_termfreq_min() const override { return 0; }
  Xapian::doccount get_termfreq_est() const override { return size(); }
  Xapian::doccount get_termfreq_max() const override { return size(); }
  void next(double /*min_weight*/) override {
    if (has_begun_) ++place_;
    has_begun_ = true;
  }
  bool at_end() const override { return place_ >= documents_.size(); }
  Xapian::docid get_docid() const override { return documents_[place_]; }

 private:
  Xapian::doccount size() const { return static_cast<Xapian::doccount>(documents_.size()); }

  const std::vector<Xapian::docid>& documents_;
  std::size_t place_ = 0;
  bool has_begun_ = false;
};

}  // namespace dms::search
