#include "search/index_comparison.h"

#include <fmt/format.h>
#include <xapian.h>

#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "search/document_terms.h"
#include "search/fields.h"
#include "search/glass_version.h"
#include "search/held_document.h"
#include "search/index_position.h"
#include "search/language.h"
#include "search/xapian_guard.h"

namespace dms::search {

namespace {

// Of a wrecked index the first hundred say enough.
constexpr std::size_t problems_max = 100;

// One word of a document as a number. Sums of them say whether two lists hold the same, in
// whatever order they are read.
std::uint64_t fingerprint(std::string_view term, Xapian::termcount frequency) {
  std::uint64_t hash = 0xcbf29ce484222325U ^ frequency;  // FNV-1a
  for (const char each : term) {
    hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3U;
  }
  hash ^= hash >> 31U;
  return hash * 0x9e3779b97f4a7c15U;
}

// Nobody writes to these files: blocks that are newer than the revision that is read are no sign of
// a writer, but of a version file that names another.
template <class Work>
std::invoke_result_t<Work> unwritten_guard(Work&& work) {
  auto outcome = xapian_guard(std::forward<Work>(work));
  if (!outcome && outcome.error().code == ErrorCode::busy) {
    return fail(operator_error(ErrorCode::corrupt, "search index: " + outcome.error().hint));
  }
  return outcome;
}

class XapianComparison final : public IndexComparison {
 public:
  XapianComparison(const std::string& folder, const std::string& analysis)
      : database_(folder), position_(read_position(database_, analysis)) {}

  std::optional<IndexPosition> position() const override { return position_; }

  Result<bool> knows(const Uuid& document) override {
    return unwritten_guard([&]() -> Result<bool> { return find(document).has_value(); });
  }

  Result<bool> holds(const IndexDocument& document) override {
    DMS_TRY(check_document(document));
    return unless_damaged(unwritten_guard([&]() -> Result<bool> {
      const auto id = find(document.id);
      if (!id) return false;
      asked_.insert(*id);
      const Xapian::Document held = database_.get_document(*id);
      const Xapian::Document wanted = analysis_.analyse(document);
      return is_same_document(held, wanted);
    }));
  }

  Result<Rest> finish() override {
    Rest rest;
    const auto walked = unwritten_guard([&]() -> Result<bool> {
      add_documents(rest);
      subtract_postings(rest);
      for (const auto& [id, sum] : sums_) {
        if (sum != 0) problem(rest, fmt::format("posting lists: differ for entry {}", id));
      }
      return true;
    });
    if (!DMS_TRY(unless_damaged(walked))) {
      problem(rest, "the index cannot be read to its end: " + walked.error().hint);
    }
    return rest;
  }

 private:
  static void problem(Rest& rest, std::string text) {
    if (rest.problems.size() < problems_max) rest.problems.push_back(std::move(text));
  }

  static Result<bool> unless_damaged(Result<bool> outcome) {
    if (!outcome && outcome.error().code == ErrorCode::corrupt) return false;
    return outcome;
  }

  std::optional<Xapian::docid> find(const Uuid& document) const {
    const std::string term = fields::id_term(document);
    const auto posting = database_.postlist_begin(term);
    if (posting == database_.postlist_end(term)) return std::nullopt;
    return *posting;
  }

  // The documents' own lists.
  void add_documents(Rest& rest) {
    const auto end = database_.postlist_end("");
    for (auto at = database_.postlist_begin(""); at != end; ++at) {
      std::uint64_t length = 0;
      std::uint64_t sum = 0;
      for (auto term = database_.termlist_begin(*at); term != database_.termlist_end(*at); ++term) {
        sum += fingerprint(*term, term.get_wdf());
        length += term.get_wdf();
      }
      sums_[*at] = sum;
      if (length != database_.get_doclength(*at)) {
        problem(rest, fmt::format("entry {}: its length is wrong", *at));
      }
      if (!asked_.contains(*at)) tell_unasked(*at, rest);
    }
  }

  void tell_unasked(Xapian::docid id, Rest& rest) const {
    const auto hit = decode_hit(database_.get_document(id).get_data());
    if (hit) {
      rest.unasked.push_back(hit->document);
    } else {
      problem(rest, fmt::format("entry {}: belongs to no document", id));
    }
  }

  // The lists by term, which are what searches read.
  void subtract_postings(Rest& rest) {
    for (auto term = database_.allterms_begin(); term != database_.allterms_end(); ++term) {
      const std::string name = *term;
      Xapian::doccount documents = 0;
      Xapian::termcount frequency = 0;
      for (auto at = database_.postlist_begin(name); at != database_.postlist_end(name); ++at) {
        sums_[*at] -= fingerprint(name, at.get_wdf());
        ++documents;
        frequency += at.get_wdf();
      }
      if (documents != database_.get_termfreq(name) ||
          frequency != database_.get_collection_freq(name)) {
        problem(rest, "posting lists: a term's counts are wrong");
      }
    }
  }

  const Xapian::Database database_;
  const std::optional<IndexPosition> position_;
  DocumentAnalysis analysis_;
  std::unordered_set<Xapian::docid> asked_;
  // By document: what its own list holds, less what the lists by term say of it.
  std::unordered_map<Xapian::docid, std::uint64_t> sums_;
};

}  // namespace

Result<std::unique_ptr<IndexComparison>> IndexComparison::open(const std::string& folder) {
  return unwritten_guard([&]() -> Result<std::unique_ptr<IndexComparison>> {
    check_version_file(folder);
    return std::make_unique<XapianComparison>(folder, DMS_TRY(analysis_identity()));
  });
}

}  // namespace dms::search
