#pragma once

// Shared by the tests of extraction: helpers in each way of confinement that this machine has, and
// files to give them.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/extractor.h"
#include "search/extract/protocol/unique_fd.h"

namespace dms::test {

inline search::ExtractorOptions helper_options(const char* program, std::string_view way) {
  search::ExtractorOptions options;
  options.helper_path = program;
  options.helper_arguments = {"--confinement=" + std::string(way)};
  // How long a page takes is not what is looked at.
  options.recognition_priority = search::RecognitionPriority::low;
  options.recognitions_max = 2;
  return options;
}

inline NullLog& null_log() {
  static NullLog log;
  return log;
}

inline std::unique_ptr<search::Extractor> start_extractor(const search::ExtractorOptions& options) {
  auto extractor = search::Extractor::start(options, null_log());
  if (!extractor) {
    ADD_FAILURE() << extractor.error().hint;
    return nullptr;
  }
  return std::move(*extractor);
}

// The ways that work here: both on a usual machine, Landlock alone in a chroot.
inline const std::vector<std::string>& working_ways() {
  static const std::vector<std::string> ways = [] {
    std::vector<std::string> found;
    for (const char* way : {"namespaces", "landlock"}) {
      auto extractor = search::Extractor::start(helper_options(EXTRACT_HELPER, way), null_log());
      if (extractor && (*extractor)->sandbox().way != search::SandboxStatus::Way::none) {
        found.emplace_back(way);
      }
    }
    return found;
  }();
  return ways;
}

inline search::extract::UniqueFd memory_file(std::string_view bytes) {
  search::extract::UniqueFd file(::memfd_create("test", MFD_CLOEXEC));
  EXPECT_EQ(::write(file.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  return file;
}

inline search::Extraction extract_bytes(search::Extractor& extractor, std::string_view bytes) {
  auto file = memory_file(bytes);
  auto extraction = extractor.extract(file.get());
  if (!extraction) {
    ADD_FAILURE() << extraction.error().hint;
    return {};
  }
  return std::move(*extraction);
}

inline search::Extraction extract_file(search::Extractor& extractor,
                                       const std::filesystem::path& path) {
  search::extract::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  auto extraction = extractor.extract(file.get());
  if (!extraction) {
    ADD_FAILURE() << path << ": " << extraction.error().hint;
    return {};
  }
  return std::move(*extraction);
}

}  // namespace dms::test
