#pragma once

// Counts what is found by its type, status, unit, sender and year, from the columns: no document is
// read. Private to search.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "search/columns.h"
#include "search/index.h"

namespace dms::search {

// What was chosen among the facets: values of one are alternatives, none means any.
struct FacetChoice {
  std::array<std::vector<std::string>, column_facets> values;
  AdmittedDocuments::Days days;
};

// To be shown every document that answers a query without what is chosen. A document counts for a
// facet where it fits what is chosen in all *others*: so each facet tells what choosing something
// else in it would come to. A document seen singly counts for no unit: that is its group's, which
// the asker may not see. Borrows all; one search's.
class FacetCounter {
 public:
  FacetCounter(const Columns& columns, const FacetChoice& choice,
               const AdmittedDocuments& admitted);

  // Whether the document fits all that is chosen.
  bool fits(const DocumentRow& row) const;
  // The same, having counted it.
  bool count(Xapian::docid document, const DocumentRow& row);

  // The most frequent values first, those chosen in any case.
  std::vector<FacetCounts> counts(const std::vector<Facet>& wanted) const;

 private:
  struct Column {
    std::vector<std::uint64_t> counts;  // by the value's ordinal; empty: none yet
    std::vector<bool> chosen;           // likewise; empty: any
  };
  bool fits_days(const DocumentRow& row) const;
  bool fits(std::size_t column, const DocumentRow& row) const;
  bool may_tell(std::size_t column, Xapian::docid document, const DocumentRow& row) const;
  std::vector<FacetCount> values_of(Facet facet) const;

  const Columns& columns_;
  const FacetChoice& choice_;
  const AdmittedDocuments& admitted_;
  std::array<Column, column_facets> counted_;
  std::map<int, std::uint64_t> years_;
};

}  // namespace dms::search
