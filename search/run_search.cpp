#include "search/run_search.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <string>
#include <vector>

#include "dms/base/bytes.h"
#include "search/columns.h"
#include "search/cursor.h"
#include "search/document_terms.h"
#include "search/facet_counts.h"
#include "search/fields.h"
#include "search/newer_documents.h"
#include "search/query_matches.h"
#include "search/search_plan.h"
#include "search/second_look.h"
#include "search/with_reader.h"

namespace dms::search {

namespace {

// Hits beyond those asked for, against documents that were added before the cursor's meanwhile.
constexpr std::size_t window_slack = 50;

// The weight of a document of today, and after how many days half of it is left; a rare word weighs
// some 10. Chosen by measurement: tests/relevance.
constexpr double recency_weight = 1.0;
constexpr double recency_half_life = 730;

// Against Xapian's defaults repetition counts less (k1 .6 for 1), a long document must say a word
// more often (b .6 for .5), and a short one is not taken for longer than it is: tests/relevance.
Xapian::BM25Weight bm25() {
  constexpr double k2 = 0;
  constexpr double k3 = 1;
  constexpr double b = 0.6;
  constexpr double normalised_length_min = 0;
  return Xapian::BM25Weight(repetition_k1, k2, k3, b, normalised_length_min);
}

// The documents of a set, each weighed by how recent it is.
class RecentPostings final : public SetPostings {
 public:
  RecentPostings(const DocumentSet& documents, const Columns& columns, std::int32_t today)
      : SetPostings(documents), columns_(columns), today_(today) {}

  void init(const Xapian::Database& database) override {
    SetPostings::init(database);
    set_maxweight(recency_weight);
  }
  double get_weight() const override {
    const std::int32_t age = std::max(today_ - columns_.documents.at(get_docid()).day, 0);
    return recency_weight * recency_half_life / (recency_half_life + age);
  }

 private:
  const Columns& columns_;
  const std::int32_t today_;
};

// One request on one reader. All of it throws Xapian's errors.
class Search {
 public:
  Search(const Reader& reader, const SearchPlan& plan, const AdmittedDocuments::Seen& seen)
      : reader_(reader),
        plan_(plan),
        admitted_(*reader.columns, seen, plan.typed_days),
        matches_(reader, plan.query, plan.filters, admitted_) {}

  SearchResults run() {
    SearchResults results;
    results.is_query_shortened = plan_.query.shortened;
    Matching matching = plan_.after ? plan_.after->matching : Matching::all;
    find(matching, results);
    // By date the best does not come first, so it must not be among much that is worse.
    const bool ranked = plan_.order == SortOrder::relevance;
    const std::uint64_t enough = ranked ? enough_with_all(plan_.query) : 1;
    if (!plan_.after && results.total_estimate < enough) {
      matching = Matching::any;
      find(matching, results);
    }
    results.is_beginning_shortened = matches_.is_beginning_shortened();
    if (plan_.newer_than) count_newer(results);
    add_hits(matching, results);
    return results;
  }

 private:
  struct Ranked {
    Xapian::docid document = 0;
    double score = 0;
  };
  using Ranking = std::vector<Ranked>;

  // All that answers and may be seen, and what it is counted by.
  void find(Matching matching, SearchResults& results) {
    DocumentSet documents = matches_.documents(matching);
    documents -= matches_.with_any(plan_.excluded, &documents);
    const bool is_counted = !plan_.facets.empty() && !plan_.after;
    FacetCounter counter(*reader_.columns, plan_.choice, admitted_);
    found_ = DocumentSet(reader_.columns->documents.size());
    found_count_ = 0;
    documents.for_each([&](Xapian::docid id) {
      const DocumentRow row = reader_.columns->documents.at(id);
      // Rights are asked for what is chosen alone, unless the rest is counted.
      if (!is_counted && !counter.fits(row)) return;
      if (!admitted_.admits(id, row) || (is_counted && !counter.count(id, row))) return;
      found_.insert(id);
      ++found_count_;
    });
    results.total_estimate = found_count_;
    if (is_counted) results.facets = counter.counts(plan_.facets);
  }

  // The best hits, in the order they are shown in.
  Ranking rank(Matching matching, std::size_t window) {
    return plan_.order == SortOrder::relevance ? rank_by_words(matching, window)
                                               : rank_by_day(window);
  }

  Ranking rank_by_words(Matching matching, std::size_t window) {
    SetPostings among(found_);
    RecentPostings recent(found_, *reader_.columns, plan_.today.value_or(0));
    Xapian::Enquire enquire(reader_.database);
    const Xapian::Query ranked = matches_.ranked(matching);
    enquire.set_query(plan_.today
                          ? Xapian::Query(Xapian::Query::OP_AND, ranked, Xapian::Query(&recent))
                          : Xapian::Query(Xapian::Query::OP_FILTER, ranked, Xapian::Query(&among)));
    enquire.set_weighting_scheme(bm25());
    const Xapian::MSet hits = enquire.get_mset(0, static_cast<Xapian::doccount>(window));
    Ranking ranking;
    for (const Xapian::doccount place : SecondLook(reader_.database, plan_.query).order(hits)) {
      const Xapian::MSetIterator hit = hits[place];
      ranking.push_back({*hit, static_cast<double>(hits.convert_to_percent(hit))});
    }
    return ranking;
  }

  Ranking rank_by_day(std::size_t window) const {
    struct Dated {
      std::int32_t day;
      Xapian::docid id;
    };
    const bool newest = plan_.order == SortOrder::newest_first;
    const auto comes_first = [newest](const Dated& a, const Dated& b) {
      const Dated& first = newest ? b : a;
      const Dated& second = newest ? a : b;
      return first.day != second.day ? first.day < second.day : first.id < second.id;
    };
    // The last one of those on top.
    std::priority_queue<Dated, std::vector<Dated>, decltype(comes_first)> best(comes_first);
    found_.for_each([&](Xapian::docid id) {
      best.push({reader_.columns->documents.at(id).day, id});
      if (best.size() > window) best.pop();
    });
    Ranking ranking;
    for (; !best.empty(); best.pop()) ranking.push_back({best.top().id, 0});
    std::reverse(ranking.begin(), ranking.end());
    return ranking;
  }

  void add_hits(Matching matching, SearchResults& results) {
    const std::size_t shown_before = plan_.after ? plan_.after->rank : 0;
    std::size_t window = shown_before + plan_.limit + 1 + (plan_.after ? window_slack : 0);
    // All that are looked at twice, on each page, or each page would have an order of its own.
    if (plan_.order == SortOrder::relevance) {
      window = std::max<std::size_t>(window, second_look_hits);
    }
    while (true) {
      window = std::min(window, paged_hits_max);
      const Ranking hits = rank(matching, window);
      const std::size_t begin = first_after_cursor(hits);
      const bool complete = hits.size() < window || window == paged_hits_max;
      if (complete || hits.size() - begin > plan_.limit) {
        return add_page(hits, begin, matching, results);
      }
      window *= 2;
    }
  }

  void count_newer(SearchResults& results) const {
    const NewerDocuments newer = newer_documents(reader_.database, *plan_.newer_than);
    results.is_newer_complete = newer.is_complete;
    results.newer = static_cast<std::uint64_t>(
        std::count_if(newer.documents.begin(), newer.documents.end(),
                      [&](Xapian::docid id) { return found_.contains(id); }));
  }

  // The place in `hits` of the first that ranks after the cursor.
  std::size_t first_after_cursor(const Ranking& hits) const {
    if (!plan_.after) return 0;
    const Cursor& cursor = *plan_.after;
    std::size_t i = 0;
    if (plan_.order != SortOrder::relevance) {
      while (i < hits.size() && !comes_after(hits[i].document, cursor)) ++i;
      return i;
    }
    // Weights drift with every added document, but mostly together: what counts is where the hit
    // stands now. It may stand further down than this window; is it gone, the rest moved up by one.
    const Xapian::docid now = current_id(cursor);
    while (now != 0 && i < hits.size() && hits[i].document != now) ++i;
    if (now != 0 && i < hits.size()) return i + 1;
    return std::min<std::size_t>(hits.size(), cursor.rank - 1);
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

  void add_page(const Ranking& hits, std::size_t begin, Matching matching,
                SearchResults& results) const {
    const std::size_t end = std::min(hits.size(), begin + plan_.limit);
    for (std::size_t i = begin; i < end; ++i) results.hits.push_back(hit_of(hits[i]));
    if (end == begin || end == hits.size()) return;
    const Xapian::docid last = hits[end - 1].document;
    results.next = encode_cursor({plan_.order, matching, static_cast<Xapian::doccount>(end),
                                  results.hits.back().document,
                                  reader_.columns->documents.at(last).day, last});
  }

  Hit hit_of(const Ranked& ranked) const {
    const auto stored = decode_hit(reader_.database.get_document(ranked.document).get_data());
    if (!stored) throw Xapian::DatabaseCorruptError("the data of a document is damaged");
    Hit hit;
    hit.document = stored->document;
    hit.group = stored->group;
    hit.body_sha256 = stored->body_sha256;
    hit.score = ranked.score;
    return hit;
  }

  const Reader& reader_;
  const SearchPlan& plan_;
  AdmittedDocuments admitted_;
  QueryMatches matches_;
  DocumentSet found_;
  std::uint64_t found_count_ = 0;
};

}  // namespace

Result<SearchResults> run_search(ReaderPool& readers, const SearchRequest& request,
                                 const Visibility& visible) {
  return xapian_guard([&]() -> Result<SearchResults> {
    const SearchPlan plan = DMS_TRY(make_plan(request));
    return with_reader(readers, [&](const Reader& reader) {
      Sight sight(reader.database, *reader.columns, visible);
      return Search(reader, plan, sight.seen()).run();
    });
  });
}

}  // namespace dms::search
