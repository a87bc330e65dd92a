#include "search/known_words.h"

#include <algorithm>
#include <optional>
#include <set>

#include "dms/base/text.h"
#include "search/document_terms.h"
#include "search/fields.h"
#include "search/language.h"
#include "search/query_xapian.h"
#include "search/similar_words.h"

namespace dms::search {

namespace {

constexpr std::size_t begun_code_points_min = 2;
// Written words looked at for one beginning, and for each next letter where there are more.
constexpr std::size_t scanned_max = 2000;
constexpr std::size_t scanned_a_letter_max = 200;
// Postings looked at for one request: some milliseconds.
constexpr std::uint64_t postings_max = 200'000;
constexpr std::uint64_t counted_max = 100;
// Terms looked at for one request's corrections: some 80 ms at the very most.
constexpr std::size_t terms_max = 40'000;
// Visible words among which the most frequent are sought. Many more than are shown, for they are
// met in an order that hidden documents have a part in.
constexpr std::size_t candidates_max = 60;
// Of those so many are searched for with the words before, each a search.
constexpr std::size_t searched_max = 40;
constexpr std::size_t corrected_words_max = 8;
// A word in fewer documents is hardly found...
constexpr std::uint64_t few_documents = 3;
// ...and what is in so many times more was probably meant.
constexpr std::uint64_t more_times = 10;
constexpr std::size_t tried_max = 40;

bool is_plain(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::vector<std::string> terms_of(const std::string& stem, std::string_view mark) {
  return {std::string(mark) + stem, std::string(mark).append(fields::any_but_body).append(stem)};
}

bool holds_beginning(const Query& query) {
  const auto is_beginning = [](const QueryItem& item) {
    return item.kind == QueryItem::Kind::prefix;
  };
  return std::any_of(query.clauses.begin(), query.clauses.end(), [&](const QueryClause& clause) {
    return std::any_of(clause.alternatives.begin(), clause.alternatives.end(), is_beginning);
  });
}

// The words that may be corrected, each once.
std::vector<const QueryWord*> correctable(const Query& query) {
  std::vector<const QueryWord*> words;
  std::set<std::string_view> met;
  for (const QueryClause& clause : query.clauses) {
    if (clause.occurrence == QueryClause::Occurrence::excluded) continue;
    for (const QueryItem& item : clause.alternatives) {
      if (item.kind == QueryItem::Kind::prefix) continue;
      for (const QueryWord& word : item.words) {
        if (word.stem.empty() || word.section || !is_plain(word.exact)) continue;
        if (words.size() == corrected_words_max) return words;
        if (met.insert(word.exact).second) words.push_back(&word);
      }
    }
  }
  return words;
}

}  // namespace

KnownWords::KnownWords(const Reader& reader, const AdmittedDocuments::Seen& seen)
    : reader_(reader),
      seen_(seen),
      admitted_(*reader.columns, seen, {}),
      postings_left_(postings_max),
      terms_left_(terms_max) {}

KnownWords::Count KnownWords::count(const std::vector<std::string>& terms, std::uint64_t most) {
  Count count;
  for (const std::string& term : terms) {
    if (postings_left_ == 0) break;
    std::uint64_t of_term = 0;
    const auto end = reader_.database.postlist_end(term);
    for (auto at = reader_.database.postlist_begin(term);
         at != end && of_term < most && postings_left_ > 0; ++at, --postings_left_) {
      if (!admitted_.check(*at, 0)) continue;
      if (count.first == 0) count.first = *at;
      ++of_term;
    }
    // A document with several of the terms must not count several times.
    count.documents = std::max(count.documents, of_term);
    if (count.documents >= most) break;
  }
  return count;
}

bool KnownWords::scan(const std::string& beginning, std::size_t most,
                      std::vector<Word>& words) const {
  const std::string prefix = std::string(fields::written_mark) + beginning;
  const auto end = reader_.database.allterms_end(prefix);
  std::size_t scanned = 0;
  for (auto at = reader_.database.allterms_begin(prefix); at != end; ++at) {
    if (++scanned > most) return false;
    const std::string term = *at;
    const std::size_t divider = term.find(fields::written_divider);
    if (divider == std::string::npos) continue;
    const std::string exact = term.substr(1, divider - 1);
    if (words.empty() || words.back().exact != exact) words.push_back({exact, {}, 0});
    words.back().variants.push_back({term.substr(divider + 1), at.get_termfreq()});
    words.back().documents += at.get_termfreq();
  }
  return true;
}

std::vector<KnownWords::Word> KnownWords::words_beginning(const std::string& begun) const {
  std::vector<Word> words;
  if (!scan(begun, scanned_max, words)) {
    words.clear();
    for (char next = 'a'; next <= 'z'; ++next) scan(begun + next, scanned_a_letter_max, words);
  }
  std::stable_sort(words.begin(), words.end(),
                   [](const Word& a, const Word& b) { return a.documents > b.documents; });
  return words;
}

KnownWord KnownWords::seen_as(const Word& word) {
  KnownWord known{word.exact, {}, {}, 0};
  Xapian::docid first = 0;
  for (const Variant& variant : word.variants) {
    const Count seen = count({fields::written_term(word.exact, variant.written)}, counted_max);
    if (seen.documents <= known.documents) continue;
    known.documents = seen.documents;
    known.written = variant.written;
    first = seen.first;
  }
  if (first == 0) return known;
  const auto stored = decode_hit(reader_.database.get_document(first).get_data());
  if (!stored) throw Xapian::DatabaseCorruptError("the data of a document is damaged");
  known.document = stored->document;
  return known;
}

bool KnownWords::finds(const Xapian::Query& query) const {
  AdmittedDocuments admitted(*reader_.columns, seen_, {});
  Xapian::Enquire enquire(reader_.database);
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  enquire.set_query({Xapian::Query::OP_FILTER, query, Xapian::Query(&admitted)});
  return !enquire.get_mset(0, 1).empty();
}

std::vector<KnownWord> KnownWords::seen_beginning(const std::string& begun) {
  std::vector<KnownWord> known;
  for (const Word& word : words_beginning(begun)) {
    if (word.exact == begun) continue;
    if (known.size() == candidates_max || postings_left_ == 0) break;
    KnownWord seen = seen_as(word);
    if (seen.documents > 0) known.push_back(std::move(seen));
  }
  std::stable_sort(known.begin(), known.end(), [](const KnownWord& a, const KnownWord& b) {
    return a.documents > b.documents;
  });
  return known;
}

std::vector<KnownWord> KnownWords::going_with(const Query& before,
                                              const std::vector<KnownWord>& words,
                                              std::size_t limit) const {
  std::vector<KnownWord> going;
  const Xapian::Query answers = to_xapian(before, Matching::all);
  if (words.empty() || !finds(answers)) return going;
  const std::size_t searched = std::min(words.size(), searched_max);
  for (std::size_t i = 0; i < searched && going.size() < limit; ++i) {
    const std::string& exact = words[i].exact;
    const Xapian::Query word(Xapian::Query::OP_OR, Xapian::Query(exact),
                             Xapian::Query(std::string(fields::any_but_body) + exact));
    if (finds({Xapian::Query::OP_AND, answers, word})) going.push_back(words[i]);
  }
  return going;
}

std::vector<Completion> KnownWords::complete(std::string_view typed, std::size_t limit) {
  std::vector<Completion> completions;
  Analyzer analyzer;
  analyzer.start(typed);
  Token last;
  for (Token token; analyzer.next(token);) last = token;
  if (last.exact.empty() || last.end != typed.size() || last.has_digit ||
      count_code_points(last.exact) < begun_code_points_min) {
    return completions;
  }
  const std::string_view before = typed.substr(0, last.begin);
  const Query query = parse_query(before);
  // A beginning stands for many words, in each of the searches.
  if (holds_beginning(query)) return completions;
  std::vector<KnownWord> known = seen_beginning(last.exact);
  if (!query.clauses.empty()) known = going_with(query, known, limit);
  if (known.size() > limit) known.resize(limit);
  for (const KnownWord& word : known) {
    completions.push_back({replace_ill_formed(before) + word.written});
  }
  return completions;
}

std::optional<KnownWord> KnownWords::known(const std::string& exact) {
  std::vector<Word> words;
  scan(exact + fields::written_divider, scanned_a_letter_max, words);
  KnownWord known{exact, {}, {}, 0};
  if (!words.empty()) known = seen_as(words.front());
  const Count in_texts = count({exact}, counted_max);
  if (known.documents == 0 && in_texts.documents > 0) {
    const auto stored = decode_hit(reader_.database.get_document(in_texts.first).get_data());
    if (!stored) throw Xapian::DatabaseCorruptError("the data of a document is damaged");
    known.document = stored->document;
  }
  known.documents = std::max(known.documents, in_texts.documents);
  if (known.documents == 0) return std::nullopt;
  return known;
}

std::optional<Correction> KnownWords::correction(const QueryWord& word) {
  std::uint64_t found = count(terms_of(word.exact, ""), few_documents).documents;
  for (const std::string_view mark : {fields::stem_mark, fields::part_mark}) {
    if (found >= few_documents) return std::nullopt;
    found = std::max(found, count(terms_of(word.stem, mark), few_documents).documents);
  }
  if (found >= few_documents) return std::nullopt;
  const auto part_is_found = [&](const std::string& part) {
    return count(terms_of(part, fields::stem_mark), 1).documents > 0 ||
           count(terms_of(part, fields::part_mark), 1).documents > 0;
  };
  // A compound of known words is one, though nobody has written it yet.
  if (word.parts.size() > 1 && std::all_of(word.parts.begin(), word.parts.end(), part_is_found)) {
    return std::nullopt;
  }
  std::optional<Correction> best;
  unsigned best_distance = 0;
  std::size_t tried = 0;
  for (const SimilarWord& similar : similar_words(reader_.database, word.exact, terms_left_)) {
    if ((best && similar.distance > best_distance) || ++tried > tried_max) break;
    if (postings_left_ == 0) break;
    const auto meant = known(similar.exact);
    if (!meant || meant->documents < (found > 0 ? found * more_times : 1)) continue;
    if (best && meant->documents <= best->meant.documents) continue;
    best = Correction{word.exact, *meant};
    best_distance = similar.distance;
  }
  return best;
}

std::vector<Correction> KnownWords::corrections(const Query& query) {
  std::vector<Correction> corrections;
  for (const QueryWord* word : correctable(query)) {
    auto correction = this->correction(*word);
    // What was counted last may be counted too low: of that nothing is said.
    if (postings_left_ == 0 || terms_left_ == 0) break;
    if (correction) corrections.push_back(std::move(*correction));
  }
  return corrections;
}

}  // namespace dms::search
