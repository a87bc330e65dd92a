#include "originals.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "mutate.h"

namespace dms::mutations {

namespace fs = std::filesystem;

Originals::Originals(const fs::path& data) {
  for (const char* folder : {"office-documents/files", "mail", "e-invoices"}) {
    if (!fs::exists(data / folder)) {
      kinds_.clear();
      return;
    }
    for (const auto& entry : fs::directory_iterator(data / folder)) {
      std::ifstream file(entry.path(), std::ios::binary);
      kinds_[entry.path().extension()].push_back(
          {entry.path().filename(), {std::istreambuf_iterator<char>(file), {}}});
    }
  }
  for (auto& [kind, files] : kinds_) std::ranges::sort(files, {}, &Original::name);
}

DamagedFile Originals::damaged(std::uint64_t number) const {
  auto kind = kinds_.begin();
  std::advance(kind, static_cast<std::ptrdiff_t>(number % kinds_.size()));
  const std::vector<Original>& of_kind = kind->second;
  const std::uint64_t turn = number / kinds_.size();
  const Original& original = of_kind[turn % of_kind.size()];
  const Original& other = of_kind[(turn * 7 + 1) % of_kind.size()];
  return {original.name, mutate(original.bytes, other.bytes, number)};
}

}  // namespace dms::mutations
