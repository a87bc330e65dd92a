#pragma once

// An index in a folder of its own, and short ways to fill and ask it.

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "search/index.h"
#include "support/temp_dir.h"

namespace dms::search::test {

// Ids from small numbers.
inline Uuid uuid_of(std::uint32_t number) {
  Uuid uuid;
  uuid.bytes[0] = 0x01;
  for (unsigned i = 0; i < 4; ++i) {
    uuid.bytes[12 + i] = static_cast<std::uint8_t>(number >> (8 * (3 - i)));
  }
  return uuid;
}

inline std::uint32_t number_of(const Uuid& uuid) {
  std::uint32_t number = 0;
  for (unsigned i = 0; i < 4; ++i) number = (number << 8U) | uuid.bytes[12 + i];
  return number;
}

inline bool everything(const Uuid&) {
  return true;
}

class IndexTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }

  std::string folder() const { return (temporary_ / "index").string(); }

  void open(std::size_t commit_every = 1000) {
    index_.reset();
    auto opened = SearchIndex::open({folder(), commit_every});
    ASSERT_TRUE(opened) << opened.error().hint;
    index_ = std::move(*opened);
  }

  // A document of group 1 with `body`.
  static IndexDocument document(std::uint32_t number, std::string body, std::uint32_t group = 1) {
    IndexDocument made;
    made.id = uuid_of(number);
    made.group = uuid_of(group);
    made.body = std::move(body);
    made.modified = Instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
    return made;
  }

  void put(const IndexDocument& made) {
    const auto done = index_->put(made);
    ASSERT_TRUE(done) << done.error().hint;
  }

  void commit() {
    ++sequence_;
    const auto done = index_->commit({uuid_of(99), sequence_, {}, 0});
    ASSERT_TRUE(done) << done.error().hint;
  }

  SearchResults search(const SearchRequest& request, const GroupVisible& visible = everything) {
    auto results = index_->search(request, visible);
    EXPECT_TRUE(results) << results.error().hint;
    return results ? *std::move(results) : SearchResults{};
  }

  // The numbers of the documents that `query` finds, in ascending order.
  std::vector<std::uint32_t> found(const std::string& query,
                                   const GroupVisible& visible = everything) {
    SearchRequest request;
    request.query = query;
    request.limit = 100;
    return sorted_numbers(search(request, visible));
  }

  static std::vector<std::uint32_t> sorted_numbers(const SearchResults& results) {
    std::vector<std::uint32_t> list = numbers(results);
    std::sort(list.begin(), list.end());
    return list;
  }

  static std::vector<std::uint32_t> numbers(const SearchResults& results) {
    std::vector<std::uint32_t> list;
    for (const Hit& hit : results.hits) list.push_back(number_of(hit.document));
    return list;
  }

  dms::test::TempDir temporary_;
  std::unique_ptr<SearchIndex> index_;
  std::uint64_t sequence_ = 0;
};

}  // namespace dms::search::test
