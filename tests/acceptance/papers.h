#pragma once

// Council papers: many clients file their texts at once, then their titles are asked.

#include <filesystem>

#include "desk.h"

namespace dms::acceptance {

struct PapersOptions {
  std::size_t papers = 5000;
  std::size_t clients = 8;
};

void file_papers(Desk& desk, const std::filesystem::path& data, const PapersOptions& options);

}  // namespace dms::acceptance
