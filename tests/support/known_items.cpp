#include "support/known_items.h"

#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <unordered_map>

#include "support/zstd_lines.h"

namespace dms::test {

std::vector<KnownItem> read_council_papers(const std::filesystem::path& data,
                                           std::size_t papers_max, const TextSink& sink) {
  ZstdLines lines((data / "council-papers.jsonl.zst").string());
  std::vector<KnownItem> items;
  std::unordered_map<std::string, std::size_t> by_title;
  std::uint32_t number = 0;
  std::string line;
  for (std::size_t papers = 0; papers < papers_max && lines.next(line);) {
    const boost::json::value paper = boost::json::parse(line);
    const std::string title(paper.at("name").as_string());
    const auto& files = paper.at("files").as_array();
    if (files.empty() || title.empty()) continue;
    ++papers;
    const auto [place, fresh] = by_title.try_emplace(title, items.size());
    if (fresh) items.push_back({title, {}});
    for (const boost::json::value& file : files) {
      const auto* text = file.at("text").if_string();
      items[place->second].answers.push_back(number++);
      sink(text == nullptr ? std::string() : std::string(*text));
    }
  }
  return items;
}

std::vector<KnownItem> read_xquad(const std::filesystem::path& data, const TextSink& sink) {
  std::ifstream file(data / "xquad.de.json", std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  std::vector<KnownItem> items;
  if (bytes.str().empty()) return items;
  std::uint32_t number = 0;
  const boost::json::value root = boost::json::parse(bytes.str());
  for (const auto& article : root.at("data").as_array()) {
    for (const auto& paragraph : article.at("paragraphs").as_array()) {
      for (const auto& question : paragraph.at("qas").as_array()) {
        items.push_back({std::string(question.at("question").as_string()), {number}});
      }
      sink(std::string(paragraph.at("context").as_string()));
      ++number;
    }
  }
  return items;
}

}  // namespace dms::test
