// The page's files: only what was there at start, in the coding the client likes best.

#include "web/http/static_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/temp_dir.h"
#include "web/http/router.h"

namespace dms::web {
namespace {

using Coding = ContentCoding;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    write("index.html", "<title>Aktenwerk</title>");
    write("page-routes.txt", "/\n/dossiers/{id}\n");
    write("assets/index-1a2b.js", "plain script");
    write("assets/index-1a2b.js.br", "brotli");
    write("assets/index-1a2b.js.gz", "gzip!");
  }

  void write(const std::string& name, const std::string& text) {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }

  // Loads, routes and answers; status 404 where there is no such path.
  Response get(std::string path, std::vector<std::pair<std::string, std::string>> headers = {}) {
    auto files = StaticFiles::load(folder_.path().string());
    EXPECT_TRUE(files.has_value());
    routes_ = files->routes();
    const auto router = Router::build(routes_);
    EXPECT_TRUE(router.has_value());
    const auto match = router->match(Method::get, path);
    Response absent;
    absent.status = 404;
    if (match.kind != Router::Match::Kind::found) return absent;
    Exchange exchange;
    exchange.request.path = std::move(path);
    for (auto& [name, value] : headers) exchange.request.headers.add(name, value);
    return *match.route->handle(exchange);
  }

  static std::string body_of(const Response& response) {
    const auto* content = std::get_if<ContentBody>(&response.body);
    if (content == nullptr) return std::get<std::string>(response.body);
    return *content->read(content->offset, static_cast<std::size_t>(content->length));
  }

  test::TempDir folder_;
  std::vector<Route> routes_;
};

TEST_F(StaticFilesTest, AnswersScreensWithTheIndexAndNothingElse) {
  EXPECT_EQ(body_of(get("/")), "<title>Aktenwerk</title>");
  EXPECT_EQ(body_of(get("/dossiers/0199")), "<title>Aktenwerk</title>");
  EXPECT_EQ(get("/dossiers/0199/more").status, 404U);
  EXPECT_EQ(get("/unknown").status, 404U);
  EXPECT_EQ(get("/api/v1/unknown").status, 404U);
}

TEST_F(StaticFilesTest, AnswersNoPathThatWasNotThereAtStart) {
  for (const char* path : {"/page-routes.txt", "/assets", "/assets/", "/assets/../index.html",
                           "/assets/index-1a2b.js.br", "/assets/index-1a2b.js/"}) {
    EXPECT_EQ(get(path).status, 404U) << path;
  }
}

TEST_F(StaticFilesTest, SendsTheCodingTheClientAccepts) {
  const std::string path = "/assets/index-1a2b.js";
  const Response best = get(path, {{"Accept-Encoding", "gzip, deflate, br"}});
  EXPECT_EQ(body_of(best), "brotli");
  EXPECT_EQ(best.headers.find("content-encoding"), "br");
  EXPECT_EQ(best.headers.find("vary"), "Accept-Encoding");
  EXPECT_EQ(best.headers.find("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(body_of(get(path, {{"Accept-Encoding", "gzip"}})), "gzip!");
  const Response plain = get(path);
  EXPECT_EQ(body_of(plain), "plain script");
  EXPECT_FALSE(plain.headers.find("content-encoding"));
  EXPECT_NE(plain.headers.find("etag"), best.headers.find("etag"));
}

TEST_F(StaticFilesTest, AnswersNotModifiedToItsOwnTag) {
  const Response first = get("/");
  const std::string etag(*first.headers.find("etag"));
  const Response again = get("/", {{"If-None-Match", etag}});
  EXPECT_EQ(again.status, 304U);
  EXPECT_EQ(again.headers.find("etag"), etag);
  EXPECT_EQ(body_of(again), "");
  EXPECT_EQ(get("/", {{"If-None-Match", "\"other\""}}).status, 200U);
}

TEST_F(StaticFilesTest, LetsOnlyNamesThatChangeWithTheirContentBeKept) {
  EXPECT_EQ(get("/").headers.find("cache-control"), "no-cache");
  EXPECT_EQ(get("/assets/index-1a2b.js").headers.find("cache-control"),
            "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, PutsThePolicyOnPageAndScripts) {
  for (const char* path : {"/", "/assets/index-1a2b.js"}) {
    EXPECT_EQ(get(path).headers.find("content-security-policy"), page_policy) << path;
  }
}

TEST_F(StaticFilesTest, RefusesAFolderThatIsNoBuiltPage) {
  std::filesystem::remove(folder_ / "page-routes.txt");
  const auto files = StaticFiles::load(folder_.path().string());
  ASSERT_FALSE(files.has_value());
  EXPECT_EQ(files.error().code, ErrorCode::invalid);
  EXPECT_FALSE(StaticFiles::load((folder_ / "absent").string()).has_value());
}

TEST_F(StaticFilesTest, RefusesLinksAndNamesThatNeedEscaping) {
  std::filesystem::create_symlink("/etc/hostname", folder_ / "link.txt");
  EXPECT_FALSE(StaticFiles::load(folder_.path().string()).has_value());
  std::filesystem::remove(folder_ / "link.txt");
  EXPECT_TRUE(StaticFiles::load(folder_.path().string()).has_value());
  write("{id}", "x");
  EXPECT_FALSE(StaticFiles::load(folder_.path().string()).has_value());
}

TEST(ChooseCoding, FollowsQualitiesAndRefusals) {
  const std::vector<Coding> all = {Coding::brotli, Coding::gzip, Coding::identity};
  EXPECT_EQ(choose_coding("", all), Coding::identity);
  EXPECT_EQ(choose_coding("br;q=0.5, gzip;q=0.8", all), Coding::gzip);
  EXPECT_EQ(choose_coding("br;q=0, *", all), Coding::gzip);
  EXPECT_EQ(choose_coding("*;q=0", all), Coding::identity);
  EXPECT_EQ(choose_coding("identity, gzip;q=0.2", all), Coding::identity);
  EXPECT_EQ(choose_coding("GZIP", all), Coding::gzip);
  EXPECT_EQ(choose_coding("br;q=x", all), Coding::identity);
  EXPECT_EQ(choose_coding("br", {Coding::identity}), Coding::identity);
}

}  // namespace
}  // namespace dms::web
