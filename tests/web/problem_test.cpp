#include "web/api/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dms::web {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Problem, SpeaksTheLanguageThatIsAskedFor) {
  EXPECT_EQ(choose_language(""), Language::de);
  EXPECT_EQ(choose_language("fr"), Language::de);
  EXPECT_EQ(choose_language("en-GB,en;q=0.9"), Language::en);
  EXPECT_EQ(choose_language("de;q=0.4, en;q=0.8"), Language::en);
  EXPECT_EQ(choose_language("en;q=0.4, DE-at"), Language::de);
  EXPECT_EQ(choose_language("en;q=0"), Language::de);
  EXPECT_EQ(choose_language("english-nonsense;q=9,,,;"), Language::de);
}

TEST(Problem, TellsWhatAndNeverTheHint) {
  Request request;
  request.request_id = "0190";
  request.headers.add("Accept-Language", "en");
  Error error = operator_error(ErrorCode::storage_full, "/secret/path is full");
  const Response response = render_problem(error, request);
  EXPECT_EQ(response.status, 507U);
  const auto& body = std::get<std::string>(response.body);
  EXPECT_THAT(body, HasSubstr("urn:aktenwerk:problem:storage_full"));
  EXPECT_THAT(body, HasSubstr("\"request_id\":\"0190\""));
  EXPECT_THAT(body, Not(HasSubstr("secret")));
  EXPECT_EQ(response.headers.find("content-type"), "application/problem+json");
}

TEST(Problem, ListsEveryField) {
  Error error = invalid_field("/subject", "Fehlt.", "Is missing.");
  error.fields.push_back({"/type", {"Unbekannt.", "Unknown."}});
  const Response response = render_problem(error, Request{});
  const auto& body = std::get<std::string>(response.body);
  EXPECT_THAT(body, HasSubstr("/subject"));
  EXPECT_THAT(body, HasSubstr("Unbekannt."));
}

TEST(Problem, EveryCodeHasAStatusOfItsMeaning) {
  EXPECT_EQ(http_status(ErrorCode::invalid), 400U);
  EXPECT_EQ(http_status(ErrorCode::unauthenticated), 401U);
  EXPECT_EQ(http_status(ErrorCode::not_found), 404U);
  EXPECT_EQ(http_status(ErrorCode::stale_version), 412U);
  EXPECT_EQ(http_status(ErrorCode::precondition_required), 428U);
  EXPECT_EQ(http_status(ErrorCode::rate_limited), 429U);
  EXPECT_EQ(http_status(ErrorCode::busy), 503U);
}

TEST(Problem, SaysWhenToComeBack) {
  Error error = make_error(ErrorCode::busy, "Ausgelastet.", "Busy.");
  error.retry_after_s = 3;
  EXPECT_EQ(render_problem(error, Request{}).headers.find("retry-after"), "3");
}

}  // namespace
}  // namespace dms::web
