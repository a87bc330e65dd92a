#pragma once

// Two collections of real German texts, and queries whose answers among them are known.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace dms::test {

struct KnownItem {
  std::string query;
  std::vector<std::uint32_t> answers;  // numbers of texts; any of them will do
};

// Takes the texts as they are read, in the order of their numbers, from 0.
using TextSink = std::function<void(std::string text)>;

// The attachments of the first `papers_max` council papers that have any; a paper's title is the
// query for them, equal titles share their answers. Empty where the data is not there.
std::vector<KnownItem> read_council_papers(const std::filesystem::path& data,
                                           std::size_t papers_max, const TextSink& sink);

// The paragraphs of the German XQuAD; its questions are the queries.
std::vector<KnownItem> read_xquad(const std::filesystem::path& data, const TextSink& sink);

}  // namespace dms::test
