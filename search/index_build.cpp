#include "search/index_build.h"

#include <xapian.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "search/document_terms.h"
#include "search/index_files.h"
#include "search/index_position.h"
#include "search/language.h"
#include "search/xapian_guard.h"

namespace dms::search {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t parts_max = 16;
constexpr std::string_view plan_file = "plan";
constexpr std::string_view reached_key = "reached";

std::string path_of(const std::string& folder, std::string_view name) {
  return (fs::path(folder) / name).string();
}
std::string part_folder(const std::string& folder, std::size_t part) {
  return path_of(folder, "part-" + std::to_string(part));
}

// One part; between commits in a transaction, so that nothing is durable but with its note.
class Part {
 public:
  // Throws Xapian's errors: DatabaseVersionError where it is of another analysis.
  Part(const std::string& folder, const std::string& analysis)
      : database_(open_database(folder, analysis)) {
    read_position(database_, analysis);
    reached_ = database_.get_metadata(std::string(reached_key));
    database_.begin_transaction();
  }

  const std::string& reached() const { return reached_; }
  void put(const IndexDocument& document) { database_.add_document(analysis_.analyse(document)); }
  void commit(std::string_view reached) {
    database_.set_metadata(std::string(reached_key), std::string(reached));
    database_.commit_transaction();
    reached_ = reached;
    database_.begin_transaction();
  }

 private:
  Xapian::WritableDatabase database_;
  DocumentAnalysis analysis_;
  std::string reached_;
};

class XapianBuild final : public IndexBuild {
 public:
  // Throws as Part does.
  XapianBuild(std::string folder, std::string plan, std::size_t parts, std::string analysis)
      : folder_(std::move(folder)), plan_(std::move(plan)), analysis_(std::move(analysis)) {
    for (std::size_t part = 0; part < parts; ++part) {
      parts_.push_back(std::make_unique<Part>(part_folder(folder_, part), analysis_));
    }
  }

  const std::string& plan() const override { return plan_; }
  std::size_t parts() const override { return parts_.size(); }
  std::string reached(std::size_t part) const override { return parts_.at(part)->reached(); }

  Result<void> put(std::size_t part, const IndexDocument& document) override {
    DMS_TRY(check_document(document));
    return xapian_guard([&]() -> Result<void> {
      parts_.at(part)->put(document);
      return {};
    });
  }

  Result<void> commit(std::size_t part, std::string_view reached) override {
    return xapian_guard([&]() -> Result<void> {
      parts_.at(part)->commit(reached);
      return {};
    });
  }

  Result<std::string> join(const IndexPosition& position) override {
    const std::size_t count = parts_.size();
    parts_.clear();  // closes them
    const std::string joined = path_of(folder_, "joined");
    DMS_TRY(remove_folder(joined));
    DMS_TRY(make_folder(joined));
    DMS_TRY(xapian_guard([&]() -> Result<void> {
      Xapian::Database all;
      for (std::size_t part = 0; part < count; ++part) {
        all.add_database(Xapian::Database(part_folder(folder_, part)));
      }
      // Each part's numbers go on behind those of the one before.
      all.compact(joined);
      Xapian::WritableDatabase database(joined, Xapian::DB_OPEN);
      if (database.get_doccount() != all.get_doccount()) {
        return fail(operator_error(ErrorCode::corrupt, "search index: joined without some of it"));
      }
      database.set_metadata(std::string(reached_key), {});
      write_position(database, position);
      write_unpacked(database, 0);
      database.commit();
      return {};
    }));
    DMS_TRY(sync_folder(joined));
    return joined;
  }

 private:
  const std::string folder_;
  const std::string plan_;
  const std::string analysis_;
  std::vector<std::unique_ptr<Part>> parts_;
};

struct Plan {
  std::size_t parts = 0;
  std::string text;
};

// The plan is what makes a folder a build: it comes when all else of it is there.
Result<void> write_plan(const std::string& folder, const Plan& plan) {
  const std::string path = path_of(folder, plan_file);
  std::ofstream file(path + ".new", std::ios::binary | std::ios::trunc);
  file << plan.parts << '\n' << plan.text;
  file.close();
  if (!file) return fail(file_error("write " + path));
  DMS_TRY(sync_folder(folder));
  std::error_code error;
  fs::rename(path + ".new", path, error);
  if (error) return fail(file_error("rename " + path));
  return sync_folder(folder);
}

Result<Plan> read_plan(const std::string& folder) {
  std::ifstream file(path_of(folder, plan_file), std::ios::binary);
  if (!file) return fail(operator_error(ErrorCode::not_found, "search index: no build"));
  Plan plan;
  std::string line;
  std::getline(file, line);
  std::istringstream(line) >> plan.parts;
  std::ostringstream rest;
  rest << file.rdbuf();
  plan.text = std::move(rest).str();
  if (plan.parts == 0 || plan.parts > parts_max) {
    return fail(operator_error(ErrorCode::corrupt, "search index: a build without parts"));
  }
  return plan;
}

Result<std::unique_ptr<IndexBuild>> open_build(const std::string& folder, Plan plan) {
  return xapian_guard([&]() -> Result<std::unique_ptr<IndexBuild>> {
    return std::make_unique<XapianBuild>(folder, std::move(plan.text), plan.parts,
                                         DMS_TRY(analysis_identity()));
  });
}

}  // namespace

Result<std::unique_ptr<IndexBuild>> IndexBuild::begin(const std::string& folder,
                                                      std::string_view plan, std::size_t parts) {
  DMS_TRY(remove_folder(folder));
  DMS_TRY(make_folder(folder));
  Plan begun{std::clamp<std::size_t>(parts, 1, parts_max), std::string(plan)};
  auto build = DMS_TRY(open_build(folder, begun));
  DMS_TRY(write_plan(folder, begun));
  return build;
}

Result<std::unique_ptr<IndexBuild>> IndexBuild::resume(const std::string& folder) {
  Plan plan = DMS_TRY(read_plan(folder));
  for (std::size_t part = 0; part < plan.parts; ++part) {
    std::error_code error;
    if (fs::is_directory(part_folder(folder, part), error)) continue;
    return fail(operator_error(ErrorCode::corrupt, "search index: a build without a part"));
  }
  return open_build(folder, std::move(plan));
}

}  // namespace dms::search
