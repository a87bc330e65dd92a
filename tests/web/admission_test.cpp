// Cookies and origins, without a socket. Sessions and tokens are tested over TLS in tests/http.

#include "web/api/admission.h"

#include <gtest/gtest.h>

namespace dms::web {
namespace {

Request with(std::string name, std::string value) {
  Request request;
  request.authority = "akten.example:8443";
  request.headers.add(std::move(name), std::move(value));
  return request;
}

TEST(Cookie, IsFoundAmongOthersByItsWholeName) {
  EXPECT_EQ(find_cookie(with("Cookie", "a=1; __Host-session=abc; b=2"), "__Host-session"), "abc");
  EXPECT_EQ(find_cookie(with("Cookie", "x__Host-session=abc"), "__Host-session"), std::nullopt);
  EXPECT_EQ(find_cookie(with("Cookie", "__Host-sessions=abc"), "__Host-session"), std::nullopt);
  EXPECT_EQ(find_cookie(Request{}, "__Host-session"), std::nullopt);
}

TEST(Cookie, SentTwiceIsNone) {
  const Request request = with("Cookie", "__Host-session=a; __Host-session=b");
  EXPECT_EQ(find_cookie(request, "__Host-session"), std::nullopt);
}

TEST(Origin, MustBeOurOwn) {
  EXPECT_TRUE(check_origin(with("Origin", "https://akten.example:8443")));
  for (const std::string origin : {"https://evil.example", "http://akten.example:8443", "null", "",
                                   "https://akten.example:8443.evil.example"}) {
    EXPECT_FALSE(check_origin(with("Origin", origin))) << origin;
  }
}

TEST(Origin, MayBeMissingForProgramsOnly) {
  EXPECT_TRUE(check_origin(Request{}));
  EXPECT_FALSE(check_origin(with("Sec-Fetch-Site", "cross-site")));
}

TEST(SessionUse, IsNotWhatThePageReadsByItself) {
  EXPECT_TRUE(counts_as_use(Request{}, SignIn::needed));
  EXPECT_FALSE(counts_as_use(Request{}, SignIn::listening));
  Request unattended = with("X-Unattended", "1");
  EXPECT_FALSE(counts_as_use(unattended, SignIn::needed));
  EXPECT_TRUE(counts_as_use(with("X-Unattended", "0"), SignIn::needed));
  // An upload goes on while its user fetches coffee.
  unattended.method = Method::patch;
  EXPECT_TRUE(counts_as_use(unattended, SignIn::needed));
}

}  // namespace
}  // namespace dms::web
