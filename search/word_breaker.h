#pragma once

// Where words begin and end. ICU's segmentation (UAX #29) decides; runs of ASCII, Latin-1 letters
// and common German punctuation, which is nearly all text, are cut by the same rules without it,
// ten times as fast. Private to search.

#include <cstddef>
#include <memory>
#include <string_view>

namespace dms::search {

// Words are also cut at the joints that ICU leaves inside ("z.B", "datei_name"); full stops and
// commas between digits stay. Not thread-safe.
class WordBreaker {
 public:
  enum class Method : std::uint8_t {
    fast,
    icu_alone  // for tests, which hold the two against each other
  };
  explicit WordBreaker(Method method = Method::fast);
  ~WordBreaker();
  WordBreaker(const WordBreaker&) = delete;
  WordBreaker& operator=(const WordBreaker&) = delete;

  struct Word {
    std::size_t begin = 0;  // bytes of the text, [begin, end), never empty
    std::size_t end = 0;
  };

  // Begins with `text`: UTF-8, below 2 GiB, borrowed until the last next().
  void start(std::string_view text);
  // The next word; false at the end.
  bool next(Word& word);

 private:
  class Icu;
  bool next_simple(Word& word);
  void find_run();

  Method method_;
  std::unique_ptr<Icu> icu_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t run_end_ = 0;  // of the run of non-spaces that at_ is in
  bool run_is_simple_ = true;
};

}  // namespace dms::search
