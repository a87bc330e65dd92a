// What may be meant: while a query is typed, and where its words are hardly found.

#include <algorithm>
#include <set>

#include "dms/base/text.h"
#include "dms/local_date.h"
#include "dms/search_passage.h"
#include "dms/search_rights.h"
#include "dms/search_words.h"
#include "search/language.h"
#include "search/query.h"

namespace dms {

using storage::View;

namespace {

constexpr std::size_t typed_code_points_min = 2;
constexpr std::size_t queries_max = 6;
constexpr std::size_t dossiers_max = 4;
constexpr std::size_t documents_max = 5;
// Hits looked at for dossiers: several are of the same one.
constexpr std::size_t dossier_hits_max = 30;
// References looked at, hidden ones too.
constexpr std::size_t references_max = 300;

// The words typed so far; the last one may go on.
std::vector<std::string> words_of(std::string_view typed) {
  std::vector<std::string> words;
  search::Analyzer analyzer;
  analyzer.start(typed);
  for (search::Token token; analyzer.next(token);) words.push_back(token.exact);
  return words;
}

// Every word in one field, the last as the beginning of one.
std::string query_in(std::string_view field, const std::vector<std::string>& words) {
  std::string query;
  for (const std::string& word : words) query.append(" +").append(field).append(":").append(word);
  return query + "*";
}

bool fits(std::string_view text, const std::vector<std::string>& words) {
  const std::string folded = fold_german(text);
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return folded.find(word) != std::string::npos;
  });
}

search::SearchRequest suggestion_request(std::string query, std::size_t limit, Date today) {
  search::SearchRequest request;
  request.query = std::move(query);
  request.limit = limit;
  request.today = today;
  return request;
}

using Dossiers = std::vector<Suggestions::OfDossier>;

bool is_among(const Dossiers& dossiers, DossierId id) {
  return std::any_of(dossiers.begin(), dossiers.end(),
                     [&](const auto& dossier) { return dossier.id == id; });
}

// By the beginning of the reference, as it is written.
Result<void> add_by_reference(const View& view, SearchRights& rights, const std::string& typed,
                              Dossiers& dossiers) {
  if (typed.find_first_of("0123456789") == std::string::npos) return {};
  storage::ScanOptions options;
  options.prefix = dossier_reference_beginning(typed);
  options.limit = references_max;
  for (const auto& entry : DMS_TRY(view.read_index(dossier_table.name, "reference", options))) {
    if (dossiers.size() == dossiers_max) break;
    const DossierRecord dossier = DMS_TRY(view.get(dossier_table, entry.record_key));
    if (!DMS_TRY(rights.in_dossier(dossier)).has(Right::see)) continue;
    dossiers.push_back({dossier.id, dossier.title, dossier.file_reference});
  }
  return {};
}

// Those of documents whose dossier is called so.
Result<void> add_by_title(const View& view, SearchRights& rights,
                          const std::vector<search::Hit>& hits,
                          const std::vector<std::string>& words, Dossiers& dossiers) {
  std::set<Uuid> met;
  for (const search::Hit& hit : hits) {
    if (dossiers.size() == dossiers_max) break;
    const DossierId id{hit.group};
    if (!met.insert(hit.group).second || is_among(dossiers, id)) continue;
    const auto dossier = DMS_TRY(view.find(dossier_table, id.key()));
    if (!dossier || !fits(dossier->title, words)) continue;
    if (!DMS_TRY(rights.in_dossier(*dossier)).has(Right::see)) continue;
    dossiers.push_back({dossier->id, dossier->title, dossier->file_reference});
  }
  return {};
}

Result<void> add_documents(const View& view, SearchRights& rights,
                           const std::vector<search::Hit>& hits,
                           const std::vector<std::string>& words, Suggestions& suggestions) {
  for (const search::Hit& hit : hits) {
    const auto checked = DMS_TRY(check_hit(view, rights, {}, hit));
    if (!checked || !fits(checked->hit.subject, words)) continue;
    const SearchHit& shown = checked->hit;
    suggestions.documents.push_back(
        {shown.document, shown.subject, shown.type, shown.date, shown.file_reference});
  }
  return {};
}

}  // namespace

Result<Suggestions> SearchService::suggest(const Actor& actor, const std::string& typed) const {
  Suggestions suggestions;
  const std::vector<std::string> words = words_of(typed);
  const std::size_t code_points = count_code_points(typed);
  if (words.empty() || code_points < typed_code_points_min ||
      code_points > search::query_code_points_max || words.size() > search::query_words_max / 2) {
    return suggestions;
  }
  const Date today = local_date(clock_.now());
  DMS_TRY(with_visibility(
      actor,
      [&](const View& view, SearchRights& rights,
          const search::Visibility& visible) -> Result<void> {
        for (search::Completion& completion :
             DMS_TRY(index_.complete(typed, queries_max, visible.group))) {
          suggestions.queries.push_back(std::move(completion.text));
        }
        DMS_TRY(add_by_reference(view, rights, typed, suggestions.dossiers));
        const auto of_dossiers = DMS_TRY(index_.search(
            suggestion_request(query_in("notiz", words), dossier_hits_max, today), visible));
        DMS_TRY(add_by_title(view, rights, of_dossiers.hits, words, suggestions.dossiers));
        const auto of_documents = DMS_TRY(index_.search(
            suggestion_request(query_in("betreff", words), documents_max, today), visible));
        return add_documents(view, rights, of_documents.hits, words, suggestions);
      }));
  return suggestions;
}

Result<std::string> SearchService::written_in(const Actor& actor,
                                              const search::KnownWord& word) const {
  search::Hit found;
  found.document = word.document;
  using Found = std::optional<CheckedHit>;
  const Found checked = DMS_TRY(store_.read<Found>([&](const View& view) {
    SearchRights rights(view, {permissions_, grants_}, actor);
    return check_hit(view, rights, {}, found);
  }));
  if (!checked || !checked->may_read || !checked->text.text) return std::string();
  const Passage passage = DMS_TRY(PassageFinder(store_, word.exact).find(checked->text));
  for (const auto& mark : passage.snippet.marks) {
    const std::string written = passage.snippet.text.substr(mark.begin, mark.end - mark.begin);
    if (fold_german(written) == word.exact) return written;
  }
  return std::string();
}

Result<std::string> SearchService::corrected(const Actor& actor, const std::string& query) const {
  std::vector<search::Correction> corrections;
  DMS_TRY(with_visibility(
      actor, [&](const View&, SearchRights&, const search::Visibility& visible) -> Result<void> {
        corrections = DMS_TRY(index_.corrections(query, search_filter_words(), visible.group));
        return {};
      }));
  for (search::Correction& correction : corrections) {
    if (!correction.meant.written.empty()) continue;
    correction.meant.written = DMS_TRY(written_in(actor, correction.meant));
  }
  return search::correct_query(query, corrections);
}

}  // namespace dms
