#include "search/run_search.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "dms/base/bytes.h"
#include "search/columns.h"
#include "search/cursor.h"
#include "search/document_terms.h"
#include "search/fields.h"
#include "search/newer_documents.h"
#include "search/query_xapian.h"
#include "search/search_plan.h"
#include "search/second_look.h"
#include "search/with_reader.h"

namespace dms::search {

namespace {

// Hits beyond those asked for, against documents that were added before the cursor's meanwhile.
constexpr std::size_t window_slack = 50;

// Against Xapian's defaults repetition counts less (k1 .6 for 1), a long document must say a word
// more often (b .6 for .5), and a short one is not taken for longer than it is: tests/relevance.
Xapian::BM25Weight bm25() {
  constexpr double k1 = 0.6;
  constexpr double k2 = 0;
  constexpr double k3 = 1;
  constexpr double b = 0.6;
  constexpr double normalised_length_min = 0;
  return Xapian::BM25Weight(k1, k2, k3, b, normalised_length_min);
}

// Sorts by the columns' day; documents are not read for it.
class DayKey final : public Xapian::KeyMaker {
 public:
  explicit DayKey(const Columns& columns) : columns_(columns) {}
  std::string operator()(const Xapian::Document& document) const override {
    return encode_day(columns_.documents.at(document.get_docid()).day);
  }

 private:
  const Columns& columns_;
};

// One request on one reader. All of it throws Xapian's errors.
class Search {
 public:
  Search(const Reader& reader, const SearchPlan& plan, const AdmittedDocuments::Seen& seen)
      : reader_(reader),
        plan_(plan),
        seen_(seen),
        admitted_(*reader.columns, seen, plan.days),
        day_key_(*reader.columns),
        enquire_(reader.database) {}

  SearchResults run() {
    if (plan_.after) return run(plan_.after->matching);
    Matching matching = Matching::all;
    SearchResults results = run(matching);
    // By date the best does not come first, so it must not be among much that is worse.
    const bool ranked = plan_.order == SortOrder::relevance;
    const std::uint64_t enough = ranked ? enough_with_all(plan_.query) : 1;
    if (results.total_estimate < enough) {
      matching = Matching::any;
      results = run(matching);
    }
    if (!plan_.facets.empty()) results.facets = count_facets(matching);
    if (plan_.newer_than) count_newer(matching, results);
    return results;
  }

 private:
  // The best hits, and the order they are shown in.
  struct Ranking {
    Xapian::MSet hits;
    std::vector<Xapian::doccount> order;

    Xapian::doccount size() const { return hits.size(); }
    Xapian::MSetIterator operator[](Xapian::doccount rank) const { return hits[order[rank]]; }
  };

  Ranking rank(std::size_t window) const {
    Ranking ranking;
    ranking.hits = enquire_.get_mset(0, static_cast<Xapian::doccount>(window),
                                     static_cast<Xapian::doccount>(counted_hits_max));
    if (plan_.order == SortOrder::relevance) {
      ranking.order = SecondLook(reader_.database, plan_.query).order(ranking.hits);
    } else {
      ranking.order.resize(ranking.hits.size());
      std::iota(ranking.order.begin(), ranking.order.end(), 0U);
    }
    return ranking;
  }

  SearchResults run(Matching matching) {
    prepare(matching);
    const std::size_t shown_before = plan_.after ? plan_.after->rank : 0;
    std::size_t window = shown_before + plan_.limit + 1 + (plan_.after ? window_slack : 0);
    // All that are looked at twice, on each page, or each page would have an order of its own.
    if (plan_.order == SortOrder::relevance) {
      window = std::max<std::size_t>(window, second_look_hits);
    }
    while (true) {
      window = std::min(window, counted_hits_max);
      const Ranking hits = rank(window);
      const Xapian::doccount begin = first_after_cursor(hits);
      const bool complete = hits.size() < window || window == counted_hits_max;
      if (complete || hits.size() - begin > plan_.limit) return page(hits, begin, matching);
      window *= 2;
    }
  }

  // What is searched for among `admitted`, narrowed by `filter`.
  Xapian::Query query_of(Matching matching, const std::optional<Xapian::Query>& filter,
                         AdmittedDocuments& admitted) const {
    Xapian::Query query = to_xapian(plan_.query, matching);
    for (const auto* narrowing : {&filter, &plan_.typed_filter}) {
      if (*narrowing) query = {Xapian::Query::OP_FILTER, query, **narrowing};
    }
    if (plan_.typed_exclusion) query = {Xapian::Query::OP_AND_NOT, query, *plan_.typed_exclusion};
    return {Xapian::Query::OP_FILTER, query, Xapian::Query(&admitted)};
  }

  // A search of its own, without weights and without what is chosen in facets, that meets every
  // document.
  std::vector<FacetCounts> count_facets(Matching matching) const {
    AdmittedDocuments admitted(*reader_.columns, seen_, plan_.typed_days);
    FacetCounter counter(*reader_.columns, plan_.choice, seen_.groups);
    Xapian::Enquire enquire(reader_.database);
    enquire.set_query(query_of(matching, plan_.other_filter, admitted));
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    enquire.add_matchspy(&counter);
    enquire.get_mset(0, 1, reader_.database.get_doccount());
    return counter.counts(plan_.facets);
  }

  void count_newer(Matching matching, SearchResults& results) const {
    const NewerDocuments newer = newer_documents(reader_.database, *plan_.newer_than);
    results.is_newer_complete = newer.is_complete;
    if (newer.documents.empty()) return;
    ListedDocuments listed(newer.documents);
    AdmittedDocuments admitted(*reader_.columns, seen_, plan_.days);
    Xapian::Enquire enquire(reader_.database);
    enquire.set_query({Xapian::Query::OP_FILTER, query_of(matching, plan_.filter, admitted),
                       Xapian::Query(&listed)});
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    const auto all = static_cast<Xapian::doccount>(newer.documents.size());
    results.newer = enquire.get_mset(0, 1, all).get_matches_lower_bound();
  }

  void prepare(Matching matching) {
    enquire_.set_query(query_of(matching, plan_.filter, admitted_));
    if (plan_.order == SortOrder::relevance) {
      enquire_.set_weighting_scheme(bm25());
      return;
    }
    const bool newest = plan_.order == SortOrder::newest_first;
    enquire_.set_weighting_scheme(Xapian::BoolWeight());
    enquire_.set_sort_by_key(&day_key_, newest);
    enquire_.set_docid_order(newest ? Xapian::Enquire::DESCENDING : Xapian::Enquire::ASCENDING);
  }

  // The index in `hits` of the first that ranks after the cursor.
  Xapian::doccount first_after_cursor(const Ranking& hits) const {
    if (!plan_.after) return 0;
    const Cursor& cursor = *plan_.after;
    Xapian::doccount i = 0;
    if (plan_.order != SortOrder::relevance) {
      while (i < hits.size() && !comes_after(*hits[i], cursor)) ++i;
      return i;
    }
    // Weights drift with every added document, but mostly together: what counts is where the hit
    // stands now. It may stand further down than this window; is it gone, the rest moved up by one.
    const Xapian::docid now = current_id(cursor);
    while (now != 0 && i < hits.size() && *hits[i] != now) ++i;
    if (now != 0 && i < hits.size()) return i + 1;
    return std::min(hits.size(), cursor.rank - 1);
  }

  bool comes_after(Xapian::docid id, const Cursor& cursor) const {
    const std::int32_t day = reader_.columns->documents.at(id).day;
    if (plan_.order == SortOrder::newest_first) {
      return day < cursor.day || (day == cursor.day && id < cursor.id);
    }
    return day > cursor.day || (day == cursor.day && id > cursor.id);
  }

  Xapian::docid current_id(const Cursor& cursor) const {
    const std::string term = fields::id_term(cursor.document);
    const auto posting = reader_.database.postlist_begin(term);
    return posting == reader_.database.postlist_end(term) ? 0 : *posting;
  }

  SearchResults page(const Ranking& hits, Xapian::doccount begin, Matching matching) const {
    SearchResults results;
    // The lower bound counts documents that passed the filter for visibility; the estimate would
    // be made from the frequencies of hidden ones too.
    results.total_estimate =
        std::min<std::uint64_t>(hits.hits.get_matches_lower_bound(), counted_hits_max);
    const auto end = std::min(hits.size(), begin + static_cast<Xapian::doccount>(plan_.limit));
    for (Xapian::doccount i = begin; i < end; ++i) results.hits.push_back(hit_at(hits, i));
    if (end > begin && end < hits.size()) {
      const Xapian::docid last = *hits[end - 1];
      const Cursor cursor{plan_.order,
                          matching,
                          end,
                          results.hits.back().document,
                          reader_.columns->documents.at(last).day,
                          last};
      results.next = encode_cursor(cursor);
    }
    return results;
  }

  Hit hit_at(const Ranking& hits, Xapian::doccount rank) const {
    const Xapian::MSetIterator place = hits[rank];
    const auto stored = decode_hit(place.get_document().get_data());
    if (!stored) throw Xapian::DatabaseCorruptError("the data of a document is damaged");
    Hit hit;
    hit.document = stored->document;
    hit.group = stored->group;
    hit.body_sha256 = stored->body_sha256;
    if (plan_.order == SortOrder::relevance) hit.score = hits.hits.convert_to_percent(place);
    return hit;
  }

  const Reader& reader_;
  const SearchPlan& plan_;
  AdmittedDocuments::Seen seen_;
  AdmittedDocuments admitted_;
  DayKey day_key_;
  Xapian::Enquire enquire_;
};

}  // namespace

Result<SearchResults> run_search(ReaderPool& readers, const SearchRequest& request,
                                 const Visibility& visible) {
  return xapian_guard([&]() -> Result<SearchResults> {
    const SearchPlan plan = DMS_TRY(make_plan(request));
    return with_reader(readers, [&](const Reader& reader) {
      VisibleGroups groups(visible.group);
      const std::vector<Xapian::docid> single = ids_of(reader.database, visible.documents);
      return Search(reader, plan, {groups, single}).run();
    });
  });
}

}  // namespace dms::search
