#include "papers.h"

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "support/zstd_lines.h"

namespace dms::relevance {

namespace {

std::string text_of(const boost::json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  return value.is_number() ? boost::json::serialize(value) : std::string();
}

// Calls `each` with the first papers that have files and a title.
template <class Each>
void for_each_paper(const std::filesystem::path& data, std::size_t papers_max, Each&& each) {
  test::ZstdLines lines((data / "council-papers.jsonl.zst").string());
  std::string line;
  for (std::size_t read = 0; read < papers_max && lines.next(line);) {
    const boost::json::value paper = boost::json::parse(line);
    const std::string title = text_of(paper.at("name"));
    const auto& files = paper.at("files").as_array();
    if (files.empty() || title.empty()) continue;
    ++read;
    each(paper, title, files);
  }
}

}  // namespace

Papers read_papers(const std::filesystem::path& data, std::size_t papers_max, const Sink& sink) {
  Papers papers;
  std::unordered_map<std::string, std::size_t> by_title;
  std::uint32_t number = 0;
  for_each_paper(data, papers_max, [&](const auto&, const std::string& title, const auto& files) {
    const auto [place, fresh] = by_title.try_emplace(title, papers.titles.size());
    if (fresh) papers.titles.push_back({title, {}});
    for (const boost::json::value& file : files) {
      papers.titles[place->second].answers.push_back(number);
      papers.numbers.emplace(text_of(file.at("id")), number++);
      sink({text_of(file.at("text")), text_of(file.at("name")), {}, {}, {}});
    }
  });
  return papers;
}

void read_filed_papers(const std::filesystem::path& data, std::size_t papers_max,
                       const Sink& sink) {
  for_each_paper(data, papers_max, [&](const auto& paper, const auto& title, const auto& files) {
    const std::optional<Date> date = parse_date(text_of(paper.at("date")));
    if (!date) return;
    for (const boost::json::value& file : files) {
      sink({text_of(file.at("text")), text_of(file.at("name")), title,
            text_of(paper.at("reference")), date});
    }
  });
}

std::vector<KnownItem> read_compound_queries(const std::filesystem::path& data,
                                             const Papers& papers) {
  std::ifstream file(data / "compounds" / "compound-queries.tsv");
  std::vector<KnownItem> items;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) continue;
    KnownItem item{line.substr(0, tab), {}};
    std::istringstream ids(line.substr(tab + 1));
    for (std::string id; ids >> id;) {
      const auto known = papers.numbers.find(id);
      if (known != papers.numbers.end()) item.answers.push_back(known->second);
    }
    if (!item.answers.empty()) items.push_back(std::move(item));
  }
  return items;
}

}  // namespace dms::relevance
