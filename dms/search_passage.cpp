#include "dms/search_passage.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "dms/base/text.h"

namespace dms {

using search::TextSieve;

namespace {

constexpr std::uint64_t letters_max = 32U << 20U;    // of all hits, at cost_of(): about 100 ms
constexpr std::uint64_t analysis_max = 1U << 20U;    // about 100 ms
constexpr std::uint64_t letters_each = 512U << 10U;  // of a hit, whatever others took
constexpr std::uint64_t analysis_each = 64U << 10U;
constexpr std::size_t part_bytes_max = 16U << 10U;
// Of a text: who writes nothing but form feeds makes a page of each byte.
constexpr std::size_t parts_max = 20'000;
// Parts of one page share so much, so that words and phrases stand whole in one of them.
constexpr std::size_t overlap_bytes = 256;
constexpr std::size_t passage_bytes = 240;

// A page, or a piece of a long one.
struct Part {
  std::uint64_t begin = 0;
  std::size_t size = 0;
  std::uint32_t page = 1;
  bool goes_on = false;  // where the part before it ended
};

// How far a text answers: phrases, then words.
struct Score {
  int phrases = 0;
  int parts = 0;
  friend auto operator<=>(const Score&, const Score&) = default;
};

// Parts of a text, one after the other, out of a piece of it that is held.
class PartReader {
 public:
  explicit PartReader(const storage::ContentReader& reader) : reader_(reader) {}

  // Whole code points, and words; valid until the next call.
  Result<std::string_view> read(const Part& part) {
    const std::uint64_t end = part.begin + part.size;
    if (part.begin < begin_ || end > begin_ + bytes_.size()) {
      bytes_ = DMS_TRY(reader_.read(part.begin, held_bytes));
      begin_ = part.begin;
      if (bytes_.size() < part.size) {
        return fail(operator_error(ErrorCode::corrupt, "text rendition ends early"));
      }
    }
    std::string_view text =
        std::string_view(bytes_).substr(static_cast<std::size_t>(part.begin - begin_), part.size);
    if (part.goes_on) text.remove_prefix(std::min(text.find_first_of(" \n"), overlap_bytes / 2));
    while (!text.empty() && is_continuation(text.front())) text.remove_prefix(1);
    return without_cut_end(text);
  }

 private:
  static constexpr std::size_t held_bytes = 1U << 20U;

  static bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

  static std::string_view without_cut_end(std::string_view text) {
    std::size_t last = text.size();
    while (last > 0 && text.size() - last < 3 && is_continuation(text[last - 1])) --last;
    if (last == 0) return text;
    const auto lead = static_cast<unsigned char>(text[last - 1]);
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return last - 1 + bytes > text.size() ? text.substr(0, last - 1) : text;
  }

  const storage::ContentReader& reader_;
  std::string bytes_;
  std::uint64_t begin_ = 0;
};

// How many letters it takes as much time as to look through a part for so many things.
std::uint64_t cost_of(const Part& part, std::uint64_t things) {
  constexpr std::uint64_t letters_min = 256;
  constexpr std::uint64_t things_at_once = 8;
  const std::uint64_t times = std::max(things, things_at_once);
  return std::max(letters_min, part.size * times / things_at_once);
}

// A text's first parts: such as cost no more than `letters_max_here`, but one at least.
struct Extent {
  std::uint64_t size = 0;  // the text's
  std::uint64_t letters_max_here = 0;
  std::uint64_t things = 0;
};
std::vector<Part> parts_of(const Extent& extent, const std::vector<std::uint64_t>& page_offsets) {
  std::vector<Part> parts;
  std::uint32_t page = 1;
  bool goes_on = false;
  const std::uint64_t size = extent.size;
  std::uint64_t cost = 0;
  for (std::uint64_t begin = 0; begin < size && parts.size() < parts_max;) {
    while (page < page_offsets.size() && page_offsets[page] <= begin) ++page;
    const std::uint64_t page_end =
        page < page_offsets.size() ? std::min(page_offsets[page], size) : size;
    const std::uint64_t end = std::min<std::uint64_t>(begin + part_bytes_max, page_end);
    const std::uint64_t with_overlap = std::min<std::uint64_t>(end + overlap_bytes, page_end);
    const Part part{begin, static_cast<std::size_t>(with_overlap - begin), page, goes_on};
    cost += cost_of(part, extent.things);
    if (!parts.empty() && cost > extent.letters_max_here) break;
    parts.push_back(part);
    goes_on = end < page_end;
    begin = end;
  }
  return parts;
}

std::uint64_t things_of(const TextSieve& sieve) {
  return static_cast<std::uint64_t>(std::popcount(sieve.all()));
}

// One document's text, looked through for one query.
class TextSearch {
 public:
  TextSearch(PartReader& reader, TextSieve& sieve, std::uint64_t analysis_max_bytes)
      : reader_(reader),
        sieve_(sieve),
        things_(things_of(sieve)),
        analysis_left_(analysis_max_bytes) {}

  // The part for the passage; nullopt: none answers.
  Result<std::optional<Part>> best_of(const std::vector<Part>& parts, bool has_pages) {
    std::vector<Candidate> candidates;
    const Score most = score_of(sieve_.all());
    for (std::size_t i = 0; i < parts.size() && best_score_ < most; ++i) {
      const TextSieve::Parts possible = sieve_.possible(DMS_TRY(reader_.read(parts[i])));
      letters_ += cost_of(parts[i], things_);
      const bool same_page = has_pages && i > 0 && parts[i - 1].page == parts[i].page;
      if (!same_page || candidates.empty()) candidates.emplace_back();
      candidates.back().parts.push_back({parts[i], possible});
      candidates.back().possible |= possible;
      const bool is_last = i + 1 == parts.size() || parts[i + 1].page != parts[i].page;
      // Mostly the first page that may say all of it does.
      if (candidates.back().possible == sieve_.all() && (is_last || !has_pages)) {
        DMS_TRY(analyse(candidates.back()));
        candidates.back().possible = 0;
      }
    }
    if (best_score_ < most) DMS_TRY(analyse_most_promising(candidates));
    return best_;
  }

  std::uint64_t letters() const { return letters_; }
  std::uint64_t analysed() const { return analysed_; }

 private:
  struct SievedPart {
    Part part;
    TextSieve::Parts possible = 0;
  };
  // A page; of a text without pages a part.
  struct Candidate {
    std::vector<SievedPart> parts;
    TextSieve::Parts possible = 0;
  };

  Score score_of(TextSieve::Parts found) const {
    return {std::popcount(found & sieve_.phrases()), std::popcount(found)};
  }

  Result<void> analyse_most_promising(std::vector<Candidate>& candidates) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [this](const Candidate& a, const Candidate& b) {
                       return score_of(a.possible) > score_of(b.possible);
                     });
    for (const Candidate& candidate : candidates) {
      const bool may_be_better = score_of(candidate.possible) > best_score_ ||
                                 (score_of(candidate.possible) == best_score_ && best_ &&
                                  candidate.parts.front().part.begin < best_->begin);
      if (candidate.possible == 0 || score_of(candidate.possible) < best_score_) break;
      if (may_be_better) DMS_TRY(analyse(candidate));
      if (analysed_ >= analysis_left_) break;
    }
    return {};
  }

  Result<void> analyse(const Candidate& candidate) {
    TextSieve::Parts on_page = 0;
    std::optional<Part> best_part;
    Score best_part_score;
    for (const SievedPart& sieved : candidate.parts) {
      if (sieved.possible == 0 || analysed_ >= analysis_left_) continue;
      analysed_ += sieved.part.size;
      const auto found = sieve_.found(DMS_TRY(reader_.read(sieved.part)), sieved.possible);
      on_page |= found;
      if (score_of(found) > best_part_score) {
        best_part_score = score_of(found);
        best_part = sieved.part;
      }
    }
    const Score score = score_of(on_page);
    const bool is_earlier = best_ && best_part && best_part->begin < best_->begin;
    if (best_part && (score > best_score_ || (score == best_score_ && is_earlier))) {
      best_score_ = score;
      best_ = best_part;
    }
    return {};
  }

  PartReader& reader_;
  TextSieve& sieve_;
  const std::uint64_t things_;
  const std::uint64_t analysis_left_;
  std::uint64_t letters_ = 0;
  std::uint64_t analysed_ = 0;
  std::optional<Part> best_;
  Score best_score_;
};

}  // namespace

std::vector<std::string_view> pages_of(std::string_view text,
                                       const std::vector<std::uint64_t>& page_offsets) {
  std::vector<std::string_view> pages;
  std::size_t begin = 0;
  for (std::size_t next = 1; next < page_offsets.size() && page_offsets[next] < text.size();
       ++next) {
    const auto end = static_cast<std::size_t>(page_offsets[next]);
    pages.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  pages.push_back(text.substr(begin));
  return pages;
}

PassageFinder::PassageFinder(const storage::Store& store, std::string_view query)
    : store_(store),
      query_(query),
      sieve_(query),
      letters_left_(letters_max),
      analysis_left_(analysis_max) {}

Result<Passage> PassageFinder::find(const DocumentText& text) {
  if (!text.text) return Passage();
  const auto found = [&]() -> Result<Passage> {
    const auto reader = DMS_TRY(store_.read_content(*text.text));
    return look_through(*reader, text);
  }();
  // One text that nobody can open, or that is damaged, must not keep the other hits from being
  // shown.
  const bool is_unreadable = !found && (storage::is_without_key(found.error()) ||
                                        found.error().code == ErrorCode::corrupt ||
                                        found.error().code == ErrorCode::not_found);
  return is_unreadable ? Passage() : found;
}

Result<Passage> PassageFinder::look_through(const storage::ContentReader& reader,
                                            const DocumentText& text) {
  Passage passage;
  const std::uint64_t letters =
      sieve_.all() == 0 ? part_bytes_max : std::max(letters_left_, letters_each);
  const std::vector<Part> parts =
      parts_of({text.text->size, letters, things_of(sieve_)}, text.page_offsets);
  if (parts.empty()) return passage;
  PartReader bytes(reader);
  std::optional<Part> best;
  const bool has_pages = text.page_offsets.size() > 1;
  if (sieve_.all() != 0) {
    TextSearch search(bytes, sieve_, std::max(analysis_left_, analysis_each));
    best = DMS_TRY(search.best_of(parts, has_pages));
    letters_left_ -= std::min(letters_left_, search.letters());
    analysis_left_ -= std::min(analysis_left_, search.analysed());
  }
  if (best && has_pages) passage.page = best->page;
  const std::string_view shown = DMS_TRY(bytes.read(best.value_or(parts.front())));
  passage.snippet = search::make_snippet(shown, query_, passage_bytes);
  return passage;
}

}  // namespace dms
