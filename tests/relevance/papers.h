#pragma once

// Council papers with what stands beside the text of their files, and queries for compounds.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dms/base/time.h"
#include "support/known_items.h"

namespace dms::relevance {

using test::KnownItem;

// What is indexed of one file; numbers are given in the order of reading, from 0.
struct Text {
  std::string body;
  std::string name;  // of the file, or empty
  // Of a paper that is indexed as it would have been filed; else empty.
  std::string subject;
  std::string reference;
  std::optional<Date> date;
};
using Sink = std::function<void(Text text)>;

struct Papers {
  std::vector<KnownItem> titles;  // a paper's title is the query for all files of papers so called
  std::unordered_map<std::string, std::uint32_t> numbers;  // of the files, by their ids
};

// The first `papers_max` papers that have files.
Papers read_papers(const std::filesystem::path& data, std::size_t papers_max, const Sink& sink);

// The files of the same papers, each with its paper's title, number and day.
void read_filed_papers(const std::filesystem::path& data, std::size_t papers_max, const Sink& sink);

// One word each, and files that hold it inside compounds alone; those of files that were read.
std::vector<KnownItem> read_compound_queries(const std::filesystem::path& data,
                                             const Papers& papers);

}  // namespace dms::relevance
