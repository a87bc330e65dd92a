#pragma once

// What of a query a text says, asked of many texts one after the other, as of a file's pages: a
// quick question that reads letters alone, and the one that analyses the text.

#include <cstdint>
#include <memory>
#include <string_view>

namespace dms::search {

// For one query, and for one thread at a time.
class TextSieve {
 public:
  explicit TextSieve(std::string_view query);
  ~TextSieve();
  TextSieve(const TextSieve&) = delete;
  TextSieve& operator=(const TextSieve&) = delete;

  // Different words, beginnings and phrases that the query looks for in texts, a bit each; excluded
  // ones and those of other fields than the body have none.
  using Parts = std::uint64_t;
  Parts all() const { return all_; }
  Parts phrases() const { return phrases_; }

  // Those that may stand in `text` (UTF-8): each that found() would tell, and some by mistake. Some
  // milliseconds for 2 MiB, a tenth of an analysis.
  Parts possible(std::string_view text);
  // Those of `wanted` that stand in the first 2 MiB of `text`.
  Parts found(std::string_view text, Parts wanted);

 private:
  struct Sought;
  std::unique_ptr<Sought> sought_;
  Parts all_ = 0;
  Parts phrases_ = 0;
};

}  // namespace dms::search
