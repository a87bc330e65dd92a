// Real documents through the real server, and what must hold of them. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

#include "desk.h"
#include "files.h"
#include "papers.h"
#include "report.h"
#include "support/shared_data.h"

namespace {

constexpr int skipped = 77;

struct Options {
  std::size_t office = 1000;  // more than there are: all
  std::size_t mail = 1000;
  dms::acceptance::PapersOptions papers;
  std::string only;
};

bool data_is_there(const std::filesystem::path& data) {
  return std::filesystem::exists(data / "office-documents" / "expected-text.tsv") &&
         std::filesystem::exists(data / "mail") &&
         std::filesystem::exists(data / "council-papers.jsonl.zst");
}

int run(const Options& options) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a log shows how far it is
  const std::filesystem::path data = dms::test::shared_data(AKTENWERK_SOURCE_DIR);
  if (!data_is_there(data)) {
    fmt::print("skipped: no data in {}\n", data.string());
    return skipped;
  }
  const auto wanted = [&](const char* part, std::size_t size) {
    return size > 0 && (options.only.empty() || options.only == part);
  };
  dms::acceptance::Report report;
  dms::acceptance::Desk desk(report);
  if (wanted("office", options.office)) {
    dms::acceptance::file_office_documents(desk, data, options.office);
  }
  if (wanted("mail", options.mail)) dms::acceptance::file_mails(desk, data, options.mail);
  if (wanted("papers", options.papers.papers)) {
    dms::acceptance::file_papers(desk, data, options.papers);
  }
  desk.close();
  return report.finish() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Files real documents into the real server and looks whether they are found"};
  Options options;
  app.add_option("--office", options.office, "office documents, spread over all; 0: none");
  app.add_option("--mail", options.mail, "mails, spread over all; 0: none");
  app.add_option("--papers", options.papers.papers, "council papers, each with all its texts")
      ->capture_default_str();
  app.add_option("--clients", options.papers.clients, "that file papers at once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--only", options.only, "one part")
      ->check(CLI::IsMember({"office", "mail", "papers"}));
  CLI11_PARSE(app, argc, argv);
  return run(options);
}
