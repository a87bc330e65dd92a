#include "search/similar_documents.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "dms/base/text.h"
#include "search/document_terms.h"
#include "search/fields.h"

namespace dms::search {

namespace {

// Visible documents among which words are counted; of more every so-and-so-many-th.
constexpr std::size_t sample_max = 4096;
// A word in every fifth document tells nothing; in a small collection sixteen are few.
constexpr std::size_t frequent_share = 5;
constexpr std::size_t frequent_min = 16;
// Words of one document that are counted: those it says most often.
constexpr std::size_t counted_words_max = 600;
// Of those so many are looked for.
constexpr std::size_t words_max = 40;
constexpr double subject_factor = 3;
// Postings of one word, and of all, among which a second visible document is looked for where the
// sample is a part.
constexpr std::uint64_t postings_a_word_max = 20'000;
constexpr std::uint64_t postings_max = 200'000;
// Of what the document itself would be worth: what is less is not alike.
constexpr double worth_min = 0.05;
constexpr std::size_t number_length_min = 3;
// What of a text that is in no index is looked at: some ten pages.
constexpr std::size_t text_bytes_max = 64U << 10U;

// As BM25, but by what stands in the document alone: Xapian's own would count hidden documents.
constexpr double saturation = 1.2;
constexpr double length_share = 0.5;
// Occurrences of terms in a document of some two pages.
constexpr double usual_length = 3000;

double share_of(double repeated, double length) {
  const double norm = 1 - length_share + length_share * length / usual_length;
  return repeated * (saturation + 1) / (repeated + saturation * norm);
}

class OwnWeight final : public Xapian::Weight {
 public:
  OwnWeight() {
    need_stat(WDF);
    need_stat(DOC_LENGTH);
  }
  std::string name() const override { return "aktenwerk.own"; }
  OwnWeight* clone() const override { return new OwnWeight; }
  void init(double factor) override { factor_ = factor; }
  double get_sumpart(Xapian::termcount repeated, Xapian::termcount length,
                     Xapian::termcount /*unique*/) const override {
    return factor_ * share_of(repeated, length);
  }
  double get_maxpart() const override { return factor_ * (saturation + 1); }
  double get_sumextra(Xapian::termcount /*length*/, Xapian::termcount /*unique*/) const override {
    return 0;
  }
  double get_maxextra() const override { return 0; }

 private:
  double factor_ = 0;
};

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

// What a term says of the document's text or subject, or neither.
struct Said {
  std::string_view word;
  bool is_stem = false;
  bool in_subject = false;
};
std::optional<Said> said_by(std::string_view term) {
  const bool is_stem = term.starts_with(fields::stem_mark);
  std::string_view word = term.substr(is_stem ? fields::stem_mark.size() : 0);
  const bool in_subject = word.starts_with(fields::prefix(Field::subject));
  if (in_subject) word.remove_prefix(fields::prefix(Field::subject).size());
  if (word.empty() || is_capital(word.front())) return std::nullopt;
  if (is_stem) return Said{word, is_stem, in_subject};
  // Words without a stem are those with a digit; short ones are in every table.
  const bool has_digit =
      std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!has_digit || word.size() < number_length_min) return std::nullopt;
  return Said{word, is_stem, in_subject};
}

std::string term_of(const Said& said, Field field) {
  return std::string(said.is_stem ? fields::stem_mark : std::string_view())
      .append(fields::prefix(field))
      .append(said.word);
}

}  // namespace

SimilarDocuments::SimilarDocuments(const Reader& reader, const AdmittedDocuments::Seen& seen)
    : reader_(reader), admitted_(*reader.columns, seen, {}), postings_left_(postings_max) {
  std::vector<Xapian::docid> visible;
  const auto end = static_cast<Xapian::docid>(reader.columns->documents.size());
  for (Xapian::docid document = 1; document < end; ++document) {
    if (admitted_.check(document, 0)) visible.push_back(document);
  }
  is_whole_ = visible.size() <= sample_max;
  const std::size_t step = is_whole_ ? 1 : (visible.size() + sample_max - 1) / sample_max;
  for (std::size_t i = 0; i < visible.size(); i += step) sample_.push_back(visible[i]);
}

std::vector<SimilarDocuments::Word> SimilarDocuments::words_of(Xapian::TermIterator at,
                                                               const Xapian::TermIterator& end) {
  std::map<std::string, Word> words;
  for (; at != end; ++at) {
    const std::string term = *at;
    const auto said = said_by(term);
    if (!said) continue;
    Word& word = words[std::string(said->word)];
    const double repeated = at.get_wdf();
    word.repeated += said->in_subject ? subject_factor * repeated : repeated;
    word.most_said = std::max(word.most_said, repeated);
    word.body_term = term_of(*said, Field::body);
    word.subject_term = term_of(*said, Field::subject);
  }
  std::vector<Word> list;
  list.reserve(words.size());
  for (auto& [text, word] : words) list.push_back(std::move(word));
  std::stable_sort(list.begin(), list.end(),
                   [](const Word& a, const Word& b) { return a.repeated > b.repeated; });
  list.resize(std::min(list.size(), counted_words_max));
  return list;
}

std::size_t SimilarDocuments::frequency(const Word& word, std::size_t most) const {
  std::vector<Xapian::docid> found;
  for (const std::string* term : {&word.body_term, &word.subject_term}) {
    const auto before = static_cast<std::ptrdiff_t>(found.size());
    auto wanted = sample_.begin();
    auto at = reader_.database.postlist_begin(*term);
    const auto end = reader_.database.postlist_end(*term);
    while (at != end && wanted != sample_.end() && found.size() < most) {
      if (*at < *wanted) {
        at.skip_to(*wanted);
      } else if (*at > *wanted) {
        wanted = std::lower_bound(wanted, sample_.end(), *at);
      } else {
        found.push_back(*at);
        ++at;
        ++wanted;
      }
    }
    // A document that says it in both must not count twice.
    std::inplace_merge(found.begin(), found.begin() + before, found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
  }
  return found.size();
}

// Whether a visible document beside this one has it. Where the sample cannot tell and hidden ones
// hold it so often that looking through them costs too much, it is taken for shared: it finds
// nothing then.
bool SimilarDocuments::is_shared(const Word& word, std::size_t itself) {
  std::set<Xapian::docid> met;
  for (const std::string* term : {&word.body_term, &word.subject_term}) {
    std::uint64_t left = std::min(postings_a_word_max, postings_left_);
    const auto end = reader_.database.postlist_end(*term);
    for (auto at = reader_.database.postlist_begin(*term); at != end; ++at) {
      if (left == 0) return true;
      --left;
      if (postings_left_ > 0) --postings_left_;
      if (admitted_.check(*at, 0)) met.insert(*at);
      if (met.size() > itself) return true;
    }
  }
  return false;
}

// Keeps the words by which it stands out, the weightiest first.
void SimilarDocuments::weigh(std::vector<Word>& words, std::size_t itself) const {
  const std::size_t frequent = std::max(frequent_min, sample_.size() / frequent_share);
  const auto documents = static_cast<double>(sample_.size());
  for (Word& word : words) {
    const std::size_t found = frequency(word, frequent);
    if (found >= frequent) continue;
    const double rarity = std::log(1 + documents / (0.5 + static_cast<double>(found)));
    word.weight = (1 + std::log(word.repeated)) * rarity * rarity;
    word.is_alone = is_whole_ && found <= itself;
  }
  std::erase_if(words, [](const Word& word) { return word.weight <= 0; });
  std::stable_sort(words.begin(), words.end(),
                   [](const Word& a, const Word& b) { return a.weight > b.weight; });
}

// The weightiest of those that others say, too.
void SimilarDocuments::keep_shared(std::vector<Word>& words, std::size_t itself) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < words.size() && kept < words_max; ++i) {
    if (words[i].is_alone || (!is_whole_ && !is_shared(words[i], itself))) continue;
    if (kept != i) words[kept] = std::move(words[i]);
    ++kept;
  }
  words.resize(kept);
}

Xapian::Query SimilarDocuments::query_for(const Asked& asked) {
  std::vector<Xapian::Query> any;
  for (const Word& word : asked.words) {
    const Xapian::Query either(Xapian::Query::OP_MAX, Xapian::Query(word.body_term),
                               Xapian::Query(word.subject_term));
    any.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, either, word.weight);
  }
  Xapian::Query alike(Xapian::Query::OP_OR, any.begin(), any.end());
  if (!asked.document) return alike;
  return {Xapian::Query::OP_AND_NOT, alike, Xapian::Query(fields::id_term(*asked.document))};
}

double SimilarDocuments::own_worth(const Asked& asked) {
  double worth = 0;
  for (std::size_t i = 0; i < std::min(asked.words.size(), words_max); ++i) {
    const Word& word = asked.words[i];
    worth += word.weight * share_of(word.most_said, asked.length);
  }
  return worth;
}

std::vector<Hit> SimilarDocuments::of(const Uuid& document, std::size_t limit) {
  const std::vector<Xapian::docid> ids = ids_of(reader_.database, {document});
  if (ids.empty()) return {};
  const Xapian::docid id = ids.front();
  const Asked asked{
      words_of(reader_.database.termlist_begin(id), reader_.database.termlist_end(id)),
      static_cast<double>(reader_.database.get_doclength(id)), document};
  std::set<Sha256Digest> texts;
  const auto itself = decode_hit(reader_.database.get_document(id).get_data());
  if (itself && itself->body_sha256) texts.insert(*itself->body_sha256);
  return best(asked, limit, std::move(texts));
}

std::vector<Hit> SimilarDocuments::to(const SimilarText& text, std::size_t limit) {
  IndexDocument document;
  document.fields.push_back({Field::subject, text.subject});
  document.body = truncate_utf8(text.body, text_bytes_max);
  const Xapian::Document terms = DocumentAnalysis().analyse(document);
  Asked asked{words_of(terms.termlist_begin(), terms.termlist_end()), 0, std::nullopt};
  for (auto at = terms.termlist_begin(); at != terms.termlist_end(); ++at) {
    asked.length += at.get_wdf();
  }
  return best(std::move(asked), limit, {});
}

std::vector<Hit> SimilarDocuments::best(Asked asked, std::size_t limit,
                                        std::set<Sha256Digest> texts) {
  const std::size_t itself = asked.document ? 1 : 0;
  weigh(asked.words, itself);
  const double best = own_worth(asked);
  keep_shared(asked.words, itself);
  if (asked.words.empty()) return {};
  Xapian::Enquire enquire(reader_.database);
  enquire.set_weighting_scheme(OwnWeight());
  enquire.set_query({Xapian::Query::OP_FILTER, query_for(asked), Xapian::Query(&admitted_)});
  // More than are wanted, for copies fall out.
  const auto window = static_cast<Xapian::doccount>(2 * limit + 20);
  std::vector<Hit> hits;
  const Xapian::MSet found = enquire.get_mset(0, window);
  for (auto at = found.begin(); at != found.end() && hits.size() < limit; ++at) {
    if (at.get_weight() < worth_min * best) break;
    const auto stored = decode_hit(at.get_document().get_data());
    if (!stored) throw Xapian::DatabaseCorruptError("the data of a document is damaged");
    if (stored->body_sha256 && !texts.insert(*stored->body_sha256).second) continue;
    const double score = std::min(100.0, 100 * at.get_weight() / best);
    hits.push_back({stored->document, stored->group, score, stored->body_sha256});
  }
  return hits;
}

}  // namespace dms::search
