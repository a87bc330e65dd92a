#pragma once

// As many pages of real German prose as one likes: council papers cut into pages, and once more
// with other numbers in them, round by round. What stands beside a page (its dossier, kind, sender)
// is invented. The same pages every time.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dms/base/id.h"
#include "search/document.h"

namespace dms::bench {

inline constexpr std::uint32_t scopes = 300;
inline constexpr std::uint32_t visible_scopes = 60;  // that the ordinary user may see
inline constexpr std::uint32_t pages_a_dossier = 50;

struct BenchPage {
  std::uint32_t number = 0;
  std::uint32_t dossier = 0;
  std::uint32_t scope = 0;  // below `scopes`
  std::string subject;
  std::string type;
  std::string status;
  std::string sender;
  Date date;
  std::string body;
};

// Immutable once read; any thread asks it.
class PageCollection {
 public:
  // Reads the papers beside the source tree; empty where they are not there.
  explicit PageCollection(const std::filesystem::path& data);

  bool empty() const { return pages_.empty(); }
  std::size_t pages_a_round() const { return pages_.size(); }
  BenchPage page(std::uint32_t number) const;
  // Its text alone.
  std::string body(std::uint32_t number) const;

 private:
  std::vector<std::string> pages_;
  std::vector<std::string> names_;       // of the papers
  std::vector<std::uint32_t> paper_of_;  // a page's, as an index of names_
};

bool is_visible(std::uint32_t scope);
Uuid page_id(std::uint32_t number);
Uuid dossier_id(std::uint32_t dossier);
std::uint32_t number_of(const Uuid& id);

// As the index takes it.
search::IndexDocument to_document(const BenchPage& page);

}  // namespace dms::bench
