#include "damaged_copy.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "dms/base/digest.h"
#include "store_image.h"

namespace dms::test {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t bookkeeping_bytes = 2048;

[[noreturn]] void give_up(const fs::path& file) {
  fmt::print(stderr, "damaged copy: {}\n", file.string());
  std::abort();
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> regular_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string kind_in_store(const fs::path& file) {
  std::string name = file.filename().string();
  if (file.extension() == ".log") return "WAL";
  for (const char* kind : {"MANIFEST", "OPTIONS"}) {
    if (name.starts_with(kind)) return kind;
  }
  return name;  // CURRENT, IDENTITY, acknowledged, clean
}

}  // namespace

std::string sum_of(const fs::path& folder) {
  Sha256 hash;
  for (const fs::path& file : regular_files(folder)) hash.update(read_file(file));
  return hash.finish().hex();
}

DamagedCopy::DamagedCopy(fs::path data, fs::path states)
    : data_(std::move(data)), states_(std::move(states)) {
  fs::create_directories(states_);
}

void DamagedCopy::keep(const std::string& state) {
  fs::rename(data_, states_ / state);
  sums_[state] = sum_of(states_ / state);
}

void DamagedCopy::lay_out(const std::string& state) const {
  fs::remove_all(data_);
  const fs::path from = states_ / state;
  fs::create_directory(data_);
  fs::permissions(data_, fs::perms::owner_all);
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path to = data_ / entry.path().lexically_relative(from);
    if (entry.is_directory()) {
      fs::create_directory(to, entry.path());
    } else if (entry.path().extension() == ".sst") {
      fs::create_hard_link(entry.path(), to);
    } else {
      fs::copy_file(entry.path(), to);
    }
  }
}

std::vector<KeptFile> DamagedCopy::files(const std::string& state) const {
  const fs::path folder = states_ / state;
  std::map<std::string, std::map<std::string, std::string>> families;
  std::vector<KeptFile> all;
  for (const fs::path& path : regular_files(folder)) {
    KeptFile file{path.lexically_relative(folder), "", "", fs::file_size(path)};
    if (file.size == 0) continue;
    std::vector<std::string> parts;
    for (const fs::path& part : file.path) parts.push_back(part.string());
    const bool is_of_store = parts.size() > 2 && parts[1] == "store";
    if (parts.size() > 2) file.tenant = parts[0] == "keys" ? parts[1] : parts[0];
    if (is_of_store && path.extension() == ".sst") {
      if (families[file.tenant].empty()) {
        const auto tables = table_families(folder / parts[0] / "store");
        if (!tables) give_up(path);
        families[file.tenant] = *tables;
      }
      file.kind = "table of " + families[file.tenant][parts.back()];
    } else if (is_of_store) {
      file.kind = kind_in_store(path);
    } else if (parts.size() > 2 && parts[1] == "index") {
      file.kind = "index";
    } else {
      file.kind = parts.back();
    }
    all.push_back(std::move(file));
  }
  return all;
}

fs::path DamagedCopy::unshared(const KeptFile& file) const {
  fs::path path = data_ / file.path;
  if (fs::hard_link_count(path) > 1) {
    const fs::path beside = path.string() + ".own";
    fs::copy_file(path, beside);
    fs::rename(beside, path);
  }
  return path;
}

void DamagedCopy::flip(const KeptFile& file, const Flip& flip) const {
  const fs::path path = unshared(file);
  std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(flip.offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(flip.offset));
  stream.put(static_cast<char>(byte ^ flip.mask));
  stream.close();
  if (!stream) give_up(path);
}

void DamagedCopy::cut(const KeptFile& file, std::uint64_t size) const {
  fs::resize_file(unshared(file), size);
}

bool DamagedCopy::states_are_untouched() const {
  return std::ranges::all_of(
      sums_, [this](const auto& sum) { return sum_of(states_ / sum.first) == sum.second; });
}

fs::path DamagedCopy::tenant_store(const std::string& tenant) const {
  return data_ / tenant / "store";
}

Flip random_flip(std::uintmax_t size, std::mt19937_64& random) {
  const std::uint64_t span =
      size > 2 * bookkeeping_bytes && random() % 2 == 0 ? bookkeeping_bytes : size;
  const std::uint64_t offset = size - span + random() % span;
  return {offset, static_cast<std::uint8_t>(1 + random() % 255)};
}

}  // namespace dms::test
