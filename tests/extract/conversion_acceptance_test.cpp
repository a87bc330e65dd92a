// Real office documents through LibreOffice in the sandbox: which become PDFs, in what time, how
// large. Prints what tests/extract/README.md and the design want to know of it.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include "extract_support.h"
#include "support/expected_texts.h"
#include "support/shared_data.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;
using search::DrawnFile;
using search::OfficeFile;
using search::TextState;
using search::extract::UniqueFd;

constexpr std::size_t batch_max = 16;
const std::atomic<bool> not_abandoned{false};

// Of the formats that LibreOffice is given as they are.
const std::set<std::string> suffixes{"doc",  "docx", "xls", "xlsx", "ppt",
                                     "pptx", "odt",  "ods", "odp",  "rtf"};

struct Source {
  fs::path path;
  std::string suffix;
  UniqueFd file;
};

std::vector<Source> office_files(const fs::path& folder) {
  std::vector<Source> sources;
  for (const fs::path& path : files_in(folder)) {
    std::string suffix = path.extension().string();
    if (!suffix.empty()) suffix.erase(0, 1);
    if (!suffixes.contains(suffix)) continue;
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    sources.push_back({path, suffix, std::move(file)});
  }
  return sources;
}

std::vector<DrawnFile> convert(search::Extractor& extractor, std::span<const Source> sources) {
  std::vector<OfficeFile> files;
  for (const Source& source : sources) files.push_back({source.file.get(), source.suffix});
  auto made = extractor.convert(files, not_abandoned);
  if (!made) ADD_FAILURE() << made.error().hint;
  return made ? std::move(*made) : std::vector<DrawnFile>(sources.size());
}

double ms_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

TEST(ConversionAcceptance, RealOfficeDocumentsBecomePdfs) {
  const fs::path data = shared_data(AKTENWERK_SOURCE_DIR);
  if (!fs::exists(data)) GTEST_SKIP() << "no shared data beside the project";
  const auto& ways = working_ways();
  if (std::find(ways.begin(), ways.end(), "namespaces") == ways.end()) {
    GTEST_SKIP() << "no user namespaces on this machine";
  }
  ASSERT_EQ(search::office_lacks(), "");
  const auto extractor = start_extractor(helper_options(EXTRACT_HELPER, "namespaces"));
  ASSERT_NE(extractor, nullptr);
  const std::vector<Source> sources = office_files(data / "office-documents" / "files");
  ASSERT_GT(sources.size(), 30U);
  // Those that are protected by a password the text's reader tells before.
  std::vector<std::string> not_made;
  std::uint64_t original_bytes = 0;
  std::uint64_t pdf_bytes = 0;
  std::uint64_t thumbnail_bytes = 0;
  std::size_t made = 0;
  double batch_ms = 0;
  double draw_ms = 0;
  for (std::size_t at = 0; at < sources.size(); at += batch_max) {
    const auto batch = std::span(sources).subspan(at, std::min(batch_max, sources.size() - at));
    const auto begin = std::chrono::steady_clock::now();
    std::vector<DrawnFile> pdfs = convert(*extractor, batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (pdfs[i].is_in_doubt) pdfs[i] = convert(*extractor, batch.subspan(i, 1)).front();
    }
    batch_ms += ms_since(begin);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const std::string name = batch[i].path.filename();
      if (pdfs[i].state != TextState::extracted) {
        not_made.push_back(name + ": " + std::string(to_string(pdfs[i].state)) + ", " +
                           pdfs[i].cause);
        continue;
      }
      ++made;
      original_bytes += fs::file_size(batch[i].path);
      pdf_bytes += pdfs[i].bytes.size();
      const auto pdf = memory_file(pdfs[i].bytes);
      const auto drawing = std::chrono::steady_clock::now();
      const auto drawn = extractor->draw(pdf.get(), {1, 256}, not_abandoned);
      draw_ms += ms_since(drawing);
      ASSERT_TRUE(drawn) << name;
      EXPECT_EQ(drawn->state, TextState::extracted) << name << ": " << drawn->cause;
      thumbnail_bytes += drawn->bytes.size();
    }
  }
  double single_ms = 0;
  const std::size_t singles = std::min<std::size_t>(8, sources.size());
  for (std::size_t i = 0; i < singles; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    convert(*extractor, std::span(sources).subspan(i * sources.size() / singles, 1));
    single_ms += ms_since(begin);
  }
  for (const std::string& each : not_made) std::cout << "not made: " << each << "\n";
  const auto per = [](double sum, std::size_t count) {
    return sum / static_cast<double>(std::max<std::size_t>(count, 1));
  };
  std::cout << made << " of " << sources.size() << " office documents became PDFs\n"
            << per(batch_ms, sources.size()) << " ms each in batches of " << batch_max << ", "
            << per(single_ms, singles) << " ms each singly; " << per(draw_ms, made)
            << " ms a thumbnail\n"
            << original_bytes << " bytes of originals, " << pdf_bytes << " of PDFs, "
            << thumbnail_bytes << " of thumbnails\n";
  EXPECT_GE(made * 100, sources.size() * 90);
}

}  // namespace
}  // namespace dms::test
