#include "web/http/router.h"

#include <gtest/gtest.h>

namespace dms::web {
namespace {

using Kind = Router::Match::Kind;

Route row(Method method, std::string_view pattern) {
  Route route;
  route.method = method;
  route.pattern = pattern;
  route.handle = [](Exchange&) { return Response{}; };
  return route;
}

class RouterTest : public testing::Test {
 protected:
  // The pattern that answers, or "".
  std::string_view find(Method method, std::string_view path) const {
    const Router::Match match = router_.match(method, path);
    return match.route == nullptr ? "" : match.route->pattern;
  }

  const std::vector<Route> routes_ = {
      row(Method::get, "/"),
      row(Method::get, "/docs"),
      row(Method::post, "/docs"),
      row(Method::get, "/docs/{id}"),
      row(Method::delete_, "/docs/{id}"),
      row(Method::get, "/docs/{id}/text"),
      row(Method::get, "/docs/mine"),
      row(Method::get, "/docs/mine/all/{page}"),
      row(Method::get, "/ui/{path...}"),
      row(Method::get, "/ui/index"),
      row(Method::options, "/dav/{path...}"),
  };
  const Router router_ = std::move(*Router::build(routes_));
};

TEST_F(RouterTest, PrefersLiteralsToParametersToRest) {
  EXPECT_EQ(find(Method::get, "/"), "/");
  EXPECT_EQ(find(Method::get, "/docs"), "/docs");
  EXPECT_EQ(find(Method::get, "/docs/7"), "/docs/{id}");
  EXPECT_EQ(find(Method::get, "/docs/mine"), "/docs/mine");
  EXPECT_EQ(find(Method::get, "/ui/index"), "/ui/index");
  EXPECT_EQ(find(Method::get, "/ui/a/b"), "/ui/{path...}");
}

TEST_F(RouterTest, GoesBackWhereALiteralLeadsNowhere) {
  EXPECT_EQ(find(Method::get, "/docs/mine/text"), "/docs/{id}/text");
  EXPECT_EQ(router_.match(Method::get, "/docs/mine/text").path_parameters.at("id"), "mine");
}

TEST_F(RouterTest, GivesParametersByName) {
  EXPECT_EQ(router_.match(Method::get, "/docs/7/text").path_parameters.at("id"), "7");
  EXPECT_EQ(router_.match(Method::get, "/ui/a/b.js").path_parameters.at("path"), "a/b.js");
}

TEST_F(RouterTest, DoesNotFindWhatIsNotThere) {
  for (const std::string_view path : {"/nothing", "/docs/", "/docs/7/", "/docs/7/text/x", "/ui",
                                      "/ui/", "*", "", "docs", "/docs/mine/all"}) {
    EXPECT_EQ(router_.match(Method::get, path).kind, Kind::not_found) << path;
  }
}

TEST_F(RouterTest, TellsTheMethodsOfAPath) {
  const auto match = router_.match(Method::put, "/docs");
  EXPECT_EQ(match.kind, Kind::method_not_allowed);
  EXPECT_EQ(match.allow, "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(router_.match(Method::post, "/docs/7").allow, "GET, HEAD, DELETE, OPTIONS");
  // The literal decides the path, also where the parameter would take the method.
  EXPECT_EQ(router_.match(Method::delete_, "/docs/mine").kind, Kind::method_not_allowed);
}

TEST_F(RouterTest, AnswersHeadFromGetAndOptionsByItself) {
  EXPECT_EQ(find(Method::head, "/docs/7"), "/docs/{id}");
  const auto options = router_.match(Method::options, "/docs");
  EXPECT_EQ(options.kind, Kind::options);
  EXPECT_EQ(options.allow, "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(find(Method::options, "/dav/x"), "/dav/{path...}");
}

TEST(RouterBuild, RefusesTablesThatContradictThemselves) {
  const std::vector<std::vector<Route>> bad = {
      {row(Method::get, "docs")},
      {row(Method::get, "/{}")},
      {row(Method::get, "/a{b}")},
      {row(Method::get, "/{a...}/b")},
      {row(Method::get, "/{a}"), row(Method::get, "/{b}")},
      {Route{}},
  };
  for (const auto& routes : bad) EXPECT_FALSE(Router::build(routes));
}

}  // namespace
}  // namespace dms::web
