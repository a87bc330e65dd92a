#include "web/http/target.h"

#include <gtest/gtest.h>

#include "web/http/request_builder.h"

namespace dms::web {
namespace {

TEST(Target, DecodesPathAndQuery) {
  const auto target = parse_target("/akten/Stra%C3%9Fe%201?q=%C3%A4+b&leer=&nur");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/akten/Straße 1");
  const std::vector<std::pair<std::string, std::string>> query = {
      {"q", "ä b"}, {"leer", ""}, {"nur", ""}};
  EXPECT_EQ(target->query, query);
}

TEST(Target, TakesValuesThatAreNoTextForTextWithGaps) {
  const auto target = parse_target("/?q=a%FFb+%C3%28");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->query.front().second, "a\uFFFDb \uFFFD(");
}

TEST(Target, KeepsATrailingSlash) {
  EXPECT_EQ(parse_target("/")->path, "/");
  EXPECT_EQ(parse_target("/dav/a/")->path, "/dav/a/");
}

TEST(Target, TakesTheAbsoluteForm) {
  const auto target = parse_target("https://a.example:8443/x?y=1");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/x");
  EXPECT_EQ(target->authority, "a.example:8443");
  EXPECT_EQ(parse_target("http://a.example")->path, "/");
}

TEST(Target, RefusesWhatWouldNameSomethingElse) {
  for (const std::string_view raw :
       {"",           "x",         "//",           "/a//b",     "/./a",   "/a/.",
        "/../a",      "/a/..",     "/a/../b",      "/%2e%2e/a", "/a/%2E", "/.%2e/",
        "/a%2fb",     "/a%2Fb",    "/a%5cb",       "/a\\b",     "/a%00b", "/a%0ab",
        "/a%7f",      "/a%",       "/a%4",         "/a%g1",     "/a b",   "/a#b",
        "/a\"b",      "/a<b>",     "/a{b}",        "/\xC3\xA4", "/%C3",   "/%C0%AE%C0%AE/",
        "/%ED%A0%80", "ftp://a/b", "a.example:443"}) {
    EXPECT_FALSE(parse_target(raw)) << raw;
  }
}

TEST(Target, RefusesDoubtfulQueries) {
  for (const std::string_view raw : {"/?a=%00", "/?a=%", "/?a=%zz", "/?%C3=a", "/?a=1&a=2",
                                     "/?a=1&%61=2", "/?a=b c", "/?a=#b"}) {
    EXPECT_FALSE(parse_target(raw)) << raw;
  }
  std::string many = "/?";
  for (std::size_t i = 0; i <= query_parameters_max; ++i) many += "p" + std::to_string(i) + "&";
  EXPECT_FALSE(parse_target(many));
}

TEST(Authority, IsLowerCaseWithoutPort) {
  EXPECT_EQ(parse_authority("Akten.Example:8443")->host, "akten.example");
  EXPECT_EQ(parse_authority("Akten.Example:8443")->text, "Akten.Example:8443");
  EXPECT_EQ(parse_authority("127.0.0.1")->host, "127.0.0.1");
  EXPECT_EQ(parse_authority("[::1]:80")->host, "::1");
}

TEST(Authority, RefusesWhatIsNoHost) {
  for (const std::string_view text : {"", ":80", "a:", "a:b", "a:123456", "a b", "a/b", "user@a",
                                      "a,b", "ä", "[::1", "[]", "[x]", "a:1:2", "a%41"}) {
    EXPECT_FALSE(parse_authority(text)) << text;
  }
}

OrRefusal<void> fill(std::string method, std::string target, Request& request) {
  Head head{std::move(method), std::move(target), 11, {}};
  head.headers.add("Host", "A.example:1");
  return fill_request(request, std::move(head), Framing{});
}

TEST(FillRequest, TakesTheHeadApart) {
  Request request;
  ASSERT_TRUE(fill("DELETE", "/a%20b?c=d", request));
  EXPECT_EQ(request.method, Method::delete_);
  EXPECT_EQ(request.path, "/a b");
  EXPECT_EQ(request.query_value("c"), "d");
  EXPECT_EQ(request.host, "a.example");
  EXPECT_EQ(request.authority, "A.example:1");
}

TEST(FillRequest, RefusesOtherMethodsAndHosts) {
  Request request;
  EXPECT_EQ(fill("TRACE", "/", request).error().status, 501U);
  EXPECT_EQ(fill("get", "/", request).error().status, 501U);
  EXPECT_EQ(fill("GET", "*", request).error().status, 400U);
  EXPECT_TRUE(fill("OPTIONS", "*", request));
  EXPECT_TRUE(fill("GET", "https://a.example:1/x", request));
  EXPECT_EQ(fill("GET", "https://b.example/x", request).error().status, 400U);
}

}  // namespace
}  // namespace dms::web
